"""On the pages of a form: answers from registers, checks to confirm, who must agree, and a sample."""

from __future__ import annotations

import re

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import translation

from amur.base.acting import Actor, Grant, Scope
from amur.procedures import acts
from amur.procedures.cosigning.saying import code_of
from amur.procedures.models import Case
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.test_cosigning import body_of as co_signed
from tests.procedures.test_filling import CHECKS, SAMPLE, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(db, clock) -> Client:
    caches["counts"].clear()
    translation.activate("zh-hans")
    return Client(HTTP_HOST="localhost")


def test_a_warning_is_confirmed_on_the_check_page_and_what_stops_stops(browser, now):
    warn = [CHECKS[0] | {"severity": "warn"}]
    sync(now, {("procedure", "licence"): body_of(checks=warn)})
    draft = fill(now, watts="200")
    address = f"/apply/{draft.pk}/check/"
    assert "太亮" in browser.get(address).content.decode()
    assert browser.post(address, {"version": draft.version}).status_code == 422
    assert browser.post(address, {"version": draft.version, "confirm": "bright"}).status_code == 302
    sync(now, {("procedure", "licence"): body_of(checks=CHECKS)}, "2.0.0")
    stopped = fill(now, watts="200")
    answer = browser.post(f"/apply/{stopped.pk}/check/", {"confirm": "bright"})
    assert answer.status_code == 422
    assert "太亮" in answer.content.decode()
    assert not Case.objects.filter(draft=stopped).exists()


def test_an_answer_of_a_register_is_marked_with_where_it_comes_from(browser, now):
    sync(now, {("procedure", "licence"): body_of()})
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    for role, account, event in (("handler", "11", "accept"), ("decider", "22", "grant")):
        scope = Scope("office", account, grants=(Grant(role, "bureau", "230000"),))
        by = Actor(account, role=role, body_id="bureau")
        case = acts.fire(case.id, event, by=by, scope=scope, now=now, expected_version=case.version)
    draft = acts.open_draft("licence", by=STRANGER, now=now)
    page = f"/apply/{draft.pk}/lantern/"
    assert "来自登记簿" not in browser.get(page).content.decode()
    acts.save_step(draft.id, "keeper", {"number": "208", "indoors": "yes"}, version=1, by=STRANGER, now=now)
    browser.post(page, {"version": 2, "earlier": case.number, "name": "灯"})
    shown = browser.get(page).content.decode()
    assert "来自登记簿" in shown
    assert not re.search(r"(?<![\w-])208(?![\w-])", shown)  # a key that was drawn may hold it by chance
    assert 'name="number"' not in shown, "what cannot be changed is told and not asked"


def test_those_who_must_agree_read_exactly_what_is_submitted(browser, now):
    sync(now, {("procedure", "licence"): co_signed()})
    draft = fill(now)
    check = f"/apply/{draft.pk}/check/"
    assert "未征求" in browser.get(check).content.decode()
    refused = browser.post(check)
    assert refused.status_code == 422
    assert 'href="#signers"' in refused.content.decode()
    assert browser.post(f"/apply/{draft.pk}/co-sign/").status_code == 302
    code = code_of(draft.co_signatures.get().pk)
    other = Client(HTTP_HOST="localhost")
    assert other.post("/agree/", {"code": "0"}).status_code == 404
    shown = other.post("/agree/", {"code": code}).content.decode()
    assert draft.raw["name"] in shown
    assert draft.co_signatures.get().says in shown
    assert other.post("/agree/", {"code": code, "verb": "decline", "reason": " "}).status_code == 422
    assert "您已同意" in other.post("/agree/", {"code": code, "verb": "agree"}).content.decode()
    assert browser.post(check).status_code == 302


def test_a_sample_is_shown_to_read(browser, now):
    body = body_of(sample=SAMPLE)
    double = {"id": "double", "type": "computed", "expression": "form.watts * 2", "result": {"type": "number"}}
    body["pages"][0]["fields"].append(double | {"title": {"zh": "两倍", "en": "Double"}})
    sync(now, {("procedure", "licence"): body})
    assert "/services/licence/sample/" in browser.get("/services/licence/").content.decode()
    shown = browser.get("/services/licence/sample/").content.decode()
    assert "红" in shown
    assert "<form class=" not in shown.split("<main")[1].split("</main")[0]
