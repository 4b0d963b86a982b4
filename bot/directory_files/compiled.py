"""What was compiled from resources/ once, kept for the next start: a file that is refused when stale or corrupt.

Stale: the fingerprint of everything it was made from (files, library versions, our own code) differs.
Corrupt: the checksum over its bytes differs. Foreign: it names a class that is not ours; loading runs no code of
anybody else's. In each case the caller compiles anew, and a cache that cannot be written only costs time.
"""

import contextlib
import gc
import io
import json
import mmap
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from zlib import crc32

import platformdirs

T = TypeVar("T")
Parts = Mapping[str, memoryview]

MAGIC = b"marigold-compiled-2\n"
PARTS_MAGIC = f"marigold-parts-1 {sys.byteorder}\n".encode()
ALIGNED = 8
CHUNK = 1 << 20
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
        self._place(f"{name}.compiled", MAGIC + fingerprint.encode() + b"\n" + _digest(body), (body,))

    def parts(self, name: str, fingerprint: str) -> Parts | None:
        """Kept arrays by name, mapped from the disk and not read, or None when there are none to be trusted."""
        if self.folder is None:
            return None
        try:
            with (self.folder / f"{name}.parts").open("rb") as kept:
                return _mapped_parts(kept, PARTS_MAGIC + fingerprint.encode() + b"\n")
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put_parts(self, name: str, fingerprint: str, parts: Mapping[str, bytes]) -> None:
        """Keep arrays by name."""
        if self.folder is None:
            return
        places: dict[str, tuple[int, int]] = {}
        pieces: list[bytes] = []
        at = 0
        for part, raw in parts.items():
            places[part] = (at, len(raw))
            pieces += [raw, bytes(-len(raw) % ALIGNED)]
            at += len(raw) + len(pieces[-1])
        table = json.dumps(places).encode()
        body = (len(table).to_bytes(DIGEST), table, bytes(-len(table) % ALIGNED), *pieces)
        head = PARTS_MAGIC + fingerprint.encode() + b"\n"
        self._place(f"{name}.parts", head + _digest_of(body), body)

    def _place(self, file: str, head: bytes, body: Iterable[bytes]) -> None:
        """Written aside, then moved into place, so that no reader ever sees half of it."""
        assert self.folder is not None  # noqa: S101 - asked before
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(handle, "wb") as out:
                out.write(head)
                out.writelines(body)
            Path(temporary).replace(self.folder / file)


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


def _mapped_parts(kept: BinaryIO, head: bytes) -> Parts:
    """The arrays behind a head. The checksum is taken in passing, so that their pages stay out of this process.

    Raises ValueError for a file that is stale or corrupt.
    """
    if kept.read(len(head)) != head:
        raise ValueError("made from something else")
    digest = kept.read(DIGEST)
    start = kept.tell()
    if _digest_of(iter(lambda: kept.read(CHUNK), b"")) != digest:
        raise ValueError("not what was written")
    whole = memoryview(mmap.mmap(kept.fileno(), 0, access=mmap.ACCESS_READ))[start:]
    length = int.from_bytes(whole[:DIGEST])
    places = json.loads(bytes(whole[DIGEST : DIGEST + length]))
    first = DIGEST + length + -length % ALIGNED
    return {name: whole[first + at : first + at + size] for name, (at, size) in places.items()}


def _digest_of(pieces: Iterable[bytes]) -> bytes:
    digest = 0
    for piece in pieces:
        digest = crc32(piece, digest)
    return digest.to_bytes(DIGEST)


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
