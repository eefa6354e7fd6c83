"""The checks of a service of Open311: what it names exists and fits, and a report can be whole and can be closed."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.open311 import engine
from amur.procedures.open311.declarations import Open311
from amur.registers.checks import Locate, Path, fault

_FITS: dict[str, tuple[str, ...]] = {
    "location": ("point",),
    "address": ("text", "contact"),
    "address_id": ("reference",),
    "description": ("text",),
    "media_url": ("contact", "text"),
    "media": ("file",),
    "reporter.name": ("person", "text"),
    "reporter.email": ("contact", "person"),
    "reporter.phone": ("contact", "person"),
}


def check_open311(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of what a procedure says of Open311."""
    said = definition.open311
    if said is None:
        return
    yield from _states(definition, said, locate)
    yield from _fields(definition, said, locate)
    yield from _whole(definition, said, locate)
    if definition.opened_only:
        found = "nobody applies for this procedure, so nobody reports by it"
        yield Fault(*locate(("open311",)), "open311.opened", found, "take open311 or opened_only away")


def _states(definition: ProcedureDeclaration, said: Open311, locate: Locate) -> Iterator[Fault]:
    known = {state.id: state for state in definition.every_state}
    for option in ("closed", "words_shown_in"):
        for place, name in enumerate(getattr(said, option)):
            if name not in known:
                yield fault(locate, ("open311", option, place), "open311.state", f"unknown state {name!r}", known)
    closed = {inner.id for name in said.closed if name in known for inner in known[name].every()}
    for state in definition.states:
        if state.final and state.id not in closed:
            found = f"a report that ends in {state.id!r} would be open for ever"
            yield Fault(*locate(("open311", "closed")), "open311.closed", found, "name that state among the closed")


def _fields(definition: ProcedureDeclaration, said: Open311, locate: Locate) -> Iterator[Fault]:
    form = {field.id: field for field in definition.fields}
    for role, name in said.mapped.items():
        at: Path = ("open311", *role.split("."))
        field = form.get(name)
        if field is None:
            yield fault(locate, at, "open311.field", f"the form has no field {name!r}", form)
        elif field.type not in _FITS[role]:
            found = f"{name!r} is {field.type}"
            yield Fault(*locate(at), "open311.field", found, f"name a field of type {' or '.join(_FITS[role])}")
        elif role.startswith("reporter.") and field.personal_class == "none":
            found = f"{name!r} takes personal data and does not say so"
            yield Fault(*locate(at), "open311.personal", found, "declare it personal")


def _whole(definition: ProcedureDeclaration, said: Open311, locate: Locate) -> Iterator[Fault]:
    """Find what keeps every report from being whole."""
    mapped = {*said.mapped.values()}
    if not said.places:
        found = "a report has no way to say where it is"
        yield Fault(*locate(("open311",)), "open311.place", found, "name location, address or address_id")
    for page, asked in enumerate(definition.pages):
        for place, field in enumerate(asked.fields):
            at: Path = ("pages", page, "fields", place)
            unsent = field.id not in mapped and field.type != "computed" and engine.datatype(field) is None
            if field.required and (unsent or field.id == said.media):
                found = f"no program of others can send {field.id!r}, a {field.type}, and it is required"
                yield Fault(*locate(at), "open311.required", found, "let it be optional, or take open311 away")
