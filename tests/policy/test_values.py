"""Dated values: what is in force on a day, what is wrong with a declaration, and what a gap says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from amur.base.acting import system
from amur.base.faults import NotFound
from amur.policy import acts, checks, reads
from amur.policy.declarations import ValueDeclaration
from amur.policy.engine import values

BASIS = {"title": {"zh": "章程", "en": "Charter"}, "article": "3"}
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def entry(since: str | date, until: str | date | None = None, value: int | str = 1) -> dict[str, Any]:
    return {"valid_from": str(since), "valid_to": str(until) if until else None, "value": value, "basis": BASIS}


def declared(*entries: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"id": "dues", "title": {"zh": "灯费", "en": "Dues"}, "type": "integer", **options, "entries": list(entries)}


def faults_of(body: dict[str, Any]) -> list[tuple[int, str, str]]:
    lines = {("entries", place): 10 * (place + 1) for place in range(9)}
    found = checks.check_value(
        ValueDeclaration.model_validate(body), lambda path: ("dues.value.yaml", lines.get(path[:2], 1))
    )
    return [(fault.line, fault.check, fault.found) for fault in found]


def test_a_gap_is_no_fault_and_an_overlap_names_both_lines() -> None:
    gap = declared(entry("2025-01-01", "2025-06-30"), entry("2026-01-01"))
    assert faults_of(gap) == []
    overlap = declared(entry("2025-01-01"), entry("2026-01-01"))
    assert faults_of(overlap) == [
        (20, "value.overlap", "the entry from 2026-01-01 overlaps the one from 2025-01-01 in line 10")
    ]


def test_all_faults_of_a_value_are_found_at_once() -> None:
    body = declared(entry("2025-02-01", "2025-01-01", "1"), entry("2026-01-01", None, "x"))
    assert [check for _, check, _ in faults_of(body)] == ["value.type", "value.period", "value.type"]


@pytest.mark.parametrize(
    ("options", "written", "value"),
    [
        ({}, 3, 3),
        ({"type": "days", "counting": "working"}, 20, 20),
        ({"type": "decimal"}, "0.030", "0.030"),
        ({"type": "money", "currency": "CNY"}, "30000", 3_000_000),
        ({"type": "money", "currency": "CNY"}, "-0.5", -50),
        ({"type": "money", "currency": "JPY", "decimals": 0}, "7", 7),
    ],
)
def test_a_value_has_the_type_that_is_declared(options: dict[str, Any], written: int | str, value: int | str) -> None:
    found = values.in_force(
        ValueDeclaration.model_validate(declared(entry("2026-01-01", None, written), **options)), date(2026, 1, 1)
    )
    assert found is not None
    assert (found.value, found.written) == (value, str(written))


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ({}, "3"),
        ({"type": "days", "counting": "calendar"}, -1),
        ({"type": "decimal"}, "1e3"),
        ({"type": "decimal"}, 3),
        ({"type": "money", "currency": "CNY"}, "1.005"),
        ({"type": "money", "currency": "CNY"}, "01"),
    ],
)
def test_what_is_not_of_the_type_is_a_fault(options: dict[str, Any], written: int | str) -> None:
    assert [check for _, check, _ in faults_of(declared(entry("2026-01-01", None, written), **options))] == [
        "value.type"
    ]


@pytest.mark.parametrize(
    "options", [{"currency": "CNY"}, {"type": "money"}, {"type": "days"}, {"counting": "working"}, {"entries": []}]
)
def test_options_of_another_type_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ValueDeclaration.model_validate({**declared(entry("2026-01-01")), **options})


def test_a_truth_value_is_no_number() -> None:
    with pytest.raises(ValidationError):
        ValueDeclaration.model_validate(declared(entry("2026-01-01", None, True)))


@given(st.lists(st.tuples(DAYS, st.none() | st.integers(0, 400)), min_size=1, max_size=6), DAYS)
def test_without_overlaps_at_most_one_entry_holds_on_any_day(periods: list[tuple[date, int | None]], on: date) -> None:
    body = declared(
        *(
            entry(since, None if length is None else since + timedelta(days=length), number)
            for number, (since, length) in enumerate(periods)
        )
    )
    declaration = ValueDeclaration.model_validate(body)
    holding = [
        place
        for place, one in enumerate(declaration.entries)
        if one.valid_from <= on and (one.valid_to is None or on <= one.valid_to)
    ]
    found = values.in_force(declaration, on)
    assert (found is None) == (not holding)
    if found is not None:
        assert found.value == holding[0]
    if not list(values.overlaps(declaration.entries)):
        assert len(holding) <= 1


@pytest.mark.django_db
def test_asking_in_a_gap_says_which_value_and_which_day(now: datetime) -> None:
    body = declared(
        entry("2025-01-01", "2025-06-30", 5), entry("2026-01-01", None, 7), unit={"zh": "盏", "en": "lamps"}
    )
    item = acts.Item("value", "dues", body, "dues.value.yaml")
    with transaction.atomic():
        acts.sync_release("lantern", "1.0.0", [item], by=system("sync"), now=now)
    found = reads.value("dues", date(2026, 3, 1))
    assert found.unit is not None
    assert (found.value, found.unit.en, found.declaration_hash) == (7, "lamps", item.hash)
    assert found.as_json()["basis"] == found.basis.model_dump(mode="json")
    with pytest.raises(NotFound, match=r"'dues' is on 2025-07-01") as caught:
        reads.value("dues", date(2025, 7, 1))
    assert caught.value.code == "value_gap"
    with pytest.raises(NotFound):
        reads.value("other", date(2026, 3, 1))
