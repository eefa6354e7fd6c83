"""What the check of a pack finds about chains of signatures."""

from __future__ import annotations

import copy

import pytest
from pydantic import ValidationError

from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.signing.declarations import Chain, Vote
from amur.registers.checks import Known
from tests.procedures.signing.samples import CHAIN_BODY, HARBOUR_BODY

ROLES = {"handler", "decider", "chief", "lawyer", "leader", "councillor", "eraser"}
KNOWN = Known(codelists={"colours"}, schemes={"keeper"}, roles=ROLES)


def faults(change=lambda _: None):
    body = copy.deepcopy(HARBOUR_BODY)
    change(body)
    definition = ProcedureDeclaration.model_validate(body)
    bodies = {"bureau", "law_bureau"}
    return check_procedure(definition, KNOWN, Beside(), bodies, lambda path: (".".join(map(str, path)), 1))


def arrow(body, event):
    return next(one for one in body["transitions"] if one["event"] == event)


def step(place, **changes):
    return lambda body: body["sign_offs"][0]["steps"][place].update(changes)


def test_a_chain_that_can_be_walked_has_no_faults():
    assert [str(one) for one in faults()] == []


@pytest.mark.parametrize(
    ("change", "file", "check"),
    [
        (lambda body: arrow(body, "grant").update(sign_off="none"), "transitions.6.sign_off", "sign_off.chain"),
        (lambda body: arrow(body, "surrender").update(sign_off="water"), "transitions.8.sign_off", "sign_off.drafter"),
        (lambda body: arrow(body, "grant").update(by="decider"), "sign_offs.0", "sign_off.drafter"),
        (lambda body: arrow(body, "water_answers").pop("sign_off"), "sign_offs.1", "sign_off.unused"),
        (step(0, by="nobody"), "sign_offs.0.steps.0.by", "sign_off.role"),
        (step(1, body="nowhere"), "sign_offs.0.steps.1.body", "sign_off.body"),
        (step(1, not_by_actor_of=["dance"]), "sign_offs.0.steps.1.not_by_actor_of.0", "sign_off.event"),
        (step(3, when="form.watts"), "sign_offs.0.steps.3.when", "sign_off.when"),
        (step(3, when="form.lumens > 3"), "sign_offs.0.steps.3.when", "sign_off.when"),
        (
            lambda body: body["sign_offs"][1]["steps"][0].update(when="form.watts > 500"),
            "sign_offs.1.steps",
            "sign_off.nobody",
        ),
        (
            lambda body: arrow(body, "refuse").update(
                asks=[{"id": "map", "type": "file", "title": {"zh": "图", "en": "Map"}, "media_types": ["image/png"]}]
            ),
            "transitions.7.asks.0",
            "sign_off.file",
        ),
        (
            lambda body: body["phrases"][0]["text"].update(en="{reason} {colour}"),
            "phrases.0.text",
            "phrase.place",
        ),
        (lambda body: body["phrases"][1].update(events=["accept"]), "phrases.1.events.0", "phrase.event"),
    ],
)
def test_what_stands_in_the_way_is_found(change, file, check):
    assert (file, check) in {(one.file, one.check) for one in faults(change)}


@pytest.mark.parametrize(
    "change",
    [
        {"steps": []},
        {"steps": [CHAIN_BODY["steps"][0], CHAIN_BODY["steps"][0]]},
        {"steps": [{key: value for key, value in CHAIN_BODY["steps"][0].items() if key != "by"}]},
    ],
)
def test_a_chain_has_steps_each_with_a_name_and_a_role(change):
    with pytest.raises(ValidationError):
        Chain.model_validate(CHAIN_BODY | change)


def test_a_quorum_can_be_reached_and_chains_have_names():
    with pytest.raises(ValidationError, match="quorum"):
        Vote(members=3, quorum=4)
    with pytest.raises(KeyError):
        Chain.model_validate(CHAIN_BODY).step("none")
    with pytest.raises(KeyError):
        ProcedureDeclaration.model_validate(HARBOUR_BODY).chain("none")
