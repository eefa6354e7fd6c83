"""Field types: what a form asks, a record keeps and a page shows, said once.

A field is a declaration; its type says how raw input becomes a value, how the value is displayed and what its JSON
Schema is. Values are canonical JSON (see ``canonical``): text, integers, booleans, and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from amur.base.canonical import Json
from amur.base.codelists import CodeList
from amur.base.declared import Declared, Identifier, Text
from amur.base.identifiers import IdentifierScheme

FieldType = Literal[
    "text",
    "long_text",
    "code",
    "identifier",
    "region",
    "date",
    "number",
    "yes_no",
    "email",
    "telephone",
    "url",
    "file",
]


class FieldError(ValueError):
    """Raw input that a field cannot accept: a stable code that pages translate, and an English sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class FieldDeclaration(Declared):
    """One field. ``openness`` says who may read it: the public, or only the party and the office."""

    id: Identifier
    type: FieldType
    title: Text
    hint: Text | None = None
    required: bool = True
    openness: Literal["public", "restricted"] = "restricted"
    personal: bool = False
    codelist: Identifier | None = None
    scheme: Identifier | None = None
    max_length: int = Field(default=200, gt=0, le=20_000)
    minimum: int | None = None
    maximum: int | None = None
    media_types: tuple[str, ...] = ()
    max_bytes: int = Field(default=10 * 2**20, gt=0)

    @model_validator(mode="after")
    def _options_fit_the_type(self) -> FieldDeclaration:
        if self.type == "code" and not self.codelist:
            raise ValueError(f"field {self.id!r} is a code without a list; name its codelist")
        if self.type == "identifier" and not self.scheme:
            raise ValueError(f"field {self.id!r} is an identifier without a scheme; name its scheme")
        if self.type == "file" and not self.media_types:
            raise ValueError(f"field {self.id!r} is a file without media_types; list those that are accepted")
        if self.personal and self.openness == "public":
            raise ValueError(f"field {self.id!r} is personal data and public; make it restricted")
        return self


@dataclass(frozen=True, slots=True)
class Lookups:
    """What fields refer to: code lists and schemes by id, region titles by code, and the day of reference."""

    on: date
    codelists: Mapping[str, CodeList] = field(default_factory=dict)
    schemes: Mapping[str, IdentifierScheme] = field(default_factory=dict)
    regions: Mapping[str, Text] = field(default_factory=dict)


def parse(declaration: FieldDeclaration, raw: str, lookups: Lookups) -> Json:
    """Return the value of raw input, or None where an optional field was left empty.

    A file is parsed where it is received; here its raw input is the id of the upload.

    Raises:
        FieldError: with one of the codes in ``ERRORS``.

    >>> age = FieldDeclaration(id="staff", type="number", title=Text(zh="人数", en="Staff"), minimum=1)
    >>> parse(age, " １２ ", Lookups(date(2026, 1, 1)))
    12
    """
    text = _cleaned(raw, keep_lines=declaration.type == "long_text")
    if not text:
        if declaration.required:
            raise FieldError("required", "nothing was entered")
        return None
    return _PARSERS[declaration.type](declaration, text, lookups)


def display(declaration: FieldDeclaration, value: Json, language: str, lookups: Lookups) -> str:
    """Return the value as a person reads it; an unknown code is shown as it is, never lost.

    >>> flag = FieldDeclaration(id="free", type="yes_no", title=Text(zh="免费", en="Free"))
    >>> display(flag, True, "zh-hans", Lookups(date(2026, 1, 1)))
    '是'
    """
    if value is None:
        return ""
    if declaration.type == "yes_no":
        return _YES_NO[bool(value)].say(language)
    if declaration.codelist and declaration.codelist in lookups.codelists:
        entry = lookups.codelists[declaration.codelist].find(str(value))
        return entry.title.say(language) if entry else str(value)
    if declaration.type == "region" and str(value) in lookups.regions:
        return lookups.regions[str(value)].say(language)
    return str(value)


def json_schema(declaration: FieldDeclaration, lookups: Lookups) -> dict[str, Json]:
    """Return the JSON Schema of the value.

    >>> day = FieldDeclaration(id="start", type="date", title=Text(zh="日期", en="Start"))
    >>> json_schema(day, Lookups(date(2026, 1, 1)))
    {'title': 'Start', 'type': 'string', 'format': 'date'}
    """
    schema: dict[str, Json] = {
        "title": declaration.title.en,
        "type": _JSON_TYPES.get(declaration.type, "string"),
    }
    if declaration.type in _JSON_FORMATS:
        schema["format"] = _JSON_FORMATS[declaration.type]
    if declaration.type in {"text", "long_text"}:
        schema["maxLength"] = declaration.max_length
    if declaration.codelist and declaration.codelist in lookups.codelists:
        schema["enum"] = [entry.code for entry in lookups.codelists[declaration.codelist].codes]
    if declaration.minimum is not None:
        schema["minimum"] = declaration.minimum
    if declaration.maximum is not None:
        schema["maximum"] = declaration.maximum
    return schema


ERRORS = (
    "required",
    "control_characters",
    "too_long",
    "not_in_list",
    "no_longer_in_list",
    "bad_identifier",
    "unknown_region",
    "not_a_date",
    "not_a_number",
    "too_small",
    "too_large",
    "not_yes_no",
    "bad_email",
    "bad_telephone",
    "bad_url",
    "bad_upload",
)
"""Every code that ``parse`` may raise."""

_YES_NO = {True: Text(zh="是", en="Yes"), False: Text(zh="否", en="No")}
_JSON_TYPES = {"number": "integer", "yes_no": "boolean"}
_JSON_FORMATS = {"date": "date", "email": "email", "url": "uri", "file": "uuid"}
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_TELEPHONE = re.compile(r"\+?[0-9][0-9 \-]{4,18}[0-9]")
_URL = re.compile(r"https?://[^\s/?#]+\.[^\s]+", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNREADABLE = frozenset("\ufffd\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The mark of a character that was lost, and those that reorder what follows, so that a name reads as another."""
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def _cleaned(raw: str, *, keep_lines: bool) -> str:
    text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").strip()
    for character in text:
        unseen = unicodedata.category(character) in {"Cc", "Cs"} or character in _UNREADABLE
        if unseen and not (keep_lines and character in "\n\t"):
            raise FieldError("control_characters", f"found the control character U+{ord(character):04X}")
    return text


def _text(declaration: FieldDeclaration, text: str, _: Lookups) -> Json:
    if len(text) > declaration.max_length:
        raise FieldError("too_long", f"found {len(text)} characters; at most {declaration.max_length} fit")
    return text


def _code(declaration: FieldDeclaration, text: str, lookups: Lookups) -> Json:
    entry = lookups.codelists[declaration.codelist or ""].find(text)
    if entry is None:
        raise FieldError("not_in_list", f"found {text!r}, which is not in the list")
    if not entry.may_be_chosen(lookups.on):
        raise FieldError("no_longer_in_list", f"{text!r} is not in force on {lookups.on}")
    return text


def _identifier(declaration: FieldDeclaration, text: str, lookups: Lookups) -> Json:
    try:
        return lookups.schemes[declaration.scheme or ""].parse(unicodedata.normalize("NFKC", text))
    except ValueError as error:
        raise FieldError("bad_identifier", str(error)) from None


def _region(_: FieldDeclaration, text: str, lookups: Lookups) -> Json:
    if text not in lookups.regions:
        raise FieldError("unknown_region", f"found {text!r}, which is no region code")
    return text


def _date(_: FieldDeclaration, text: str, __: Lookups) -> Json:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        return date(*map(int, found.groups())).isoformat() if found else _no_date(text)
    except ValueError:
        return _no_date(text)


def _no_date(text: str) -> Json:
    raise FieldError("not_a_date", f"found {text!r}; give year, month and day of a real date")


def _number(declaration: FieldDeclaration, text: str, _: Lookups) -> Json:
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
    if not re.fullmatch(r"-?[0-9]{1,15}", plain):
        raise FieldError("not_a_number", f"found {text!r}; give a whole number")
    value = int(plain)
    if declaration.minimum is not None and value < declaration.minimum:
        raise FieldError("too_small", f"found {value}; the least is {declaration.minimum}")
    if declaration.maximum is not None and value > declaration.maximum:
        raise FieldError("too_large", f"found {value}; the most is {declaration.maximum}")
    return value


def _yes_no(_: FieldDeclaration, text: str, __: Lookups) -> Json:
    if text not in {"yes", "no"}:
        raise FieldError("not_yes_no", f"found {text!r}; choose yes or no")
    return text == "yes"


def _matching(pattern: re.Pattern[str], code: str, need: str) -> Callable[[FieldDeclaration, str, Lookups], Json]:
    def parser(_: FieldDeclaration, text: str, __: Lookups) -> Json:
        plain = unicodedata.normalize("NFKC", text)
        if len(plain) > _LONGEST or not pattern.fullmatch(plain):
            raise FieldError(code, f"found {text[:80]!r}; give {need}")
        return plain

    return parser


_LONGEST = 500
_PARSERS: dict[FieldType, Callable[[FieldDeclaration, str, Lookups], Json]] = {
    "text": _text,
    "long_text": _text,
    "code": _code,
    "identifier": _identifier,
    "region": _region,
    "date": _date,
    "number": _number,
    "yes_no": _yes_no,
    "email": _matching(_EMAIL, "bad_email", "an address such as name@example.org"),
    "telephone": _matching(_TELEPHONE, "bad_telephone", "a number such as 0451-0000000"),
    "url": _matching(_URL, "bad_url", "an address that begins with https://"),
    "file": _matching(_UUID, "bad_upload", "the id of a received file"),
}
