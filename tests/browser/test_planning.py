"""Planning with a real browser: a study is asked and computed, the budget moves on the frontier, two plans are compared."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from playwright.sync_api import expect

from tests.browser.visit import Visitor
from tests.web.planned import CENTRES, METHOD, Office, candidates, places

pytestmark = [pytest.mark.browser, pytest.mark.either]

DESK = "/desk/planning/"
EVERY = [("zh", 390), ("zh", 1280), ("en", 390), ("en", 1280)]


@pytest.fixture
def office(transactional_db, clock, now) -> Office:
    for one in ("default", "counts"):
        caches[one].clear()
    return Office(now)


@pytest.fixture
def planner(office: Office, live_server, open_page) -> Callable[..., Visitor]:
    """Return a function that signs the planner in: ``planner("zh", 390)``."""

    def sign_in(language: str, width: int, who: str = "planner", **options: object) -> Visitor:
        locale = "en-GB" if language == "en" else "zh-CN"
        visitor = Visitor(open_page(width=width, locale=locale, **options), live_server.url, language)
        client = Client(HTTP_HOST="localhost")
        client.force_login(office.accounts[who], backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        visitor.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return visitor

    return sign_in


def _real(faults: list[str]) -> list[str]:
    """Return what was wrong, without that Chromium's console repeats an answer of 422."""
    return [fault for fault in faults if "status of 422" not in fault]


def _figures(visitor: Visitor) -> str:
    return visitor.page.locator("#plan-figures .amur-figures__lead b").inner_text()


def test_the_budget_moves_on_the_frontier_without_loading_the_page(office, planner):
    study = office.ask("基准方案")
    office.work()
    desk = planner("zh", 390)
    desk.go(f"{DESK}{study.pk}/")
    page = desk.page
    rows = page.locator("tr[data-plan]")
    dearest = rows.nth(5).locator("td").nth(1).inner_text()
    assert _figures(desk) == dearest
    page.evaluate("window.stays = true")
    page.focus("#budget")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/?plan=4")
    assert _figures(desk) == rows.nth(3).locator("td").nth(1).inner_text() != dearest
    assert page.get_attribute("#budget", "aria-valuetext") == "160 万元"
    assert page.inner_text("[data-live]").startswith("160 万元：")
    assert page.locator("tr.is-chosen").count() == 1
    assert page.locator("#plan-sites tbody tr").count() == int(rows.nth(3).locator("td").first.inner_text())
    assert page.evaluate("window.stays"), "the page was not loaded again"
    desk.look()
    assert desk.faults == []


MAP = "figure[data-planmap]"


def _mapped(visitor: Visitor) -> None:
    """Wait until the map of the page shows the points that the page names."""
    visitor.page.locator(MAP).scroll_into_view_if_needed()
    visitor.page.wait_for_selector(f"{MAP}[data-ready]")


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [
        ("zh", 390, "light"),
        *(
            pytest.param(language, width, scheme, marks=pytest.mark.deep)
            for language, width in EVERY
            for scheme in ("light", "dark")
            if (language, width, scheme) != ("zh", 390, "light")
        ),
    ],
)
def test_the_map_keeps_its_view_when_the_budget_moves_and_a_row_shows_its_point(
    language, width, scheme, office, planner
):
    office.outline()
    study = office.ask("基准方案")
    office.work()
    desk = planner(language, width, color_scheme=scheme)
    asked: list[str] = []
    desk.page.on("request", lambda one: asked.append(one.url))
    desk.go(f"{DESK}{study.pk}/?plan=3")
    page = desk.page
    _mapped(desk)
    desk.look()
    assert any(url.endswith("counties.geojson") for url in asked)
    bar = page.inner_text("[data-bar]")
    page.click("[data-zoom=in]")
    expect(page.locator("[data-bar]")).not_to_have_text(bar)
    page.wait_for_timeout(600)  # the map has come to rest
    nearer = page.inner_text("[data-bar]")
    before = set(page.locator("[data-show] th").all_inner_texts())
    page.evaluate("window.canvas = document.querySelector('figure canvas')")
    page.focus("#budget")
    page.keyboard.press("PageUp")
    page.wait_for_url("**/?plan=6")
    _mapped(desk)
    assert page.evaluate("window.canvas === document.querySelector('figure canvas')"), "it is the same map"
    assert page.inner_text("[data-bar]") == nearer, "the view stays"
    name = min(set(page.locator("[data-show] th").all_inner_texts()) - before)
    first = page.locator(f"tr[data-show='{name}']")
    first.locator("button").focus()
    page.keyboard.press("Enter")
    assert page.inner_text("[data-told]").startswith(name)
    assert first.locator("td").nth(2).inner_text() in page.inner_text("[data-told]")
    assert first.locator("button").get_attribute("aria-pressed") == "true"
    _mapped(desk)
    desk.look()
    assert all(url.startswith((desk.address, "blob:", "data:")) for url in asked)
    assert desk.faults == []


@pytest.mark.deep
@pytest.mark.parametrize("width", [390, 1280])
def test_two_plans_and_the_rows_of_another_model_have_a_map_too(width, office, planner):
    numbers = [office.ask(title, {"radius_km": radius}).pk for title, radius in (("六公里", "6"), ("八公里", "8"))]
    office.work()
    office.work()
    centres = office.ask("两座城市", method="centres", **CENTRES)
    office.work()
    desk = planner("zh", width)
    for path in (f"compare/?of={numbers[0]}&of={numbers[1]}", f"{centres.pk}/"):
        desk.go(f"{DESK}{path}")
        _mapped(desk)
        button = desk.page.locator("[data-show] button:visible").first
        button.click()
        assert desk.page.inner_text("[data-told]").startswith(button.inner_text())
        desk.look()
    assert desk.faults == []


@pytest.mark.deep
def test_where_no_map_can_be_drawn_the_drawing_stays(office, planner):
    study = office.ask("基准方案")
    office.work()
    desk = planner("zh", 390)
    desk.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    with desk.page.expect_console_message(lambda said: said.type == "warning"):
        desk.page.goto(f"{desk.root}{DESK}{study.pk}/")
        desk.page.locator(MAP).scroll_into_view_if_needed()
    assert desk.page.locator(f"{MAP} svg[role=img]").is_visible()
    assert not desk.page.locator("[data-frame]").is_visible()


@pytest.mark.deep
@pytest.mark.parametrize(("language", "width"), EVERY)
def test_a_study_is_asked_put_right_computed_and_compared(language, width, office, planner, tmp_path):
    first = office.ask("六公里")
    office.work()
    desk = planner(language, width)
    page = desk.page
    desk.go("/desk/")
    desk.press(f"a[href$='{DESK}']")
    desk.press(f"a[href$='{DESK}new/']")
    desk.press(f"a[href$='/new/{METHOD}/']")
    wrong, right, masts = tmp_path / "wrong.csv", tmp_path / "villages.csv", tmp_path / "masts.csv"
    wrong.write_text("id,longitude,latitude,households\na,126,45,-3\nb,x,45,4\n", encoding="utf-8")
    right.write_text(places(), encoding="utf-8")
    masts.write_text(candidates(), encoding="utf-8")
    page.fill("[name=_title]", "八公里")
    page.fill("[name=radius_km]", "8")
    page.set_input_files("#input-places", wrong)
    page.set_input_files("#input-candidates", masts)
    desk.press("button[value=check]")
    assert page.locator(".govuk-error-summary a[href='#input-places']").count() == 2
    page.set_input_files("#input-places", right)
    desk.press("button[value=check]")
    desk.press("button[value=queue]")
    assert page.locator("#study-running").count() == 1
    with page.expect_navigation(timeout=20_000):  # the page sees by itself that there is a result
        office.work()
    desk.look()
    assert page.locator("[data-frontier] canvas").count() == 1
    page.select_option("#other", str(first.pk))
    desk.press("form[action$='/compare/'] button")
    assert page.locator("tr.is-different").count() >= 1
    assert page.locator("figure svg use").count() >= 3
    desk.go(DESK)
    for box in page.locator("input[name=of]").all():
        box.check()
    desk.press(".amur-choosebar button")
    assert page.locator("#plans").count() == 1
    assert _real(desk.faults) == []


@pytest.mark.deep
def test_without_a_script_each_budget_is_a_link(office, planner):
    study = office.ask("基准方案")
    office.work()
    desk = planner("zh", 390)
    cookies = desk.page.context.cookies()
    plain = desk.page.context.browser.new_context(java_script_enabled=False, locale="zh-CN")
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(f"{desk.root}{DESK}{study.pk}/")
    assert not page.is_visible("#budget")
    page.click("tr[data-plan='2'] a")
    assert page.locator("tr.is-chosen").get_attribute("data-plan") == "2"
    assert page.is_visible("#plan-figures figure svg")
    plain.close()


@pytest.mark.deep
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_failed_and_what_was_published_has_no_barrier(width, scheme, office, planner):
    failed = office.ask("覆盖九成五", {"share": "0.95", "budgets": "400000"})
    office.work()
    done = office.ask("基准方案")
    office.work()
    desk = planner("zh", width, "decider", color_scheme=scheme)
    desk.go(f"{DESK}{failed.pk}/")
    desk.go(f"{DESK}{done.pk}/")
    desk.press("button[value=publish]")
    desk.press("button[value=withdraw]")
    assert desk.page.locator(".govuk-error-summary").count() == 1
    desk.page.fill("#reason", "表格有误")
    desk.press("button[value=withdraw]")
    assert _real(desk.faults) == []
