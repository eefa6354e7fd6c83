"""What of a case was voided: the versions, the entries, and the documents that others take the place of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import UUIDField

from amur.ledger.prepared import prepared
from amur.procedures.correcting.models import Correction
from amur.procedures.models import Case, CaseEvent, Document

_VOIDED = prepared(
    lambda case: Correction.objects.filter(
        case_id=case, version__isnull=False, voided_version__isnull=False
    ).values_list("voided_version", flat=True),
    UUIDField(),
)


@dataclass(frozen=True, slots=True)
class Struck:
    """That an event was voided: when, why, on what basis, by whom, and which event took its place.

    ``by`` is empty for everybody but the office. ``new_version`` is None where nothing took its place at once.
    """

    at: datetime
    reason: str
    basis: str
    by: str
    version: int
    new_version: int | None


def struck(case: Case, *, names_officials: bool) -> dict[int, Struck]:
    """Return what was voided of a case, by the version that had come of it."""
    done = Correction.objects.filter(case=case, version__isnull=False, voided_version__isnull=False)
    return {
        row.voided_version: Struck(
            row.corrected_at,
            row.reason,
            row.basis,
            row.corrected_by if names_officials else "",
            row.version,
            row.new_version,
        )
        for row in done
        if row.voided_version is not None and row.version is not None and row.corrected_at is not None
    }


def voided_versions(case: Case) -> frozenset[int]:
    """Return the versions that came of events which were voided since."""
    return frozenset(one for one in _VOIDED(case.pk) if one is not None)


def voided_entries(case: Case) -> tuple[str, ...]:
    """Return the leaves of the entries of events, and so of decisions, that were voided."""
    events = CaseEvent.objects.filter(case=case, version__in=voided_versions(case))
    return tuple(events.values_list("entry_hash", flat=True))


@dataclass(frozen=True, slots=True)
class Superseded:
    """That a document told of something that was voided since, and the numbers of those that took its place."""

    on: datetime
    numbers: tuple[str, ...]


def superseding(number: str) -> Superseded | None:
    """Return whether the document of a number is void, which whoever holds it may know; None while it stands."""
    document = Document.objects.filter(number=number).only("case_id", "version").first()
    if document is None:
        return None
    done = Correction.objects.filter(case_id=document.case_id, voided_version=document.version, version__isnull=False)
    row = done.only("version", "new_version", "corrected_at").first()
    if row is None or row.corrected_at is None:
        return None
    versions = [one for one in (row.version, row.new_version) if one is not None]
    new = Document.objects.filter(case_id=document.case_id, version__in=versions).order_by("id")
    return Superseded(row.corrected_at, tuple(new.values_list("number", flat=True)))


def superseded_by(case: Case) -> tuple[str, ...]:
    """Return the numbers of the documents whose place one takes that is issued now, in the act that voids theirs."""
    near = Correction.objects.filter(case=case, version__in=(case.version, case.version - 1))
    versions = near.exclude(voided_version=None).values("voided_version")
    numbers = Document.objects.filter(case=case, version__in=versions).order_by("id")
    return tuple(numbers.values_list("number", flat=True))
