"""The imaginary pack shows each thing that a pack can say, so whoever writes one finds an example of it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from amur.base.declared import inside
from amur.base.fields import TYPES, FieldDeclaration
from amur.packs.reads import load
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effects import Effect
from amur.registers.declarations import RegisterDeclaration

LANTERN = Path(__file__).resolve().parents[2] / "packs" / "lantern"


@pytest.fixture(scope="module")
def declared():
    pack = load(LANTERN)
    return [one for kind in (ProcedureDeclaration, RegisterDeclaration) for _, one in pack.of(kind)]


def test_a_field_of_each_type(declared):
    used = {one.type for each in declared for _, one in inside(each) if isinstance(one, FieldDeclaration)}
    assert set(TYPES) - used == set()


def test_each_effect(declared):
    known = set(get_args(get_args(Effect)[0]))
    used = {type(one) for each in declared for _, one in inside(each)}
    assert {one.__name__ for one in known - used} == set()


def test_each_unit_of_time_but_years(declared):
    clocks = [clock for each in declared if isinstance(each, ProcedureDeclaration) for clock in each.clocks]
    assert {clock.period.unit for clock in clocks} >= {"working_days", "hours", "months"}
    assert any(clock.extension for clock in clocks)
    assert any(clock.pause for clock in clocks)


def test_a_reminder_and_a_supplement_that_is_asked_item_by_item(declared):
    procedures = [each for each in declared if isinstance(each, ProcedureDeclaration)]
    assert any(clock.remind for each in procedures for clock in each.clocks)
    assert any(arrow.supplement for each in procedures for arrow in each.transitions)
