"""The acts on remarks: make one, strike one's own through."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.models import Case, Document, Upload
from amur.procedures.remarks.models import Remark
from amur.procedures.seeing import why_only_reads, works_on
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

_LONGEST, _LAST_PAGE = 2_000, 9_999


def remark(
    case_id: UUID,
    text: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    about: str = "",
    page: int | None = None,
    key: IdempotencyKey = "",
) -> Remark:
    """Make a remark on a case, or on its document or file ``about`` (a number or an id), there on a page if given.

    Raises:
        NotFound: if there is no such case, document or file, or the actor's office does not work on the case.
        Refused: if the case was erased.
        Invalid: if the remark says nothing, is too long, or the page is none.
    """
    check_key(key)
    with act():
        case = _case(case_id, scope)
        if key and (before := Remark.objects.filter(case=case, actor_id=by.actor_id, key=key).first()):
            return before
        if case.erased_at is not None:
            raise Refused("case_erased", "what was personal of this case is erased; nothing is added to it")
        if page is not None and not 1 <= page <= _LAST_PAGE:
            raise Invalid({"page": ("bad_page", f"found {page}; a page is a number from 1 to {_LAST_PAGE}")})
        made = Remark(
            case=case,
            document=_document(case, about),
            upload=_upload(case, about),
            page=page,
            text=typed("text", text, _LONGEST, day_of(now)),
            actor_id=by.actor_id,
            role=by.role,
            at=now,
            key=key,
        )
        if about and made.document is None and made.upload is None:
            raise NotFound("no_paper", f"the case has no document or file {about!r}")
        made.entry_hash = _record(made, "remark.made", by=by, now=now)
        made.save(force_insert=True)
        return made


def strike_remark(remark_id: UUID, *, by: Actor, scope: Scope, now: datetime) -> Remark:
    """Strike one's own remark through; it stays readable, and a second call changes nothing.

    Raises:
        NotFound: if there is no such remark, or the actor's office does not work on its case.
        Refused: if somebody else made it.
    """
    with act():
        found = Remark.objects.filter(pk=remark_id).first()
        if found is None:
            raise NotFound("no_remark", "there is no such remark")
        found.case = _case(found.case_id, scope)
        if found.actor_id != by.actor_id:
            raise Refused("not_yours", "only whoever made a remark strikes it through")
        found.refresh_from_db(fields=["struck_at"])
        if found.struck_at is None:
            found.struck_at = now
            _record(found, "remark.struck", by=by, now=now)
            found.save(update_fields=["struck_at"])
        return found


def _case(case_id: UUID, scope: Scope) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not works_on(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    if refusal := why_only_reads(scope, case, definition):
        raise refusal
    return case


def _document(case: Case, about: str) -> Document | None:
    return Document.objects.filter(case=case, number=about).first() if about else None


def _upload(case: Case, about: str) -> Upload | None:
    try:
        return Upload.objects.filter(case=case, pk=UUID(about)).first() if about else None
    except ValueError:
        return None


def _record(made: Remark, kind: str, *, by: Actor, now: datetime) -> str:
    """Record a remark with a commitment to its words, or that it was struck through."""
    body = {
        "number": made.case.number,
        "remark": str(made.pk),
        "document": made.document.number if made.document else "",
        "upload": str(made.upload_id or ""),
        "page": made.page,
        "text": sealed_for(made.case, made.text),
    }
    if made.struck_at is not None:
        body = {"number": made.case.number, "remark": str(made.pk)}
    return ledger.record(subject=made.key_subject, kind=kind, by=by, now=now, body=body).leaf
