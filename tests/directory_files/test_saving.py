"""A file is saved whole or not at all, and never over somebody else's change."""

import errno
import os
from multiprocessing import get_context
from pathlib import Path

import pytest
from bot.directory_files import saving
from bot.directory_files.saving import NotSaved, digest_of, save


def test_a_file_is_put_in_place_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "tx" / "example.yaml"
    save(path, "name: é\n", was=None)
    assert path.read_text(encoding="utf-8") == "name: é\n"
    assert [p.name for p in path.parent.iterdir()] == ["example.yaml"]


def test_somebody_elses_change_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text("name: before\n", encoding="utf-8")
    was = digest_of(path.read_bytes())
    path.write_text("name: theirs\n", encoding="utf-8")
    with pytest.raises(NotSaved, match="was changed by somebody else meanwhile"):
        save(path, "name: mine\n", was=was)
    assert path.read_text(encoding="utf-8") == "name: theirs\n"


def test_a_new_file_never_replaces_one_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text("name: theirs\n", encoding="utf-8")
    with pytest.raises(NotSaved, match="exists already"):
        save(path, "name: mine\n", was=None)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "There is no room on the disk; example.yaml is as it was."),
        (errno.EROFS, "may not be written here"),
        (errno.EIO, "could not be saved"),
    ],
)
def test_a_full_or_closed_disk_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    path = tmp_path / "example.yaml"
    path.write_text("name: before\n", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(saving.os, "fsync", full)
    with pytest.raises(NotSaved, match=sentence):
        save(path, "name: after\n", was=digest_of(path.read_bytes()))
    assert path.read_text(encoding="utf-8") == "name: before\n"
    assert [p.name for p in tmp_path.iterdir()] == ["example.yaml"]


def _add_a_line(path: Path, line: str) -> None:
    """Read, change, save; again if somebody else was faster."""
    while True:
        raw = path.read_bytes()
        try:
            save(path, raw.decode() + line, was=digest_of(raw))
        except NotSaved:
            continue
        return


def test_of_many_writers_at_once_nobody_loses_a_line(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text("", encoding="utf-8")
    processes = [
        get_context("spawn").Process(target=_add_a_line, args=(path, f"line {n}\n")) for n in range(6)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(path.read_text(encoding="utf-8").splitlines()) == [f"line {n}" for n in range(6)]
