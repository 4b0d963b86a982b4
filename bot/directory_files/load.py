"""The whole of resources/, read once and checked. Broken resources are never served."""

from pathlib import Path

from bot.directory_files.emergency import load_emergency
from bot.directory_files.gazetteer import load_gazetteer
from bot.directory_files.lexicons import Example, load_lexicons
from bot.directory_files.messages import load_messages
from bot.directory_files.organizations import load_organizations
from bot.directory_files.problems import BrokenResources, Problem
from bot.directory_files.taxonomy import load_taxonomy
from bot.model.directory import ListedService
from bot.model.emergency import EmergencyNumbers
from bot.model.messages import Messages
from bot.model.record import record
from bot.model.taxonomy import Taxonomy
from bot.understanding.lexicon import Lexicon
from bot.understanding.places import Gazetteer

FOLDERS = ("taxonomy", "lexicons", "messages", "emergency", "organizations", "places")


@record
class Resources:
    """Everything that is read. `services` holds the held ones too; what is shown is decided in matching."""

    taxonomy: Taxonomy
    lexicon: Lexicon
    examples: tuple[Example, ...]
    messages: Messages
    gazetteer: Gazetteer
    services: tuple[ListedService, ...]
    emergency: dict[str, EmergencyNumbers]


def load_resources(folder: Path) -> Resources:
    """Read everything. Raises BrokenResources with every problem found."""
    resources, problems = read_resources(folder)
    if problems or resources is None:
        raise BrokenResources(tuple(problems))
    return resources


def read_resources(folder: Path) -> tuple[Resources | None, list[Problem]]:
    """Read everything that can be read, with all problems."""
    missing = [name for name in FOLDERS if not (folder / name).is_dir()]
    if missing:
        where = folder.as_posix()
        return None, [
            Problem(
                file=where,
                line=1,
                column=1,
                message=f"the folder {name}/ is missing; is BOT_RESOURCES right?",
            )
            for name in missing
        ]
    problems: list[Problem] = []
    taxonomy = load_taxonomy(folder / "taxonomy", problems)
    lexicons = load_lexicons(folder / "lexicons", problems)
    resources = Resources(
        taxonomy=taxonomy,
        lexicon=lexicons.lexicon,
        examples=lexicons.examples,
        messages=load_messages(folder / "messages", problems),
        gazetteer=load_gazetteer(folder / "places", problems),
        services=tuple(load_organizations(folder / "organizations", taxonomy, problems)),
        emergency=load_emergency(folder / "emergency", problems),
    )
    return resources, problems
