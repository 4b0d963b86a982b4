"""Which services an import changes: what the sheets say against what the directory holds now.

Nothing is listed without a source; nothing is deleted; nobody's change since the export is undone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date

from bot.exchange.differences import organization_changes, service_changes
from bot.exchange.found import Place, SheetProblem
from bot.exchange.gathering import Asked, Gathered
from bot.exchange.rows import ServiceRows, version_of
from bot.exchange.settling import Wanted, WantedService, settle
from bot.exchange.tables import LISTED, SERVICES
from bot.model.record import record


@record
class Decided:
    """The services that become different. Problems and notes are for whoever gave the sheets."""

    services: tuple[WantedService, ...]
    problems: tuple[SheetProblem, ...]
    notes: tuple[str, ...] = field(default=())


def decide(
    gathered: Gathered, now: Mapping[str, ServiceRows], today: date, *, remove_missing: bool
) -> Decided:
    """What each service shall be. `remove_missing`: services and contacts gone from the sheets are held."""
    problem = _for_reading(gathered)
    if problem:
        return Decided(services=(), problems=(problem,))
    decider = _Decider(gathered, now, today, remove_missing=remove_missing)
    services = (*decider.asked(), *decider.missing())
    return Decided(services=services, problems=tuple(decider.problems), notes=tuple(decider.notes))


def _for_reading(gathered: Gathered) -> SheetProblem | None:
    """An export of what people see lacks what they do not see; taken in, that would be lost."""
    mains = (asked.main for asked in gathered.services.values() if asked.main)
    line = next((line for line in mains if line.cell("version").text == LISTED), None)
    message = "this was exported with --listed, for reading. Export without it, and make the change there"
    return SheetProblem(place=line.at("version"), message=message) if line else None


class _Decider:
    """One import while it is decided."""

    def __init__(
        self, gathered: Gathered, now: Mapping[str, ServiceRows], today: date, *, remove_missing: bool
    ) -> None:
        self.gathered = gathered
        self.now = now
        self.remove_missing = remove_missing
        self.reason = f"missing from the sheet that was taken in on {today.isoformat()}"
        self.problems: list[SheetProblem] = []
        self.notes: list[str] = []

    def asked(self) -> Iterator[WantedService]:
        """Each service the sheets change, or make."""
        for asked in self.gathered.services.values():
            wanted = settle(asked, self.now.get(asked.id), self.problems, self._hold_contacts(asked))
            if not self._is_asked_for(asked, wanted):
                continue
            if not asked.children.get("sources"):
                self._tell_no_source(asked, wanted)
            if wanted.is_new:
                self._hint_at_a_changed_id(asked)
            yield wanted

    def _hold_contacts(self, asked: Asked) -> str | None:
        is_whole = asked.main is not None and "contacts" in self.gathered.tables
        return self.reason if self.remove_missing and is_whole else None

    def _is_asked_for(self, asked: Asked, wanted: WantedService) -> bool:
        now = self.now.get(asked.id)
        if now is None:
            return asked.main is not None
        (main,) = wanted.rows[SERVICES.name]
        changes = [*service_changes(now, wanted), *organization_changes(asked.path, now.main, main.cells)]
        return bool(changes) and self._is_of_today(asked, wanted, now)

    def _tell_no_source(self, asked: Asked, wanted: WantedService) -> None:
        message = (
            f"{asked.id} is {'new' if wanted.is_new else 'changed'}, and no row of the sheet sources says where that "
            "can be read. Add one there: service, url or title, and read (the day you read it)"
        )
        self.problems.append(SheetProblem(place=asked.first.at(), message=message))

    def _hint_at_a_changed_id(self, asked: Asked) -> None:
        """A row of an export whose id the directory has not: mistyped, it would make the service a second time."""
        is_exported = asked.main is not None and asked.main.cell("version").text
        if asked.main and is_exported and not self.gathered.services.keys().isdisjoint(self.now):
            message = f"{asked.id} is not in the directory and would be new. If you changed its id, write the old one"
            self.problems.append(SheetProblem(place=asked.main.at("id"), message=message, hint=True))

    def _is_of_today(self, asked: Asked, wanted: WantedService, now: ServiceRows) -> bool:
        """Whether the change was made to what the directory holds now, not to what it held once."""
        if asked.main is None:
            return True
        if not asked.is_named:
            message = (
                f"{asked.id} is in the directory already and says something else; to change it, write its id in the "
                "column id"
            )
            self.problems.append(SheetProblem(place=asked.main.at(), message=message))
            return False
        version = asked.main.cell("version").text
        if not version or version == version_of(now.rows):
            return True
        if version == version_of(wanted.as_said(now.rows, self.gathered.tables)):
            self.notes.append(
                f"{asked.id} was changed in the directory since the export, and stays as it is there."
            )
            return False
        message = (
            f"{asked.id} was changed here and, since the export, in the directory too. Export again and make your "
            "change there"
        )
        self.problems.append(SheetProblem(place=asked.main.at(), message=message))
        return False

    def missing(self) -> Iterator[WantedService]:
        """Services that are gone from the sheet: they stay, or are held where that was asked for."""
        if SERVICES.name not in self.gathered.tables:
            return
        here = {asked.id for asked in self.gathered.services.values() if asked.main}
        gone = [rows for rows in self.now.values() if rows.id not in here]
        if gone and not self.remove_missing:
            self.notes.append(_staying(len(gone)))
        elif len(gone) * 2 > len(self.now):
            self._refuse_to_hold(len(gone))
        elif self.remove_missing:
            yield from (_held(rows, self.reason) for rows in gone if not rows.main.get("hold"))

    def _refuse_to_hold(self, gone: int) -> None:
        """A sheet of one organization must not take all others out of sight."""
        message = (
            f"{gone} of {len(self.now)} services are missing from it, and --remove-missing would hold them all. Is "
            "this the whole directory? Leave --remove-missing out, or export everything first"
        )
        self.problems.append(SheetProblem(place=Place(sheet=SERVICES.name), message=message))


def _staying(gone: int) -> str:
    if gone == 1:
        return "1 service of the directory is not in the sheet, and stays as it is."
    return f"{gone} services of the directory are not in the sheet, and stay as they are."


def _held(rows: ServiceRows, reason: str) -> WantedService:
    """The service as it is, out of sight."""
    same = {
        name: tuple(Wanted(cells=cells, line=None, was=at) for at, cells in enumerate(of_table))
        for name, of_table in rows.rows.items()
    }
    (main,) = same[SERVICES.name]
    held = replace(main, cells={**main.cells, "hold": reason})
    return WantedService(id=rows.id, asked=None, rows={**same, SERVICES.name: (held,)})
