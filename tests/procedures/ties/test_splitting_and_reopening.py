"""Out of one case come several, each whole; and a case that ended is taken up again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from amur.base.acting import SYSTEM
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as entries
from amur.ledger import reads as ledger
from amur.procedures import acts, files, reads
from amur.procedures.correcting.aside import withdrawn
from amur.procedures.datasets import datasets
from amur.procedures.models import Case, ClockRun, Decision, Upload
from amur.procedures.ties.engine import Share
from amur.procedures.ties.models import Tie
from tests.procedures.pack import sync
from tests.procedures.samples import BASIS
from tests.procedures.ties.conftest import ANNA, BORIS, doing
from tests.procedures.ties.samples import TIES_BODY, body

pytestmark = [pytest.mark.django_db, pytest.mark.either]

FIELDS = ("name", "colour", "region", "number", "indoors")


def split(case, officer, now, *shares, **more):
    return acts.split_case(case.id, shares, **doing(officer, now, **({"expected_version": case.version} | more)))


def shares_of(case, most=2):
    plan = Upload.objects.get(case=case)
    return [Share("licence", FIELDS, (plan.id,)) for _ in range(most)]


def test_each_new_case_has_what_it_took_and_the_first_ends(accepted, handler, now):
    first = accepted()
    one, other = split(first, handler, now + timedelta(days=4), *shares_of(first))
    first.refresh_from_db()
    assert (first.state, first.closed_at is not None) == ("split", True)
    assert (one.account_id, one.origin_id, one.state) == ("71", first.id, "submitted")
    assert "email" not in one.data
    assert len({first.number, one.number, other.number}) == 3
    with files.opened(Upload.objects.get(case=one).id) as copied:
        assert copied.read(4) == b"%PDF"
    found = reads.ties_of(ANNA, first.id, on=now.date())
    assert [part.number for part in found.parts] == [one.number, other.number]
    assert reads.ties_of(handler.scope, one.id, on=now.date()).out_of.number == first.number


def test_without_an_event_the_first_case_goes_on(tied, accepted, handler, now):
    tied(split={"by": ["handler"], "into": ["licence"], "basis": [BASIS]})
    first = accepted()
    (one,) = split(first, handler, now + timedelta(days=4), *shares_of(first, 1))
    assert not ClockRun.objects.filter(case=one)  # it starts when it is accepted; the first goes on
    first.refresh_from_db()
    assert (first.state, first.version) == ("accepted", 2)
    assert reads.ties_of(handler.scope, first.id, on=now.date()).may >= {"split", "merge", "join"}


def test_a_clock_that_runs_from_the_beginning_keeps_the_day_of_the_first(tied, file, now, handler):
    for clocks, days in (("keep_start", 0), ("start_anew", 4)):
        changed = body(split=TIES_BODY["split"] | {"clocks": clocks})
        changed["clocks"][0]["start"] = ["submitted"]
        sync(now, {("procedure", "licence"): changed}, version=f"1.0.{days + 1}")
        first = file(name=clocks)
        one, _ = split(first, handler, now + timedelta(days=4), *shares_of(first))
        run = ClockRun.objects.get(case=one, ended_on=None)
        assert run.started_on == (now + timedelta(days=days)).date()
        one.refresh_from_db()
        assert (one.due_on == first.due_on) == (clocks == "keep_start")


def test_files_of_each_are_erased_with_it_alone(accepted, handler, decider, now):
    first = accepted()
    one, other = split(first, handler, now, *shares_of(first))
    decider.fire(one, "refuse", now, reason="no")
    acts.tidy(now + timedelta(days=366 * 11))
    assert ledger.is_forgotten(f"case:{first.pk}")
    assert ledger.is_forgotten(f"case:{one.pk}")
    with files.opened(Upload.objects.get(case=other).id) as stream:
        assert stream.read(4) == b"%PDF"


def test_what_is_no_share_is_told_and_nothing_is_left(accepted, handler, decider, now):
    first, stranger = accepted(), accepted("72")
    before = Case.objects.count(), Upload.objects.count()
    plan = shares_of(first)[0]
    wrong = [
        ([plan], Invalid),
        ([plan, Share("filing", FIELDS)], Invalid),
        ([plan, Share("licence", ("name",))], Invalid),
        ([plan, Share("licence", ("name", "nothing"))], Invalid),
        ([plan, Share("licence", FIELDS, (Upload.objects.get(case=stranger).id,))], NotFound),
        ([plan, Share("licence", FIELDS, (uuid4(),))], NotFound),
    ]
    for shares, error in wrong:
        with pytest.raises(error):
            split(first, handler, now, *shares)
    with pytest.raises(Refused, match="only handler"):
        split(first, decider, now, *shares_of(first))
    with pytest.raises(Conflict):
        split(first, handler, now, *shares_of(first), expected_version=1)
    assert (Case.objects.count(), Upload.objects.count()) == before


def test_splitting_twice_with_one_key_is_once(accepted, handler, now):
    first = accepted()
    made = split(first, handler, now, *shares_of(first), key="k")
    assert split(first, handler, now, *shares_of(first), key="k") == made
    first.refresh_from_db()
    with pytest.raises(Refused, match="the case is over"):
        split(first, handler, now, *shares_of(first))


def reopen(case, officer, now, event="reopened", **more):
    return acts.reopen_case(case.id, event, **doing(officer, now, **({"expected_version": case.version} | more)))


@pytest.fixture
def refused(accepted, decider, now):
    return decider.fire(accepted(), "refuse", now, reason="too dark")


def test_a_reopened_case_has_a_new_clock_and_its_decision_is_marked(refused, decider, now):
    before = refused.erase_on
    row = reopen(refused, decider, now + timedelta(days=9), key="k")
    refused.refresh_from_db()
    assert (refused.state, refused.closed_at, refused.decided_at, refused.erase_on) == ("accepted", None, None, None)
    assert ClockRun.objects.get(case=refused, ended_on=None).started_on == (now + timedelta(days=9)).date()
    found = reads.ties_of(ANNA, refused.id, on=now.date())
    decision = Decision.objects.get(case=refused)
    assert found.set_aside == {decision.entry_hash}
    assert decision.reason == "too dark"
    assert row.pk == reopen(refused, decider, now + timedelta(days=9), key="k").pk
    assert withdrawn(refused) >= {decision.entry_hash}
    closed = decider.fire(refused, "refuse", now + timedelta(days=400), reason="still too dark")
    assert closed.erase_on > before
    assert ("they belong together") in refused.notices.order_by("-pk")[1].body
    entries.seal(now + timedelta(days=400))
    rows = {one.name: [row for some in one.batches(-1, 99) for row in some.to_pylist()] for one in datasets(SYSTEM)}
    told = [(row["version"], row["stands"], row["withdrawn_by"]) for row in rows["decisions"]]
    assert told == [(3, True, None), (3, False, "reopened"), (5, True, None)]
    columns = ("state", "outcome", "decided_on", "closed_on")
    assert [rows["cases"][3][name] for name in columns] == ["accepted", None, None, None]


def test_a_case_is_reopened_in_time_by_whom_the_pack_names_and_for_a_reason(refused, accepted, handler, decider, now):
    for officer, at, event, code in (
        (handler, now, "reopened", "wrong_role"),
        (decider, now + timedelta(days=31), "reopened", "reopen_late"),
        (decider, now, "merged_into", "no_reopening"),
    ):
        with pytest.raises(Refused) as found:
            reopen(refused, officer, at, event)
        assert found.value.code == code
    with pytest.raises(Refused) as found:
        reopen(accepted(), decider, now)
    assert found.value.code == "case_open"
    with pytest.raises(Invalid):
        reopen(refused, decider, now, reason="")
    with pytest.raises(Refused) as found:
        decider.fire(refused, "reopened", now)
    assert found.value.code in {"case_closed", "only_by_tie"}
    assert reads.ties_of(decider.scope, refused.id, on=now.date()).may == {"reopen"}
    assert reads.ties_of(decider.scope, refused.id, on=now.date() + timedelta(days=31)).may == frozenset()


def test_nobody_fires_an_event_of_ties(accepted, handler, now):
    case = accepted()
    with pytest.raises(Refused) as found:
        handler.fire(case, "merged_into", now)
    assert found.value.code == "only_by_tie"
    assert "merged_into" not in {one.event for one in reads.case_for_desk(handler.scope, case.number).may}


def test_what_was_merged_or_erased_is_not_reopened(refused, accepted, handler, decider, now):
    case, lead = accepted(), accepted()
    acts.merge_case(case.id, lead.number, **doing(handler, now, expected_version=2))
    case.refresh_from_db()
    with pytest.raises(Refused) as found:
        reopen(case, decider, now)
    assert found.value.code == "is_merged"
    acts.tidy(now + timedelta(days=366 * 11))
    refused.refresh_from_db()
    with pytest.raises(Refused) as found:
        reopen(refused, decider, now + timedelta(days=366 * 11))
    assert found.value.code == "case_erased"
    with pytest.raises(NotFound):
        reads.ties_of(BORIS, refused.id, on=now.date())
    assert Tie.objects.filter(kind="reopened").count() == 0
