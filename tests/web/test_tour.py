"""The tour leads a first visitor from page to page of a demonstration, and is nowhere where none was played."""

from __future__ import annotations

import pytest
from django.db import transaction

from amur.base.acting import system
from amur.ledger import acts as ledger
from amur.web import demonstration, tour
from tests.web.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def played(house: House, monkeypatch):
    """Return the house with a tour of three stops: the front page, a made-up case and what is late."""
    monkeypatch.setattr(demonstration, "_seen", set())
    monkeypatch.setattr(tour, "_known", [])
    told = {"title": {"zh": "看这里", "en": "Look here"}, "text": {"zh": "这样办。", "en": "This is how."}}
    stops = [
        {"page": "home", "of": "", "case_id": "", **told},
        {"page": "case", "of": house.filed.number, "case_id": str(house.filed.pk), **told},
        {"page": "late", "of": "", "case_id": "", **told},
        {"page": "gone", "of": "", "case_id": "", **told},
    ]
    with transaction.atomic():
        for kind, body in ((demonstration.KIND, {"cases": 1}), (tour.KIND, {"stops": stops})):
            ledger.record(subject="system", kind=kind, by=system("demonstration"), now=house.now, body=body)
    return house


def test_a_visitor_is_led_from_stop_to_stop_and_can_leave(played: House):
    visitor = played.client()
    page = visitor.get("/en/").content.decode()
    assert 'href="/en/tour/1/">Take the tour' in page
    first = visitor.get("/en/tour/1/", follow=True)
    assert first.redirect_chain == [("/en/?tour=1", 302)]
    page = first.content.decode()
    assert "Stop 1 of 4" in page
    assert "This is how." in page
    assert 'href="/en/tour/2/"' in page
    assert "Take the tour" not in page
    second = visitor.get("/en/tour/2/", follow=True)
    assert second.redirect_chain == [(f"/en/cases/{played.filed.number}/?tour=2", 302)]
    assert second.status_code == 200
    page = second.content.decode()
    assert 'href="/en/tour/1/"' in page
    assert f'href="/en/cases/{played.filed.number}/">End the tour' in page
    assert "看这里" in visitor.get("/tour/3/", follow=True).content.decode()
    assert "第 3 站，共 4 站" in visitor.get("/board/figures/late/?tour=3").content.decode()


@pytest.mark.parametrize("number", ["0", "4", "5", "99", "100"])
def test_a_stop_that_there_is_not_leads_nowhere(played: House, number):
    assert played.client().get(f"/tour/{number}/").status_code == 404


@pytest.mark.parametrize("said", ["x", "0", "9", "一", "1000"])
def test_an_address_that_names_no_stop_is_a_page_as_ever(played: House, said):
    assert 'id="tour"' not in played.client().get("/", {"tour": said}).content.decode()


def test_without_a_demonstration_there_is_no_tour(house: House, monkeypatch):
    monkeypatch.setattr(demonstration, "_seen", set())
    monkeypatch.setattr(tour, "_known", [])
    assert house.client().get("/tour/1/").status_code == 404
    assert 'id="tour"' not in house.client().get("/?tour=1").content.decode()


def test_a_demonstration_without_a_tour_offers_none(house: House, monkeypatch):
    monkeypatch.setattr(demonstration, "_seen", set())
    monkeypatch.setattr(tour, "_known", [])
    with transaction.atomic():
        ledger.record(subject="system", kind=demonstration.KIND, by=system("demonstration"), now=house.now, body={})
    assert "Take the tour" not in house.client().get("/en/").content.decode()
