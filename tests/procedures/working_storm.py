"""Officers work through the queue and parties answer and withdraw, while the server and the worker are killed.

Run as ``python tests/procedures/working_storm.py --officers 50 --parties 200 --seconds 120``; see ``storm`` for where.
Afterwards each act that was acknowledged has happened once, and nothing is half done. It prints one JSON object.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.procedures.storm import Client, Server, prepare  # noqa: E402 -- the project is found by the line above

if TYPE_CHECKING:
    from amur.procedures.models import Case

PASSWORD = "a long enough passphrase"
_CASE = re.compile(r'href="/(?:en/)?desk/cases/([0-9]{4}-LAN-[0-9]{5,})/')
_CHOSEN = re.compile(r'name="chosen" value="([0-9a-f-]{36}:[0-9]+)"')
_VERSION = re.compile(r'name="version" value="([0-9]+)"')
_CODE = re.compile(r'amur-code">([^<]{12,20})</dd></div></dl>')
_EVENTS = {"handler": ("accept", "accept", "request_supplement"), "decider": ("grant", "grant", "refuse")}
Form = dict[str, str] | list[tuple[str, str]]
_WORKER = "import django; django.setup(); from amur.config import worker; worker.run()"


@dataclass
class Act:
    """One act as its client saw it: what was sent, what was answered, and when."""

    number: str
    event: str
    key: str
    done: bool
    began: float
    seconds: float


@dataclass
class Result:
    """What happened, how fast, and what was wrong afterwards."""

    kills: int = 0
    cases: int = 0
    acts: int = 0
    refused: int = 0
    batches: int = 0
    retries: int = 0
    measured: int = 0
    median_ms: float = 0
    p95_ms: float = 0
    seconds: float = 0
    wrong: list[str] = field(default_factory=list)


class Worker(Server):
    """The real worker, killed and started as the server is."""

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _WORKER], env=self.environment, start_new_session=True, stderr=subprocess.DEVNULL
        )


class Browser(Client):
    """A client that keeps cookies and posts plain forms."""

    def __init__(self, place: int, port: int, calm: threading.Event) -> None:
        super().__init__(place, port, calm)
        self.cookies: dict[str, str] = {"csrftoken": "s" * 32}
        self.acts: list[Act] = []
        self.batches: list[str] = []
        self.chance = random.Random(place)

    def run(self) -> None:
        """Work until the storm is over; what goes wrong is told."""
        try:
            while not self.calm.is_set():
                self.work()
                time.sleep(self.chance.uniform(2, 8))
        except Exception as error:  # noqa: BLE001 -- a thread that dies silently would make the storm a breeze
            self.complaints.append(f"{type(self).__name__}: {type(error).__name__}: {error}")

    def work(self) -> None:
        raise NotImplementedError("each kind of browser does its own work")

    def send(self, method: str, place: str, form: Form | None = None) -> tuple[int, str, str]:
        """Return status, text and where to go, and keep the cookies; status 0 when the server went away."""
        token = self.cookies["csrftoken"]
        headers = {"Host": "localhost", "X-CSRFToken": token, "Connection": "close"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=30, source_address=(self.address, 0)
            )
            connection.request(method, place, body=urlencode(form or {}), headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            connection.close()
        except (OSError, http.client.HTTPException):
            self.retries += 1
            time.sleep(self.chance.uniform(0.5, 2))
            return 0, "", ""
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                kept, _, told = value.partition(";")[0].partition("=")
                self.cookies[kept] = told
        return answer.status, text, answer.getheader("Location", "")

    def act(self, number: str, event: str, place: str, form: dict[str, str]) -> bool:
        """Send an act with its version and key until it is answered, the same again when the server went away."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            began = time.monotonic()
            status, text, _ = self.send("POST", place, form)
            took = time.monotonic() - began
            if status in {302, 403, 409, 422}:
                done = status == 302 and event != "batch"
                self.acts.append(Act(number, event, form["key"], done, began, took))
                return status == 302
            if status not in {0, 429, 500, 502, 503}:
                raise AssertionError(f"{place} answered {status}: {text[:200]}")
            time.sleep(0.2)
        raise AssertionError(f"{event} of {number} was not answered in time")


class Officer(Browser):
    """Somebody with an office, who takes a case out of the queue and does something with it, or with many at once."""

    def __init__(self, place: int, port: int, calm: threading.Event) -> None:
        super().__init__(place, port, calm)
        self.role = "handler" if place % 2 else "decider"
        self.name_of_account = f"officer{place}"

    def work(self) -> None:
        status, page, _ = self.send("GET", "/en/desk/")
        if status == 302:
            self.send("POST", "/accounts/login/", {"login": self.name_of_account, "password": PASSWORD})
            return
        event = self.chance.choice(_EVENTS[self.role])
        chosen = _CHOSEN.findall(page)
        if event == "accept" and len(chosen) > 1 and self.chance.random() < 0.1:
            self.many(self.chance.sample(chosen, 2))
        elif numbers := sorted(set(_CASE.findall(page))):
            self.one(self.chance.choice(numbers), event)

    def one(self, number: str, event: str) -> None:
        place = f"/en/desk/cases/{number}/"
        status, page, _ = self.send("GET", place)
        if status == 200 and f'value="{event}"' in page and (version := _VERSION.search(page)):
            form = {"event": event, "version": version[1], "key": uuid.uuid4().hex, "reason": "because"}
            self.act(number, event, place, form)

    def many(self, chosen: list[str]) -> None:
        """Accept several cases with one form; its key makes it one batch however often it is sent."""
        key = uuid.uuid4().hex
        form = [("what", "accept"), ("key", key), ("reason", ""), *(("chosen", one) for one in chosen)]
        status, _, _ = self.send("POST", "/en/desk/many/", form)
        self.batches += [key] if status == 302 else []


class Party(Browser):
    """Somebody who hands in a form, follows it, answers when asked and sometimes withdraws."""

    def __init__(self, place: int, port: int, calm: threading.Event) -> None:
        super().__init__(place, port, calm)
        self.mine = ""

    def work(self) -> None:
        if not self.mine:
            self.submit_one()
            draft, self.mine = self.receipts[-1]
            _, page, _ = self.ask("GET", f"/apply/{draft}/receipt/")
            if code := _CODE.search(page):
                self.send("POST", "/en/track/", {"number": self.mine, "code": code[1]})
            return
        status, page, _ = self.send("GET", f"/en/cases/{self.mine}/")
        if status != 200:
            self.mine = ""
            return
        event = "answer" if f"/{self.mine}/answer/" in page else ""
        if not event and f"/{self.mine}/withdraw/" in page and self.chance.random() < 0.05:
            event = "withdraw"
        if event:
            self.one(event)
        elif self.chance.random() < 0.1:
            self.mine = ""

    def one(self, event: str) -> None:
        place = f"/en/cases/{self.mine}/{event}/"
        status, page, _ = self.send("GET", place)
        if status == 200 and (version := _VERSION.search(page)):
            form = {"version": version[1], "key": uuid.uuid4().hex, "remark": "Here it is."}
            self.act(self.mine, event, place, form)


def furnish(officers: range) -> None:
    """Give each officer an account and an office."""
    from amur.base.acting import system
    from amur.people import acts as people
    from amur.people.models import Appointment, Body, Role

    now = datetime.now(UTC)
    Body.objects.create(id="bureau", titles={"zh": "局", "en": "Bureau"}, valid_from=date(2000, 1, 1))
    for role in _EVENTS:
        Role.objects.create(id=role, titles={"zh": role, "en": role})
    for place in officers:
        account = people.open_account(
            username=f"officer{place}",
            email=f"officer{place}@example.org",
            display_name=f"Officer {place}",
            by=system("storm"),
            now=now,
            password=PASSWORD,
        )
        role = "handler" if place % 2 else "decider"
        Appointment.objects.create(
            account=account, role_id=role, body_id="bureau", region_id="230000", valid_from=date(2000, 1, 1)
        )


def faults(acts: list[Act], receipts: list[tuple[str, str]]) -> tuple[int, list[str]]:
    """Return how many cases there are, and everything that is not as it was acknowledged, or only half there."""
    from amur.config import worker
    from amur.jobs.models import Job
    from amur.ledger import reads as ledger
    from amur.procedures.models import Case, CaseEvent, Serial

    now = datetime.now(UTC)
    while worker.turn(now):
        pass
    cases = {case.number: case for case in Case.objects.all()}
    wrong = [f"the receipt of {number} is not true" for _, number in receipts if number not in cases]
    for one in acts:
        found = CaseEvent.objects.filter(case__number=one.number, key=one.key).count()
        if found != int(one.done):
            wrong.append(f"{one.event} of {one.number} was {'done' if one.done else 'refused'}: {found} events")
    wrong += [fault for case in cases.values() for fault in halves_of(case)]
    serials = sorted(int(number.rpartition("-")[2]) for number in cases)
    if serials != list(range(1, len(serials) + 1)) or Serial.objects.get(series__contains="LAN").value != len(cases):
        wrong.append("numbers are missing or given twice")
    dead = list(Job.objects.filter(state=Job.State.DEAD).values_list("kind", "last_error"))
    waiting = Job.objects.filter(state=Job.State.QUEUED, run_at__lte=now).count()
    wrong += [f"a job is dead: {one}" for one in dead] + ([f"{waiting} jobs wait"] if waiting else [])
    report = ledger.verify_stored()
    wrong += [f"ledger: {finding}" for finding in report.findings]
    return len(cases), wrong + ([f"{report.unsealed} entries are not sealed"] if report.unsealed else [])


def halves_of(case: Case) -> list[str]:
    """Return what of a case is there without the rest of its act: events, entries, decisions, notices."""
    from amur.ledger.models import Entry
    from amur.procedures.models import CaseEvent, Decision, Notice

    wrong = []
    events = list(CaseEvent.objects.filter(case=case).order_by("version"))
    entries = dict(Entry.objects.filter(subject=case.key_subject).values_list("leaf", "kind"))
    if [event.version for event in events] != list(range(1, case.version + 1)):
        wrong.append(f"{case.number} has versions {[event.version for event in events]}")
    if any(entries.get(event.entry_hash) != f"case.{event.event}" for event in events):
        wrong.append(f"an event of {case.number} has no entry")
    told = [event.version for event in events if event.event in {"accept", "grant", "refuse"}]
    if sorted(Notice.objects.filter(case=case).values_list("version", flat=True)) != told:
        wrong.append(f"{case.number} was not told of each event once")
    if Decision.objects.filter(case=case).count() != sum(event.event in {"grant", "refuse"} for event in events):
        wrong.append(f"{case.number} has other decisions than events")
    return wrong


def batches_that_are_not(keys: list[str]) -> list[str]:
    """Return which acts on many were acknowledged and are not there exactly once."""
    from amur.procedures.queues.models import Batch

    return [
        f"batch {key} is there {found} times" for key in keys if (found := Batch.objects.filter(key=key).count()) != 1
    ]


def timed(acts: list[Act], away: list[tuple[float, float]]) -> list[float]:
    """Return how long acts took, in milliseconds, of those that met no kill."""
    return [
        one.seconds * 1_000
        for one in acts
        if not any(one.began < until and since < one.began + one.seconds for since, until in away)
    ]


def storm(officers: range, parties: range, seconds: float, seed: int, environment: dict[str, str]) -> Result:
    """Let all of them work for some time while server and worker are killed; return what became of it."""
    chance, result, began = random.Random(seed), Result(), time.monotonic()
    server, worker, calm = Server(environment), Worker(environment), threading.Event()
    server.start()
    worker.start()
    people: list[Browser] = [Officer(place, server.port, calm) for place in officers]
    people += [Party(place, server.port, calm) for place in parties]
    away: list[tuple[float, float]] = []
    try:
        for person in people:
            person.start()
            time.sleep(0.05)  # people do not come in one instant; signing in is slow on purpose
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(chance.uniform(10, 18))
            victim, since = chance.choice([server, worker]), time.monotonic()
            victim.kill()
            victim.start()
            result.kills += 1
            # What was sent while it was away comes all at once; the second after it is not measured either.
            away += [(since, time.monotonic() + 1)] if victim is server else []
        calm.set()
        for person in people:
            person.join(timeout=180)
    finally:
        server.kill()
        worker.kill()
    acts = [one for person in people for one in person.acts]
    result.wrong += [complaint for person in people for complaint in person.complaints]
    result.wrong += ["somebody still works" for person in people if person.is_alive()]
    times = sorted(timed(acts, away))
    if len(times) > 1:
        result.median_ms, result.p95_ms = round(statistics.median(times)), round(statistics.quantiles(times, n=20)[18])
    result.measured, result.acts = len(times), sum(one.done for one in acts)
    result.refused, result.retries = len(acts) - result.acts, sum(person.retries for person in people)
    batches = [key for person in people for key in person.batches]
    result.batches = len(batches)
    result.wrong += batches_that_are_not(batches)
    result.cases, wrong = faults(acts, [one for person in people for one in person.receipts])
    result.wrong += wrong
    result.seconds = round(time.monotonic() - began, 1)
    return result


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--officers", type=int, default=50)
    options.add_argument("--parties", type=int, default=200)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
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
        officers = range(1, chosen.officers + 1)
        prepare()
        furnish(officers)
        from django.db import connections

        connections.close_all()
        parties = range(chosen.officers + 1, chosen.officers + chosen.parties + 1)
        result = storm(officers, parties, chosen.seconds, chosen.seed, dict(os.environ))
        connections.close_all()
    sys.stdout.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
