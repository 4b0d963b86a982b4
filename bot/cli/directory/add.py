"""bot directory add: a new service, question by question."""

import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.syntax import Syntax

from bot.cli.directory.add_asking import Interview, Paper, Unanswered, WentBack, said
from bot.cli.directory.add_draft import draft_or_stop, keep_draft
from bot.cli.directory.changing import directory_or_stop
from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.directory_files.editing import CannotMend
from bot.directory_files.load import DirectoryReading
from bot.directory_files.organizations import FOLDER, paths_in
from bot.directory_files.reading import Unreadable
from bot.directory_files.saving import NotSaved, save
from bot.directory_files.scripts import load_scripts
from bot.directory_files.writing import write_organization
from bot.model.record import record
from bot.upkeep.adding.answers import asking_at
from bot.upkeep.adding.desk import open_desk
from bot.upkeep.adding.questions import (
    Answers,
    Desk,
    Finding,
    clean_page,
    existing,
    file_of,
    judge_all,
    key_of,
    organization_in,
    service_in,
    text_of,
)
from bot.upkeep.adding.words import Words, read_adding_words
from bot.upkeep.changes.changing import Change, change_file, save_change

LARGEST_TEXT = 200_000  # bytes
BY_HAND = "-"
END_OF_TEXT = b"."
HELLO = (
    "A new service, question by question. What is listed: resources/POLICY.md",
    "Enter skips what you do not know, ? explains, < goes back, Ctrl+C stops and can keep a draft.",
    "Write only what a public source says, and nothing about any person.",
    "Never write the address of a place that keeps it private.",
)


def add(
    text: Annotated[
        str | None,
        typer.Option(
            "--text",
            help="a page to take suggestions from; - to paste it, then a line with only a dot",
            metavar="FILE",
        ),
    ] = None,
    draft: Annotated[
        Path | None, typer.Option("--draft", help="go on with a draft you kept", metavar="FILE")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show the file, save nothing")] = False,
    now: Now = None,
) -> None:
    """Add an organization, or a service to one, question by question. Answers can also come through a pipe, by line.

    Example: bot directory add --text page.txt
    """
    settings, today = settings_or_stop(), clock_from(now)().date()
    answers = draft_or_stop(draft, settings.resources) if draft else {}
    words = read_adding_words()
    paper = Paper(words.phrases)
    page = _page_or_stop(text, paper)
    reading = directory_or_stop(settings.resources, today)
    desk = _desk(reading, settings.resources, words, page)
    session = Session(Interview(desk, paper, answers), settings.resources, draft)
    for line in HELLO:
        paper.say(line, "dim")
    try:
        session.run(dry_run=dry_run)
    except Unanswered as error:
        stop(f"The input ended before this was answered: {error} Nothing was written.")
    except KeyboardInterrupt:
        session.stop_early()


def _desk(reading: DirectoryReading, resources: Path, words: Words, page: str) -> Desk:
    home = resources / FOLDER
    files = (path.relative_to(home).with_suffix("").as_posix() for path in paths_in(home))
    scripts = load_scripts(resources / "scripts", [])
    return open_desk(reading.book, reading.services, frozenset(files), words, scripts, page)


# -- the pasted text -----------------------------------------------------------------------------------------------


def _page_or_stop(source: str | None, paper: Paper) -> str:
    """The text to take suggestions from, at most 200 KB of it. It is never stored."""
    if source is None:
        return ""
    raw = _pasted(paper) if source == BY_HAND else _read_or_stop(Path(source))
    if len(raw) > LARGEST_TEXT:
        paper.say(
            f"The text is longer than {LARGEST_TEXT // 1000} KB; what comes after is not read.", "yellow"
        )
    return clean_page(raw[:LARGEST_TEXT].decode("utf-8", errors="replace"))


def _read_or_stop(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            return opened.read(LARGEST_TEXT + 1)
    except OSError as error:
        stop(f"{path} cannot be read: {error.strerror}.")


def _pasted(paper: Paper) -> bytes:
    """Lines up to one with only a dot; at a terminal Ctrl+D ends it too."""
    paper.say("Paste the text. Then write a line with only a dot.", "bold")
    raw = b""
    for line in iter(sys.stdin.buffer.readline, b""):
        if line.strip() == END_OF_TEXT:
            break
        if len(raw) <= LARGEST_TEXT:
            raw += line
    return raw


# -- from answers to a file ----------------------------------------------------------------------------------------


@record
class Built:
    """The file as it would be, and what the rules say. `change`: of a file that is there already."""

    name: str
    path: Path
    text: str
    findings: tuple[Finding, ...]
    change: Change | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps it from being saved."""
        return tuple(f for f in self.findings if not f.hint)


class Session:
    """One volunteer adding one service: asks, shows the file, saves it, or keeps a draft."""

    def __init__(self, interview: Interview, resources: Path, draft: Path | None) -> None:
        self.interview = interview
        self.desk = interview.desk
        self.paper = interview.paper
        self.resources = resources
        self.draft = draft

    def run(self, *, dry_run: bool) -> None:
        """Ask and show until the person says yes or no."""
        while True:
            self.interview.run()
            built = self._built_or_stop()
            if built.errors:
                self._go_back_to(built.errors)
                continue
            self._show(built)
            if dry_run:
                print("Nothing was saved: this was a dry run.", file=sys.stderr)
                return
            if self._may_be_saved():
                self._save(built)
                return

    def _may_be_saved(self) -> bool:
        """The last question; false when the person wants to see the one before it again."""
        try:
            if not self.paper.agrees("Save it?", default=False):
                self.stop_early()
        except WentBack:
            self.interview.go_back()
            return False
        return True

    def stop_early(self) -> NoReturn:
        """Offer to keep the answers, and end."""
        try:
            if self.interview.answers and self.paper.agrees("\nKeep your answers as a draft?", default=True):
                self._keep_draft()
        except (Unanswered, WentBack, KeyboardInterrupt):
            pass
        print("Nothing was written to the directory.", file=sys.stderr)
        raise typer.Exit(PROBLEMS)

    # -- the file

    def _built_or_stop(self) -> Built:
        answers = self.interview.answers
        if existing(answers, self.desk):
            return self._changed_or_stop(answers)
        organization = organization_in(answers, self.desk)
        text, (key,) = write_organization(organization), organization["services"]
        return self._judged(file_of(answers, self.desk), text, key)

    def _changed_or_stop(self, answers: Answers) -> Built:
        """One more service in the organization's file, with everything else in it left alone."""
        organization_id = file_of(answers, self.desk)
        there = self.desk.known.services.get(organization_id, ())
        key = key_of(answers, tuple(s.id.rpartition("#")[2] for s in there))
        service = service_in(answers, self.desk)

        def edit(data: dict[str, Any]) -> None:
            data["services"][key] = service

        try:
            change = change_file(self.resources, organization_id, edit, self.desk.book)
        except Unreadable as error:
            self._stop_with_draft("\n".join(map(str, error.problems)))
        except CannotMend as error:
            self._stop_with_draft(f"{organization_id}.yaml: {error}.")
        return self._judged(organization_id, change.after, key, change)

    def _judged(self, organization_id: str, text: str, key: str, change: Change | None = None) -> Built:
        name = f"{FOLDER}/{organization_id}.yaml"
        findings = judge_all(text, organization_id, key, self.desk.book)
        return Built(name=name, path=self.resources / name, text=text, findings=findings, change=change)

    def _go_back_to(self, errors: tuple[Finding, ...]) -> None:
        """Every problem beside the answer it belongs to; these questions are asked again."""
        lost = [finding for finding in errors if finding.step not in self.interview.answers]
        if lost:
            self._stop_with_draft("\n".join(said(finding) for finding in lost))
        self.paper.say("\nSome answers do not go together yet:", "bold")
        for finding in errors:
            self._show_error(finding.step or "", finding)
        for step in {finding.step or "": None for finding in errors}:
            self.interview.reopen(step)

    def _show_error(self, step: str, finding: Finding) -> None:
        answers = self.interview.answers
        self.paper.say(f"  {asking_at(step, answers, self.desk).question.ask}")
        self.paper.say(f"  You wrote: {text_of(answers, step)}")
        self.paper.say(f"  {said(finding)}", "yellow")

    def _show(self, built: Built) -> None:
        self.paper.say(f"\n{built.name}", "bold")
        shown, language = (built.change.diff, "diff") if built.change else (built.text, "yaml")
        self.paper.show(Syntax(shown, language, background_color="default", word_wrap=True))
        for finding in built.findings:
            self.paper.say(said(finding), "yellow")

    def _save(self, built: Built) -> None:
        try:
            if built.change:
                save_change(built.change)
            else:
                save(built.path, built.text, was=None)
        except NotSaved as error:
            self._stop_with_draft(str(error))
        path = _from_here(built.path)
        what = "A new service" if built.change else "A new organization"
        self.paper.say_whole(f"Saved: {path}")
        self.paper.say(f"{what} is read by two people before it counts.")
        self.paper.say_whole(f"Next: bot directory check {path}")
        self.paper.say("Then propose the change, as CONTRIBUTING.md shows.")
        if self.draft:
            self.paper.say_whole(f"The draft {self.draft} is not needed any more.")

    # -- the draft

    def _stop_with_draft(self, sentence: str) -> NoReturn:
        """What cannot go on is told, and nothing that was answered is lost."""
        print(sentence, file=sys.stderr)
        self._keep_draft()
        raise typer.Exit(PROBLEMS)

    def _keep_draft(self) -> None:
        try:
            path = keep_draft(self.interview.answers, self.draft)
        except NotSaved as error:
            print(f"The draft was not kept. {error}", file=sys.stderr)
            return
        self.paper.say_whole(f"Your answers are in {path}")
        self.paper.say_whole(f"Go on with: bot directory add --draft {path}")


def _from_here(path: Path) -> Path:
    """The path as one types it in this folder."""
    here = Path.cwd()
    full = path.resolve()
    return full.relative_to(here) if full.is_relative_to(here) else full


app = one_command(add)
