"""A form that asks every field type, from its first page to the register: without a script, with errors on the way."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from amur.base.faults import Invalid
from amur.base.fields import TYPES, FieldDeclaration
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, Draft
from amur.registers.lookups import lookups
from tests.web.every_type import BAD, GOOD, PAGES, everything, furnish
from tests.web.house import House
from tests.web.portal.forms import plan, version_of

DECLARED = ProcedureDeclaration.model_validate(everything()[("procedure", "everything")])


class Page(HTMLParser):
    """What a page holds: the ids, the values that its controls have, where its error summary leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.values: dict[str, list[str]] = {}
        self.described: set[str] = set()
        self.labels: set[str] = set()
        self.feed(html)
        summary = html.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
        self.leads_to = re.findall(r'href="#([^"]+)"', summary)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"] or "")
        self.described |= set((found.get("aria-describedby") or "").split())
        if tag == "label":
            self.labels.add(found.get("for") or "")
        is_off = found.get("type") in {"radio", "checkbox"} and "checked" not in found
        if tag == "input" and not is_off and "name" in found:
            self.values.setdefault(found["name"] or "", []).append(found.get("value") or "")


@pytest.fixture
def house(db, clock, now) -> House:
    caches["counts"].clear()
    return furnish(now)


@pytest.fixture
def browser() -> Client:
    return Client(HTTP_HOST="localhost")


def begin(browser: Client, root: str = "") -> str:
    return str(browser.post(f"{root}/services/everything/apply/")["Location"])


def send(browser: Client, address: str, page: str, values: dict[str, Any], **more: Any):
    """Open a page, fill it and press a button."""
    shown = browser.get(f"{address}{page}/")
    assert shown.status_code == 200
    files = {"plan": plan()} if page == "places" else {}
    return browser.post(f"{address}{page}/", {"version": version_of(shown), **values, **files, **more})


def fill(browser: Client, address: str, **changes: dict[str, Any]) -> None:
    for page, values in GOOD.items():
        answer = send(browser, address, page, values | changes.get(page, {}))
        assert answer.status_code == 302, (page, answer.content.decode().partition("error-summary")[2][:900])


def test_the_form_asks_every_type():
    assert {field.type for field in DECLARED.fields} == set(TYPES)


@pytest.mark.parametrize("root", ["", "/en"])
def test_every_control_has_its_label_and_every_hint_its_place(house, browser, root):
    address = begin(browser, root)
    for page in PAGES:
        shown = Page(browser.get(f"{address}{page}/").content.decode())
        assert len(shown.ids) == len(set(shown.ids)), "each id once"
        assert shown.described <= set(shown.ids)
        assert shown.labels <= set(shown.ids)


@pytest.mark.parametrize("root", ["", "/en"])
@pytest.mark.parametrize("page", BAD)
def test_what_is_wrong_leads_to_its_box_and_nothing_is_lost(house, browser, page, root):
    address = begin(browser, root)
    changes, wrong = BAD[page]
    sent = {name: value for name, value in (GOOD[page] | changes).items() if value != []}
    answer = send(browser, address, page, sent)
    assert answer.status_code == 422
    shown = Page(answer.content.decode())
    assert shown.leads_to == wrong
    assert set(wrong) <= set(shown.ids)
    for name, value in sent.items():
        if name in shown.values and name != "card":
            assert shown.values[name] == ([value] if isinstance(value, str) else value), name
    mended = send(browser, address, page, GOOD[page])
    assert mended.status_code == 302


def test_from_the_first_page_to_the_receipt(house, browser):
    address = begin(browser)
    fill(browser, address)
    page = browser.get(f"{address}check/").content.decode()
    for words in (
        "灯",
        "Лампа",
        "红、蓝",
        "¥1,234.50",
        "¥2,469.00",
        "100.0 Mbit/s",
        "甲区",
        "甲公司",
        "4 个点的面",
    ):
        assert words in page, words
    assert "已核对，未留存" in page
    assert '<time datetime="2026-03-09T01:30:00+00:00">' in page
    assert page.count("<table") == 1
    assert browser.post(f"{address}check/").status_code == 302
    case = Case.objects.get(procedure="everything")
    assert case.data["fee"] == 123450
    assert case.data["double"] == 246900
    assert case.data["card"] is True
    assert case.data["owners"] == [
        {"name": "甲公司", "share": "60.0", "since": {"from": "2020-01-01", "to": None}},
        {"name": "Olga", "since": {"from": "2021-02-03", "to": "2025-12-31"}},
    ]
    assert case.data["seen_at"] == "2026-03-09T01:30:00Z"
    assert case.data["area"] == "POLYGON ((126 45, 127 45, 127 46, 126 45))"


def test_what_is_not_kept_is_in_no_draft_and_need_not_be_typed_again(house, browser):
    address = begin(browser)
    send(browser, address, "people", GOOD["people"] | {"contact": ""})
    assert Draft.objects.get().raw["card"] is True
    page = browser.get(f"{address}people/").content.decode()
    assert "之前已核对" in page
    assert Page(page).values["card"] == [""]
    assert send(browser, address, "people", GOOD["people"] | {"card": ""}).status_code == 302
    assert Draft.objects.get().data["card"] is True
    assert send(browser, address, "people", GOOD["people"] | {"card": "124"}).status_code == 422
    assert Draft.objects.get().raw["card"] == ""


def test_why_something_about_a_person_is_asked_and_for_how_long_it_is_kept_stands_under_it(house, browser):
    page = browser.get(f"{begin(browser)}people/").content.decode()
    assert "为什么问：就本案联系您。事项办结后保存 90 天，然后删除。" in page
    assert "为什么问：就本案联系您。核对后不留存。" in page
    page = browser.get(f"{begin(browser, '/en')}people/").content.decode()
    assert "Why we ask: To reach you about this case. It is kept for 90 days after the matter has ended" in page


def test_a_group_grows_and_shrinks_without_a_script(house, browser):
    address = begin(browser)
    assert Page(browser.get(f"{address}owners/").content.decode()).values["owners-count"] == ["1"]
    added = send(browser, address, "owners", GOOD["owners"], add="owners")
    assert added["Location"] == f"{address}owners/#owners-2"
    shown = browser.get(f"{address}owners/").content.decode()
    assert Page(shown).values["owners-1-name"] == ["Olga"]
    assert Page(shown).values["owners-2-name"] == [""]
    assert 'name="add"' not in shown, "three are the most"
    third = GOOD["owners"] | {"owners-count": "3", "owners-2-name": "第三"}
    dropped = send(browser, address, "owners", third, drop="owners-0", then="check")
    assert dropped["Location"] == f"{address}owners/?then=check#owners"
    shown = Page(browser.get(f"{address}owners/").content.decode())
    assert (shown.values["owners-0-name"], shown.values["owners-1-name"]) == (["Olga"], ["第三"])


def test_an_item_in_which_nothing_was_entered_is_left_out_and_the_others_keep_their_numbers(house, browser):
    address = begin(browser)
    sent = {name.replace("owners-1", "owners-2"): value for name, value in GOOD["owners"].items()}
    answer = send(browser, address, "owners", sent | {"owners-count": "3", "owners-2-name": ""})
    assert Page(answer.content.decode()).leads_to == ["owners-2-name"]
    assert send(browser, address, "owners", sent | {"owners-count": "3"}).status_code == 302
    assert [one["name"] for one in Draft.objects.get().data["owners"]] == ["甲公司", "Olga"]


@pytest.mark.parametrize("count", ["-1", "x", "9" * 30, "١", ""])
def test_a_count_that_no_page_sends_breaks_nothing(house, browser, count):
    answer = send(browser, begin(browser), "owners", GOOD["owners"] | {"owners-count": count})
    assert answer.status_code == 422


def test_an_outline_comes_from_a_file(house, browser):
    address = begin(browser)
    file = io.BytesIO(b"\xef\xbb\xbf" + GOOD["places"]["area"].encode())
    file.name = "area.geojson"
    assert send(browser, address, "places", GOOD["places"] | {"area": ""}, **{"area-file": file}).status_code == 302
    assert Draft.objects.get().data["area"].startswith("POLYGON")
    broken = io.BytesIO(b"\xff\xfe\x00")
    broken.name = "area.geojson"
    answer = send(browser, address, "places", GOOD["places"], **{"area-file": broken})
    assert Page(answer.content.decode()).leads_to == ["area"]


def granted(house: House, browser: Client) -> Case:
    address = begin(browser)
    fill(browser, address)
    browser.post(f"{address}check/")
    case = Case.objects.get(procedure="everything")
    for who, event in (("handler", "accept"), ("decider", "grant")):
        desk = house.client(who)
        shown = desk.get(f"/desk/cases/{case.number}/").content.decode()
        version = re.search(r'name="version" value="(\d+)"', shown)[1]
        answer = desk.post(f"/desk/cases/{case.number}/", {"event": event, "version": version, "key": event})
        assert answer.status_code == 302
    return case


def test_the_desk_the_register_the_interface_and_the_file_show_every_type(house, browser):
    case = granted(house, browser)
    desk = house.client("handler").get(f"/desk/cases/{case.number}/").content.decode()
    page = browser.get(f"/registers/every_record/{case.number}/").content.decode()
    for words in ("Лампа", "¥1,234.50", "甲公司", "4 个点的面", "POLYGON ((126 45", 'href="https://example.org/?a=1"'):
        assert words in desk, words
        assert words in page, words
    assert browser.get("/registers/every_record/").status_code == 200
    address = "/open/api/v1/registers/every_record/records"
    record = json.loads(browser.get(f"{address}/{case.number}").content)
    assert record["data"] == {name: value for name, value in case.data.items() if name in record["data"]}
    assert record["shown"]["fee"] == {"zh": "¥1,234.50", "en": "CN¥1,234.50"}
    assert record["shown"]["colour"]["zh"] == "红"
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{address}.csv").content.decode("utf-8-sig"))))
    register = everything()[("register", "every_record")]["fields"]
    found = lookups(house.now.date())
    for declared in register:
        field: FieldDeclaration = next(one for one in DECLARED.fields if one.id == declared["id"])
        assert rows[0][field.id] == field.as_typed(case.data.get(field.id)), field.id
        if field.type != "computed":
            assert field.parse(rows[0][field.id], found) == case.data.get(field.id) or field.id == "like"


def test_the_schema_of_a_form_names_its_codes(house, browser):
    form = json.loads(browser.get("/open/api/v1/services/everything").content)["form"]
    assert form["properties"]["colour"]["enum"] == ["red", "blue", "old"]
    assert set(form["properties"]) == {field.id for field in DECLARED.fields}
    assert "like" not in form["required"]


def test_the_desk_says_when_what_would_follow_cannot_be_recorded(house, browser, monkeypatch):
    address = begin(browser)
    fill(browser, address)
    browser.post(f"{address}check/")
    case = Case.objects.get(procedure="everything")

    def refuse(*_: object, **__: object) -> None:
        raise Invalid({"mast": ("not_a_point", "found nothing")})

    monkeypatch.setattr("amur.web.desk.case.acts.fire", refuse)
    answer = house.client("handler").post(
        f"/desk/cases/{case.number}/", {"event": "accept", "version": "1", "key": "k"}
    )
    assert answer.status_code == 422
    assert "后续内容无法登记（mast: found nothing）" in answer.content.decode()
