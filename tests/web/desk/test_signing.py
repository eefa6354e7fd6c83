"""Sign-off on the desk's pages: what is offered to whom, what a form does, and what the party never reads."""

from __future__ import annotations

import pytest
from django.test import Client

from amur.procedures import acts
from amur.procedures.models import Case, Decision
from amur.procedures.signing.models import SignOff
from tests.web.house import House
from tests.web.signing import COUNCIL, accepted, declare

pytestmark = pytest.mark.django_db
WHY = "草案里的话9W"


@pytest.fixture
def case(house: House) -> Case:
    declare(house)
    return accepted(house)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def drafts(house: House, case: Case, event: str = "file", **values: str):
    form = {"version": str(case.version), "key": "k", "reason": WHY} | values
    return house.client("handler").post(f"/desk/cases/{case.number}/draft/{event}/", form)


def does(house: House, who: str, case: Case, verb: str, **values: str):
    form = {"verb": verb, "version": str(SignOff.objects.get().version), "key": verb} | values
    return house.client(who).post(f"/desk/cases/{case.number}/sign-off/decision/", form)


def test_the_case_offers_a_draft_to_whoever_drafts_and_to_nobody_else(case, house):
    own = page(house.client("handler"), f"/desk/cases/{case.number}/")
    assert f"/desk/cases/{case.number}/draft/file/" in own
    assert 'value="file"' not in own
    assert "/draft/file/" not in page(house.client("decider"), f"/desk/cases/{case.number}/")
    assert house.client("decider").get(f"/desk/cases/{case.number}/draft/file/").status_code == 404


def test_a_draft_goes_from_hand_to_hand_and_is_decided_with_the_last(case, house):
    assert drafts(house, case).status_code == 302
    assert WHY in page(house.client("decider"), "/desk/signing/") or case.number in page(
        house.client("decider"), "/desk/signing/"
    )
    signing = f"/desk/cases/{case.number}/sign-off/decision/"
    shown = page(house.client("decider"), signing)
    assert WHY in shown
    assert 'value="sign"' in shown
    assert 'value="sign"' not in page(house.client("handler"), signing)
    assert does(house, "decider", case, "sign", remark="可以").status_code == 302
    assert does(house, "coordinator", case, "sign").status_code == 302
    assert (Case.objects.get(pk=case.pk).state, Decision.objects.get(case=case).reason) == ("filed", WHY)
    told = page(house.client("handler"), f"/desk/cases/{case.number}/")
    assert "随最后一个签名作出决定" in told


def test_the_party_reads_nothing_of_a_draft_before_it_is_decided(case, house):
    drafts(house, case)
    does(house, "decider", case, "sign", remark="内部意见")
    shown = page(house.client("firm"), f"/cases/{case.number}/")
    assert WHY not in shown
    assert "内部意见" not in shown
    does(house, "coordinator", case, "sign")
    shown = page(house.client("firm"), f"/cases/{case.number}/")
    assert WHY in shown
    assert "内部意见" not in shown


def test_a_returned_draft_is_drafted_again_with_what_it_said(case, house):
    drafts(house, case)
    assert does(house, "decider", case, "return", reason="", to="").status_code == 422
    assert does(house, "decider", case, "return", reason="再看", to="").status_code == 302
    signing = page(house.client("handler"), f"/desk/cases/{case.number}/sign-off/decision/")
    assert f"/desk/cases/{case.number}/draft/refuse/" in signing
    assert WHY in page(house.client("handler"), f"/desk/cases/{case.number}/draft/file/")
    assert drafts(house, case, "refuse", key="again").status_code == 302
    assert SignOff.objects.get().event == "refuse"
    assert does(house, "decider", case, "change", reason="改过的话").status_code == 302
    assert does(house, "coordinator", case, "sign").status_code == 302
    assert Decision.objects.get(case=case).reason == "改过的话"


def test_what_changed_meanwhile_is_shown_and_nothing_is_signed(case, house):
    drafts(house, case)
    answer = does(house, "decider", case, "sign", version="0")
    assert (answer.status_code, SignOff.objects.get().step) == (409, "chief")
    assert does(house, "decider", case, "dance").status_code == 422


def test_a_phrase_is_put_into_a_reason_without_a_script(case, house):
    acts.keep_phrase("自己的", "自己的话", by=house.actor("handler"), scope=_scope(house, "handler"), now=house.now)
    answer = drafts(house, case, phrase="whole", insert="reason")
    assert answer.status_code == 200
    assert f"{WHY}\n{case.number}齐全。" in answer.content.decode()
    assert "自己的" in answer.content.decode()
    assert not SignOff.objects.exists()
    drafts(house, case)
    answer = does(house, "decider", case, "return", insert="reason", phrase="whole", reason="请看")
    assert f"请看\n{case.number}齐全。" in answer.content.decode()
    form = {"version": str(case.version), "insert": "reason", "phrase": "whole", "reason": "甲"}
    waiting = house.submit()
    answer = house.client("handler").post(f"/desk/cases/{waiting.number}/", form)
    assert f"甲\n{waiting.number}齐全。" in answer.content.decode()


def test_members_vote_and_close_with_minutes(house):
    declare(house, COUNCIL)
    case = accepted(house)
    drafts(house, case)
    assert does(house, "coordinator", case, "vote").status_code == 422
    assert does(house, "coordinator", case, "vote", choice="against", remark="太早").status_code == 302
    shown = page(house.client("handler"), f"/desk/cases/{case.number}/sign-off/decision/")
    assert "太早" in shown
    assert does(house, "coordinator", case, "conclude", minutes="开过会").status_code == 302
    assert (SignOff.objects.get().step, Case.objects.get(pk=case.pk).state) == ("", "under_review")


def test_the_holder_is_urged_and_a_draft_is_given_up(case, house):
    drafts(house, case)
    assert does(house, "handler", case, "urge").status_code == 302
    assert does(house, "handler", case, "urge", key="u2").status_code == 409
    assert "已催办 1 次" in page(house.client("decider"), "/desk/signing/")
    does(house, "decider", case, "return", reason="再看")
    assert does(house, "handler", case, "withdraw", reason="不做了").status_code == 302
    assert SignOff.objects.get().ended == "withdrawn"
    assert "/draft/file/" in page(house.client("handler"), f"/desk/cases/{case.number}/")


def test_nothing_is_signed_that_was_not_drafted(case, house):
    assert house.client("decider").get(f"/desk/cases/{case.number}/sign-off/decision/").status_code == 404
    assert house.client("handler").get(f"/desk/cases/{case.number}/draft/accept/").status_code == 404
    assert drafts(house, case, "refuse", reason="").status_code == 422
    assert drafts(house, case, version="1").status_code == 409


def test_the_queue_says_how_much_waits(case, house):
    drafts(house, case)
    assert "/desk/signing/" in page(house.client("decider"), "/desk/")
    assert "1 份草案等您" in page(house.client("decider"), "/desk/")


def test_own_phrases_are_kept_and_removed_on_a_page(house):
    client = house.client("handler")
    assert client.post("/desk/phrases/", {"verb": "keep", "title": "", "text": ""}).status_code == 422
    assert client.post("/desk/phrases/", {"verb": "keep", "title": "甲", "text": "乙的话"}).status_code == 302
    shown = page(client, "/desk/phrases/")
    assert "乙的话" in shown
    which = shown.split('name="which" value="')[1].split('"')[0]
    assert client.post("/desk/phrases/", {"verb": "remove", "which": "x"}).status_code == 302
    assert client.post("/desk/phrases/", {"verb": "remove", "which": which}).status_code == 302
    assert "乙的话" not in page(client, "/desk/phrases/")


def _scope(house: House, who: str):
    from amur.people import reads as people

    return people.scope_of(house.stage.cast[who].account, house.now)
