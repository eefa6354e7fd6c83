"""A pack whose ties name what is not there is told so, with the line."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.ties.checks import check_ties
from amur.registers.checks import Known
from tests.procedures.samples import BASIS
from tests.procedures.ties.samples import TIES_BODY, TOLD, body

KNOWN = Known(roles=frozenset({"handler", "decider"}))


def found(changed=None, **ties):
    declared = ProcedureDeclaration.model_validate(changed or body(**ties))
    faults = check_ties(declared, KNOWN, Beside(), lambda path: (".".join(map(str, path)), 1))
    return [(fault.file, fault.check) for fault in faults]


def changed(name, **more):
    return {name: TIES_BODY[name] | more}


def test_a_whole_declaration_has_no_faults():
    assert found() == []


@pytest.mark.parametrize(
    ("ties", "where", "check"),
    [
        (changed("merge", by=["nobody"]), "ties.merge.by.0", "ties.role"),
        (changed("merge", event="refuse"), None, "ties.event"),
        (changed("merge", same=["weight"]), "ties.merge.same.0", "ties.field"),
        (changed("mass", same=["plan"]), "ties.mass.same.0", "ties.field"),
        (changed("split", into=["filing"]), "ties.split.into.0", "ties.procedure"),
        (
            changed("duplicates", rules=[{"id": "a", "same": ["name", "gone"], "days": 1}]),
            "ties.duplicates.rules.0.same.1",
            "ties.field",
        ),
        (changed("mass", notice=TOLD | {"body": {"zh": "{where}", "en": "{where}"}}), None, "effect.notice"),
    ],
)
def test_what_is_named_and_not_there_is_found(ties, where, check):
    first = found(**ties)[0]
    assert first[1] == check
    assert where in {None, first[0]}


def test_an_arrow_that_no_tie_names_and_ends_that_are_none_are_found():
    assert ("transitions.8.by", "ties.event") in found(split=None)
    wrong = body()
    wrong["transitions"][7]["to"] = "accepted"
    wrong["transitions"][9]["from"] = ["accepted"]
    assert found(wrong) == [("ties.merge.event", "ties.end"), ("ties.reopen.0.event", "ties.end")]
    without = body()
    del without["ties"]
    assert {check for _, check in found(without)} == {"ties.event"}


def test_ties_that_say_nothing_or_a_rule_twice_are_no_declaration():
    rule = {"id": "a", "same": ["name"], "days": 1}
    for ties in ({}, {"duplicates": {"by": ["handler"], "rules": [rule, rule]}}):
        with pytest.raises(ValidationError, match=r"nothing|twice"):
            ProcedureDeclaration.model_validate(body() | {"ties": ties})


def test_a_notice_of_a_reopening_is_looked_at_too():
    one = TIES_BODY["reopen"][0] | {"notice": TOLD | {"body": {"zh": "{x}", "en": "{x}"}}, "basis": [BASIS]}
    assert {check for _, check in found(reopen=[one])} == {"effect.notice"}
