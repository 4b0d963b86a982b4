"""A page on paper: letter size, black on white, large type; what cannot be written is refused, never boxes."""

import re
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
from bot.sharing.letter import NoLetters, letter_pdf


def test_it_is_a_letter_page_in_black_with_large_type() -> None:
    page = letter_pdf("Places", ["One place.\nCall: +1 512-555-0100"])
    assert page.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox \[0 0 612(?:\.00)? 792(?:\.00)?\]", page)
    streams = b"".join(zlib.decompress(found) for found in _streams(page))
    assert all(float(size) >= 10 for size in re.findall(rb"/F\d+ ([\d.]+) Tf", streams))
    assert not re.findall(rb"[1-9][\d.]* [\d.]+ [\d.]+ rg", streams)  # no color


def _streams(page: bytes) -> list[bytes]:
    return [found for found in re.findall(rb"stream\n(.*?)\nendstream", page, re.DOTALL) if found[:1] == b"x"]


def test_nothing_of_it_is_written_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    letter_pdf("Places", ["One place."])
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    "text", ["Abogada para la niñez", "Écoute à Nîmes, l’été", "Não é só você", "Èd nan prizon"]
)
def test_the_languages_of_western_europe_are_written(text: str) -> None:
    assert letter_pdf(text, [text])


@pytest.mark.parametrize("text", ["محامية", "律师", "변호사", "юрист", "luật sư"])
def test_a_writing_without_letters_is_refused(text: str) -> None:
    with pytest.raises(NoLetters):
        letter_pdf("Places", [text])


def test_a_long_page_goes_on_to_the_next_and_cuts_no_address(tmp_path: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    places = [f"Place {n}\nSummary of what happens there.\nLetters: Box {n}, Springfield" for n in range(30)]
    (tmp_path / "page.pdf").write_bytes(letter_pdf("Places", places))
    said = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = said.split("\f")
    assert len(pages) > 2
    for n in range(30):
        assert sum(f"Place {n}\n" in page and f"Box {n}," in page for page in pages) == 1
