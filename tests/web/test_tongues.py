"""Russian, Japanese and Korean: the main public pages are said in them whole, every other page answers in English."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from django.test import Client
from django.utils.translation import _trans, trans_real

from amur.policy.tongues import reads
from amur.web import tongues, translations
from tests.web.house import PROCEDURE, REGISTER, House

pytestmark = pytest.mark.django_db
FURTHER = sorted(tongues.NAMES)
_TEMPLATES = translations.WEB / "templates"
_REACHED = re.compile(r'\{% (?:extends|include) "([^"]+)"')
_TAG = re.compile(r"\{% (\w+) ")
_MAIN = (
    *(f"portal/{name}.html" for name in ("home", "services", "service", "registers", "register", "track")),
    *(f"portal/{name}.html" for name in ("coverage", "coverage_broken", "coverage_county", "coverage_place")),
    "open/verify.html",
)
_BEHIND = (
    "listing",
    "portal/coverage",
    "portal/coverage_broken",
    "portal/coverage_studies",
    "portal/coverage_words",
    "portal/home",
    "portal/measured",
    "portal/news",
    "portal/services",
    "portal/systems",
    "portal/times",
)


@pytest.fixture(autouse=True)
def languages(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Let the pack have the further languages as drafts, whatever it has."""
    said = {"zh": "complete", "en": "complete"} | dict.fromkeys(FURTHER, "draft")
    monkeypatch.setattr(reads, "languages", lambda: said)
    return said


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return what pages ask to be translated, as it is asked."""
    found: set[str] = set()
    plain, many = trans_real.gettext, trans_real.do_ntranslate

    def gettext(message: str) -> str:
        found.add(str(message).rpartition("\x04")[2])
        return plain(message)

    def ngettext(one: str, more: str, number: int, function: str) -> str:
        found.add(one)
        return many(one, more, number, function)

    for place in (trans_real, _trans):
        monkeypatch.setattr(place, "gettext", gettext)
    monkeypatch.setattr(trans_real, "do_ntranslate", ngettext)
    return found


def _reachable() -> set[str]:
    """Return the templates of the main pages and all that they are put together of."""
    found: set[str] = set()
    waiting = list(_MAIN)
    while waiting:
        name = waiting.pop()
        if name in found or not (_TEMPLATES / name).exists():
            continue
        found.add(name)
        text = (_TEMPLATES / name).read_text(encoding="utf-8")
        waiting += [*_REACHED.findall(text), *(f"components/{tag}.html" for tag in _TAG.findall(text))]
    return found


def _ask(client: Client, house: House, root: str) -> None:
    record = f"/registers/{REGISTER}/"
    pages: list[tuple[str, Mapping[str, str]]] = [
        *(
            (path, {})
            for path in ("/", "/services/", f"/services/{PROCEDURE}/", "/registers/", record, "/track/", "/verify/")
        ),
        *((record, {"valid_on": day}) for day in ("2026-02-20", "never")),
        (record, {"q": "nowhere"}),
    ]
    for path, asked in pages:
        assert client.get(f"{root}{path}", asked).status_code in {200, 422}
    client.post(f"{root}/track/", {"number": "1", "code": "2"})
    for about in ("no such thing", house.filed.number):
        client.post(f"{root}/verify/", {"about": about})


def test_whatever_a_main_page_can_say_is_there_in_each_further_language(house: House, heard: set[str]):
    _ask(house.client(), house, "/en")
    places = {f"templates/{name}" for name in _reachable()} | {f"{name}.py" for name in _BEHIND}
    asked: set[str] = set()
    known: set[str] = set()
    for one in translations.asked():
        said = one.msgid[0] if isinstance(one.msgid, tuple) else one.msgid
        known.add(said)
        if one.place.rpartition(":")[0] in places:
            asked.add(said)
    asked |= heard & known
    for language in FURTHER:
        kept = {said for (said, _context), words in translations.said_in(language).items() if all(words)}
        assert (language, sorted(asked - kept)) == (language, [])
        assert (language, sorted(kept - known)) == (language, [])


def test_a_further_translation_fills_the_blanks_of_its_sentence():
    blank = re.compile(r"%\([a-z_]+\)[sd]|%%")
    wrong = [
        (language, said)
        for language in FURTHER
        for (said, _context), words in translations.said_in(language).items()
        if any(set(blank.findall(one)) - set(blank.findall(said)) - {"%(count)s"} for one in words)
        or any(set(blank.findall(said)) - set(blank.findall(one)) for one in words)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", FURTHER)
def test_a_main_page_speaks_the_language_and_says_that_it_is_a_draft(house: House, language: str):
    page = house.client().get(f"/{language}/services/{PROCEDURE}/").content.decode()
    assert f'<html class="govuk-template" lang="{language}"' in page
    notice = {"ru": "решающим является китайский текст", "ja": "中国語の本文が優先", "ko": "중국어 본문이 우선"}
    assert notice[language] in page
    assert f'hreflang="{language}" href="/{language}/services/{PROCEDURE}/"' in page


def test_what_the_pack_does_not_say_in_the_language_is_marked_as_english(house: House, monkeypatch):
    monkeypatch.setattr(reads, "said_in", lambda _language: {})
    page = house.client().get(f"/ru/services/{PROCEDURE}/").content.decode()
    assert '<p class="amur-lede"><span lang="en">File a service that you want to try' in page


def test_texts_of_the_pack_are_shown_in_the_language_by_their_chinese_words(house: House, monkeypatch):
    monkeypatch.setattr(
        reads, "said_in", lambda language: {"新型电信业务备案": "Учёт новой услуги"} if language == "ru" else {}
    )
    assert "<title>Учёт новой услуги" in house.client().get(f"/ru/services/{PROCEDURE}/").content.decode()
    assert "<title>Filing of a new telecom service" in house.client().get(f"/ja/services/{PROCEDURE}/").content.decode()


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/search/?q=x", "get", 302), ("/board/", "get", 302), (f"/services/{PROCEDURE}/apply/", "post", 307)],
)
def test_a_page_that_is_not_said_in_the_language_answers_in_english(house: House, path: str, method: str, status: int):
    answer = getattr(house.client(), method)(f"/ru{path}")
    assert (answer.status_code, answer["Location"]) == (status, f"/en{path}")


def test_a_language_that_the_pack_does_not_have_is_led_to_english(house: House, languages: dict[str, str]):
    del languages["ko"]
    assert house.client().get("/ko/")["Location"] == "/en/"
    assert "한국어" not in house.client().get("/en/").content.decode()


def test_an_address_that_leads_nowhere_says_so_in_english(house: House):
    answer = house.client().get("/ja/no/such/page/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_from_a_page_without_the_language_its_link_leads_to_the_first_page(house: House):
    page = house.client().get("/en/search/?q=x").content.decode()
    assert '<a lang="ru" hreflang="ru" href="/ru/">Русский</a>' in page
    assert 'rel="alternate" hreflang="ru"' not in page
