"""The rows of all sheets, gathered by service: its own row, and those of its contacts, sources and checks."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field

from bot.directory_files.rules import nearest
from bot.exchange.found import SheetProblem
from bot.exchange.kept import Kept
from bot.exchange.naming import CannotName, Names, is_id, new_id
from bot.exchange.recognising import Line, Recognised
from bot.exchange.tables import CHILDREN, SERVICES
from bot.model.record import record


@record
class Asked:
    """What the sheets say of one service. `main` is None where only other sheets speak of it.

    `is_named`: its id stands in the sheet; else it was made from the name.
    """

    id: str
    main: Line | None
    children: Mapping[str, tuple[Line, ...]]
    is_named: bool = True

    @property
    def path(self) -> str:
        """The organization's id."""
        return self.id.split("#")[0]

    @property
    def first(self) -> Line:
        """The row to name when the service as a whole is meant."""
        return self.main or next(line for lines in self.children.values() for line in lines)


@record
class Gathered:
    """All services the sheets speak of, in their order. `tables`: which sheets there were."""

    services: Mapping[str, Asked]
    tables: Collection[str]
    problems: tuple[SheetProblem, ...] = field(default=())


def gather(recognised: Recognised, kept: Mapping[str, Kept], known: Collection[str]) -> Gathered:
    """Rows by service. `known` are the ids of the directory. Rows that belong nowhere are in `problems`."""
    problems: list[SheetProblem] = []
    mains, labels = _mains(recognised, kept, known, problems)
    children = _children(recognised, mains, labels, known, problems)
    ids = dict.fromkeys((*mains, *(one for of_table in children.values() for one in of_table)))
    services = {
        one: Asked(
            id=one,
            main=mains[one][0] if one in mains else None,
            children={name: tuple(of_table.get(one, ())) for name, of_table in children.items()},
            is_named=mains[one][1] if one in mains else True,
        )
        for one in ids
    }
    return Gathered(services=services, tables=tuple(recognised.lines), problems=tuple(problems))


Mains = dict[str, tuple[Line, bool]]  # id -> its row, and whether the id stands there


def _mains(
    recognised: Recognised, kept: Mapping[str, Kept], known: Collection[str], problems: list[SheetProblem]
) -> tuple[Mains, dict[str, str]]:
    """The services' own rows by id, and the ids of those that are called by a short name here."""
    mains: Mains = {}
    labels: dict[str, str] = {}
    names = Names(kept=kept, given={})
    for line in recognised.lines.get(SERVICES.name, ()):
        written = _as_known(line.cell("id").text, known)
        try:
            service_id = written if written in known or is_id(written) else _new(line, written, names)
        except CannotName as error:
            problems.append(SheetProblem(place=line.at(error.header), message=error.sentence))
            labels.setdefault(_label(line, written), "")
            continue
        if service_id in mains or _label(line, written) in labels:
            first = mains.get(service_id) or mains.get(labels[_label(line, written)])
            problems.append(_twice(line, service_id, first))
            labels.setdefault(_label(line, written), "")
            continue
        mains[service_id] = (line, service_id == written)
        labels[_label(line, written)] = service_id
    return mains, labels


def _label(line: Line, written: str) -> str:
    """What other rows call a service by: what stands in its column id, or its row where that is empty."""
    return (written or line.row_name).casefold()


def _as_known(written: str, known: Collection[str]) -> str:
    """US/TX/Example#line is us/tx/example#line."""
    small = written.casefold()
    return small if written not in known and (small in known or is_id(small)) else written


def _new(line: Line, written: str, names: Names) -> str:
    if "#" in written or "/" in written:
        raise CannotName(
            "id",
            f"`{written}` is no id; write it like us/tx/example-legal-center#survivor-legal-line, or any short name",
        )
    return new_id(line, names)


def _twice(line: Line, name: str, first: tuple[Line, bool] | None) -> SheetProblem:
    where = f" (first in row {first[0].number})" if first else ""
    message = f"`{name}` stands here twice{where}. Each service has one row; give a new one another name"
    return SheetProblem(place=line.at("id"), message=message)


def _children(
    recognised: Recognised,
    mains: Mains,
    labels: Mapping[str, str],
    known: Collection[str],
    problems: list[SheetProblem],
) -> dict[str, dict[str, list[Line]]]:
    found: dict[str, dict[str, list[Line]]] = {}
    for table in CHILDREN:
        for line in recognised.lines.get(table.name, ()):
            written = _as_known(line.cell("service").text, known)
            service_id = labels.get(written.casefold(), written)
            if service_id in mains or service_id in known:
                found.setdefault(table.name, {}).setdefault(service_id, []).append(line)
            elif service_id:  # else its own row is told already
                problems += _homeless(line, written, (*mains, *known))
            elif not written:
                problems += _homeless(line, written, ())
    return found


def _homeless(line: Line, written: str, ids: Collection[str]) -> Iterator[SheetProblem]:
    if written:
        instead = nearest(written, ids, "copy the id from the sheet services")
        message = f"`{written}` is no service in the sheet services or in the directory; {instead}"
    else:
        message = "is empty; copy the id of the service from the sheet services"
    yield SheetProblem(place=line.at("service"), message=message)
