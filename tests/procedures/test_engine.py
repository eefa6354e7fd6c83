from __future__ import annotations

import copy
from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from amur.base.acting import PUBLIC, SYSTEM, Grant, Scope
from amur.base.faults import Refused
from amur.base.legal_time import WorkCalendar
from amur.procedures import engine
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import CaseFacts, ClockChange
from amur.procedures.paths import resolve
from tests.procedures.samples import CALENDAR_BODY, LICENCE, LICENCE_BODY

CALENDAR = WorkCalendar.model_validate(CALENDAR_BODY)
EVENTS = sorted({transition.event for transition in LICENCE.transitions})
FACTS = CaseFacts(id="1", region="230102", body_id="bureau", account_id="7", parties=frozenset({"case:1", "firm:3"}))


def office(role: str, account: str = "9", body: str = "bureau", region: str = "230000") -> Scope:
    return Scope("office", account, grants=(Grant(role, body, region),))


class AnyCaseAtAll(RuleBasedStateMachine):
    """Legal and illegal events in any order never break what a case promises."""

    def __init__(self):
        super().__init__()
        self.position, changes = engine.opened(LICENCE)
        self.versions = [self.position.version]
        self.open = {}
        self.follow(changes)

    def follow(self, changes):
        for change in changes:
            before = self.open.get(change.clock)
            expected = {"start": None, "pause": "running", "resume": "waiting"}
            if change.change == "stop":
                assert before is not None
                del self.open[change.clock]
            else:
                assert before == expected[change.change]
                self.open[change.clock] = "waiting" if change.change == "pause" else "running"

    @rule(event=st.sampled_from([*EVENTS, "unheard_of"]))
    def fire(self, event):
        before = self.position
        if LICENCE.transition(event, before.state) is None or LICENCE.state(before.state).final:
            with pytest.raises(Refused):
                engine.step(LICENCE, before, event)
            return
        stepped = engine.step(LICENCE, before, event)
        self.position = stepped.position
        self.versions.append(stepped.position.version)
        self.follow(stepped.clocks)
        assert stepped.position.state == stepped.transition.target
        assert stepped.effects == stepped.transition.effects

    @precondition(lambda self: LICENCE.state(self.position.state).final)
    @rule(event=st.sampled_from(EVENTS))
    def final_means_final(self, event):
        with pytest.raises(Refused):
            engine.step(LICENCE, self.position, event)

    @invariant()
    def the_state_is_declared_and_a_closed_case_has_no_open_clock(self):
        state = LICENCE.state(self.position.state)
        assert not (state.final and self.position.clocks)

    @invariant()
    def there_is_at_most_one_open_clock_of_each_kind_and_its_status_is_what_the_changes_say(self):
        assert dict(self.position.clocks) == self.open

    @invariant()
    def the_version_strictly_rises(self):
        assert self.versions == sorted(set(self.versions))


TestAnyCaseAtAll = AnyCaseAtAll.TestCase
TestAnyCaseAtAll.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_a_clock_that_a_state_both_starts_and_stops_does_not_run():
    body = copy.deepcopy(LICENCE_BODY)
    body["clocks"][0]["stop"].append("accepted")
    definition = ProcedureDeclaration.model_validate(body)
    assert engine.clock_changes(definition, {}, "accepted") == ()
    assert engine.clock_changes(definition, {"decision": "running"}, "accepted") == (ClockChange("decision", "stop"),)


def test_a_final_state_ends_every_clock_even_one_it_does_not_name():
    assert engine.clock_changes(LICENCE, {"decision": "waiting"}, "surrendered") == (ClockChange("decision", "stop"),)


def test_a_clock_may_begin_with_the_case():
    body = copy.deepcopy(LICENCE_BODY)
    body["clocks"][0]["start"] = ["submitted"]
    position, changes = engine.opened(ProcedureDeclaration.model_validate(body))
    assert position.clocks == {"decision": "running"}
    assert changes == (ClockChange("decision", "start"),)


def test_a_waiting_clock_stays_waiting_and_a_running_one_running():
    assert engine.clock_changes(LICENCE, {"decision": "waiting"}, "supplement") == ()
    assert engine.clock_changes(LICENCE, {"decision": "running"}, "accepted") == ()


@pytest.mark.parametrize(
    ("event", "source", "scope", "code"),
    [
        ("accept", "submitted", office("handler"), None),
        ("accept", "submitted", office("handler", region="230102"), None),
        ("accept", "submitted", office("handler", region="230200"), "wrong_role"),
        ("accept", "submitted", office("handler", body="other"), "wrong_role"),
        ("accept", "submitted", office("decider"), "wrong_role"),
        ("accept", "submitted", PUBLIC, "wrong_role"),
        ("accept", "submitted", Scope("party", "7"), "wrong_role"),
        ("accept", "submitted", Scope("party", "7", grants=(Grant("handler", "bureau"),)), "wrong_role"),
        ("accept", "submitted", SYSTEM, None),
        ("withdraw", "submitted", Scope("party", "7"), None),
        ("withdraw", "submitted", Scope("party", "8"), "not_the_applicant"),
        ("withdraw", "submitted", Scope("party", "8", frozenset({"firm:3"})), None),
        ("withdraw", "submitted", Scope("party", parties=frozenset({"case:1"})), None),
        ("withdraw", "submitted", Scope("party", parties=frozenset({"case:2"})), "not_the_applicant"),
        ("withdraw", "submitted", office("handler"), "not_the_applicant"),
        ("withdraw", "submitted", PUBLIC, "not_the_applicant"),
        ("withdraw", "submitted", SYSTEM, None),
    ],
)
def test_who_may_fire_an_event(event, source, scope, code):
    refused = engine.why_not(LICENCE.transition(event, source), scope, scope.account_id, FACTS, {})
    assert (refused.code if refused else None) == code
    assert engine.may_fire(LICENCE.transition(event, source), scope, scope.account_id, FACTS, {}) is (code is None)


def test_a_case_without_an_account_belongs_to_no_nameless_stranger():
    nobody = CaseFacts(id="1", parties=frozenset({"case:1"}))
    assert not engine.is_party(Scope("party"), nobody)


@pytest.mark.parametrize("scope", [office("decider"), SYSTEM])
def test_whoever_accepted_may_not_grant(scope):
    grant = LICENCE.transition("grant", "accepted")
    history = {"accept": frozenset({"9"})}
    assert engine.why_not(grant, scope, "9", FACTS, history).code == "separation_of_duties"
    assert engine.may_fire(grant, scope, "10", FACTS, history)


@pytest.mark.parametrize(
    ("due_on", "today", "left"),
    [
        (date(2026, 3, 10), date(2026, 3, 10), 0),
        (date(2026, 3, 16), date(2026, 3, 13), 1),
        (date(2026, 3, 13), date(2026, 3, 14), -1),
        (date(2026, 3, 10), date(2026, 3, 13), -3),
    ],
)
def test_days_left_are_working_days_and_yesterday_is_late(due_on, today, left):
    assert engine.days_left(due_on, today, CALENDAR) == left


def test_values_come_from_the_form_the_case_or_the_text_itself():
    facts = CaseFacts(number="N", region="230100", dates={"accepted_on": date(2026, 3, 10), "decided_on": None})
    form = {"name": "甲", "free": False}
    paths = ["form.name", "form.free", "form.gone", "case.number", "case.region", "case.accepted_on"]
    assert [resolve(path, form, facts) for path in paths] == ["甲", False, None, "N", "230100", "2026-03-10"]
    assert resolve("case.decided_on", form, facts) is None
    assert [resolve(path, form, facts) for path in ("'on'", "-12", "true", "false")] == ["on", -12, True, False]
    assert resolve("case.submitted_on", form, facts) is None


@pytest.mark.parametrize(
    "path", ["", "form.", "form", "case.", "case.account", "other.name", "'open", "1.5", "007", "name"]
)
def test_a_path_that_names_nothing_is_an_error(path):
    with pytest.raises(ValueError, match="names nothing"):
        resolve(path, {"name": "x"}, CaseFacts())
