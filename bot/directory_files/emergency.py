"""resources/emergency/ -> emergency numbers by country."""

from pathlib import Path

from bot.directory_files.problems import Problem
from bot.directory_files.reading import Unreadable, read_document
from bot.model.emergency import EmergencyNumbers

SERVICES = ("general", "police", "ambulance", "fire", "text")


def load_emergency(folder: Path, problems: list[Problem]) -> dict[str, EmergencyNumbers]:
    """Every country's numbers. Held ones are left out: the card then says "your local emergency number"."""
    numbers: dict[str, EmergencyNumbers] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            document = read_document(path, f"emergency/{path.name}")
        except Unreadable as error:
            problems.extend(error.problems)
            continue
        for country, entry in document.data.get("countries", {}).items():
            if "hold" in entry:
                continue
            given = {s: tuple(entry[s]) for s in SERVICES if s in entry}
            if not given or not all(n.isdigit() for ns in given.values() for n in ns):
                message = f"{country}: write general:, police:, ambulance:, fire: as lists of numbers"
                problems.append(document.problem(("countries", country), message))
                continue
            numbers[country] = EmergencyNumbers(country=country, **given)
    return numbers
