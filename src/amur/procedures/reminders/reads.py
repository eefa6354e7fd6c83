"""Which officials were reminded of what: for the desk, to whoever holds the role that a rung told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import UUIDField

from amur.base.acting import Scope
from amur.ledger.prepared import prepared
from amur.procedures import declared
from amur.procedures.declarations import APPLICANT
from amur.procedures.reminders.models import Reminder
from amur.procedures.reminders.wording import declared_rung, edition_of, said
from amur.procedures.seeing import works_on


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder as somebody reads it; ``is_mine`` where it told a role of theirs and its clock still runs."""

    case_id: UUID
    subject: str
    body: str
    addressee: str
    step: int
    fired_at: datetime
    is_mine: bool

    @property
    def is_party(self) -> bool:
        """Say whether it told the party."""
        return self.addressee == APPLICANT


_OF_CASES = prepared(
    lambda cases: Reminder.objects.filter(case_id__in=cases).select_related("case", "run").order_by("-fired_at", "-id"),
    UUIDField(),
)


def reminders_of(scope: Scope, case_ids: Iterable[UUID], language: str) -> tuple[Reminded, ...]:
    """Return what cases were reminded of, the latest first, of those that an office of the reader works on."""
    return tuple(one for row in _OF_CASES(list(case_ids)) if (one := _seen(scope, row, language)) is not None)


def _seen(scope: Scope, row: Reminder, language: str) -> Reminded | None:
    case, definition = row.case, declared.pinned(row.case.declaration_hash)
    if not works_on(scope, case, definition):
        return None
    edition = edition_of(row)
    words = said(row, edition, declared_rung(row, edition), language, subject=case.subject or case.number)
    holds = scope.holds(row.addressee, body_id=case.body_id, region=case.region)
    return Reminded(
        case_id=case.pk,
        subject=words.subject,
        body=words.body,
        addressee=row.addressee,
        step=row.step,
        fired_at=row.fired_at,
        is_mine=holds and row.run.ended_on is None,
    )
