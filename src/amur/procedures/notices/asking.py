"""Which fields of a form ask for an address of a channel, and whether there is anything to say there; pure."""

from __future__ import annotations

from amur.base.fields import ContactField, FieldDeclaration, PersonField
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.notices.engine import EMAIL, SMS, declared_words

MEDIUM = {EMAIL: "email", SMS: "telephone"}
"""Which medium an address of a channel is of."""


def has_short(definition: ProcedureDeclaration) -> bool:
    """Say whether a procedure tells anything in a short message."""
    return any(one.words.short for one in declared_words(definition))


def is_of(field: FieldDeclaration, channel: str) -> bool:
    """Say whether the answer to a field is an address of a channel."""
    medium = MEDIUM[channel]
    if isinstance(field, ContactField):
        return field.medium == medium
    return isinstance(field, PersonField) and field.of == medium and field.keep
