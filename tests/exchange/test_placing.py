"""An export is put in place whole or not at all, and never over something that was not asked to go."""

import errno
import io
import os
from pathlib import Path
from zipfile import ZipFile

import pytest
from bot.exchange import placing
from bot.exchange.placing import CannotPlace, place

TABLES = {"services.csv": b"id\n", "contacts.csv": b"service\n"}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_a_file_a_zip_and_a_folder(tmp_path: Path) -> None:
    place(tmp_path / "x.xlsx", b"book")
    place(tmp_path / "x.zip", TABLES)
    place(tmp_path / "x", TABLES)
    assert (tmp_path / "x.xlsx").read_bytes() == b"book"
    with ZipFile(io.BytesIO((tmp_path / "x.zip").read_bytes())) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == TABLES
    assert {path.name: path.read_bytes() for path in (tmp_path / "x").iterdir()} == TABLES
    assert names(tmp_path) == ["contacts.csv", "services.csv", "x", "x.xlsx", "x.zip"], "nothing else is left"


def test_somebodys_work_is_not_written_over_unless_asked(tmp_path: Path) -> None:
    place(tmp_path / "x.xlsx", b"theirs")
    place(tmp_path / "x", TABLES)
    for output, made in ((tmp_path / "x.xlsx", b"new"), (tmp_path / "x", {"services.csv": b"new"})):
        with pytest.raises(CannotPlace, match=r"exists already, perhaps with somebody's work in it"):
            place(output, made if isinstance(made, bytes) else {**TABLES, **made})
    assert (tmp_path / "x.xlsx").read_bytes() == b"theirs"
    place(tmp_path / "x.xlsx", b"new", replace=True)
    place(tmp_path / "x", {**TABLES, "services.csv": b"new"}, replace=True)
    assert (tmp_path / "x.xlsx").read_bytes() == b"new"
    assert (tmp_path / "x" / "services.csv").read_bytes() == b"new"
    assert names(tmp_path) == ["contacts.csv", "services.csv", "x", "x.xlsx"]


def test_an_empty_file_or_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x.json").touch()
    place(tmp_path / "x", TABLES)
    place(tmp_path / "x.json", b"{}")
    assert names(tmp_path / "x") == ["contacts.csv", "services.csv"]


def test_a_folder_with_other_things_in_it_is_left_alone_even_when_asked(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(CannotPlace, match="holds other files too"):
        place(tmp_path, TABLES, replace=True)
    assert names(tmp_path) == ["thesis.doc"]


def test_a_file_is_not_put_where_a_folder_is_nor_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "y").touch()
    with pytest.raises(CannotPlace, match="is a folder already"):
        place(tmp_path / "x", b"{}", replace=True)
    with pytest.raises(CannotPlace, match="is a file already"):
        place(tmp_path / "y", TABLES, replace=True)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotPlace, match=r"There is no folder .*gone\. Make it first"):
        place(tmp_path / "gone" / "x.json", b"{}")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (
            errno.ENOSPC,
            "There is no room on the disk for x; nothing was written. Free some space and try again.",
        ),
        (errno.EROFS, "Nothing may be written in"),
        (errno.EIO, "x could not be written"),
    ],
)
@pytest.mark.parametrize("made", [b"book", TABLES], ids=["a file", "a folder"])
def test_a_full_or_closed_disk_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: placing.Made, number: int, sentence: str
) -> None:
    before = b"book before" if isinstance(made, bytes) else dict.fromkeys(TABLES, b"before")
    place(tmp_path / "x", before)
    seen = names(tmp_path)
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        if isinstance(made, bytes) or len(calls) == len(TABLES):  # of a folder, the last file
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(placing.os, "fsync", full)
    with pytest.raises(CannotPlace, match=sentence):
        place(tmp_path / "x", made, replace=True)
    assert names(tmp_path) == seen
    file = tmp_path / "x" if isinstance(made, bytes) else tmp_path / "x" / "services.csv"
    assert file.read_bytes() in (b"book before", b"before")
