"""Emergency numbers of one country, as far as the sources agree."""

from bot.model.record import record


@record
class EmergencyNumbers:
    """Absent numbers are unknown: then the card says "your local emergency number"."""

    country: str
    general: tuple[str, ...] = ()
    police: tuple[str, ...] = ()
    ambulance: tuple[str, ...] = ()
    fire: tuple[str, ...] = ()
    text: tuple[str, ...] = ()

    @property
    def first(self) -> str | None:
        """The number to show for danger: the general one, else police."""
        return next(iter(self.general or self.police), None)
