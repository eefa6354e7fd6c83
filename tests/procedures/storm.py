"""Many people submit while the server is killed again and again; afterwards every receipt must be true.

Run as ``python tests/procedures/storm.py --clients 200 --kills 50``. It makes an installation in a folder of its own and,
where ``AMUR_DATABASE_URL`` is set, uses that database, which must be empty. Clients speak HTTP as a browser does; each
comes from a loopback address of its own, so that the limits on one address stay in force. It prints one JSON object.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amur.procedures.models import Case

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "s" * 32
PATIENCE = 120
"""For how many seconds one request is tried again before the storm says that the server does not answer it."""
PAGES = {
    "lantern": {"name": "风暴灯", "colour": "red", "region": "230102", "watts": "12"},
    "keeper": {"number": "123", "email": "keeper@example.org", "indoors": "yes"},
    "papers": {},
}
PDF = b"%PDF-1.7\n" + b"x" * 20_000 + b"\n%%EOF\n"
_NUMBER = re.compile(r"\b[0-9]{4}-LAN-[0-9]{5,}\b")
_VERSION = re.compile(r'name="version" value="([0-9]+)"')
_STEP = re.compile(r"^/apply/([0-9a-f-]{36})/([a-z_]*)/?$")


@dataclass
class Result:
    """What happened, and what was wrong afterwards."""

    kills: int = 0
    acknowledged: int = 0
    cases: int = 0
    retries: int = 0
    seconds: float = 0
    wrong: list[str] = field(default_factory=list)


class Server:
    """The real server, in a process group of its own, so that one signal ends all of it."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        options = ["--workers", "1", "--blocking-threads", "4", "--log-level", "error", "--no-access-log"]
        self.process = subprocess.Popen(
            [*command, *options, "amur.config.wsgi:application"], env=self.environment, start_new_session=True
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz", headers={"Host": "localhost"})
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the server does not answer")

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Client(threading.Thread):
    """Somebody who fills in forms and does not give up when the server goes away."""

    def __init__(self, place: int, port: int, calm: threading.Event) -> None:
        super().__init__(daemon=True)
        # 127.0.0.2 and up: Linux answers on the whole of 127.0.0.0/8.
        self.address = f"127.0.{1 + place // 250}.{2 + place % 250}"
        self.port, self.calm = port, calm
        self.receipts: list[tuple[str, str]] = []
        self.retries = 0
        self.complaints: list[str] = []

    def run(self) -> None:
        while not self.calm.is_set() or not self.receipts:
            try:
                self.submit_one()
            except Exception as error:  # noqa: BLE001 -- a thread that dies silently would make the storm a breeze
                self.complaints.append(f"{type(error).__name__}: {error}")
                return

    def submit_one(self) -> None:
        place = self.follow("POST", "/services/licence/apply/", {})
        draft = ""
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            found = _STEP.match(place)
            if found is None:
                raise AssertionError(f"led to {place!r}")
            draft, step = found[1], found[2]
            if step == "receipt":
                status, text, _ = self.ask("GET", place)
                if status == 200 and (number := _NUMBER.search(text)):
                    self.receipts.append((draft, number[0]))
                    return
            elif step == "check":
                place = self.follow("POST", place, {}, otherwise=f"/apply/{draft}/")
                continue
            elif step in PAGES:
                place = self.fill(place, draft, step)
                continue
            place = self.follow("GET", f"/apply/{draft}/")
        raise AssertionError(f"no receipt for {draft} in time")

    def fill(self, place: str, draft: str, step: str) -> str:
        status, text, _ = self.ask("GET", place)
        version = _VERSION.search(text)
        if status != 200 or version is None:
            return f"/apply/{draft}/"
        return self.follow("POST", place, PAGES[step] | {"version": version[1]}, otherwise=f"/apply/{draft}/")

    def follow(self, method: str, place: str, form: dict[str, str] | None = None, otherwise: str = "") -> str:
        """Ask until the answer leads on; where it does not, go ``otherwise``. A server that only fails ends it."""
        deadline, status, text = time.monotonic() + PATIENCE, 0, ""
        while time.monotonic() < deadline:
            status, text, location = self.ask(method, place, form)
            if status in {301, 302} and location:
                return location.removeprefix("http://localhost").partition("?")[0]
            if otherwise:
                return otherwise
            if status not in {0, 409, 500, 502, 503}:
                raise AssertionError(f"{method} {place} answered {status}: {text[:200]}")
            time.sleep(0.2)
        raise AssertionError(
            f"{method} {place} led nowhere in {PATIENCE} s; the last answer was {status}: {text[:200]}"
        )

    def ask(self, method: str, place: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, text and where to go; status 0 when the server went away."""
        headers = {"Host": "localhost", "Cookie": f"csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "Connection": "close"}
        body = b""
        if form is not None:
            headers["Content-Type"] = "multipart/form-data; boundary=storm"
            body = _multipart(form, with_file=place.endswith("/papers/"))
        try:
            connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=30, source_address=(self.address, 0)
            )
            connection.request(method, place, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            connection.close()
        except (OSError, http.client.HTTPException):
            self.retries += 1
            time.sleep(random.uniform(0.05, 0.5))
            return 0, "", ""
        return answer.status, text, answer.getheader("Location", "")


def _multipart(form: dict[str, str], *, with_file: bool) -> bytes:
    parts = [
        f'--storm\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form.items()
    ]
    if with_file:
        head = '--storm\r\nContent-Disposition: form-data; name="plan"; filename="plan.pdf"\r\n\r\n'
        parts.append(head.encode() + PDF + b"\r\n")
    return b"".join(parts) + b"--storm--\r\n"


def prepare() -> None:
    """Make the tables and take in the imaginary pack."""
    from django.core.management import call_command

    from tests.procedures.pack import sync

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    sync(datetime.now(UTC))


def faults(receipts: list[tuple[str, str]]) -> tuple[int, list[str]]:
    """Return how many cases there are, and everything that is not as the receipts say."""
    from amur.ledger import acts as ledger
    from amur.ledger import reads as ledger_reads
    from amur.procedures.models import Case, Serial

    wrong = []
    cases = {str(case.draft_id): case for case in Case.objects.all()}
    for draft, number in receipts:
        if draft not in cases or cases[draft].number != number:
            wrong.append(f"the receipt {number} of draft {draft} is not true")
    if len({number for _, number in receipts}) != len(receipts):
        wrong.append("one number was given to two people")
    for case in cases.values():
        wrong += halves_of(case)
    numbers = sorted(int(case.number.rpartition("-")[2]) for case in cases.values())
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append("numbers are missing or given twice")
    if sum(Serial.objects.values_list("value", flat=True)) != len(cases):
        wrong.append("the serial does not agree with the cases")
    ledger.seal(datetime.now(UTC))
    report = ledger_reads.verify_stored()
    wrong += [f"ledger: {finding}" for finding in report.findings]
    if report.unsealed:
        wrong.append(f"{report.unsealed} entries are not sealed")
    return len(cases), wrong


def halves_of(case: Case) -> list[str]:
    """Return what of a case is there and what is not, if it is not whole."""
    from amur.ledger.models import Entry
    from amur.procedures import files
    from amur.procedures.models import CaseEvent, Upload

    kinds = list(Entry.objects.filter(subject=f"case:{case.id}").order_by("sequence").values_list("kind", flat=True))
    contents = []
    for upload in Upload.objects.filter(case=case):
        with files.opened(upload.pk) as file:
            contents.append(file.read())
    wrong = []
    if kinds != ["case.submitted", "case.form_kept"] or CaseEvent.objects.filter(case=case).count() != 1:
        wrong.append(f"{case.number} is not whole: {kinds}")
    if contents != [PDF]:
        wrong.append(f"the file of {case.number} is not whole")
    return wrong


def storm(clients: int, kills: int, seed: int, environment: dict[str, str]) -> Result:
    chance, result, began = random.Random(seed), Result(), time.monotonic()
    server, calm = Server(environment), threading.Event()
    server.start()
    people = [Client(place, server.port, calm) for place in range(clients)]
    for person in people:
        person.start()
    try:
        for _ in range(kills):
            time.sleep(chance.uniform(0.2, 1.2))
            server.kill()
            result.kills += 1
            server.start()
        calm.set()
        for person in people:
            person.join(timeout=300)
    finally:
        server.kill()
    receipts = [receipt for person in people for receipt in person.receipts]
    result.wrong += [complaint for person in people for complaint in person.complaints]
    result.wrong += ["somebody still waits for a receipt" for person in people if person.is_alive()]
    result.acknowledged, result.retries = len(receipts), sum(person.retries for person in people)
    result.cases, wrong = faults(receipts)
    result.wrong += wrong
    result.seconds = round(time.monotonic() - began, 1)
    return result


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=200)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    with tempfile.TemporaryDirectory(prefix="amur-storm-") as folder:
        os.environ |= {
            "AMUR_DATA": folder,
            "AMUR_HOSTS": "localhost",
            "AMUR_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": "amur.config.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        Path(folder, "static").mkdir()
        import django

        django.setup()
        prepare()
        from django.db import connections

        connections.close_all()
        result = storm(chosen.clients, chosen.kills, chosen.seed, dict(os.environ))
        connections.close_all()
    sys.stdout.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
