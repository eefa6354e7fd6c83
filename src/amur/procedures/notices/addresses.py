"""Where a party wants to be told something: what it gave in the form for that, or chose on the page of its case."""

from __future__ import annotations

from django.db.models import UUIDField

from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from amur.procedures.notices import sms
from amur.procedures.notices.asking import has_short, is_of
from amur.procedures.notices.engine import CHANNELS, EMAIL, SMS
from amur.procedures.notices.models import ChannelChoice

_CHOSEN = prepared(lambda case: ChannelChoice.objects.filter(case_id=case), UUIDField())


def wanted(case: Case, definition: ProcedureDeclaration) -> dict[str, str]:
    """Return the channels over which a party is told, each with its address; none of them is a guess."""
    found = given(case, definition)
    for choice in chosen(case):
        found[choice.channel] = choice.address if choice.wanted else ""
    return {channel: found[channel] for channel in CHANNELS if found.get(channel)}


def chosen(case: Case) -> tuple[ChannelChoice, ...]:
    """Return what a party chose on the page of its case."""
    return prefetch(_CHOSEN(case.pk))


def given(case: Case, definition: ProcedureDeclaration) -> dict[str, str]:
    """Return the addresses that a party gave in the form to be told something."""
    named = definition.notices
    fields = {
        EMAIL: (named.email if named else _first_email(definition)) or "",
        SMS: (named.sms if named else "") or "",
    }
    return {channel: str(case.data.get(name) or "") for channel, name in fields.items() if name}


def offered(definition: ProcedureDeclaration) -> tuple[str, ...]:
    """Return the channels that a party may choose: mail always, short messages where there is a gateway and a text."""
    return CHANNELS if sms.is_set_up() and has_short(definition) else (EMAIL,)


def _first_email(definition: ProcedureDeclaration) -> str:
    """Return the field that a declaration without ``notices`` means: the first that asks for an address."""
    return next((field.id for field in definition.data_fields if is_of(field, EMAIL)), "")
