"""Marks of cases: set however a case begins, they find what is like it in an index, and join it to its incident."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, DateTimeField, QuerySet, UUIDField

from amur.base.acting import system
from amur.base.canonical import Json
from amur.ledger.prepared import Slot, prepared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from amur.procedures.ties.declarations import DuplicateRule
from amur.procedures.ties.engine import mark_of
from amur.procedures.ties.models import Likeness, Mark, Tie
from amur.procedures.ties.writing import tie

INCIDENT = "mass"
"""In place of a rule: that a case may belong to an incident."""

_MOST = 20
"""How many earlier cases one rule lists; the latest are the likeliest."""


def _leads(mark: Slot, since: Slot) -> QuerySet[Tie, UUID]:
    """Return the leads of open incidents to which a case with this mark belongs; the first was joined first."""
    leads = Tie.objects.filter(kind=Tie.Kind.JOINED, ended_at=None, lead__closed_at=None)
    alike = Mark.objects.filter(mark=mark, marked_at__gte=since).values("case_id")
    return leads.filter(lead__in=alike).order_by("made_at").values_list("lead_id", flat=True)[:1]


_LEAD = prepared(_leads, CharField(), DateTimeField())
_ALIKE = prepared(
    lambda mark, since, case: (
        Mark.objects.filter(mark=mark, marked_at__gte=since)
        .exclude(case_id=case)
        .order_by("-marked_at")
        .values_list("case_id", flat=True)[:_MOST]
    ),
    CharField(),
    DateTimeField(),
    UUIDField(),
)


def look_around(case: Case, definition: ProcedureDeclaration, *, now: datetime) -> None:
    """Mark a case that begins, keep which earlier ones it is like, and join it to the incident that it belongs to."""
    ties = definition.ties
    if ties is None:
        return
    data, party = case.data, party_of(case.account_id, case.enterprise_id)
    known: set[UUID] = set()
    for rule, mark in marks_of(definition, data, party):
        for earlier in _earlier(case, mark, now - timedelta(days=rule.days)):
            if earlier not in known:
                Likeness.objects.create(case=case, earlier_id=earlier, rule=rule.id, found_at=now)
                known.add(earlier)
        Mark.objects.create(case=case, rule=rule.id, mark=mark, marked_at=now)
    if ties.mass and (mark := incident_of(definition, data)):
        since = now - timedelta(days=ties.mass.days)
        found = _LEAD.first(mark, since)
        Mark.objects.create(case=case, rule=INCIDENT, mark=mark, marked_at=now)
        lead = Case.objects.select_for_update().filter(pk=found, closed_at=None).first() if found else None
        if lead is not None:
            tie(Tie.Kind.JOINED, case, lead, ties.mass, "", by=system("ties"), now=now, by_rule=True)


def marks_of(
    definition: ProcedureDeclaration, data: Mapping[str, Json], party: str
) -> Iterator[tuple[DuplicateRule, str]]:
    """Yield each rule by which a form is compared, with its mark; one that asks for the same party needs to know it."""
    duplicates = definition.ties.duplicates if definition.ties else None
    for rule in duplicates.rules if duplicates else ():
        if rule.party == "any" or party:
            name = f"{definition.id}.{rule.id}"
            if mark := mark_of(_secret(), name, rule.same, data, party if rule.party == "same" else ""):
                yield rule, mark


def incident_of(definition: ProcedureDeclaration, data: Mapping[str, Json]) -> str:
    """Return the mark of the incident to which a case with these answers may belong, empty where none is declared."""
    same = definition.ties.mass.same if definition.ties and definition.ties.mass else ()
    return mark_of(_secret(), f"{definition.id}..{INCIDENT}", same, data) if same else ""


def party_of(account_id: str, enterprise_id: str) -> str:
    """Return the name under which a party is compared; empty where nobody knows who it is.

    >>> party_of("7", ""), party_of("7", "firm:1"), party_of("", "")
    ('account:7', 'enterprise:firm:1', '')
    """
    return f"enterprise:{enterprise_id}" if enterprise_id else f"account:{account_id}" if account_id else ""


def _earlier(case: Case, mark: str, since: datetime) -> list[UUID]:
    return _ALIKE(mark, since, case.pk)


def _secret() -> bytes:
    return b"ties:" + str(settings.QUERY_CODE_KEY).encode()
