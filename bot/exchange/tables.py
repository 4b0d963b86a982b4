"""The tables of the directory as spreadsheets, made from the declared shape: one row a service, and one row for each
of its contacts, sources and checks, which name the service by its id.

A field that is added to bot/model/directory.py is a column here, with its description as the explanation.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.model.directory import Code, FullDate, Language, Organization, PartialDate, Service, WebAddress
from bot.model.record import record

FIRST_LANGUAGES = ("en", "es", "fr")  # their columns come first; the others follow by their codes
LISTED = "listed"  # stands in the column version of an export that is for reading


class Kind(StrEnum):
    """What a cell holds, and so what a spreadsheet program may have done to it."""

    TEXT = "text"
    CHOICE = "choice"
    CODE = "code"
    LANGUAGE = "language"
    CAPITALS = "capitals"
    WORD = "word"  # an id, a web address, a time zone: kept as it is, without what stuck to it
    NUMBER = "number"
    HOURS = "hours"
    DAY = "day"
    DATE = "date"  # a day, a month or a year
    ORDER = "order"


@record
class Column:
    """One column. `route` is where its value stands in what the table's rows hold.

    `by_language`: a text that has a column for each language. `many`: words with commas between them.
    `vocabulary`: the list its codes come from. `default`: the word that says the same as an empty cell.
    """

    header: str
    route: tuple[str, ...]
    kind: Kind
    description: str
    required: bool = False
    many: bool = False
    by_language: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    vocabulary: str | None = None
    of_organization: bool = False


@record
class Table:
    """One sheet. `holder` is the service's field that holds its rows; None for the services themselves."""

    name: str
    one: str  # what a row is called
    holder: str | None
    columns: tuple[Column, ...]


# What the shape cannot tell: fields that are plain text to it.
KIND_OF_FIELD: Mapping[str, Kind] = {
    "number": Kind.NUMBER,
    "hours": Kind.HOURS,
    "timezone": Kind.WORD,
    "country": Kind.CAPITALS,
    "regions": Kind.CAPITALS,
}
KIND_OF_PATTERN: Mapping[str | None, Kind] = {
    get_args(alias)[1].pattern: kind
    for alias, kind in (
        (Code, Kind.CODE),
        (FullDate, Kind.DAY),
        (PartialDate, Kind.DATE),
        (WebAddress, Kind.WORD),
        (Language, Kind.LANGUAGE),
    )
}
VOCABULARY_OF = {
    "needs": "needs",
    "serves": "people",
    "only": "people",
    "contexts": "contexts",
    "claims": "claims",
}
LANGUAGE = re.compile(get_args(Language)[1].pattern)

ID = Column(
    header="id",
    route=(),
    kind=Kind.WORD,
    description="Where the service stands in the directory: us/tx/example-legal-center#survivor-legal-line. Never "
    "change it. For a new service write any short name, the same one in the other sheets; it gets its id by itself",
)
VERSION = Column(
    header="version",
    route=(),
    kind=Kind.WORD,
    description="Leave this as it is. It shows whether somebody else changed the service after this was made",
)
SERVICE = Column(
    header="service",
    route=(),
    kind=Kind.WORD,
    required=True,
    description="The id of the service, as in the sheet services",
)
ORDER = Column(
    header="order",
    route=(),
    kind=Kind.ORDER,
    description="1 is the first of its service, 2 the second. Leave it empty in a new row: it then comes last",
)


# -- the shape as columns ----------------------------------------------------------------------------------------


def _columns(
    shape: type[BaseModel], header: str = "", route: tuple[str, ...] = (), *, of_organization: bool = False
) -> Iterator[Column]:
    """The columns of a shape. What a field holds as a shape of its own is spread out; lists of shapes are tables."""
    for name, info in shape.model_fields.items():
        bare, pattern = _bare(info.annotation, info.metadata)
        if _shape_in(bare):
            continue
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            yield from _columns(bare, f"{header}{name}_", (*route, name), of_organization=of_organization)
        else:
            column = _column(name, info, bare, pattern)
            yield replace(
                column, header=f"{header}{name}", route=(*route, name), of_organization=of_organization
            )


def _column(name: str, info: FieldInfo, bare: Any, pattern: str | None) -> Column:
    many = get_origin(bare) is tuple
    item, pattern = _bare(get_args(bare)[0]) if many else (bare, pattern)
    choices = _choices(item)
    kind = KIND_OF_FIELD.get(name) or KIND_OF_PATTERN.get(pattern, Kind.TEXT)
    return Column(
        header=name,
        route=(name,),
        kind=Kind.CHOICE if choices else kind,
        description=info.description or "",
        required=info.is_required(),
        many=many,
        by_language=get_origin(bare) is dict,
        choices=choices,
        default=_default(info),
        vocabulary=VOCABULARY_OF.get(name),
    )


def _bare(annotation: Any, notes: Iterable[Any] = ()) -> tuple[Any, str | None]:
    """A type without `| None` and without its notes, and the pattern among them."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(one for one in get_args(annotation) if one is not NoneType)
    if get_origin(annotation) is Annotated:
        annotation, *notes = get_args(annotation)
    return annotation, next((note.pattern for note in notes if getattr(note, "pattern", None)), None)


def _shape_in(bare: Any) -> type[BaseModel] | None:
    """The shape of the rows, where a field holds many of them."""
    if get_origin(bare) not in (tuple, dict):
        return None
    return next((one for one in get_args(bare) if isinstance(one, type) and issubclass(one, BaseModel)), None)


def _choices(bare: Any) -> tuple[str, ...]:
    if get_origin(bare) is Literal:
        return tuple(str(one) for one in get_args(bare))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return tuple(str(one.value) for one in bare)
    return ()


def _default(info: FieldInfo) -> str:
    default = info.default.value if isinstance(info.default, Enum) else info.default
    return default if isinstance(default, str) else ""


def _tables() -> Iterator[Table]:
    organization = _columns(Organization, "organization_", of_organization=True)
    yield Table(
        name="services", one="service", holder=None, columns=(ID, *organization, *_columns(Service), VERSION)
    )
    for field, info in Service.model_fields.items():
        shape = _shape_in(info.annotation)
        if shape is not None:
            one = field.removesuffix("s")
            yield Table(name=f"{one}s", one=one, holder=field, columns=(SERVICE, ORDER, *_columns(shape)))


TABLES: Mapping[str, Table] = {table.name: table for table in _tables()}
SERVICES = TABLES["services"]
CHILDREN = tuple(table for table in TABLES.values() if table.holder)


# -- headers -----------------------------------------------------------------------------------------------------


@cache
def column_of(table: str, header: str) -> Column:
    """The column with just this header. Raises KeyError."""
    for column in TABLES[table].columns:
        if column.header == header and not column.by_language:
            return column
    text, language = language_in(table, header) or ("", "")
    for column in TABLES[table].columns:
        if column.header == text:
            return in_language(column, language)
    raise KeyError(header)


@cache
def language_in(table: str, header: str) -> tuple[str, str] | None:
    """(`summary`, `es`) for summary_es: the text and its language; None for a column that has none."""
    for column in TABLES[table].columns:
        language = header.removeprefix(f"{column.header}_")
        if column.by_language and language != header and LANGUAGE.fullmatch(language):
            return column.header, language
    return None


def in_language(column: Column, language: str) -> Column:
    """The column of one language of a text."""
    return replace(
        column,
        header=f"{column.header}_{language}",
        route=(*column.route, language),
        by_language=False,
        required=False,
    )


def headers_for(table: Table, languages: Mapping[str, Iterable[str]]) -> list[str]:
    """The headers in their order; `languages` has those of each text by language."""
    return [header for column in table.columns for header in _headers(column, languages)]


def _headers(column: Column, languages: Mapping[str, Iterable[str]]) -> list[str]:
    if not column.by_language:
        return [column.header]
    others = sorted(set(languages.get(column.header, ())) - set(FIRST_LANGUAGES))
    return [f"{column.header}_{language}" for language in (*FIRST_LANGUAGES, *others)]


def header_meant(table: Table, written: str) -> str | None:
    """The header a person's spelling means, whatever its case, spaces and dashes; None if it is none of ours."""
    folded = fold(written)
    if folded in _by_spelling(table.name):
        return _by_spelling(table.name)[folded]
    for column in table.columns:
        if column.by_language and folded.startswith(f"{column.header}_"):
            language = _language_at_the_end(written, len(folded) - len(column.header) - 1)
            if LANGUAGE.fullmatch(language):
                return f"{column.header}_{language}"
    return None


@cache
def _by_spelling(table: str) -> dict[str, str]:
    """Headers by their folded spelling; a text without a language is in the first."""
    return {
        fold(column.header): f"{column.header}_{FIRST_LANGUAGES[0]}" if column.by_language else column.header
        for column in TABLES[table].columns
    }


def fold(written: str) -> str:
    """`Summary (EN)` and `summary_en` alike."""
    return re.sub(r"[^a-z0-9]+", "_", written.casefold()).strip("_")


def _language_at_the_end(written: str, length: int) -> str:
    """The language in its own spelling: pt-BR stays pt-BR, EN is en."""
    language = re.sub(r"\W+$", "", written)[-length:].replace("_", "-")
    base, *rest = language.split("-")
    return language if LANGUAGE.fullmatch(language) else "-".join((base.lower(), *rest))
