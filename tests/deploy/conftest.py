"""The bot starts here as a process; the word lists are compiled before, not while somebody waits for it."""

import pytest
from bot.directory_files.load import Resources


@pytest.fixture(scope="session", autouse=True)
def compiled(resources: Resources) -> Resources:
    """The real resources, read once, and so kept compiled for every process."""
    return resources
