"""Services and their forms while they are filled in."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound, Refused
from amur.procedures import conditions, declared, moments
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Draft, Upload


def services() -> tuple[ProcedureDeclaration, ...]:
    """Return the procedures that can be applied for today; they are public."""
    return tuple(one for one in declared.everything().procedures.values() if not one.opened_only)


def service(procedure_id: str) -> ProcedureDeclaration:
    """Return a procedure of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    return declared.active(procedure_id)[1]


def draft_of(scope: Scope, draft_id: UUID) -> tuple[Draft, ProcedureDeclaration]:
    """Return a draft with the form it is pinned to. One of an account is for this account; its id opens any other.

    Raises:
        NotFound: if there is none, it is another account's, or the authorisation to fill it in is over.
    """
    draft = Draft.objects.filter(pk=draft_id).first()
    if draft is None or (draft.account_id and scope.kind != "system" and draft.account_id != scope.account_id):
        raise NotFound("no_draft", "there is no such draft; it may have expired and been deleted")
    held = {one.id for one in scope.mandates}
    if draft.authorisation_id and scope.kind != "system" and draft.authorisation_id not in held:
        raise NotFound("no_draft", "the authorisation to fill this in is over")
    return draft, declared.pinned(draft.declaration_hash)


def asked_in(draft: Draft, definition: ProcedureDeclaration, on: date) -> frozenset[str]:
    """Return the ids of the fields that a form asks on a day, given what was answered so far."""
    return frozenset(field.id for field in conditions.asked(definition, moments.of_form(definition, draft.data, on)))


def answers_in(draft: Draft, definition: ProcedureDeclaration, on: date) -> dict[str, Json]:
    """Return what was answered so far, and what can be computed of it."""
    moment = moments.of_form(definition, draft.data, on)
    try:
        return conditions.computed(conditions.asked(definition, moment), moment)
    except Refused:
        return dict(draft.data)  # the submission says why


def uploads_of(draft: Draft) -> dict[str, Upload]:
    """Return the files of a draft by their field."""
    return {upload.field: upload for upload in Upload.objects.filter(draft=draft)}
