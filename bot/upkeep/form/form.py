"""The form: what there is to fill in, made from the declared shape. A field added there stands here at once.

What a field is drawn with follows from its type; its explanation is its description in bot/model/directory.py.
Nothing is changed on the way: a value that a field cannot show as it stands in the file is shown as such.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.directory_files.reading import Route, read_document
from bot.model.directory import PHONE_CHANNELS, WEB_CHANNELS, Channel, Contact, Organization, Service
from bot.model.record import record
from bot.model.verdict import Verdict
from bot.upkeep.form.vocabulary import SUGGESTED, Option, Options, Vocabulary

WORDS = Path(__file__).resolve().parent / "words.yaml"
UNKNOWN = "unknown"
NEEDED_TEXT = "en"
HINGES = {"channel": 2, "country": 1}  # the list of contacts; the area with its states
CONTACT_VALUES = ("number", "url", "address")

# What is said to somebody who writes YAML and would puzzle somebody who fills in a field.
ONLY_FOR_YAML = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r",? in quotes", ""),
        (r"; see \w+ below|, as in places/\w+\.yaml", ""),
        (r"\{\w+: ([^}]*)\}", r"\1"),
        (r"\[([^\]]*)\]", r"\1"),
        (r'"', ""),
        (r"Leave it out", "Leave it empty"),
        (r"until this line is removed", "until this is empty again"),
        (r",? by language\b", ""),
        (r" en: is always there", " English is always there"),
    )
)


class Kind(StrEnum):
    """What a field is drawn with."""

    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    VERDICT = "verdict"
    WORDS = "words"  # several words: from a menu, or written
    TEXTS = "texts"  # one text for each language
    GROUP = "group"
    ITEMS = "items"
    SERVICES = "services"
    ODD = "odd"  # stands in the file in a form that no field has


HOLDS: Mapping[Kind, type] = {
    Kind.WORDS: list,
    Kind.ITEMS: list,
    Kind.TEXTS: dict,
    Kind.GROUP: dict,
    Kind.SERVICES: dict,
}


@record
class Field:
    """One thing to fill in, or a group of them. `value` is what stands in the file; None: it is absent.

    `hinges`: when it changes, so does what is offered around it, this many steps up its route.
    """

    route: Route
    kind: Kind
    label: str
    hint: str = ""
    needed: bool = False
    folded: bool = False
    ordered: bool = False
    hinges: int = 0
    value: Any = None
    options: Options = ()
    suggestions: str = ""
    parts: tuple["Field", ...] = ()

    @property
    def name(self) -> str:
        """The last step of its route."""
        return str(self.route[-1]) if self.route else ""

    @property
    def ident(self) -> str:
        """What its elements on the page are called."""
        return ".".join(("f", *map(str, self.route)))

    @property
    def text(self) -> str:
        """What stands in the box."""
        return "" if self.value is None else str(self.value)

    def named(self, word: str) -> str:
        """A word as a person reads it."""
        return next((o.name for o in self.options if o.value == word), word)

    def part(self, name: str) -> "Field | None":
        """The part of this name."""
        return next((p for p in self.parts if p.name == name), None)


@record
class Section:
    """Fields of a service that belong together."""

    title: str
    fields: tuple[Field, ...]


@record
class Words:
    """The labels of words.yaml."""

    labels: Mapping[str, str]
    hints: Mapping[str, str]
    options: Mapping[str, Mapping[str, str]]
    items: Mapping[str, str]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    folded: Mapping[str, tuple[str, ...]]
    long: tuple[str, ...]
    ordered: tuple[str, ...]
    begins: Mapping[str, Mapping[str, str]]


def read_words() -> Words:
    """The words that come with this package."""
    data = read_document(WORDS, WORDS.name).data
    return Words(
        labels=data["labels"],
        hints=data["hints"],
        options=data["options"],
        items=data["items"],
        sections=tuple((s["title"], tuple(s["fields"])) for s in data["sections"]),
        folded={shape: tuple(names) for shape, names in data["folded"].items()},
        long=tuple(data["long"]),
        ordered=tuple(data["ordered"]),
        begins=data["begins"],
    )


class FormMaker:
    """Makes the form of one organization's file."""

    def __init__(self, vocabulary: Vocabulary, words: Words) -> None:
        self.vocabulary = vocabulary
        self.words = words

    def form(self, data: Any) -> Field:
        """All there is to fill in, with what stands in `data`. Its parts are those of the organization."""
        return self._group(Organization, data if isinstance(data, dict) else {}, (), "The organization")

    def sections(self, service: Field) -> tuple[Section, ...]:
        """A service's fields as they stand on the page; what no section names stands in the last."""
        placed = {name for _, names in self.words.sections for name in names}
        rest = tuple(p.name for p in service.parts if p.name not in placed)
        last = len(self.words.sections) - 1
        return tuple(
            Section(
                title=title,
                fields=tuple(_present(service, (*names, *rest) if at == last else names)),
            )
            for at, (title, names) in enumerate(self.words.sections)
        )

    def _group(self, shape: type[BaseModel], data: Mapping[str, Any], route: Route, label: str) -> Field:
        parts = [self._field(shape, name, info, data, route) for name, info in shape.model_fields.items()]
        strays = [
            _odd((*route, name), name, value)
            for name, value in data.items()
            if name not in shape.model_fields
        ]
        if shape is Contact:
            parts = [_marked(part, data) for part in parts if _is_asked(part, data)]
        return Field(route=route, kind=Kind.GROUP, label=label, value=data, parts=(*parts, *strays))

    def _field(
        self, shape: type[BaseModel], name: str, info: FieldInfo, data: Mapping[str, Any], holder: Route
    ) -> Field:
        route, value, kind = (*holder, name), data.get(name), self._kind_of(name, info)
        label = self._label(f"{shape.__name__}.{name}", info, kind)
        if value is not None and not _fits(kind, value):
            return _odd(route, label, value)
        return Field(
            route=route,
            kind=kind,
            label=label,
            hint=self._hint(f"{shape.__name__}.{name}", info, label),
            needed=info.is_required(),
            folded=value is None and name in self.words.folded.get(shape.__name__, ()),
            ordered=name in self.words.ordered,
            hinges=HINGES.get(name, 0),
            value=value,
            options=self._options(f"{shape.__name__}.{name}", info, kind, data),
            suggestions=name if name in SUGGESTED else "",
            parts=tuple(self._parts(name, info, kind, value, route)),
        )

    def _kind_of(self, name: str, info: FieldInfo) -> Kind:
        kind = kind_of(info.annotation)
        if kind is Kind.TEXT and name in self.vocabulary.menus:
            return Kind.CHOICE
        return Kind.LONG if kind is Kind.TEXT and name in self.words.long else kind

    def _label(self, place: str, info: FieldInfo, kind: Kind) -> str:
        """Its name in words.yaml, else its question, else its own name as a person would write it."""
        name, question = place.partition(".")[2], (info.description or "").removesuffix("?") + "?"
        plain = question if kind is Kind.VERDICT else name.replace("_", " ").capitalize()
        return self.words.labels.get(place) or self.words.labels.get(name) or plain

    def _hint(self, place: str, info: FieldInfo, label: str) -> str:
        """Its description, if that says more than the label does."""
        said = self.words.hints.get(place, for_a_form(info.description or ""))
        return "" if said.casefold().removesuffix("?") == label.casefold().removesuffix("?") else said

    def _options(self, place: str, info: FieldInfo, kind: Kind, data: Mapping[str, Any]) -> Options:
        name = place.partition(".")[2]
        if kind is Kind.WORDS and name in SUGGESTED:
            return self.vocabulary.suggested[name]
        offered = self.vocabulary.offered(name, data)
        if kind is Kind.CHOICE and offered:
            return _with(offered, data.get(name), needed=info.is_required())
        if kind in (Kind.CHOICE, Kind.VERDICT):
            return _choices(info, data.get(name), self.words.options.get(place, {}))
        return offered

    def _parts(self, name: str, info: FieldInfo, kind: Kind, value: Any, route: Route) -> Iterator[Field]:
        inner = _bare(info.annotation)
        match kind:
            case Kind.GROUP:
                yield from self._group(inner, value or {}, route, name).parts
            case Kind.ITEMS:
                item = self.words.items.get(name, name.capitalize())
                for at, one in enumerate(value or ()):
                    yield self._one(get_args(inner)[0], one, (*route, at), f"{item} {at + 1}")
            case Kind.SERVICES:
                for key, one in (value or {}).items():
                    yield self._one(Service, one, (*route, key), _title(one, key))
            case Kind.TEXTS:
                yield from self._texts(value or {}, route, needed=info.is_required())

    def _one(self, shape: type[BaseModel], value: Any, route: Route, label: str) -> Field:
        return (
            self._group(shape, value, route, label) if isinstance(value, dict) else _odd(route, label, value)
        )

    def _texts(self, value: Mapping[str, Any], route: Route, *, needed: bool) -> Iterator[Field]:
        """A text for each language the bot speaks, and for each that stands there already."""
        for language in dict.fromkeys((NEEDED_TEXT, *self.vocabulary.languages, *value)):
            text = value.get(language)
            label = next(
                (o.name for o in self.vocabulary.suggested["languages"] if o.value == language), language
            )
            if text is not None and not isinstance(text, str):
                yield _odd((*route, language), label, text)
                continue
            must = needed and language == NEEDED_TEXT
            yield Field(
                route=(*route, language),
                kind=Kind.LONG,
                label=label,
                needed=must,
                folded=text is None and not must,
                value=text,
            )


def find(field: Field, route: Route) -> Field | None:
    """The field at `route` in a form, or None when there is none."""
    if field.route == route:
        return field
    if field.route != route[: len(field.route)]:
        return None
    return next((found for part in field.parts if (found := find(part, route))), None)


def kind_of(annotation: Any) -> Kind:
    """What a value of this type is filled in with."""
    inner = _bare(annotation)
    if get_origin(inner) is tuple:
        return Kind.ITEMS if _is_shape(get_args(inner)[0]) else Kind.WORDS
    if get_origin(inner) is dict:
        return Kind.SERVICES if _is_shape(get_args(inner)[1]) else Kind.TEXTS
    if inner is Verdict:
        return Kind.VERDICT
    if get_origin(inner) is Literal or (isinstance(inner, type) and issubclass(inner, StrEnum)):
        return Kind.CHOICE
    return Kind.GROUP if _is_shape(inner) else Kind.TEXT


def for_a_form(description: str) -> str:
    """A field's description without what only matters to somebody who writes YAML.

    >>> for_a_form('When somebody answers, in quotes: "24/7"')
    'When somebody answers: 24/7'
    """
    for pattern, instead in ONLY_FOR_YAML:
        description = pattern.sub(instead, description)
    return description


def _bare(annotation: Any) -> Any:
    """The type without `| None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(a for a in get_args(annotation) if a is not NoneType)
    return annotation


def _is_shape(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _fits(kind: Kind, value: Any) -> bool:
    """Whether a field of this kind can show the value without changing it."""
    if kind is Kind.WORDS:
        return isinstance(value, list) and all(isinstance(word, str) for word in value)
    return isinstance(value, HOLDS.get(kind, str))


def _odd(route: Route, label: str, value: Any) -> Field:
    return Field(route=route, kind=Kind.ODD, label=label, value=value)


def _choices(info: FieldInfo, value: Any, names: Mapping[str, str]) -> Options:
    """The words of an enum. Not known is what nobody wrote, unless somebody wrote so."""
    inner = _bare(info.annotation)
    words = [str(word) for word in (get_args(inner) or list(inner))]
    known = tuple(Option(value=word, name=names.get(word, _said(word))) for word in words if word != UNKNOWN)
    unsaid = Option(value=UNKNOWN if value == UNKNOWN else "", name="Not known")
    if UNKNOWN in words:
        return _with((*known, unsaid), value, needed=True)
    return _with(known, value, needed=info.is_required())


def _with(options: Options, value: Any, *, needed: bool) -> Options:
    """The options with the one in the file, also when it is none of them, and with an empty one where it may be."""
    known = {o.value for o in options}
    stray = () if not value or value in known else (Option(value=value, name=f"{value} (not known here)"),)
    empty = (
        ()
        if "" in known or (needed and value)
        else (Option(value="", name="Choose" if needed else "Not written"),)
    )
    return (*empty, *stray, *options)


def _said(word: str) -> str:
    return word.replace("_", " ").capitalize()


def _title(service: Any, key: str) -> str:
    name = service.get("name") if isinstance(service, dict) else None
    return name if isinstance(name, str) and name else key


def _present(service: Field, names: tuple[str, ...]) -> Iterator[Field]:
    return (part for name in names if (part := service.part(name)))


def _is_asked(field: Field, contact: Mapping[str, Any]) -> bool:
    """Of number, url and address only the one that the channel needs, and what stands there already."""
    wanted = _wanted_by(contact.get("channel"))
    return field.name not in CONTACT_VALUES or field.value is not None or wanted in (None, field.name)


def _marked(field: Field, contact: Mapping[str, Any]) -> Field:
    return replace(field, needed=True) if field.name == _wanted_by(contact.get("channel")) else field


def _wanted_by(channel: Any) -> str | None:
    """The field that holds what one dials, opens or writes to; None when no channel says so."""
    if channel not in tuple(Channel):
        return None
    if channel in PHONE_CHANNELS:
        return "number"
    return "url" if channel in WEB_CHANNELS else "address"
