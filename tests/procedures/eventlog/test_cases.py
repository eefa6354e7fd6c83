"""The log of real cases: what is sealed, in its order, with what it touched, and nothing personal."""

from __future__ import annotations

import json
from datetime import timedelta

import jsonschema
import pytest

from amur.base.acting import PUBLIC, SYSTEM, Scope
from amur.base.faults import Refused
from amur.ledger import acts as ledger
from amur.ledger import reads
from amur.procedures import acts
from amur.procedures.eventlog import cases, write
from amur.procedures.eventlog.cases import log_of_cases
from amur.procedures.eventlog.files import as_json
from amur.procedures.eventlog.log import ALWAYS
from amur.procedures.models import Case
from tests.procedures.eventlog.ocel20 import SCHEMA, broken_relations
from tests.procedures.followups import ISSUES, items
from tests.procedures.pack import FORM, STRANGER, sync
from tests.procedures.samples import LICENCE_BODY

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.fixture
def course(submitted, handler, decider, now):
    """A case that waited for its party and was granted, and another that was only handed in."""
    case = handler.fire(submitted(), "accept", now + timedelta(hours=1))
    case = handler.fire(case, "request_supplement", now + timedelta(days=1), reason="缺一张图")
    party = Scope("party", parties=frozenset({f"case:{case.id}"}))
    later = now + timedelta(days=6)
    answered = {"expected_version": case.version, "extra": {"remark": "补好了"}}
    case = acts.fire(case.id, "answer", by=STRANGER, scope=party, now=later, **answered)
    decider.fire(case, "grant", now + timedelta(days=7))
    submitted()
    ledger.seal(now)
    return case


def newest() -> int:
    head = reads.head()
    assert head is not None
    return head.size - 1


def test_a_case_is_told_event_by_event_with_its_clocks_and_what_it_brought_about(course):
    log = log_of_cases(SYSTEM, newest())
    mine = [one for one in log.events if one.objects[0][0] == f"case:{course.number}"]
    assert [one.type for one in mine] == [
        "licence.submitted",
        "licence.accept",
        "licence.decision.started",
        "licence.request_supplement",
        "licence.decision.paused",
        "licence.answer",
        "licence.decision.resumed",
        "licence.grant",
        "licence.decision.stopped",
    ]
    grant = next(one for one in mine if one.type == "licence.grant")
    assert grant.attributes == {"target": "granted", "source": "accepted", "role": "decider", "outcome": "granted"}
    assert [kind for _, kind in grant.objects] == ["case", "notice", "record"]
    case = next(one for one in log.objects if one.id == f"case:{course.number}")
    assert [value for name, value, _ in case.attributes if name == "state"] == [
        "submitted",
        "accepted",
        "supplement",
        "accepted",
        "granted",
    ]
    assert ("channel", "portal") in [(name, value) for name, value, _ in case.attributes]


def test_nothing_that_anybody_wrote_or_is_stands_in_a_log(course, tmp_path):
    log = log_of_cases(SYSTEM, newest())
    write(log, tmp_path / "a.sqlite")
    text = as_json(log)
    for content in (text, (tmp_path / "a.sqlite").read_bytes().decode("utf-8", "replace")):
        for written in (FORM["name"], FORM["number"] + '"', FORM["email"], "缺一张图", "补好了", "anonymous"):
            assert written not in content
    assert '"22"' not in text


def test_a_log_is_valid_in_both_forms(course, tmp_path):
    log = log_of_cases(SYSTEM, newest())
    jsonschema.validate(json.loads(as_json(log)), SCHEMA, format_checker=jsonschema.FormatChecker())
    write(log, tmp_path / "a.sqlite")
    assert not list(broken_relations(tmp_path / "a.sqlite"))


def test_a_log_at_an_index_stays_as_it_is_whatever_happens_later(course, submitted, decider, now):
    index = newest()
    before = log_of_cases(SYSTEM, index)
    decider.fire(Case.objects.exclude(pk=course.pk).get(), "refuse", now + timedelta(days=9), reason="不合规定")
    submitted()
    ledger.seal(now)
    assert log_of_cases(SYSTEM, index) == before
    later = log_of_cases(SYSTEM, newest())
    assert [one for one in later.events if one in before.events] == list(before.events)
    assert len(later.events) > len(before.events)


def test_a_log_is_the_same_however_many_cases_are_read_at_once(course, monkeypatch):
    whole = log_of_cases(SYSTEM, newest())
    monkeypatch.setattr(cases, "_AT_ONCE", 1)
    assert log_of_cases(SYSTEM, newest()) == whole


def test_a_document_is_named_by_its_number_and_says_nothing_of_what_it_says(submitted, handler, decider, now):
    sync(now, items(ISSUES), "1.1.0")
    decider.fire(handler.fire(submitted(), "accept", now), "grant", now + timedelta(days=2), reason="合格")
    ledger.seal(now)
    log = log_of_cases(SYSTEM, newest())
    (document,) = [one for one in log.objects if one.type == "document"]
    assert document.attributes == [("document", "paper", ALWAYS)]
    (grant,) = [one for one in log.events if one.type == "licence.grant"]
    assert (document.id, "document") in grant.objects
    assert FORM["name"] not in as_json(log)


def test_nothing_is_told_before_it_is_sealed(course):
    assert log_of_cases(SYSTEM, -1).events == ()


def test_a_log_of_all_cases_is_for_the_machine(course):
    with pytest.raises(Refused, match="command only"):
        log_of_cases(PUBLIC, newest())


def test_an_enterprise_has_a_pseudonym_and_a_person_is_no_object(submitted, now):
    person, enterprise = submitted(), submitted()
    Case.objects.filter(pk=person.pk).update(account_id="77")
    Case.objects.filter(pk=enterprise.pk).update(account_id="77", enterprise_id="4711")
    ledger.seal(now)
    log = log_of_cases(SYSTEM, newest())
    applicants = [one for one in log.objects if one.type == "enterprise"]
    assert len(applicants) == 1
    assert "4711" not in applicants[0].id
    of = {one.id: one.objects for one in log.objects if one.type == "case"}
    named = {name for event in log.events for name, _ in event.objects}
    assert named == {one.id for one in log.objects}
    assert of[f"case:{person.number}"] == ()
    assert of[f"case:{enterprise.number}"] == ((applicants[0].id, "applicant"),)


def test_a_clock_that_an_effect_starts_is_told_and_one_that_is_extended_is_not_told_twice(
    submitted, decider, handler, now
):
    clock = {name: value for name, value in LICENCE_BODY["clocks"][0].items() if name != "extension"}
    look = {**clock, "id": "look", "start": ["surrendered"], "pause": []}
    arrows = [
        {**one, "effects": [{"do": "start_clock", "clock": "look"}]} if one["event"] == "accept" else one
        for one in LICENCE_BODY["transitions"]
    ]
    body = {**LICENCE_BODY, "clocks": [LICENCE_BODY["clocks"][0], look], "transitions": arrows}
    sync(now, {("procedure", "licence"): body}, "1.1.0")
    case = handler.fire(submitted(), "accept", now + timedelta(hours=1))
    acts.extend_clock(
        case.pk,
        "decision",
        5,
        by=decider.by,
        scope=decider.scope,
        now=now + timedelta(days=1),
        reason="多",
        key="k",
        expected_version=case.version,
    )
    case.refresh_from_db()
    decider.fire(case, "refuse", now + timedelta(days=2), reason="不合规定")
    ledger.seal(now)
    types = [one.type.removeprefix("licence.") for one in log_of_cases(SYSTEM, newest()).events]
    assert types == [
        "submitted",
        "accept",
        "decision.started",
        "look.started",
        "clock_extended",
        "refuse",
        "decision.stopped",
        "look.stopped",
    ]
