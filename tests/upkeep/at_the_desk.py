"""What a volunteer has on the desk: the real words and places, with a made-up directory."""

from functools import cache

from bot.directory_files.compiled import compiled_cache
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import Rulebook
from bot.directory_files.scripts import Scripts, load_scripts
from bot.model.directory import ListedService
from bot.model.emergency import EmergencyNumbers
from bot.upkeep.round.calling import Desk
from bot.upkeep.round.voice import Voice

from tests.builders import NOON
from tests.conftest import ROOT


@cache
def the_words() -> Scripts:
    """The call scripts we ship."""
    return load_scripts(ROOT / "resources" / "scripts", [])


@cache
def the_book() -> Rulebook:
    """The real places and names of needs."""
    return read_rulebook(ROOT / "resources", NOON.date(), [], compiled_cache())


def a_desk(*services: ListedService) -> Desk:
    """A desk with these services in the directory."""
    together: dict[str, tuple[ListedService, ...]] = {}
    for one in services:
        together[one.organization_id] = (*together.get(one.organization_id, ()), one)
    return Desk(
        scripts=the_words(),
        gazetteer=the_book().gazetteer,
        emergency={"US": EmergencyNumbers(country="US", general=("911",), also=("933",))},
        services=together,
    )


def a_voice(language: str = "en", country: str = "US") -> Voice:
    """The words in one language and country."""
    return Voice(scripts=the_words(), language=language, country=country)
