"""Orders of the hotline in the pack of the province come by the exchange alone: no page begins one, and nobody fills one in."""

from __future__ import annotations

import pytest

from amur.base.acting import Actor, system
from amur.base.faults import Refused
from amur.exchange import acts as exchange
from amur.exchange.acts import Came
from amur.people.models import Account
from amur.procedures import acts
from amur.procedures.models import Case, Draft
from tests.packs.part import sync_part

pytestmark = pytest.mark.django_db
NEEDED = {"procedure": {"hotline_order"}, "exchange": {"hotline"}, "register": set(), "finder": set(), "topics": set()}
THEM = system("exchange:hotline", client="api")


@pytest.fixture
def hotline(now):
    sync_part(NEEDED, now)


def test_neither_a_visitor_nor_a_person_nor_an_official_begins_an_order_and_the_exchange_does(client, hotline, now):
    page = client.get("/en/services/hotline_order/", HTTP_HOST="localhost").content.decode()
    assert "Nobody applies for this" in page
    assert not any(
        asked in page
        for asked in ("Start now", "/services/hotline_order/apply", "for_somebody", "What you need", "You hand in here")
    )
    home = client.get("/en/", HTTP_HOST="localhost").content.decode()
    assert "/services/hotline_order/" not in home
    assert client.post("/en/services/hotline_order/apply/", HTTP_HOST="localhost").status_code == 403
    person = Account.objects.create(username="caller", email="c@example.org")
    client.force_login(person)
    assert client.post("/en/services/hotline_order/apply/", HTTP_HOST="localhost").status_code == 403
    desk = Actor(str(person.pk), role="hotline_desk", client="desk")
    for by, channel in ((Actor("anonymous", client="portal"), "portal"), (desk, "hotline")):
        with pytest.raises(Refused, match="nobody applies"):
            acts.open_draft("hotline_order", by=by, now=now, channel=channel)
    assert not Draft.objects.exists()
    values = {"order_number": "演 1", "matter": "3101", "region": "230100", "said": "宽带坏了。"}
    exchange.receive("hotline", "order", values, came=Came("api", THEM), by=THEM, now=now, key="1")
    assert Case.objects.get().procedure == "hotline_order"
