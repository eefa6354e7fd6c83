"""Making a study public, and taking it back."""

from __future__ import annotations

from datetime import datetime

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.procedures.transactions import act, check_key
from amur.registers import lookups
from amur.studies import reads
from amur.studies.declarations import MethodDeclaration
from amur.studies.models import Study

PUBLISHED, WITHDRAWN = "study.published", "study.withdrawn"
_LONGEST_REASON = 500


def publish(study_id: int, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = "") -> Study:
    """Let everybody read what the method calls public of a study that is done; a public one stays as it is.

    Raises:
        NotFound: if there is no such study, or the actor may not know of it.
        Refused: if they may not publish it.
        Conflict: if it is not done.
        AmurError: if a file of its result is missing or was changed.
    """
    check_key(key)
    with act():
        study, declaration = _own(study_id, scope)
        if study.is_public:
            return study
        if study.state != Study.State.DONE:
            raise Conflict("study_not_done", f"the study is {study.state}; only what is done is published")
        for name in study.results:
            reads.folder().result(study.result_hash, study.results, name)
        make_public(study, declaration, by=by, now=now, key=key)
        study.save(update_fields=["is_public", "published_at"])
        return study


def withdraw(study_id: int, *, by: Actor, scope: Scope, now: datetime, reason: str, key: IdempotencyKey = "") -> Study:
    """Take a public study back, with a reason; one that is not public stays as it is.

    Raises:
        NotFound, Refused: as `publish`.
        Invalid: if the reason is empty or too long.
    """
    check_key(key)
    said = reason.strip()
    if not said or len(said) > _LONGEST_REASON:
        raise Invalid({"reason": ("required", f"say why in at most {_LONGEST_REASON} characters")})
    with act():
        study, declaration = _own(study_id, scope)
        if study.is_public:
            body: dict[str, Json] = {"study": study.pk, "reason": said, "key": key}
            ledger.record(
                subject=f"study:{study.question}",
                kind=WITHDRAWN,
                by=by,
                now=now,
                body=body,
                basis=cited(declaration.basis),
            )
            study.is_public = study.publish_when_done = False
            study.save(update_fields=["is_public", "publish_when_done"])
        return study


def make_public(
    study: Study, declaration: MethodDeclaration, *, by: Actor, now: datetime, key: IdempotencyKey = ""
) -> None:
    """Mark a study as public with its entry, in the caller's transaction, which saves it."""
    study.is_public, study.published_at = True, now
    body: dict[str, Json] = {"study": study.pk, "result": study.result_hash, "key": key}
    ledger.record(
        subject=f"study:{study.question}", kind=PUBLISHED, by=by, now=now, body=body, basis=cited(declaration.basis)
    )


def _own(study_id: int, scope: Scope) -> tuple[Study, MethodDeclaration]:
    reads.study(scope, study_id)
    study = Study.objects.select_for_update().filter(pk=study_id).first()
    if study is None:
        raise NotFound("no_study", f"there is no study {study_id}")
    declaration = lookups.by_hash(MethodDeclaration, study.declaration_hash)
    if not reads.may_publish(scope, declaration):
        raise Refused(
            "not_the_publisher", f"you may not publish studies of {study.method!r}", basis=cited(declaration.basis)
        )
    return study, declaration
