"""State in buttons: whatever comes back is treated as forged until it decodes."""

from dataclasses import replace

from bot.conversation.buttons import MOST_BYTES, Screen, Step, pack, unpack
from bot.conversation.knowledge import Knowledge
from bot.conversation.turn import take_turn
from bot.model.events import Chose
from bot.model.profile import Danger, Profile, Question, Wishes
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import AUSTIN, NOON, PARIS


def profiles(knowledge: Knowledge) -> st.SearchStrategy[Profile]:
    """Any profile a conversation can reach."""
    taxonomy = knowledge.taxonomy

    def some(codes: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
        return st.lists(st.sampled_from(codes), unique=True).map(tuple)

    zip_place = knowledge.gazetteer.by_zip("78702")
    texas = knowledge.gazetteer.by_region("US", "TX")
    known_austin = knowledge.gazetteer.by_geoname(AUSTIN.geoname or 0)
    known_paris = knowledge.gazetteer.by_geoname(PARIS.geoname or 0)
    france = knowledge.gazetteer.by_country("FR")
    return st.builds(
        Profile,
        language=st.sampled_from(knowledge.messages.languages),
        language_chosen=st.booleans(),
        needs=some(list(taxonomy.needs)),
        people=some(list(taxonomy.people)),
        contexts=some(list(taxonomy.contexts)),
        refusals=some(list(taxonomy.refusals)),
        place=st.sampled_from([None, zip_place, texas, known_austin, known_paris, france]),
        wishes=st.builds(Wishes, free=st.booleans(), open_now=st.booleans(), by_text=st.booleans()),
        danger=st.sampled_from([None, *Danger]),
        helping_someone=st.booleans(),
        asked=st.lists(st.sampled_from(list(Question)), unique=True).map(tuple),
        pending=st.sampled_from([None, *Question]),
        introduced=st.booleans(),
        shown=st.integers(0, 60),
    )


@given(data=st.data())
def test_every_profile_survives_a_button(knowledge: Knowledge, data: st.DataObject) -> None:
    profile = data.draw(profiles(knowledge))
    step = Step(
        screen=data.draw(st.sampled_from(list(Screen))),
        profile=profile,
        arg=data.draw(st.integers(0, 2**32 - 1)),
    )
    packed = pack(step, knowledge)
    assert len(packed.encode()) <= MOST_BYTES
    back = unpack(packed, knowledge)
    assert back is not None
    assert (back.screen, back.arg) == (step.screen, step.arg)
    assert set(back.profile.needs) == set(profile.needs)
    assert back.profile.needs[:2] == profile.needs[:2], "the order of the most important needs is kept"
    for field in ("people", "contexts", "refusals", "asked"):
        assert set(getattr(back.profile, field)) == set(getattr(profile, field))
    same = (
        "language",
        "language_chosen",
        "wishes",
        "danger",
        "helping_someone",
        "pending",
        "introduced",
        "shown",
        "place",
    )
    assert all(getattr(back.profile, f) == getattr(profile, f) for f in same)


@given(st.text(max_size=80))
def test_forged_data_never_raises(knowledge: Knowledge, data: str) -> None:
    """T11: callback data is input from a client, not ours."""
    assert unpack(data, knowledge) is None or len(data) == 46


@given(st.binary(min_size=34, max_size=34))
def test_forged_bits_are_refused_or_read_as_a_valid_profile(knowledge: Knowledge, raw: bytes) -> None:
    import base64

    step = unpack(base64.urlsafe_b64encode(raw).decode().rstrip("="), knowledge)
    if step is not None:
        assert set(step.profile.needs) <= set(knowledge.taxonomy.needs)


@given(data=st.data())
def test_one_changed_letter_is_noticed(knowledge: Knowledge, data: st.DataObject) -> None:
    """T11: bits that somebody turned are refused, not read as another wish."""
    packed = pack(Step(screen=Screen.RESULTS, profile=data.draw(profiles(knowledge))), knowledge)
    at = data.draw(st.integers(0, len(packed) - 2))
    other = "A" if packed[at] != "A" else "B"
    assert unpack(packed[:at] + other + packed[at + 1 :], knowledge) is None


def test_the_bits_name_nothing(knowledge: Knowledge) -> None:
    """T11: nobody reads a need in the data of a button."""
    packed = pack(
        Step(screen=Screen.RESULTS, profile=Profile(needs=("legal",), people=("undocumented",))), knowledge
    )
    assert not any(word in packed.casefold() for word in ("legal", "undoc", "austin"))


def test_a_code_of_a_later_version_is_forgotten_not_guessed(knowledge: Knowledge) -> None:
    """A button of a newer deployment must not turn into another need here."""
    packed = pack(Step(screen=Screen.RESULTS, profile=Profile(needs=("legal", "money"))), knowledge)
    fewer = {k: v for k, v in knowledge.taxonomy.needs.items() if k != "money"}
    older = replace(knowledge, taxonomy=replace(knowledge.taxonomy, needs=fewer))
    step = unpack(packed, older)
    assert step is not None and step.profile.needs == ("legal",)


@given(data=st.data())
def test_any_button_in_any_state_gets_an_answer(knowledge: Knowledge, data: st.DataObject) -> None:
    step = Step(
        screen=data.draw(st.sampled_from(list(Screen))),
        profile=data.draw(profiles(knowledge)),
        arg=data.draw(st.sampled_from([0, 7, *list(knowledge.directory.by_handle)[:3]])),
    )
    turn = take_turn(
        Chose(data=pack(step, knowledge)), data.draw(st.none() | profiles(knowledge)), knowledge, NOON
    )
    assert turn.reply.bubbles
    assert all(b.lines for b in turn.reply.bubbles)
