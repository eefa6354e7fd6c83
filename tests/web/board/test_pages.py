from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from amur.base.acting import system
from amur.people.models import Body
from amur.policy import acts as policy
from amur.policy import reads as released
from tests.web.house import House

pytestmark = pytest.mark.django_db

TEXT = """关于示例的实施意见

一、总体要求

1.指导思想。甲乙丙丁。

二、推动创新

3.完善市场准入

健全新业务备案管理。

积极稳妥推进开放。
"""


@pytest.fixture
def imported(house: House) -> House:
    """Return the house with an official text."""
    policy.import_edition(TEXT.encode(), source_name="示例.txt", by=system("cli"), now=house.now)
    return house


def test_without_a_text_the_board_says_how_to_import_one_and_shows_the_packs_clauses(house: House):
    page = house.client().get("/board/").content.decode()
    assert "amur policy import" in page
    assert "让企业更容易进入市场" in page
    assert "amur-text" not in page


def test_a_clause_shows_the_official_paragraphs_beside_the_packs_words(imported: House):
    page = imported.client().get("/board/clauses/3/").content.decode()
    assert '<div class="amur-text" lang="zh-Hans"><p>健全新业务备案管理。</p><p>积极稳妥推进开放。</p></div>' in page
    assert "完善市场准入" in page
    assert "让企业更容易进入市场" in page


def test_the_english_page_keeps_the_chinese_text_marked_as_chinese(imported: House):
    page = imported.client().get("/en/board/clauses/3/").content.decode()
    assert '<div class="amur-text" lang="zh-Hans"><p>健全新业务备案管理。' in page
    assert "Easier entry to the market" in page


def test_carriers_lead_to_their_pages(house: House):
    page = house.client().get("/en/board/clauses/3/").content.decode()
    assert 'href="/en/services/new_service_filing/"' in page
    assert 'href="/en/registers/new_services/"' in page


def test_what_no_example_has_proved_is_never_called_carried_out(house: House):
    answer = house.client().get("/open/api/v1/policy/commitments/3.7").json()
    if any(example["passed"] is None for example in answer["examples"]):
        assert answer["verdict"] == "unproved"


def test_what_its_examples_proved_is_called_carried_out(house: House):
    release = released.active_release()
    examples = house.client().get("/open/api/v1/policy/commitments/3.7").json()["examples"]
    policy.keep_proofs(release, {one["id"]: True for one in examples}, by=system("prover"), now=house.now)
    answer = house.client().get("/open/api/v1/policy/commitments/3.7").json()
    assert answer["verdict"] == "assisted"
    assert all(one["passed"] for one in answer["examples"])


def test_the_tally_counts_every_commitment_once(house: House):
    commitments = house.client().get("/open/api/v1/policy/commitments").json()
    clauses = house.client().get("/open/api/v1/policy/clauses").json()
    assert sum(sum(clause["tally"].values()) for clause in clauses) == len(commitments)
    page = house.client().get("/en/board/").content.decode()
    counted = [int(number) for number in re.findall(r"<b>(\d+)</b></span>\s*(?:</a>)?</li>", page)]
    assert sum(counted) == len(commitments)


def test_what_is_not_carried_out_gives_its_reason(house: House):
    for one in house.client().get("/open/api/v1/policy/commitments").json():
        assert one["carriers"] or one["reason"] or one["verdict"] == "gap"


def test_an_unknown_clause_is_nowhere(house: House):
    assert house.client().get("/board/clauses/99/").status_code == 404


@pytest.mark.django_db
def test_before_the_first_sync_the_board_says_what_to_run(db: None):
    page = Client(HTTP_HOST="localhost").get("/board/").content.decode()
    assert "amur sync" in page


def test_no_page_of_the_board_has_a_style_or_script_of_its_own(imported: House):
    page = imported.client().get("/board/clauses/3/").content.decode()
    assert "style=" not in page
    assert "<script" not in page


def test_commitments_are_narrowed_to_a_body_and_a_verdict_and_a_word_without_meaning_is_passed_over(house: House):
    page = house.client().get("/en/board/?body=hlj_tax&verdict=planned").content.decode()
    assert "2 commitments found" in page
    assert "Relief from tax and fees" in page
    assert "A fair market" not in page
    assert (
        "No commitment is like this" in house.client().get("/en/board/?body=hlj_tax&verdict=boundary").content.decode()
    )
    assert "found</h2>" not in house.client().get("/en/board/?body=nobody&verdict=nothing").content.decode()


def test_the_report_of_supervision_shows_every_commitment_with_its_body_and_its_reason(imported: House):
    page = imported.client().get("/en/board/report/").content.decode()
    assert page.count('<th scope="row">') == 210
    assert "Harbin Customs" in page
    assert "Outside the boundary" in page
    narrowed = imported.client().get("/board/report/?verdict=boundary").content.decode()
    assert narrowed.count('<th scope="row">') == 1
    assert "找到 1 项承诺" in narrowed
    one = imported.client().get("/en/board/report/?body=hlj_tax").content.decode()
    assert re.search(r"2 commitments found.*Responsible Heilongjiang Tax Service", one)


def test_without_a_pack_there_is_no_report(client: Client):
    assert client.get("/board/report/").status_code == 404


def test_passages_are_marked_in_the_edition_that_the_pack_knows_and_in_no_other(house: House, monkeypatch):
    text = TEXT.replace("健全新业务备案管理。", "健全新业务备案管理。" * 12)
    policy.import_edition(text.encode(), source_name="示例.txt", by=system("cli"), now=house.now)
    assert "<sup>" not in house.client().get("/board/clauses/3/").content.decode()
    edition = released.current_edition()
    monkeypatch.setattr("amur.web.board.reading._known_edition", lambda: edition.sha256)
    page = house.client().get("/board/clauses/3/").content.decode()
    assert re.search(r'<a class="[a-z]+" href="#c3\d+">[^<]+<sup>3\.\d+</sup></a>', page)


def test_a_body_that_is_no_more_is_named_with_whoever_answers_today(house: House):
    named = house.client().get("/en/board/clauses/3/").content.decode()
    assert "(now " not in named
    body = Body.objects.get(pk="hlj_communications_administration")
    body.valid_to, body.successor_id = date(2020, 1, 1), "hlj_cyberspace_office"
    body.save()
    page = house.client().get("/en/board/clauses/3/").content.decode()
    assert "(now " + body.successor.titles["en"] + ")" in page
    assert "现为" + body.successor.titles["zh"] in house.client().get("/board/report/").content.decode()
