"""Pages made of templates: nothing unescaped by accident, nothing missing without a word."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def templates(folder: Path) -> "Environment":
    """The templates of a folder. Data inside a page is JSON as it was given: in its order, in its own letters."""
    # Not at start: pages are asked for rarely.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    house = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    house.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    return house
