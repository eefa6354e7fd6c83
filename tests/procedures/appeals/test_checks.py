"""What is wrong with an appeal is told with the place in the file and what to do."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import ValidationError

from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.contests import CHANGED, COUNCIL, HEARING, MINISTRY, RECONSIDERATION, contested
from tests.procedures.samples import LICENCES_BODY

ROLES = {"handler", "decider", "reviewer"}


def faults(licence: dict[str, Any] | None = None, review: dict[str, Any] | None = None) -> dict[str, str]:
    """Return the checks that fail of both, each with what was found."""
    both = [ProcedureDeclaration.model_validate(one) for one in (licence or contested(), review or RECONSIDERATION)]
    known = Known(codelists={"colours"}, schemes={"keeper"}, roles=ROLES)
    beside = Beside(
        {"licences": RegisterDeclaration.model_validate(LICENCES_BODY)}, {one.id: one for one in both if one}
    )
    bodies = {"bureau", COUNCIL, MINISTRY}
    found = [
        fault
        for one in both
        for fault in check_procedure(one, known, beside, bodies, lambda path: (".".join(map(str, path)), 1))
    ]
    return {fault.check: f"{fault.file}: {fault.found}" for fault in found}


def without(event: str) -> dict[str, Any]:
    body = copy.deepcopy(RECONSIDERATION)
    body["transitions"] = [one for one in body["transitions"] if one["event"] != event]
    return body


def test_an_appeal_that_runs_is_in_order():
    assert faults() == {}


@pytest.mark.parametrize(
    ("changes", "check", "where"),
    [
        ({"bodies": ["nobody"]}, "appeal.body", "appeal.bodies.0"),
        ({"procedure": "other"}, "appeal.procedure", "appeal.procedure"),
        ({"values": {"nothing": "form.name"}}, "effect.value", "appeal.values.nothing"),
        ({"values": {"name": "form.nothing"}}, "effect.path", "appeal.values.name"),
        ({"then": {"sent_back": "sent_back", "annulled": "sent_back"}}, "appeal.then", "appeal"),
        (
            {"then": {"sent_back": "grant", "annulled": "sent_back", "changed": "changed"}},
            "appeal.event",
            "appeal.then",
        ),
    ],
)
def test_what_an_appeal_names_must_be_there(changes, check, where):
    found = faults(contested(**changes))
    assert where in found[check]


def test_what_a_review_does_to_a_case_is_named_by_a_result():
    licence = contested()
    licence["transitions"].append(copy.deepcopy(CHANGED) | {"event": "forgotten"})
    assert "forgotten" in faults(licence)["appeal.unused"]


def test_nothing_else_than_a_review_leads_out_of_an_end():
    licence = contested()
    licence["transitions"].append(copy.deepcopy(CHANGED) | {"event": "wake", "by": "handler"})
    assert "refused" in faults(licence)["procedure.final"]


def test_the_procedure_that_hears_appeals_decides_them_and_is_not_applied_for():
    review = copy.deepcopy(RECONSIDERATION) | {"opened_only": False}
    assert "appeal.opened" in faults(review=review)
    assert "appeal.suspends" in faults(review=without("suspend"))
    undecided = copy.deepcopy(RECONSIDERATION)
    for one in undecided["transitions"]:
        if one["event"] in {"uphold", "change", "annul", "send_back"}:
            del one["review"]
    assert "appeal.decides" in faults(review=undecided)
    licence = contested()
    licence["appeal"] = {name: licence["appeal"][name] for name in ("title", "body", "within", "basis")}
    licence["transitions"] = [one for one in licence["transitions"] if one["by"] != "review"]
    assert {"appeal.heard", "procedure.opened"} <= faults(licence).keys()


def test_hearings_and_ratings_name_roles_states_and_lists_that_there_are():
    review = copy.deepcopy(RECONSIDERATION) | {"hearing": HEARING | {"by": ["nobody"], "asked_in": ["nowhere"]}}
    found = faults(review=review)
    assert {"hearing.role", "hearing.state"} <= found.keys()
    rating = {
        "within_days": 30,
        "by": ["nobody"],
        "reasons": "nothing",
        "follow_up_working_days": 5,
        "notice": HEARING["notice"],
        "basis": HEARING["basis"],
    }
    found = faults(contested() | {"rating": rating})
    assert {"rating.role", "rating.reasons"} <= found.keys()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"period": {"days": 60, "months": 2}}, "found days and months"),
        ({"period": {"last_day": "as_is"}}, "found no unit"),
        ({"period": {"days": 60}}, "last_day says"),
        ({"period": {"working_days": 60, "last_day": "as_is"}}, "last_day says"),
        ({"procedure": None}, "no procedure by which"),
        ({"bodies": []}, "says period and bodies"),
    ],
)
def test_an_appeal_is_whole_or_it_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        ProcedureDeclaration.model_validate(contested(**changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"when": "true", "otherwise": {"zh": "甲", "en": "a"}}, "by itself"), ({"review": "upheld"}, "by itself")],
)
def test_what_a_review_does_asks_nobody(changes, said):
    body = contested()
    body["transitions"][-1] |= changes
    with pytest.raises(ValidationError, match=said):
        ProcedureDeclaration.model_validate(body)


def test_what_a_lapse_brings_waits_for_no_suspension():
    body = contested()
    silence = {"event": "silence", "title": HEARING["notice"]["subject"], "from": ["accepted"], "to": "granted"}
    body["transitions"].append(silence | {"by": "machine", "on_lapse": "decision", "executes": True})
    with pytest.raises(ValidationError, match="waits for no suspension"):
        ProcedureDeclaration.model_validate(body)
