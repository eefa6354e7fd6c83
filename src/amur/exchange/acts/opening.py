"""How a message or a difference begins a case: its form is filled by expressions and handed in, as by an official."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from amur.base.acting import SYSTEM, Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.expressions import ExpressionError, Kind, ListOf, type_of
from amur.base.faults import Invalid
from amur.base.fields import FieldDeclaration, FieldError, Lookups
from amur.exchange.acts.bringing import Claimed, put_in_place
from amur.exchange.declarations import OfFirm
from amur.exchange.engine import Seen, value_of
from amur.people import reads as people
from amur.people.reads import day_of
from amur.procedures import declared as procedures
from amur.procedures.acts import drafts, submission
from amur.procedures.models import Case
from amur.registers.lookups import lookups


def begin_case(
    procedure_id: str,
    values: Mapping[str, str],
    seen: Seen,
    *,
    channel: str,
    firm: OfFirm | None = None,
    brought: tuple[Claimed, ...] = (),
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> Case:
    """Hand in a form whose answers expressions give, in the caller's transaction, and return the case.

    With ``firm`` it is the case of the enterprise that the form names, if somebody acts for it here; files that were
    ``brought`` become those of their fields.

    Raises:
        NotFound: if the active pack declares no such procedure.
        Invalid: naming each answer that is missing or does not fit.
        Refused: as ``submit``.
    """
    _, definition = procedures.active(procedure_id)
    answers = filled(definition.fields, values, seen, lookups(day_of(now)))
    draft = drafts.open_draft(procedure_id, by=by, now=now, channel=channel)
    fields = {one.id: one for one in definition.fields}
    draft.raw = {name: fields[name].as_typed(value) for name, value in answers.items()}
    draft.raw |= put_in_place(brought, definition.fields, draft)
    draft.enterprise_id = _enterprise(firm, answers)
    draft.save(update_fields=["raw", "enterprise_id"])
    return submission.submit(draft.pk, by=by, now=now, key=key)


def _enterprise(firm: OfFirm | None, answers: Mapping[str, Json]) -> str:
    """Return the enterprise whose case it is; one that nobody acts for here yet is not known by a number alone."""
    identifier = answers.get(firm.field) if firm else None
    return people.acted_for(SYSTEM, firm.scheme, str(identifier)) if firm and identifier else ""


def filled(
    fields: tuple[FieldDeclaration, ...], values: Mapping[str, str], seen: Seen, found: Lookups
) -> dict[str, Json]:
    """Return what expressions give for some fields, each as its field keeps it; what has no value is left out.

    Raises:
        Invalid: naming each that is not a field, or whose value does not fit.
    """
    known = {one.id: one for one in fields}
    faults: dict[str, tuple[str, str]] = {}
    given: dict[str, Json] = {}
    for name, source in values.items():
        if name not in known:
            faults[name] = ("unknown_field", f"there is no field {name!r}")
            continue
        kind = type_of(known[name].cel_column())
        try:
            value = value_of(source, kind if isinstance(kind, Kind | ListOf) else Kind.TEXT, seen)
            if value is not None and value != "":
                given[name] = known[name].validate_value(value, found)
        except ExpressionError as error:
            faults[name] = ("no_value", error.found)
        except FieldError as error:
            faults |= error.told(name)
    if faults:
        raise Invalid(faults)
    return given
