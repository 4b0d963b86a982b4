"""Records are changed by making another."""

import dataclasses

import pytest
from bot.model.place import Place
from bot.model.profile import Profile
from bot.model.record import replace


def test_a_changed_record_is_what_the_standard_library_would_make() -> None:
    before = Profile(language="es", needs=("legal",), place=Place(country="US", region="TX"))
    assert replace(before, shown=3, place=None) == dataclasses.replace(before, shown=3, place=None)
    assert before.shown == 0


def test_a_field_there_is_none_of_is_told() -> None:
    with pytest.raises(TypeError, match="Profile has no field speed"):
        replace(Profile(), speed=3)
