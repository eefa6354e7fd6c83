"""The licence platform of the province's pack, against a recorded other side: what goes over the line and what comes back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from amur.base.acting import SYSTEM, Actor, system
from amur.exchange import acts
from amur.exchange.acts import Came
from amur.exchange.models import Message
from amur.procedures import acts as procedures
from amur.registers import reads as registers
from tests.exchange.conftest import work
from tests.exchange.other_side import SECRET, TOKEN, OtherSide, serving
from tests.packs.part import sync_part
from tests.procedures.pack import PDF

pytestmark = pytest.mark.django_db
NAME, FIRM = "telecom_licence_platform", Actor("anonymous", client="portal")
THEM = system(f"exchange:{NAME}", client="api")
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
NEEDED = {"procedure": {"telecom_licence"}, "register": {"telecom_licences"}, "exchange": {NAME}}
FORM = {
    "offered": json.dumps([{"service": "B25", "what": "信息发布平台", "starts_on": "2026-06-01"}]),
    "staff": json.dumps([{"post": "technology", "people": 8, "insured": 8}]),
    "enterprise_name": "例江云桥信息（演示）有限公司",
    "credit_code": "91239900MA0DEM0017",
    "region": "230100",
    "registered_capital": "1000000",
    "foreign_investment": "no",
    "legal_representative": "例法人",
    "contact_name": "例经办",
    "contact_telephone": "0451-00000000",
    "by_agent": "no",
    "catalogue_edition": "2019",
    "several_provinces": "no",
}


@pytest.fixture
def platform(settings):
    sync_part(NEEDED, NOW)
    with serving(OtherSide()) as side:
        settings.EXCHANGES = {
            NAME: {"url": side.url, "secret": SECRET, "clients": {"national": TOKEN}, "simulated": False}
        }
        yield side


def apply():
    draft = procedures.open_draft("telecom_licence", by=FIRM, now=NOW)
    for page in ("enterprise", "owners", "contact", "agent", "offered", "coverage", "staff"):
        draft = procedures.save_step(draft.id, page, FORM, version=draft.version, by=FIRM, now=NOW)
    for name in ("plan", "security_plan", "ownership", "staff_proof", "lawful_promise"):
        procedures.attach(draft.id, name, [PDF], "材料.pdf", by=FIRM, now=NOW)
    draft.refresh_from_db()
    return procedures.submit(draft.id, version=draft.version, by=FIRM, now=NOW)


def hear(name: str, **values: str):
    return acts.receive(NAME, name, values, came=Came("api", THEM), by=THEM, now=NOW)


def test_an_application_goes_over_once_and_its_licence_comes_back(platform):
    platform.answers = [(503, {})]
    case = apply()
    work(NOW)
    work(datetime(2026, 3, 10, 3, tzinfo=UTC))
    told = platform.fields()
    assert [(one["services"], one["edition"], one["credit_code"]) for one in told] == [
        ("B25", "2019", "91239900MA0DEM0017")
    ]
    assert "材料" not in str(told), "papers are not sent, and nobody's name but the contact's"
    assert "例法人" not in str(told)
    case.refresh_from_db()
    assert (case.state, Message.objects.get().their_number) == ("with_platform", "T1")
    hear("licence_accepted", serial="1", order="T1")
    granted = {"licence": "黑B2-20260001", "services": "B25", "granted_on": "2026-03-10", "valid_until": "2031-03-09"}
    hear("licence_granted", serial="2", order="T1", **granted)
    hear("licence_granted", serial="2", order="T1", **granted)
    case.refresh_from_db()
    found = registers.record(SYSTEM, "telecom_licences", "黑B2-20260001")
    assert (case.state, found.values["services"], found.values["catalogue_edition"]) == ("licensed", ["B25"], "2019")
