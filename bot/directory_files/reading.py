"""YAML as volunteers mean it: every scalar is text, every value knows its line, doubled keys are refused.

Plain YAML loading turns NO into false, 0117 into 79 and 22:30 into 1350, and a key written twice silently wins
over the first. Nobody who mends a phone number should have to know.
"""

from pathlib import Path
from typing import Any

import yaml

from bot.directory_files.problems import Problem
from bot.model.record import record

LARGEST_FILE = 1_000_000  # bytes; lexicons are the largest
LARGEST_ENTRY = 100_000
DEEPEST = 20

Route = tuple[str | int, ...]


@record
class Document:
    """A file's content and where each value stands. `data` holds only dict, list and str."""

    file: str
    data: Any
    marks: dict[Route, tuple[int, int]]

    def problem(self, path: Route, message: str) -> Problem:
        """A problem at `path`, or at the nearest thing above it that stands in the file."""
        while path and path not in self.marks:
            path = path[:-1]
        line, column = self.marks.get(path, (1, 1))
        return Problem(file=self.file, line=line, column=column, message=message)


class Unreadable(Exception):
    """The file is no YAML of ours."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(str(problems[0]))
        self.problems = problems


def read_document(path: Path, name: str, largest: int = LARGEST_FILE) -> Document:
    """Read one file. `name` is how problems call it. Raises Unreadable with every problem found."""
    return parse_document(_text_of(path, name, largest), name)


def _text_of(path: Path, name: str, largest: int) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable([_at(name, 1, 1, f"cannot be read: {error.strerror}")]) from None
    if len(raw) > largest:
        raise Unreadable([_at(name, 1, 1, f"is {len(raw):,} bytes; at most {largest:,} are read")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable([_at(name, line, 1, "is not UTF-8; save the file as UTF-8 and try again")]) from None


def parse_document(text: str, name: str) -> Document:
    """Parse YAML text. Raises Unreadable."""
    try:
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Unreadable([_at(name, line, column, f"is not YAML: {_plain(error)}")]) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable([_at(name, 1, 1, f"is not YAML: {type(error).__name__}")]) from None
    if root is None:
        raise Unreadable([_at(name, 1, 1, "is empty")])
    builder = _Builder(name)
    data = builder.build(root, (), 0)
    if builder.problems:
        raise Unreadable(builder.problems)
    return Document(file=name, data=data, marks=builder.marks)


def _plain(error: yaml.MarkedYAMLError) -> str:
    what = error.problem or error.context or "it cannot be understood"
    if "\\t" in what:
        return "there is a tab; use spaces to indent"
    return what


def _at(name: str, line: int, column: int, message: str) -> Problem:
    return Problem(file=name, line=line, column=column, message=message)


class _Builder:
    """Turns YAML nodes into dict, list and str, and remembers where each stood."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.marks: dict[Route, tuple[int, int]] = {}
        self._seen: set[int] = set()

    def build(self, node: yaml.Node, path: Route, depth: int) -> Any:
        self.marks[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if id(node) in self._seen:
            self._complain(node, "uses an anchor (&) and alias (*); write the value out instead")
            return ""
        self._seen.add(id(node))
        if depth > DEEPEST:
            self._complain(node, f"is nested more than {DEEPEST} deep")
            return ""
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, at), depth + 1) for at, child in enumerate(node.value)]
        return node.value

    def _mapping(self, node: yaml.MappingNode, path: Route, depth: int) -> dict[str, Any]:
        built: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._complain(key_node, "a key must be one word")
                continue
            key = key_node.value
            if key in built:
                self._complain(key_node, f"`{key}` stands here twice; the first is on line {first[key]}")
                continue
            first[key] = key_node.start_mark.line + 1
            built[key] = self.build(value_node, (*path, key), depth + 1)
            self.marks[(*path, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        return built

    def _complain(self, node: yaml.Node, message: str) -> None:
        mark = node.start_mark
        self.problems.append(_at(self.name, mark.line + 1, mark.column + 1, message))
