"""Erasing what is personal of a case: when its time is over, or before that by whoever the pack says may.

The key of the case and of its files are destroyed, which reaches every copy; then what is left of sealed values is
cleared away, and the files go by a job that is tried until they are gone. What happened stays, and its proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from amur.base import erasure
from amur.base.acting import Actor, IdempotencyKey, Scope, system
from amur.base.canonical import Json
from amur.base.erasure import Ground
from amur.base.faults import AmurError, Conflict, NotFound, Refused
from amur.base.journal import journal
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.ledger.engine import part_of
from amur.ledger.reads import SealedEntry
from amur.people import reads as people
from amur.people.reads import day_of
from amur.procedures import declared, files, mailed, retention
from amur.procedures.acts.clearing import clear_beside
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.joint.keeping import forget_others, of_others
from amur.procedures.models import Case, CaseEvent, Decision, Document, Upload
from amur.procedures.notices.acts import forget_notices
from amur.procedures.papers.models import Service
from amur.procedures.permission import acting, permit
from amur.procedures.personal import parts_of_case
from amur.procedures.recusal import erasing as recusal
from amur.procedures.remarks import erasing as remarks
from amur.procedures.seeing import works_on
from amur.procedures.signing import erasing as drafts
from amur.procedures.supplements.items import forget_items
from amur.procedures.transactions import act, check_key

ERASE_FILES = "case.erase_files"
"""The kind of the job that deletes what lies outside the database."""

RETENTION = "the retention time is over"
"""The reason that is written where nobody asked."""

AGAIN = "the subject was forgotten"
"""The reason that is written where what an earlier version wrote in plain words follows a forgotten subject."""

_AT_ONCE = 200
_SUBJECT = "case:"
_log = journal("procedures")


def erase_case_party(
    case_id: UUID,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    basis: str = "",
    despite_retention: bool = False,
    key: IdempotencyKey = "",
) -> Case:
    """Erase what is personal of a closed case for good; a second call does nothing.

    ``reason`` is for ever and must name nobody. ``basis`` is the ground where it is not the declared one, and must be
    given to erase before the retention time is over.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the actor may not, the case is open, its retention time runs, or it is on hold.
    """
    check_key(key)
    with act():
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        if case is None:
            raise NotFound("no_case", "there is no such case")
        definition = declared.pinned(case.declaration_hash)
        if not works_on(scope, case, definition):
            raise NotFound("no_case", "there is no such case")
        if refusal := why_not_erase(scope, case, definition, by.actor_id):
            raise refusal
        if case.erased_at is None:
            until = retention.schedule(case).whole_until
            if not despite_retention and (refusal := erasure.too_early(until, definition.retention_years, day_of(now))):
                raise refusal
            by = acting(by, scope, _erasers(definition), facts_of(case))
            forget(case, by=by, now=now, ground=erasure.ground(definition.erasure, reason, basis), key=key)
    return case


def why_not_erase(scope: Scope, case: Case, definition: ProcedureDeclaration, actor_id: str = "") -> Refused | None:
    """Return why a reader may not erase what is personal of a case, or None."""
    wrong = erasure.may_not(Scope("public"), definition.erasure)
    found = permit(scope, _erasers(definition), facts_of(case), actor_id=actor_id, otherwise=wrong)
    if isinstance(found, Refused):
        return found
    if case.closed_at is None:
        return Refused("case_open", "the case is open; what is personal is needed until it ends")
    return None


def _erasers(definition: ProcedureDeclaration) -> tuple[str, ...]:
    return (definition.erasure.by,) if definition.erasure else ()


def forget(case: Case, *, by: Actor, now: datetime, ground: Ground, key: IdempotencyKey = "") -> None:
    """Forget the whole of a locked case, with its files, in the caller's transaction."""
    uploads = list(_files_of(case).values_list("pk", flat=True))
    ledger.forget(
        case.key_subject,
        by=by,
        now=now,
        reason=ground.reason,
        basis=ground.basis,
        key=key,
        also=[*(f"upload:{one}" for one in uploads), *people.consents_for(str(case.pk))],
        contents=_in_plain_words(case),
    )
    clear(case, now)


def clear(case: Case, now: datetime) -> None:
    """Take away what is left of a forgotten case: sealed values, and plain ones of an earlier version."""
    personal = set(parts_of_case(case))
    case.data = _without(case.data, personal)
    definition = declared.pinned(case.declaration_hash)
    if definition.subject_field in personal:
        case.subject = ""
    case.sources, case.erased_at, case.erase_on = {}, now, None
    case.save(update_fields=["data", "sources", "subject", "erased_at", "erase_on"])
    for event in CaseEvent.objects.filter(case=case).select_related("case"):
        event.reason, event.given = "", _without(event.given, personal)
        event.save(update_fields=["reason", "given"])
    Decision.objects.filter(case=case).update(reason="")
    recusal.clear(case)
    forget_items(case)
    messages = forget_notices(case)
    clear_beside(case)
    for document in Document.objects.filter(case=case):
        document.content, document.salt = {}, ""
        document.save(update_fields=["content", "salt"])
    for service in Service.objects.filter(case=case):
        service.details = {}
        service.save(update_fields=["details"])
    forget_others(case)
    drafts.clear(case)
    remarks.clear(case)
    uploads = _files_of(case)
    ids = [str(one) for one in uploads.values_list("pk", flat=True)]
    uploads.update(name="", sha256="")
    if ids or messages:
        jobs.enqueue(
            ERASE_FILES, {"uploads": [*ids], "messages": [*messages]}, now=now, key=f"erase:{case.key_subject}"
        )


def _files_of(case: Case) -> QuerySet[Upload]:
    """Return the files of a case: those that it holds, and those that other bodies sent or were offered."""
    return Upload.objects.filter(Q(case=case) | of_others(case))


def hear_of_forgetting(entry: SealedEntry, now: datetime) -> None:
    """Clear away what belongs to a case that was forgotten elsewhere, as after a restored backup."""
    if entry.kind != ledger_reads.FORGOTTEN or not entry.subject.startswith(_SUBJECT):
        return
    case = Case.objects.select_for_update().filter(pk=entry.subject.removeprefix(_SUBJECT), erased_at=None).first()
    if case is not None and ledger_reads.is_forgotten(case.key_subject):
        for leaf in list(_in_plain_words(case)):
            ledger.erase(leaf, by=system("erasure"), now=now, reason=AGAIN)
        clear(case, now)


def erase_files(payload: Mapping[str, Json], _: datetime, __: str) -> None:
    """Delete the files of a forgotten case, and its messages where they were written as files.

    Raises:
        OSError: if one cannot be deleted now; the job is tried again.
    """
    for upload_id in _texts(payload.get("uploads")):
        files.erase(UUID(upload_id))
    mailed.erase(_texts(payload.get("messages")))


def erase_due(now: datetime) -> int:
    """Erase, in a bounded number of cases, what has passed its time; return in how many. Each thing goes once.

    A case that cannot be erased now, since somebody works on it or a key is missing, does not hold up the others.
    """
    today = day_of(now)
    waiting = Case.objects.filter(closed_at__isnull=False, erased_at=None)
    ids = [*waiting.filter(erase_on__lt=today).values_list("pk", flat=True)[:_AT_ONCE]]
    ids += [*waiting.filter(erase_on=None).values_list("pk", flat=True)[: _AT_ONCE - len(ids)]]
    erased = 0
    for case_id in ids:
        try:
            with act():
                erased += _erase_due(Case.objects.select_for_update().get(pk=case_id), now)
        except Conflict:
            continue  # somebody works on the case; the next round comes
        except AmurError as error:
            _log.error("case %s could not be erased: %s", case_id, error)
    if erased:
        _log.info("personal data of %s cases had passed its time and was erased", erased)
    return erased


def _erase_due(case: Case, now: datetime) -> bool:
    """Erase what is due of one case, and note when the next is; what is on hold is looked at again tomorrow."""
    schedule = retention.schedule(case)
    today, by = day_of(now), system("retention")
    if ledger_reads.is_held(case.key_subject):
        case.erase_on = today + timedelta(days=1)
        case.save(update_fields=["erase_on"])
        return False
    if schedule.whole_until < today:
        if case.erased_at is None:
            forget(case, by=by, now=now, ground=Ground(RETENTION, ""))
        return True
    kept = ledger_reads.parts_kept(case.key_subject)
    over = {part for part, until in schedule.parts_until.items() if until < today and part in kept}
    left = [until for part, until in schedule.parts_until.items() if part in kept - over]
    gone = over and ledger.forget(case.key_subject, by=by, now=now, reason=RETENTION, parts=over)
    if gone:
        case.data = _without(case.data, over)
        for event in CaseEvent.objects.filter(case=case).select_related("case"):
            event.given = _without(event.given, over)
            event.save(update_fields=["given"])
        drafts.clear_parts(case, over)
    case.erase_on = min([*left, schedule.whole_until])
    case.save(update_fields=["data", "erase_on"])
    return bool(gone)


def _in_plain_words(case: Case) -> Iterable[str]:
    """Return the entries whose bodies an earlier version wrote with personal data in plain words."""
    personal = set(parts_of_case(case))
    for entry in ledger_reads.entries_of(Scope("system"), case.key_subject):
        body = entry.body or {}
        forms = [one for one in (body.get("form"), body.get("given")) if isinstance(one, Mapping)]
        told = [value for one in forms for name, value in one.items() if name in personal]
        told += [body.get("reason"), *(file.get("name") for file in body.get("uploads") or ())]
        if entry.kind.startswith("case.") and any(value and part_of(value) is None for value in told):
            yield entry.leaf


def _without(values: Mapping[str, Json], names: set[str]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if name not in names}


def _texts(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
