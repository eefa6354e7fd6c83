"""What was erased is nowhere: every store of an installation is searched byte by byte, in every way to write it.

One case is refused and one is granted and written to a register, all with values that occur nowhere else, in the form,
in a file and its name, in reasons and notices, and typed into boxes of the public pages.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.config.conftest import ROOT
from tests.config.installations import amur, run

pytestmark = pytest.mark.xdist_group("installation")

CANARIES = {
    "name": "黄雀甲Q7",
    "email": "canary-b8@example.org",
    "file": "canary-inside-a-file-c9",
    "file_name": "黄雀丁V2",
    "reason": "黄雀戊W3因为如此",
    "record": "黄雀己X4",
    "typed": "canary-typed-into-a-box-d5",
    "account": "canary-account-e6",
    "person": "黄雀庚Y5",
}

_STORY = """
import copy, json, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from amur.config.preparation import migrate, start_django
data, canary, step = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
start_django(data)
from django.conf import settings
settings.ALLOWED_HOSTS = ["localhost", "testserver"]
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
from django.test import Client
from amur.base.acting import SYSTEM, Actor, Grant, Scope, system
from amur.config import subject_keys, worker
from amur.indicators import acts as indicators
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger_acts, reads as ledger
from amur.packs import acts as packs
from amur.people import acts as people
from amur.people.models import Account
from amur.procedures import acts, reads
from amur.procedures.models import Case
from amur.registers import acts as registers, reads as register_reads
from amur.registers.models import Record
from amur.search import acts as search
from tests.procedures import pack, samples

now = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
later = datetime(2037, 3, 12, 2, 0, tzinfo=UTC)
handlers = {kind: one for kind, one in worker.HANDLERS.items() if kind != packs.PROVE}

def work(at):
    for _ in range(4):
        ledger_acts.seal(at)
        for name, subscriber in worker.SUBSCRIBERS.items():
            jobs.advance(name, subscriber, at, 500)
        jobs.run_due(handlers, at, 500)
    indicators.refresh(by=system("indicators"), now=at)

class Office:
    def __init__(self, account, role):
        self.by = Actor(account, role=role, body_id="bureau", client="desk")
        self.scope = Scope("office", account, grants=(Grant(role, "bureau", "230000"),))
    def fire(self, case, event, **options):
        return acts.fire(case.id, event, by=self.by, scope=self.scope, now=now, expected_version=case.version, **options)

handler, decider = Office("11", "handler"), Office("22", "decider")

def declared():
    person = lambda name: {"id": name, "type": "person", "of": "name", "title": samples.text(name), "retention_days": 90,
                           "purpose": samples.text("To reach you"), "required": False}
    licence, register = copy.deepcopy(samples.LICENCE_BODY), copy.deepcopy(samples.LICENCES_BODY)
    licence["pages"][1]["fields"].append(person("keeper_name"))
    grant = next(one for one in licence["transitions"] if one["event"] == "grant")
    grant["effects"][0]["values"]["holder_name"] = "form.keeper_name"
    licence["erasure"] = register["erasure"] = {"by": "eraser", "basis": [samples.BASIS]}
    register["fields"].append(person("holder_name"))
    return {("procedure", "licence"): licence, ("register", "licences"): register}

def make():
    migrate()
    pack.sync(now, declared())
    plan = b"%PDF-1.7 " + canary["file"].encode() * 40
    def filled(name):
        form = pack.FORM | {"keeper_name": name, "email": canary["email"]}
        draft = acts.open_draft("licence", by=pack.STRANGER, now=now)
        for page in ("lantern", "keeper"):
            draft = acts.save_step(draft.id, page, form, version=draft.version, by=pack.STRANGER, now=now)
        acts.attach(draft.id, "plan", [plan], canary["file_name"] + ".pdf", by=pack.STRANGER, now=now)
        return acts.submit(draft.id, by=pack.STRANGER, now=now)
    abandoned = acts.open_draft("licence", by=pack.STRANGER, now=now)
    acts.save_step(abandoned.id, "keeper", pack.FORM | {"keeper_name": canary["name"]}, version=1, by=pack.STRANGER, now=now)
    refused, granted = filled(canary["name"]), filled(canary["record"])
    decider.fire(handler.fire(refused, "accept"), "refuse", reason=canary["reason"])
    granted = decider.fire(handler.fire(granted, "accept"), "grant")
    party = Scope("party", parties=frozenset({f"case:{granted.id}"}))
    acts.fire(granted.id, "surrender", by=pack.STRANGER, scope=party, now=now, expected_version=granted.version,
              reason=canary["reason"])
    people.open_account(username=canary["account"], email=canary["account"] + "@example.org",
        display_name=canary["person"], by=Actor("a", role="system_administrator"), now=now, password="a long enough passphrase")
    work(now)
    typed = canary["typed"]
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(Account.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    statuses = [browser.get("/search/", {"q": typed}).status_code, browser.get("/registers/licences/", {"q": typed}).status_code,
                browser.post("/track/", {"number": typed, "code": typed}).status_code, browser.get("/" + typed).status_code]
    assert statuses == [200, 200, 404, 404], statuses
    ledger_acts.seal(now)
    case, record = Case.objects.get(state="refused"), Record.objects.get()
    assert (case.data["keeper_name"], case.data["email"]) == (canary["name"], canary["email"])
    assert register_reads.record(SYSTEM, "licences", record.key).values["holder_name"] == canary["record"]
    upload, file = reads.upload(SYSTEM, case.uploads.get().pk)
    assert (upload.name, canary["file"].encode() in file.read()) == (canary["file_name"] + ".pdf", True)
    assert canary["reason"] in "".join(one.body for one in reads.notices_of(SYSTEM, case.id))
    receipts = [reads.receipt_of(SYSTEM, one.id) for one in Case.objects.all()]
    receipts += [ledger.receipt(SYSTEM, version.entry_hash, disclose=["body"]) for version in record.versions.all()]
    (data / "receipts.json").write_text(json.dumps(receipts))

def erase():
    for case in Case.objects.all():
        acts.erase_case_party(case.id, by=system("test"), scope=SYSTEM, now=later, reason="asked")
    registers.erase_record("licences", Record.objects.get().key, by=system("test"), scope=SYSTEM, now=later, reason="asked")
    people.erase_account(Account.objects.get().pk, by=system("test"), now=later, reason="asked")
    work(later)
    work(later + timedelta(minutes=5))
    acts.tidy(later)
    search.purge(now=later)
    ledger_acts.wipe()

def prove():
    import io
    assert ledger.verify_stored().holds
    stream = io.StringIO()
    ledger.export(SYSTEM, stream)
    (data / "export.json").write_text(stream.getvalue())
    assert all(case.erased_at for case in Case.objects.all())
    assert ledger.forgotten(Case.objects.first().key_subject).basis

{"make": make, "erase": erase, "prove": prove}[step]()
"""


def spellings(value: str) -> Iterator[bytes]:
    """Give the bytes in which a value may lie somewhere."""
    yield value.encode()
    yield value.encode("utf-16-le")
    yield value.encode("utf-16-be")
    yield json.dumps(value)[1:-1].encode()
    yield quote(value).encode()
    yield value.encode().hex().encode()
    for shift in range(3):
        # Whatever stands before it, its middle part is one of three.
        encoded = base64.b64encode(b"\0" * shift + value.encode())
        yield encoded[4 if shift else 0 : len(encoded) - 4 - len(encoded) % 4]


def found_in(content: bytes) -> set[str]:
    return {name for name, value in CANARIES.items() for one in spellings(value) if len(one) > 5 and one in content}


def stores(data: Path) -> Iterator[tuple[str, bytes]]:
    """Give every file of an installation; what is compressed, also as what it holds."""
    from pyarrow import parquet

    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(data)), path.read_bytes()
            if path.suffix == ".parquet":
                yield (
                    f"{path.name} (read)",
                    json.dumps(parquet.read_table(path).to_pylist(), default=str, ensure_ascii=False).encode(),
                )


def dumped(url: str) -> Iterator[tuple[str, bytes]]:
    from amur.config.backup import database_program

    done = subprocess.run([database_program("pg_dump"), "--inserts", url], capture_output=True, check=True)
    yield "the tables", done.stdout


@pytest.fixture
def places(tmp_path) -> Iterator[dict[str, str]]:
    """Return what the installation is told: its database, where this run has one of its own, and where tests are."""
    told = {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "AMUR_LOG": "DEBUG"}
    if not (url := os.environ.get("AMUR_DATABASE_URL")):
        yield told
        return
    import psycopg

    name = "forgetting_everywhere"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    parts = urlsplit(url)
    yield told | {"AMUR_DATABASE_URL": parts._replace(path=f"/{name}").geturl()}
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.deep
def test_what_was_erased_is_nowhere_and_every_proof_holds(tmp_path, places):
    data, url = tmp_path / "data", places.get("AMUR_DATABASE_URL", "")

    def go(step: str) -> str:
        done = run(_STORY, data, json.dumps(CANARIES), step, **places)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout + done.stderr

    def everywhere() -> dict[str, set[str]]:
        held = {name: found_in(content) for name, content in (*stores(data), *(dumped(url) if url else ()))}
        return {name: found for name, found in held.items() if found}

    def archived(file: Path) -> dict[str, set[str]]:
        with tarfile.open(file) as opened:
            opened.extractall(tmp_path / file.stem, filter="data")
        return {name: found for name, content in stores(tmp_path / file.stem) if (found := found_in(content))}

    said = go("make")
    before = everywhere()
    messages = {name for name in before if name.startswith("mail/")}
    accounts = {"amur.sqlite3", "amur.sqlite3-wal", "the tables"}
    assert messages, "the search does find what is there"
    assert set(before) <= messages | accounts, "nothing but messages and accounts is kept in plain words at all"
    assert set().union(*(before.get(name, set()) for name in accounts)) == {"account", "person"}
    assert amur("backup", tmp_path / "old.tar.gz", data=data, **places).returncode == 0

    said += go("erase")
    assert everywhere() == {}
    assert found_in(said.encode()) == set(), "and nothing of it was logged"
    held = archived(tmp_path / "old.tar.gz")
    assert set().union(*held.values()) <= {"account", "person"}, "of an older archive only accounts can be read"

    go("prove")
    for what, text in (
        ("export", (data / "export.json").read_text()),
        *(("receipt", json.dumps(one)) for one in json.loads((data / "receipts.json").read_text())),
    ):
        (tmp_path / "given.json").write_text(text)
        done = subprocess.run(
            [sys.executable, "-I", "-S", ROOT / "tools" / "verify_ledger.py", what, tmp_path / "given.json"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.deep
def test_a_restored_archive_of_before_forgets_again(tmp_path, places):
    data = tmp_path / "data"
    for step in ("make", "erase"):
        if step == "erase":
            assert amur("backup", tmp_path / "old.tar.gz", data=data, **places).returncode == 0
        done = run(_STORY, data, json.dumps(CANARIES), step, **places)
        assert done.returncode == 0, done.stderr[-3000:]
    if places.get("AMUR_DATABASE_URL"):
        pytest.skip("restoring needs an empty database; the keys are taken in by the same code")
    shutil.copytree(data / "keys", tmp_path / "restored" / "keys")
    done = amur("restore", tmp_path / "old.tar.gz", data=tmp_path / "restored", **places)
    assert done.returncode == 0, done.stderr
    assert "is erased again" in done.stdout
    done = run(_AFTER, tmp_path / "restored", **places)
    assert done.returncode == 0, done.stderr[-3000:]
    held = {name: found for name, content in stores(tmp_path / "restored") if (found := found_in(content))}
    assert held == {}


_AFTER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from amur.config.preparation import migrate, start_django
start_django(Path(sys.argv[1]))
migrate()
from amur.config import worker
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger, reads
from amur.packs import acts as packs
later = datetime(2037, 4, 1, tzinfo=UTC)
handlers = {kind: one for kind, one in worker.HANDLERS.items() if kind != packs.PROVE}
for _ in range(4):
    ledger.seal(later)
    for name, subscriber in worker.SUBSCRIBERS.items():
        jobs.advance(name, subscriber, later, 500)
    jobs.run_due(handlers, later, 500)
ledger.wipe()
assert reads.verify_stored().holds
"""
