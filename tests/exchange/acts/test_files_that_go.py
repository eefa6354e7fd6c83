"""Files go before their message, each under its hash; the message counts as received when each is confirmed."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection

from amur.base.faults import Conflict
from amur.exchange import acts, reads
from amur.exchange.acts import Told
from amur.exchange.acts.comparing import compare_now
from amur.exchange.models import Attachment, Difference, Message
from amur.ledger import acts as ledger
from amur.ledger.models import Entry
from amur.procedures import files
from amur.procedures.acts import attach_to_case
from amur.procedures.models import Case, Upload
from tests.exchange.conftest import HANDLER, ORDER, THEM, work
from tests.exchange.travelling import PHOTO, PLAN, TRAVELLING, hash_of, named
from tests.procedures.pack import sync

pytestmark = [pytest.mark.django_db, pytest.mark.either]
OFFICE = {"by": HANDLER.by, "scope": HANDLER.scope}
MINUTES = [timedelta(minutes=one) for one in (0, 2, 9, 60)]


@pytest.fixture
def case(now, fire) -> Case:
    """Return a case with a photograph, to which is replied with a report; the note is issued on the way."""
    sync(now, TRAVELLING)
    acts.keep_file("hotline", hash_of(PHOTO), [PHOTO], by=THEM, now=now)
    came = acts.Came("api", THEM, named=True, files=(named(PHOTO),))
    row, _ = acts.receive("hotline", "order", ORDER, came=came, by=THEM, now=now)
    fire(row.case, "sign")
    upload = attach_to_case(row.case.pk, "reply", "report", [PLAN], "张三.pdf", now=now, **OFFICE)
    return fire(row.case, "reply", reason="已修复", extra={"answer": "已亮", "report": str(upload.pk)})


def reply() -> Message:
    return Message.objects.get(message="reply")


def states() -> dict[str, str]:
    return dict(Attachment.objects.filter(message=reply()).order_by("place").values_list("name", "state"))


def test_each_file_goes_before_its_message_which_names_it_by_its_hash(case, other_side, now):
    work(now)
    paths = [path for path, _ in other_side.came]
    assert paths == ["/messages", "/attachments", "/attachments", "/attachments", "/messages"]
    told = other_side.came[-1][1]["attachments"]
    assert [one["name"] for one in told] == ["REPORT", "PHOTO", "NOTE"]
    assert told[0] == named(PLAN, "REPORT", "张三.pdf", media_type="application/pdf")
    assert {one["sha256"]: one["size"] for one in told} == {key: len(one) for key, one in other_side.files.items()}
    assert other_side.files[hash_of(PHOTO)] == PHOTO
    assert b'"document": "note"' in other_side.files[told[2]["sha256"]]
    assert (reply().state, set(states().values())) == ("received", {"confirmed"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT file_name FROM exchange_attachment")
        assert "张三" not in str(cursor.fetchall())
    bodies = str([one.content.body for one in Entry.objects.select_related("content")])
    assert "张三" not in bodies
    of_exchange = Entry.objects.filter(kind__startswith="exchange.").select_related("content")
    assert hash_of(PLAN) not in str([one.content.body for one in of_exchange]), "hashes are sealed there"


@pytest.mark.parametrize(
    ("of_files", "ends"),
    [
        ([503, 201, None], ("received", "")),
        ([201, 400], ("received", "")),
        ([413], ("failed", "REPORT: it answered 413")),
        ([201, 415], ("failed", "PHOTO: it answered 415")),
        ([500, 500, 500], ("failed", "REPORT: it answered 500")),
    ],
)
def test_a_file_cut_off_goes_again_and_one_they_do_not_take_stops_the_message(case, other_side, now, of_files, ends):
    other_side.of_files = [*of_files]
    for passed in MINUTES:
        work(now + passed)
    assert (reply().state, reply().error) == ends
    then = ends[0]
    assert len([one for one in other_side.has.values() if one["message"] == "reply"]) == (then == "received")
    if then == "failed":
        acts.send_again("hotline", reply().pk, now=now + timedelta(hours=2), **OFFICE)
        work(now + timedelta(hours=2))
        assert (reply().state, set(states().values())) == ("received", {"confirmed"})


def test_what_they_do_not_confirm_by_its_hash_goes_again_until_a_person_looks(case, other_side, now):
    wrong = (200, {"state": "received", "attachments": [hash_of(PLAN), "0" * 64]})
    other_side.answers = [(200, {"state": "received"}), wrong]
    work(now)
    assert (reply().state, reply().error) == ("waiting", "not confirmed by hash: PHOTO, NOTE")
    assert states() == {"REPORT": "given", "PHOTO": "waiting", "NOTE": "waiting"}
    other_side.answers = [wrong, wrong]
    for passed in MINUTES:
        work(now + passed)
    assert reply().state == "failed"
    assert not Case.objects.exclude(state="replied").exists()


def test_a_receipt_that_comes_later_confirms_each_hash_or_is_not_taken(case, other_side, now):
    other_side.answers = [(200, {"state": "received"}), (202, {"state": "taken"}), (202, {"state": "taken"})]
    work(now)
    assert (reply().state, set(states().values())) == ("sent", {"given"})
    with pytest.raises(Conflict) as caught:
        acts.note_receipt("hotline", Told(reply().pk, "received"), by=THEM, now=now)
    assert (caught.value.code, reply().state) == ("attachments_unconfirmed", "waiting")
    work(now + MINUTES[1])
    assert reply().state == "sent"
    hashes = tuple(Attachment.objects.filter(message=reply()).values_list("sha256", flat=True))
    for _ in range(2):
        acts.note_receipt("hotline", Told(reply().pk, "received", attachments=hashes), by=THEM, now=now)
    assert (reply().state, set(states().values())) == ("received", {"confirmed"})


def test_without_another_side_the_message_and_its_files_go_as_one_archive(case, now, tmp_path):
    work(now)
    acts.hand_over_as_file("hotline", "signed", now=now, **OFFICE)
    made = acts.hand_over_as_file("hotline", "reply", now=now, **OFFICE)
    out = io.BytesIO()
    assert reads.write_bundle(HANDLER.scope, "hotline", "reply", made[0].sent_at, out) == 1
    with zipfile.ZipFile(out) as archive:
        lines = [*csv.DictReader(io.StringIO(archive.read("attachments.csv").decode("utf-8-sig")))]
        assert [(one["message"], one["name"]) for one in lines] == [
            (str(made[0].pk), name) for name in ("REPORT", "PHOTO", "NOTE")
        ]
        for one in lines:
            content = archive.read(f"files/{one['sha256']}")
            assert (hash_of(content), str(len(content))) == (one["sha256"], one["size"])
        assert not any("张" in name for name in archive.namelist())
    receipts = tmp_path / "receipts.csv"
    hashes = ";".join(one["sha256"] for one in lines)
    receipts.write_text(f"message,number,attachments\n{made[0].pk},W-1,{lines[0]['sha256']}\n", encoding="utf-8")
    noted = acts.note_receipts("hotline", receipts, now=now, **OFFICE)
    assert (noted.noted, noted.findings[0][1], reply().state) == (0, "attachments_unconfirmed", "waiting")
    acts.hand_over_as_file("hotline", "reply", now=now, **OFFICE)
    receipts.write_text(f"message,number,attachments\n{made[0].pk},W-1,{hashes}\n", encoding="utf-8")
    assert acts.note_receipts("hotline", receipts, now=now, **OFFICE).noted == 1
    assert (reply().state, set(states().values())) == ("received", {"confirmed"})


def test_a_file_that_must_go_and_is_not_there_stops_the_message_before_it_is_sent(case, other_side, now):
    Upload.objects.filter(field="report").update(sha256="")
    work(now)
    assert (reply().state, reply().error, states()) == ("failed", "REPORT: there is no file", {})


def test_a_file_whose_bytes_are_gone_here_fails_and_is_never_half_sent(case, other_side, now):
    files.path_of(Upload.objects.get(field="report").pk).unlink()
    work(now)
    assert (reply().state, reply().error) == ("failed", "REPORT: the file cannot be read here")
    assert not any(one["message"] == "reply" for one in other_side.has.values())


def test_both_sides_are_compared_by_the_hashes_of_the_files(case, other_side, now, tmp_path):
    work(now)
    hashes = [*Attachment.objects.filter(case=case).values_list("sha256", flat=True)]
    page = {"工单编号": "W-1", "state": "3", "files": [*sorted({*hashes}, reverse=True)]}
    other_side.pages = [{"items": [page]}, {"items": [page | {"files": hashes[0].upper()}]}]
    for kind in (0, 1):
        compare_now({"exchange": "hotline", "rule": "orders"}, now, "")
        assert Difference.objects.filter(field="files").count() == kind
    assert Difference.objects.get(field="files").ours == ";".join(sorted({*hashes}))


def test_with_the_case_go_names_hashes_and_the_copies_that_were_kept(case, other_side, now):
    work(now)
    copy = Attachment.objects.get(name="NOTE").file
    assert files.path_of(copy).exists()
    ledger.forget(case.key_subject, by=THEM, now=now, reason="r", basis="b")
    work(now)
    rows = Attachment.objects.all()
    assert {(one.state, one.file_name, one.sha256) for one in rows} == {("gone", "", "")}
    assert not Upload.objects.filter(pk=copy).exists()
