"""Reports by Open311 become ordinary cases, once, and tell others only what is declared public."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amur.base.acting import PUBLIC, Actor, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts
from amur.procedures.models import Case, ClockRun, Upload
from amur.procedures.open311 import reads
from amur.procedures.open311.acts import Media
from amur.procedures.open311.models import ApiKey, ReceivedReport
from amur.procedures.reads import case_by_code
from tests.procedures.conftest import Officer
from tests.procedures.lights import LIGHTS, PNG, REPORT, furnish, lights

pytestmark = [pytest.mark.django_db, pytest.mark.both]
STRANGER = Actor("anonymous", client="open")
ADMIN = Officer("99", "system_administrator")
DAY = timedelta(days=1)


@pytest.fixture
def pack(now):
    furnish(now)


def send(now, sent=REPORT, **options):
    return acts.report("light_fault", sent, by=options.pop("by", STRANGER), now=now, caller="192.0.2.1", **options)


def told(now, **options):
    return reads.reports(PUBLIC, between=(now - DAY, now + DAY), **options)[0]


def test_a_report_is_a_case_with_number_code_and_clock(pack, now):
    case = send(now, language="en")
    assert (case.number, case.channel, case.state, case.language) == ("2026-LFT-00001", "open311", "reported", "en")
    assert case.data["place"] == {"lat": "45.756967", "lon": "126.642464"}
    assert case.data["name"] == "Ann Sealed"
    assert case_by_code(case.number, acts.query_code(case)).number == case.number
    assert ClockRun.objects.get(case=case).due_on.isoformat() == "2026-03-17"
    assert next(entry.kind for entry in ledger.entries_of(PUBLIC, case.key_subject)) == "case.submitted"


def test_a_report_tells_others_nothing_personal(pack, now):
    send(now)
    [one] = told(now)
    assert (one.number, one.is_open, one.lat, one.long) == ("2026-LFT-00001", True, "45.756967", "126.642464")
    assert (one.description, one.service.en, one.agency.en) == ("暗 <b>&", "Light & fault", "The bureau")
    assert one.expected_at.isoformat() == "2026-03-17T23:59:59+08:00"
    for secret in ("secret@", "Sealed", "70809010", "device-7Q", "account-8R"):
        assert secret not in repr(one)


def test_an_account_and_a_device_are_kept_nowhere(pack, now):
    case = send(now)
    kept = repr(case.data) + repr([row.__dict__ for row in (case, *ReceivedReport.objects.all())])
    assert "device-7Q" not in kept
    assert "account-8R" not in kept
    assert not case.account_id


def test_what_is_not_declared_public_is_not_told(now):
    body = lights()
    for page in body["pages"]:
        for field in page["fields"]:
            field.pop("openness", None)
    furnish(now, body)
    send(now)
    [one] = told(now)
    assert (one.description, one.lat, one.long, one.address, one.media_url) == ("",) * 5


def test_words_are_told_only_where_the_pack_says_so(now):
    furnish(now, lights(words_shown_in=["working"]))
    case = send(now)
    assert (told(now)[0].description, told(now)[0].lat) == ("", "45.756967")
    Officer("11", "handler").fire(case, "begin", now)
    assert told(now)[0].description == "暗 <b>&"


def test_a_case_that_was_filed_before_it_said_so_is_not_told(now):
    silent = {name: value for name, value in LIGHTS.items() if name != "open311"}
    furnish(now, silent)
    draft = acts.open_draft("light_fault", by=STRANGER, now=now)
    acts.save_step(draft.id, "fault", {"kind": "dark"}, version=draft.version, by=STRANGER, now=now)
    case = acts.submit(draft.id, by=STRANGER, now=now)
    furnish(now, version="3.1.0")
    send(now)
    assert [one.number for one in told(now)] == ["2026-LFT-00002"]
    assert reads.reports_by_number(PUBLIC, [case.number]) == ()


def test_open_and_closed_are_told_apart(pack, now):
    mended, waits = send(now), send(now, REPORT | {"description": ["another"]})
    officer = Officer("11", "handler")
    officer.fire(officer.fire(mended, "begin", now), "mend", now)
    assert [one.number for one in told(now, statuses=["open"])] == [waits.number]
    [closed] = told(now, statuses=["closed"])
    assert (closed.number, closed.expected_at, closed.answer.en) == (mended.number, None, "It is mended.")
    assert len(told(now, statuses=["open", "closed"])) == 2


def test_reports_come_in_pages(pack, now):
    for place in range(3):
        send(now + timedelta(minutes=place), REPORT | {"description": [str(place)]})
    whole = (now - DAY, now + DAY)
    first, more = reads.reports(PUBLIC, between=whole, size=2)
    second, none = reads.reports(PUBLIC, between=whole, size=2, page=2)
    assert [one.description for one in (*first, *second)] == ["2", "1", "0"]
    assert (more, none) == (True, False)
    assert reads.reports(PUBLIC, between=(now + DAY, now + 2 * DAY))[0] == ()


def test_the_same_report_twice_within_minutes_is_one_case(pack, now):
    first = send(now)
    assert send(now + timedelta(minutes=9)).pk == first.pk
    assert acts.report("light_fault", REPORT, by=STRANGER, now=now, caller="192.0.2.2").pk != first.pk
    assert send(now + timedelta(minutes=11)).pk != first.pk


def test_the_same_key_is_one_case_for_a_day_and_finds_its_number(pack, now):
    first = send(now, key="retry-1")
    assert send(now + timedelta(hours=23), key="retry-1").pk == first.pk
    assert reads.number_by_token(PUBLIC, "retry-1", sender="anonymous", at=now) == first.number
    with pytest.raises(Conflict):
        send(now, REPORT | {"description": ["another"]}, key="retry-1")
    with pytest.raises(NotFound):
        reads.number_by_token(PUBLIC, "retry-1", sender="api_key:1", at=now)
    acts.tidy(now + DAY)
    assert not ReceivedReport.objects.exists()
    with pytest.raises(NotFound):
        reads.number_by_token(PUBLIC, "retry-1", sender="anonymous", at=now)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"lat": [], "long": []}, {"lat, long"}),
        ({"long": []}, {"long"}),
        ({"lat": ["north"]}, {"lat, long"}),
        ({"attribute[kind]": []}, {"attribute[kind]"}),
        ({"attribute[kind]": ["old"]}, {"attribute[kind]"}),
        ({"attribute[kind]": ["dark", "flickers"]}, {"attribute[kind]"}),
        ({"attribute[what]": ["x"]}, {"attribute[what]"}),
        ({"attribute[lights]": ["0"]}, {"attribute[lights]"}),
        ({"attribute[danger]": ["yes"]}, {"attribute[why]"}),
        ({"description": ["x" * 1001]}, {"description"}),
        ({"email": ["nobody"]}, {"email"}),
        ({"media_url": ["file:///etc/passwd"]}, {"media_url"}),
    ],
)
def test_what_is_wrong_is_named_as_the_standard_names_it_and_nothing_is_kept(pack, now, change, names):
    with pytest.raises(Invalid) as caught:
        send(now, REPORT | change)
    assert {*caught.value.fields} == names
    assert not Case.objects.exists()
    assert not ReceivedReport.objects.exists()


def test_an_address_is_a_place_too_and_all_types_of_attributes_are_read(pack, now):
    case = send(
        now,
        {
            "address_string": ["河边路 1 号"],
            "attribute[kind]": ["flickers"],
            "attribute[since]": ["2026-03-01"],
            "attribute[lights]": ["3"],
            "attribute[colours][]": ["red", "blue"],
            "attribute[danger]": ["yes"],
            "attribute[why]": ["over a school"],
            "attribute[region]": ["230100"],
            "media_url": ["https://photos.example.org/1.png"],
        },
    )
    assert (case.data["lights"], case.data["colours"], case.data["since"]) == (3, ["red", "blue"], "2026-03-01")
    assert (case.data["danger"], case.region) == (True, "230100")
    assert told(now)[0].media_url == "https://photos.example.org/1.png"


def test_a_photo_that_comes_along_is_a_file_of_the_case(pack, now):
    case = send(now, media=Media("../light.png", lambda: [PNG]))
    upload = Upload.objects.get(case=case)
    assert (upload.field, upload.media_type, upload.name) == ("photo", "image/png", "light.png")
    assert send(now, media=Media("light.png", lambda: [PNG])).pk == case.pk
    with pytest.raises(Invalid) as caught:
        send(now, media=Media("light.png", lambda: [b"MZ is no picture" * 9]))
    assert {*caught.value.fields} == {"media"}


def test_who_reported_is_gone_when_the_case_is_erased(pack, now):
    case = send(now)
    officer = Officer("11", "handler")
    officer.fire(officer.fire(case, "begin", now), "mend", now)
    acts.erase_due(now + 2000 * DAY)
    case = Case.objects.get(pk=case.pk)
    assert not {"name", "email", "phone"} & {*case.data}
    assert reads.reports_by_number(PUBLIC, [case.number])[0].lat == "45.756967"


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(pack, now):
    row, secret = acts.issue_key("The lamp app", by=ADMIN.by, scope=ADMIN.scope, now=now, key="k")
    assert acts.issue_key("The lamp app", by=ADMIN.by, scope=ADMIN.scope, now=now, key="k") == (row, "")
    assert reads.key_by_secret(PUBLIC, secret) == row.pk
    kept = ApiKey.objects.values_list("digest", "holder").get()
    assert secret not in kept
    assert "lamp" not in kept[1]
    assert [one.holder for one in reads.keys(ADMIN.scope)] == ["The lamp app"]
    for _ in range(2):
        acts.revoke_key(row.pk, by=ADMIN.by, scope=ADMIN.scope, now=now)
    assert reads.key_by_secret(PUBLIC, secret) is None
    kinds = [entry.kind for entry in ledger.entries_of(Scope("system"), row.key_subject)]
    assert kinds == ["open311.key_issued", "open311.key_revoked"]
    assert str(row) == str(row.pk)[:8]


def test_only_the_system_administrator_has_to_do_with_keys(pack, now):
    handler = Officer("11", "handler")
    row, _ = acts.issue_key("The lamp app", by=ADMIN.by, scope=ADMIN.scope, now=now)
    for forbidden in (
        lambda: acts.issue_key("Mine", by=handler.by, scope=handler.scope, now=now),
        lambda: acts.revoke_key(row.pk, by=handler.by, scope=handler.scope, now=now),
        lambda: reads.keys(handler.scope),
    ):
        with pytest.raises(Refused):
            forbidden()
    with pytest.raises(Invalid):
        acts.issue_key("  ", by=ADMIN.by, scope=ADMIN.scope, now=now)
    with pytest.raises(NotFound):
        acts.revoke_key(uuid4(), by=ADMIN.by, scope=ADMIN.scope, now=now)


def test_a_service_may_want_a_key(now):
    furnish(now, lights(needs_key=True))
    with pytest.raises(Refused) as caught:
        send(now)
    assert caught.value.code == "key_needed"
    assert send(now, by=Actor("api_key:1", client="open")).number == "2026-LFT-00001"


def test_only_declared_services_take_reports(pack, now):
    assert [one.id for one in reads.services(PUBLIC)] == ["light_fault"]
    with pytest.raises(NotFound):
        acts.report("licence", REPORT, by=STRANGER, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_retries_at_once_are_one_case(now):
    furnish(now)

    def one(_place: int) -> str:
        try:
            return send(now, key="at-once").number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = {*pool.map(one, range(4))}
    assert numbers == {"2026-LFT-00001"}
    assert Case.objects.count() == 1


def test_a_list_of_reports_costs_the_same_however_long_it_is(pack, now, django_assert_num_queries):
    told(now)
    send(now)
    with CaptureQueriesContext(connection) as for_one:
        told(now)
    for place in range(5):
        send(now, REPORT | {"description": [str(place)]})
    with django_assert_num_queries(len(for_one)):
        assert len(told(now)) == 6
    assert len(for_one) <= 5


def test_a_reporter_is_told_of_an_earlier_report_by_what_is_public_of_it_and_by_nothing_else(now):
    rules = [
        {"id": "spot", "same": ["place", "kind"], "days": 30, "party": "any"},
        {"id": "caller", "same": ["phone"], "days": 30, "party": "any"},
    ]
    furnish(now, LIGHTS | {"ties": {"duplicates": {"by": ["handler"], "rules": rules}}})
    first = send(now)
    again = send(now, {**REPORT, "description": ["still dark"]})
    assert reads.alike(PUBLIC, first) == ()
    assert reads.alike(PUBLIC, again) == (first.number,)
    elsewhere = send(now, {**REPORT, "lat": ["45.1"]})
    assert elsewhere.likenesses.count() > 0, "the desk is told: somebody called twice"
    assert reads.alike(PUBLIC, elsewhere) == ()
