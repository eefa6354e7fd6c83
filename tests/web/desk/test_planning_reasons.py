"""Why a study has no result is said by codes in the language of the page, with every value and what to do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

import amur
from amur.base.faults import Fault
from amur.methods.filing.tables import TableError
from amur.methods.filing.worded import worded
from amur.methods.siting.reasons import SAID
from amur.studies.acts import running
from amur.web.desk.planning import tables
from amur.web.desk.planning.reasons import NO_PLAN, OTHERS, said

_HOLE = re.compile(r"%\((\w+)\)s")
_RAISED_IN = ("studies", "methods/siting", "methods/filing")


def _holes(code: str) -> set[str]:
    with translation.override("en"):
        return {name for words in (NO_PLAN | OTHERS)[code] for name in _HOLE.findall(words())}


def _raised() -> dict[str, list[set[str]]]:
    """Return with what each error or reason is made that is called by a code, wherever that is."""
    found: dict[str, list[set[str]]] = {}
    for room in _RAISED_IN:
        for file in sorted((Path(amur.__file__).parent / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "AmurError":
                    code = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
                    found.setdefault(code, []).append({one.arg for one in node.keywords})
    return found


def test_every_reason_without_a_plan_has_words_of_the_page_and_no_other():
    assert set(NO_PLAN) == set(SAID)


@pytest.mark.parametrize("code", sorted(NO_PLAN))
def test_a_reason_without_a_plan_gives_what_its_words_want(code):
    assert _holes(code) <= {*re.findall(r"\{(\w+)\}", SAID[code])}


@pytest.mark.parametrize("code", sorted(set(OTHERS) - {"killed", "ended_by_signal", "ended_with_code"}))
def test_an_error_is_raised_with_what_its_words_want(code):
    assert _raised()[code], "nobody raises it"
    for given in _raised()[code]:
        assert _holes(code) <= given, code


@pytest.mark.parametrize("exit_code", [-9, -15, 3])
def test_a_computation_that_ended_gives_what_its_words_want(exit_code):
    reason = running._ended(exit_code)
    assert _holes(reason.code) == set(reason.details)


@pytest.mark.parametrize("code", sorted(NO_PLAN | OTHERS))
def test_each_is_said_in_both_languages_with_the_same_values(code):
    words, advice = (NO_PLAN | OTHERS)[code]
    with translation.override("en"):
        english = [words(), advice()]
    with translation.override("zh-hans"):
        chinese = [words(), advice()]
    for one, other in zip(english, chinese, strict=True):
        assert set(_HOLE.findall(one)) == set(_HOLE.findall(other))
        assert bool(one) == bool(re.search(r"[\u4e00-\u9fff]", other)), other


def test_faults_of_a_table_are_told_row_by_row_and_counted():
    made = [Fault("a.csv", line, "size", worded("number", typed="-2"), worded("write_number")) for line in range(2, 72)]
    reasons = TableError("a.csv", made, len(made)).reasons
    with translation.override("zh-hans"):
        told = [said(one.code, one.message, one.details).found for one in reasons]
    assert (len(told), told[0]) == (52, "a.csv：70 处有误")
    assert told[1] == "第 2 行 size 列：写的是 -2；请写数字"
    assert "20" in told[-1]


def test_what_has_no_words_is_said_as_it_stands():
    with translation.override("zh-hans"):
        assert said("odd", "it is odd; mend it", {}).found == "it is odd; mend it"
        assert said("bad_table", "a.csv: broken", {}).found == "a.csv: broken"
        assert tables.said("odd", {}) == ""
