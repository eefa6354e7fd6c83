"""Each door in a real browser: the pages that the walk does not pass. Dark, elder and low-sight displays are deep."""

from __future__ import annotations

import json

import pytest

from amur.base.acting import system
from amur.policy import acts as policy
from tests.browser.visit import heavy
from tests.web.board.test_pages import TEXT
from tests.web.house import PROCEDURE, REGISTER, House, furnish

pytestmark = pytest.mark.browser

PUBLIC = (
    "/",
    f"/services/{PROCEDURE}/",
    "/search/",
    "/search/?q=备案",
    "/search/?q=没有这样的词",
    "/search/?q=备案&in=registers",
    "/track/",
    "/registers/",
    f"/registers/{REGISTER}/",
    f"/registers/{REGISTER}/?valid_on=2026-02-20",
    "/board/",
    "/board/clauses/3/",
    "/board/indicators/",
    "/board/indicators/filing_time/",
    "/board/report/?late=in_time",
    f"/board/figures/clocks/{PROCEDURE}/decision/",
    f"/board/figures/cases/{PROCEDURE}/",
    "/open/",
    "/open/reference/",
    "/open/ledger/",
    "/verify/",
    "/display/",
    "/accounts/login/",
    "/accounts/signup/",
)


@pytest.fixture
def furnished(served: House) -> House:
    """Return a served house with a case, a record and an imported text."""
    policy.import_edition(TEXT.encode(), source_name="示例.txt", by=system("cli"), now=served.now)
    return furnish(served)


@pytest.mark.parametrize(
    ("language", "width", "options"),
    [
        ("en", 390, {}),
        pytest.param("zh", 390, {}, marks=pytest.mark.deep),
        pytest.param("zh", 1280, {}, marks=pytest.mark.deep),
        pytest.param("en", 1280, {}, marks=pytest.mark.deep),
        pytest.param("zh", 390, {"color_scheme": "dark"}, marks=pytest.mark.deep),
        pytest.param("en", 1280, {"color_scheme": "dark"}, marks=pytest.mark.deep),
    ],
)
def test_public_pages_have_no_barrier_and_a_light_first_view(language, width, options, furnished: House, visitor):
    stranger = visitor(language, width, **options)
    for path in PUBLIC:
        stranger.go(path)
    assert stranger.faults == []
    assert heavy(stranger) == {}


@pytest.mark.deep
@pytest.mark.parametrize("display", ["light.on.usual", "dark.on.low", "system.off.low"])
@pytest.mark.parametrize("width", [390, 1280])
def test_elder_and_low_sight_displays_have_no_barrier(display, width, furnished: House, visitor):
    reader = visitor("zh", width)
    reader.page.context.add_cookies([{"name": "amur_display", "value": display, "url": furnished.address}])
    for path in PUBLIC:
        reader.go(path)
    reader.sign_in("handler")
    reader.go("/desk/")
    reader.go(f"/desk/cases/{furnished.case.number}/")
    assert reader.faults == []


def test_the_desk_says_what_is_missing_and_keeps_what_was_typed(furnished: House, visitor):
    official = visitor("zh", 1280)
    official.sign_in("handler")
    official.go(f"/desk/cases/{furnished.case.number}/")
    official.page.check("input[value=request_supplement]")
    official.press("main form:has(#reason) button[type=submit]:not([name]):not([tabindex])")
    assert official.page.locator(".govuk-error-summary").count() == 1
    official.page.fill("#reason", "方案缺第四章")
    furnished.fire(furnished.case, "both", "accept", "handler")
    official.press("main form:has(#reason) button[type=submit]:not([name]):not([tabindex])")
    assert "没有办理" in official.page.inner_text("[role=alert]")
    assert "方案缺第四章" in official.page.content()
    # The two answers say 422 and 409, which Chromium's console repeats; everything else must be silent.
    assert [fault for fault in official.faults if "console: Failed to load" not in fault] == []


@pytest.mark.parametrize("who", ["system", "nobody"])
def test_the_desk_of_those_without_cases_has_no_barrier(who: str, furnished: House, visitor):
    reader = visitor("zh", 390)
    reader.sign_in(who)
    reader.go("/desk/")
    if who == "system":
        reader.go("/desk/jobs/")
    assert [fault for fault in reader.faults if "console: Failed to load" not in fault] == []


def test_a_receipt_that_was_altered_is_found_out_step_by_step(furnished: House, visitor):
    stranger = visitor("en", 390)
    entry = furnished.filed.events.first().entry_hash
    receipt = json.loads(
        stranger.page.request.get(f"{furnished.address}/open/api/v1/ledger/entries/{entry}/receipt").text()
    )
    receipt["header"] = receipt["header"].replace("case.submitted", "case.withdrawn")
    stranger.go("/verify/")
    stranger.page.fill("#receipt", json.dumps(receipt))
    stranger.page.click("#check")
    stranger.page.wait_for_selector("#result:not([hidden])")
    assert stranger.page.inner_text("#verdict").startswith("It does not hold.")
    assert "does not hold" in stranger.page.inner_text("#steps li:last-child")
    stranger.page.fill("#receipt", "not a receipt")
    stranger.page.click("#check")
    assert stranger.page.inner_text("#receipt-error").startswith("This is not a receipt.")
    stranger.look()
    assert stranger.faults == []


def test_a_receipt_file_is_checked_when_it_is_chosen(furnished: House, visitor, tmp_path):
    stranger = visitor("zh", 390)
    entry = furnished.filed.events.first().entry_hash
    file = tmp_path / "receipt.json"
    file.write_bytes(
        stranger.page.request.get(f"{furnished.address}/open/api/v1/ledger/entries/{entry}/receipt").body()
    )
    stranger.go("/verify/")
    stranger.page.set_input_files("#file", file)
    stranger.page.wait_for_selector("#result:not([hidden])")
    assert stranger.page.inner_text("#verdict").startswith("成立。")


def test_without_a_script_the_page_that_verifies_tells_the_command_line(furnished: House, visitor):
    stranger = visitor("en", 390, java_script_enabled=False)
    stranger.page.goto(f"{stranger.root}/verify/")
    assert stranger.page.is_visible("noscript .amur-notice")
    assert stranger.page.is_visible("text=python3 verify_ledger.py receipt receipt.json")
    assert not stranger.page.is_visible("#own")
