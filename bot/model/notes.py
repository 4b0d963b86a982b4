"""A note: a few words on what often matters before a call, each from a source, dated, never as advice."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.model.directory import Code, FullDate, Shape, Source, Texts
from bot.model.profile import Danger

Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class NoteSource(Source):
    """Where a note was read. It is shown with the note, so it needs the name of who says it."""

    title: str = Field(description="Who says it, as it is shown: World Health Organization")


class Note(Shape):
    """One note. It fits where each of `countries`, `needs`, `people` and `contexts` that is given does."""

    id: str = Field("", description="The name of its file; never written in it")
    title: Texts = Field(description="A few words, as on a button")
    text: Texts = Field(description="At most 60 words; what is so, and who can tell more")
    countries: tuple[Country, ...] = Field((), description="Where it is so; nothing: everywhere")
    needs: tuple[Code, ...] = Field((), description="It fits somebody with one of these needs")
    people: tuple[Code, ...] = Field((), description="… who is one of these")
    contexts: tuple[Code, ...] = Field((), description="… when one of these did it")
    on_card: tuple[Danger, ...] = Field((), description="It also stands on the card for these dangers")
    read: FullDate = Field(description="The day its sources were last read")
    source: tuple[NoteSource, ...] = Field(min_length=1)

    @property
    def narrowness(self) -> int:
        """How many things must hold for it: what is said of fewer people is likelier to be news to them."""
        return sum(map(bool, (self.people, self.contexts, self.countries, self.needs)))

    @property
    def says_who(self) -> tuple[str, ...]:
        """Who says it, each with the latest year printed there, where there is one."""
        years: dict[str, str] = {}
        for source in self.source:
            years[source.title] = max(years.get(source.title, ""), (source.date or "")[:4])
        return tuple(f"{title}, {year}" if year else title for title, year in years.items())
