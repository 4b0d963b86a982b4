"""bot share link, as an organization types it."""

import pytest
from bot.cli.share import app
from bot.cli.share_link import link_lists_or_stop
from bot.conversation.deep_links import LinkLists, link_of
from typer.testing import CliRunner


@pytest.fixture(scope="module")
def lists() -> LinkLists:
    return link_lists_or_stop()


def test_it_prints_a_link_of_a_few_letters_that_mean_nothing(lists: LinkLists) -> None:
    """T10: codes from lists, nothing else."""
    arguments = ["--bot", "@marigold_bot", "--need", "legal", "--people", "undocumented", "--lang", "es"]
    done = CliRunner().invoke(app, ["link", *arguments, "--place", "us-tx"])
    start = "https://t.me/marigold_bot?start="
    assert done.exit_code == 0 and done.stdout.startswith(start)
    payload = done.stdout.strip().removeprefix(start)
    assert len(payload) <= 64 and payload.isascii() and payload.replace("-", "").replace("_", "").isalnum()
    assert not any(word in payload.casefold() for word in ("legal", "undoc", "texas"))
    back = link_of(payload, lists)
    assert back is not None and back.place is not None
    assert (back.needs, back.people, back.language) == (("legal",), ("undocumented",), "es")
    assert (back.place.country, back.place.region) == ("US", "TX")


def test_without_the_bots_name_it_says_where_to_put_it() -> None:
    done = CliRunner().invoke(app, ["link", "--need", "legal"])
    assert "https://t.me/<bot>?start=" in done.stdout and "--bot" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--need", "leagl"], "did you mean `legal`?"),
        (["--need", "xxxxxxxx"], "it is one of crisis"),
        (["--people", "everyone"], "is no code here"),
        (["--lang", "xx"], "answers come in ar, en"),
        (["--place", "Austin"], "write it like US, US-TX"),
        (["--from", "casa-x"], "Add resources/partners/casa-x.yaml"),
        (["--need", "legal", "--need", "medical", "--need", "money"], "room for 2 needs"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: list[str], words: str) -> None:
    done = CliRunner().invoke(app, ["link", "--bot", "x_bot", *arguments])
    assert done.exit_code == 2 and words in done.stderr
