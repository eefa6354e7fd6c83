"""Checks of what is personal in a procedure: it stays in fields that are sealed and can be erased."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from amur.base.faults import Fault
from amur.base.fields.retention import retention_days
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.registers.checks import Known, Locate, Path, fault
from amur.registers.declarations import RegisterDeclaration

_NAMED = re.compile(r"\bform\.([a-z][a-z0-9_]*)")
"""A field of the form, in a path or anywhere in an expression."""


def check_personal(definition: ProcedureDeclaration, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Yield roles that nobody declared, and personal values on their way to where nothing erases them."""
    personal = {field.id for field in definition.data_fields if field.personal_class != "none"}
    if definition.erasure and definition.erasure.by not in known.roles:
        found = f"unknown role {definition.erasure.by!r}"
        yield fault(locate, ("erasure", "by"), "procedure.role", found, known.roles)
    if definition.subject_field in personal:
        found = f"subject_field is the personal {definition.subject_field!r}, which stands in queues and is searched"
        yield Fault(*locate(("subject_field",)), "personal.subject", found, "name a field that is not personal")
    for place, transition in enumerate(definition.transitions):
        for number, effect in enumerate(transition.effects):
            at: Path = ("transitions", place, "effects", number)
            if named := personal & set(_NAMED.findall(getattr(effect, "key", ""))):
                found = f"a record's key is made of the personal {min(named)!r}; keys are never erased"
                yield Fault(*locate((*at, "key")), "personal.key", found, "use another key, such as case.number")
            register = beside.registers.get(getattr(effect, "register_id", ""))
            opened = beside.procedures.get(getattr(effect, "procedure_id", ""))
            if target := register or opened:
                yield from _values(personal, getattr(effect, "values", {}), target, at, locate)
    yield from _documents(definition, locate)


def _values(
    personal: set[str],
    values: Mapping[str, str],
    target: RegisterDeclaration | ProcedureDeclaration,
    at: Path,
    locate: Locate,
) -> Iterator[Fault]:
    kept = {field.id for field in target.fields if field.personal_class != "none"}
    for name, source in values.items():
        if name not in kept and (named := personal & set(_NAMED.findall(source))):
            found = f"the personal {min(named)!r} goes into {name!r} of {target.id!r}, which is not personal"
            yield Fault(*locate((*at, "values", name)), "personal.value", found, "declare that field personal too")


def _documents(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Find what a document tells and what is erased before it: a document is kept as long as its case."""
    short = {field.id for field in definition.data_fields if retention_days(field) is not None}
    for place, document in enumerate(definition.documents):
        for name, source in document.values.items():
            if named := short & set(_NAMED.findall(source)):
                found = f"a document tells {min(named)!r}, which is erased before the rest of its case"
                where = locate(("documents", place, "values", name))
                yield Fault(*where, "personal.document", found, "leave it out, or give it no retention time of its own")
