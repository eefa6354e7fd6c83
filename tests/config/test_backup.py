"""A backup is one state, whole, and comes back whole or not at all, with its ledger proved."""

from __future__ import annotations

import gzip
import io
import json
import re
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from amur.config import backup, restoration
from amur.config.terminal import CommandError
from tests.config.installations import amur, make, run

pytestmark = pytest.mark.xdist_group("installation")

_HEAD = """
import json, sys
from pathlib import Path
from amur.config.preparation import start_django
start_django(Path(sys.argv[1]))
from amur.ledger import reads
head, old = reads.head(), int(sys.argv[2])
told = reads.published(head)
if old: told = {"checkpoint": told, "consistency": reads.consistency_proof(old, head.size)}
print(json.dumps(told))
"""
_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
sys.argv = ["amur", *sys.argv[3:]]
from amur.cli import main
main()
"""


@pytest.fixture(scope="module")
def archive(installation, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("archive") / "amur.tar.gz"
    done = amur("backup", file, data=installation)
    assert done.returncode == 0, done.stderr
    assert "2 members, ledger head at 12 entries" in done.stdout
    return file


def members_of(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as opened:
        return {member.name: opened.extractfile(member).read() for member in opened}


def altered(
    archive: Path, target: Path, change: Callable[[dict[str, bytes]], None], *, keep_manifest: bool = True
) -> Path:
    """Write another archive with changed members; the manifest is made to fit unless it is kept."""
    import hashlib

    members = members_of(archive)
    manifest = json.loads(members.pop("manifest.json"))
    change(members)
    if not keep_manifest:
        manifest["members"] = {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in members.items()
        }
    members["manifest.json"] = json.dumps(manifest).encode()
    with tarfile.open(target, "w:gz") as written:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            written.addfile(member, io.BytesIO(data))
    return target


def assert_refused_at_once(file: Path, data: Path, told: str) -> None:
    """The archive itself is refused, before anything of the product is loaded."""
    with pytest.raises(CommandError, match=re.escape(told)):
        restoration.restore(file, data)
    assert not data.exists()
    assert not list(data.parent.glob(".amur-*"))


def assert_refused(done, data: Path, told: str) -> None:
    """The restoration ended with a sentence, and nothing of it is left."""
    assert done.returncode == 1, done.stdout
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not data.exists()
    assert not list(data.parent.glob(".amur-*"))


def test_what_comes_back_is_what_was_there(installation, archive, tmp_path):
    data = tmp_path / "restored"
    done = amur("restore", archive, data=data)
    assert done.returncode == 0, done.stderr
    assert "The ledger holds: 12 sealed entries, each verified" in done.stdout
    assert "It extends the head of the backup (12 entries)." in done.stdout
    assert "holds no keys" in done.stdout
    assert not (data / "keys").exists()
    assert (data / "uploads/drafts/plan.pdf").read_bytes() == (installation / "uploads/drafts/plan.pdf").read_bytes()
    assert (data / "amur.sqlite3").stat().st_mode & 0o077 == 0


def test_keys_come_along_only_when_asked(installation, tmp_path):
    file = tmp_path / "with-keys.tar.gz"
    done = amur("backup", file, "--with-keys", data=installation)
    assert "Keep it secret" in done.stderr
    assert file.stat().st_mode & 0o077 == 0
    assert amur("restore", file, data=tmp_path / "data").returncode == 0
    kept, restored = installation / "keys", tmp_path / "data" / "keys"
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == {
        path.name: path.read_bytes() for path in restored.iterdir()
    }


def test_keys_that_wait_in_the_folder_are_used(installation, archive, tmp_path):
    shutil.copytree(installation / "keys", tmp_path / "data" / "keys")
    done = amur("restore", archive, data=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "holds no keys" not in done.stdout


def test_a_backup_while_others_write_is_one_state(installation, tmp_path):
    data = tmp_path / "busy"
    shutil.copytree(installation, data)
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(data / "amur.sqlite3", timeout=20)) as database:
            database.execute("CREATE TABLE pair (a INTEGER, b INTEGER)")
            number = 0
            while not stop.is_set():
                number += 1
                with database:
                    database.execute("INSERT INTO pair VALUES (?, 0)", (number,))
                    database.execute("UPDATE pair SET b = a WHERE a = ?", (number,))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = amur("backup", tmp_path / "busy.tar.gz", data=data)
    finally:
        stop.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    (tmp_path / "copy.sqlite3").write_bytes(members_of(tmp_path / "busy.tar.gz")["amur.sqlite3"])
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM pair WHERE a != b").fetchone() == (0,)


def test_an_older_backup_is_never_overwritten(installation, archive):
    with pytest.raises(CommandError, match="exists; choose another name"):
        backup.write(archive, installation)
    with pytest.raises(CommandError, match="is no folder; make it first"):
        backup.write(archive.parent / "nowhere" / "b.tar.gz", installation)


@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_a_cut_off_archive_is_refused(archive, tmp_path, part):
    whole = archive.read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(whole[: int(len(whole) * part)])
    assert_refused_at_once(cut, tmp_path / "data", "is cut off")


def test_an_archive_without_its_manifest_is_refused(archive, tmp_path):
    with gzip.open(archive) as packed:
        plain = packed.read()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(gzip.compress(plain[: plain.rindex(b"manifest.json")]))
    assert_refused_at_once(cut, tmp_path / "data", "is cut off")


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "file").write_text("not an archive")
    assert_refused_at_once(tmp_path / "file", tmp_path / "data", "is no backup")


def test_an_altered_member_is_refused(archive, tmp_path):
    def change(members):
        members["uploads/drafts/plan.pdf"] += b"!"

    file = altered(archive, tmp_path / "a.tar.gz", change)
    assert_refused(
        amur("restore", file, data=tmp_path / "data"), tmp_path / "data", "was altered: uploads/drafts/plan.pdf"
    )


@pytest.mark.parametrize("name", ["uploads/../../evil", "/etc/evil", "evil", "uploads/more"])
def test_a_member_that_does_not_belong_is_refused(archive, tmp_path, name):
    file = altered(archive, tmp_path / "a.tar.gz", lambda members: members.update({name: b"evil"}))
    assert_refused_at_once(file, tmp_path / "data", name)
    assert not (tmp_path / "evil").exists()


def test_a_link_in_an_archive_is_refused(archive, tmp_path):
    file = tmp_path / "link.tar.gz"
    with tarfile.open(file, "w:gz") as written:
        link = tarfile.TarInfo("uploads/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        written.addfile(link)
    assert_refused_at_once(file, tmp_path / "data", "does not belong into a backup")


def test_a_backup_of_a_newer_version_is_refused(archive, tmp_path):
    members = members_of(archive)
    manifest = json.loads(members["manifest.json"]) | {"version": "99.0.0"}
    with tarfile.open(tmp_path / "newer.tar.gz", "w:gz") as written:
        text = json.dumps(manifest).encode()
        member = tarfile.TarInfo("manifest.json")
        member.size = len(text)
        written.addfile(member, io.BytesIO(text))
    assert_refused_at_once(tmp_path / "newer.tar.gz", tmp_path / "data", "made by version 99.0.0")


def test_a_folder_in_use_is_refused(installation, archive):
    before = sorted(path.name for path in installation.iterdir())
    with pytest.raises(CommandError, match="is not empty"):
        restoration.restore(archive, installation)
    assert sorted(path.name for path in installation.iterdir()) == before


def _tamper(statement: str) -> Callable[[dict[str, bytes]], None]:
    """Return a change that an attacker with the archive makes: triggers away, one row altered."""

    def change(members: dict[str, bytes]) -> None:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(members["amur.sqlite3"])
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {name}")
            assert database.execute(statement).rowcount > 0
            database.commit()
            members["amur.sqlite3"] = database.serialize()

    return change


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entrycontent SET body = replace(body, '5', '6') WHERE body LIKE '%5%'",
        pytest.param("UPDATE ledger_entry SET kind = 'case.closed' WHERE sequence = 2", marks=pytest.mark.deep),
        "DELETE FROM ledger_checkpoint WHERE size = (SELECT max(size) FROM ledger_checkpoint)",
        pytest.param('UPDATE ledger_leaf SET entry_id = entry_id + 100 WHERE "index" = 11', marks=pytest.mark.deep),
    ],
)
def test_a_tampered_ledger_is_refused_even_when_the_manifest_fits(archive, tmp_path, statement):
    file = altered(archive, tmp_path / "a.tar.gz", _tamper(statement), keep_manifest=False)
    done = amur("restore", file, data=tmp_path / "data")
    assert done.returncode == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.deep
def test_the_ledger_is_proved_against_a_head_that_was_published_before(installation, archive, tmp_path):
    head = tmp_path / "head.json"
    head.write_text(run(_HEAD, installation, 0).stdout)
    done = amur("restore", archive, "--head", head, data=tmp_path / "data")
    assert "It extends the published head (12 entries)." in done.stdout, done.stderr


@pytest.mark.deep
def test_the_ledger_is_proved_a_prefix_of_a_head_that_was_published_later(installation, archive, tmp_path):
    later = tmp_path / "later"
    shutil.copytree(installation, later)
    make(later, 20)
    head = tmp_path / "head.json"
    head.write_text(run(_HEAD, later, 12).stdout)
    done = amur("restore", archive, "--head", head, data=tmp_path / "data")
    assert (
        "It is a prefix of the published head (32 entries); what came after the backup (20 entries)" in done.stdout
    ), done.stderr
    bare = json.loads(head.read_text())["checkpoint"]
    head.write_text(json.dumps(bare))
    told = "add the consistency proof from 12 to 32"
    assert_refused(amur("restore", archive, "--head", head, data=tmp_path / "other"), tmp_path / "other", told)


@pytest.mark.deep
def test_the_ledger_of_another_installation_is_refused(archive, tmp_path):
    other = make(tmp_path / "stranger" / "data", 12)
    head = tmp_path / "head.json"
    head.write_text(run(_HEAD, other, 0).stdout)
    done = amur("restore", archive, "--head", head, data=tmp_path / "data")
    assert_refused(done, tmp_path / "data", "signed with a key that this ledger does not know")


@pytest.mark.parametrize("text", ["no json", "[]", "3"])
def test_what_is_no_head_is_refused_before_anything_is_unpacked(archive, tmp_path, text):
    head = tmp_path / "head.json"
    head.write_text(text)
    with pytest.raises(CommandError, match="is no published head"):
        restoration.restore(archive, tmp_path / "data", head=head)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "text", ['{"body": "{}", "signature": "00", "public_key": "00"}', pytest.param("{}", marks=pytest.mark.deep)]
)
def test_a_head_without_what_a_head_says_is_refused(archive, tmp_path, text):
    head = tmp_path / "head.json"
    head.write_text(text)
    done = amur("restore", archive, "--head", head, data=tmp_path / "data")
    assert_refused(done, tmp_path / "data", "the published head")


def test_a_full_disk_leaves_no_half_backup(installation, tmp_path):
    file = tmp_path / "full.tar.gz"
    done = run(_LIMITED, installation, 100_000, "backup", file, "--data", installation, measured=False)
    assert done.returncode == 1
    assert "The disk is full" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_half_restoration(archive, tmp_path):
    data = tmp_path / "data"
    done = run(_LIMITED, data, 20_000, "restore", archive, "--data", data, measured=False)
    assert_refused(done, data, "The disk is full")


def test_a_locked_database_can_still_be_backed_up(installation, tmp_path):
    with closing(sqlite3.connect(installation / "amur.sqlite3")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        done = amur("backup", tmp_path / "b.tar.gz", data=installation)
        writer.rollback()
    assert done.returncode == 0, done.stderr
