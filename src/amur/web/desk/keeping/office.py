"""Which register an address means, and in which office its keeper acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from amur.base.acting import Actor
from amur.base.faults import NotFound
from amur.base.fields import FieldError, Lookups
from amur.base.fields.times import day_in
from amur.registers import reads
from amur.registers.declarations import RegisterDeclaration
from amur.registers.lookups import lookups
from amur.web.fields import FieldView
from amur.web.requests import AmurRequest

_LONGEST = {"reason": 5_000, "source": 200, "key": 200}


@dataclass(frozen=True, slots=True)
class Kept:
    """A register that the reader keeps, with what its fields refer to today."""

    declaration: RegisterDeclaration
    by: Actor
    found: Lookups
    today: date


def kept(request: AmurRequest, register_id: str) -> Kept:
    """Return a register that the reader keeps.

    Raises:
        NotFound: if there is none, or the reader does not keep it.
    """
    declaration = reads.register(register_id)
    role = reads.keeper_role(request.scope, declaration)
    if not role:
        raise NotFound("no_register", f"there is no register {register_id!r} to keep")
    today = localdate(request.now)
    return Kept(declaration, request.actor(role=role), lookups(today), today)


def words_from(post: QueryDict) -> dict[str, str]:
    """Return the reason and the source that were typed, each cut a little above what fits."""
    return {name: post.get(f"_{name}", "").strip()[: longest + 1] for name, longest in _LONGEST.items()}


def day_from(post: QueryDict, name: str, faults: dict[str, str]) -> date | None:
    """Return a day that was typed, None where none was; what cannot be read is noted under its name."""
    raw = post.get(name, "").strip()
    try:
        return day_in(raw) if raw else None
    except FieldError:
        faults[name] = _("Give year, month and day of a real date.")
        return None


def plain(
    name: str, label: str, value: str = "", *, hint: str = "", error: str = "", required: bool = True
) -> FieldView:
    """Return a box of a form that belongs to no field."""
    return FieldView(name=name, control="input", label=label, value=value, hint=hint, error=error, is_required=required)


def day(name: str, label: str, value: str = "", *, hint: str = "", error: str = "", required: bool = True) -> FieldView:
    """Return a box for a day that belongs to no field."""
    return FieldView(
        name=name,
        control="input",
        input_type="date",
        label=label,
        value=value,
        hint=hint,
        error=error,
        is_required=required,
    )


def say(fault: tuple[str, str]) -> str:
    """Return what is wrong with something beside the fields, in the reader's words."""
    code, message = fault
    words = {
        "required": _("Fill this in."),
        "too_long": _("Shorten this."),
        "bad_key": _("Choose another key; this one cannot be part of an address."),
        "not_the_key": _("The key of a record cannot be changed."),
        "ends_before_it_begins": _("The end lies before the beginning."),
        "before_last_change": _("The record has changed since that day; choose a later one."),
        "not_later": _("The new end has to be later than the one so far."),
        "no_term": _("Records of this register have no end; leave this empty."),
    }
    return words.get(code, message)
