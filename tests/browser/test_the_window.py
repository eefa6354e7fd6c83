"""The window in a real browser: a whole intake by the keyboard alone, and a line that drops, delays and doubles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import caches
from playwright.sync_api import FileChooser, expect

from amur.procedures.models import Case
from amur.web.desk.window import intake
from tests.web import windowed
from tests.web.house import FORM, PLAN, PROCEDURE, House

pytestmark = pytest.mark.browser
STARTS = dict(zip(("year", "month", "day"), FORM["starts_on"].split("-"), strict=True))


def _focused(page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.name || ''")


def _tab_to(page, wanted: str) -> None:
    """Go on with Tab until the focus is in a box; a person looks where it is and stops."""
    for _ in range(90):
        if _focused(page) == wanted:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {wanted}")


def _type_all(page, plan: Path, **changes: str) -> None:
    """Fill the whole form with the keyboard, box by box in the order in which Tab comes to them."""
    values = FORM | changes
    names = page.evaluate(
        "[...document.querySelectorAll('form[data-window] [name]:not([type=hidden]):not(button)')]"
        ".map((one) => [one.name, one.type, one.id])"
    )
    for name, kind, element in names:
        text = values.get(name) or STARTS.get(name.removeprefix("starts_on-"), "")
        if kind == "file":
            _tab_to(page, element)
            _chosen(page).set_files(plan)
        elif kind == "select-one" and text:
            _tab_to(page, element)
            for _ in range(200):
                if page.locator(f"[name={name}]").input_value() == text:
                    break
                page.keyboard.press("ArrowDown")
        elif kind in {"text", "textarea", "tel", "email"} and text:
            _tab_to(page, element)
            page.keyboard.type(text)
    _show_papers(page)


def _chosen(page) -> FileChooser:
    """Open the dialog for a file by its key."""
    page.keyboard.press("Space")
    for _ in range(500):
        if page.choosers:
            return page.choosers.pop()
        page.wait_for_timeout(20)
    raise AssertionError("the key opens no dialog for a file")


def _show_papers(page) -> None:
    for box in ("material-licence-0", "material-licence-1", "material-licence-2", "identity-kind-0"):
        _tab_to(page, box)
        page.keyboard.press("Space")
    _tab_to(page, "identity-number")
    page.keyboard.type(windowed.NUMBER)
    _tab_to(page, "identity-name")
    page.keyboard.type(windowed.NAME)


@pytest.fixture
def counter(served: House, visitor, tmp_path: Path) -> Callable[..., tuple]:
    """Return a function that opens the window for a signed-in handler, whose mouse does nothing."""
    windowed.declare(served)
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(PLAN)

    def open_(language: str):
        officer = visitor(language, 1280)
        officer.sign_in("handler")
        # Listened for from the beginning: a browser that is asked to hand over its dialog just before the key may be asked too
        # late, opens its own, which nobody sees, and takes no further key there.
        officer.page.choosers = []

        def asked(chooser: FileChooser) -> None:
            officer.page.choosers.append(chooser)

        officer.page.on("filechooser", asked)
        officer.page.add_init_script(
            "window.print = () => { window.printed = (window.printed || 0) + 1; };"
            "for (const kind of ['mousedown', 'pointerdown', 'mousemove'])"
            " addEventListener(kind, () => { window.hasMouse = true; }, true);"
        )
        return officer, plan

    return open_


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.deep)])
def test_a_whole_intake_by_the_keyboard_alone(served: House, counter, language: str):
    officer, plan = counter(language)
    page = officer.page
    officer.go("/desk/window/")
    assert _focused(page) == "code"
    page.keyboard.type("1")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    officer.look()
    _type_all(page, plan, credit_code="x")
    page.keyboard.press("Enter")
    page.wait_for_selector(".govuk-error-summary")
    officer.look()
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert _focused(page) == "credit_code"
    page.keyboard.press("Control+a")
    page.keyboard.type(FORM["credit_code"])
    assert page.locator("#identity-number").input_value() == ""
    _tab_to(page, "identity-number")
    page.keyboard.type(windowed.NUMBER)
    _tab_to(page, "identity-name")
    page.keyboard.type(windowed.NAME)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    officer.look()
    case = Case.objects.get(channel="window")
    assert case.number in page.url
    assert page.evaluate("window.printed") == 1
    assert page.evaluate("document.activeElement.href").endswith(".pdf")
    officer.go("/desk/")
    assert case.number in page.locator(".amur-queue").inner_text()
    page.locator(f".amur-queue a:has-text('{case.number}')").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("input[value=accept]").focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    case.refresh_from_db()
    assert case.accepted_at is not None
    assert not page.evaluate("window.hasMouse")
    assert [one for one in officer.faults if "422" not in one] == []


class Line:
    """A line that, while it is bad, loses every other post, and drops the answers after the server did its work."""

    def __init__(self) -> None:
        self.is_bad, self.posts = True, 0

    def __call__(self, route) -> None:
        self.posts += route.request.method == "POST"
        if self.is_bad and self.posts % 2 == 0:
            route.abort("connectionreset")
        else:
            route.continue_()


def _fill(page, plan: Path, service_name: str) -> None:
    for name, value in (FORM | {"service_name": service_name}).items():
        if name == "starts_on":
            for part, text in STARTS.items():
                page.fill(f"#starts_on-{part}", text)
        elif page.locator(f"select[name={name}]").count():
            page.select_option(f"select[name={name}]", value)
        else:
            page.fill(f"[name={name}]", value)
    page.set_input_files("[name=plan]", plan)
    page.check("#material-licence-0")
    page.check("#identity-kind-0")
    page.fill("#identity-number", windowed.NUMBER)
    page.fill("#identity-name", windowed.NAME)


@pytest.mark.deep
def test_a_line_that_drops_answers_after_the_work_and_breaks_makes_no_case_twice_and_loses_none(
    served: House, counter, monkeypatch: pytest.MonkeyPatch
):
    officer, plan = counter("zh")
    page, line = officer.page, Line()
    answer = intake._answer

    def dropped(request, number: str):
        if line.is_bad:
            raise ConnectionResetError
        return answer(request, number)

    monkeypatch.setattr(intake, "_answer", dropped)
    officer.go(f"/desk/window/services/{PROCEDURE}/")
    page.route("**/desk/window/services/**", line)
    for name in ("演示 一", "演示 二", "演示 三"):
        _fill(page, plan, name)
        page.press("#identity-name", "Enter")
        expect(page.locator("#service_name")).to_have_value("")
        assert page.input_value("#identity-number") == ""
    assert Case.objects.filter(channel="window").exists()
    line.is_bad = False
    expect(page.locator("[data-sending] li[data-state=done]")).to_have_count(3, timeout=40_000)
    assert line.posts > 3
    assert sorted(Case.objects.filter(channel="window").values_list("subject", flat=True)) == [
        "演示 一",
        "演示 三",
        "演示 二",
    ]
    numbers = set(page.locator("[data-sending] li a").all_inner_texts())
    assert numbers == set(Case.objects.filter(channel="window").values_list("number", flat=True))


@pytest.mark.deep
def test_the_window_goes_on_without_a_connection_and_no_store_of_the_browser_holds_it(served: House, counter):
    officer, plan = counter("zh")
    page = officer.page
    officer.go(f"/desk/window/services/{PROCEDURE}/")
    page.context.set_offline(True)
    for name in ("演示 甲", "演示 乙"):
        _fill(page, plan, name)
        page.press("#identity-name", "Enter")
        expect(page.locator("#service_name")).to_have_value("")
    assert page.locator("[data-sending] li[data-state=waiting]").count() == 2
    assert not Case.objects.filter(channel="window").exists()
    kept = page.evaluate(
        "(async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,"
        " 'caches' in window ? (await caches.keys()).length : 0])()"
    )
    assert kept == [0, 0, 0, 0]
    page.context.set_offline(False)
    expect(page.locator("[data-sending] li[data-state=done]")).to_have_count(2, timeout=40_000)
    assert Case.objects.filter(channel="window").count() == 2
    caches["counts"].clear()
