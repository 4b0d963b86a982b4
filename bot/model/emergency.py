"""Emergency numbers of one country, as far as the sources agree."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bot.model.directory import Shape, Source, Texts

Number = Annotated[str, StringConstraints(pattern=r"^\d{2,6}$")]
Numbers = tuple[Number, ...]


class EmergencyNumbers(Shape):
    """Where the sources disagree (`hold`), none of the numbers is shown: then the card says "your local emergency
    number", with 112 where a source says that it works."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    name: str = Field("", description="The country's name, for whoever reads the file")
    general: Numbers = Field((), description="One number for everything")
    police: Numbers = ()
    ambulance: Numbers = ()
    fire: Numbers = ()
    also: Numbers = Field((), description="Numbers that a source says work as well")
    text: Numbers = Field((), description="Numbers that take text messages")
    tty: Numbers = Field((), description="Numbers for teletypewriters")
    without_speaking: Texts = Field(
        default_factory=dict, description="What to do on a call if one cannot speak"
    )
    note: str | None = Field(None, description="For volunteers; never shown")
    lists: tuple[str, ...] = Field(
        (), description="The public lists that give these numbers (sources: above)"
    )
    source: tuple[Source, ...] = Field((), description="Pages read besides")
    hold: str | None = Field(None, description="Why the numbers are not shown: who says otherwise")

    @property
    def first(self) -> str | None:
        """The number to show for danger: the general one, else police."""
        return None if self.hold else next(iter(self.general or self.police), None)

    @property
    def for_a_body_in_danger(self) -> str | None:
        """The ambulance where it has a number of its own and there is none for everything."""
        return self.first if self.general or self.hold or not self.ambulance else self.ambulance[0]

    @property
    def may_work(self) -> str | None:
        """112, where the numbers are held and a source says that it works there."""
        return EUROPES if self.hold and EUROPES in (*self.general, *self.also, *self.police) else None

    @property
    def for_texts(self) -> str | None:
        """Where one can write instead of speaking."""
        return None if self.hold else next(iter(self.text), None)


EUROPES = "112"
