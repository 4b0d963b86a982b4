"""Taking sheets in, second half: a plan without errors becomes files, each whole or not at all."""

from dataclasses import field
from pathlib import Path

from bot.directory_files.organizations import FOLDER
from bot.directory_files.saving import NotSaved, digest_of, save
from bot.exchange.planning import Plan, PlannedFile
from bot.model.record import record

AGAIN = "Running the same import again is safe: what is written already is then left as it is."


@record
class Outcome:
    """What became of a plan. `stopped`: why, where not everything could be written."""

    written: tuple[str, ...]
    left: tuple[str, ...] = ()
    stopped: str | None = field(default=None)


def carry_out(plan: Plan, resources: Path) -> Outcome:
    """Write the files of a plan. If one was changed since it was read, none is written; the first failure ends it."""
    folder = resources / FOLDER
    changed = [file.path for file in plan.files if not _is_as_it_was(folder, file)]
    if changed:
        sentence = (
            f"{', '.join(changed)} changed while the sheet was being read. Look at it with --dry-run, then import "
            "again."
        )
        return Outcome(written=(), left=tuple(file.path for file in plan.files), stopped=sentence)
    written: list[str] = []
    for file in plan.files:
        try:
            save(folder / f"{file.path}.yaml", file.text, was=file.was)
        except NotSaved as error:
            left = tuple(one.path for one in plan.files if one.path not in written)
            return Outcome(written=tuple(written), left=left, stopped=f"{error} {AGAIN}")
        written.append(file.path)
    return Outcome(written=tuple(written))


def _is_as_it_was(folder: Path, file: PlannedFile) -> bool:
    path = folder / f"{file.path}.yaml"
    try:
        return (digest_of(path.read_bytes()) if path.exists() else None) == file.was
    except OSError:
        return False
