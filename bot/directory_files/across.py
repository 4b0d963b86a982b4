"""What only shows when all files lie side by side: the same number twice, the same organization twice. Hints."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process, utils

from bot.directory_files.phones import same_number
from bot.directory_files.problems import Problem
from bot.model.directory import ListedService

NEARLY = 93  # how alike (0-100) two names in one region must be


def across_problems(services: Iterable[ListedService]) -> Iterator[Problem]:
    """Hints about pairs of files. Where in the file is not known here, so the file's first line is named."""
    known = tuple(services)
    yield from _same_numbers(known)
    yield from _same_organizations(known)


def _same_numbers(services: tuple[ListedService, ...]) -> Iterator[Problem]:
    holders: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for listed in services:
        for contact in listed.service.open_contacts if not listed.service.hold else ():
            if contact.number and contact.number.startswith("+"):
                key = (contact.channel.value, same_number(contact.number))
                holders[key].setdefault(listed.organization_id, contact.number)
    for found in holders.values():
        first, *others = sorted(found)
        for other in others:
            message = (
                f"`{found[other]}` is also the number of {first}: one organization, or one wrong number?"
            )
            yield _hint(other, message)


def _same_organizations(services: tuple[ListedService, ...]) -> Iterator[Problem]:
    regions: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for listed in services:
        area = listed.service.area
        for region in area.regions or ("",):
            regions[(area.country, region)].setdefault(listed.organization_id, listed.organization)
    told: set[tuple[str, str]] = set()
    for names in regions.values():
        ids = sorted(names)
        for at, one in enumerate(ids):
            rest = {other: names[other] for other in ids[at + 1 :]}
            for name, _, other in process.extract(
                names[one],
                rest,
                scorer=fuzz.token_sort_ratio,
                processor=utils.default_process,
                score_cutoff=NEARLY,
            ):
                if (one, other) not in told:
                    told.add((one, other))
                    yield _hint(
                        other, f"`{name}` is nearly the name of {one}: if they are one, merge the files"
                    )


def _hint(organization_id: str, message: str) -> Problem:
    return Problem(file=f"organizations/{organization_id}.yaml", line=1, column=1, message=message, hint=True)
