"""How mistakes are put right is checked: names, what can take a place, and what counter-acts."""

from __future__ import annotations

import copy

import pytest

from amur.procedures.correcting.checks import check_correction
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.corrected import CORRECTABLE
from tests.procedures.samples import LICENCE, LICENCES_BODY

BESIDE = Beside({"licences": RegisterDeclaration.model_validate(LICENCES_BODY)}, {"licence": LICENCE})
KNOWN = Known(languages=("zh", "en"), roles=frozenset({"decider", "handler"}))


def _faults(change):
    body = copy.deepcopy(CORRECTABLE)
    change(body["correction"])
    definition = ProcedureDeclaration.model_validate(body)
    return {one.check for one in check_correction(definition, KNOWN, BESIDE, lambda path: ("p", len(path)))}


def test_a_whole_rule_has_no_fault_and_no_rule_none():
    assert _faults(lambda rule: None) == set()
    assert list(check_correction(LICENCE, KNOWN, BESIDE, lambda _: ("p", 1))) == []


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda rule: rule.update(by=["gone"]), "correction.role"),
        (lambda rule: rule.update(fields=["plan"]), "correction.field"),
        (lambda rule: rule["events"][0].update(event="gone"), "correction.event"),
        (lambda rule: rule["events"][0].update(event="withdraw"), "correction.event"),
        (lambda rule: rule["events"][0].update(supersede=["gone"]), "correction.event"),
        (lambda rule: rule["events"][0].update(supersede=["surrender"]), "correction.supersede"),
        (lambda rule: rule["events"][0].update(to="withdrawn"), "correction.state"),
        (lambda rule: rule["events"][0]["effects"][0].update(register="gone"), "effect.register"),
        (lambda rule: rule["notice"]["body"].update(en="{gone}"), "effect.notice"),
    ],
)
def test_what_is_wrong_with_a_rule_is_found(change, check):
    assert check in _faults(change)


@pytest.mark.parametrize("change", [{"events": [], "fields": []}, {"events": [{"event": "grant"}] * 2}])
def test_a_rule_that_says_nothing_or_one_thing_twice_is_none(change):
    with pytest.raises(ValueError, match=r"neither|twice"):
        ProcedureDeclaration.model_validate(CORRECTABLE | {"correction": CORRECTABLE["correction"] | change})
