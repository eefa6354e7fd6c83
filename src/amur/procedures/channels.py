"""By which channel a case came, who may say so, and for whom a form is filled in.

A party comes by the portal itself. What an agent or a proxy fills in comes by them, under the authorisation that the
draft names. An official enters what was handed in at the window, told to the hotline or sent as a file; such a case is
its party's, who has the query code, and never the official's own. A program of others reports by Open311. What the
authority opens of itself, nobody has handed in.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from amur.base.acting import Actor
from amur.base.faults import Refused
from amur.people import reads as people
from amur.people.acts import bind_authorisation
from amur.people.engine import is_machine
from amur.people.models import Authorisation
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, Draft

OFFICE_CHANNELS = ("window", "hotline", "file")
"""How a case comes that an official enters."""
OPEN311 = "open311"
"""How the report of a program comes, where the procedure takes such."""
OWN_MOTION = "office"
"""How a case comes that the authority opens of itself, such as for what was drawn."""
CHANNELS = ("portal", *OFFICE_CHANNELS, "agent", "proxy", OPEN311, OWN_MOTION)
"""How a case may come."""


def why_not_enter(definition: ProcedureDeclaration, channel: str, by: Actor, body_id: str) -> Refused | None:
    """Return why somebody may not say that a case comes by a channel, or None.

    >>> from tests.procedures.samples import LICENCE
    >>> why_not_enter(LICENCE, "portal", Actor("anonymous"), "bureau") is None
    True
    >>> why_not_enter(LICENCE, "window", Actor("9", role="handler", body_id="bureau"), "bureau") is None
    True
    >>> why_not_enter(LICENCE, "window", Actor("9", role="handler", body_id="elsewhere"), "bureau").code
    'channel_of_the_office'
    """
    if channel == "portal" or is_machine(by) or (channel == OPEN311 and definition.open311):
        return None
    if channel in OFFICE_CHANNELS and by.role in definition.roles and by.body_id == body_id:
        return None
    return Refused("channel_of_the_office", f"only an official who works on these cases enters what came by {channel}")


def authorised(authorisation_id: str, account_id: str, procedure: str, now: datetime) -> Authorisation:
    """Return the authorisation by which an account begins a case of a procedure for somebody.

    Raises:
        Refused: if it is over, is for another matter, or is for one case that there is already.
    """
    found = people.authorisation_for(authorisation_id, account_id, procedure, people.day_of(now))
    if found.case_id:
        raise Refused("authorisation_used", "this is for one case, and that was begun before; ask for a new one")
    return found


def for_whom(draft: Draft, by: Actor, now: datetime) -> tuple[Actor, str, str]:
    """Return who acts as the ledger tells it, and whose case a draft becomes: of which account and which enterprise.

    Raises:
        Refused: as ``authorised``.
    """
    if draft.authorisation_id:
        found = authorised(draft.authorisation_id, by.actor_id, draft.procedure, now)
        party = replace(by, on_behalf_of=found.party, channel=found.kind)
        return party, str(found.giver_id or ""), str(found.giver_enterprise_id or "")
    if draft.channel in OFFICE_CHANNELS:
        return replace(by, channel=draft.channel), "", draft.enterprise_id
    return by, draft.account_id, draft.enterprise_id


def begun_for(case: Case, draft: Draft, by: Actor, now: datetime) -> Actor:
    """Return who begins a case; what somebody without an account agreed to on paper reaches this case from now on.

    Raises:
        Refused: as ``authorised``.
    """
    if not draft.authorisation_id or by.on_behalf_of:
        return by
    found = authorised(draft.authorisation_id, by.actor_id, draft.procedure, now)
    bind_authorisation(found, case.id)
    return replace(by, on_behalf_of=found.party)
