"""Where help is needed: as a person said it, never guessed from a language."""

from bot.model.record import record


@record
class Place:
    """A place as far as it is known.

    Invariants: a county, city, postal_code or land comes with its country; `timezone` is set only where the
    place has exactly one.
    """

    country: str  # ISO 3166-1 alpha-2
    region: str | None = None  # the part of the ISO 3166-2 code after the dash: TX, IDF, ON
    county: str | None = None
    city: str | None = None
    postal_code: str | None = None
    land: str | None = None  # a tribal land
    geoname: int | None = None  # GeoNames number of the city
    timezone: str | None = None  # IANA
    confidence: float = 0.9
