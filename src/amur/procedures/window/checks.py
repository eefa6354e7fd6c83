"""Checks of a window: whoever takes in is known, a receipt is issued, and a name can be compared."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.base.fields import PersonField
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers.checks import Known, Locate, fault


def check_window(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    """Yield what a window lacks: its role, the receipt, a name to compare with, the scheme of a document."""
    window = definition.window
    if window is None:
        return
    if window.by not in known.roles:
        yield fault(locate, ("window", "by"), "procedure.role", f"unknown role {window.by!r}", known.roles)
    if definition.opened_only or definition.hears_appeals:
        found = "nobody hands this in at a window: a case of it begins elsewhere"
        yield Fault(*locate(("window",)), "window.begins_elsewhere", found, "leave out the window")
    if not any(document.paper == "received" for document in definition.documents):
        found = "whoever hands something in at a window gets a receipt, and there is none"
        yield Fault(*locate(("window",)), "window.receipt", found, "declare a document with paper: received")
    if window.identity is None:
        return
    kept = {one.id for one in definition.fields if one.type in {"text", "person"}}
    kept -= {one.id for one in definition.fields if isinstance(one, PersonField) and not one.keep}
    if window.identity.name_field is not None and window.identity.name_field not in kept:
        found = f"{window.identity.name_field!r} is no answer of the form that can be compared with a name"
        yield fault(locate, ("window", "identity", "name_field"), "window.name_field", found, kept)
    for place, kind in enumerate(window.identity.kinds):
        if kind.scheme not in known.schemes:
            at = ("window", "identity", "kinds", place, "scheme")
            yield fault(locate, at, "window.scheme", f"unknown scheme {kind.scheme!r}", known.schemes)
