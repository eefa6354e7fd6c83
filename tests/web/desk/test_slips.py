"""A case that the authority opened for somebody without an account: its code goes out on a slip, and that is recorded."""

from __future__ import annotations

import pytest

from amur.base.acting import SYSTEM
from amur.ledger import reads as ledger
from amur.procedures import acts
from amur.procedures.models import Case
from tests.web.house import House

pytestmark = pytest.mark.django_db


def test_the_code_is_printed_recorded_and_opens_the_case_without_an_account(house: House):
    case, desk = house.case, house.client("handler")
    path = f"/en/desk/cases/{case.number}/"
    assert "Print a slip with the code" not in desk.get(path).content.decode()
    refused = desk.post(f"{path}slip/")
    assert (refused.status_code, "the code is theirs" in refused.content.decode()) == (403, True)
    Case.objects.filter(pk=case.pk).update(channel="office", account_id="", enterprise_id="")
    assert "Print a slip with the code" in desk.get(path).content.decode()
    slip, code = desk.post(f"{path}slip/"), acts.query_code(case)
    assert (slip.status_code, slip["Cache-Control"]) == (200, "no-store")
    assert code in slip.content.decode()
    (entry,) = [one for one in ledger.entries_of(SYSTEM, case.key_subject) if one.kind == "case.code_handed_out"]
    assert entry.body == {"number": case.number}
    assert code not in str(entry.body)
    stranger = house.client()
    opened = stranger.post("/en/track/", {"number": case.number, "code": code}, follow=True)
    assert case.number in opened.content.decode()
    assert house.client("elsewhere").post(f"{path}slip/").status_code == 404
