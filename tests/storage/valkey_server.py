"""A real Valkey or Redis server for a test: nothing on disk, stopped and started as a test wants."""

import shutil
import socket
import subprocess
import time
from contextlib import suppress
from typing import Self

import pytest
import redis

PROGRAM = shutil.which("valkey-server") or shutil.which("redis-server")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class ValkeyServer:
    """Use as a context manager; skips the test where no server is installed."""

    def __init__(self, password: str = "") -> None:
        self.port = free_port()
        self.password = password
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://{':' + self.password + '@' if self.password else ''}127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        if PROGRAM is None:
            pytest.skip("no valkey-server or redis-server here (Debian: apt install redis-server)")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        options = ["--port", str(self.port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
        if self.password:
            options += ["--requirepass", self.password]
        assert PROGRAM
        self.process = subprocess.Popen([PROGRAM, *options], stdout=subprocess.DEVNULL)
        with redis.Redis(port=self.port, password=self.password or None) as asking:
            for _ in range(200):
                with suppress(redis.ConnectionError):
                    asking.ping()
                    return
                time.sleep(0.02)
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def everything(self) -> bytes:
        """All keys and values there are, as one text to search."""
        with redis.Redis(port=self.port, password=self.password or None) as asking:
            parts: list[bytes] = []
            for key in asking.scan_iter():
                parts.append(key)
                match asking.type(key):
                    case b"string":
                        parts.append(asking.get(key) or b"")
                    case b"list":
                        parts += asking.lrange(key, 0, -1)
                    case b"zset":
                        parts += asking.zrange(key, 0, -1)
            return b"\n".join(parts)

    def clear(self) -> None:
        with redis.Redis(port=self.port, password=self.password or None) as asking:
            asking.flushall()
