"""All changes of a file at once: only what differs, with comments, order and quotes left alone.

A library that loads and writes the whole file wraps long lines anew and changes quotes, so that the diff of one
mended number shows the whole entry. Here the text between two marks of the parser is replaced, and the result is read
back: it must hold just what was wanted, or nothing is changed.
"""

from collections.abc import Iterator
from dataclasses import field
from difflib import SequenceMatcher
from typing import Any

import yaml

from bot.directory_files.reading import parse_document
from bot.directory_files.writing import order_of, write_scalar, write_value
from bot.model.record import record

STEP = 2  # spaces of one level


class CannotMend(Exception):
    """The change cannot be made without rewriting more than was meant. Nothing was changed."""


@record
class Node:
    """A value in the text. `end` is where its content ends, before comments and blank lines.

    `value` is the text of a scalar; `entries` are (key, value) pairs of a mapping; `items` those of a list.
    """

    start: int
    end: int
    flow: bool = False
    style: str | None = None
    value: str | None = None
    entries: "tuple[tuple[Node, Node], ...] | None" = None
    items: "tuple[Node, ...] | None" = None


@record
class Edit:
    """Put `text` in place of what stands between two places."""

    start: int
    end: int
    text: str = field(repr=False)


def edited(text: str, wanted: Any) -> str:
    """`text` with the fewest edits that make it hold `wanted` (dict, list and str). Raises CannotMend."""
    before = parse_document(text, "text").data
    if before == wanted:
        return text
    mender = _Mender(text)
    edits = sorted(mender.edits(_tree(text), before, wanted), key=lambda e: (e.start, e.end))
    for edit in reversed(edits):  # from the end; of two at one place the later stays behind
        text = text[: edit.start] + edit.text + text[edit.end :]
    if parse_document(text, "text").data != wanted:
        raise CannotMend("the change cannot be made in place; edit the file by hand")
    return text


# -- where things stand ------------------------------------------------------------------------------------------


def _tree(text: str) -> Node:
    events = iter(
        yaml.parse(text, Loader=yaml.SafeLoader)
    )  # the pure parser's marks count characters exactly
    next(events), next(events)  # stream and document start
    return _node(next(events), events)


def _node(event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
    start = _at(event.start_mark)
    if isinstance(event, yaml.ScalarEvent):
        return Node(start=start, end=_at(event.end_mark), style=event.style, value=event.value)
    flow = bool(getattr(event, "flow_style", False))
    children: list[Node] = []
    while not isinstance(inner := next(events), yaml.CollectionEndEvent):
        children.append(_node(inner, events))
    end = _at(inner.end_mark) if flow or not children else children[-1].end
    if isinstance(event, yaml.MappingStartEvent):
        pairs = tuple(zip(children[::2], children[1::2], strict=True))
        return Node(start=start, end=end, flow=flow, entries=pairs)
    return Node(start=start, end=end, flow=flow, items=tuple(children))


def _at(mark: Any) -> int:
    """Characters before a mark; the parsers we use always give one."""
    return int(mark.index)


# -- what to change ----------------------------------------------------------------------------------------------


class _Mender:
    def __init__(self, text: str) -> None:
        self.text = text

    def edits(self, node: Node, before: Any, wanted: Any, holder: str | None = None) -> Iterator[Edit]:
        """The edits that turn `before`, as it stands at `node`, into `wanted`."""
        if before == wanted:
            return
        if node.entries and isinstance(wanted, dict) and wanted and not _loses_several(node, wanted):
            yield from self._mapping(node, before, wanted, holder)
        elif node.items and isinstance(wanted, list) and wanted and not _is_flat(node):
            yield from self._list(node, before, wanted, holder)
        else:
            yield self._replaced(node, wanted, holder)

    def _replaced(self, node: Node, wanted: Any, holder: str | None) -> Edit:
        if node.value is not None and isinstance(wanted, str):
            style = node.style if node.style in ("'", '"') else None
            written = write_scalar(wanted, style) if style or holder is None else write_value(wanted, holder)
            return self._instead(node, written if "\n" not in written else write_scalar(wanted, '"'))
        if node.flow or (isinstance(wanted, list) and all(isinstance(w, str) for w in wanted)):
            return self._instead(node, " ".join(write_value(wanted, holder, flow=True).split("\n")))
        if isinstance(wanted, str):
            return self._instead(node, write_scalar(wanted))
        raise CannotMend(f"{holder or 'this file'} changes its form; edit it by hand")

    def _instead(self, node: Node, written: str) -> Edit:
        before = self.text[node.start - 1 : node.start]
        space = " " if node.start == node.end and before == ":" else ""  # `key:` had no value
        return Edit(start=node.start, end=node.end, text=space + written)

    # mappings

    def _mapping(
        self, node: Node, before: dict[str, Any], wanted: dict[str, Any], holder: str | None
    ) -> Iterator[Edit]:
        pairs = node.entries or ()
        kept = [pair for pair in pairs if pair[0].value in wanted]
        for key, value in kept:
            name = key.value or ""
            if before[name] == wanted[name]:
                continue
            inner = holder if holder == "services" and "name" not in before else name
            if _changes_form(value, wanted[name]):
                yield self._rewritten(node, key, value, wanted[name], inner)
            else:
                yield from self.edits(value, before[name], wanted[name], inner)
        yield from self._removed(node, pairs, {k for k in before if k not in wanted})
        yield from self._inserted(node, kept, wanted, [k for k in wanted if k not in before], holder)

    def _rewritten(self, node: Node, key: Node, value: Node, wanted: Any, holder: str) -> Edit:
        """`checks: []` becomes a list under its key."""
        if node.flow:
            return Edit(start=value.start, end=value.end, text=write_value(wanted, holder, flow=True))
        written = _under(write_value(wanted, holder), self._column(key.start), wanted)
        return Edit(start=key.end, end=value.end, text=":" + written)

    def _removed(self, node: Node, pairs: tuple[tuple[Node, Node], ...], gone: set[str]) -> Iterator[Edit]:
        if len(gone) == len(pairs):
            raise CannotMend("nothing would be left of it; remove it as a whole")
        for at, (key, value) in enumerate(pairs):
            if key.value not in gone:
                continue
            if node.flow:
                yield self._cut_from_flow([p[0].start for p in pairs], [p[1].end for p in pairs], at)
            elif at == 0 and self.text[self._line_start(key.start) : key.start].strip():
                yield Edit(start=key.start, end=pairs[1][0].start, text="")  # after the dash of a list
            else:
                yield Edit(start=self._line_start(key.start), end=self._next_line(value.end), text="")

    def _inserted(
        self,
        node: Node,
        kept: list[tuple[Node, Node]],
        wanted: dict[str, Any],
        new: list[str],
        holder: str | None,
    ) -> Iterator[Edit]:
        order = order_of(holder)
        rank = {name: at for at, name in enumerate(order)}
        names = [key.value or "" for key, _ in kept]
        for name in sorted(new, key=lambda n: rank.get(n, len(rank))):
            earlier = [
                at
                for at, known in enumerate(names)
                if rank.get(known, len(rank)) <= rank.get(name, len(rank))
            ]
            after = kept[earlier[-1]] if earlier else None
            yield self._new_entry(node, kept, after, name, wanted[name])

    def _new_entry(
        self,
        node: Node,
        kept: list[tuple[Node, Node]],
        after: tuple[Node, Node] | None,
        name: str,
        value: Any,
    ) -> Edit:
        if not kept:
            raise CannotMend("all of it would change; edit the file by hand")
        if node.flow:
            written = f"{name}: {write_value(value, name, flow=True)}"
            if after is None:
                return Edit(start=kept[0][0].start, end=kept[0][0].start, text=f"{written}, ")
            return Edit(start=after[1].end, end=after[1].end, text=f", {written}")
        column = self._column(kept[0][0].start)
        written = f"{write_scalar(name)}:{_under(write_value(value, name), column, value)}"
        if after is None:
            return Edit(start=kept[0][0].start, end=kept[0][0].start, text=f"{written}\n{' ' * column}")
        return self._line_after(after[1].end, f"{' ' * column}{written}")

    # lists

    def _list(self, node: Node, before: list[Any], wanted: list[Any], holder: str | None) -> Iterator[Edit]:
        items = node.items or ()
        matcher = SequenceMatcher(None, [repr(b) for b in before], [repr(w) for w in wanted], autojunk=False)
        for tag, b0, b1, w0, w1 in matcher.get_opcodes():
            if tag == "equal":
                continue
            both = min(b1 - b0, w1 - w0)
            for at in range(both):
                yield from self._item(items[b0 + at], before[b0 + at], wanted[w0 + at], holder)
            for at in range(b0 + both, b1):
                yield self._drop(items, at)
            if w1 - w0 > both:
                yield self._add(items, b0 + both, wanted[w0 + both : w1], holder)

    def _item(self, item: Node, before: Any, wanted: Any, holder: str | None) -> Iterator[Edit]:
        if _changes_form(item, wanted):
            raise CannotMend(f"{holder or 'a list'} changes its form; edit it by hand")
        yield from self.edits(item, before, wanted, holder)

    def _drop(self, items: tuple[Node, ...], at: int) -> Edit:
        if len(items) == 1:
            raise CannotMend("the list would be empty; remove it as a whole")
        start = self._line_start(items[at].start)
        return Edit(start=start, end=self._next_line(items[at].end), text="")

    def _add(self, items: tuple[Node, ...], at: int, new: list[Any], holder: str | None) -> Edit:
        dash = self.text.rindex("-", self._line_start(items[0].start), items[0].start)
        column = self._column(dash)
        lines = [f"{' ' * column}- {_beside_dash(write_value(v, holder), column)}" for v in new]
        written = "\n".join(lines)
        if at == 0:
            start = self._line_start(items[0].start)
            return Edit(start=start, end=start, text=f"{written}\n")
        return self._line_after(items[at - 1].end, written)

    # places in the text

    def _cut_from_flow(self, starts: list[int], ends: list[int], at: int) -> Edit:
        if at + 1 < len(starts):
            return Edit(start=starts[at], end=starts[at + 1], text="")
        return Edit(start=ends[at - 1], end=ends[at], text="")

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _next_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end == -1 else end + 1

    def _line_after(self, at: int, line: str) -> Edit:
        if at > 0 and self.text[at - 1] == "\n":  # a block text ends with its line
            return Edit(start=at, end=at, text=f"{line}\n")
        end = self.text.find("\n", at)
        if end == -1:
            return Edit(start=len(self.text), end=len(self.text), text=f"\n{line}")
        return Edit(start=end + 1, end=end + 1, text=f"{line}\n")

    def _column(self, at: int) -> int:
        return at - self._line_start(at)


def _loses_several(node: Node, wanted: dict[str, Any]) -> bool:
    """Several words gone from one line: it is written anew."""
    return node.flow and sum(key.value not in wanted for key, _ in node.entries or ()) > 1


def _is_flat(node: Node) -> bool:
    """A list of plain words in brackets: replaced as a whole."""
    return node.flow


def _changes_form(node: Node, wanted: Any) -> bool:
    """Whether a value becomes another kind of thing, or an empty one gets content that needs lines of its own."""
    if isinstance(wanted, dict):
        return not node.entries
    if isinstance(wanted, list) and any(isinstance(w, dict) for w in wanted):
        return not node.items or node.flow
    if isinstance(wanted, list) and node.items and not node.flow:
        return not wanted  # lines with dashes become []
    return isinstance(wanted, list) is not (node.items is not None) or (
        isinstance(wanted, str) is not (node.value is not None)
    )


def _under(written: str, column: int, value: Any) -> str:
    """A value as it stands after `key:`, on the same line or indented below."""
    on_one_line = isinstance(value, str) or not value or written.startswith(("[", "{"))
    if on_one_line:
        first, *rest = written.split("\n")
        return f" {first}" + "".join(f"\n{' ' * (column + STEP)}{line.strip()}" for line in rest)
    return "".join(f"\n{' ' * (column + STEP)}{line}" for line in written.split("\n"))


def _beside_dash(written: str, column: int) -> str:
    """A value as it stands after `- `."""
    return written.replace("\n", f"\n{' ' * (column + STEP)}")
