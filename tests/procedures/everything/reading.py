"""Who reads what: drawn readers read drawn cases, and find just those that their office or their name lets them."""

from __future__ import annotations

from random import Random

from amur.base.acting import region_prefix
from amur.base.faults import NotFound
from amur.people.reads import day_of
from amur.procedures import declared, reads
from amur.procedures.models import Case
from amur.procedures.signing.models import SignOff
from tests.procedures.everything.people import CAST, EVERYBODY, PARTIES, Person, party_of


def nobody_reads_what_they_may_not(chance: Random, now) -> None:
    """Assert it of some drawn readers and cases, by the reads of the desk and of the portal."""
    cases = list(Case.objects.order_by("number"))
    case = chance.choice(cases)
    for who in chance.sample(EVERYBODY, 2):
        assert _finds(who, case, now) == _may(who, case), f"{who} and {case.number}"
    other = chance.choice(cases)
    if party_of(other) == party_of(case):
        return
    try:
        reads.case_for_party(party_of(other), case.number, on=day_of(now), at=now)
    except NotFound:
        return
    raise AssertionError(f"the party of {other.number} reads {case.number}")


def _finds(who: Person, case: Case, now) -> bool:
    try:
        reads.case_for_desk(who.scope, case.number, on=day_of(now), at=now)
    except NotFound:
        return False
    return True


def _may(who: Person, case: Case) -> bool:
    """Say whether somebody may read a case, by plain comparison."""
    if not who.role or who in PARTIES or who.account in case.recused:
        return False
    if not case.region.startswith(region_prefix(who.region)) or who.procedure not in {"", case.procedure}:
        return False
    definition = declared.pinned(case.declaration_hash)
    if who.role in definition.roles and who.body == case.body_id:
        return True
    drafts = SignOff.objects.filter(case=case)
    if drafts.filter(ended_at=None, role=who.role, body_id=who.body).exists():
        return True
    return drafts.filter(lines__actor_id=who.account, lines__role=who.role).exists() and who in CAST
