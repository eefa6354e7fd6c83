"""A program that is killed again and again while it works, and looks what is left each time.

Run as ``python -m tests.jobs.scenarios``; it makes a database of its own beside the configured one and prints one JSON
object: for each scenario, at how many points it was killed and what was wrong afterwards (nothing, one hopes). Rooms are
imported inside functions, since Django is set up late.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from tests.jobs.killing import die_at, in_a_child

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


class Scenario:
    """One thing to do, and what must be true of it whenever it was interrupted."""

    def prepare(self) -> None:
        from amur.jobs.models import Cursor, Job

        Job.objects.all().delete()
        Cursor.objects.all().delete()

    def work(self) -> None:
        raise NotImplementedError

    def recover(self) -> None:
        """Do what the next worker does, after the leases are over."""

    def wrong(self) -> str:
        raise NotImplementedError

    def run(self) -> dict[str, Any]:
        from django.db import connection

        found: list[str] = []
        for point in range(200):
            self.prepare()
            killed = in_a_child(lambda point=point: (die_at(point), self.work()))
            connection.close()
            self.recover()
            if said := self.wrong():
                found.append(f"killed at {point}: {said}" if killed else f"not killed: {said}")
            if not killed:
                return {"points": point, "wrong": found}
        return {"points": 200, "wrong": [*found, "it never came to its end"]}


def entries(kind: str) -> int:
    from amur.ledger.models import Entry

    return Entry.objects.filter(kind=kind).count()


class Inside(Scenario):
    """A handler with three effects in this database: two further jobs and a ledger entry."""

    def prepare(self) -> None:
        from django.db import transaction

        from amur.jobs import acts

        super().prepare()
        self.entries_before = entries("demo.handled")
        with transaction.atomic():
            acts.enqueue("demo", {"number": 7}, now=NOW)

    def handlers(self) -> dict[str, Any]:
        from amur.base.acting import system
        from amur.jobs import acts, engine
        from amur.ledger import acts as ledger

        def handle(payload: Any, now: datetime) -> None:
            acts.enqueue("effect", payload, now=now, run_at=now + 100 * engine.LONGEST_WAIT)
            ledger.record(subject="system", kind="demo.handled", by=system("demo"), now=now, body=payload)
            acts.enqueue("effect", payload, now=now, run_at=now + 100 * engine.LONGEST_WAIT)

        return {"demo": engine.inside(handle)}

    def work(self) -> None:
        from amur.jobs import acts

        acts.run_due(self.handlers(), NOW, 10)

    def recover(self) -> None:
        from amur.jobs import acts, engine

        acts.run_due(self.handlers(), NOW + engine.LEASE * 2, 10)

    def wrong(self) -> str:
        from amur.jobs.models import Job

        state = Job.objects.get(kind="demo").state
        effects, noted = Job.objects.filter(kind="effect").count(), entries("demo.handled") - self.entries_before
        return "" if (state, effects, noted) == ("done", 2, 1) else f"{state}, {effects} effects, {noted} entries"


class Outside(Inside):
    """A handler that leaves the process: it writes a line to a file."""

    def prepare(self) -> None:
        super().prepare()
        self.file = Path(tempfile.mkdtemp()) / "sent"

    def handlers(self) -> dict[str, Any]:
        from amur.jobs import engine

        def handle(_: Any, __: datetime, key: str) -> None:
            with self.file.open("a") as sent:
                sent.write(key + "\n")

        return {"demo": engine.outside(handle)}

    def wrong(self) -> str:
        from amur.jobs.models import Job

        job = Job.objects.get(kind="demo")
        keys = self.file.read_text().split() if self.file.exists() else []
        if job.state != "done" or not keys or set(keys) != {str(job.token)}:
            return f"{job.state}, sent with {keys}"
        return ""


class Failing(Inside):
    """A handler that writes and then fails at its first attempt."""

    def prepare(self) -> None:
        super().prepare()
        self.file = Path(tempfile.mkdtemp()) / "tried"

    def handlers(self) -> dict[str, Any]:
        from amur.jobs import engine

        good = super().handlers()["demo"]

        def handle(payload: Any, now: datetime) -> None:
            good.run(payload, now, "")
            if not self.file.exists():
                self.file.touch()
                raise ValueError("the first attempt")

        return {"demo": engine.inside(handle)}

    def recover(self) -> None:
        from amur.jobs import acts, engine

        for lease in (2, 4):
            acts.run_due(self.handlers(), NOW + engine.LEASE * lease, 10)


class Act(Scenario):
    """An act that writes an entry and queues a job: both or none."""

    def prepare(self) -> None:
        super().prepare()
        self.entries_before = entries("demo.done")

    def work(self) -> None:
        from django.db import transaction

        from amur.base.acting import system
        from amur.jobs import acts
        from amur.ledger import acts as ledger

        with transaction.atomic():
            ledger.record(subject="system", kind="demo.done", by=system("demo"), now=NOW, body={})
            acts.enqueue("effect", {}, now=NOW, key="one")
            acts.enqueue("effect", {}, now=NOW, run_at=NOW, key="timer")
            acts.move("timer", NOW)
            acts.cancel("one")

    def wrong(self) -> str:
        from amur.jobs.models import Job

        noted, queued = entries("demo.done") - self.entries_before, Job.objects.count()
        return "" if noted == queued else f"{noted} entries and {queued} jobs"


class Revival(Scenario):
    """The administrator revives a dead job: job and entry change together."""

    def prepare(self) -> None:
        from amur.jobs.models import Job

        super().prepare()
        self.entries_before = entries("job.revived")
        self.job = Job.objects.create(kind="demo", state="dead", attempts=8, created_at=NOW, finished_at=NOW)

    def work(self) -> None:
        from amur.base.acting import system
        from amur.jobs import acts

        acts.revive(self.job.pk, by=system("cli"), now=NOW, reason="the server is back")

    def wrong(self) -> str:
        self.job.refresh_from_db()
        noted = entries("job.revived") - self.entries_before
        return "" if (self.job.state == "queued") == (noted == 1) else f"{self.job.state} with {noted} entries"


class Subscription(Scenario):
    """A subscriber of the ledger with one effect an entry."""

    def prepare(self) -> None:
        from django.db import transaction

        from amur.base.acting import system
        from amur.jobs.models import Cursor
        from amur.ledger import acts as ledger
        from amur.ledger.models import Leaf

        super().prepare()
        ledger.seal(NOW)
        self.first = Leaf.objects.count()
        Cursor.objects.create(subscriber="demo", index=self.first - 1)
        for _ in range(3):
            with transaction.atomic():
                ledger.record(subject="system", kind="demo.told", by=system("demo"), now=NOW, body={})
        ledger.seal(NOW)

    def work(self) -> None:
        from amur.jobs import acts

        def hear(entry: Any, now: datetime) -> None:
            acts.enqueue("effect", {"index": entry.index}, now=now)

        acts.advance("demo", hear, NOW, 10)

    def recover(self) -> None:
        self.work()

    def wrong(self) -> str:
        from amur.jobs.models import Job

        heard = [job.payload["index"] for job in Job.objects.order_by("id")]
        return "" if heard == [self.first, self.first + 1, self.first + 2] else f"heard {heard} from {self.first}"


class TwoWorkers(Inside):
    """Two workers at once on one queue."""

    count = 60

    def prepare(self) -> None:
        from django.db import transaction

        from amur.jobs import acts

        Scenario.prepare(self)
        with transaction.atomic():
            for number in range(self.count):
                acts.enqueue("demo", {"number": number}, now=NOW)

    def handlers(self) -> dict[str, Any]:
        from amur.jobs import acts, engine

        def handle(payload: Any, now: datetime) -> None:
            acts.enqueue("effect", {**payload, "by": os.getpid()}, now=now, run_at=now + 100 * engine.LONGEST_WAIT)

        return {"demo": engine.inside(handle)}

    def work(self) -> None:
        from amur.jobs import acts
        from amur.jobs.models import Job

        while Job.objects.filter(kind="demo").exclude(state="done").exists():
            acts.run_due(self.handlers(), NOW, 5)

    def run(self) -> dict[str, Any]:
        from amur.jobs.models import Job

        self.prepare()

        def both() -> None:
            other = os.fork()
            self.work()
            if not other:
                os._exit(0)
            os.waitpid(other, 0)

        in_a_child(both)
        numbers = sorted(job.payload["number"] for job in Job.objects.filter(kind="effect"))
        workers = {job.payload["by"] for job in Job.objects.filter(kind="effect")}
        wrong = [] if numbers == list(range(self.count)) else [f"effects {numbers}"]
        return {"points": len(workers), "wrong": wrong}


class Boundaries(Scenario):
    """Where transactions are and are not; nothing is killed here, but the database is real."""

    def run(self) -> dict[str, Any]:
        from django.db import connection, transaction

        from amur.jobs import acts, engine

        self.prepare()
        wrong, seen = [], []
        with transaction.atomic():
            acts.enqueue("demo", {}, now=NOW)
            try:
                acts.run_due({}, NOW, 1)
                wrong.append("a worker ran inside a transaction")
            except RuntimeError:
                pass
        acts.run_due({"demo": engine.outside(lambda *_: seen.append(connection.in_atomic_block))}, NOW, 1)
        if seen != [False]:
            wrong.append(f"an outside handler saw in_atomic_block {seen}")
        return {"points": 0, "wrong": wrong}


SCENARIOS = {
    "boundaries": Boundaries,
    "inside": Inside,
    "outside": Outside,
    "failing": Failing,
    "act": Act,
    "revival": Revival,
    "subscription": Subscription,
    "two_workers": TwoWorkers,
}


def own_database() -> None:
    database = settings.DATABASES["default"]
    name = f"amur_killing_{os.getpid()}"
    if database["ENGINE"].endswith("sqlite3"):
        name = str(Path(tempfile.mkdtemp(prefix="amur-killing-")) / "killing.sqlite3")
    database.setdefault("TEST", {})["NAME"] = name


def main() -> None:
    own_database()
    settings.LOGGING = {"version": 1, "disable_existing_loggers": False, "loggers": {"amur": {"level": "CRITICAL"}}}
    django.setup()
    from django.db import connection

    from amur.ledger import tables

    laid = connection.vendor == "sqlite" and tables.lay(Path(connection.settings_dict["TEST"]["NAME"]))
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=laid)
    try:
        outcome = {name: scenario().run() for name, scenario in SCENARIOS.items()}
    finally:
        connection.close()
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main()
