"""Services and their forms while they are filled in."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import UUIDField

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound, Refused
from amur.ledger.prepared import prepared
from amur.procedures import codes, conditions, declared, moments
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.filling.declarations import Precheck
from amur.procedures.filling.finding import Known, failing_checks, known_answers
from amur.procedures.models import Case, Draft, Upload

DRAFT = "draft"
"""For what a resume code is computed."""
_NEAR = 20
_DRAFT = prepared(lambda key: Draft.objects.filter(pk=key), UUIDField())
_UPLOADS = prepared(lambda draft: Upload.objects.filter(draft_id=draft), UUIDField())
_CASE = prepared(lambda draft: Case.objects.filter(draft_id=draft).order_by("pk")[:1], UUIDField())


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
    draft = _DRAFT.first(draft_id)
    if draft is None or (draft.account_id and scope.kind != "system" and draft.account_id != scope.account_id):
        raise NotFound("no_draft", "there is no such draft; it may have expired and been deleted")
    held = {one.id for one in scope.mandates}
    if draft.authorisation_id and scope.kind != "system" and draft.authorisation_id not in held:
        raise NotFound("no_draft", "the authorisation to fill this in is over")
    return draft, declared.pinned(draft.declaration_hash)


def draft_by_code(scope: Scope, code: str, *, now: datetime) -> Draft:
    """Return a draft by its resume code, as somebody takes it up on another device.

    One that belongs to an account is not found but by that account.

    Raises:
        NotFound: if the code opens none; whether it was one, or has expired, is not said.
    """
    found = None
    if between := codes.handled(code):
        near = Draft.objects.filter(pk__gte=between[0], pk__lte=between[1], expires_at__gt=now)
        found = next(
            (one for one in near[:_NEAR] if codes.fits_handle(settings.QUERY_CODE_KEY, DRAFT, one.pk, code)), None
        )
    if found is None:
        raise NotFound("no_draft", "this code opens no form; it may have expired")
    return draft_of(scope, found.pk)[0]


def drafts_of(scope: Scope, *, now: datetime) -> tuple[Draft, ...]:
    """Return the forms that an account has begun and may go on with, the latest first."""
    if not scope.account_id:
        return ()
    held = {"", *(one.id for one in scope.mandates)}
    own = Draft.objects.filter(account_id=scope.account_id, case__isnull=True, expires_at__gt=now)
    return tuple(own.filter(authorisation_id__in=held).order_by("-updated_at", "pk").defer("raw", "data"))


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


def known_in(draft: Draft, definition: ProcedureDeclaration, on: date) -> dict[str, Known]:
    """Return the answers that registers know, by field, as whoever fills the form in may know them."""
    return known_answers(draft, definition, on) if definition.prefill else {}


def failing_in(draft: Draft, definition: ProcedureDeclaration, on: date) -> tuple[Precheck, ...]:
    """Return the checks before submission that do not hold of what was answered so far."""
    return failing_checks(definition, answers_in(draft, definition, on), on) if definition.checks else ()


def uploads_of(draft: Draft) -> dict[str, Upload]:
    """Return the files of a draft by their field."""
    return {upload.field: upload for upload in _UPLOADS(draft.pk)}


def case_from(draft: Draft) -> Case | None:
    """Return the case that a draft became, if it was submitted."""
    return _CASE.first(draft.pk)
