"""What a reader asks of the list of a register: filters, a state, a day and an instant, taken from an address.

The same for the page and for the interface, so that an address of the one can be turned into one of the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.timezone import get_default_timezone, is_naive
from django.utils.translation import gettext as _

from amur.base.acting import Scope
from amur.base.faults import Invalid
from amur.base.fields import CodeField, FieldError, Lookups, RegionField, YesNoField
from amur.base.fields.times import day_in
from amur.registers import reads
from amur.registers.declarations import RegisterDeclaration
from amur.registers.filtering import Filter
from amur.registers.reads import Wanted
from amur.web.fields import Option, choosing

VALID_ON, KNOWN_AT, STATE = "valid_on", "known_at", "state"
OURS = frozenset({"q", "page", VALID_ON, KNOWN_AT, STATE})
"""Names in an address that are no filters."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Control:
    """One filter as a form shows it: a choice, a text, or two ends of a range."""

    name: str
    label: str
    kind: str
    value: str = ""
    options: tuple[Option, ...] = ()
    first: str = ""
    last: str = ""


def wanted_from(scope: Scope, declaration: RegisterDeclaration, asked: QueryDict) -> Wanted:
    """Return what an address asks of a list; what is no filter of this register is left out.

    Raises:
        Invalid: naming a day or an instant that cannot be read.
    """
    filters = {}
    for one in reads.filters_for(scope, declaration):
        for name in (one.name, f"{one.name}__from", f"{one.name}__to") if one.is_range else (one.name,):
            if value := asked.get(name, "").strip()[:_LONGEST]:
                filters[name] = value
    valid_on, known_at = moments_from(asked)
    return reads.wanted_of(filters, state=asked.get(STATE, "")[:_LONGEST], valid_on=valid_on, known_at=known_at)


def moments_from(asked: QueryDict) -> tuple[date | None, datetime | None]:
    """Return the day and the instant that an address asks for; a day as an instant means its end.

    Raises:
        Invalid: naming each that cannot be read.
    """
    faults: dict[str, tuple[str, str]] = {}
    valid_on, known_at = None, None
    try:
        valid_on = day_in(raw) if (raw := asked.get(VALID_ON, "").strip()) else None
    except FieldError as error:
        faults[VALID_ON] = (error.code, str(error))
    try:
        known_at = instant_in(raw) if (raw := asked.get(KNOWN_AT, "").strip()) else None
    except FieldError as error:
        faults[KNOWN_AT] = (error.code, str(error))
    if faults:
        raise Invalid(faults, "; ".join(f"{name}: {said}" for name, (_code, said) in faults.items()))
    return valid_on, known_at


def instant_in(raw: str) -> datetime:
    """Return the instant that a text names: one by ISO 8601, or the end of a day.

    Raises:
        FieldError: if it names none.
    """
    try:
        found = datetime.fromisoformat(raw.replace(" ", "+")) if len(raw) > len("2026-01-01") else None
    except ValueError:
        found = None
    if found is None:
        end = datetime.combine(day_in(raw), time.max, get_default_timezone())
        return end - timedelta(microseconds=end.microsecond) + timedelta(microseconds=999_999)
    try:
        # In UTC, since a database need not know each offset that the standard allows.
        return (found.replace(tzinfo=get_default_timezone()) if is_naive(found) else found).astimezone(UTC)
    except OverflowError:
        raise FieldError("not_an_instant", f"found {raw[:40]!r}, which lies beyond the calendar") from None


def controls_of(
    scope: Scope, declaration: RegisterDeclaration, asked: Mapping[str, str], language: str, found: Lookups
) -> list[Control]:
    """Return the filters of a register as a form shows them, with what was asked before."""
    shown = [_control(one, asked, language, found) for one in reads.filters_for(scope, declaration)]
    if declaration.states:
        here = asked.get(STATE, "")
        states = tuple(Option(one.id, one.title.say(language), one.id == here) for one in declaration.states)
        shown.append(Control(STATE, _("State"), "choice", options=states))
    return shown


def kept_of(wanted: Wanted, query: str) -> str:
    """Return what an address has to carry on to ask the same again, without the page."""
    carried = {"q": query, STATE: wanted.state, **wanted.filters}
    if wanted.valid_on:
        carried[VALID_ON] = wanted.valid_on.isoformat()
    if wanted.known_at:
        carried[KNOWN_AT] = wanted.known_at.isoformat()
    return urlencode({name: value for name, value in carried.items() if value})


def _control(one: Filter, asked: Mapping[str, str], language: str, found: Lookups) -> Control:
    label, value = one.field.title.say(language), asked.get(one.name, "")
    if one.is_range:
        kind = "number" if one.kind == "number" else "day"
        first, last = (asked.get(f"{one.name}__{end}", "") for end in ("from", "to"))
        return Control(one.name, label, kind, first=first, last=last)
    options = [Option(code, said, code == value) for code, said in _choices(one, language, found)]
    return Control(one.name, label, "choice" if options else "text", value=value, options=tuple(options))


def _choices(one: Filter, language: str, found: Lookups) -> list[tuple[str, str]]:
    if isinstance(one.field, CodeField) and one.field.codelist in found.codelists:
        codes = [code for code in found.codelists[one.field.codelist].codes if not code.heading]
        return [(code.code, _title(code.title.say(language), in_force=code.in_force(found.on))) for code in codes]
    if isinstance(one.field, RegionField):
        titles = {code: title.say(language) for code, title in found.regions.items()}
        return [(code, _title(title, in_force=code not in found.gone)) for code, title in titles.items()]
    if isinstance(one.field, YesNoField):
        return [("yes", _("Yes")), ("no", _("No"))]
    return []


def _title(title: str, *, in_force: bool) -> str:
    return title if in_force else choosing.ended(title)
