"""Computed values of a record follow from the others whenever it is written, and nobody enters them."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from amur.base.acting import PUBLIC, system
from amur.base.faults import Invalid
from amur.base.fields import Lookups, field_of
from amur.registers import acts, reads
from amur.registers.checks import Known, check_register
from amur.registers.computing import computed
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCES_BODY, text

FIELDS = [
    {"id": "watts", "type": "number", "title": text("Watts"), "required": False, "openness": "public"},
    {"id": "lit_on", "type": "date", "title": text("Lit on"), "required": False, "openness": "public"},
]


def declared(*fields):
    return tuple(field_of(field) for field in (*FIELDS, *fields))


def told(expression, result, name="told"):
    return {"id": name, "type": "computed", "title": text("Told"), "expression": expression, "result": result} | {
        "openness": "public"
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("expression", "result", "values", "expected"),
    [
        ("record.watts * 2", {"type": "number"}, {"watts": 12}, 24),
        ("record.watts * 2", {"type": "number"}, {"told": 99}, None),
        ("add_days(record.lit_on, 1)", {"type": "date"}, {"lit_on": "2026-02-28"}, "2026-03-01"),
        ("record.watts > 10", {"type": "yes_no"}, {"watts": 12}, True),
        ("double(record.watts) / 8.0", {"type": "number", "decimals": 2}, {"watts": 12}, "1.50"),
    ],
)
def test_a_value_follows_from_the_others(expression, result, values, expected):
    fields = declared(told(expression, result))
    assert computed(fields, values, Lookups(date(2026, 1, 1))).get("told") == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("expression", "result", "code"),
    [
        ("1 / record.watts", {"type": "number"}, "computed"),
        ("record.watts - 5", {"type": "number", "minimum": 0}, "too_small"),
        ("record.watts", {"type": "period"}, "computed"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_field(expression, result, code):
    with pytest.raises(Invalid) as error:
        computed(declared(told(expression, result)), {"watts": 0}, Lookups(date(2026, 1, 1)))
    assert error.value.fields["told"][0] == code


def test_a_record_without_computed_fields_is_left_as_it_is():
    assert computed(declared(), {"watts": 1}, Lookups(date(2026, 1, 1))) == {"watts": 1}


@pytest.mark.django_db
def test_a_record_is_computed_when_it_is_written_and_again_when_it_changes(now):
    body = copy.deepcopy(LICENCES_BODY)
    body["fields"] += [*FIELDS, told("record.watts * 2", {"type": "number"})]
    sync(now, {("register", "licences"): body})
    options = {"by": system("test"), "now": now, "valid_from": date(2026, 3, 10), "reason": "r", "source": "s"}
    values = {"name": "灯", "colour": "red", "keeper": "123", "granted_on": "2026-03-10", "state": "in_force"}
    for watts in (12, 30):
        acts.write_record("licences", "A", values | {"watts": watts}, through="filing", **options)
        assert reads.record(PUBLIC, "licences", "A").values["told"] == watts * 2


def test_what_cannot_be_computed_is_found_in_the_pack():
    body = copy.deepcopy(LICENCES_BODY)
    body["fields"] += [
        FIELDS[0] | {"when": "true"},
        told("record.wats * 2", {"type": "number"}),
        told("record.later * 2", {"type": "number"}, "early"),
        told("record.watts", {"type": "period"}, "group"),
    ]
    known = Known(codelists={"colours"}, schemes={"keeper"})
    declaration = RegisterDeclaration.model_validate(body)
    found = {
        (fault.file, fault.check)
        for fault in check_register(declaration, known, lambda path: (".".join(map(str, path)), 1))
    }
    assert found == {
        ("fields.6.when", "register.condition"),
        ("fields.7.expression", "computed"),
        ("fields.8.expression", "computed"),
        ("fields.9.expression", "computed"),
    }
