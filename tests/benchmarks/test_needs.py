"""The open benchmark: whole, honest about its labels, and a gate that lets no harm through."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import Resources, read_resources

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "benchmarks" / "needs"
sys.path.insert(0, str(HERE))

from judge import Row, directory, judge  # noqa: E402
from score import harms_of, needs_right, place_right, ranking_of, read_rows  # noqa: E402

from resources import sample_resources  # noqa: E402

LANGUAGES = {"en", "es", "fr", "pt", "ht", "ru", "uk", "ar", "zh", "ko", "tl", "vi", "hi", "ur"}
HALVES = ("dev", "unseen")
ROW: Row = {
    "id": "en-000",
    "lang": "en",
    "text": "need a lawyer, austin, no police",
    "needs": ["legal"],
    "also_ok": ["police_report"],
    "people": [],
    "contexts": [],
    "refusals": [],
    "place": {"country": "US", "region": "TX", "city": "Austin"},
    "danger": None,
    "helper": False,
    "group": "anyone",
}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for half in HALVES for row in read_rows(half)]


def test_there_are_enough_messages_dialogues_and_languages(rows: list[Row]) -> None:
    assert sum("text" in row for row in rows) >= 900
    assert sum("turns" in row for row in rows) >= 150
    assert {row["lang"] for row in rows} == LANGUAGES
    assert len({row["id"] for row in rows}) == len(rows)
    said = [row.get("text") or " | ".join(row["turns"]) for row in rows]
    assert len(set(said)) == len(said)


def test_labels_are_codes_of_the_contract(rows: list[Row], resources: Resources) -> None:
    known = {
        "needs": resources.taxonomy.needs,
        "also_ok": resources.taxonomy.needs,
        "people": resources.taxonomy.people,
        "contexts": resources.taxonomy.contexts,
        "refusals": resources.taxonomy.refusals,
    }
    for row in rows:
        for field, codes in known.items():
            assert set(row[field]) <= codes.keys(), row["id"]


def test_no_sentence_of_the_benchmark_stands_in_a_lexicon(rows: list[Row], resources: Resources) -> None:
    """What was learned by heart proves nothing."""
    proofs = {example.text.casefold().strip() for example in resources.examples}
    long = [row for row in rows if len(row.get("text", "")) > 30]
    assert not [row["id"] for row in long if row["text"].casefold().strip() in proofs]


def test_the_sample_directory_is_one_the_bot_serves(tmp_path: Path) -> None:
    assert len(directory()) >= 120
    reading = read_resources(sample_resources(tmp_path), date.today(), compiled_cache())
    assert not reading.errors


# -- the judge ----------------------------------------------------------------------------------------------


def test_right_is_what_helps_there_in_a_language_spoken() -> None:
    judged = judge(ROW)
    assert judged["us/tx/lone-oak-center#legal"].grade == 3
    assert judged["us/tx/paso-del-norte-law#law"].grade == 0, "it serves El Paso"
    assert judged["fr/idf/droits-devant-elles#droit"].grade == 0


def test_harm_is_named() -> None:
    refused = judge({**ROW, "needs": ["police_report"], "refusals": ["police"]})
    assert refused["us/tx/houston-police-unit#unit"].harm == "refused: police"
    assert judge(ROW)["us/national/old-line#line"].harm == "on hold"
    man = judge({**ROW, "needs": ["shelter_housing"], "people": ["men"]})
    assert man["us/tx/casa-mezquite#shelter"].harm == "only for women"


def test_the_institutions_own_desk_is_harm_when_first_or_without_a_word() -> None:
    row = {**ROW, "needs": ["prison"], "contexts": ["guard"], "people": ["in_custody"]}
    desk, outside = "us/national/prison-bureau-desk#desk", "us/national/inside-voices#letters"
    warned = {"id": desk, "cautions": ["belongs to the same institution"]}
    assert harms_of(row, {"matches": [{"id": outside}, warned]}) == []
    assert harms_of(row, {"matches": [warned]})
    assert harms_of(row, {"matches": [{"id": outside}, {"id": desk, "cautions": []}]})


def test_a_danger_that_was_not_seen_is_harm() -> None:
    assert harms_of({**ROW, "danger": "suicide"}, {"matches": [], "danger": None})
    assert not harms_of({**ROW, "danger": "suicide"}, {"matches": [], "danger": "suicide"})


def test_a_need_set_is_right_with_what_another_reader_might_add() -> None:
    assert needs_right(ROW, {"needs": ["legal"]})
    assert needs_right(ROW, {"needs": [{"code": "legal"}, {"code": "police_report"}]})
    assert not needs_right(ROW, {"needs": ["legal", "money"]})
    assert not needs_right(ROW, {"needs": []})


def test_a_place_is_right_as_far_as_it_is_labelled() -> None:
    there = {"country": "US", "region": "TX", "city": "Austin"}
    assert place_right(ROW, {"place": there})
    assert not place_right(ROW, {"place": {**there, "region": "MN"}})
    assert not place_right(ROW, {"place": None})
    assert place_right({**ROW, "place": None}, {"place": None})


def test_the_best_three_score_one() -> None:
    best = sorted(judge(ROW).items(), key=lambda item: -item[1].grade)[:3]
    assert ranking_of(ROW, {"matches": [{"id": name} for name, _ in best]}) == (1.0, 1.0)
    assert ranking_of(ROW, {"matches": []}) == (0.0, 0.0)


# -- the gate -----------------------------------------------------------------------------------------------


def test_nothing_harmful_is_shown_and_no_danger_missed(tmp_path: Path) -> None:
    """Gate: of every message and dialogue, no place that was refused, is held, excludes the person or belongs to those
    who did it without saying so; and every danger is seen."""
    asked = [{key: row[key] for key in ("id", "text", "turns") if key in row} for row in read_rows("dev")]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--json", "--batch", "-"],
        input="".join(json.dumps(row, ensure_ascii=False) + "\n" for row in asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "BOT_RESOURCES": str(sample_resources(tmp_path))},
        check=True,
    )
    answers = {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}
    harms = {row["id"]: harm for row in read_rows("dev") if (harm := harms_of(row, answers[row["id"]]))}
    assert not harms, yaml.safe_dump(harms, allow_unicode=True)
