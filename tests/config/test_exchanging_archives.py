"""What the command does with archives: messages with the files that go with them, and those that come."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from amur.base.faults import NotFound
from amur.config import exchanging
from amur.config.terminal import CommandError
from amur.exchange import acts, reads
from amur.exchange.models import Attachment, Incoming, Intake, Message
from amur.procedures import files
from amur.procedures.acts import attach_to_case
from amur.procedures.models import Case, Upload
from tests.exchange.conftest import HANDLER, send_order, work
from tests.exchange.conftest import fire as fire  # noqa: PLC0414 -- a fixture
from tests.exchange.travelling import PHOTO, PLAN, TRAVELLING, hash_of
from tests.procedures.pack import sync

pytestmark = pytest.mark.django_db
HASH = hash_of(PHOTO)
ROWS = "流水号,工单编号,类别,matter\n1,W-1,01,灯\n2,W-2,01,灯\n"
NAMED = "message,name,file_name,media_type,size,sha256\n"
PHOTOGRAPH = f"1,photo,张三家.png,image/png,{len(PHOTO)},{HASH}\n"
GOOD = {"messages.csv": ROWS, "attachments.csv": NAMED + PHOTOGRAPH, f"files/{HASH}": PHOTO}


@pytest.fixture(autouse=True)
def _pack(now, clock, settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("uploads")
    sync(now, TRAVELLING)


@pytest.fixture
def archive(tmp_path) -> Callable[[dict[str, bytes | str]], Path]:
    def put(entries: dict[str, bytes | str]) -> Path:
        with zipfile.ZipFile(tmp_path / "orders.zip", "w") as out:
            for name, content in entries.items():
                out.writestr(name, content)
        return tmp_path / "orders.zip"

    return put


@pytest.fixture
def take(django_capture_on_commit_callbacks) -> Callable[..., int]:
    """Take an archive in; what is cleared away when that is committed is cleared away."""

    def one(path: Path, *, dry_run: bool = False) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return exchanging.take_file("hotline", "order", path, sender="", dry_run=dry_run, as_json=False)

    return one


def on_disk() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def nothing_is_left() -> None:
    for model in (Case, Upload, Incoming, Intake):
        assert not model.objects.exists(), f"a row of {model.__name__} is left"
    assert on_disk() == []


def test_an_archive_of_orders_is_taken_in_with_its_photograph(archive, take, capsys):
    path = archive(GOOD)
    assert take(path, dry_run=True) == 0
    assert (Case.objects.count(), Upload.objects.count(), on_disk()) == (0, 0, []), "it was looked through only"
    assert take(path) == 0
    assert "taken 2, known 0, refused 0" in capsys.readouterr().out
    upload = Upload.objects.get()
    assert (upload.case.data["photo"], upload.name) == (str(upload.pk), "张三家.png")
    assert files.opened(upload.pk).read() == PHOTO
    assert take(path) == 0
    assert "taken 0, known 2, refused 0" in capsys.readouterr().out
    assert (Upload.objects.count(), len(on_disk())) == (1, 1), "what came once more is not kept once more"


def test_a_file_that_is_not_in_the_archive_keeps_only_its_own_row_back(archive, take, capsys):
    path = archive({name: content for name, content in GOOD.items() if not name.startswith("files/")})
    assert take(path) == 1
    said = capsys.readouterr()
    assert f"row 2, photo: files/{HASH} is not in the archive; put it there and send the archive again" in said.err
    assert "taken 1, known 0, refused 1" in said.out
    assert not Upload.objects.exists()
    assert take(archive(GOOD)) == 0, "sent again whole, the row is taken"
    assert "taken 1, known 1, refused 0" in capsys.readouterr().out


def test_a_file_that_is_named_by_a_place_and_not_by_its_hash_keeps_its_row_back(archive, take, capsys):
    assert take(archive(GOOD | {"attachments.csv": (NAMED + PHOTOGRAPH).replace(HASH, "../x")})) == 1
    said = capsys.readouterr().err
    assert "row 2, photo: its sha256 is not 64 hexadecimal digits; name it by its hash" in said
    assert not Upload.objects.exists()


@pytest.mark.parametrize("outside", ["../x", "files/../../x", "/etc/x", "C:\\x", "files\\..\\x"])
def test_an_archive_that_leads_out_of_itself_is_not_begun(archive, take, outside):
    with pytest.raises(CommandError) as caught:
        take(archive(GOOD | {outside: PHOTO}))
    assert "orders.zip: the archive leads out of itself with" in str(caught.value)
    assert "make it again without that" in str(caught.value)
    nothing_is_left()


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({}, "orders.zip: the archive has no messages.csv or messages.xlsx; make it again so that it holds"),
        ({"messages.csv": ROWS}, "orders.zip: the archive has no attachments.csv; make it again so that it holds"),
        (GOOD | {"messages.xlsx": ""}, "orders.zip: the archive has 'the rows' twice; make it again so that it holds"),
        (
            GOOD | {"attachments.csv": NAMED + PHOTOGRAPH.replace("1,", "9,", 1)},
            "attachments.csv names files for messages that are not there: 9; add those, or take these out",
        ),
        (GOOD | {"attachments.csv": "a,b\n"}, "attachments.csv has no column message, name"),
        (GOOD | {"attachments.csv": b"\xff\xfe"}, "attachments.csv is no CSV in UTF-8; save it as that"),
        (GOOD | {"messages.csv": "a,b\n1,2\n"}, "orders.zip: found no column 流水号"),
    ],
)
def test_an_archive_without_what_it_must_hold_says_so_and_leaves_nothing(archive, take, entries, said):
    with pytest.raises(CommandError) as caught:
        take(archive(entries))
    assert said in str(caught.value)
    nothing_is_left()


def test_an_archive_with_two_files_of_a_name_says_which(archive, take):
    path = archive(GOOD)
    with zipfile.ZipFile(path, "a") as out, pytest.warns(UserWarning, match="Duplicate name"):
        out.writestr("attachments.csv", NAMED)
    with pytest.raises(CommandError, match=r"orders\.zip: the archive has 'attachments\.csv' twice; make it again"):
        take(path)
    nothing_is_left()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", ROWS.encode()])
def test_what_is_called_an_archive_and_is_none_says_so(tmp_path, take, content):
    path = tmp_path / "orders.ZIP"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=r"orders\.ZIP: the file is called \.zip and is no archive; make it again"):
        take(path)
    nothing_is_left()


def test_an_archive_that_was_cut_off_says_so(archive, take):
    path = archive(GOOD)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(CommandError, match=r"orders\.zip: the archive is broken or was cut off; send it again"):
        take(path)
    nothing_is_left()


@pytest.fixture
def waiting(now: datetime, fire) -> Message:
    """Return a reply that waits with a report and a note."""
    case = send_order(now)
    fire(case, "sign")
    office = {"by": HANDLER.by, "scope": HANDLER.scope}
    upload = attach_to_case(case.pk, "reply", "report", [PLAN], "张三.pdf", now=now, **office)
    fire(case, "reply", reason="已修复", extra={"answer": "已亮", "report": str(upload.pk)})
    work(now)
    acts.hand_over_as_file("hotline", "signed", now=now, **office)
    return Message.objects.get(message="reply")


def test_what_waits_with_files_is_given_as_an_archive_of_each_under_its_hash(waiting, tmp_path, capsys):
    to = tmp_path / "out.zip"
    exchanging.give_file("hotline", "reply", to=to)
    assert "out.zip is written: 1 messages with their files." in capsys.readouterr().out
    with zipfile.ZipFile(to) as out:
        lines = [*csv.DictReader(io.StringIO(out.read("attachments.csv").decode("utf-8-sig")))]
        rows = [*csv.DictReader(io.StringIO(out.read("messages.csv").decode("utf-8-sig")))]
        assert {hash_of(out.read(f"files/{one['sha256']}")) for one in lines} == {one["sha256"] for one in lines}
        assert sorted(out.namelist()) == sorted(
            ["messages.csv", "attachments.csv", *(f"files/{one['sha256']}" for one in lines)]
        )
    assert [one["name"] for one in lines] == ["REPORT", "NOTE"]
    assert [row["message"] for row in rows] == [str(waiting.pk)] == [*{one["message"] for one in lines}]
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"], "nothing is left beside it"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.way) == ("sent", "file")
    with pytest.raises(CommandError, match="Nothing of 'reply' waits"):
        exchanging.give_file("hotline", "reply", to=to)
    assert zipfile.is_zipfile(to), "what was written before is not written over with nothing"


def test_an_archive_goes_to_the_terminal_where_no_file_is_named(waiting, capfdbinary):
    exchanging.give_file("hotline", "reply", to=None)
    with zipfile.ZipFile(io.BytesIO(capfdbinary.readouterr().out)) as out:
        assert f"files/{hash_of(PLAN)}" in out.namelist()


def test_where_nothing_can_be_written_nothing_is_handed_over(waiting, tmp_path):
    for to in (tmp_path, tmp_path / "none" / "out.zip"):
        with pytest.raises(CommandError, match=r"cannot be written there .* nothing was handed over. Choose another"):
            exchanging.give_file("hotline", "reply", to=to)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_a_file_that_is_gone_here_keeps_its_message_back_and_the_command_says_so(waiting, tmp_path, capsys):
    files.path_of(Attachment.objects.get(message=waiting, name="REPORT").file).unlink()
    with pytest.raises(CommandError, match="Nothing of 'reply' waits"):
        exchanging.give_file("hotline", "reply", to=tmp_path / "out.zip")
    assert "1 messages of 'reply' stay here: a file of theirs cannot be read" in capsys.readouterr().err
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == ("failed", "a file of it cannot be read here")
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_goes_while_the_archive_is_written_leaves_no_half_of_one(waiting, tmp_path, now):
    [made] = acts.hand_over_as_file("hotline", "reply", by=HANDLER.by, scope=HANDLER.scope, now=now)
    files.path_of(Attachment.objects.get(message=made, name="REPORT").file).unlink()
    with pytest.raises(NotFound, match=f"the file 'REPORT' of the message {made.pk} is gone"):
        reads.write_bundle(HANDLER.scope, "hotline", "reply", made.sent_at, io.BytesIO())


def test_where_the_place_is_full_the_command_says_where_the_archive_can_be_fetched(waiting, monkeypatch):
    full = Path("/dev/full").open("w")  # noqa: SIM115 -- closing it fails too, and is no part of what is tried
    monkeypatch.setattr(sys, "stdout", full)
    with pytest.raises(CommandError, match=r"the terminal: could not be written \(No space left.*on the desk"):
        exchanging.give_file("hotline", "reply", to=None)
    with suppress(OSError):
        full.close()
    waiting.refresh_from_db()
    assert waiting.state == "sent"
    assert ("reply", 1) in [(name, count) for name, _, count in reads.files_made(HANDLER.scope, "hotline")]
