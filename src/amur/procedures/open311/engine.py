"""What Open311 GeoReport v2 calls things: attributes of fields, answers to them, ranges of dates; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from amur.base.faults import Invalid
from amur.base.fields import CodeField, FieldDeclaration, Lookups, ReferenceField, TextField

LONGEST_RANGE = timedelta(days=90)
"""The longest range of dates that one question may ask for."""

Datatype = Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]

_DATATYPES: Mapping[str, Datatype] = {
    "text": "string",
    "contact": "string",
    "identifier": "string",
    "person": "string",
    "reference": "string",
    "number": "number",
    "quantity": "number",
    "money": "number",
    "date": "datetime",
    "instant": "datetime",
    "code": "singlevaluelist",
    "region": "singlevaluelist",
    "yes_no": "singlevaluelist",
}
_LONG_TEXT = 255
_ATTRIBUTE = re.compile(r"attribute\[([a-z][a-z0-9_]{0,119})\](\[\])?")
_MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that a service asks beside where and what; its code is the id of the field."""

    code: str
    datatype: Datatype
    required: bool
    description: str
    hint: str
    order: int
    values: tuple[tuple[str, str], ...] = ()


def datatype(field: FieldDeclaration) -> Datatype | None:
    """Return what the standard calls the type of a field, or None where it has nothing for it.

    >>> from amur.base.declared import Text
    >>> kinds = CodeField(id="kinds", type="code", title=Text(zh="类", en="Kind"), codelist="kinds", many=True)
    >>> datatype(kinds), datatype(kinds.model_copy(update={"many": False}))
    ('multivaluelist', 'singlevaluelist')
    >>> datatype(TextField(id="what", type="text", title=Text(zh="事", en="What"), multiline=True))
    'text'
    """
    if isinstance(field, CodeField) and field.many:
        return "multivaluelist"
    if isinstance(field, TextField) and (field.multiline or field.max_length > _LONG_TEXT):
        return "text"
    return _DATATYPES.get(field.type)


def attributes(
    fields: Iterable[FieldDeclaration], mapped: Iterable[str], found: Lookups, language: str
) -> tuple[Attribute, ...]:
    """Return the attributes of a service: its fields in their order, without those that have a name of their own.

    What is asked only under a condition is not required here; whether it was wanting is said of what was sent.

    >>> from amur.base.declared import Text
    >>> fields = [TextField(id=name, type="text", title=Text(zh="事", en="What")) for name in ("what", "mark")]
    >>> [(one.code, one.order, one.datatype) for one in attributes(fields, ["what"], Lookups(date(2026, 1, 1)), "en")]
    [('mark', 1, 'string')]
    """
    return tuple(
        Attribute(
            field.id,
            kind,
            field.required and not field.when,
            field.title.say(language),
            field.hint.say(language) if field.hint else "",
            place,
            choices(field, found, language),
        )
        for place, (field, kind) in enumerate(asked(fields, mapped), 1)
    )


def asked(fields: Iterable[FieldDeclaration], mapped: Iterable[str]) -> list[tuple[FieldDeclaration, Datatype]]:
    """Return the fields that are attributes, each with what the standard calls its type.

    >>> asked([], [])
    []
    """
    taken = {*mapped}
    return [(field, kind) for field in fields if field.id not in taken and (kind := datatype(field)) is not None]


def choices(field: FieldDeclaration, found: Lookups, language: str) -> tuple[tuple[str, str], ...]:
    """Return the keys and names from which a value is chosen on the day of reference; none where it is written.

    >>> from amur.base.fields import field_of
    >>> free = field_of({"id": "free", "type": "yes_no", "title": {"zh": "免费", "en": "Free"}})
    >>> choices(free, Lookups(date(2026, 1, 1)), "en")
    (('yes', 'Yes'), ('no', 'No'))
    >>> place = field_of({"id": "place", "type": "region", "title": {"zh": "地区", "en": "Region"}})
    >>> choices(place, Lookups(date(2026, 1, 1)), "en")
    ()
    """
    if field.type == "yes_no":
        return tuple((key, field.display(key == "yes", language, found)) for key in ("yes", "no"))
    if field.type == "region":
        offered = (code for code in sorted(found.regions) if code not in found.gone)
        return tuple((code, found.regions[code].say(language)) for code in offered)
    if isinstance(field, ReferenceField):
        return tuple((key, title.say(language)) for key, title in found.listed(field.register_id).items())
    choice = found.codelists.get(field.codelist) if isinstance(field, CodeField) else None
    codes = choice.codes if choice else ()
    return tuple((one.code, one.title.say(language)) for one in codes if one.may_be_chosen(found.on))


def answered(
    sent: Mapping[str, Sequence[str]], known: Iterable[str], many: Iterable[str]
) -> dict[str, list[str] | str]:
    """Return the attributes that were sent, each by its code: ``attribute[code]=…``, or ``attribute[code][]=…`` often.

    Raises:
        Invalid: naming each that the service does not have, and each that came more than once and is one value.

    >>> answered({"attribute[kind]": ["dark"], "lat": ["45"], "attribute[on][]": ["a", "b"]}, ["kind", "on"], ["on"])
    {'kind': 'dark', 'on': ['a', 'b']}
    >>> answered({"attribute[colour]": ["red"], "attribute[kind]": ["a", "b"]}, ["kind"], [])
    Traceback (most recent call last):
    ...
    amur.base.faults.Invalid: the input has faults
    """
    told: dict[str, list[str]] = {}
    faults: dict[str, tuple[str, str]] = {}
    for name, values in sent.items():
        if not (values and name.startswith("attribute")):
            continue
        match = _ATTRIBUTE.fullmatch(name)
        if match is None or match[1] not in {*known}:
            faults[name[:80]] = ("unknown_attribute", "the service has no such attribute")
        else:
            told.setdefault(match[1], []).extend(values)
    several = {*many}
    for code, values in told.items():
        if code not in several and len(values) > 1:
            faults[code] = ("one_value", f"found {len(values)} values; it takes one")
    if faults:
        raise Invalid(faults)
    return {code: values if code in several else values[0] for code, values in told.items()}


def instant(text: str, zone: tzinfo) -> datetime:
    """Return an instant in the W3C format: a day, or a day and a time with its offset; a day begins in the zone.

    A plus that an address turned into a space is read as the plus.

    Raises:
        ValueError: if it is none.

    >>> [instant(text, UTC).isoformat() for text in ("2026-03-01T08:00:00 08:00", "2026-03-01")]
    ['2026-03-01T00:00:00+00:00', '2026-03-01T00:00:00+00:00']
    >>> instant("yesterday", UTC)
    Traceback (most recent call last):
    ...
    ValueError: found 'yesterday'; give the W3C format, such as 2026-03-01T08:00:00Z
    """
    plain = text.strip()
    if not _W3C.fullmatch(plain):
        raise _no_instant(text)
    try:
        if len(plain) == len("2026-03-01"):
            return datetime.combine(date.fromisoformat(plain), time(), zone).astimezone(UTC)
        at = datetime.fromisoformat(plain.replace(" ", "+"))
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_instant(text) from None


def _no_instant(text: str) -> ValueError:
    return ValueError(f"found {text[:40]!r}; give the W3C format, such as 2026-03-01T08:00:00Z")


_W3C = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+ -][0-9]{2}:[0-9]{2})?)?", re.ASCII
)


def asked_range(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Return the range that a question asks for: the latest 90 days where it names none, 90 from the end it names.

    Raises:
        Invalid: if it runs backwards or spans more than 90 days.

    >>> now = datetime(2026, 3, 10, tzinfo=UTC)
    >>> [one.date().isoformat() for one in asked_range(None, None, now)]
    ['2025-12-10', '2026-03-10']
    >>> [one.date().isoformat() for one in asked_range(datetime(2025, 1, 1, tzinfo=UTC), None, now)]
    ['2025-01-01', '2025-04-01']
    >>> asked_range(datetime(2025, 1, 1, tzinfo=UTC), now, now)
    Traceback (most recent call last):
    ...
    amur.base.faults.Invalid: the input has faults
    """
    try:
        if start is None:
            end = end or now
            return end - LONGEST_RANGE, end
        end = end or start + LONGEST_RANGE
    except OverflowError:
        raise Invalid({"start_date": ("beyond", "that day lies beyond the calendar")}) from None
    if start > end:
        raise Invalid({"start_date": ("backwards", "it lies after end_date")})
    if end - start > LONGEST_RANGE:
        said = f"the range spans more than {LONGEST_RANGE.days} days; ask for it in parts"
        raise Invalid({"start_date": ("too_long", said)})
    return start, end


def whole_number(text: str, name: str, most: int) -> int:
    """Return a page or the size of one: a number from 1 to the most.

    Raises:
        Invalid: naming it, if it is none.

    >>> whole_number("3", "page", 100)
    3
    >>> whole_number("0", "page", 100)
    Traceback (most recent call last):
    ...
    amur.base.faults.Invalid: the input has faults
    """
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS and 1 <= int(text) <= most:
        return int(text)
    raise Invalid({name: ("not_a_number", f"found {text[:20]!r}; give a number from 1 to {most}")})


def listed(text: str) -> tuple[str, ...]:
    """Return what stands between commas, each once.

    >>> listed("a, b,,a")
    ('a', 'b')
    """
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
