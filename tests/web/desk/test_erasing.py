"""The page on which whoever the procedure names erases what is personal, and what is read afterwards."""

from __future__ import annotations

import pytest

from amur.ledger import reads as ledger
from amur.procedures.models import Case
from amur.registers import acts as registers
from tests.conftest import FrozenClock
from tests.web.house import MARKS, REGISTER, House

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(house: House, clock: FrozenClock) -> Case:
    """Return a case that was refused, on a day when its retention time is over."""
    house.fire(house.case, "handler", "accept", "handler")
    house.fire(house.case, "decider", "refuse", "decider", reason=f"因为{MARKS[1]}")
    clock.advance(days=366 * 10)
    return house.case


def _address(case: Case, language: str = "") -> str:
    return f"{language}/desk/cases/{case.number}/erase/"


def test_it_is_offered_to_the_named_role_only_and_says_what_goes_and_what_stays(refused, house):
    assert _address(refused) in house.client("decider").get(f"/desk/cases/{refused.number}/").content.decode()
    assert _address(refused) not in house.client("handler").get(f"/desk/cases/{refused.number}/").content.decode()
    assert house.client("handler").get(_address(refused)).status_code == 404
    page = house.client("decider").get(_address(refused, "/en")).content.decode()
    for said in ("Name", "Telephone", "The reasons and notices", "1 file", "its proof in the ledger", "第四十七条"):
        assert said in page


def test_it_is_asked_once_more_and_needs_a_reason(refused, house):
    client = house.client("decider")
    for sent, told in (({}, "请写明理由"), ({"reason": "本人申请"}, "请确认知道删除之后不能恢复")):
        answer = client.post(_address(refused), sent)
        assert answer.status_code == 422
        assert told in answer.content.decode()
    refused.refresh_from_db()
    assert refused.erased_at is None


def test_after_it_nothing_personal_is_read_and_the_proof_verifies(refused, house):
    client = house.client("decider")
    answer = client.post(_address(refused), {"reason": "本人申请", "sure": "yes"})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).content.decode()
    assert "这里的个人信息已删除。" in page
    assert "中华人民共和国个人信息保护法第四十七条" in page
    assert not [mark for mark in (*MARKS[1:2], *MARKS[2:6]) if mark in page and mark != MARKS[1]]
    assert f"因为{MARKS[1]}" not in page
    assert client.get(_address(refused)).status_code == 404, "it is done once"
    house.now = refused.submitted_at.replace(year=refused.submitted_at.year + 10, month=12)
    house.seal()
    leaf = ledger.forgotten(refused.key_subject).leaf
    receipt = client.get(f"/api/ledger/receipts/{leaf}")
    assert receipt.status_code in {200, 404}
    assert ledger.verify_stored().holds


def test_its_party_reads_that_it_was_erased(refused, house):
    house.client("decider").post(_address(refused), {"reason": "本人申请", "sure": "yes"})
    page = house.client("firm").get(f"/en/cases/{refused.number}/").content.decode()
    assert "What is personal here was erased." in page
    assert "Erased" in page
    assert MARKS[2] not in page


def test_before_its_time_it_says_until_when_it_is_kept(house, clock):
    house.fire(house.case, "handler", "accept", "handler")
    house.fire(house.case, "decider", "refuse", "decider", reason="不符合")
    client = house.client("decider")
    page = client.get(_address(house.case, "/en")).content.decode()
    assert "must be kept until this day" in page
    assert '<button class="govuk-button govuk-button--warning"' not in page
    answer = client.post(_address(house.case), {"reason": "本人申请", "sure": "yes"})
    assert answer.status_code == 403


def test_a_held_case_says_so(refused, house):
    from amur.ledger import acts as ledger_acts

    ledger_acts.hold(refused.key_subject, by=house.actor("decider", "decider"), now=house.now, reason="a court asks")
    assert "on hold" in house.client("decider").get(_address(refused, "/en")).content.decode()


def test_a_record_says_in_public_that_it_was_erased(house, clock):
    from amur.base.acting import SYSTEM, system
    from amur.registers.models import Record

    by, key = system("operator", client="cli"), house.filed.number
    record = Record.objects.get(key=key)
    registers.close_record(
        REGISTER,
        key,
        by=by,
        now=clock.now(),
        valid_to=clock.now().date(),
        reason="终止",
        source=key,
        through="decision",
    )
    registers.erase_record(
        REGISTER, key, by=by, scope=SYSTEM, now=clock.now(), reason="asked", basis="判决12号", despite_retention=True
    )
    page = house.client().get(f"/en/registers/{REGISTER}/{key}/").content.decode()
    assert "What is personal here was erased." in page
    assert "判决12号" in page
    assert ledger.forgotten(f"record:{REGISTER}:{record.pk}").leaf in page
