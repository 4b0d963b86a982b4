"""The id of a service that has none yet: from its country, its region and its name."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from bot.exchange.cells import items_in
from bot.exchange.kept import Kept
from bot.exchange.recognising import Line
from bot.exchange.tables import fold
from bot.model.directory import EUROPEAN_UNION, WORLDWIDE
from bot.model.record import record

PATH = r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*){1,3}"
ID = re.compile(rf"({PATH})#([a-z0-9][a-z0-9-]*)")
LONGEST = 48  # letters of a name in a path
FOLDERS = {WORLDWIDE: "world", EUROPEAN_UNION: "eu"}
NATIONAL = "national"  # beside the folders of regions, in countries that have it


class CannotName(Exception):
    """There is no id to be made of this; the sentence says what to write and `header` where."""

    def __init__(self, header: str, sentence: str) -> None:
        super().__init__(sentence)
        self.header = header
        self.sentence = sentence


@record
class Names:
    """What is taken: the organizations there are, and the paths this import gives to new ones by their names."""

    kept: Mapping[str, Kept]
    given: dict[str, str]


def is_id(text: str) -> bool:
    """Whether a text has the form of an id: us/tx/example-legal-center#survivor-legal-line."""
    return ID.fullmatch(text) is not None


def new_id(line: Line, names: Names) -> str:
    """The id of a new service. Raises CannotName."""
    organization = line.cell("organization_name").text
    if not organization:
        raise CannotName("organization_name", "is empty; a new service needs the name of its organization")
    path = names.given.get(fold_name(organization)) or _path(line, organization, names)
    names.given[fold_name(organization)] = path
    key = slug(line.cell("name").text)
    if not key or fold_name(line.cell("name").text) == fold_name(organization):
        key = fold(line.cell("kind").text).replace("_", "-")
    if not key:
        raise CannotName("name", "is empty; a new service needs a name")
    return f"{path}#{key}"


def _path(line: Line, organization: str, names: Names) -> str:
    name = slug(organization)
    if not name:
        raise CannotName(
            "id", "is empty, and the name has no letters a to z; write an id like jp/13/example#line"
        )
    country = line.cell("area_country").text
    if not re.fullmatch("[A-Z]{2}", country):
        raise CannotName("area_country", "write the country as two capital letters: US, FR, ZZ for worldwide")
    regions = items_in(line.cell("area_regions").text)

    def is_there(folder: str) -> bool:
        return any(kept.startswith(f"{folder}/") for kept in names.kept)

    path = f"{folder_of(country, regions, is_there)}/{name}"
    if path in names.kept and fold_name(names.kept[path].organization.name) != fold_name(organization):
        other = names.kept[path].organization.name
        raise CannotName(
            "id", f"{path} is another organization ({other}); write another id here: {path}-2#line"
        )
    return path


def folder_of(country: str, regions: Sequence[str], is_there: Callable[[str], bool]) -> str:
    """us/tx for one region, us/national for none or several, where the country has such a folder."""
    folder = FOLDERS.get(country, country.lower())
    if len(regions) == 1:
        return f"{folder}/{regions[0].lower()}"
    national = f"{folder}/{NATIONAL}"
    return national if is_there(national) else folder


def slug(name: str) -> str:
    """A name as it stands in a path: small letters a to z, digits and dashes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    short = re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")
    return short if len(short) <= LONGEST else short[:LONGEST].rsplit("-", 1)[0].strip("-")


def fold_name(name: str) -> str:
    """Two spellings of one name alike."""
    return " ".join(name.casefold().split())
