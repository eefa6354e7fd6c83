"""The map of coverage in Russian, Japanese and Korean: no sentence of the pages or of their map is left in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amur.policy.tongues import reads
from amur.web import tongues, translations
from tests.web.house import House
from tests.web.portal.surveyed import publish, text_of, written

pytestmark = pytest.mark.django_db
_PAGES = ("/coverage/", "/coverage/counties/{county}/", "/coverage/places/{place}/")
_LONG = 12
"""From how many letters on a sentence cannot stand on a page by chance."""


@pytest.fixture(autouse=True)
def languages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pack have the further languages as drafts, whatever it has."""
    said = {"zh": "complete", "en": "complete"} | dict.fromkeys(tongues.NAMES, "draft")
    monkeypatch.setattr(reads, "languages", lambda: said)


def _english() -> set[str]:
    """Return the parts of the map's English sentences that stand between what is filled in."""
    found = set()
    for one in translations.asked():
        if "portal/coverage" in one.place and isinstance(one.msgid, str):
            parts = re.split(r"%\([a-z_]+\)[sd]|%%", one.msgid)
            found |= {part.strip() for part in parts if len(part.strip()) >= _LONG and "made up" not in part}
    return found


@pytest.mark.parametrize("language", sorted(tongues.NAMES))
def test_the_province_a_county_and_a_place_say_nothing_in_english(house: House, tmp_path: Path, language: str):
    publish(house, written(tmp_path))
    listed = house.client().get(f"/{language}/coverage/").content.decode()
    county = re.search(rf"/{language}/coverage/counties/([^/]+)/\?", listed)
    assert county, "a county leads to its page in the language"
    page = house.client().get(f"/{language}/coverage/counties/{county[1]}/").content.decode()
    place = re.search(rf"/{language}/coverage/places/([^?\"]+)/\?", page)
    assert place, "a place leads to its page in the language"
    english = _english()
    assert len(english) > 40
    for path in _PAGES:
        answer = house.client().get(f"/{language}{path.format(county=county[1], place=place[1])}")
        whole = answer.content.decode()
        assert answer.status_code == 200
        assert f'<html class="govuk-template" lang="{language}"' in whole
        assert (path, sorted(one for one in english if one in whole)) == (path, [])
        assert text_of(whole)


@pytest.mark.parametrize("language", sorted(tongues.NAMES))
def test_before_the_first_survey_the_page_says_so(house: House, language: str):
    page = house.client().get(f"/{language}/coverage/").content.decode()
    assert not any(one in page for one in _english())


def test_what_nobody_said_in_the_language_is_marked_as_english(house: House, tmp_path: Path):
    publish(house, written(tmp_path))
    page = house.client().get("/ja/coverage/").content.decode()
    beside = page.partition('<div class="amur-notice">')[2].partition("</div>")[0]
    assert beside.count('<li><span lang="en">') > 0
