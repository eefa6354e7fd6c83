"""Pages of editions: what became of each passage, who decides it, what it touches, and what is looked at again."""

from __future__ import annotations

import re

import pytest

from amur.base.acting import PUBLIC, SYSTEM, system
from amur.policy import acts
from amur.policy import reads as policy
from amur.policy.editions import reads
from amur.policy.editions.models import Crosswalk, CrosswalkRow, Recheck
from tests.web.house import BODY, House

pytestmark = pytest.mark.django_db

TITLE = "关于促进移动互联网健康有序发展的实施意见"
OLD = f"""{TITLE}

一、总的要求

1.目标。人人用得上。

二、推动创新

3.市场准入

新业务先备案，二十日内答复。

检查结果公开。
"""
NEW = OLD.replace("二十日内", "十日内").replace("\n检查结果公开。\n", "\n夜里也能交材料。\n")


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pack name an office that confirms crosswalks."""
    monkeypatch.setattr(reads, "office", lambda: reads.Office("coordinator", BODY, 5))


@pytest.fixture
def texts(house: House, office: None) -> House:
    """Return the house with two editions of a text."""
    for text in (OLD, NEW):
        acts.import_edition(text.encode(), source_name="示例.txt", by=system("cli"), now=house.now)
    return house


def propose(house: House) -> Crosswalk:
    old, new = (reads.editions(PUBLIC).order_by("pk")[place] for place in (0, 1))
    house.client("coordinator").post("/board/editions/", {"old": old.sha256, "new": new.sha256})
    return Crosswalk.objects.get()


def address(crosswalk: Crosswalk) -> str:
    return f"/en/board/editions/{crosswalk.pk}/"


def row_of(crosswalk: Crosswalk, kind: str) -> str:
    row = crosswalk.rows.get(kind=kind)
    return "-".join(".".join(map(str, side)) for side in (row.old, row.new))


def in_effect(house: House) -> Crosswalk:
    crosswalk = propose(house)
    client = house.client("coordinator")
    marks = ["-".join(".".join(map(str, side)) for side in (row.old, row.new)) for row in reads.rows(crosswalk)]
    client.post(address(crosswalk), {"verb": "confirm", "row": marks})
    client.post(address(crosswalk), {"verb": "adopt", "version": "2"})
    crosswalk.refresh_from_db()
    return crosswalk


def test_the_coordinating_office_walks_from_two_editions_to_a_crosswalk_in_effect(texts: House):
    client = texts.client("coordinator")
    assert "Lay two editions beside each other" in client.get("/en/board/editions/").content.decode()
    crosswalk = propose(texts)
    page = client.get(address(crosswalk)).content.decode()
    assert "<del>二</del>" in page
    assert "Confirm 5 rows without changed words" in page
    assert "Put into effect" not in page
    client.post(address(crosswalk), {"verb": "unchanged"})
    assert "To decide<b>3</b>" in client.get(address(crosswalk)).content.decode()
    wrong = client.post(
        address(crosswalk), {"verb": "correct", "row": row_of(crosswalk, "repealed"), "old": "3.9", "new": ""}
    )
    assert (wrong.status_code, "Name passages as they are numbered" in wrong.content.decode()) == (422, True)
    uneven = client.post(address(crosswalk), {"verb": "correct", "row": "x", "old": "3.1 3.2", "new": "3.1 3.2"})
    assert uneven.status_code == 422
    client.post(
        address(crosswalk), {"verb": "correct", "row": row_of(crosswalk, "repealed"), "old": "3.2", "new": "3.2"}
    )
    client.post(address(crosswalk), {"verb": "confirm", "row": undecided(crosswalk)})
    assert "Put into effect" in client.get(address(crosswalk)).content.decode()
    assert client.post(address(crosswalk), {"verb": "adopt", "version": "1"}).status_code == 409
    version = str(Crosswalk.objects.get().version)
    done = client.post(address(crosswalk), {"verb": "adopt", "version": version}, follow=True).content.decode()
    assert re.search(r"In effect\. \d+ re-checks\.", done)
    assert 'value="confirm"' not in done
    assert "Running cases go on with what they began with" in done


def undecided(crosswalk: Crosswalk) -> list[str]:
    rows = CrosswalkRow.objects.filter(crosswalk=crosswalk, decided_at=None)
    return ["-".join(".".join(map(str, side)) for side in (row.old, row.new)) for row in rows]


def test_what_is_touched_stands_with_its_files_and_officials_see_how_many_cases_run(texts: House):
    crosswalk = in_effect(texts)
    official = texts.client("handler").get(address(crosswalk)).content.decode()
    assert "03-market-entry/new_service_filing.procedure.yaml" in official
    assert re.search(r'href="/en/desk/[^"]*\?procedure=new_service_filing">2 cases</a>', official)
    stranger = texts.client().get(address(crosswalk)).content.decode()
    assert "03-market-entry/new_service_filing.procedure.yaml" in stranger
    assert "procedure=new_service_filing" not in stranger


def test_nobody_else_decides_and_strangers_see_no_draft(texts: House):
    crosswalk = propose(texts)
    assert texts.client().get(address(crosswalk)).status_code == 404
    assert "draft" not in texts.client().get("/en/board/editions/").content.decode()
    page = texts.client("handler").get(address(crosswalk))
    assert (page.status_code, 'value="confirm"' in page.content.decode()) == (200, False)
    refused = texts.client("handler").post(address(crosswalk), {"verb": "unchanged"})
    assert (refused.status_code, "Only the office" in refused.content.decode()) == (409, True)
    assert not crosswalk.rows.exclude(decided_at=None).exists()
    refused = texts.client("handler").post(
        "/en/board/editions/", {"old": crosswalk.new.sha256, "new": crosswalk.old.sha256}
    )
    assert refused.status_code == 409


@pytest.mark.deep  # the acts refuse it in the gate
def test_an_edition_beside_itself_is_refused_and_an_unknown_one_too(texts: House):
    client, one = texts.client("coordinator"), reads.editions(PUBLIC).first()
    for new in (one.sha256, "0" * 64, ""):
        refused = client.post("/en/board/editions/", {"old": one.sha256, "new": new})
        assert (refused.status_code, "Choose two different editions." in refused.content.decode()) == (409, True)
    assert not Crosswalk.objects.exists()


@pytest.mark.deep  # the acts refuse it in the gate
def test_a_row_that_was_corrected_meanwhile_is_not_confirmed_unseen(texts: House):
    crosswalk = propose(texts)
    seen, client = row_of(crosswalk, "amended"), texts.client("coordinator")
    client.post(address(crosswalk), {"verb": "correct", "row": seen, "old": "3.1", "new": ""})
    late = client.post(address(crosswalk), {"verb": "confirm", "row": seen})
    assert (late.status_code, "were corrected meanwhile" in late.content.decode()) == (409, True)
    assert client.get(f"{address(crosswalk)}?rows=nonsense&page=x").status_code == 200


def test_a_recheck_stands_on_the_board_until_a_body_that_answers_for_it_closes_it(texts: House, monkeypatch):
    crosswalk = in_effect(texts)
    recheck = Recheck.objects.get(commitment="3.7")
    where = f"/en/board/rechecks/{recheck.pk}/"
    assert f'href="{where}"' in texts.client().get("/en/board/clauses/3/").content.decode()
    monkeypatch.setattr(policy, "current_edition", lambda: crosswalk.old)
    assert "A newer edition is in effect" in texts.client().get("/en/board/clauses/3/").content.decode()
    assert texts.client("coordinator").get(where).content.decode().count('name="verdict"') == 3
    assert 'name="verdict"' not in texts.client("firm").get(where).content.decode()
    assert texts.client("firm").post(where, {"verdict": "holds", "remark": "看过"}).status_code == 409
    handler = texts.client("handler")
    missing = handler.post(where, {"verdict": "", "remark": ""})
    assert missing.status_code == 422
    assert "Choose what became of it." in missing.content.decode()
    done = handler.post(
        where, {"verdict": "changed", "remark": "答复期限改成十日", "key": "k"}, follow=True
    ).content.decode()
    assert "What carries it out was changed" in done
    assert "答复期限改成十日" in done
    again = handler.post(where, {"verdict": "holds", "remark": "另一句"})
    assert (again.status_code, "closed before" in again.content.decode()) == (409, True)
    assert f'href="{where}"' not in texts.client().get("/en/board/clauses/3/").content.decode()
    kept = reads.recheck(SYSTEM, recheck.pk)
    assert (kept.closed_body, kept.verdict) == (BODY, "changed")


def test_before_a_text_is_imported_the_page_says_how(house: House):
    page = house.client("coordinator").get("/board/editions/").content.decode()
    assert "amur policy import" in page
