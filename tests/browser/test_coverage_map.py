"""The map of coverage in a real browser: it is drawn, it changes with the rule, and the table beside it says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from amur.studies import reads
from tests.browser.visit import Visitor, heavy
from tests.browser.walking import EACH_WAY, Pictures
from tests.web.house import House
from tests.web.portal.surveyed import DEFINITIONS, HOSTILE, code, publish, written

pytestmark = pytest.mark.browser

SHAPES = "figure[data-amur-map]"


@pytest.fixture
def surveyed(served: House, tmp_path) -> Path:
    """Serve a survey of four counties; return the folder of its results."""
    return reads.folder().path / publish(served, written(tmp_path)).result_hash


def _drawn(visitor: Visitor, definition: str = "", measure: str = "people") -> None:
    ready = f'{SHAPES}[data-ready="{definition}:{measure}"]' if definition else f"{SHAPES}[data-ready]"
    visitor.page.locator(SHAPES).scroll_into_view_if_needed()
    visitor.page.wait_for_selector(ready)


def _colours(page: Page) -> set[str]:
    """Return the colours that stand on many points of the drawn map, as six digits."""
    picture = page.locator(f"{SHAPES} canvas").screenshot()
    script = """async (bytes) => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: 'image/png'}));
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const pen = canvas.getContext('2d');
      pen.drawImage(picture, 0, 0);
      const data = pen.getImageData(0, 0, picture.width, picture.height).data;
      const found = {};
      for (let at = 0; at < data.length; at += 4) {
        const colour = [0, 1, 2].map((part) => data[at + part].toString(16).padStart(2, '0')).join('');
        found[colour] = (found[colour] || 0) + 1;
      }
      return Object.keys(found).filter((colour) => found[colour] > 400);
    }"""
    return set(page.evaluate(script, list(picture)))


def _scale(page: Page) -> dict[str, str]:
    """Return the colours of the scale by their step."""
    read = (
        "(step) => getComputedStyle(document.documentElement).getPropertyValue(`--amur-scale-${step}`).trim().slice(1)"
    )
    return {str(step): page.evaluate(read, step) for step in range(1, 6)}


def _in_table(page: Page) -> dict[str, str]:
    """Return what the chosen column of the table says, by county."""
    rows = page.locator("#counties tr[data-county]").all()
    return {
        str(row.get_attribute("data-county")): row.locator("td.is-chosen").inner_text().split("–")[0] for row in rows
    }


def _step(share: float) -> str:
    return str(1 + sum(share >= limit for limit in (0.5, 0.75, 0.9, 0.98)))


def _expected(folder: Path, definition: str) -> dict[str, float | None]:
    features = json.loads((folder / "counties.geojson").read_text())["features"]
    return {one["properties"]["code"]: one["properties"][f"{definition}:people"] for one in features}


@pytest.mark.parametrize(
    ("language", "width"),
    [one if one == ("en", 390) else pytest.param(*one, marks=pytest.mark.deep) for one in EACH_WAY],
)
def test_the_map_is_drawn_changes_with_the_rule_and_says_what_the_table_says(language, width, surveyed: Path, visitor):
    reader = visitor(language, width)
    pictures = Pictures("coverage", language, width)
    reader.go("/coverage/")
    for definition in DEFINITIONS[:2]:
        if definition != DEFINITIONS[0]:
            reader.page.check(f"input[name=definition][value={definition}]")
            reader.page.wait_for_selector("#counties:not([aria-busy])")
        _drawn(reader, definition)
        shares = _expected(surveyed, definition)
        said = {county: re.sub(r"[^\d.]", "", words) for county, words in _in_table(reader.page).items()}
        assert said == {
            county: f"{share:.1%}".rstrip("%") if share is not None else "" for county, share in shares.items()
        }
        scale = _scale(reader.page)
        wanted = {scale[_step(share)] for share in shares.values() if share is not None}
        assert _colours(reader.page) & set(scale.values()) == wanted
        pictures.take(reader, definition)
    assert f"definition={DEFINITIONS[1]}" in reader.page.url
    assert reader.faults == []
    assert heavy(reader) == {}


@pytest.mark.deep
@pytest.mark.parametrize(("language", "width"), EACH_WAY)
def test_from_a_county_to_a_village_each_map_is_drawn_and_nothing_bars_the_way(language, width, surveyed, visitor):
    reader = visitor(language, width)
    pictures = Pictures("coverage-county", language, width)
    reader.go(f"/coverage/counties/{code(0)}/")
    _drawn(reader)
    pictures.take(reader, "county")
    reader.press("#villages a[href*='/places/']")
    _drawn(reader)
    pictures.take(reader, "place")
    assert reader.faults == []
    assert heavy(reader) == {}


@pytest.mark.deep
def test_without_a_script_the_switch_and_the_table_work(surveyed, visitor):
    reader = visitor("en", 390, java_script_enabled=False)
    reader.page.goto(f"{reader.root}/coverage/")
    assert reader.page.is_visible("noscript span")
    reader.page.check("input[name=definition][value=edge_90]")
    reader.page.click("form.amur-switch button")
    assert "definition=edge_90" in reader.page.url
    assert _in_table(reader.page)[code(0)].startswith("50.0")


@pytest.mark.deep
def test_where_nothing_can_be_drawn_the_page_says_so(surveyed, visitor):
    reader = visitor("en", 390)
    reader.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    reader.go("/coverage/")
    reader.page.locator(SHAPES).scroll_into_view_if_needed()
    reader.page.wait_for_selector("[data-failed]:not([hidden])")


@pytest.mark.deep
@pytest.mark.parametrize("display", ["light.on.usual", "dark.on.low"])
@pytest.mark.parametrize("width", [390, 1280])
def test_large_text_and_low_sight_have_no_barrier(display, width, served: House, visitor, tmp_path):
    publish(served, written(tmp_path), challenge="coverage_challenge")
    reader = visitor("zh", width)
    reader.page.context.add_cookies([{"name": "amur_display", "value": display, "url": served.address}])
    for path in ("/coverage/", f"/coverage/counties/{code(0)}/", f"/coverage/places/{code(0)}/1/"):
        reader.go(path)
        _drawn(reader)
        reader.look()
    assert reader.faults == []


@pytest.mark.deep
def test_what_is_pressed_is_told_as_text_and_leads_to_its_page(surveyed, visitor):
    reader = visitor("en", 1280)
    reader.go("/coverage/")
    _drawn(reader)
    box = reader.page.locator(f"{SHAPES} canvas").bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)
    told = reader.page.locator("[data-told]")
    assert told.inner_text().startswith("县1")
    assert "58.0 %" in told.inner_text()
    reader.press("[data-told] a")
    assert f"/coverage/counties/{code(1)}/" in reader.page.url
    reader.go(f"/coverage/places/{code(0)}/1/")
    _drawn(reader)
    box = reader.page.locator(f"{SHAPES} canvas").bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert told.inner_text().startswith(HOSTILE)
    assert told.locator("img").count() == 0
    assert reader.faults == []
