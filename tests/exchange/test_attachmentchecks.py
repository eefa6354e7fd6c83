"""Each fault of files that travel with messages is found where it stands."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from amur.base.faults import Fault
from amur.exchange.checks import Beside, check_exchange
from amur.exchange.declarations import ExchangeDeclaration
from tests.exchange.hotline import HOTLINE, NATIONAL, word
from tests.exchange.test_checks import BESIDE, KNOWN, locate
from tests.exchange.travelling import TRAVELLING, file

TRAVELS = TRAVELLING["exchange", "hotline"]
ORDERS = type(BESIDE.procedures["work_order"]).model_validate(TRAVELLING["procedure", "work_order"])
HELD = Beside({**BESIDE.procedures, "work_order": ORDERS}, BESIDE.registers, BESIDE.codelists, BESIDE.exchanges)
REPLY, ORDER, REDO, CLOSED, COMPARED = 3, 0, 1, 2, ("reconciliation", 0, "compare", 1)


def faults(*changes: tuple[tuple[str | int, ...], Any], of: dict[str, Any] = TRAVELS) -> list[Fault]:
    """Return the faults of the exchange whose messages take files along, with some things in it said otherwise."""
    body = copy.deepcopy(of)
    for at, value in changes:
        inner = body
        for step in at[:-1]:
            inner = inner[step]
        inner[at[-1]] = value
    return check_exchange(ExchangeDeclaration.model_validate(body), KNOWN, HELD, {"bureau"}, locate)


def the(found: list[Fault]) -> tuple[str, str, str]:
    [one] = found
    assert one.check == "exchange.attachment"
    return one.file, one.found, one.fix


def test_an_exchange_whose_messages_take_files_along_has_no_fault():
    assert faults() == []


@pytest.mark.parametrize("name", ["song", "matter"])
def test_what_goes_is_the_file_of_a_field_that_holds_one(name):
    where, found, fix = the(faults((("outbound", REPLY, "attachments", 1, "field"), name)))
    assert where == f"outbound.{REPLY}.attachments.1.field"
    assert found == f"{name!r} is no field that holds a file"
    assert all(held in fix for held in ("photo", "plan", "report", "proof"))


def test_a_document_that_goes_is_issued_by_the_procedure():
    where, found, fix = the(faults((("outbound", REPLY, "attachments", 2, "document"), "song")))
    assert (where, found) == (
        f"outbound.{REPLY}.attachments.2.document",
        "'song' is no document that is issued there",
    )
    assert "note" in fix


def test_a_message_about_a_record_takes_no_files_along():
    added = (("outbound", 0, "attachments"), [{"name": "PHOTO", "field": "photo"}])
    where, found, fix = the(faults(added, of=NATIONAL))
    assert (where, found) == ("outbound.0.attachments", "a message about a record has no files")
    assert fix == "send them with a case"


def test_files_of_an_unknown_procedure_are_one_fault_and_not_two():
    [one] = faults((("outbound", REPLY, "procedure"), "song"), (COMPARED[:-1], HOTLINE["reconciliation"][0]["compare"]))
    assert (one.file, one.check) == (f"outbound.{REPLY}.procedure", "exchange.procedure")


@pytest.mark.parametrize(
    "calls_it_so",
    [
        (("inbound", REDO, "fields"), [word(name) for name in ("serial", "order_no", "why", "attachments")]),
        (("inbound", REDO, "columns"), {"why": "attachments"}),
    ],
)
def test_no_field_of_a_message_with_files_is_called_as_they_are(calls_it_so):
    where, found, fix = the(faults(calls_it_so))
    assert (where, found) == (f"inbound.{REDO}.fields", "'attachments' names the files of a call")
    assert fix == "call that field otherwise"


def test_a_field_may_be_called_attachments_where_no_files_come():
    fields = [word(name) for name in ("serial", "order_no", "attachments")]
    assert faults((("inbound", CLOSED, "fields"), fields)) == []


def test_a_message_that_writes_a_record_takes_no_files():
    added = (("inbound", 0, "attachments"), [{"name": "photo", "field": "photo"}])
    where, found, fix = the(faults(added, of=NATIONAL))
    assert (where, found) == ("inbound.0.attachments", "a record that another system writes takes no files")
    assert fix == "take them away"


@pytest.mark.parametrize(("name", "in_the_case"), [("song", False), ("matter", True), ("proof", True)])
def test_a_file_that_opens_a_case_is_of_a_field_of_its_form(name, in_the_case):
    assert in_the_case == (name in {one.id for one in ORDERS.data_fields})
    where, found, fix = the(faults((("inbound", ORDER, "attachments", 1, "field"), name)))
    assert (where, found) == (f"inbound.{ORDER}.attachments.1.field", f"{name!r} is no field that holds a file")
    assert fix == "choose from photo, plan"


@pytest.mark.parametrize("name", ["photo", "report"])
def test_a_file_that_moves_a_case_is_one_that_its_own_event_asks_for(name):
    where, found, fix = the(faults((("inbound", REDO, "attachments", 0, "field"), name)))
    assert (where, found) == (f"inbound.{REDO}.attachments.0.field", f"{name!r} is no field that holds a file")
    assert fix == "choose from proof"


@pytest.mark.parametrize("name", ["song", "signed", "closed"])
def test_only_messages_that_have_files_are_compared(name):
    where, found, fix = the(faults(((*COMPARED, "attachments_of"), ["reply", name])))
    assert where == "reconciliation.0.compare.1.attachments_of.1"
    assert found == f"{name!r} is no message about these cases that has files"
    assert fix == "choose from order, redo, reply"


@pytest.mark.parametrize("way", ["inbound", "outbound"])
def test_files_of_other_cases_are_not_compared_with_these(way):
    task = copy.deepcopy(TRAVELLING["procedure", "desk_task"])
    task["pages"][0]["fields"].append(file("photo", "image/png"))
    procedures = {**HELD.procedures, "desk_task": type(ORDERS).model_validate(task)}
    body = copy.deepcopy(TRAVELS)
    other = copy.deepcopy(body[way][0]) | {"id": "task", "attachments": [{"name": "photo", "field": "photo"}]}
    if way == "inbound":
        other["does"] |= {"procedure": "desk_task", "values": {"what": "message.matter"}}
    else:
        other |= {"procedure": "desk_task", "on": ["finish"]}
    body[way].append(other)
    body["reconciliation"][0]["compare"][1]["attachments_of"] = ["task"]
    beside = Beside(procedures, HELD.registers, HELD.codelists, HELD.exchanges)
    found = check_exchange(ExchangeDeclaration.model_validate(body), KNOWN, beside, {"bureau"}, locate)
    where, said, _ = the(found)
    assert where == "reconciliation.0.compare.1.attachments_of.0"
    assert said == "'task' is no message about these cases that has files"


def test_hashes_are_compared_with_a_field_of_text():
    number = {key: value for key, value in word("files", required=False).items() if key != "max_length"}
    fields = [*HOTLINE["reconciliation"][0]["fields"], number | {"type": "number"}]
    where, found, fix = the(faults((("reconciliation", 0, "fields"), fields)))
    assert (where, found) == ("reconciliation.0.compare.1.field", "'files' is a number, and hashes are text")
    assert fix == "use text"
