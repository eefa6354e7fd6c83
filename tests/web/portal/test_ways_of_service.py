"""Promising, bringing later and one thing on the pages of a party and of the office, in both languages."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from amur.base.acting import SYSTEM, system
from amur.procedures import acts, reads
from amur.procedures.models import Case
from amur.web.desk import promised
from tests.procedures.commitment.promising import BROKEN_BODY, promising
from tests.procedures.fees import charged
from tests.procedures.missing.bringing import bringing
from tests.procedures.onething.shop import items
from tests.procedures.pack import FORM, PDF, STRANGER, sync

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def filled(procedure: str, now, *steps: str, submit: bool = True, plan: bool = False, **answers: str):
    draft = acts.open_draft(procedure, by=STRANGER, now=now)
    if plan:
        acts.attach(draft.id, "plan", [PDF], "图.pdf", by=STRANGER, now=now)
    for step in steps:
        draft = acts.save_step(draft.id, step, FORM | answers, version=draft.version, by=STRANGER, now=now)
    return acts.submit(draft.id, by=STRANGER, now=now) if submit else draft


def follow(case: Case, root: str = "/en") -> Client:
    browser = Client(HTTP_HOST="localhost")
    browser.post(f"{root}/track/", {"number": case.number, "code": acts.query_code(case)})
    return browser


def seen(case: Case, root: str = "/en") -> str:
    return follow(case, root).get(f"{root}/cases/{case.number}/").content.decode()


def on_desk(panel, case: Case, now: datetime) -> str:
    """Return the panel of a case as an office sees it."""
    found = panel(SimpleNamespace(scope=SYSTEM, now=now), reads.case_for_desk(SYSTEM, case.number))
    with translation.override("en"):
        return render_to_string(found.template, {"panel": found.values})


def accept(case: Case, now: datetime) -> None:
    acts.fire(case.pk, "accept", by=system("t"), scope=SYSTEM, now=now, expected_version=case.version)


@pytest.fixture
def promise(now: datetime) -> None:
    sync(now, {("procedure", "licence"): promising(), ("register", "broken"): BROKEN_BODY})


def test_a_form_tells_what_a_promise_means_and_shows_it_before_it_is_made(promise, client, now):
    draft = filled("licence", now, "lantern", "keeper", submit=False, by_promise="yes", watts="900")
    page = client.get(f"/en/apply/{draft.id}/keeper/", HTTP_HOST="localhost").content.decode()
    assert "You may promise instead of proving" in page
    assert "If it does not, the licence is taken back." in page
    check = client.get(f"/en/apply/{draft.id}/check/", HTTP_HOST="localhost").content.decode()
    assert "I promise that it does." in check
    assert "Above 500 watts you must prove it." in check
    refused = client.post(f"/en/apply/{draft.id}/check/", HTTP_HOST="localhost")
    assert refused.status_code == 422
    assert "choose no and prove it" in refused.content.decode()
    assert client.get(f"/en/apply/{draft.id}/papers/", HTTP_HOST="localhost").status_code == 404


def test_a_promise_stands_with_the_case_for_both(promise, now):
    case = filled("licence", now, "lantern", "keeper", by_promise="yes")
    assert "I promise that it does." in seen(case)
    assert "我承诺属实。" in seen(case, "")
    assert "Decided on a promise" in on_desk(promised.promise, case, now)


def test_what_is_missing_is_listed_sent_and_ticked_off(now):
    sync(now, {("procedure", "licence"): bringing()})
    case = filled("licence", now, "lantern", "keeper", "papers", plan_later="yes", photo_later="yes")
    accept(case, now)
    browser = follow(case)
    page = browser.get(f"/en/cases/{case.number}/").content.decode()
    assert "Send what is missing" in page
    form = browser.get(f"/en/cases/{case.number}/bring/").content.decode()
    assert 'name="plan"' in form
    version = Case.objects.get(pk=case.pk).version
    sent = {"version": version, "key": "k", "plan": SimpleUploadedFile("图.pdf", PDF, "application/pdf")}
    assert browser.post(f"/en/cases/{case.number}/bring/", sent).status_code == 302
    assert Case.objects.get(pk=case.pk).data["plan_later"] is False
    assert "Brought" in browser.get(f"/en/cases/{case.number}/").content.decode()
    assert 'name="plan"' not in browser.get(f"/en/cases/{case.number}/bring/").content.decode()
    assert "Still to be brought" in on_desk(promised.missing, case, now)


def test_one_page_shows_all_cases_of_one_thing(now):
    sync(now, items())
    case = filled("shop", now, "all", plan=True, tables="3")
    accept(case, now)
    page = seen(case)
    assert "Permit for premises" in page
    assert "begins after" in page
    assert "Not needed" in page
    assert acts.query_code(Case.objects.get(procedure="premises")) in page
    assert "无需办理" in seen(case, "")
    assert "What belongs to it" in on_desk(promised.together, case, now)


def page_of(service: str, root: str = "/en") -> str:
    return Client(HTTP_HOST="localhost").get(f"{root}/services/{service}/").content.decode()


def test_a_service_tells_before_anybody_begins_by_which_ways_it_is_shorter(promise, now):
    page = page_of("licence")
    assert "Then it is decided within 2 working days, and verified afterwards." in page
    assert "If it does not, the licence is taken back." in page
    sync(now, {("procedure", "licence"): bringing()}, version="2.0.0")
    assert "if you bring it within 3 working days. What does not come in time is refused." in page_of("licence")
    sync(now, items(), version="3.0.0")
    page = page_of("shop", "")
    assert "填一张表，办好这些事" in page
    assert 'href="/services/food/"' in page
    assert "前面的事项办成后开始　【Permit for premises】" in page


def test_a_service_tells_what_it_costs_before_anybody_begins(now):
    charged.furnish(now)
    page = page_of("licence")
    for words in (
        "CN¥100.00",
        "Lit indoors · nothing to pay",
        "Small lamps · 50% less",
        "0.03 of what is open for each day",
    ):
        assert words in page
    assert "within 10 working days of being asked for" in page
    assert "最多为本金的 100%" in page_of("licence", "")
