"""Why a case is late: said by whoever works on it, from the list of the pack, and counted without names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.lateness.models import LateCause
from tests.procedures.pack import STRANGER, sync

pytestmark = pytest.mark.django_db

CAUSES = {
    "id": "late_causes",
    "title": {"zh": "原因", "en": "Causes"},
    "source": "demo",
    "codes": [
        {"code": "all", "heading": True, "title": {"zh": "全部", "en": "All"}},
        {"code": "storm", "title": {"zh": "风暴", "en": "Storm"}},
        {"code": "old", "title": {"zh": "旧", "en": "Old"}, "valid_to": "2020-12-31"},
    ],
}
PACK = {"id": "lantern", "late_causes": "late_causes"}


@pytest.fixture
def accepted(pack, submitted, handler, now):
    sync(now, {("codelist", "late_causes"): CAUSES, ("pack", "pack"): PACK}, version="1.1.0")
    return handler.fire(submitted(), "accept", now)


def say(who, case, at, cause="storm", **options):
    return acts.say_why_late(case.pk, cause, by=who.by, scope=who.scope, now=at, **options)


def test_the_newest_cause_counts_and_each_is_written_down(accepted, handler, now):
    late = now + timedelta(days=60)
    said = say(handler, accepted, late, key="k")
    assert say(handler, accepted, late, key="k").pk == said.pk
    entry = ledger.entries_of(SYSTEM, f"case:{accepted.pk}")[-1]
    assert (entry.kind, entry.leaf, entry.body["cause"]) == ("case.late_because", said.entry_hash, "storm")
    assert reads.cause_of_lateness(handler.scope, accepted.pk).cause == "storm"
    assert reads.cause_of_lateness(Scope("public"), accepted.pk) is None
    assert reads.may_say_why_late(handler.scope, accepted.pk, at=late)
    assert not reads.may_say_why_late(Scope("public"), accepted.pk, at=late)
    assert reads.open_late_by_cause(SYSTEM, at=late) == {"licence": {"storm": 1}}
    assert str(said) == "storm"


def test_before_anybody_says_why_it_is_counted_without_a_cause(accepted, now):
    assert reads.open_late_by_cause(SYSTEM, at=now) == {}
    assert reads.open_late_by_cause(SYSTEM, at=now + timedelta(days=60)) == {"licence": {"": 1}}


def test_a_case_that_ended_too_late_is_explained_too(accepted, handler, decider, now):
    ended = decider.fire(accepted, "refuse", now + timedelta(days=60), reason="no lamp")
    assert say(handler, ended, now + timedelta(days=61)).cause == "storm"


def test_a_case_in_time_has_nothing_to_explain(accepted, handler, now):
    with pytest.raises(Refused, match="nothing to explain"):
        say(handler, accepted, now)
    assert not reads.may_say_why_late(handler.scope, accepted.pk, at=now)


@pytest.mark.parametrize("cause", ["flood", "old", "all", ""])
def test_only_a_cause_of_the_list_is_taken(accepted, handler, now, cause):
    with pytest.raises(Invalid):
        say(handler, accepted, now + timedelta(days=60), cause)
    assert not LateCause.objects.exists()


def test_whoever_does_not_work_on_a_case_says_nothing_about_it(accepted, now):
    with pytest.raises(NotFound):
        acts.say_why_late(accepted.pk, "storm", by=STRANGER, scope=Scope("public"), now=now + timedelta(days=60))


def test_a_pack_that_lists_no_causes_asks_for_none(pack, submitted, handler, now):
    case = handler.fire(submitted(), "accept", now)
    assert not reads.may_say_why_late(handler.scope, case.pk, at=now + timedelta(days=60))
