"""How hard a text is to read: the same as textstat says, and quick for plain texts."""

import pytest
import textstat
from bot.directory_files import readability
from bot.directory_files.load import Resources
from bot.directory_files.readability import grade, is_hard_to_read, longest_sentence

LOOKED_AT = 200  # summaries of each language
APART = {"en": 1.5, "es": 8.0, "fr": 8.0}  # the two count words and sentences a little differently


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_the_grade_is_about_what_textstat_says(resources: Resources, language: str) -> None:
    texts = [s.service.summary[language] for s in resources.services if language in s.service.summary]
    assert len(texts) >= 100
    theirs = textstat.textstat
    theirs.set_lang({"en": "en_US", "es": "es", "fr": "fr"}[language])
    formula = {
        "en": theirs.flesch_kincaid_grade,
        "es": theirs.szigriszt_pazos,
        "fr": theirs.flesch_reading_ease,
    }[language]
    apart = [abs(grade(t, language) - formula(t)) for t in texts[:LOOKED_AT]]
    assert sum(apart) / len(apart) < APART[language]


def test_a_plain_text_is_judged_without_a_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading one takes a tenth of a second, after every change of one line."""
    monkeypatch.setattr(readability, "_dictionary", None)
    assert not is_hard_to_read("You can call us at night. We help you find a bed.", "en")
    assert not is_hard_to_read("Puedes llamar de noche. Te ayudan a buscar un lugar.", "es")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Comprehensive multidisciplinary rehabilitation services facilitating reintegration.", "en"),
        ("Acompañamiento psicoterapéutico interdisciplinario para personas institucionalizadas.", "es"),
        ("Accompagnement psychothérapeutique pluridisciplinaire des personnes institutionnalisées.", "fr"),
    ],
)
def test_an_office_text_is_hard(text: str, language: str) -> None:
    assert is_hard_to_read(text, language)


def test_a_language_without_a_measure_is_never_called_hard() -> None:
    assert not is_hard_to_read("Rechtsschutzversicherungsgesellschaften entschädigen.", "de")


def test_the_longest_sentence_is_counted_in_words() -> None:
    assert longest_sentence("One two three. Four five? ¿Seis siete ocho nueve? Dix !") == 4


def test_a_text_without_words_is_easy() -> None:
    assert not is_hard_to_read("24/7", "en")
    assert not is_hard_to_read("", "fr")
