"""Remarks of the office, and papers side by side."""

from __future__ import annotations

import html

import pytest
import typst

from amur.people import reads as people
from amur.procedures import acts
from amur.procedures.models import Upload
from amur.procedures.remarks.models import Remark
from tests.web.house import MARKS, House

pytestmark = pytest.mark.django_db


def remark(house: House, who: str = "handler", **values: str):
    form = {"key": "a", "text": "看第二页"} | values
    return house.client(who).post(f"/desk/cases/{house.case.number}/remarks/", form)


def shown(house: House, who: str, address: str = "") -> str:
    answer = house.client(who).get(f"/desk/cases/{house.case.number}/{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_remark_on_a_page_of_a_file_stands_with_the_case_for_the_office_alone(house):
    upload = house.upload(house.case)
    assert remark(house, about=str(upload.pk), page="2").status_code == 302
    assert "看第二页" in shown(house, "decider")
    assert "第 2 页" in shown(house, "decider")
    assert "看第二页" not in house.client("firm").get(f"/cases/{house.case.number}/").content.decode()


def test_a_remark_is_struck_through_by_its_author(house):
    remark(house)
    made = str(Remark.objects.get().pk)
    assert (
        house.client("decider").post(f"/desk/cases/{house.case.number}/remarks/", {"strike": made}).status_code == 409
    )
    assert remark(house, strike=made).status_code == 302
    assert "<s>看第二页</s>" in shown(house, "decider")
    assert remark(house, strike="x").status_code == 404


@pytest.mark.parametrize("values", [{"text": ""}, {"page": "0"}, {"page": "x"}, {"text": "x" * 2_001}])
def test_what_is_wrong_with_a_remark_is_said_and_what_was_typed_stays(values, house):
    answer = remark(house, **values)
    assert (answer.status_code, Remark.objects.count()) == (422, 0)
    assert "govuk-error-summary" in answer.content.decode()


def test_two_papers_stand_side_by_side_and_what_is_not_safe_is_kept_instead(house):
    upload = house.upload(house.case)
    page = shown(house, "handler", f"beside/?left=answers:1&right=file:{upload.pk}")
    assert MARKS[0] in page
    assert f"/desk/cases/{house.case.number}/files/{upload.pk}/" in page
    assert "<img" not in page.split("<main")[1]
    assert house.client("handler").get(f"/desk/cases/{house.case.number}/files/{upload.pk}/picture/").status_code == 404


def test_a_pdf_is_leafed_through_as_pictures_of_its_pages_and_never_comes_to_the_browser_itself(house):
    three = b"".join(b"#text(9pt)[Page %d] #pagebreak(weak: true)" % one for one in (1, 2, 3))
    draft, by = house.fill(), house.actor("firm")
    acts.attach(draft.id, "plan", [typst.compile(three, format="pdf")], "three.pdf", by=by, now=house.now)
    house.case = acts.submit(draft.id, by=by, now=house.now)
    upload = house.upload(house.case)
    address = f"beside/?right=file:{upload.pk}&right_page=2"
    page = html.unescape(shown(house, "handler", address))
    picture = f"/desk/cases/{house.case.number}/files/{upload.pk}/picture/?page=2"
    assert picture in page
    assert "第 2 页，共 3 页" in page
    assert all(f"right_page={one}#right" in page for one in (1, 3))
    answer = house.client("handler").get(picture)
    assert (answer["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert house.client("handler").get(picture.replace("2", "4")).status_code == 404
    assert house.client("elsewhere").get(picture).status_code == 404


def test_a_picture_is_drawn_and_a_text_is_shown(house):
    upload = house.upload(house.case)
    address = f"/desk/cases/{house.case.number}/files/{upload.pk}/picture/"
    Upload.objects.filter(pk=upload.pk).update(media_type="image/png")
    assert address in shown(house, "handler", f"beside/?right=file:{upload.pk}")
    answer = house.client("handler").get(address)
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "image/png")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    Upload.objects.filter(pk=upload.pk).update(media_type="text/plain")
    assert MARKS[6] in shown(house, "handler", f"beside/?right=file:{upload.pk}")
    assert house.client("handler").get(address).status_code == 404


def test_answers_as_they_were_stand_beside_those_that_are(house):
    member = house.stage.cast["firm"]
    acts.fire(
        house.filed.id,
        "report_change",
        by=house.actor("firm"),
        scope=people.scope_of(member.account, house.now),
        now=house.now,
        expected_version=house.filed.version,
        reason="改了",
        extra=dict.fromkeys(("new_service_name", "new_description", "new_technology"), "新的2K")
        | {"new_security_measures": "新的措施2K", "new_starts_on": "2026-5-1"},
    )
    answer = house.client("handler").get(f"/desk/cases/{house.filed.number}/beside/").content.decode()
    assert "新的措施2K" in answer
    assert MARKS[1] in answer
    assert ">不同<" in answer


def test_an_issued_document_stands_beside_another_paper(house):
    number = house.filed.documents.get(document="filing_notice").number
    answer = house.client("decider").get(f"/desk/cases/{house.filed.number}/beside/?right=document:{number}")
    assert number in answer.content.decode()
