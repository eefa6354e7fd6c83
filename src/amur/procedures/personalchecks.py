"""Checks of what is personal in a procedure: it stays in fields that are sealed and can be erased."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from amur.base.faults import Fault
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers.checks import Known, Locate, Path, fault
from amur.registers.declarations import RegisterDeclaration

_NAMED = re.compile(r"\bform\.([a-z][a-z0-9_]*)")
"""A field of the form, in a path or anywhere in an expression."""


def check_personal(
    definition: ProcedureDeclaration, known: Known, registers: Mapping[str, RegisterDeclaration], locate: Locate
) -> Iterator[Fault]:
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
            register = registers.get(getattr(effect, "register_id", ""))
            if register is not None:
                yield from _values(personal, getattr(effect, "values", {}), register, at, locate)


def _values(
    personal: set[str], values: Mapping[str, str], register: RegisterDeclaration, at: Path, locate: Locate
) -> Iterator[Fault]:
    kept = {field.id for field in register.fields if field.personal_class != "none"}
    for name, source in values.items():
        if name not in kept and (named := personal & set(_NAMED.findall(source))):
            found = f"the personal {min(named)!r} goes into {name!r} of {register.id!r}, which is not personal"
            yield Fault(*locate((*at, "values", name)), "personal.value", found, "declare that field personal too")
