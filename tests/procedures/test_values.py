"""What a case is pinned to and what it is not: code lists stay, dated values are looked up by the day of reference."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest

from amur.base.acting import PUBLIC, SYSTEM
from amur.base.faults import Refused
from amur.ledger.models import Entry
from amur.policy import reads as policy
from amur.procedures import acts, reads
from amur.procedures.models import Case, Decision
from amur.registers import reads as registers
from amur.registers.lookups import as_pinned, lookups
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.samples import BASIS, COLOURS_BODY, LICENCE_BODY

pytestmark = pytest.mark.django_db
LISTS = ("codelist", "colours")


def dues(*entries: dict[str, Any]) -> dict[str, Any]:
    title = {"zh": "灯费", "en": "Dues"}
    return {"id": "dues", "title": title, "type": "money", "currency": "CNY", "entries": list(entries)}


def entry(since: str, until: str | None, value: str) -> dict[str, Any]:
    return {"valid_from": since, "valid_to": until, "value": value, "basis": BASIS}


def with_dues(*entries: dict[str, Any], **changes: Any) -> dict[tuple[str, str], dict[str, Any]]:
    return {("procedure", "licence"): LICENCE_BODY | {"values": ["dues"]} | changes, ("value", "dues"): dues(*entries)}


def submit(now) -> Case:
    return acts.submit(fill(now).id, by=STRANGER, now=now)


def decide(case: Case, handler, decider, accepted_at, decided_at) -> Decision:
    decider.fire(handler.fire(case, "accept", accepted_at), "grant", decided_at)
    return Decision.objects.get(case=case)


def test_a_decision_keeps_the_value_of_the_day_of_acceptance(now, handler, decider):
    sync(now, with_dues(entry("2026-01-01", "2026-03-31", "10.00"), entry("2026-04-01", None, "20.00")))
    decision = decide(submit(now), handler, decider, now, now + timedelta(days=40))
    (used,) = decision.values_used
    assert (used["id"], used["value"], used["written"], used["on"]) == ("dues", 1000, "10.00", "2026-03-10")
    assert used["declaration"] == policy.declaration("value", "dues")[0]
    proof = Entry.objects.get(leaf=decision.entry_hash)
    assert json.loads(proof.content.body)["values"] == decision.values_used


def test_another_day_of_reference_is_declared(now, handler, decider):
    changes = with_dues(entry("2026-04-01", None, "20.00"), reference_date="decided_on")
    sync(now, changes)
    decision = decide(submit(now), handler, decider, now, now + timedelta(days=40))
    assert decision.values_used[0]["value"] == 2000


def test_a_case_that_was_never_accepted_goes_by_its_submission(now, decider):
    sync(now, with_dues(entry("2026-03-10", "2026-03-10", "1.00")))
    decider.fire(submit(now), "refuse", now + timedelta(days=3), reason="Too bright.")
    assert Decision.objects.get().values_used[0]["on"] == "2026-03-10"


def test_a_decision_in_a_gap_is_refused_and_changes_nothing(now, handler, decider):
    sync(now, with_dues(entry("2026-04-01", None, "20.00")))
    case = handler.fire(submit(now), "accept", now)
    with pytest.raises(Refused, match="'dues' is on 2026-03-10") as caught:
        decider.fire(case, "grant", now)
    assert caught.value.code == "value_gap"
    case.refresh_from_db()
    assert (case.state, Decision.objects.count()) == ("accepted", 0)


def test_a_new_value_reaches_running_cases(now, handler, decider):
    sync(now, with_dues(entry("2026-01-01", None, "10.00")))
    case = submit(now)
    sync(now, with_dues(entry("2026-01-01", None, "11.00")), version="1.0.1")
    assert decide(case, handler, decider, now, now).values_used[0]["value"] == 1100


def test_a_case_keeps_the_code_list_that_it_was_opened_with(now, handler, decider):
    sync(now)
    case = submit(now)
    renamed = copy.deepcopy(COLOURS_BODY)
    renamed["codes"] = [{"code": "green", "title": {"zh": "绿", "en": "Green"}}]
    sync(now, {LISTS: renamed}, version="1.0.1")
    pinned = as_pinned(lookups(now.date()), case.closure_hash)
    assert pinned.codelists["colours"].find("red").title.en == "Red"
    assert lookups(now.date()).codelists["colours"].find("red") is None
    decide(case, handler, decider, now, now)
    assert registers.record(PUBLIC, "licences", case.number).values["colour"] == "red"


def test_a_code_that_ends_while_a_case_runs_stays_chosen(now, handler, decider):
    sync(now)
    case = submit(now)
    ended = copy.deepcopy(COLOURS_BODY)
    ended["codes"][0]["valid_to"] = "2026-03-31"
    sync(now, {LISTS: ended}, version="1.0.1")
    later = now + timedelta(days=60)
    decide(case, handler, decider, now, later)
    assert registers.record(PUBLIC, "licences", case.number).values["colour"] == "red"


def test_a_version_of_a_record_keeps_the_titles_of_its_time(now, handler, decider):
    sync(now)
    decide(submit(now), handler, decider, now, now)
    other = copy.deepcopy(COLOURS_BODY)
    other["codes"][0]["title"] = {"zh": "朱", "en": "Vermilion"}
    sync(now, {LISTS: other}, version="1.0.1")
    (row,) = registers.records(SYSTEM, "licences").rows
    found = lookups(now.date())
    assert found.codelists["colours"].find("red").title.en == "Vermilion"
    assert as_pinned(found, row.closure_hash).codelists["colours"].find("red").title.en == "Red"
    assert as_pinned(found, "") is found


def test_a_case_names_the_closure_that_holds_its_procedure(now):
    sync(now)
    case = submit(now)
    assert policy.declaration_by_hash(case.closure_hash)["of"] == case.declaration_hash
    assert reads.case_for_party(reads.scope_by_code(case.number, acts.query_code(case)), case.number, on=now.date())
