"""What a program sends, as the form takes it, and the names of the standard for what is wrong; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from amur.base.faults import Invalid
from amur.base.fields import FieldDeclaration
from amur.procedures.open311 import engine
from amur.procedures.open311.declarations import Open311

Sent: TypeAlias = Mapping[str, Sequence[str]]
"""The parameters of a call, each with its values in their order."""
Entered: TypeAlias = "dict[str, str | list[str] | dict[str, str]]"

_PLACES = {"address": "address_string", "address_id": "address_id"}
_SAID = {"description": "description", "media_url": "media_url", "media": "media"}
_REPORTER = {"reporter.email": "email", "reporter.phone": "phone", "reporter.name": "first_name, last_name"}
_STANDARD = {"location": "lat, long"} | _PLACES | _SAID | _REPORTER
_LOCATIONS = ("lat, long", "lat", "long", "address_string", "address_id")


def entered(service: Open311, fields: Iterable[FieldDeclaration], sent: Sent) -> Entered:
    """Return what was sent, by the fields of the form. An account, a device and whatever has no field are dropped.

    Raises:
        Invalid: for a place that is missing or half, and an attribute that the service does not have.

    >>> from amur.base.fields import field_of
    >>> word = {"zh": "事", "en": "What"}
    >>> fields = [field_of({"id": "what", "type": "text", "title": word}), field_of(
    ...     {"id": "place", "type": "point", "title": word}), field_of({"id": "mark", "type": "text", "title": word})]
    >>> service = Open311(location="place", description="what", closed=("mended",))
    >>> sent = {"lat": ["45.7"], "long": ["126.6"], "description": ["dark"], "attribute[mark]": ["A1"]}
    >>> entered(service, fields, sent)
    {'mark': 'A1', 'place': {'lat': '45.7', 'lon': '126.6'}, 'what': 'dark'}
    >>> entered(service, fields, {"lat": ["45.7"]})
    Traceback (most recent call last):
    ...
    amur.base.faults.Invalid: the input has faults
    """
    mapped = service.mapped
    asked = engine.asked(fields, mapped.values())
    many = [field.id for field, kind in asked if kind == "multivaluelist"]
    found: Entered = dict(engine.answered(sent, [field.id for field, _ in asked], many))
    found |= _place(service, sent)
    for role, name in (_SAID | _REPORTER).items():
        value = _name(sent) if role == "reporter.name" else _first(sent, name)
        if role in mapped and value and role != "media":
            found[mapped[role]] = value
    return found


def named(service: Open311, faults: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return faults of fields under the names that the standard has for them.

    >>> service = Open311(location="place", description="what", closed=("mended",))
    >>> faults = dict.fromkeys(["place.lat", "what", "mark", "long"], ("required", "nothing was entered"))
    >>> list(named(service, faults | {"page": ("x", "y")}))
    ['lat, long', 'description', 'attribute[mark]', 'long', 'attribute[page]']
    """
    standard = {field: _STANDARD[role] for role, field in service.mapped.items()}
    found = {}
    for field, fault in faults.items():
        name = field.partition(".")[0]
        is_plain = field in _LOCATIONS or field.startswith("attribute")
        found[standard.get(name) or (field if is_plain else f"attribute[{name}]")] = fault
    return found


def _place(service: Open311, sent: Sent) -> Entered:
    """Return where it is, by the ways that the service knows."""
    lat, lon = _first(sent, "lat"), _first(sent, "long")
    if bool(lat) != bool(lon):
        raise Invalid({"lat" if not lat else "long": ("required", "lat and long go together")})
    found: Entered = {}
    if service.location and lat:
        found[service.location] = {"lat": lat, "lon": lon}
    for role, name in _PLACES.items():
        field = getattr(service, role)
        if field and (value := _first(sent, name)):
            found[field] = value
    if not found:
        ways = {"location": "lat and long", **_PLACES}
        taken = [said for role, said in ways.items() if getattr(service, role)]
        raise Invalid({"lat, long": ("required", f"say where it is: this service takes {', or '.join(taken)}")})
    return found


def _first(sent: Sent, name: str) -> str:
    return next((value.strip() for value in sent.get(name, ()) if value.strip()), "")


def _name(sent: Sent) -> str:
    return " ".join(part for name in ("first_name", "last_name") if (part := _first(sent, name)))
