"""A case whose states are nested and go on at once, by real acts on the database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM, Actor, Grant, Scope, system
from amur.base.faults import NotFound, Refused
from amur.ledger import acts as ledger
from amur.procedures import acts, reads
from amur.procedures.datasets import datasets
from amur.procedures.models import Case, ClockRun, Notice
from amur.procedures.queues.asked import Asked
from amur.procedures.shapes import CLOCKS
from tests.procedures.beacon import BEACON_BODY
from tests.procedures.conftest import Officer
from tests.procedures.pack import STRANGER, sync
from tests.procedures.samples import BASIS, text

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def pack(now):
    return sync(now, {("procedure", "licence"): BEACON_BODY})


def _party(case):
    scope = reads.scope_by_code(case.number, acts.query_code(case))
    return {"scope": scope, "by": Actor("anonymous", on_behalf_of=f"case:{case.id}", client="portal")}


def _apply(case, event, now):
    return acts.fire(case.id, event, now=now, expected_version=case.version, **_party(case))


def _open(case):
    return {run.clock: run.paused_on is not None for run in ClockRun.objects.filter(case=case, ended_on=None)}


@pytest.fixture
def asked(submitted, handler, now):
    """Return a case whose two opinions are asked for."""
    return handler.fire(handler.fire(submitted(), "accept", now), "ask", now)


def test_two_opinions_are_asked_at_once_and_each_has_its_clock(asked):
    case = Case.objects.get()
    assert case.state == "opinions"
    assert case.configuration["active"] == ["fire_asked", "water_asked"]
    assert (case.accepted_at is not None, _open(case)) == (
        True,
        {"decision": False, "fire_opinion": False, "water_opinion": False},
    )


def test_the_case_goes_on_when_both_have_answered(asked, handler, decider, now):
    case = handler.fire(asked, "fire_answers", now)
    assert (case.state, sorted(_open(case))) == ("opinions", ["decision", "water_opinion"])
    case = decider.fire(case, "water_answers", now)
    assert (case.state, case.configuration["active"], sorted(_open(case))) == ("decide", ["decide"], ["decision"])
    case = decider.fire(case, "grant", now)
    assert (case.state, case.decided_at, case.closed_at) == ("granted", now, None)
    assert _apply(case, "surrender", now).closed_at == now


def test_nobody_answers_twice(asked, handler, now):
    case = handler.fire(asked, "fire_answers", now)
    with pytest.raises(Refused) as error:
        handler.fire(case, "fire_answers", now)
    assert error.value.code == "no_such_event"


def test_after_a_supplement_work_is_taken_up_where_it_was_left_and_clocks_go_on(asked, handler, now):
    case = handler.fire(asked, "fire_answers", now)
    case = handler.fire(case, "request_supplement", now, reason="A plan is missing.")
    assert (case.state, _open(case)) == ("supplement", {"decision": True, "water_opinion": True})
    assert Notice.objects.get().subject == "【Your turn】"
    later = now + timedelta(days=3)
    case = _apply(Case.objects.get(), "answer", later)
    assert (case.state, case.configuration["active"]) == ("opinions", ["fire_given", "water_asked"])
    assert _open(case) == {"decision": False, "water_opinion": False}


def test_the_page_tells_each_part_and_offers_what_leads_on(asked, handler, now):
    view = reads.case_for_desk(handler.scope, asked.number, on=now.date())
    assert [state.id for state in view.standing] == ["fire_asked", "water_asked"]
    assert (view.state.id, [arrow.event for arrow in view.may]) == ("opinions", ["fire_answers", "request_supplement"])
    assert "refuse" in {arrow.event for arrow in view.leading}
    party = reads.case_by_code(asked.number, acts.query_code(asked), on=now.date())
    assert [arrow.event for arrow in party.may] == ["withdraw"]


def test_a_case_in_two_parts_is_in_the_queue_and_one_that_waits_is_under_waiting(asked, handler, now):
    def listed(view):
        return [row.number for row in reads.queue(handler.scope, on=now.date(), asked=Asked(view=view)).rows]

    assert (listed("open"), listed("waiting")) == ([asked.number], [])
    handler.fire(asked, "request_supplement", now, reason="A plan is missing.")
    assert (listed("open"), listed("waiting")) == ([], [asked.number])


def test_what_the_events_tell_of_clocks_is_what_happened(asked, handler, decider, now):
    case = handler.fire(asked, "fire_answers", now)
    case = handler.fire(case, "request_supplement", now, reason="A plan is missing.")
    case = _apply(case, "answer", now)
    decider.fire(case, "water_answers", now)
    ledger.seal(now)
    clocks = next(found for found in datasets(SYSTEM) if found.name == CLOCKS.name)
    rows = [row for batch in clocks.batches(-1, 10_000) for row in batch.to_pylist()]
    assert {row["clock"]: row["ended_on"] for row in rows} == {
        "decision": None,
        "fire_opinion": now.date(),
        "water_opinion": now.date(),
    }


def test_a_stranger_cannot_answer_for_a_service(asked, now):
    stranger = Scope("office", "7", grants=(Grant("decider", "elsewhere", "230000"),))
    with pytest.raises(NotFound):
        acts.fire(
            asked.id,
            "water_answers",
            by=Actor("7", role="decider"),
            scope=stranger,
            now=now,
            expected_version=asked.version,
        )


def test_the_page_of_the_party_lists_both_parts(asked, client):
    client.post("/en/track/", {"number": asked.number, "code": acts.query_code(asked)})
    page = client.get(f"/en/cases/{asked.number}/").content.decode()
    assert "The fire service is asked" in page
    assert "The water service is asked" in page


def test_what_the_law_attaches_to_a_lapse_happens_in_one_part_alone(now, filled):
    silence = {"event": "fire_is_silent", "title": text("Silence"), "from": ["fire_asked"], "to": "fire_given"}
    lapse = {**silence, "by": "machine", "on_lapse": "fire_opinion", "basis": [BASIS]}
    body = {**BEACON_BODY, "transitions": [*BEACON_BODY["transitions"], lapse]}
    sync(now, {("procedure", "licence"): body}, version="1.1.0")
    officer = Officer("11", "handler")
    case = acts.submit(filled().id, by=STRANGER, now=now)
    case = officer.fire(officer.fire(case, "accept", now), "ask", now)
    assert acts.lapse(case.id, by=system("clocks"), now=now + timedelta(days=5)) is None
    case = acts.lapse(case.id, by=system("clocks"), now=now + timedelta(days=9))
    assert case.configuration["active"] == ["fire_given", "water_asked"]
    assert sorted(_open(case)) == ["decision", "water_opinion"]
