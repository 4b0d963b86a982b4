"""resources/emergency/ -> emergency numbers by country."""

from pathlib import Path

from pydantic import ValidationError

from bot.directory_files.problems import Problem
from bot.directory_files.reading import read_or_tell
from bot.model.emergency import EmergencyNumbers


def load_emergency(folder: Path, problems: list[Problem]) -> dict[str, EmergencyNumbers]:
    """Every country's numbers, the held ones too: what is shown of them the shape decides."""
    numbers: dict[str, EmergencyNumbers] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_or_tell(path, f"emergency/{path.name}", problems)
        if document is None:
            continue
        countries = document.data.get("countries") if isinstance(document.data, dict) else None
        if not isinstance(countries, dict):
            problems.append(document.problem((), "write countries: and a country's numbers under its code"))
            continue
        lists = document.data.get("sources") or {}
        for country, entry in countries.items():
            route = ("countries", country)
            try:
                numbers[country] = EmergencyNumbers.model_validate({"country": country, **entry})
            except (ValidationError, TypeError):
                message = f"{country}: write name:, general:, police:, ambulance:, fire: as lists of numbers; hold: why"
                problems.append(document.problem(route, message))
                continue
            problems.extend(
                document.problem((*route, "lists"), f"`{name}` is not one of sources:")
                for name in numbers[country].lists
                if name not in lists
            )
    return numbers
