"""Services in the words of schema.org, as JSON-LD for search engines and other programs that read pages.

Which type says best what a place is stands in resources/taxonomy/crosswalks/schema_org.yaml for needs, and here for who
runs it. A confidential place has no address here either, and no page says where anybody is.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bot.exchange.rows import filled
from bot.model.directory import (
    PHONE_CHANNELS,
    WORLDWIDE,
    Area,
    Channel,
    Contact,
    Cost,
    Kind,
    ListedService,
    RunBy,
)

Data = dict[str, Any]

CONTEXT = "https://schema.org"
RUN_BY: Mapping[RunBy, str] = {
    RunBy.NONPROFIT: "NGO",
    RunBy.GOVERNMENT: "GovernmentOrganization",
    RunBy.TRIBAL: "GovernmentOrganization",
    RunBy.POLICE: "PoliceStation",
    RunBy.UNION: "WorkersUnion",
    RunBy.UNIVERSITY: "CollegeOrUniversity",
    RunBy.HOSPITAL: "Hospital",
}
KINDS: Mapping[Kind, str] = {Kind.LEGAL_AID: "LegalService", Kind.UNION_WORKER_CENTER: "WorkersUnion"}
LICENSE = "https://creativecommons.org/licenses/by/4.0/"


def service_data(listed: ListedService) -> Data:
    """A service as schema.org's Service, with its provider and its ways to get through."""
    service = listed.service
    return filled(
        **{
            "@type": "Service",
            "name": service.name,
            "description": next(iter(service.summary.values()), None),
            "provider": _provider(listed),
            "areaServed": _area(service.area),
            "availableChannel": [_channel(contact) for contact in service.open_contacts],
            "offers": {"@type": "Offer", "price": "0"} if service.cost is Cost.FREE else None,
        }
    )


def listing_data(name: str, services: Iterable[ListedService]) -> Data:
    """A list of services in its order."""
    items = [
        {"@type": "ListItem", "position": at, "item": service_data(one)} for at, one in enumerate(services, 1)
    ]
    return {"@context": CONTEXT, "@type": "ItemList", "name": name, "itemListElement": items}


def dataset_data(name: str, description: str, modified: date) -> Data:
    """The directory, or something counted in it, as schema.org's Dataset."""
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": name,
        "description": description,
        "dateModified": modified.isoformat(),
        "license": LICENSE,
        "isAccessibleForFree": True,
    }


def page_data(name: str, language: str) -> Data:
    """A page by itself. It says no more than its title: a title may be neutral on purpose."""
    return {"@context": CONTEXT, "@type": "WebPage", "name": name, "inLanguage": language}


def in_page(data: Data) -> str:
    """JSON-LD that may stand inside <script type="application/ld+json">: no text in it can end the element."""
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _provider(listed: ListedService) -> Data:
    kind = RUN_BY.get(listed.service.run_by) or KINDS.get(listed.service.kind) or "Organization"
    return filled(**{"@type": kind, "name": listed.organization, "url": listed.website})


def _area(area: Area) -> list[Data] | None:
    """Places by name. Worldwide is said by saying nothing."""
    if area.country == WORLDWIDE:
        return None
    country = {"@type": "Country", "name": area.country}
    narrow = [
        *({"@type": "City", "name": name} for name in area.cities),
        *({"@type": "AdministrativeArea", "name": name} for name in (*area.counties, *area.lands)),
    ]
    regions = [{"@type": "State", "name": f"{area.country}-{region}"} for region in area.regions]
    within = regions[0] if len(regions) == 1 else country
    return [{**one, "containedInPlace": within} for one in narrow] or regions or [country]


def _channel(contact: Contact) -> Data:
    by_phone = contact.channel in PHONE_CHANNELS
    return filled(
        **{
            "@type": "ServiceChannel",
            "name": contact.label.get("en"),
            "servicePhone": {"@type": "ContactPoint", "telephone": contact.number} if by_phone else None,
            "serviceUrl": contact.url,
            "serviceSmsNumber": {"@type": "ContactPoint", "telephone": contact.number}
            if contact.channel is Channel.TEXT
            else None,
            "servicePostalAddress": {"@type": "PostalAddress", "description": contact.address}
            if contact.channel is Channel.MAIL
            else None,
            "availableLanguage": list(contact.languages),
        }
    )
