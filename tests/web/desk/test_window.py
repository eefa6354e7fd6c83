"""The window: handed in is not accepted, the same form is one case, an identity document is seen and never kept."""

from __future__ import annotations

import logging
import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from amur.base.acting import system
from amur.base.erasure import Ground
from amur.procedures.acts.erasing import forget
from amur.procedures.models import Case, Document, Draft, Upload
from amur.procedures.window.models import Intake
from amur.web.desk.window.keys import KEYS
from tests.web import windowed
from tests.web.house import MARKS, PROCEDURE, House

pytestmark = [pytest.mark.django_db, pytest.mark.either]
FORM_PAGE = f"/desk/window/services/{PROCEDURE}/"


@pytest.fixture
def window(house: House) -> House:
    windowed.declare(house)
    return house


def _hand_in(window: House, form: str = "", who: str = "handler", **changes):
    return window.client(who).post(FORM_PAGE, windowed.sent(form or str(uuid.uuid4()), **changes))


def test_a_whole_form_is_handed_in_with_its_papers_and_waits_to_be_accepted(window: House):
    answer = _hand_in(window)
    case = Case.objects.get(channel="window")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/desk/window/cases/{case.number}/?new=1"
    assert (case.state, case.accepted_at, case.account_id) == ("received", None, "")
    assert case.intake.materials == {"licence": ["seen", "copy", "returned"]}
    assert case.intake.identity["kind"] == "resident_card"
    assert Upload.objects.get(case=case).field == "plan"
    receipt = Document.objects.get(case=case, document="receipt")
    said = str(receipt.content["en"]["sections"]) + str(receipt.content["en"]["paragraphs"])
    assert "Business licence: original seen, copy kept, original returned" in said
    assert "does not mean that it is accepted" in said
    window.fire(case, "handler", "accept", "handler")
    case.refresh_from_db()
    assert case.accepted_at is not None


def test_the_page_after_handing_in_is_the_receipt_to_print_with_bar_code_and_query_code(window: House):
    client = window.client("handler")
    address = client.post(FORM_PAGE, windowed.sent(str(uuid.uuid4()))).headers["Location"]
    page = client.get(address).content.decode()
    assert "data-print" in page
    assert "<svg" in page
    assert "收件凭证" in page
    assert re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", page)
    code = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
    assert not code.search(window.client("decider").get(address).content.decode())
    letter = client.get(re.search(r'href="([^"]+\.pdf)"', page)[1])
    assert letter.headers["Content-Type"] == "application/pdf"


def test_the_same_form_twice_is_one_case_and_the_same_number(window: House):
    form = str(uuid.uuid4())
    first, again = _hand_in(window, form), _hand_in(window, form)
    assert first.headers["Location"] == again.headers["Location"]
    assert Case.objects.filter(channel="window").count() == 1
    assert Upload.objects.filter(case__channel="window").count() == 1
    assert Upload.objects.filter(case=None, draft=form).count() == 0
    other = _hand_in(window, form, who="both")
    assert other.status_code == 422
    assert "Location" not in other.headers


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_taken_in(window: House):
    answer = _hand_in(
        window,
        credit_code="x",
        **{"material-licence": ["seen", "missing"], "identity-name": "别人", "identity-number": "1"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for anchor in ("credit_code", "material-licence-0", "identity-number", "identity-name"):
        assert f'href="#{anchor}"' in page
    assert 'tabindex="-1" autofocus' in page
    assert not Case.objects.filter(channel="window").exists()
    assert windowed.FORM["enterprise_name"] in page
    assert "别人" not in page
    assert 'value="plan.pdf"' not in page
    assert "plan.pdf" in page  # it was received and need not be chosen again


def test_a_file_that_was_received_with_a_wrong_form_is_part_of_the_case(window: House):
    form = str(uuid.uuid4())
    assert _hand_in(window, form, credit_code="x").status_code == 422
    sent = windowed.sent(form)
    del sent["plan"]
    assert window.client("handler").post(FORM_PAGE, sent).status_code == 302
    assert Upload.objects.filter(case__channel="window").count() == 1


def test_codes_lead_to_where_they_belong(window: House):
    client, page = window.client("handler"), reverse("desk:window")
    for code in ("1", " １ ", "new_service", "新型", f"{PROCEDURE}/00000000"):
        assert client.post(page, {"code": code}).headers["Location"].partition("?")[0] == FORM_PAGE
    assert "edition=old" in client.post(page, {"code": f"{PROCEDURE}/00000000"}).headers["Location"]
    found = client.post(page, {"code": window.case.number.lower()})
    assert found.headers["Location"] == f"/desk/window/cases/{window.case.number}/"
    for wrong in ("", "99", "nothing at all", uuid.uuid4().hex):
        assert client.post(page, {"code": wrong}).status_code == 422


def test_a_form_that_was_written_at_home_is_found_by_its_code_and_belongs_to_its_account(window: House):
    code = window.draft.id.hex
    page = window.client("handler").post(reverse("desk:window"), {"code": code.upper()})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "演示 未提交" in page.content.decode()
    assert _hand_in(window, str(window.draft.id)).status_code == 302
    case = Case.objects.get(channel="window")
    assert case.account_id == window.draft.account_id
    assert Draft.objects.get(pk=window.draft.id).raw == {}
    again = window.client("handler").post(reverse("desk:window"), {"code": code})
    assert again.headers["Location"] == f"/desk/window/cases/{case.number}/"


def test_a_form_is_filled_page_by_page_put_aside_and_taken_up_by_its_code(window: House):
    client, form = window.client("handler"), str(uuid.uuid4())
    assert client.get(f"{FORM_PAGE}?by=page").status_code == 200
    wrong = client.post(FORM_PAGE, windowed.sent(form, page="enterprise", credit_code="x"))
    assert wrong.status_code == 422
    following = client.post(FORM_PAGE, windowed.sent(form, page="enterprise")).content.decode()
    assert 'name="page" value="contact"' in following
    assert client.post(FORM_PAGE, windowed.sent(form, page="nothing")).status_code == 404
    whole = client.post(FORM_PAGE, windowed.sent(form, page="plan")).content.decode()
    assert "identity-number" in whole
    aside = client.post(FORM_PAGE, windowed.sent(form, go="aside")).content.decode()
    assert "<svg" in aside
    found = client.post(reverse("desk:window"), {"code": uuid.UUID(form).hex}).content.decode()
    assert windowed.FORM["service_name"] in found
    assert windowed.NUMBER not in found


def test_only_the_role_that_the_procedure_names_takes_in_and_only_where_it_lies(window: House):
    assert _hand_in(window, who="decider").status_code == 404
    assert _hand_in(window, who="coordinator").status_code == 404
    elsewhere = _hand_in(window, who="elsewhere")
    assert elsewhere.status_code == 422
    assert not Case.objects.filter(channel="window").exists()


def test_the_script_gets_a_short_answer(window: House):
    sent = windowed.sent(str(uuid.uuid4()))
    answer = window.client("handler").post(FORM_PAGE, sent, headers={"X-Amur-Window": "1"})
    assert answer.json()["number"] == Case.objects.get(channel="window").number


def _everything_stored() -> str:
    """Return every row of every table, and every byte of every file of the installation, as text."""
    found = []
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "sqlite":
            tables.discard("search_index")  # it cannot be listed; the tables that hold its content are
        for table in sorted(tables):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    found += [path.read_bytes().decode("utf-8", "replace") for path in files]
    assert files
    return "\n".join(found)


def test_the_identity_document_is_in_no_store_no_log_and_no_page(
    window: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    caplog.set_level(logging.DEBUG)
    name = "金丝雀甲Z9"
    shown = {"identity-name": name, "contact_name": name}
    answers = [_hand_in(window, **shown, credit_code="x"), _hand_in(window, **shown, go="aside")]
    answers.append(_hand_in(window, **{**shown, "contact_name": "别人"}))
    answers.append(_hand_in(window, **shown))
    broken = window.client("handler")
    broken.raise_request_exception = False

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("it breaks in the middle")

    with monkeypatch.context() as patched:
        patched.setattr("amur.procedures.window.acts.begin", break_down)
        answers.append(broken.post(FORM_PAGE, windowed.sent(str(uuid.uuid4()), **shown)))
    assert [one.status_code for one in answers] == [422, 200, 422, 302, 500]
    for one in answers:
        assert windowed.NUMBER not in one.content.decode()
        assert windowed.NUMBER not in str(one.headers)
    window.seal()
    assert windowed.NUMBER not in _everything_stored()
    assert windowed.NUMBER not in caplog.text
    assert name not in caplog.text
    for written in (name, repr(name.encode())[2:-1], name.encode("unicode_escape").decode()):
        assert written not in _everything_stored()  # the form keeps it too, and sealed
    assert windowed.NUMBER not in repr(window.client("handler").session.items())


def test_what_was_known_of_a_person_goes_with_the_case(window: House):
    _hand_in(window)
    case = Case.objects.get(channel="window")
    forget(case, by=system("test"), now=window.now, ground=Ground("over", ""))
    assert Intake.objects.get(case=case).identity == {}


def test_no_field_of_the_window_is_remembered_by_a_browser(window: House):
    answer = window.client("handler").get(FORM_PAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    tags = re.findall(r"<(?:input|form)[^>]*>", answer.content.decode().partition("<main")[2])
    told = [tag for tag in tags if "autocomplete=" in tag]
    assert any("<form" in tag for tag in told)
    assert all('autocomplete="off"' in tag for tag in told)


def test_the_keys_of_the_window_do_not_collide_and_are_all_listed(window: House):
    client = window.client("handler")
    address = client.post(FORM_PAGE, windowed.sent(str(uuid.uuid4()))).headers["Location"]
    listed = client.get(reverse("desk:window_keys")).content.decode()
    assert set(re.findall(r"<kbd[^>]*>(.)</kbd>", listed)) == set(KEYS.values())
    assert len(set(KEYS.values())) == len(KEYS)
    used = set()
    for page in (reverse("desk:window"), FORM_PAGE, f"{FORM_PAGE}?by=page", address, reverse("desk:window_fetch")):
        keys = re.findall(r'accesskey="(.)"', client.get(page).content.decode())
        assert len(keys) == len(set(keys)), page
        used |= set(keys)
    assert used == set(KEYS.values())


def test_the_queue_leads_to_the_window_and_shows_what_was_handed_in_there(window: House):
    _hand_in(window)
    page = window.client("handler").get("/desk/").content.decode()
    assert reverse("desk:window") in page
    assert Case.objects.get(channel="window").number in page
    assert reverse("desk:window") not in window.client("decider").get("/desk/").content.decode()
    page = window.client("handler").get(reverse("desk:window")).content.decode()
    assert Case.objects.get(channel="window").number in page
    assert MARKS[3] not in page


def _filed(window: House) -> Case:
    _hand_in(window)
    case = Case.objects.get(channel="window")
    window.fire(case, "handler", "accept", "handler")
    return window.fire(case, "decider", "file", "decider")


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def _fetch(window: House, case: Case, **changes):
    notice = case.documents.get(document="filing_notice")
    sent = {
        "document": notice.number,
        "receiver": "演示 领取人",
        "key": "k1",
        "signature": f"data:image/png;base64,{PNG}",
    }
    sent |= {"identity-kind": "resident_card", "identity-number": windowed.NUMBER, "identity-name": "演示 领取人"}
    address = reverse("desk:window_fetch_case", args=[case.number])
    return window.client("handler").post(address, {**sent, **changes})


def test_a_result_is_found_by_its_bar_code_and_handed_over_against_a_signature_once(window: House):
    case = _filed(window)
    client = window.client("handler")
    found = client.post(reverse("desk:window_fetch"), {"code": f" {case.number.lower()} "})
    assert found.headers["Location"] == reverse("desk:window_fetch_case", args=[case.number])
    assert case.documents.get(document="filing_notice").number in client.get(found.headers["Location"]).content.decode()
    assert _fetch(window, case).status_code == 302
    assert _fetch(window, case).status_code == 302
    notice = case.documents.get(document="filing_notice")
    service = notice.services.get()
    slip = Upload.objects.get(case=case, field="window_slip")
    assert notice.served_at is not None
    assert service.details["receiver"] == "演示 领取人"
    assert (service.details["identity"], service.details["slip"]) == ("resident_card", str(slip.pk))
    page = client.get(reverse("desk:case", args=[case.number])).content.decode()
    assert "签收单" in page
    assert windowed.NUMBER not in _everything_stored()


def test_whoever_fetches_for_another_shows_an_authorisation(window: House):
    case = _filed(window)
    refused = _fetch(window, case, proxy="on")
    assert refused.status_code == 422
    assert 'href="#authorised"' in refused.content.decode()
    assert windowed.NUMBER not in refused.content.decode()
    unsigned = _fetch(window, case, proxy="on", authorised="on", signature="")
    assert (unsigned.status_code, 'href="#slip"' in unsigned.content.decode()) == (422, True)
    assert _fetch(window, case, proxy="on", authorised="on", signature="", on_paper="on").status_code == 302
    details = case.documents.get(document="filing_notice").services.get().details
    assert (details["proxy"], details["authorised"], details["signed_on_paper"]) == (True, True, True)
    assert not Upload.objects.filter(case=case, field="window_slip").exists()


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"receiver": " "}, "receiver"),
        ({"document": "no-such"}, "document-0"),
        ({"identity-number": "1"}, "identity-number"),
        ({"identity-kind": ""}, "identity-kind-0"),
        ({"signature": "data:image/png;base64,bm90IGEgcGljdHVyZQ=="}, "slip"),
        ({"signature": ""}, "slip"),
    ],
)
def test_what_is_wrong_when_a_result_is_fetched_is_said_and_nothing_is_served(window: House, changes, anchor):
    case = _filed(window)
    answer = _fetch(window, case, **changes)
    assert answer.status_code == 422
    assert f'href="#{anchor}"' in answer.content.decode()
    assert case.documents.get(document="filing_notice").served_at is None


def test_a_signature_that_is_no_drawing_is_no_slip_and_a_scan_takes_its_place(window: House):
    case = _filed(window)
    scan = SimpleUploadedFile("slip.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
    assert _fetch(window, case, signature="data:image/png;base64,***", slip=scan).status_code == 302
    assert Upload.objects.get(case=case, field="window_slip").media_type == "application/pdf"


def test_the_window_is_told_at_once_that_the_same_was_handed_in_before(house: House):
    rules = [{"id": "again", "same": ["service_name"], "days": 30, "party": "any"}]
    windowed.declare(house, beside={"ties": {"duplicates": {"by": ["handler"], "rules": rules}}})
    first = house.client("handler").get(_hand_in(house).headers["Location"]).content.decode()
    earlier = Case.objects.get(channel="window")
    again = house.client("handler").get("/en" + _hand_in(house).headers["Location"]).content.decode()
    assert f"/desk/cases/{earlier.number}/" in again
    assert "This may have been handed in before." in again
    assert "可能以前递交过" not in first
