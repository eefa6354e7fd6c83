"""A pack that cannot say what is to be paid, or that waits for what is never demanded, is told so by line."""

from __future__ import annotations

import copy

import pytest
from pydantic import ValidationError

from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.fees.declarations import Cap, DuePeriod, Fee, Surcharge
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.fees.charged import FEE, licence
from tests.procedures.samples import BASIS, LICENCES_BODY, text

KNOWN = Known(
    codelists={"colours"},
    schemes={"keeper"},
    roles={"handler", "decider", "cashkeeper"},
    values={"base_fee": "money", "watt_fee": "money", "late_rate": "decimal"},
    currencies={"base_fee": "CNY", "watt_fee": "CNY"},
)
REGISTERS = {"licences": RegisterDeclaration.model_validate(LICENCES_BODY)}


def faults_of(change=lambda _: None, known=KNOWN):
    body = licence()
    change(body)
    definition = ProcedureDeclaration.model_validate(body)
    return check_procedure(
        definition, known, Beside(REGISTERS), ("bureau",), lambda path: (".".join(map(str, path)), 1)
    )


def put(value, *path):
    def change(body):
        place = body
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def test_a_procedure_that_charges_well_has_no_faults():
    assert [str(fault) for fault in faults_of()] == []


def second(body):
    body["fees"].append(copy.deepcopy(FEE) | {"id": "copy", "currency": "EUR", "amount": "1", "exemptions": []})


@pytest.mark.parametrize(
    ("change", "at", "check"),
    [
        (put("value.nothing", "fees", 0, "amount"), "fees.0.amount", "fees.value"),
        (put("form.name", "fees", 0, "amount"), "fees.0.amount", "fees.value"),
        (put("1.5", "fees", 0, "amount"), "fees.0.amount", "fees.value"),
        (put("form.watts", "fees", 0, "exemptions", 0, "when"), "fees.0.exemptions.0.when", "fees.value"),
        (put("value.base_fee", "fees", 0, "surcharge", "per_day"), "fees.0.surcharge.per_day", "fees.value"),
        (
            put({"amount": "value.x"}, "fees", 0, "surcharge", "cap"),
            "fees.0.surcharge.cap.amount",
            "fees.value",
        ),
        (put(["vanish"], "fees", 0, "on"), "fees.0.on.0", "fees.event"),
        (put(["vanish"], "fees", 0, "ends_on"), "fees.0.ends_on.0", "fees.event"),
        (put(["cook"], "fees", 0, "by"), "fees.0.by.0", "fees.role"),
        (put("EUR", "fees", 0, "currency"), "fees.0.amount", "fees.currency"),
        (second, "fees.1.currency", "fees.currency"),
        (put(["grant"], "fees", 0, "on"), "transitions.3.when", "fees.never_demanded"),
        (put("fees.licence.paid", "transitions", 3, "when"), "transitions.3.when", "fees.exempt_waits"),
        (put("fees.other.paid", "transitions", 3, "when"), "transitions.3.when", "guard"),
        (put("fees.licence.amount", "transitions", 3, "when"), "transitions.3.when", "guard"),
    ],
)
def test_what_is_wrong_with_fees_is_found_where_it_stands(change, at, check):
    assert (at, check) in {(fault.file, fault.check) for fault in faults_of(change)}


def test_a_sum_that_reads_what_is_personal_would_tell_it():
    def change(body):
        body["pages"][0]["fields"][4] |= {"personal": True}

    assert {fault.check for fault in faults_of(change)} >= {"fees.personal"}


def test_what_is_paid_at_the_beginning_is_demanded_before_everything():
    assert faults_of(put(["submitted"], "fees", 0, "on")) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"basis": []}, "basis"),
        ({"surcharge": {"title": text("x"), "per_day": "0.01", "basis": [BASIS]}}, "cap"),
        ({"surcharge": {"title": text("x"), "per_day": "3", "cap": {"percent": 1}, "basis": [BASIS]}}, "per_day"),
        ({"currency": "XYZ"}, "ISO 4217"),
        ({"due": {"days": 3}}, "last_day"),
        ({"due": {}}, "no period"),
    ],
)
def test_a_fee_says_its_basis_its_cap_and_its_currency(change, said):
    with pytest.raises(ValidationError, match=said):
        Fee.model_validate(FEE | change)


def test_a_surcharge_and_a_cap_say_one_thing_each():
    for body in ({}, {"per_day": "0.03", "fixed": "100"}):
        with pytest.raises(ValidationError, match="either per_day or fixed"):
            Surcharge.model_validate({"title": text("x"), "cap": {"percent": 100}, "basis": [BASIS]} | body)
    for body in ({}, {"percent": 1, "amount": "1"}):
        with pytest.raises(ValidationError, match="either a percent"):
            Cap.model_validate(body)
    with pytest.raises(ValidationError, match="working_days and days"):
        DuePeriod(working_days=3, days=3)


def test_two_fees_of_one_id_are_refused():
    body = licence()
    body["fees"] *= 2
    with pytest.raises(ValidationError, match="found fee 'licence' twice"):
        ProcedureDeclaration.model_validate(body)


def test_a_fee_knows_its_decimals_and_exemptions():
    fee = Fee.model_validate(FEE)
    assert (fee.decimals, fee.exemption("small").percent, fee.exemption("")) == (2, 50, None)
    assert Fee.model_validate(FEE | {"currency": "JPY"}).decimals == 0
