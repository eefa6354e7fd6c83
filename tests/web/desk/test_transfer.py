"""Pages of a case that goes to the competent body: why is asked for, and it is sent back once."""

from __future__ import annotations

import pytest

from amur.procedures.joint.models import HandOver
from tests.web import consulting
from tests.web.desk.test_joint import sent_to
from tests.web.house import House

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def test_a_case_is_offered_with_a_reason_and_sent_back(house: House, monkeypatch):
    changed = consulting.JOINT["hand_over"] | {"reason": "required", "send_back": True}
    monkeypatch.setitem(consulting.JOINT, "hand_over", changed)
    case = consulting.consulted(house)
    lead, other = house.client("decider"), house.client("police")
    address = f"/en/desk/cases/{case.number}/joint/"
    assert "Say why" in sent_to(lead, address, "offer", to=consulting.ASKED[0]).content.decode()
    assert sent_to(lead, address, "offer", to=consulting.ASKED[0], why="it is their ground").status_code == 302
    row = HandOver.objects.get()
    page = f"/en/desk/handed/{row.pk}/"
    assert "it is their ground" in other.get(page).content.decode()
    assert sent_to(other, page, "confirm", manifest=row.manifest_hash).status_code == 302
    assert "Send the case back" not in lead.get(page).content.decode()
    assert sent_to(other, page, "back", reason="").status_code == 422
    assert sent_to(other, page, "back", reason="it is yours").status_code == 302
    case.refresh_from_db()
    assert case.body_id == row.from_body
    assert "Send the case back" not in other.get(page).content.decode()
