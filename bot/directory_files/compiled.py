"""What was compiled from resources/ once, kept for the next start: a file that is refused when stale or corrupt.

Stale: the fingerprint of everything it was made from (files, library versions, our own code) differs.
Corrupt: the checksum over its bytes differs. Foreign: it names a class that is not ours; loading runs no code of
anybody else's. In each case the caller compiles anew, and a cache that cannot be written only costs time.
"""

import contextlib
import gc
import io
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import platformdirs

from bot.directory_files.parts import BYTE_ORDER, Parts, open_parts, write_parts

T = TypeVar("T")

MAGIC = b"marigold-compiled-2\n"
DIGEST = 4
OUR_MODULES = ("bot.model.", "bot.understanding.", "bot.directory_files.")
OTHER_CLASSES = frozenset(
    {
        ("marisa_trie", "RecordTrie"),
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("copyreg", "_reconstructor"),
        ("builtins", "object"),
    }
)
CODE = Path(__file__).resolve().parent.parent


class CompiledCache:
    """A folder of compiled files. `folder` None: nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._latest: dict[str, tuple[str, Any]] = {}  # what this process has already loaded

    def get_or_compile(self, name: str, fingerprint: str, compile_it: Callable[[], T]) -> T:
        """The kept value if it was made from just this, else a new one, which is kept."""
        kept: T | None = self.get(name, fingerprint)
        if kept is None:
            kept = compile_it()
            self.put(name, fingerprint, kept)
        return kept

    def get(self, name: str, fingerprint: str) -> Any:
        """The kept value, or None when there is none that can be trusted."""
        latest = self._latest.get(name)
        if latest is not None and latest[0] == fingerprint:
            return latest[1]
        value = self._loaded(name, fingerprint)
        if value is not None:
            self._latest[name] = (fingerprint, value)
        return value

    def _loaded(self, name: str, fingerprint: str) -> Any:
        if self.folder is None:
            return None
        try:
            raw = (self.folder / f"{name}.compiled").read_bytes()
        except OSError:
            return None
        head = MAGIC + fingerprint.encode() + b"\n"
        body = memoryview(raw)[len(head) + DIGEST :]
        if not raw.startswith(head) or raw[len(head) : len(head) + DIGEST] != _digest(body):
            return None
        try:
            with _collector_at_rest():
                return _Ours(io.BytesIO(body)).load()
        except (
            pickle.UnpicklingError,
            EOFError,
            AttributeError,
            ImportError,
            TypeError,
            ValueError,
            KeyError,
        ):
            return None

    def put(self, name: str, fingerprint: str, value: object) -> None:
        """Keep a value."""
        self._latest[name] = (fingerprint, value)
        if self.folder is None:
            return
        body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
        with contextlib.suppress(OSError):  # aside, then moved into place: no reader ever sees half of it
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(handle, "wb") as out:
                out.write(MAGIC + fingerprint.encode() + b"\n" + _digest(body) + body)
            Path(temporary).replace(self.folder / f"{name}.compiled")

    def parts(self, name: str, fingerprint: str) -> Parts | None:
        """Kept arrays by name, mapped from the disk and not read, or None when there are none to be trusted."""
        if self.folder is None:
            return None
        try:
            return open_parts(self.folder / f"{name}.parts", _head_of_parts(fingerprint))
        except (OSError, ValueError):
            return None

    def put_parts(self, name: str, fingerprint: str, parts: Mapping[str, bytes]) -> None:
        """Keep arrays by name."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_parts(self.folder / f"{name}.parts", _head_of_parts(fingerprint), parts)


def _head_of_parts(fingerprint: str) -> bytes:
    return b"marigold-parts 1 " + BYTE_ORDER + b" " + fingerprint.encode() + b"\n"


@contextlib.contextmanager
def _collector_at_rest() -> Iterator[None]:
    """A million values come and none goes; looking for what could go would take half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compiled_cache() -> CompiledCache:
    """Where compiled files are kept: beside other programs' caches, never in the state folder."""
    return CompiledCache(Path(platformdirs.user_cache_dir("marigold-bot")))


class _Ours(pickle.Unpickler):
    """Lets through our own shapes and a few plain classes; anything else is no cache of ours."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("builtins", "getattr"):  # how Python before 3.11.4 writes a member of an enum
            return _member
        if module.startswith(OUR_MODULES) or (module, name) in OTHER_CLASSES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a compiled directory")


def _member(kind: Any, name: str) -> Any:
    """A member of an enum of ours, by its name; no other attribute of anything."""
    if isinstance(kind, type) and issubclass(kind, Enum) and kind.__module__.startswith(OUR_MODULES):
        return kind[name]
    raise pickle.UnpicklingError("an attribute has no place in a compiled directory")


def _digest(body: bytes | memoryview) -> bytes:
    """Against bytes that rot or were cut off, not against an enemy: whoever can write here can write our code."""
    return crc32(body).to_bytes(DIGEST)


def fingerprint_of(files: Iterable[Path], libraries: Iterable[str] = (), *, home: Path) -> str:
    """One text that changes when a file under `home`, a library or our own code changes; not when `home` moves."""
    digest = blake2b(digest_size=16)
    digest.update(_code_fingerprint())
    for path in sorted(files):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0")
        with contextlib.suppress(OSError):
            digest.update(blake2b(path.read_bytes(), digest_size=16).digest())
    for library in libraries:
        with contextlib.suppress(PackageNotFoundError):
            digest.update(f"{library} {version(library)}\0".encode())
    return digest.hexdigest()


@cache
def _code_fingerprint() -> bytes:
    digest = blake2b(digest_size=16)
    for part in ("model", "understanding", "directory_files"):
        for path in sorted((CODE / part).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.digest()
