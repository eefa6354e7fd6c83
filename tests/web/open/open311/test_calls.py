"""Each call of GeoReport v2: its structure, its errors, its limits, and what hostile input gets."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amur.procedures import acts
from amur.procedures.models import Case, Upload
from tests.procedures.conftest import Officer
from tests.procedures.lights import PNG, REPORT, furnish, lights

pytestmark = [pytest.mark.django_db, pytest.mark.either]
V2 = "/en/open311/v2/"
SENT = {"service_code": "light_fault", **{name: values[0] for name, values in REPORT.items()}}
FIELDS = (
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
)


@pytest.fixture
def city(clock, now) -> Client:
    caches["counts"].clear()
    furnish(now)
    return Client(HTTP_HOST="localhost")


def xml(answer) -> ET.Element:
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return ET.fromstring(answer.content)


def faults(answer) -> list[tuple[str, str]]:
    """Return the errors of an answer, whose codes are its status."""
    found = xml(answer)
    assert found.tag == "errors"
    said = [(one.findtext("code"), one.findtext("description")) for one in found.findall("error")]
    assert {code for code, _ in said} == {str(answer.status_code)}
    return said


def send(city: Client, *, form: str = "xml", headers: dict[str, str] | None = None, **changes: str):
    body = urlencode({name: value for name, value in (SENT | changes).items() if value})
    kind = "application/x-www-form-urlencoded"
    return city.post(f"{V2}requests.{form}", body, content_type=kind, headers=headers or {})


def test_the_list_of_services_has_the_elements_of_the_standard(city):
    [service] = xml(city.get(f"{V2}services.xml"))
    assert {child.tag: child.text for child in service} == {
        "service_code": "light_fault",
        "service_name": "Light & fault",
        "description": "Say that a light is out, and where.",
        "metadata": "true",
        "type": "realtime",
        "keywords": "lamp,dark",
        "group": "Streets",
    }
    assert json.loads(city.get("/open311/v2/services.json").content)[0]["service_name"] == "路灯报修"
    assert xml(city.get(f"{V2}services")).tag == "services"


def test_a_definition_says_types_order_and_lists(city):
    definition = json.loads(city.get(f"{V2}services/light_fault.json").content)
    told = {one["code"]: (one["datatype"], one["required"], one["order"]) for one in definition["attributes"]}
    assert told == {
        "region": ("singlevaluelist", False, 1),
        "kind": ("singlevaluelist", True, 2),
        "since": ("datetime", False, 3),
        "lights": ("number", False, 4),
        "colours": ("multivaluelist", False, 5),
        "danger": ("singlevaluelist", False, 6),
        "why": ("text", False, 7),
    }
    kind = xml(city.get(f"{V2}services/light_fault.xml")).findall("attributes/attribute")[1]
    assert [child.tag for child in kind] == [
        "variable",
        "code",
        "datatype",
        "required",
        "datatype_description",
        "order",
        "description",
        "values",
    ]
    assert (kind.findtext("datatype_description"), kind.findtext("description")) == ("As you see it.", "Fault")
    assert [(one.findtext("key"), one.findtext("name")) for one in kind.findall("values/value")] == [
        ("dark", "Dark"),
        ("flickers", "Flickers & blinks"),
    ]


def test_a_report_is_answered_with_number_code_and_where_it_is_followed(city):
    answer = send(city)
    assert answer.status_code == 201
    [told] = xml(answer)
    number, code = told.findtext("service_request_id"), told.findtext("query_code")
    assert (number, told.findtext("account_id")) == ("2026-LFT-00001", "")
    assert told.findtext("status_page") == "http://localhost/en/track/?number=2026-LFT-00001"
    assert told.findtext("status_page") in told.findtext("service_notice")
    opened = city.post(told.findtext("status_page"), {"number": number, "code": code})
    assert opened["Location"] == f"/en/cases/{number}/"
    assert Case.objects.get().language == "en"


def test_reports_have_the_elements_of_the_standard_and_nothing_personal(city):
    send(city)
    answer = city.get(f"{V2}requests.xml")
    [told] = xml(answer)
    assert tuple(child.tag for child in told) == FIELDS
    assert {child.tag: child.text for child in told if child.text} == {
        "service_request_id": "2026-LFT-00001",
        "status": "open",
        "status_notes": "Reported: We have it.",
        "service_name": "Light & fault",
        "service_code": "light_fault",
        "description": "暗 <b>&",
        "agency_responsible": "The bureau",
        "service_notice": "http://localhost/en/track/?number=2026-LFT-00001",
        "requested_datetime": "2026-03-10T10:00:00+08:00",
        "updated_datetime": "2026-03-10T10:00:00+08:00",
        "expected_datetime": "2026-03-17T23:59:59+08:00",
        "lat": "45.756967",
        "long": "126.642464",
    }
    everything = answer.content + city.get(f"{V2}requests/2026-LFT-00001.json").content
    for secret in ("secret@", "Sealed", "70809010", "device-7Q", "account-8R"):
        assert secret.encode() not in everything
    [same] = json.loads(city.get(f"{V2}requests/2026-lft-00001.json").content)
    assert (same["lat"], same["zipcode"]) == (45.756967, None)


def test_reports_are_asked_by_number_service_status_and_time(city, now, clock):
    for place in range(3):
        clock.advance(days=40)
        send(city, description=f"number {place}")
    case = Case.objects.get(number="2026-LFT-00003")
    officer = Officer("11", "handler")
    officer.fire(officer.fire(case, "begin", clock.now()), "mend", clock.now())

    def numbers(query: str) -> list[str]:
        answer = city.get(f"{V2}requests.json?{query}")
        assert answer.status_code == 200, answer.content
        return [one["service_request_id"][-1] for one in json.loads(answer.content)]

    assert numbers("") == ["3", "2", "1"]
    assert numbers("status=closed") == ["3"]
    assert numbers("status=open,closed") == ["3", "2", "1"]
    assert numbers("status=open&service_code=light_fault") == ["2", "1"]
    assert numbers("service_request_id=2026-LFT-00001,2026-LFT-00003,none&status=open") == ["3", "1"]
    assert numbers("start_date=2026-04-01&end_date=2026-05-01T00:00:00%2B08:00") == ["1"]
    assert numbers("end_date=2026-06-01T00:00:00Z") == ["2", "1"]
    assert numbers("start_date=2026-07-08T00:00:00Z") == ["3"]
    assert numbers("page=2&page_size=2") == ["1"]
    first = city.get(f"{V2}requests.json?page_size=2")
    assert first["Link"] == f'<http://localhost{V2}requests.json?page_size=2&page=2>; rel="next"'


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("services.xml?jurisdiction_id=elsewhere", 404, "jurisdiction_id 'elsewhere' was not found"),
        ("services/nothing.xml", 404, "service_code 'nothing' was not found"),
        ("services/licence.xml", 404, "service_code 'licence' was not found"),
        ("requests/2026-LFT-99999.xml", 404, "service_request_id '2026-LFT-99999' was not found"),
        ("requests.xml?service_code=licence", 404, "service_code 'licence' was not found"),
        ("requests.xml?status=lost", 400, "status: found 'lost'; it is open or closed"),
        ("requests.xml?start_date=soon", 400, "start_date: found 'soon'"),
        ("requests.xml?start_date=0001-01-01", 400, "start_date: found '0001-01-01'"),
        ("requests.xml?start_date=9999-12-31", 400, "start_date: that day lies beyond the calendar"),
        (
            "requests.xml?start_date=2026-01-01&end_date=2026-06-01",
            400,
            "start_date: the range spans more than 90 days",
        ),
        ("requests.xml?start_date=2026-03-02&end_date=2026-03-01", 400, "start_date: it lies after end_date"),
        ("requests.xml?page=0", 400, "page: found '0'"),
        ("requests.xml?page_size=1001", 400, "page_size: found '1001'"),
        ("requests.xml?status=%ff", 400, "charset: what came is not UTF-8"),
        ("tokens/none.xml", 404, "token was not found"),
        ("tokens/none.xml?api_key=wrong", 403, "api_key is none that was issued"),
        ("nothing.xml", 404, "there is nothing at 'v2/nothing.xml'"),
        ("services.html", 404, "addresses end in .xml or .json"),
    ],
)
def test_a_call_that_cannot_be_answered_says_why_as_the_standard_has_it(city, path, status, words):
    answer = city.get(V2 + path)
    assert answer.status_code == status
    [(_, said)] = faults(answer)
    assert words in said


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"service_code": ""}, 400, ["service_code: nothing was given"]),
        ({"service_code": "licence"}, 404, ["service_code 'licence' was not found"]),
        ({"jurisdiction_id": "elsewhere"}, 404, ["jurisdiction_id 'elsewhere' was not found"]),
        ({"api_key": "wrong"}, 403, ["api_key is none that was issued, or it was revoked"]),
        (
            {"lat": "", "long": ""},
            400,
            ["lat, long: say where it is: this service takes lat and long, or address_string"],
        ),
        ({"lat": "91"}, 400, ["lat, long: "]),
        (
            {"attribute[kind]": "", "email": "no"},
            400,
            ["attribute[kind]: nothing was entered", "email: found 'no'; give"],
        ),
        ({"attribute[kind]": "<!ENTITY x SYSTEM 'file:///etc/passwd'>"}, 400, ["attribute[kind]: found"]),
    ],
)
def test_a_report_that_cannot_be_taken_says_why_and_nothing_is_kept(city, changes, status, words):
    answer = send(city, **changes)
    assert answer.status_code == status
    for (_, said), wanted in zip(faults(answer), words, strict=True):
        assert wanted in said
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/xml", b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>', 400),
        ("application/json", b"{}", 400),
        ("application/x-www-form-urlencoded; charset=gb18030", b"service_code=light_fault", 400),
        ("application/x-www-form-urlencoded", b"service_code=light_fault&description=%ff%fe", 400),
        ("application/x-www-form-urlencoded", b"service_code=light_fault&description=%00%0b", 400),
        ("application/x-www-form-urlencoded", b"description=" + b"x" * 2**21, 413),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(600)), 413),
        ("multipart/form-data", b"nothing", 400),
    ],
)
def test_what_is_no_form_or_no_utf_8_or_too_large_is_refused(city, kind, body, status):
    answer = city.post(f"{V2}requests.xml", body, content_type=kind)
    assert answer.status_code == status
    assert faults(answer)
    assert not Case.objects.exists()


def test_what_xml_cannot_hold_does_not_break_an_answer(city, now):
    officer = Officer("11", "handler")
    assert send(city, description="a\nb ]]> \U0001f4a1").status_code == 201
    case = Case.objects.get()
    case.data = case.data | {"what": "a\x0b\ud7ffb"}
    case.save(update_fields=["data"])
    officer.fire(case, "begin", now)
    assert xml(city.get(f"{V2}requests.xml"))[0].findtext("description") == "a\ufffd\ud7ffb"


def test_a_photo_comes_along_and_a_link_is_kept_and_never_fetched(city, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("something was fetched"))
    file = SimpleUploadedFile("light.png", PNG, content_type="image/png")
    answer = city.post(f"{V2}requests.xml", SENT | {"media": file, "media_url": "http://169.254.169.254/latest"})
    assert answer.status_code == 201
    assert Upload.objects.get().field == "photo"
    assert Case.objects.get().data["link"] == "http://169.254.169.254/latest"


def test_a_retry_is_one_report_and_its_key_is_its_token(city):
    first, again = send(city, headers={"Idempotency-Key": "r-1"}), send(city, headers={"Idempotency-Key": "r-1"})
    assert first.content == again.content
    answer = send(city, headers={"Idempotency-Key": "r-1"}, description="another")
    assert answer.status_code == 409
    assert faults(answer)
    [told] = xml(city.get(f"{V2}tokens/r-1.xml"))
    assert {child.tag: child.text for child in told} == {"service_request_id": "2026-LFT-00001", "token": "r-1"}
    assert Case.objects.count() == 1


def test_a_program_with_a_key_sends_more_than_a_stranger(city, now, clock):
    admin = Officer("99", "system_administrator")
    row, secret = acts.issue_key("The lamp app", by=admin.by, scope=admin.scope, now=now)
    for place in range(20):
        assert send(city, description=f"stranger {place}").status_code == 201
        clock.advance(seconds=4)
    refused = send(city, description="one more")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert faults(refused)
    assert send(city, description="one more", api_key=secret).status_code == 201
    assert Case.objects.latest("number").events.get().actor_id == f"api_key:{row.pk}"
    acts.revoke_key(row.pk, by=admin.by, scope=admin.scope, now=now)
    assert send(city, api_key=secret).status_code == 403


def test_a_service_that_wants_a_key_refuses_who_has_none(city, now):
    furnish(now, lights(needs_key=True), version="3.1.0")
    assert send(city).status_code == 403


def test_other_sites_may_ask_and_other_methods_are_refused(city):
    assert city.get(f"{V2}services.json")["Access-Control-Allow-Origin"] == "*"
    asked = city.options(f"{V2}requests.json")
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, POST, HEAD, OPTIONS")
    refused = city.put(f"{V2}requests.xml")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, POST, HEAD, OPTIONS")
    assert faults(refused)
    head = city.head(f"{V2}services.xml")
    assert (head.content, int(head["Content-Length"]) > 100) == (b"", True)


def test_who_is_signed_in_does_not_matter(city):
    from amur.people.models import Account

    city.force_login(Account.objects.create_user("somebody"), backend="django.contrib.auth.backends.ModelBackend")
    send(city)
    case = Case.objects.get()
    assert (case.account_id, case.events.get().actor_id) == ("", "anonymous")


def test_before_a_pack_there_is_nothing_to_report(db, clock):
    caches["counts"].clear()
    city = Client(HTTP_HOST="localhost")
    assert len(xml(city.get(f"{V2}services.xml"))) == 0
    assert xml(city.get("/open311/discovery.xml")).findtext("changeset")
    assert len(xml(city.get(f"{V2}requests.xml"))) == 0


def test_a_report_that_is_too_old_is_not_among_the_latest(city, clock):
    send(city)
    clock.set(clock.now() + timedelta(days=91))
    assert len(xml(city.get(f"{V2}requests.xml"))) == 0


def test_the_page_of_open_data_leads_to_it_where_reports_are_taken(city, now):
    assert "curl http://localhost/open311/discovery.xml" in city.get("/en/open/").content.decode()
    furnish(now, {name: value for name, value in lights().items() if name != "open311"}, version="3.2.0")
    assert "open311" not in city.get("/en/open/").content.decode()
