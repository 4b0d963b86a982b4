"""What an organization gives is used as it is, or refused with one sentence."""

import unicodedata

import pytest
from bot.sharing.given import NotUsable, link_of_bot, organization_name, readable, web_link
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("  Casa \n X ", "Casa X"),
        ("<b>Casa</b>", "<b>Casa</b>"),
        ("\u202eCasa\u202c", "Casa"),
        ("Cafe\u0301", "Café"),
        ("بيت الأمل", "بيت الأمل"),
        ("", ""),
    ],
)
def test_a_name_stands_on_one_line_and_turns_nothing_around_it(given_name: str, name: str) -> None:
    assert organization_name(given_name) == name


@given(st.text(max_size=400))
def test_any_name_is_used_or_refused_with_one_sentence(text: str) -> None:
    try:
        name = organization_name(text)
    except NotUsable as error:
        assert "200" in str(error) and "\n" not in str(error)
    else:
        assert len(name) <= 200 and name == name.strip() and "\n" not in name
        assert not any(0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069 for c in name)
        assert unicodedata.is_normalized("NFC", name)


def test_two_hundred_letters_are_the_most() -> None:
    assert organization_name("x" * 200) == "x" * 200
    with pytest.raises(NotUsable, match="201 characters"):
        organization_name("x" * 201)


@pytest.mark.parametrize("name", ["marigold_bot", "@marigold_bot"])
def test_the_link_of_a_bot_is_made_of_its_username(name: str) -> None:
    assert link_of_bot(name) == "https://t.me/marigold_bot"


@pytest.mark.parametrize("name", ["", "x", "1bot", "a/../b", "bot?start=x", "böt_bot", "x" * 33, "a bot"])
def test_what_is_no_username_is_refused(name: str) -> None:
    with pytest.raises(NotUsable, match="username"):
        link_of_bot(name)


@pytest.mark.parametrize(
    "link",
    [
        "http://t.me/a_bot",
        "javascript:alert(1)",
        "https://user@t.me/x",
        "https://localhost/x",
        "https://t.me/a b",
        "https://t.me/ä",
        "https://[t.me/x",
        "tg://resolve?domain=x",
        "",
        "https://t.me/" + "x" * 300,
    ],
)
def test_what_is_no_link_for_print_is_refused(link: str) -> None:
    with pytest.raises(NotUsable, match="link"):
        web_link(link)


@given(st.text(max_size=350))
def test_any_link_is_used_or_refused(text: str) -> None:
    try:
        assert web_link("https://t.me/" + text).startswith("https://t.me")
    except NotUsable as error:
        assert "\n" not in str(error)


def test_the_link_is_shown_as_people_type_it() -> None:
    assert readable("https://t.me/marigold_bot?start=k7") == "t.me/marigold_bot?start=k7"
    assert readable("https://example.org/") == "example.org"
