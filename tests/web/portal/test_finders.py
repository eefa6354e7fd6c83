"""Questions lead to an answer: one a page, every answer at an address of its own, and the whole table beside it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from tests.procedures.contests import furnish as furnish_bodies
from tests.procedures.finders.samples import KINDS, PERMIT_BODY
from tests.procedures.pack import sync
from tests.procedures.samples import text

pytestmark = [pytest.mark.django_db, pytest.mark.either]
AT, TABLE, API = "/en/find/permit/", "/en/find/permit/table/", "/open/api/v1/finders/permit"
SOURCE = {"id": "demo", "title": text("Book of lanterns"), "where": "the shelf", "licence": text("Free")}


def _declare(now, **changes: Any) -> None:
    body = copy.deepcopy(PERMIT_BODY) | changes
    body["outcomes"][2]["register"] = "licences"
    body["outcomes"][0]["body"] = "bureau"
    items = {
        ("finder", "permit"): body,
        ("codelist", "kinds"): KINDS.model_dump(mode="json", by_alias=True, exclude_none=True),
        ("sources", "sources"): {"sources": [SOURCE]},
    }
    sync(now, items, version="3.0.0")


@pytest.fixture
def browser(clock, now) -> Client:
    caches["counts"].clear()
    furnish_bodies(now)
    _declare(now)
    return Client(HTTP_HOST="localhost")


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()[-500:]
    return answer.content.decode()


def test_what_can_be_asked_is_listed_and_the_first_question_stands_alone(browser):
    assert "Which permission?" in page(browser, "/en/find/")
    first = page(browser, AT)
    assert "What burns?" in first
    assert "Who lights it?" not in first
    assert 'value="oil-1"' in first
    assert 'value="electric"' not in first
    assert "noindex" not in first
    assert browser.get("/en/find/nothing/").status_code == 404


def test_each_answer_leads_to_the_next_question_that_matters_and_can_be_changed(browser):
    second = page(browser, f"{AT}?asked=kind&kind=oil-1")
    assert "Who lights it?" in second
    assert '<input type="hidden" name="kind" value="oil-1">' in second
    assert "Rape oil" in second
    back = page(browser, f"{AT}?kind=oil-1&who=house&change=kind")
    assert 'value="oil-1" checked' in back
    assert '<input type="hidden" name="who" value="house">' in back
    # A change of what is not asked any more is passed over.
    assert browser.get(f"{AT}?kind=none&change=who")["Location"] == f"{AT}?kind=none"


def test_an_answer_that_is_missing_or_not_offered_is_asked_for_in_words(browser):
    for query in ("?asked=kind", "?kind=coal", "?asked=who&kind=oil-1"):
        answer = browser.get(AT + query)
        assert answer.status_code == 422
        assert "Choose an answer." in answer.content.decode()


def test_an_outcome_has_one_address_and_says_why_and_who_decides(browser):
    answer = browser.get(f"{AT}?asked=high&kind=oil-1&who=house&high=yes&more=1")
    assert answer.status_code == 302
    assert answer["Location"] == f"{AT}?kind=oil-1&who=house&high=yes"
    shown = page(browser, answer["Location"])
    for words in ("You need a licence", "Lantern Act", "/en/services/licence/", "Row 1 of the table", "#row-1"):
        assert words in shown
    assert f"{AT}?kind=oil-1&amp;who=house&amp;high=yes&amp;change=who" in shown
    elsewhere = page(browser, f"{AT}?kind=oil-1&who=ship")
    assert "The harbour" in elsewhere
    assert "https://harbour.example/" in elsewhere
    free = page(browser, f"{AT}?kind=oil-1&who=house&high=no")
    assert "Low lights are free." in free
    assert "/en/registers/licences/" in free


def test_an_answer_of_another_day_stands_under_that_day_and_a_later_change_is_foretold(browser, now):
    rows = copy.deepcopy(PERMIT_BODY["rows"])
    rows[4]["valid_to"] = "2026-05-31"
    rows.append({"when": {"kind": ["none"]}, "outcome": "licence", "valid_from": "2026-06-01"})
    _declare(now, rows=rows)
    shown = page(browser, f"{AT}?kind=none")
    assert '<time datetime="2026-06-01">' in shown
    assert "the answer is another: You need a licence" in shown
    later = page(browser, f"{AT}?kind=none&on=2026-06-02")
    assert "You need a licence" in later
    assert "the answer is another" not in later
    assert "What burns?" in page(browser, f"{AT}?on=nonsense")
    assert browser.get(f"{AT}?on=2025-12-31").status_code == 400


def test_the_default_says_why_it_holds(browser, now):
    rows = [row for place, row in enumerate(copy.deepcopy(PERMIT_BODY["rows"])) if place != 2]
    _declare(now, rows=rows, otherwise={"outcome": "harbour", "why": text("Ships report anyway.")})
    shown = page(browser, f"{AT}?kind=oil-1&who=ship")
    assert "Ships report anyway." in shown
    assert "#row-" not in shown
    table = page(browser, TABLE)
    assert "In all other cases" in table
    assert browser.get(f"{API}/answer?kind=oil-1&who=ship").json()["row"] is None


def test_many_answers_are_a_list_to_choose_from(browser, now):
    listed = [{"id": f"lamp{number}", "title": text(f"Lamp {number}")} for number in range(12)]
    kinds = [
        *KINDS.codes,
        *({"code": f"gas-{number}", "title": text(f"Gas {number}"), "parent": "oil"} for number in range(4)),
    ]
    questions = copy.deepcopy(PERMIT_BODY["questions"])
    questions[0]["options"] += listed
    rows = copy.deepcopy(PERMIT_BODY["rows"])
    rows[4]["when"]["kind"] += [one["id"] for one in listed]
    body = copy.deepcopy(PERMIT_BODY) | {"questions": questions, "rows": rows}
    codes = KINDS.model_dump(mode="json", exclude_none=True) | {
        "codes": [one if isinstance(one, dict) else one.model_dump(mode="json", exclude_none=True) for one in kinds]
    }
    sync(now, {("finder", "permit"): body, ("codelist", "kinds"): codes}, version="4.0.0")
    shown = page(browser, AT)
    assert '<optgroup label="Oil">' in shown
    assert '<optgroup label="Without a code">' in shown
    assert '<option value="gas-3">gas-3 Gas 3</option>' in shown
    assert page(browser, f"{AT}?asked=kind", 422).count("Choose an answer.") == 2


def test_the_whole_table_is_shown_with_the_rows_of_other_days(browser):
    table = page(browser, TABLE)
    assert "not on this day" in table
    assert "not A house" in table
    assert "Oil" in table
    assert "not on this day" not in page(browser, f"{TABLE}?on=2026-08-01")
    assert "整张表" in page(browser, "/find/permit/table/")


def test_programs_ask_the_same_questions_and_take_the_table_away(browser):
    assert [one["id"] for one in browser.get("/open/api/v1/finders").json()] == ["permit"]
    table = browser.get(f"{API}?on=2026-08-01").json()
    assert [len(table[name]) for name in ("questions", "outcomes", "rows")] == [3, 3, 5]
    assert table["rows"][2] == table["rows"][2] | {"unless": {"who": ["house"]}, "outcome": "harbour"}
    asked = browser.get(f"{API}/answer?kind=oil-1").json()
    assert (asked["asks"]["id"], asked["outcome"], asked["given"]) == ("who", None, {"kind": "oil-1"})
    ended = browser.get(f"{API}/answer?kind=electric&on=2026-08-01").json()
    assert (ended["outcome"]["id"], ended["row"]) == ("free", 4)
    assert ended["address"].endswith("/find/permit/?kind=electric&on=2026-08-01")
    assert browser.get(f"{API}/answer?kind=oil-1&who=house&high=yes").json()["outcome"]["who_decides"]["en"]
    for query in ("kind=coal", "what=1", "on=2025-12-31"):
        assert browser.get(f"{API}/answer?{query}").status_code == 422
    lines = browser.get(f"{API}/table.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("row,kind,who,high,outcome")
    assert lines[3].startswith("3,oil,!house,,harbour")
    assert browser.get("/open/api/v1/finders/nothing/table.csv").status_code == 404


def test_the_service_that_questions_lead_to_points_back_and_the_catalogue_lists_them(browser):
    assert "/en/find/permit/" in page(browser, "/en/services/licence/")
    shown = page(browser, "/en/open/")
    assert "finders/permit/table.csv" in shown
    assert "codelists/kinds/codes.csv" in shown


def test_a_code_list_is_a_page_with_its_levels_and_days_and_is_data(browser):
    assert "4 codes" in page(browser, "/en/codes/")
    shown = page(browser, "/en/codes/kinds/?on=2027-01-01")
    for words in ("oil-2", "not in force on this day", "Book of lanterns", "/en/find/permit/", "compared this list"):
        assert words in shown
    assert "not in force on this day" in page(browser, "/en/codes/kinds/?on=nonsense")
    assert "Licences" in page(browser, "/en/codes/colours/") or "licences" in page(browser, "/en/codes/colours/")
    assert browser.get("/en/codes/nothing/").status_code == 404
    data = browser.get("/open/api/v1/codelists/kinds").json()
    assert data["entries"][1] == data["entries"][1] | {"code": "oil-1", "parent": "oil", "valid_to": None}
    assert {one["id"] for one in browser.get("/open/api/v1/codelists").json()} == {"kinds", "colours"}
    lines = browser.get("/open/api/v1/codelists/kinds/codes.csv").content.decode("utf-8-sig").splitlines()
    assert lines[3].split(",")[0] == "oil-2"
    assert browser.get("/open/api/v1/codelists/nothing").status_code == 404


def test_sources_say_who_has_read_them(browser):
    shown = page(browser, "/en/sources/")
    assert "Book of lanterns" in shown
    assert "0 of 1 were compared with the source." in shown


def test_a_list_without_anything_says_so(clock, now):
    sync(now, version="5.0.0")
    browser = Client(HTTP_HOST="localhost")
    assert "There are no such questions yet" in page(browser, "/en/find/")
