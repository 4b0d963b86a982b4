"""What HSDS 3.0 and our directory call the same thing. Going out and coming in read this one list.

HSDS has no field for much of what a survivor must know (who asks for papers, who tells the police), so those are
attributes, each with a term of one of our taxonomies. A term's code holds its taxonomy (`needs:legal`), because the
standard wants codes unique across a data set.
"""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from bot.model.directory import Channel, Cost

OURS = uuid5(NAMESPACE_URL, "tag:marigold,2026:directory")
PREFIX = "marigold-"  # of the names of our taxonomies

TAXONOMIES: Mapping[str, str] = {
    "needs": "What a person may need",
    "people": "Whom a service is made for, or takes and nobody else",
    "contexts": "Who did the harm",
    "kinds": "What sort of place it is",
    "institutions": "The institution a desk is part of",
    "run_by": "Who runs it",
    "claims": "What a person should know before asking: yes or no; what is not there is unknown",
    "costs": "What a person pays",
    "fields": "What HSDS has no field for",
}
PHONE_TYPES: Mapping[Channel, str] = {
    Channel.VOICE: "voice",
    Channel.TEXT: "text",
    Channel.WHATSAPP: "text",
    Channel.VIDEOPHONE: "video",
    Channel.TTY: "textphone",
}
VERDICTS = (
    "asks_status",
    "asks_id",
    "must_report",
    "confidential",
    "anonymous",
    "religious",
    "in_person_only",
    "interpreters",
)
TELLS = "shares_with_"
COSTS: Mapping[Cost, str] = {
    Cost.FREE: "Free",
    Cost.SLIDING_SCALE: "Depends on income",
    Cost.PAID: "It costs money",
}
MAIN = "en"  # the language of HSDS's own text fields, where we have it
UNKNOWN = "unknown"  # HSDS asks for a previous value; none is known
READ, CONFIRMED = "read", "confirmed"  # what a metadata row says was done
EVERYTHING = "all"  # the field of a source that names no single claim
IDENTIFIER = "marigold"  # scheme of the organization identifier that holds our own id


def hsds_id(*names: str) -> str:
    """The UUID of what these names lead to: a service by its id, a part of it by its id and what it is.

    The same service has the same UUID in every export.
    """
    return str(uuid5(OURS, "/".join(names)))
