"""The canary proof in two halves: nothing is found, and what is put there on purpose is."""

from pathlib import Path

import pytest

from tests.canary.faulty_bot import STAGES
from tests.canary.plants import Plants, forms_of
from tests.canary.proof import Proof

pytestmark = pytest.mark.timeout(400)


async def test_nothing_anybody_writes_or_is_called_leaves_the_memory_of_the_bot(tmp_path: Path) -> None:
    """D1 D2 D3: each kind of update, failing stage, fault and end; then every byte is searched."""
    report = await Proof(tmp_path).run()
    assert not report.found, str(report)
    assert report.planted >= 150
    missed = {f"{stage} fails" for stage in (*STAGES, "read", "hang")} - set(report.paths)
    assert not missed, f"the proof has not been there: {missed}"
    assert {"kill -9 in mid-turn", "SIGTERM in mid-turn", "disk full", "storage down"} <= set(report.paths)
    assert {"abort with core files allowed", "webhook with poison"} <= set(report.paths)
    assert sum("Telegram: " in path for path in report.paths) >= 15
    assert "state/marigold.sqlite3" in report.searched
    assert report.unsealed > 20


async def test_the_search_finds_what_is_put_there_on_purpose(tmp_path: Path) -> None:
    """D1: a proof that cannot fail is none. A log line, a print, UTF-16, base64 in a temp file, a core."""
    report = await Proof(tmp_path).run(leak="log print state temp cwd")
    places = {place.split("/")[0] for _, place in report.found}
    assert places == {"what the bot printed (leaking)", "state", "temp", "work"}
    assert "text: what leaks" in {kind for kind, _ in report.found}


@pytest.mark.parametrize("text", ["zqwörter", "7123456789", "a b/c+d"])
def test_a_canary_is_known_in_each_form(text: str) -> None:
    """D1: text, escaped, percent, UTF-16, hex, base64 wherever it begins, and a number as SQLite holds it."""
    import base64
    import json
    from urllib.parse import quote

    forms = set(forms_of(text))
    places = [text.encode(), json.dumps({"x": text}).encode(), quote(text).encode(), text.encode("utf-16")]
    places += [base64.b64encode(b"x" * lead + text.encode() + b"yy") for lead in range(5)]
    for place in places:
        assert any(form in place for form in forms if len(form) >= 4), place


def test_two_canaries_never_share_a_form() -> None:
    plants = Plants()
    for kind in range(50):
        plants.word(f"word {kind}")
        plants.number(f"number {kind}")
    forms = [form for _, form in plants.forms()]
    assert len(set(forms)) == len(forms)
