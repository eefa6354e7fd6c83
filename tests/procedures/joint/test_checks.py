"""What the checks say of joint work: where, and what was found."""

from __future__ import annotations

import copy

import pytest
from pydantic import ValidationError

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.joint.checks import check_joint
from amur.procedures.joint.declarations import Joint
from amur.registers.checks import Known
from tests.procedures.joint.samples import JOINT_BODY
from tests.procedures.opinions.samples import tower

KNOWN = Known(roles={"handler", "head", "decider", "reviewer", "investigator", "eraser"})
BODIES = {"bureau", "police", "market_office", "fire_office", "bureau_of_the_south"}


def faults(change=None):
    joint = copy.deepcopy(JOINT_BODY)
    if change:
        change(joint)
    definition = ProcedureDeclaration.model_validate(tower(joint=joint))
    return list(check_joint(definition, KNOWN, BODIES, lambda path: (".".join(map(str, path)), 7)))


def test_good_joint_work_has_no_fault_and_none_has_none():
    assert not faults()
    plain = ProcedureDeclaration.model_validate(tower())
    assert not list(check_joint(plain, KNOWN, BODIES, lambda path: ("x", 1)))


@pytest.mark.parametrize(
    ("change", "where", "check"),
    [
        (lambda one: one["parts"][0].update(role="nobody"), "joint.parts.0.role", "joint.role"),
        (lambda one: one["parts"][0].update(by=["nobody"]), "joint.parts.0.by.0", "joint.role"),
        (lambda one: one["parts"][1].update(bodies=["bureau"]), "joint.parts.1.bodies.0", "joint.body"),
        (lambda one: one["parts"][0].update(shares=["shoe_size"]), "joint.parts.0.shares.0", "joint.field"),
        (lambda one: one["hand_over"].update(to=["nowhere"]), "joint.hand_over.to.0", "joint.body"),
        (lambda one: one["hand_over"].update(states=["asleep"]), "joint.hand_over.states.0", "joint.state"),
        (lambda one: one["hand_over"].update(by=["nobody"]), "joint.hand_over.by.0", "joint.role"),
        (lambda one: one["hand_over"].update(role="investigator"), "joint.hand_over.role", "joint.role"),
    ],
)
def test_a_fault_is_told_with_its_place(change, where, check):
    assert [(one.file, one.line, one.check) for one in faults(change)] == [(where, 7, check)]


def test_a_part_that_is_not_declared_is_none():
    with pytest.raises(KeyError):
        Joint.model_validate(JOINT_BODY).part("nothing")


@pytest.mark.parametrize(
    ("said", "message"),
    [({}, "neither parts nor hand_over"), ({"parts": [JOINT_BODY["parts"][0]] * 2}, "part 'traces' twice")],
)
def test_joint_work_says_what_and_names_each_part_once(said, message):
    with pytest.raises(ValidationError, match=message):
        Joint.model_validate(said)
