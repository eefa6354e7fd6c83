"""The form, page by page, with everything that people and networks do to it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amur.base.faults import AmurError
from amur.procedures import acts
from amur.procedures.models import Case, Draft, Upload
from amur.web.portal import applying
from tests.web.house import MARKS, PROCEDURE, House
from tests.web.portal.forms import begin, codes, fill, plan, save, submit, typed, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(house: House):
    return house.client()


@pytest.mark.parametrize("root", ["", "/en"])
def test_somebody_without_script_and_account_comes_from_the_service_to_a_receipt(browser, root):
    address = begin(browser, root)
    fill(browser, address)
    number, code = codes(submit(browser, address))
    assert Case.objects.get(number=number).account_id == ""
    assert acts.query_code(Case.objects.get(number=number)) == code


def test_coming_by_the_address_alone_opens_no_draft(browser):
    before = Draft.objects.count()
    answer = browser.get(f"/services/{PROCEDURE}/apply/")
    assert answer["Location"] == f"/services/{PROCEDURE}/"
    assert Draft.objects.count() == before


def test_an_empty_page_says_what_to_do_at_each_field_and_above(browser):
    address = begin(browser)
    answer = save(browser, address, "enterprise", enterprise_name=" ", credit_code="")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "还差 2 处" in page
    assert '<a href="#enterprise_name">填写企业名称</a>' in page
    assert 'id="enterprise_name-error"' in page
    assert 'aria-describedby="credit_code-hint credit_code-error" aria-invalid="true"' in page
    assert page.count("<title>错误：") == 1


def test_what_was_typed_comes_back_as_it_was_typed_with_what_is_wrong(browser):
    address = begin(browser, "/en")
    answer = save(browser, address, "enterprise", enterprise_name='<b>"甲"</b>', credit_code="９１ wrong")
    page = answer.content.decode()
    assert 'value="&lt;b&gt;&quot;甲&quot;&lt;/b&gt;"' in page
    assert 'value="９１ wrong"' in page
    assert "a character is wrong or missing" in page
    assert 'value="９１ wrong"' in browser.get(f"{address}enterprise/").content.decode()


def test_a_day_that_does_not_exist_stays_in_its_boxes(browser):
    address = begin(browser)
    answer = save(browser, address, "start", **typed(starts_on="2026-13-1"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="starts_on-month" type="text" inputmode="numeric" autocomplete="off" maxlength="10" value="13"' in page
    assert '<a href="#starts_on-year">' in page


def test_a_lost_phone_goes_on_elsewhere_where_it_was_left(house: House):
    address = begin(house.client())
    save(house.client(), address, "enterprise", **typed())
    save(house.client(), address, "contact", **typed())
    other = house.client()
    assert other.get(address)["Location"] == f"{address}service/"
    page = other.get(f"{address}contact/").content.decode()
    assert MARKS[2] in page
    assert f"http://localhost{address}" in page


def test_a_form_that_was_filled_goes_on_at_the_check_and_one_that_was_submitted_at_its_receipt(browser):
    address = begin(browser)
    fill(browser, address)
    assert browser.get(address)["Location"] == f"{address}check/"
    submit(browser, address)
    for place in ("", "check/", "enterprise/"):
        assert browser.get(f"{address}{place}")["Location"] == f"{address}receipt/"
    assert browser.post(f"{address}enterprise/", typed())["Location"] == f"{address}receipt/"


def test_a_receipt_before_submitting_leads_back_to_the_form(browser):
    address = begin(browser)
    assert browser.get(f"{address}receipt/")["Location"] == f"{address}enterprise/"


def test_two_windows_lose_nothing(browser):
    address = begin(browser, "/en")
    first = browser.get(f"{address}service/")
    save(browser, address, "service", service_name="乙", description="在另一个窗口写的")
    answer = browser.post(
        f"{address}service/", {"version": version_of(first), "service_name": "甲", "description": "在这个窗口写的"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "changed meanwhile" in page
    assert "在这个窗口写的" in page
    again = {"version": version_of(answer), "service_name": "甲", "description": "在这个窗口写的"}
    assert browser.post(f"{address}service/", again).status_code == 302
    assert "在这个窗口写的" in browser.get(f"{address}service/").content.decode()


def test_a_double_click_on_save_is_one_save(browser):
    address = begin(browser)
    page = {"version": version_of(browser.get(f"{address}service/")), **typed()}
    assert [browser.post(f"{address}service/", page).status_code for _ in range(2)] == [302, 302]


def test_a_double_click_on_submit_is_one_case(browser):
    address = begin(browser)
    fill(browser, address)
    before = Case.objects.count()
    answers = [browser.post(f"{address}check/") for _ in range(3)]
    assert {answer["Location"] for answer in answers} == {f"{address}receipt/"}
    assert Case.objects.count() == before + 1


def test_the_check_shows_each_answer_with_its_way_back(browser):
    address = begin(browser)
    fill(browser, address)
    page = browser.get(f"{address}check/").content.decode()
    assert "哈尔滨市" in page
    assert "2026年4月1日 周三" in page
    assert f'href="{address}contact/?then=check#contact_name"' in page
    assert "plan.pdf" in page


def test_a_change_leads_back_to_the_check(browser):
    address = begin(browser)
    fill(browser, address)
    page = browser.get(f"{address}service/?then=check")
    assert f'href="{address}check/" class="govuk-back-link"' in page.content.decode()
    answer = browser.post(f"{address}service/", {"version": version_of(page), "then": "check", **typed()})
    assert answer["Location"] == f"{address}check/"


def test_a_form_with_gaps_is_not_submitted_and_says_what_is_missing(browser):
    address = begin(browser)
    save(browser, address, "enterprise", **typed())
    before = Case.objects.count()
    answer = browser.post(f"{address}check/")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#answer-contact_name">填写联系人姓名</a>' in page
    assert 'id="answer-contact_name"' in page
    assert Case.objects.count() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00 a program", "accepted kind"),
        (b"", "empty"),
        (b"%PDF-1.7\n" + b"x" * (10 * 2**20 + 1), "at most 10 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_said_at_its_field_and_the_one_before_stays(browser, content, words):
    address = begin(browser, "/en")
    save(browser, address, "plan", plan=plan(name="first.pdf"))
    answer = save(browser, address, "plan", plan=SimpleUploadedFile("bad.pdf", content))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "first.pdf" in page


def test_a_file_can_be_taken_away_again(browser):
    address = begin(browser)
    save(browser, address, "plan", plan=plan())
    upload = Upload.objects.get(draft=address.split("/")[-2])
    answer = browser.post(f"{address}plan/", {"remove": str(upload.pk)})
    assert answer["Location"] == f"{address}plan/"
    assert "plan.pdf" not in browser.get(f"{address}plan/").content.decode()
    assert browser.post(f"{address}plan/", {"remove": "not-an-id"}).status_code == 302


def test_a_page_without_its_file_says_that_one_is_needed(browser):
    answer = save(browser, begin(browser), "plan")
    assert answer.status_code == 422
    assert "选择要上传的业务方案" in answer.content.decode()


def test_a_full_disk_is_said_and_the_form_stays(browser, monkeypatch):
    def full(*_arguments, **_options):
        raise AmurError("storage_full", "no space")

    address = begin(browser, "/en")
    monkeypatch.setattr(applying.acts, "attach", full)
    answer = save(browser, address, "plan", plan=plan())
    assert answer.status_code == 422
    assert "no room for the file" in answer.content.decode()


def test_the_form_of_an_account_is_for_that_account_alone(house: House):
    address = begin(house.client("firm"))
    assert house.client("firm").get(f"{address}enterprise/").status_code == 200
    for who in ("anonymous", "rival", "handler"):
        assert house.client(who).get(f"{address}enterprise/").status_code == 404
        assert house.client(who).post(f"{address}check/").status_code == 404


def test_a_form_that_has_expired_says_to_begin_again(browser, clock):
    address = begin(browser, "/en")
    clock.advance(days=31)
    answer = browser.post(f"{address}service/", {"version": "1", **typed()})
    assert answer.status_code == 409
    assert "has expired" in answer.content.decode()


def test_a_form_that_does_not_exist_is_not_found(browser):
    assert browser.get(f"/apply/{uuid4()}/").status_code == 404
    assert browser.get(f"{begin(browser)}no_such_page/").status_code == 404


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "٣"])
def test_a_version_that_is_no_number_is_an_old_one(browser, version):
    answer = browser.post(f"{begin(browser)}service/", {"version": version, **typed()})
    assert answer.status_code == 422


def test_pages_of_a_form_are_kept_by_nobody_and_found_by_no_search_engine(browser):
    answer = browser.get(f"{begin(browser)}enterprise/")
    assert "no-store" in answer["Cache-Control"]
    assert 'content="noindex"' in answer.content.decode()


def test_a_receipt_says_what_happens_next_and_where_its_proof_is(browser):
    address = begin(browser, "/en")
    fill(browser, address)
    page = submit(browser, address).content.decode()
    assert "Within 10 working days" in page
    assert "/en/verify/?entry=" in page
