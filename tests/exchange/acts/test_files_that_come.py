"""Files come before the message that names them: a case begins with all of them, or not at all, and nothing is half."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from amur.base.faults import Conflict, Invalid, Refused
from amur.exchange import acts
from amur.exchange.acts import Came
from amur.exchange.models import Attachment, Incoming, Intake, Received
from amur.ledger.models import Entry
from amur.procedures import files
from amur.procedures.acts import attach_to_case
from amur.procedures.models import Case, Upload
from tests.exchange.conftest import HANDLER, ORDER, THEM
from tests.exchange.travelling import PHOTO, PLAN, TRAVELLING, hash_of, named
from tests.procedures.pack import sync

pytestmark = [pytest.mark.django_db, pytest.mark.either]
OFFICE = {"by": HANDLER.by, "scope": HANDLER.scope}
SCRIPT = b"MZ\x90\x00" + b"\x00" * 50


@pytest.fixture(autouse=True)
def _pack(now):
    sync(now, TRAVELLING)


def keep(content: bytes, now, sha256: str = "") -> bool:
    return acts.keep_file("hotline", sha256 or hash_of(content), [content], by=THEM, now=now)[1]


def send(now, *some, message: str = "order", **changes) -> Case:
    came = Came("api", THEM, named=True, files=some)
    row, _ = acts.receive("hotline", message, changes or ORDER, came=came, by=THEM, now=now)
    return row.case


def on_disk() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).glob("*/*") if path.is_file()]


def test_an_order_brings_its_photograph_once_and_what_it_was_called_is_sealed(now):
    assert (keep(PHOTO, now), keep(PHOTO, now)) == (True, False)
    case = send(now, named(PHOTO))
    assert send(now, named(PHOTO)) == case
    upload = Upload.objects.get(case=case)
    assert (case.data["photo"], upload.name, upload.sha256) == (str(upload.pk), "张三家.png", hash_of(PHOTO))
    assert files.opened(upload.pk).read() == PHOTO
    assert not Incoming.objects.exists()
    assert [(one.name, one.state) for one in Attachment.objects.all()] == [("photo", "taken")]
    entry = Entry.objects.get(subject=case.key_subject, kind="exchange.taken")
    assert hash_of(PHOTO) not in str(entry.content.body)
    with pytest.raises(Conflict, match="something else"):
        send(now, named(PHOTO, file_name="x.png"))


def test_a_message_that_comes_before_its_file_waits_outside_and_is_taken_afterwards(now):
    with pytest.raises(Invalid) as caught:
        send(now, named(PHOTO))
    assert caught.value.fields["photo"][0] == "attachment_missing"
    assert Received.objects.get().faults == [{"field": "photo", "code": "attachment_missing", "found": ""}]
    assert not Case.objects.exists()
    keep(PHOTO, now)
    assert send(now, named(PHOTO)).data["photo"]
    assert [one.state for one in Received.objects.all()] == ["taken"]


@pytest.mark.parametrize(
    ("some", "code"),
    [
        ([named(PHOTO, size=5)], "attachment_size"),
        ([named(PHOTO, size="many")], "attachment_size"),
        ([named(PHOTO, sha256="x")], "attachment_hash"),
        ([named(PHOTO, "tape")], "unknown_attachment"),
        ([named(PHOTO), named(PHOTO)], "attachment_twice"),
        ([named(PHOTO), named(PHOTO, "plan")], "attachment_twice"),
        ([named(PHOTO, "plan")], "file_type"),
        ([named(PHOTO * 9)], "file_too_large"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_and_opens_nothing(now, some, code):
    for content in (PHOTO, PLAN, PHOTO * 9):
        keep(content, now)
    with pytest.raises(Invalid) as caught:
        send(now, *some)
    assert code in {found for found, _ in caught.value.fields.values()}
    assert (Case.objects.count(), Upload.objects.filter(draft=None).count()) == (0, 3)
    assert send(now, named(PHOTO)).data["photo"], "the same message is taken when it is right"


def test_what_is_not_what_its_hash_says_or_of_an_unknown_kind_leaves_nothing_behind(now):
    before = on_disk()
    for content, sha256, code in (
        (PHOTO, hash_of(PLAN), "hash_mismatch"),
        (PHOTO, "../../etc", "hash_mismatch"),
        (SCRIPT, "", "file_type"),
        (b"", "", "file_empty"),
    ):
        with pytest.raises(Invalid) as caught:
            keep(content, now, sha256)
        assert caught.value.fields["file"][0] == code
    assert not Upload.objects.exists()
    assert on_disk() == before


def test_a_file_that_no_message_names_within_a_day_is_forgotten(now):
    keep(PHOTO, now)
    acts.look_after(now + timedelta(hours=23))
    assert Incoming.objects.count() == 1
    acts.look_after(now + timedelta(hours=25))
    assert (Incoming.objects.count(), Upload.objects.count()) == (0, 0)


def test_a_message_that_moves_a_case_brings_what_its_event_asks_for(now, fire):
    case = send(now)
    fire(case, "sign")
    upload = attach_to_case(case.pk, "reply", "report", [PLAN], "a.pdf", now=now, **OFFICE)
    fire(case, "reply", reason="已修复", extra={"answer": "已亮", "report": str(upload.pk)})
    told = {"serial": "r1", "order_no": "W-1", "why": "仍不亮"}
    with pytest.raises(Invalid):
        send(now, message="redo", **told)
    keep(PHOTO, now)
    send(now, named(PHOTO, "proof"), message="redo", **told)
    case.refresh_from_db()
    assert (case.state, Upload.objects.get(pk=case.data["proof"]).case) == ("signed", case)


def archive(path: Path, lines: list[list[object]], some: dict[str, bytes]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([["message", "name", "file_name", "media_type", "size", "sha256"], *lines])
    rows = "流水号,工单编号,类别,matter\n" + "".join(f"{one},W-{one},01,灯\n" for one in range(1, 5))
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("messages.csv", rows)
        out.writestr("attachments.csv", text.getvalue())
        for sha256, content in some.items():
            out.writestr(f"files/{sha256}", content)
    return path


def test_an_archive_brings_rows_with_their_files_and_a_broken_one_keeps_only_its_own_row_back(now, tmp_path):
    other = PHOTO + b"x"
    lines = [[one, "photo", "a.png", "image/png", len(PHOTO), hash_of(PHOTO + b"x" * (one - 1))] for one in (1, 2, 3)]
    path = archive(tmp_path / "orders.zip", lines, {hash_of(PHOTO): PHOTO, hash_of(other): PHOTO})
    run = acts.check_file("hotline", "order", path, file_name="orders.zip", now=now, **OFFICE)
    found = [(one["row"], one["field"], one["code"]) for one in run.results["findings"]]
    assert found == [(3, "photo", "hash_mismatch"), (4, "photo", "attachment_missing")]
    assert not Case.objects.exists()
    run = acts.take_in(run.pk, now=now, **OFFICE)
    assert (run.state, run.taken, run.refused) == ("done", 2, 2)
    assert sorted("photo" in one.data for one in Case.objects.all()) == [False, True]
    assert not Incoming.objects.exists(), "what no row took is forgotten with the file"


def test_an_archive_that_was_cut_off_is_not_begun_and_a_dropped_one_leaves_nothing(now, tmp_path):
    lines = [[1, "photo", "a.png", "image/png", len(PHOTO), hash_of(PHOTO)]]
    path = archive(tmp_path / "orders.zip", lines, {hash_of(PHOTO): PHOTO})
    run = acts.check_file("hotline", "order", path, file_name="orders.zip", now=now, **OFFICE)
    assert Upload.objects.count() == 1
    acts.drop_file(run.pk, now=now, **OFFICE)
    assert not Upload.objects.exists()
    path.write_bytes(path.read_bytes()[:-30])
    stray = archive(tmp_path / "stray.zip", [[9, "photo", "a.png", "image/png", 3, "0" * 64]], {})
    for broken in (path, stray):
        with pytest.raises(Refused, match=r"cut off|not there"):
            acts.check_file("hotline", "order", broken, file_name="o.zip", now=now, **OFFICE)
    assert Intake.objects.count() == 1
