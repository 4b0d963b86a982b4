"""Valid things with the one thing changed that a test is about. All names and numbers are made up."""

from datetime import UTC, datetime
from typing import Any

from bot.matching.directory import Directory, index_directory
from bot.model.directory import ListedService, Service
from bot.model.emergency import EmergencyNumbers
from bot.model.place import Place
from bot.model.profile import Profile

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # a Tuesday, noon in Texas
SOURCE = [{"url": "https://example.org/contact", "read": "2026-11-01", "date": "2024"}]
AUSTIN = Place(
    country="US", region="TX", county="Travis", city="Austin", geoname=4671654, timezone="America/Chicago"
)
HOUSTON = Place(
    country="US", region="TX", county="Harris", city="Houston", geoname=4699066, timezone="America/Chicago"
)
PARIS = Place(country="FR", region="IDF", city="Paris", geoname=2988507, timezone="Europe/Paris")


def a_service(**changes: Any) -> Service:
    """A free legal line for all of Texas."""
    plain: dict[str, Any] = {
        "name": "Example Legal Line",
        "kind": "legal_aid",
        "summary": {
            "en": "Free advice by phone.",
            "es": "Consejo gratis por teléfono.",
            "fr": "Conseil gratuit.",
        },
        "needs": ["legal"],
        "area": {"country": "US", "regions": ["TX"]},
        "contacts": [{"channel": "voice", "number": "+1 512-555-0100", "hours": "24/7"}],
        "cost": "free",
        "source": SOURCE,
    }
    return Service.model_validate({**plain, **changes})


def listed(service: Service | None = None, path: str = "us/tx/example", key: str = "line") -> ListedService:
    """The service in its organization."""
    return ListedService(
        id=f"{path}#{key}",
        organization=path.rsplit("/", 1)[-1].title(),
        organization_id=path,
        website=None,
        service=service or a_service(),
    )


def a_directory(*services: ListedService) -> Directory:
    """The directory of the stories, or of the services given."""
    emergency = {
        "US": EmergencyNumbers(country="US", general=("911",)),
        "FR": EmergencyNumbers(country="FR", general=("112",), text=("114",)),
    }
    return index_directory(services or STORY_SERVICES, emergency)


def someone(**changes: Any) -> Profile:
    """A profile of somebody in Austin who speaks English and was introduced to the bot."""
    return Profile(**{"language": "en", "introduced": True, "place": AUSTIN, **changes})


STORY_SERVICES = (
    listed(
        a_service(
            name="Austin Survivor Center",
            kind="crisis_center",
            needs=["sexual_assault_support", "crisis", "medical", "counselling"],
            area={"country": "US", "regions": ["TX"], "cities": ["Austin"], "counties": ["Travis"]},
        ),
        "us/tx/austin-center",
    ),
    listed(
        a_service(
            name="Texas Legal Line",
            needs=["legal", "immigration"],
            serves=["undocumented"],
            languages=["en", "es"],
        ),
        "us/tx/legal-line",
    ),
    listed(
        a_service(
            name="Border Lawyers",
            needs=["immigration", "legal"],
            serves=["immigrant"],
            contacts=[{"channel": "voice", "number": "+1 915-555-0101", "hours": "Mo-Fr 09:00-17:00"}],
        ),
        "us/tx/border-lawyers",
    ),
    listed(
        a_service(
            name="National Line",
            kind="hotline",
            needs=["crisis", "sexual_assault_support", "domestic_violence"],
            area={"country": "US"},
            contacts=[
                {"channel": "voice", "number": "+1 800-555-0102", "hours": "24/7"},
                {"channel": "text", "number": "55501", "keyword": "HELLO"},
                {"channel": "chat", "url": "https://example.org/chat"},
            ],
            interpreters="yes",
        ),
        "us/national/line",
    ),
    listed(
        a_service(
            name="Native Line",
            kind="hotline",
            needs=["native", "domestic_violence", "crisis"],
            serves=["native"],
            area={"country": "US"},
        ),
        "us/national/native-line",
    ),
    listed(
        a_service(
            name="Trans Line",
            kind="hotline",
            needs=["crisis", "lgbtqia"],
            serves=["trans", "lgbtqia"],
            area={"country": "US"},
        ),
        "us/national/trans-line",
    ),
    listed(
        a_service(
            name="Base Lawyer",
            needs=["military", "legal"],
            serves=["military"],
            only=["military"],
            institution="military",
            run_by="military",
            area={"country": "US"},
        ),
        "us/national/base-lawyer",
    ),
    listed(
        a_service(
            name="Soldiers' Outside Line",
            kind="hotline",
            needs=["military", "sexual_assault_support", "crisis"],
            serves=["military"],
            contexts=["soldier"],
            area={"country": "US"},
        ),
        "us/national/outside-line",
    ),
    listed(
        a_service(
            name="Work Rights Office",
            kind="government",
            needs=["workplace"],
            serves=["worker"],
            contexts=["boss"],
            run_by="government",
            area={"country": "US"},
        ),
        "us/national/work-office",
    ),
    listed(
        a_service(
            name="Workers Together",
            kind="union_worker_center",
            needs=["workplace", "organizing"],
            serves=["worker"],
            contexts=["boss"],
            area={"country": "US", "regions": ["TX"]},
        ),
        "us/tx/workers-together",
    ),
    listed(
        a_service(
            name="Safe House Austin",
            kind="shelter",
            needs=["shelter_housing", "domestic_violence"],
            location="confidential",
            area={"country": "US", "regions": ["TX"], "cities": ["Austin"]},
        ),
        "us/tx/safe-house",
    ),
    listed(
        a_service(
            name="Campus Police Desk",
            kind="government",
            needs=["police_report", "sexual_assault_support"],
            institution="police",
            run_by="police",
            area={"country": "US", "regions": ["TX"]},
        ),
        "us/tx/campus-police",
    ),
    listed(
        a_service(
            name="Écoute Paris",
            kind="hotline",
            needs=["sexual_assault_support", "crisis", "legal"],
            area={"country": "FR"},
            contacts=[{"channel": "voice", "number": "+33 1 99 00 11 22", "hours": "24/7"}],
        ),
        "fr/national/ecoute",
    ),
    listed(
        a_service(
            name="World Finder",
            kind="directory",
            needs=["directory", "crisis", "counselling"],
            area={"country": "ZZ"},
            contacts=[{"channel": "website", "url": "https://example.org/world"}],
        ),
        "world/finder",
    ),
    listed(a_service(name="Held Line", needs=["legal"], hold="number disputed"), "us/tx/held"),
)
