"""What is personal stays where it can be erased: found before a pack runs."""

from __future__ import annotations

import copy

import pytest

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.personalchecks import check_personal
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.samples import BASIS, LICENCE_BODY, LICENCES_BODY
from tests.procedures.test_checks import KNOWN, put

GRANT = 3


def faults_of(*changes, personal_target=False):
    body, register = copy.deepcopy(LICENCE_BODY), copy.deepcopy(LICENCES_BODY)
    for change in changes:
        change(body)
    if personal_target:
        register["fields"][-1]["personal"] = True
    definition = ProcedureDeclaration.model_validate(body)
    registers = {"licences": RegisterDeclaration.model_validate(register)}
    return [
        (fault.file, fault.check)
        for fault in check_personal(definition, KNOWN, Beside(registers), lambda path: (".".join(map(str, path)), 1))
    ]


def test_a_procedure_that_keeps_it_where_it_is_has_no_faults():
    assert faults_of() == []
    assert faults_of(put("erasure", value={"by": "decider", "basis": [BASIS]})) == []


@pytest.mark.parametrize(
    ("change", "at", "check"),
    [
        (put("erasure", value={"by": "nobody", "basis": [BASIS]}), "erasure.by", "procedure.role"),
        (put("subject_field", value="email"), "subject_field", "personal.subject"),
        (
            put("transitions", GRANT, "effects", 0, "key", value="form.email"),
            "transitions.3.effects.0.key",
            "personal.key",
        ),
        (
            put("transitions", GRANT, "effects", 0, "values", "remark", value="form.email"),
            "transitions.3.effects.0.values.remark",
            "personal.value",
        ),
        (
            put("transitions", GRANT, "effects", 0, "values", "remark", value="'to ' + form.email"),
            "transitions.3.effects.0.values.remark",
            "personal.value",
        ),
    ],
)
def test_each_fault_says_where_it_is(change, at, check):
    assert faults_of(change) == [(at, check)]


def test_a_personal_field_of_the_register_may_take_it():
    change = put("transitions", GRANT, "effects", 0, "values", "remark", value="form.email")
    assert faults_of(change, personal_target=True) == []
