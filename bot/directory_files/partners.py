"""resources/partners/ -> the organizations that hand out links to the bot."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Document, read_or_tell
from bot.directory_files.rules import Rulebook, past_date_problems
from bot.directory_files.shape_problems import shape_problems
from bot.directory_files.wording import forbidden_in
from bot.model.links import ListedPartner, Partner

FOLDER = "partners"
FIELDS = tuple(Partner.model_fields)
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
SIGNS = re.compile(r"[<>\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069]|https?:|www\.|@")


def load_partners(resources: Path, book: Rulebook, problems: list[Problem]) -> tuple[ListedPartner, ...]:
    """Every partner by the name of its file. Without the folder, none. What is wrong is added to `problems`."""
    found: list[ListedPartner] = []
    numbers: dict[int, str] = {}
    for path in sorted((resources / FOLDER).glob("*.yaml")):
        document = read_or_tell(path, f"{FOLDER}/{path.name}", problems)
        if document is None:
            continue
        try:
            partner = Partner.model_validate(document.data)
        except ValidationError as error:
            problems.extend(shape_problems(document, error, FIELDS))
            continue
        problems.extend(_problems(document, path.stem, partner, book))
        if partner.number in numbers:
            message = f"{partner.number} is the number of {numbers[partner.number]}; take the next free one"
            problems.append(document.problem(("number",), message))
            continue
        numbers[partner.number] = path.stem
        found.append(ListedPartner(code=path.stem, partner=partner))
    return tuple(found)


def _problems(document: Document, code: str, partner: Partner, book: Rulebook) -> Iterator[Problem]:
    if not CODE.fullmatch(code):
        yield document.problem(
            (), f"`{code}` is the code of this partner: use small letters, digits and dashes"
        )
    if SIGNS.search(partner.name):
        yield document.problem(
            ("name",), "holds a sign or an address that is no part of a name; write only the name"
        )
    for found in forbidden_in(partner.name, "en", book.wording):
        yield document.problem(("name",), f"says `{found.phrase}`: {found.because}")
    yield from past_date_problems(document, ("since",), partner.since, book.today)
