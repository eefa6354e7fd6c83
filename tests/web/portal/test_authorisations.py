"""Pages of who acts for whom, of forms under way, and of what comes another way than the portal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from amur.people.models import Authorisation
from amur.procedures import acts
from amur.procedures.models import Case, Draft
from tests.web.house import PROCEDURE, House
from tests.web.portal.forms import begin, codes, fill, save, submit

pytestmark = pytest.mark.django_db


def give(house: House, who: str = "firm", **changes: str):
    today = timezone.localdate(house.now)
    typed = {
        "whose": house.stage.cast[who].enterprise_id,
        "to_kind": "agent",
        "to": house.stage.cast["nobody"].account.username,
        "matter": f"all:{PROCEDURE}",
        "valid_from": today.isoformat(),
        "valid_to": (today + timedelta(days=5)).isoformat(),
    }
    return house.client(who).post("/authorisations/", typed | changes)


def test_an_owner_authorises_somebody_and_both_see_it_and_end_it(house: House):
    assert give(house).status_code == 302
    [row] = Authorisation.objects.all()
    for who in ("firm", "nobody"):
        assert f"/authorisations/{row.pk}/end/" in house.client(who).get("/authorisations/").content.decode()
    assert str(row.pk) not in house.client("rival").get("/authorisations/").content.decode()
    assert house.client("rival").post(f"/authorisations/{row.pk}/end/").status_code == 404
    assert house.client("nobody").post(f"/authorisations/{row.pk}/end/").status_code == 302
    row.refresh_from_db()
    assert row.revoked_at == house.now


@pytest.mark.parametrize(
    "changes",
    [{"to": "nobody at all"}, {"matter": ""}, {"matter": "case:X-1"}, {"valid_to": "x"}, {"to_kind": "enterprise"}],
)
def test_what_is_wrong_is_said_at_its_field(house: House, changes):
    answer = give(house, **changes)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert not Authorisation.objects.exists()


def test_an_agent_files_for_the_enterprise_and_sees_no_query_code(house: House):
    give(house)
    row, browser = Authorisation.objects.get(), house.client("nobody")
    assert f"by:{row.pk}" in browser.get(f"/services/{PROCEDURE}/").content.decode()
    answer = browser.post(f"/services/{PROCEDURE}/apply/", {"for": f"by:{row.pk}"})
    address = answer["Location"]
    fill(browser, address)
    page = submit(browser, address).content.decode()
    case = Case.objects.exclude(pk__in=[house.case.pk, house.filed.pk]).get()
    assert (case.channel, case.enterprise_id) == ("agent", house.stage.cast["firm"].enterprise_id)
    assert case.number in page
    assert acts.query_code(case) not in page
    shown = house.client("firm").get(f"/cases/{case.number}/").content.decode()
    assert house.stage.cast["nobody"].account.person.display_name in shown
    assert "<p>代理人</p>" in shown, "the course says that an agent handed it in"
    assert "case.submitted" not in shown
    assert "表单已存入办件" in shown
    ended = house.client("firm").post(f"/authorisations/{row.pk}/end/", {"number": case.number})
    assert ended["Location"] == f"/cases/{case.number}/"
    assert browser.get(f"/cases/{case.number}/").status_code == 302
    assert browser.get(f"{address}receipt/").status_code == 404


def test_another_enterprise_cannot_be_named(house: House):
    firm = house.stage.cast["firm"].enterprise_id
    answer = house.client("rival").post(f"/services/{PROCEDURE}/apply/", {"for": f"firm:{firm}"})
    assert answer.status_code == 403


def test_a_proxy_says_who_signed_and_files_for_somebody_without_an_account(house: House):
    browser = house.client("nobody")
    assert browser.post(f"/services/{PROCEDURE}/for-somebody/", {"said": " "}).status_code == 422
    answer = browser.post(f"/services/{PROCEDURE}/for-somebody/", {"said": "Qian signed sheet 7."})
    address = answer["Location"]
    fill(browser, address)
    receipt = submit(browser, address)
    number, code = codes(receipt)
    assert "Qian signed sheet 7." in receipt.content.decode()
    case = Case.objects.get(number=number)
    assert case.channel == "proxy"
    upload = case.uploads.first()
    assert "Qian signed sheet 7." in house.client("handler").get(f"/desk/cases/{number}/").content.decode()
    person = house.client()
    person.post("/track/", {"number": number, "code": code})
    [row] = Authorisation.objects.all()
    assert f"/authorisations/{row.pk}/end/" in person.get(f"/cases/{number}/").content.decode()
    assert f"/authorisations/{row.pk}/end/" not in browser.get(f"/cases/{number}/").content.decode()
    person.post(f"/authorisations/{row.pk}/end/", {"number": number})
    assert browser.get(f"/cases/{number}/").status_code == 302
    assert upload is not None


def test_an_official_enters_what_came_by_the_hotline(house: House):
    browser = house.client("handler")
    assert browser.post("/desk/receive/", {"service": PROCEDURE, "channel": "agent"}).status_code == 422
    answer = browser.post("/desk/receive/", {"service": PROCEDURE, "channel": "hotline"})
    fill(browser, answer["Location"])
    number, _code = codes(submit(browser, answer["Location"]))
    case = Case.objects.get(number=number)
    assert (case.channel, case.account_id) == ("hotline", "")
    assert browser.get(f"/desk/cases/{number}/").status_code == 200
    assert browser.get("/desk/?view=all&channel=hotline").content.decode().count(number) >= 1


class TestOnAnotherDevice:
    def test_a_guest_goes_on_by_the_resume_code(self, house: House):
        phone, other = house.client(), house.client()
        address = begin(phone)
        save(phone, address, "enterprise", enterprise_name="灯火")
        draft = Draft.objects.get(pk=address.strip("/").split("/")[-1])
        code = acts.resume_code(draft)
        assert code in phone.get(f"{address}enterprise/").content.decode()
        answer = other.post("/drafts/", {"resume_code": code.lower().replace("-", " ")})
        assert answer["Location"] == address
        assert "灯火" in other.get(f"{address}enterprise/").content.decode()

    @pytest.mark.parametrize("wrong", ["", "0000-0000-0000-0000-0000", "灯" * 20, "x" * 500])
    def test_a_wrong_code_opens_nothing(self, house: House, wrong):
        assert house.client().post("/drafts/", {"resume_code": wrong}).status_code == 404

    def test_codes_cannot_be_tried_without_end(self, house: House):
        browser = house.client()
        answers = [browser.post("/drafts/", {"resume_code": "0"}).status_code for _ in range(21)]
        assert answers[0] == 404
        assert answers[-1] == 429

    def test_the_form_of_an_account_is_in_its_list_and_opens_for_nobody_else(self, house: House):
        assert f"/apply/{house.draft.pk}/" in house.client("firm").get("/drafts/").content.decode()
        assert f"/apply/{house.draft.pk}/" not in house.client("rival").get("/drafts/").content.decode()
        for who in ("anonymous", "rival"):
            answer = house.client(who).post("/drafts/", {"resume_code": acts.resume_code(house.draft)})
            assert answer.status_code == 404

    def test_an_expired_form_is_not_opened(self, house: House):
        address = begin(house.client())
        draft = Draft.objects.get(pk=address.strip("/").split("/")[-1])
        Draft.objects.filter(pk=draft.pk).update(expires_at=house.now)
        assert house.client().post("/drafts/", {"resume_code": acts.resume_code(draft)}).status_code == 404

    def test_two_devices_at_once_the_later_is_told_and_nothing_is_lost(self, house: House):
        phone, other = house.client(), house.client()
        address = begin(phone)
        draft = Draft.objects.get(pk=address.strip("/").split("/")[-1])
        phone.post(f"{address}enterprise/", {"enterprise_name": "第一", "version": draft.version})
        answer = other.post(f"{address}enterprise/", {"enterprise_name": "第二", "version": draft.version})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "第一" in page
        assert 'value="第二"' in page

    def test_what_another_device_changed_is_looked_through_before_it_is_submitted(self, house: House):
        browser = house.client()
        address = begin(browser)
        fill(browser, address)
        draft = Draft.objects.get(pk=address.strip("/").split("/")[-1])
        answer = browser.post(f"{address}check/", {"version": draft.version - 1})
        assert answer.status_code == 422
        assert not Case.objects.filter(draft=draft).exists()
