"""The page as a reader opens it: a file, no network, on a phone and at a desk, in both languages, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import etree

from amur.detection.reporting.page import page as report
from tests.browser.visit import RULES
from tests.detection.reporting.making import MADE_AT, attack, hostile

pytestmark = pytest.mark.browser
_IS_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_SHOWN = "name => [...document.querySelectorAll(name)].filter(one => one.checkVisibility()).length"


@pytest.fixture
def opened(open_page, tmp_path):
    """Return a function that writes a page and opens it where there is no network; what went wrong is in ``faults``."""

    def open_(summary, width=390, locale="zh-CN", **options):
        file = tmp_path / "report.html"
        file.write_text(report(summary, made_at=MADE_AT, rules=9, read=["a"], faults=["b"]), encoding="utf-8")
        page = open_page(width=width, locale=locale, offline=True, **options)
        page.faults = []
        page.on("console", lambda said: page.faults.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: page.faults.append(f"script: {error}"))
        page.on("dialog", lambda box: page.faults.append(f"box: {box.message}"))
        page.on("request", lambda asked: _note(page, asked.url, file))
        page.goto(file.as_uri())
        return page

    return open_


def _note(page, url, file):
    if url != file.as_uri() and not url.startswith("data:"):
        page.faults.append(f"asked for {url}")


@pytest.mark.parametrize(
    ("width", "locale", "colours"),
    [
        (390, "zh-CN", "light"),
        pytest.param(390, "en-GB", "dark", marks=pytest.mark.deep),
        pytest.param(1280, "zh-CN", "dark", marks=pytest.mark.deep),
        pytest.param(1280, "en-GB", "light", marks=pytest.mark.deep),
    ],
)
@pytest.mark.parametrize("made", [attack, hostile])
def test_it_fits_the_screen_asks_for_nothing_and_is_accessible(opened, made, width, locale, colours):
    page = opened(made(), width, locale, color_scheme=colours)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert not page.evaluate(_IS_WIDER)
    broken = [found["id"] for found in Axe().run(page, options=RULES).response["violations"]]
    assert (broken, page.faults) == ([], [])
    assert page.evaluate("window.caught") is None


@pytest.mark.parametrize("made", [attack, hostile])
def test_a_browser_reads_the_same_elements_as_a_reader_of_xml(opened, made):
    """What HTML would put elsewhere, such as a table in a paragraph, would make another tree."""
    page = opened(made(), java_script_enabled=True)
    text = report(made(), made_at=MADE_AT, rules=9, read=["a"], faults=["b"])
    tree = etree.fromstring(text.encode())
    names = [one.tag.rpartition("}")[2] for one in tree.iter("*")]
    assert page.evaluate("[...document.querySelectorAll('*')].map(one => one.localName)") == names
    nested = "[...document.querySelectorAll('*')].map(one => { let deep = 0; while ((one = one.parentElement)) deep++; return deep; })"
    assert page.evaluate(nested) == [len(list(one.iterancestors())) for one in tree.iter("*")]
    assert page.evaluate("document.compatMode") == "CSS1Compat"


@pytest.mark.parametrize(("locale", "first", "second"), [("zh-CN", "zh", "en"), ("en-GB", "en", "zh")])
def test_it_begins_in_the_language_of_the_browser_and_changes_at_a_touch(opened, locale, first, second):
    page = opened(attack(), locale=locale)
    heads = {"zh": "4 条规则命中 33 次", "en": "33 hits by 4 rules"}
    titles = {"zh": "检测报告 – 令行 Amur", "en": "Detection report – Amur 令行"}
    tags = {"zh": "zh-Hans", "en": "en"}
    for language in (first, second, first):
        page.click(f"label[for={language}]")
        assert page.inner_text("h1") == heads[language]
        assert (page.title(), page.evaluate("document.documentElement.lang")) == (titles[language], tags[language])
    assert page.faults == []


def test_without_a_script_the_language_changes_levels_are_hidden_and_rules_open(opened):
    page = opened(attack(), java_script_enabled=False)
    assert page.inner_text("h1") == "4 条规则命中 33 次"
    page.click("label[for=en]")
    assert page.inner_text("h1") == "33 hits by 4 rules"
    assert not page.is_visible("#find")
    assert page.is_visible("#r1")
    page.click("label[for=show-high]")
    assert not page.is_visible("#r1")
    assert page.is_visible("#r0")
    page.click("#r0 > summary")
    page.click("#r0 .raw summary")
    assert page.is_visible("#r0 pre")


def test_it_is_worked_by_keyboard_alone(opened):
    page = opened(attack(), width=1280)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("h1") == "33 hits by 4 rules"
    page.focus("#show-critical")
    page.keyboard.press("Space")
    assert not page.is_visible("#r0")
    page.focus("#r1 > summary")
    page.keyboard.press("Enter")
    assert page.is_visible("#r1 .sample")


def test_a_rule_is_found_by_its_title_and_by_a_technique(opened):
    page = opened(attack(), width=1280, locale="en-GB")
    page.fill("#find", "SHADOW")
    assert page.evaluate(_SHOWN, ".rule") == page.evaluate(_SHOWN, ".group") == 1
    assert page.inner_text("#found") == "1 found"
    page.fill("#find", "")
    assert page.evaluate(_SHOWN, ".rule") == 4
    page.click("label[for=show-high]")
    page.click(".cell:has-text('T1059.001')")
    assert page.input_value("#find") == "T1059.001"
    assert page.evaluate(_SHOWN, ".rule") == 1
    assert page.is_visible("#r1 .sample")
    assert page.faults == []


def test_on_paper_it_is_light_and_leaves_out_what_cannot_be_pressed(opened):
    page = opened(attack(), width=1280, color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(12, 20, 22)"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    for name in (".tongues", ".toc", ".shows", ".finding"):
        assert not page.is_visible(name)
    assert page.evaluate(_SHOWN, ".rule") == 4
