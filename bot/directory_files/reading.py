"""YAML as volunteers mean it: every scalar is text, every value knows its line, doubled keys are refused.

Plain YAML loading turns NO into false, 0117 into 79 and 22:30 into 1350, and a key written twice silently wins
over the first. Nobody who mends a phone number should have to know.

The document is built from the parser's events, not composed: composing recurses in C, where a file of a
hundred thousand brackets ends the process.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from bot.directory_files.problems import Problem
from bot.model.record import record

LARGEST_FILE = 1_000_000  # bytes; lexicons are the largest
LARGEST_ENTRY = 100_000
DEEPEST = 20
MOST_PROBLEMS = 50  # of one file; the rest would only repeat them

Route = tuple[str | int, ...]


@record
class Document:
    """A file's content and where each value stands. `data` holds only dict, list and str."""

    file: str
    data: Any
    marks: dict[Route, tuple[int, int]]

    def problem(self, path: Route, message: str, *, hint: bool = False) -> Problem:
        """A problem at `path`, or at the nearest thing above it that stands in the file."""
        while path and path not in self.marks:
            path = path[:-1]
        line, column = self.marks.get(path, (1, 1))
        return Problem(file=self.file, line=line, column=column, message=message, hint=hint)


class Unreadable(Exception):
    """The file is no YAML of ours."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(str(problems[0]))
        self.problems = problems


def read_document(path: Path, name: str, largest: int = LARGEST_FILE) -> Document:
    """Read one file. `name` is how problems call it. Raises Unreadable with every problem found."""
    return parse_document(decode(read_bytes(path, name, largest), name), name)


def read_or_tell(path: Path, name: str, problems: list[Problem]) -> Document | None:
    """Read one file; what is wrong with it is added to `problems`."""
    try:
        return read_document(path, name)
    except Unreadable as error:
        problems.extend(error.problems)
        return None


def read_bytes(path: Path, name: str, largest: int = LARGEST_FILE) -> bytes:
    """The file's bytes. Raises Unreadable when it is no file, cannot be read or is too large."""
    if not path.is_file():
        raise Unreadable([_at(name, 1, 1, "is not a file; remove it or rename it")])
    try:
        with path.open("rb") as opened:
            raw = opened.read(largest + 1)
    except OSError as error:
        raise Unreadable([_at(name, 1, 1, f"cannot be read: {error.strerror}")]) from None
    if len(raw) > largest:
        raise Unreadable([_at(name, 1, 1, f"is larger than {largest:,} bytes; split it or shorten it")])
    return raw


def decode(raw: bytes, name: str) -> str:
    """The text of a file. Raises Unreadable when it is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise Unreadable(
            [_at(name, line, column, "is not UTF-8; save the file as UTF-8 and try again")]
        ) from None


def parse_document(text: str, name: str) -> Document:
    """Parse YAML text. Raises Unreadable."""
    builder = _Builder(name)
    try:
        builder.take(yaml.parse(text, Loader=yaml.CBaseLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Unreadable([_at(name, line, column, f"is not YAML: {_plain(error, text)}")]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        raise Unreadable(
            [_at(name, line, column, "holds a character that YAML does not allow; delete it")]
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable([_at(name, 1, 1, f"is not YAML: {type(error).__name__}")]) from None
    if builder.problems:
        raise Unreadable(builder.problems)
    if builder.root is None:
        raise Unreadable([_at(name, 1, 1, "is empty")])
    return Document(file=name, data=builder.root, marks=builder.marks)


def _plain(error: yaml.MarkedYAMLError, text: str) -> str:
    """What the parser stumbled over, as something one can do."""
    what = error.problem or error.context or "it cannot be understood"
    mark = error.problem_mark
    lines = text.split("\n")
    here = lines[mark.line][mark.column :][:1] if mark and mark.line < len(lines) else ""
    if here == "\t":
        return "there is a tab; indent with spaces"
    if "cannot start any token" in what:
        return f"nothing may start with {here}; put quotes around it"
    if "did not find expected" in what or "could not find expected" in what:
        return f"{what}; look for a missing quote, bracket or colon, or a wrong indent"
    return what


def _at(name: str, line: int, column: int, message: str) -> Problem:
    return Problem(file=name, line=line, column=column, message=message)


def _where(event: yaml.Event) -> tuple[int, int]:
    """Line and column, counted from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


class _Stop(Exception):
    """Nothing more can be made of this file."""


class _Open:
    """A list or a mapping that is being filled. `key` is the one that waits for its value."""

    __slots__ = ("braces", "first", "key", "path", "value")

    def __init__(self, value: dict[str, Any] | list[Any], path: Route, *, braces: bool) -> None:
        self.value = value
        self.path = path
        self.braces = braces  # a mapping on one line: {en: ...}
        self.key: str | None = None
        self.first: dict[str, int] = {}


class _Builder:
    """Turns the parser's events into dict, list and str, and remembers where each stood."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.marks: dict[Route, tuple[int, int]] = {}
        self.root: Any = None
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, events: Iterable[yaml.Event]) -> None:
        """Build `root` from all events, as far as they make sense."""
        try:
            for event in events:
                self._event(event)
        except _Stop:
            return

    def _event(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._complain(event, "uses an alias (*); write the value out instead")
            self._place("", event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._complain(event, "starts a second document (---); one file holds one")
                raise _Stop

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._refuse_marks(event)
        holder = self._open[-1] if self._open else None
        if holder is not None and isinstance(holder.value, dict) and holder.key is None:
            self._key(holder, event)
            return
        if holder is not None and holder.braces and not event.value and not event.style:
            alone = f"`{(holder.key or '')[:60]}` has no value; a comma within {{ }} begins a new entry: put quotes"
            self._complain(event, f"{alone} around a text with a comma in it")
        self._place(event.value, event)

    def _key(self, holder: _Open, event: yaml.ScalarEvent) -> None:
        key = event.value
        line, column = _where(event)
        if key in holder.first:
            self._complain(event, f"`{key[:60]}` stands here twice; the first is on line {holder.first[key]}")
        holder.first.setdefault(key, line)
        holder.key = key
        self.marks.setdefault((*holder.path, key), (line, column))

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        self._refuse_marks(event)
        if len(self._open) >= DEEPEST:
            self._complain(event, f"is nested more than {DEEPEST} deep")
            raise _Stop
        holder = self._open[-1] if self._open else None
        if holder is not None and isinstance(holder.value, dict) and holder.key is None:
            self._complain(event, "a key must be one word")
            raise _Stop
        value: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        braces = isinstance(event, yaml.MappingStartEvent) and bool(event.flow_style)
        self._open.append(_Open(value, self._place(value, event), braces=braces))

    def _place(self, value: Any, event: yaml.Event) -> Route:
        """Put a value where the document is; returns its route."""
        if not self._open:
            self.root = value
            self.marks[()] = _where(event)
            return ()
        holder = self._open[-1]
        if isinstance(holder.value, list):
            route: Route = (*holder.path, len(holder.value))
            holder.value.append(value)
        else:
            key = holder.key if holder.key is not None else ""
            holder.key = None
            route = (*holder.path, key)
            holder.value.setdefault(key, value)
        self.marks.setdefault(route, _where(event))
        return route

    def _refuse_marks(self, event: yaml.NodeEvent) -> None:
        if event.anchor:
            self._complain(event, "uses an anchor (&); write the value out each time instead")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            self._complain(event, f"uses a tag ({tag[:40]}); write the value alone")

    def _complain(self, event: yaml.Event, message: str) -> None:
        line, column = _where(event)
        self.problems.append(_at(self.name, line, column, message))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Stop
