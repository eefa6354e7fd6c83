from __future__ import annotations

import errno
import hashlib
import os
import uuid
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError, Conflict, Invalid, NotFound
from amur.procedures import acts, files, sniffing
from amur.procedures.acts.uploads import safe_name
from amur.procedures.models import Upload
from tests.procedures.pack import PDF, STRANGER, fill

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50


def package(*parts: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part in parts:
            archive.writestr(part, "<x/>")
    return target.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")


def stray_files(data_folder: Path) -> list[Path]:
    known = {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    return [path for path in (data_folder / "uploads").glob("*/*") if path.name not in known]


@pytest.fixture(autouse=True)
def _own_uploads(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def left(tmp_path):
    """Return a function that lists all files in the folder of uploads that no row knows."""
    return lambda: stray_files(tmp_path)


@pytest.fixture
def draft(pack, now):
    return acts.open_draft("licence", by=STRANGER, now=now)


@pytest.mark.django_db
class TestAttaching:
    def attach(self, draft, now, content=PDF, name="方案.pdf", field="plan"):
        stream = (content[start : start + 700] for start in range(0, len(content), 700))
        return acts.attach(draft.id, field, stream, name, by=STRANGER, now=now)

    def test_a_file_is_received_whole_hashed_and_named_by_its_draft(self, draft, now, left):
        upload = self.attach(draft, now)
        assert (upload.size, upload.media_type, upload.name) == (len(PDF), "application/pdf", "方案.pdf")
        assert upload.sha256 == hashlib.sha256(PDF).hexdigest()
        assert files.opened(upload.id).read() == PDF
        assert PDF[:30] not in files.path_of(upload.id).read_bytes(), "a plain byte never reaches the disk"
        draft.refresh_from_db()
        assert draft.raw["plan"] == draft.data["plan"] == str(upload.id)
        assert draft.version == 1
        assert left() == []

    @pytest.mark.django_db(transaction=True)
    def test_a_second_file_takes_the_place_of_the_first(self, draft, now, left):
        first, second = self.attach(draft, now), self.attach(draft, now, PNG, "b.png")
        assert list(Upload.objects.values_list("pk", flat=True)) == [second.id]
        assert not files.path_of(first.id).exists()
        assert left() == []

    @pytest.mark.parametrize("sent", [0, 1])
    @pytest.mark.parametrize("error", [ConnectionResetError(), OSError("request data read error"), EOFError()])
    def test_a_connection_lost_on_the_way_leaves_nothing(self, draft, now, left, error, sent):
        def stream():
            for _ in range(sent):
                yield PDF
            raise error

        with pytest.raises(AmurError) as raised:
            acts.attach(draft.id, "plan", stream(), "a.pdf", by=STRANGER, now=now)
        assert raised.value.code == "upload_interrupted"
        assert (Upload.objects.count(), left()) == (0, [])

    def test_any_other_failure_of_the_sender_leaves_nothing_either(self, draft, now, left):
        def stream():
            yield PDF
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            acts.attach(draft.id, "plan", stream(), "a.pdf", by=STRANGER, now=now)
        assert (Upload.objects.count(), left()) == (0, [])

    def test_a_file_that_is_too_large_is_stopped_while_it_arrives(self, draft, now, left):
        taken = []

        def stream():
            for number in range(10_000):
                taken.append(number)
                yield b"%PDF-" + b"x" * 60_000

        with pytest.raises(Invalid) as error:
            acts.attach(draft.id, "plan", stream(), "a.pdf", by=STRANGER, now=now)
        assert error.value.fields["plan"][0] == "file_too_large"
        assert len(taken) == 4, "the limit of the field is 200,000 bytes"
        assert (Upload.objects.count(), left()) == (0, [])

    def test_the_limit_of_the_installation_holds_too(self, draft, now, settings):
        settings.UPLOAD_LIMIT_BYTES = 1_000
        with pytest.raises(Invalid) as error:
            self.attach(draft, now)
        assert error.value.fields["plan"][0] == "file_too_large"

    def test_an_empty_file_is_refused(self, draft, now, left):
        with pytest.raises(Invalid) as error:
            acts.attach(draft.id, "plan", [], "a.pdf", by=STRANGER, now=now)
        assert error.value.fields["plan"][0] == "file_empty"
        assert left() == []

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"MZ\x90\x00\x03", "plan.pdf"),
            (b"#!/bin/sh\x00", "plan.pdf"),
            (b"\x7fELF", "plan.png"),
            (DOCX, "plan.pdf"),
            (b"PK\x03\x04broken", "plan.pdf"),
            (b"\xff\xd8\xff\xe0jpeg", "plan.png"),
        ],
    )
    def test_the_content_counts_and_not_the_name(self, draft, now, left, *, content, name):
        with pytest.raises(Invalid) as error:
            self.attach(draft, now, content, name)
        assert error.value.fields["plan"][0] == "file_type"
        assert (Upload.objects.count(), left()) == (0, [])

    @pytest.mark.parametrize(
        "name",
        ["../../etc/passwd", "a\x00b.pdf", "\udcff.pdf", "x" * 5_000 + ".pdf", "", "\u202efdp.exe", "CON|<>.pdf"],
    )
    def test_a_hostile_name_is_kept_harmless(self, draft, now, name):
        upload = self.attach(draft, now, name=name)
        upload.refresh_from_db()
        assert upload.name
        assert len(upload.name) <= 200
        assert not set(upload.name) & set("/\\\0<>|\u202e")
        assert files.path_of(upload.id).name == str(upload.id)

    @pytest.mark.parametrize("step", ["write", "fsync", "replace", "mkstemp", "mkdir"])
    @pytest.mark.parametrize("fault", [(errno.ENOSPC, "storage_full"), (errno.EIO, "storage_failed")])
    def test_a_full_or_broken_disk_is_said_and_leaves_nothing(self, draft, now, left, monkeypatch, *, step, fault):
        number, code = fault

        def fail(*_, **__):
            raise OSError(number, os.strerror(number))

        places = {
            "write": (files, "_write"),
            "fsync": (os, "fsync"),
            "replace": (Path, "replace"),
            "mkstemp": (files.tempfile, "mkstemp"),
            "mkdir": (Path, "mkdir"),
        }
        monkeypatch.setattr(*places[step], fail)
        with pytest.raises(AmurError) as error:
            self.attach(draft, now)
        monkeypatch.undo()
        assert error.value.code == code
        assert (Upload.objects.count(), left()) == (0, [])

    def test_a_disk_that_really_is_full_is_said(self, draft, now, monkeypatch):
        if not Path("/dev/full").exists():
            pytest.skip("this system has no /dev/full")
        monkeypatch.setattr(files.tempfile, "mkstemp", lambda **_: (os.open("/dev/full", os.O_RDWR), "/nowhere/at/all"))
        with pytest.raises(AmurError) as error:
            self.attach(draft, now)
        assert error.value.code == "storage_full"

    def test_a_file_whose_row_cannot_be_written_is_taken_away(self, draft, now, left, monkeypatch):
        monkeypatch.setattr(Upload, "save", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            self.attach(draft, now)
        assert left() == []

    def test_a_file_for_a_draft_submitted_meanwhile_is_taken_away(self, pack, now, left):
        draft = fill(now)

        def stream():
            yield PDF
            acts.submit(draft.id, by=STRANGER, now=now)

        with pytest.raises(Conflict) as error:
            acts.attach(draft.id, "plan", stream(), "late.pdf", by=STRANGER, now=now)
        assert error.value.code == "draft_submitted"
        assert left() == []

    @pytest.mark.parametrize("field", ["name", "cargo"])
    def test_only_a_file_field_takes_a_file(self, draft, now, field):
        with pytest.raises(NotFound):
            self.attach(draft, now, field=field)

    @pytest.mark.django_db(transaction=True)
    def test_a_removed_file_is_gone_and_removing_it_again_does_nothing(self, draft, now, left):
        upload = self.attach(draft, now)
        for _ in range(2):
            acts.remove_upload(draft.id, upload.id, by=STRANGER, now=now)
        draft.refresh_from_db()
        assert (Upload.objects.count(), draft.raw["plan"], left()) == (0, "", [])
        assert not files.path_of(upload.id).exists()

    def test_the_file_of_another_draft_cannot_be_removed(self, draft, pack, now):
        other = acts.open_draft("licence", by=STRANGER, now=now)
        upload = self.attach(draft, now)
        acts.remove_upload(other.id, upload.id, by=STRANGER, now=now)
        assert Upload.objects.filter(pk=upload.pk).exists()


@pytest.mark.django_db
def test_strays_are_swept_after_an_hour_and_nothing_else_is(draft, now, tmp_path):
    kept = acts.attach(draft.id, "plan", [PDF], "a.pdf", by=STRANGER, now=now)
    folder = files.path_of(kept.id).parent
    stray, half, foreign, fresh = (
        folder / str(uuid.uuid4()),
        folder / ".incoming-x",
        folder / "README",
        folder / str(uuid.uuid4()),
    )
    long_ago = (now - timedelta(hours=2)).timestamp()
    for path in (stray, half, foreign, fresh):
        path.write_bytes(b"x")
        os.utime(path, (long_ago, long_ago) if path != fresh else (now.timestamp(),) * 2)
    os.utime(files.path_of(kept.id), (long_ago, long_ago))
    assert acts.sweep_uploads(now) == 2
    assert [path.exists() for path in (stray, half, foreign, fresh, files.path_of(kept.id))] == [
        False,
        False,
        True,
        True,
        True,
    ]


@pytest.mark.django_db
def test_sweeping_where_nothing_was_ever_received_is_well(now):
    acts.sweep_uploads(now)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, sniffing.PDF),
        (PNG, sniffing.PNG),
        (b"\xff\xd8\xff\xe0", sniffing.JPEG),
        (DOCX, sniffing.DOCX),
        (package("[Content_Types].xml", "xl/workbook.xml"), sniffing.XLSX),
        (package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), ""),
        (package("word/document.xml"), ""),
        (package("[Content_Types].xml", "ppt/presentation.xml"), ""),
        (b"PK\x03\x04", ""),
        ("名称,数量\r\n灯,1\r\n".encode(), sniffing.TEXT),
        ("名称,数量\r\n灯,1\r\n".encode("gb18030"), sniffing.TEXT),
        ("\ufeff名称".encode(), sniffing.TEXT),
        (b"plain\x00text", ""),
        (b"\x1f\x8b\x08", ""),
        (b"GIF89a\x01\x00", ""),
        (b"", ""),
        (b"\xff\xfe\xfd", ""),
    ],
)
def test_a_file_is_what_it_contains(content, found):
    assert sniffing.media_type(BytesIO(content)) == found


@given(st.binary(max_size=2_000))
def test_any_bytes_are_of_a_known_kind_or_none(content):
    assert sniffing.media_type(BytesIO(content)) in ("", *sniffing.KNOWN)
    assert sniffing.media_type(BytesIO(b"PK\x03\x04" + content)) in ("", sniffing.DOCX, sniffing.XLSX)


def test_a_text_longer_than_one_read_is_read_to_its_end():
    assert sniffing.media_type(BytesIO("字".encode() * 200_000)) == sniffing.TEXT
    assert sniffing.media_type(BytesIO("字".encode() * 200_000 + b"\0")) == ""


@given(st.text())
def test_any_name_becomes_a_harmless_one(name):
    safe = safe_name(name)
    assert 0 < len(safe) <= 200
    assert safe == safe_name(safe)
    assert not set(safe) & set("/\\\0\r\n")
