"""Backups are as forgetful as the installation: what was erased cannot be read from any of them."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from amur.config import subject_keys
from amur.config.terminal import CommandError
from tests.config.installations import amur, make, run

pytestmark = pytest.mark.xdist_group("installation")

_FILL = """
import sys, json
from datetime import UTC, datetime
from pathlib import Path
from amur.config.preparation import start_django
data = Path(sys.argv[1])
start_django(data)
from amur.base.acting import system
from amur.ledger import acts
from django.db import transaction
by, now = system("test"), datetime(2026, 4, 1, tzinfo=UTC)
sealed = {s: acts.protect(s, "canary of " + s) for s in ("case:0", "case:1", "case:2", "draft:1")}
sealed["case:2/email"] = acts.protect("case:2", "canary@example.org", part="email")
print(json.dumps(sealed))
"""
_FORGET = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from amur.config.preparation import start_django
data = Path(sys.argv[1])
start_django(data)
from amur.base.acting import system
from amur.ledger import acts
by, now = system("test"), datetime(2026, 4, 2, tzinfo=UTC)
acts.forget("case:0", by=by, now=now, reason="asked")
acts.forget("case:2", by=by, now=now, reason="asked", parts=["email"])
acts.discard(["draft:1"], now=now)
if "hold" in sys.argv: acts.lift_hold("case:0", by=by, now=now, reason="x")
from amur.config import subject_keys
print(subject_keys.write_again(data / "keys"))
"""
_READ = """
import sys, json
from pathlib import Path
from amur.config.preparation import start_django
start_django(Path(sys.argv[1]))
from amur.base.faults import Refused
from amur.ledger import reads
found = {}
for name, sealed in json.loads(sys.argv[2]).items():
    try: found[name] = str(reads.reveal(name.partition("/")[0], sealed))
    except Refused as error: found[name] = error.code
print(json.dumps({"found": found, "holds": reads.verify_stored().holds,
    "forgotten": [bool(reads.forgotten(s)) for s in ("case:0", "case:1", "case:2")]}))
"""


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Return the folder, the sealed values, and archives of before the erasure, without and with keys."""
    home = tmp_path_factory.mktemp("story")
    data = make(home / "data")
    done = run(_FILL, data)
    assert done.returncode == 0, done.stderr
    sealed = json.loads(done.stdout)
    assert amur("backup", home / "before.tar.gz", data=data).returncode == 0
    assert amur("backup", home / "with-keys.tar.gz", "--with-keys", data=data).returncode == 0
    shutil.copytree(data / "keys", home / "keys-of-then")
    done = run(_FORGET, data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "5"
    return home, sealed


def read(data: Path, sealed: dict[str, str]):
    done = run(_READ, data, json.dumps(sealed))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def wrapped_keys(keys: Path) -> list[str]:
    lines = (keys / subject_keys.FILE).read_text().splitlines()[1:]
    return [told["wrapped"] for told in map(json.loads, lines) if told["wrapped"]]


def test_an_archive_holds_no_key_of_personal_data(story, tmp_path):
    home, _ = story
    with tarfile.open(home / "before.tar.gz") as archive:
        archive.extract("amur.sqlite3", tmp_path, filter="data")
    content = (tmp_path / "amur.sqlite3").read_bytes()
    for wrapped in wrapped_keys(home / "keys-of-then"):
        assert wrapped.encode() not in content
    with closing(sqlite3.connect(tmp_path / "amur.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM ledger_subjectkey").fetchone() == (0,)
        triggers = copy.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'ledger_subjectkey_no_%'")
        assert triggers.fetchone() == (3,), "and refuses to be rewritten as before"


@pytest.mark.deep
def test_an_old_archive_with_the_newest_keys_does_not_bring_back_what_was_erased(story, tmp_path):
    home, sealed = story
    shutil.copytree(home / "data" / "keys", tmp_path / "data" / "keys")
    done = amur("restore", home / "before.tar.gz", data=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert "Of 2 subjects it was erased since the backup, and is erased again." in done.stdout
    told = read(tmp_path / "data", sealed)
    gone = "Erased.ERASED"
    assert told["found"] == {
        "case:0": gone,
        "case:1": "canary of case:1",
        "case:2": "canary of case:2",
        "case:2/email": gone,
        "draft:1": gone,
    }
    assert told["forgotten"] == [True, False, False]
    assert told["holds"]


@pytest.mark.deep
def test_an_archive_with_keys_is_as_good_as_the_installation_of_that_day(story, tmp_path):
    home, sealed = story
    done = amur("restore", home / "with-keys.tar.gz", data=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    found = read(tmp_path / "data", sealed)["found"]
    assert set(found) == set(sealed)
    assert found["case:0"] == "canary of case:0"


@pytest.mark.deep
def test_without_keys_nothing_personal_is_read_until_they_are_put_in_place(story, tmp_path):
    home, sealed = story
    done = amur("restore", home / "before.tar.gz", data=tmp_path / "data")
    assert "personal data cannot be read" in done.stdout
    assert set(read(tmp_path / "data", sealed)["found"].values()) == {"ledger.key_missing"}
    shutil.rmtree(tmp_path / "data" / "keys")
    shutil.copytree(home / "data" / "keys", tmp_path / "data" / "keys")
    late = """
import sys
from pathlib import Path
from amur.config.preparation import start_django
start_django(Path(sys.argv[1]))
from amur.config import subject_keys
from amur.web import clock
subject_keys.take_in_where_missing(Path(sys.argv[1]), clock.now())
subject_keys.take_in_where_missing(Path(sys.argv[1]), clock.now())
"""
    done = run(late, tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert read(tmp_path / "data", sealed)["found"]["case:1"] == "canary of case:1"


def test_a_destroyed_key_is_in_no_byte_of_the_installation(story):
    home, _ = story
    gone = set(wrapped_keys(home / "keys-of-then")) - set(wrapped_keys(home / "data" / "keys"))
    assert len(gone) == 3
    for path in (home / "data").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [key for key in gone if key.encode() in content], path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"format": "amur-subject-keys/1"}\n{"subject": "a"}\n', "holds no keys"),
        pytest.param("{}\n", "not of the format", marks=pytest.mark.deep),
        pytest.param("", "format", marks=pytest.mark.deep),
    ],
)
def test_a_file_that_holds_no_keys_is_refused(story, tmp_path, text, told):
    home, _ = story
    (tmp_path / "data" / "keys").mkdir(parents=True)
    (tmp_path / "data" / "keys" / subject_keys.FILE).write_text(text)
    done = amur("restore", home / "before.tar.gz", data=tmp_path / "data")
    assert done.returncode == 1
    assert told in done.stderr


def test_a_database_of_before_there_were_keys_is_backed_up_as_it_is(tmp_path):
    file = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(file)) as old:
        old.execute("CREATE TABLE ledger_entry (id INTEGER)")
    subject_keys.take_out(file)
    assert not (tmp_path / subject_keys.FILE).exists()


@pytest.mark.django_db
@pytest.mark.deep
def test_before_the_first_migrate_there_is_nothing_to_write(monkeypatch, tmp_path):
    from django.db import connection

    monkeypatch.setattr(connection.introspection, "table_names", lambda *_: [])
    assert subject_keys.write(tmp_path) == 0
    assert subject_keys.take_in(tmp_path, now=datetime(2026, 4, 1, tzinfo=UTC)) == ""
    with pytest.raises(CommandError):
        list(subject_keys._read(Path(__file__)))
