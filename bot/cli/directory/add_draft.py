"""Answers that are kept for later, in a file of their own outside the directory. Only answers: never a pasted text."""

from collections.abc import Mapping
from pathlib import Path

import platformdirs

from bot.cli.opening import stop
from bot.directory_files.reading import LARGEST_ENTRY, Unreadable, read_document
from bot.directory_files.saving import digest_of, save
from bot.directory_files.writing import write_organization
from bot.upkeep.adding.questions import Answer, clean
from bot.upkeep.form.naming import short_word

HEAD = "# Answers of `bot directory add`, not finished. Go on with: bot directory add --draft {path}\n"


def draft_or_stop(path: Path, resources: Path) -> dict[str, Answer]:
    """The answers of a draft. Ends the program when it is none."""
    if path.resolve().is_relative_to(resources.resolve()):
        stop(f"{path} is inside the directory, where a draft would be served. Keep it somewhere else.")
    if not path.exists():
        stop(f"There is no draft {path}. Leave out --draft to begin a new one.")
    try:
        data = read_document(path, path.name, LARGEST_ENTRY).data
    except Unreadable as error:
        stop("\n".join(map(str, error.problems)))
    if not isinstance(data, dict):
        stop(f"{path} is not a draft of this command.")
    return {str(step): _answer(value) for step, value in data.items() if isinstance(value, str | list)}


def _answer(value: str | list[object]) -> Answer:
    """Cleaned once more: somebody may have written in the file."""
    if isinstance(value, str):
        return clean(value)
    return tuple(clean(word) for word in value if isinstance(word, str))


def keep_draft(answers: Mapping[str, Answer], path: Path | None) -> Path:
    """Write the answers to `path`, or to a new file in the person's own folder. Raises NotSaved."""
    place = path or _free_place(short_word(str(answers.get("name", ""))) or "draft")
    text = HEAD.format(path=place) + write_organization(answers)
    save(place, text, was=digest_of(place.read_bytes()) if place.exists() else None)
    return place


def _free_place(name: str) -> Path:
    folder = platformdirs.user_data_path("marigold-bot") / "drafts"
    places = (folder / f"{name}{end}.yaml" for end in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(place for place in places if not place.exists())
