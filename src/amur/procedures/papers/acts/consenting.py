"""The party's word that its documents may be served in the portal: given in the form or later, and taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.ledger import acts as ledger
from amur.procedures import engine
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.models import Case
from amur.procedures.papers.models import ServiceConsent
from amur.procedures.transactions import act

AGREED, WITHDRAWN = "case.online_service_agreed", "case.online_service_withdrawn"


def agree_in_form(case: Case, definition: ProcedureDeclaration, *, by: Actor, now: datetime) -> None:
    """Keep the party's word where the form of a new case holds it, in the transaction of the submission."""
    field = definition.online_service_field
    if field and case.data.get(field) is True:
        _agree(case, "form", by=by, now=now)


def agree_to_online_service(case_id: UUID, *, by: Actor, scope: Scope, now: datetime) -> ServiceConsent:
    """Keep the party's word that documents of a case may be served in the portal; a second word changes nothing.

    Raises:
        NotFound: if there is no such case, or the actor is not its party.
    """
    with act():
        case = partys_own(case_id, scope)
        return consent_of(case) or _agree(case, "portal", by=by, now=now)


def withdraw_online_service(case_id: UUID, *, by: Actor, scope: Scope, now: datetime) -> None:
    """Take the party's word back; what was served until then stays served, and twice is once.

    Raises:
        NotFound: as ``agree_to_online_service``.
    """
    with act():
        case = partys_own(case_id, scope)
        if consent := consent_of(case):
            consent.withdrawn_at, consent.withdrawn_entry = now, _record(case, WITHDRAWN, {}, by=by, now=now)
            consent.save(update_fields=["withdrawn_at", "withdrawn_entry"])


def consent_of(case: Case) -> ServiceConsent | None:
    """Return the word that holds now, if the party gave one."""
    return ServiceConsent.objects.filter(case=case, withdrawn_at=None).first()


def partys_own(case_id: UUID, scope: Scope) -> Case:
    """Return a case of this party, locked.

    Raises:
        NotFound: if there is none, or it is somebody else's.
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None or not engine.is_party(scope, facts_of(case)):
        raise NotFound("no_case", "there is no such case")
    return case


def _agree(case: Case, given_in: str, *, by: Actor, now: datetime) -> ServiceConsent:
    entry = _record(case, AGREED, {"given_in": given_in}, by=by, now=now)
    return ServiceConsent.objects.create(case=case, given_at=now, given_entry=entry)


def _record(case: Case, kind: str, told: dict[str, Json], *, by: Actor, now: datetime) -> str:
    body: dict[str, Json] = {"number": case.number, **told}
    return ledger.record(subject=case.key_subject, kind=kind, by=by, now=now, body=body).leaf
