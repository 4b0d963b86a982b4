"""Which services of the sample directory are right for a labelled message, and which would do harm. No bot is asked.

Grades: 3 right in every way · 2 right · 1 something · 0 no help. Harm is a reason in words. Everything follows from the
labels of the row and the facts in directory/; a row may add `acceptable` and `harmful` of its own.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
Row = Mapping[str, Any]

GROUP_OF_NEED = {
    "lgbtqia": {"lgbtqia", "trans"},
    "native": {"native"},
    "military": {"military", "veteran"},
    "prison": {"in_custody", "formerly_incarcerated"},
}
NEAR_GROUPS = {
    "undocumented": {"immigrant"},
    "refugee_asylum": {"immigrant"},
    "trans": {"lgbtqia"},
    "veteran": {"military"},
    "farmworker": {"worker"},
    "domestic_worker": {"worker"},
    "teen": {"child"},
    "child": {"teen"},
}
# Whose door is open to others too, though it names them.
OPEN_GROUPS = {
    "women",
    "worker",
    "immigrant",
    "undocumented",
    "refugee_asylum",
    "supporter",
    "parent",
    "latinx",
}
MIGRATION = {"immigrant", "undocumented", "refugee_asylum"}
INSTITUTION_OF = {
    "guard": "prison",
    "police_officer": "police",
    "soldier": "military",
    "immigration_officer": "immigration",
    "teacher": "school",
    "clergy": "church",
    "boss": "employer",
}
WITHOUT_CALLING = {"text", "whatsapp", "chat", "email", "website"}
OFFICIAL = {
    "US": {"en"},
    "GB": {"en"},
    "ZZ": {"en"},
    "CA": {"en", "fr"},
    "MX": {"es"},
    "GT": {"es"},
    "AR": {"es"},
    "ES": {"es"},
    "FR": {"fr"},
    "BE": {"fr"},
    "SN": {"fr"},
    "MA": {"ar", "fr"},
    "HT": {"ht", "fr"},
    "BR": {"pt"},
    "PT": {"pt"},
    "EG": {"ar"},
    "LB": {"ar"},
    "JO": {"ar"},
    "CN": {"zh"},
    "TW": {"zh"},
    "HK": {"zh", "en"},
    "PH": {"tl", "en"},
    "VN": {"vi"},
    "KR": {"ko"},
    "IN": {"hi", "en"},
    "PK": {"ur", "en"},
    "RU": {"ru"},
    "KZ": {"ru", "kk"},
    "UA": {"uk"},
    "PL": {"pl"},
}


@dataclass(frozen=True)
class Judgement:
    """What a service is worth to the person of a row. `harm`: why it would do harm, "" if it would not."""

    grade: int
    harm: str = ""
    labelled: bool = field(default=False)  # harm only if shown first, or without a word about it


@cache
def directory() -> dict[str, dict[str, Any]]:
    """Every service by its id, as its file says."""
    found: dict[str, dict[str, Any]] = {}
    root = HERE / "directory" / "organizations"
    for path in sorted(root.rglob("*.yaml")):
        organization = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        slug = path.relative_to(root).with_suffix("").as_posix()
        for key, service in organization["services"].items():
            found[f"{slug}#{key}"] = {"organization": organization["name"], **service}
    return found


def judge(row: Row) -> dict[str, Judgement]:
    """Every service's worth for the person of a row."""
    judged = {name: _judge(row, service) for name, service in directory().items()}
    for name in row.get("acceptable", ()):
        judged[name] = Judgement(grade=2)
    for name in row.get("harmful", ()):
        judged[name] = Judgement(grade=0, harm="labelled as harmful")
    return judged


def _judge(row: Row, service: Mapping[str, Any]) -> Judgement:
    harm = next(_harms(row, service), "")
    if harm:
        return Judgement(grade=0, harm=harm)
    if not _serves_place(service["area"], row["place"]):
        return Judgement(grade=0)
    helped = _needs_of(service)
    asked, fine = list(row["needs"]), {*row["needs"], *row.get("also_ok", ())}
    inside = _institutions(row) & {_institution(service)}
    if not helped & fine:
        return Judgement(grade=0, labelled=bool(inside))
    if not helped & set(asked) or _is_for_others(row, service) or inside:
        return Judgement(grade=1, labelled=bool(inside))
    good = (
        asked[0] in helped,
        bool(_languages(service) & {row["lang"]}) or service.get("interpreters") == "yes",
        _meets_group(row, service),
        _is_near(service["area"], row["place"]),
        not MIGRATION & set(row["people"])
        or service.get("asks_status") == "no"
        or "undocumented" in _serves(service),
    )
    return Judgement(grade=3 if sum(good) >= 4 else 2)


# -- harm ---------------------------------------------------------------------------------------------------


def _harms(row: Row, service: Mapping[str, Any]) -> Iterator[str]:
    if service.get("hold"):
        yield "on hold"
    limits = set(service.get("only", ()))
    if limits and not row["helper"] and not limits & _within(row):
        yield f"only for {', '.join(sorted(limits))}"
    for refusal in row["refusals"]:
        if _is_refused(refusal, service):
            yield f"refused: {refusal}"


def _within(row: Row) -> set[str]:
    """The limits a person is within; nobody's gender is assumed."""
    said = set(row["people"])
    for need in row["needs"]:
        said |= GROUP_OF_NEED.get(need, set())
    if "school" in row["needs"]:
        said.add("student")
    said.update(*(NEAR_GROUPS.get(group, set()) for group in row["people"]))
    if "men" not in said:
        said.add("women")
    if "women" not in said:
        said.add("men")
    return said


def _is_refused(refusal: str, service: Mapping[str, Any]) -> bool:
    shares, needs = service.get("shares_with", {}), set(service["needs"])
    channels = {contact["channel"] for contact in service.get("contacts", ())}
    return {
        "police": _institution(service) == "police"
        or shares.get("police") == "yes"
        or needs <= {"police_report"},
        "immigration_authorities": _institution(service) == "immigration"
        or shares.get("immigration") == "yes",
        "shelter": service["kind"] == "shelter" or needs <= {"shelter_housing"},
        "phone_calls": not channels & WITHOUT_CALLING,
        "in_person": service.get("in_person_only") == "yes",
        "court": needs <= {"police_report"},
        "religious": service.get("religious") == "yes" or service.get("run_by") == "faith",
        "men": "men" in service.get("only", ()),
        "women": "women" in service.get("only", ()),
        "employer": shares.get("employer") == "yes",
        "id_documents": service.get("asks_id") == "yes",
        "hospital": service.get("run_by") == "hospital" or service["kind"] == "medical",
        "counselling": service["kind"] == "counselling" or needs <= {"counselling"},
        "cost": service.get("cost") == "paid",
    }.get(refusal, False)


def _institution(service: Mapping[str, Any]) -> str | None:
    run_by = {"police": "police", "military": "military", "university": "school", "faith": "church"}
    return service.get("institution") or run_by.get(service.get("run_by", ""))


def _institutions(row: Row) -> set[str | None]:
    return {INSTITUTION_OF.get(context) for context in row["contexts"]} - {None}


# -- fit ----------------------------------------------------------------------------------------------------


def _needs_of(service: Mapping[str, Any]) -> set[str]:
    served = {need for need, groups in GROUP_OF_NEED.items() if groups & _serves(service)}
    return {*service["needs"], *served}


def _serves(service: Mapping[str, Any]) -> set[str]:
    return {*service.get("serves", ()), *service.get("only", ())}


def _said(row: Row) -> set[str]:
    said = set(row["people"])
    said.update(*(NEAR_GROUPS.get(group, set()) for group in row["people"]))
    said.update(*(GROUP_OF_NEED.get(need, set()) for need in row["needs"]))
    if {"workplace", "organizing"} & set(row["needs"]):
        said.add("worker")
    if "school" in row["needs"]:
        said.add("student")
    return said


def _is_for_others(row: Row, service: Mapping[str, Any]) -> bool:
    special = set(service.get("serves", ())) - OPEN_GROUPS
    return bool(special) and not special & _said(row)


def _meets_group(row: Row, service: Mapping[str, Any]) -> bool:
    named = set(row["people"]) - {"women", "worker", "parent", "low_income", "supporter"}
    return not named or bool(_said(row) & _serves(service))


def _languages(service: Mapping[str, Any]) -> set[str]:
    return set(service.get("languages", ())) or OFFICIAL.get(service["area"]["country"], set())


def _serves_place(area: Mapping[str, Any], place: Mapping[str, Any] | None) -> bool:
    if area["country"] == "ZZ":
        return True
    if place is None or area["country"] != place["country"]:
        return False
    if not area.get("regions"):
        return True
    if place.get("land") and place["land"] in area.get("lands", ()):
        return True
    if place["country"] not in ("US", "CA"):  # a label names the region or only the city: the city decides
        return not area.get("cities") or same_name(place.get("city"), area["cities"]) or not place.get("city")
    if place.get("region") not in area["regions"]:
        return False
    narrow = [*area.get("cities", ()), *area.get("counties", ())]
    return not narrow or same_name(place.get("city"), narrow) or not place.get("city")


def _is_near(area: Mapping[str, Any], place: Mapping[str, Any] | None) -> bool:
    """It serves less than the country; where no service does, nobody is nearer."""
    return place is not None and (bool(area.get("regions")) or not _has_local(place["country"]))


@cache
def _has_local(country: str) -> bool:
    return any(s["area"]["country"] == country and s["area"].get("regions") for s in directory().values())


def same_name(name: str | None, among: Sequence[str]) -> bool:
    """A name of a place, whatever its accents and its "City"."""
    return name is not None and plain(name) in map(plain, among)


def plain(name: str) -> str:
    """Without accents, case and the word for what it is."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return bare.removesuffix(" city").removesuffix(" county").replace("-", " ").strip()
