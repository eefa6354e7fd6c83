"""A mistake is put right without deleting it: struck and readable, counter-acted, superseded, and told."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM, Scope, system
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger import reads as entries
from amur.procedures import acts, reads
from amur.procedures.appeals.models import Appeal
from amur.procedures.correcting.acts import agree, correct, withdraw_correction
from amur.procedures.correcting.models import Correction
from amur.procedures.correcting.reads import correctable
from amur.procedures.datasets import datasets
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, Document, Notice
from amur.procedures.shapes import CASES
from amur.registers import reads as registers
from tests.procedures.beacon import BEACON_BODY
from tests.procedures.conftest import Officer
from tests.procedures.corrected import CORRECTABLE, RULE_BODY
from tests.procedures.pack import sync

pytestmark = [pytest.mark.django_db, pytest.mark.either]
WHY = "The file of another case was looked at."


@pytest.fixture
def pack(now):
    return sync(now, {("procedure", "licence"): CORRECTABLE})


@pytest.fixture
def granted(submitted, handler, decider, now):
    return decider.fire(handler.fire(submitted(), "accept", now), "grant", now + timedelta(days=1))


def put_right(officer, case, version, now, **options):
    options = {"expected_version": case.version, "reason": WHY} | options
    return correct(case.pk, version, by=officer.by, scope=officer.scope, now=now, **options)


def later(now):
    return now + timedelta(days=2)


def test_a_wrong_grant_is_voided_and_a_refusal_takes_its_place_in_one_act(granted, decider, now):
    before = Document.objects.get()
    row = put_right(decider, granted, 3, later(now), event="refuse", said="The lantern is too bright.")
    case = Case.objects.get()
    assert (case.state, case.version, row.version, row.new_version) == ("refused", 5, 4, 5)
    assert (case.decided_at, case.closed_at) == (later(now), later(now))
    assert [one.outcome for one in Decision.objects.order_by("id")] == ["granted", "refused"]
    assert registers.record(SYSTEM, "licences", case.number).valid_to == later(now).date()
    paper = Document.objects.order_by("id").last()
    assert paper.content["en"]["paragraphs"] == [
        f"{case.subject}: The lantern is too bright.",
        f"It supersedes {before.number}.",
    ]
    assert [one.subject for one in Notice.objects.order_by("id")][-2:] == ["更正", "【Refused】"]


def test_what_was_voided_stays_readable_and_says_since_when_why_and_by_what(granted, decider, now):
    put_right(decider, granted, 3, later(now), event="refuse", said="Too bright.")
    lines = reads.timeline(decider.scope, granted.pk)
    assert [line.state.id for line in lines] == ["submitted", "accepted", "granted", "accepted", "refused"]
    struck = lines[2].struck
    assert (struck.reason, struck.by, struck.version, struck.new_version) == (WHY, "22", 4, 5)
    assert (struck.basis, [line.struck for line in lines[3:]]) == ("灯塔条例7", [None, None])
    party = reads.scope_by_code(granted.number, acts.query_code(granted))
    assert reads.timeline(party, granted.pk)[2].struck.by == ""
    view = reads.case_for_desk(decider.scope, granted.number, on=now.date())
    assert [one.outcome for one in view.decisions] == ["refused"]


def test_the_ledger_has_both_and_data_sets_count_what_stands(granted, decider, now):
    put_right(decider, granted, 3, later(now))
    told = [one for one in entries.entries_of(SYSTEM, granted.key_subject) if one.kind == "case.voided"]
    voided = CaseEvent.objects.get(version=3)
    assert told[0].body["voided"] == {"version": 3, "event": "grant", "entry": voided.entry_hash}
    assert WHY not in str(told[0].body)
    assert [(row["state"], row["outcome"]) for row in _rows(now, CASES.name)][-2:] == [
        ("granted", "granted"),
        ("accepted", None),
    ]


def test_the_clock_goes_on_as_if_it_had_never_ended_or_begins_anew_as_declared(granted, decider, now):
    put_right(decider, granted, 3, later(now))
    run = ClockRun.objects.get()
    assert (run.ended_on, run.started_on, Case.objects.get().due_on) == (None, now.date(), run.due_on)
    case = decider.fire(Case.objects.get(), "refuse", later(now), reason="No.")
    put_right(decider, case, case.version, later(now) + timedelta(days=1))
    runs = ClockRun.objects.order_by("id")
    assert [(one.started_on, one.ended_on is None) for one in runs] == [
        (now.date(), False),
        ((later(now) + timedelta(days=1)).date(), True),
    ]


def test_a_wrong_event_leads_back_to_the_declared_state_and_the_case_is_not_accepted(submitted, handler, decider, now):
    case = handler.fire(submitted(), "accept", now)
    put_right(decider, case, 2, later(now))
    case = Case.objects.get()
    assert (case.state, case.accepted_at, case.due_on) == ("submitted", None, None)
    assert handler.fire(case, "accept", later(now)).accepted_at == later(now)


def test_wrong_answers_are_put_right_and_the_old_ones_stay_in_the_course(submitted, decider, now):
    case = submitted()
    put_right(decider, case, None, later(now), extra={"name": "移动灯二号"})
    case = Case.objects.get()
    assert (case.data["name"], case.subject, case.state, case.version) == ("移动灯二号", "移动灯二号", "submitted", 2)
    answers = reads.answers_by_version(decider.scope, case.pk)
    assert [one.values["name"] for one in answers] == ["移动灯一号", "移动灯二号"]
    with pytest.raises(Invalid):
        put_right(decider, case, None, later(now), extra={"name": "移动灯二号"})
    with pytest.raises(Refused):
        put_right(decider, case, None, later(now), extra={"colour": "blue"})


def test_the_same_key_again_corrects_once_and_a_stale_page_is_a_conflict(granted, decider, now):
    first = put_right(decider, granted, 3, later(now), key="k")
    assert put_right(decider, granted, 3, later(now), key="k") == first
    assert Correction.objects.count() == 1
    with pytest.raises(Conflict):
        put_right(decider, granted, 3, later(now))


def test_mistakes_are_walked_back_one_by_one_and_each_stays_readable(granted, decider, now):
    put_right(decider, granted, 3, later(now))
    case = Case.objects.get()
    put_right(decider, case, 2, later(now) + timedelta(hours=1))
    case = Case.objects.get()
    assert (case.state, case.accepted_at, case.decided_at, case.due_on) == ("submitted", None, None, None)
    assert not ClockRun.objects.filter(ended_on=None).exists()
    struck = [line.struck is not None for line in reads.timeline(decider.scope, case.pk)]
    assert struck == [False, True, True, False, False]
    with pytest.raises(Refused) as error:
        put_right(decider, case, 3, later(now))
    assert error.value.code == "voided"


def test_a_clock_that_began_anew_ends_when_what_first_began_it_is_voided(submitted, handler, decider, now):
    case = handler.fire(submitted(), "accept", now)
    case = decider.fire(case, "refuse", now + timedelta(hours=1), reason="No.")
    put_right(decider, case, 3, later(now))  # which restarts the clock
    put_right(decider, Case.objects.get(), 2, later(now) + timedelta(hours=1))
    assert not ClockRun.objects.filter(ended_on=None).exists()
    assert Case.objects.get().state == "submitted"


def test_a_voided_decision_is_given_out_as_withdrawn_and_never_as_one_that_stands(granted, decider, now):
    put_right(decider, granted, 3, later(now), event="refuse", said="Too bright.")
    found = [(one["version"], one["outcome"], one["stands"], one["withdrawn_by"]) for one in _rows(now, "decisions")]
    assert found == [(3, "granted", True, None), (3, "granted", False, "voided"), (5, "refused", True, None)]
    assert [(one["event"], one["voids"]) for one in _rows(now, "case_events")][-3:] == [
        ("grant", None),
        ("voided", 3),
        ("refuse", None),
    ]


def _rows(now, name):
    ledger.seal(now)
    found = next(one for one in datasets(SYSTEM) if one.name == name)
    return [row for batch in found.batches(-1, 99) for row in batch.to_pylist()]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda case, at: {"version": 2}, "not_the_last"),
        (lambda case, at: {"version": 1}, "not_voidable"),
        (lambda case, at: {"event": "accept"}, "cannot_supersede"),
        (lambda case, at: {"now": at + timedelta(days=100)}, "too_late"),
    ],
)
def test_what_the_procedure_does_not_say_is_refused(granted, decider, now, change, code):
    asked = {"version": 3, "now": later(now)} | change(granted, now)
    with pytest.raises(Refused) as error:
        put_right(decider, granted, asked.pop("version"), asked.pop("now"), **asked)
    assert error.value.code == code
    assert Case.objects.get().version == 3


def test_nobody_but_the_role_that_is_named_corrects_and_strangers_know_of_nothing(granted, handler, decider, now):
    with pytest.raises(Refused) as error:
        put_right(handler, granted, 3, later(now))
    assert error.value.code == "wrong_role"
    with pytest.raises(NotFound):
        put_right(Officer("33", "decider", region="440000"), granted, 3, later(now))
    with pytest.raises(Invalid):
        put_right(decider, granted, 3, later(now), reason=" ")
    assert correctable(handler.scope, granted.pk, now.date()) is None
    assert correctable(Scope("public"), granted.pk, now.date()) is None
    found = correctable(decider.scope, granted.pk, now.date())
    assert (found.version, [arrow.event for arrow in found.supersede]) == (3, ["refuse"])
    assert ([one.id for one in found.fields], found.two) == (["name", "email"], False)


def test_nothing_is_corrected_once_an_appeal_is_open(granted, decider, now):
    decision = Decision.objects.get()
    other = Case.objects.get()
    Appeal.objects.create(case=other, first=granted, decision=decision, lodged_at=now, suspends="none")
    with pytest.raises(Refused) as error:
        put_right(decider, granted, 3, later(now))
    assert error.value.code == "appeal_open"


def test_what_fails_in_what_takes_its_place_leaves_the_mistake_as_it_was(granted, decider, now):
    with pytest.raises(Invalid):
        put_right(decider, granted, 3, later(now), event="refuse", said="")
    assert (Case.objects.get().state, Correction.objects.count(), CaseEvent.objects.count()) == ("granted", 0, 3)


def test_what_was_said_is_gone_when_the_case_is_erased(granted, decider, now):
    put_right(decider, granted, 3, later(now), event="refuse", said="Too bright.")
    acts.erase_case_party(
        granted.pk, by=system("t"), scope=SYSTEM, now=later(now), reason="x", basis="y", despite_retention=True
    )
    row = Correction.objects.get()
    assert (row.reason, row.said) == ("", "")


class TestTwoMustAgree:
    @pytest.fixture
    def pack(self, now):
        return sync(now, {("procedure", "licence"): CORRECTABLE | {"correction": RULE_BODY | {"separation": True}}})

    def test_one_proposes_and_another_agrees(self, granted, decider, now):
        row = put_right(decider, granted, 3, later(now), event="refuse", said="Too bright.")
        assert (Case.objects.get().state, row.version) == ("granted", None)
        with pytest.raises(Conflict):
            put_right(decider, granted, 3, later(now))
        asked = {"now": later(now), "expected_version": 3}
        with pytest.raises(Refused) as error:
            agree(row.pk, by=decider.by, scope=decider.scope, **asked)
        assert error.value.code == "separation_of_duties"
        other = Officer("44", "decider")
        done = agree(row.pk, by=other.by, scope=other.scope, **asked)
        assert (Case.objects.get().state, done.corrected_by, done.proposed_by) == ("refused", "44", "22")
        assert agree(row.pk, by=other.by, scope=other.scope, **asked).pk == row.pk
        assert Case.objects.get().version == 5

    def test_a_proposal_is_withdrawn_and_one_about_a_case_that_moved_is_not_carried_out(self, granted, decider, now):
        row = put_right(decider, granted, 3, later(now))
        party = reads.scope_by_code(granted.number, acts.query_code(granted))
        acts.fire(granted.pk, "surrender", by=system("t"), scope=party, now=later(now), expected_version=3)
        other = Officer("44", "decider")
        with pytest.raises(Conflict):
            agree(row.pk, by=other.by, scope=other.scope, now=later(now), expected_version=4)
        withdraw_correction(row.pk, by=decider.by, scope=decider.scope, now=later(now))
        with pytest.raises(Conflict):
            agree(row.pk, by=other.by, scope=other.scope, now=later(now), expected_version=4)
        with pytest.raises(NotFound):
            withdraw_correction(0, by=decider.by, scope=decider.scope, now=later(now))


class TestNested:
    @pytest.fixture
    def pack(self, now):
        rule = copy.deepcopy(RULE_BODY) | {"events": [{"event": "fire_answers"}], "by": ["handler"]}
        return sync(now, {("procedure", "licence"): BEACON_BODY | {"correction": rule}})

    def test_one_of_several_parts_stands_again_where_it_stood(self, submitted, handler, now):
        case = handler.fire(handler.fire(submitted(), "accept", now), "ask", now)
        case = handler.fire(case, "fire_answers", now + timedelta(hours=1))
        put_right(handler, case, case.version, later(now))
        case = Case.objects.get()
        assert case.configuration["active"] == ["fire_asked", "water_asked"]
        assert set(ClockRun.objects.filter(ended_on=None).values_list("clock", flat=True)) == {
            "decision",
            "fire_opinion",
            "water_opinion",
        }
