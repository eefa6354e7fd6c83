"""A message that opens a case says whose it is: of the enterprise that its form names, if somebody acts for it."""

from __future__ import annotations

import copy

import pytest

from amur.base.acting import Actor
from amur.base.faults import Refused
from amur.exchange.checks import Beside, check_exchange
from amur.exchange.declarations import ExchangeDeclaration
from amur.people.models import Account, Enterprise, Membership
from amur.procedures.acts import drafts
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers.checks import Known
from tests.exchange.conftest import send_order
from tests.exchange.hotline import HOTLINE, PACK, WORK_ORDER
from tests.procedures.pack import sync
from tests.procedures.samples import text

pytestmark = pytest.mark.django_db
FIELD = {"id": "firm", "type": "identifier", "scheme": "keeper", "title": text("Firm"), "required": False}


def told(field: str = "firm") -> tuple[dict, dict]:
    """Return the work order with the number of a firm, and the exchange that says whose case it is."""
    order, exchange = copy.deepcopy(WORK_ORDER), copy.deepcopy(HOTLINE)
    order["pages"][0]["fields"].append(FIELD)
    order["opened_only"] = True
    exchange["inbound"][0]["fields"].append(FIELD)
    exchange["inbound"][0]["does"]["values"]["firm"] = "message.firm"
    exchange["inbound"][0]["does"]["firm"] = {"scheme": "keeper", "field": field}
    return order, exchange


def test_it_is_the_case_of_the_firm_that_somebody_acts_for_and_nobody_elses(now):
    order, exchange = told()
    sync(now, PACK | {("procedure", "work_order"): order, ("exchange", "hotline"): exchange})
    firm = Enterprise.objects.create(scheme="keeper", identifier="123", name="House")
    assert send_order(now, firm="123").enterprise_id == ""
    account = Account.objects.create(username="keeper", email="k@example.org")
    Membership.objects.create(account=account, enterprise=firm, role="owner", since=now)
    case = send_order(now, firm="123", 流水号="2", 工单编号="W-2")
    assert case.enterprise_id == str(firm.pk)
    with pytest.raises(Refused, match="nobody applies"):
        drafts.open_draft("work_order", by=Actor("anonymous", client="portal"), now=now)
    nobodys = send_order(now, 流水号="3", 工单编号="W-3")
    assert nobodys.enterprise_id == ""


def test_a_firm_that_no_identifier_of_the_form_names_is_a_fault():
    order, exchange = told("matter")
    beside = Beside({"work_order": ProcedureDeclaration.model_validate(order)})
    declared = ExchangeDeclaration.model_validate(exchange)
    assert declared.opened == {"work_order", "desk_task"}
    found = check_exchange(declared, Known(), beside, ["bureau"], lambda _at: ("x.yaml", 1))
    assert [one.found for one in found if one.check == "exchange.firm"] == [
        "the form has no identifier 'matter' of the scheme 'keeper'"
    ]
