"""Fifty officers and two hundred applicants at once while processes are killed: what is lost, how long an act takes.

``amur bench working [--officers N] [--applicants N] [--seconds S] [--json]``. What is done: README.md beside this file.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "src")]

from browser import Seen  # noqa: E402 -- found by the line above
from people import ANSWERS, PASSWORD, PLAN, REGIONS, SERVICE, Applicant, Kept, Officer, Person  # noqa: E402 -- as above

_BODY = "hlj_communications_administration"
_TICKS = os.sysconf("SC_CLK_TCK")
_LONGEST = 5
"""By how much the time that counts grows at most where acts are waited for."""


class Installation:
    """What ``amur up`` starts: a server of several processes and a worker, kept alive by a supervisor."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = (folder / "up.log").open("wb")
        command = [sys.executable, "-P", "-m", "amur", "up", "--data", str(folder), "--port", str(self.port), "--empty"]
        self.process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=self.log)

    def wait(self) -> None:
        """Wait until it serves."""
        from amur.config.supervisor import Address, is_well

        deadline = time.monotonic() + 180
        while not is_well(Address("localhost", self.port)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the installation did not start:\n{Path(self.log.name).read_text()[-3_000:]}")
            time.sleep(0.1)

    def end(self) -> None:
        """Stop it as somebody does who presses Ctrl-C."""
        self.process.terminate()
        self.process.wait(60)
        self.log.close()

    def victims(self, kind: str) -> list[int]:
        """Return the processes of a kind that live now."""
        children = [(one, _command(one)) for one in _children(self.process.pid)]
        # One that only begins is no victim: it answers nobody yet.
        servers = [one for one, command in children if "--interface" in command and _children(one)]
        if kind == "server":
            return servers
        if kind == "job worker":
            return [one for one, command in children if "worker" in command]
        return [one for server in servers for one in _children(server)]

    def cpu(self) -> float:
        """Return the seconds that its processes have worked, the dead among them."""
        return _cpu(self.process.pid)


def _children(parent: int) -> list[int]:
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    return []


def _command(process: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text().split("\0")
    return []


def _cpu(process: int) -> float:
    """Return the seconds of a process, of its dead children, and of all below it that live."""
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICKS + sum(_cpu(child) for child in _children(process))
    return 0.0


def furnish(officers: int, stock: int, chance: Random) -> None:
    """Give each officer an account and an office, and the offices cases to begin with."""
    from django.contrib.auth.hashers import make_password

    from amur.base.acting import Actor, system
    from amur.people import acts as people
    from amur.people.models import Account, Appointment
    from amur.procedures import acts

    now, machine = datetime.now(UTC), system("bench")
    for place in range(officers):
        name = f"officer{place}"
        account = people.open_account(
            username=name, email=f"{name}@example.org", display_name=f"Officer {place}", by=machine, now=now
        )
        office = {"role_id": ("handler", "decider")[place % 2], "body_id": _BODY}
        region = REGIONS[place // 2 % len(REGIONS)] if officers >= 2 * len(REGIONS) else "230000"
        Appointment.objects.create(account=account, region_id=region, valid_from=date(2000, 1, 1), **office)
    Account.objects.update(password=make_password(PASSWORD))
    stranger = Actor("anonymous", client="portal")
    for _ in range(stock):
        form = {**ANSWERS, "starts_on": "2027-4-1", "region": chance.choice(REGIONS)}
        draft = acts.open_draft(SERVICE, by=stranger, now=now, language="en")
        for page in _pages():
            draft = acts.save_step(draft.id, page, form, version=draft.version, by=stranger, now=now)
        acts.attach(draft.id, "plan", [PLAN[2]], PLAN[1], by=stranger, now=now)
        acts.submit(draft.id, by=stranger, now=now)


def _pages() -> list[str]:
    from amur.procedures import declared

    service = declared.everything().procedures[SERVICE]
    return [page.id for page in service.pages if all(field.type != "file" for field in page.fields)]


async def kill(installation: Installation, chance: Random, every: tuple[float, float], kills: Counter[str]) -> None:
    """Kill one process after the other, as ``kill -9`` does, until cancelled."""
    while True:
        await asyncio.sleep(chance.uniform(*every))
        kind = chance.choices(["web worker", "job worker", "server"], [6, 3, 1])[0]
        if victims := installation.victims(kind):
            os.kill(chance.choice(victims), signal.SIGKILL)
            kills[kind] += 1


async def day(given: argparse.Namespace, installation: Installation, found: dict[str, Any]) -> Kept:
    """Let everybody work: first so long that each is somewhere in the midst, then for the time that counts."""
    seen, kept, over, kills = Seen(), Kept(), asyncio.Event(), Counter[str]()
    chance = Random(given.seed)
    officers = [Officer(place, installation.port, seen, kept, over) for place in range(given.officers)]
    applicants = [
        Applicant(given.officers + place, installation.port, seen, kept, over) for place in range(given.applicants)
    ]
    for officer in officers:
        await officer.sign_in()

    async def begin(person: Person) -> None:
        await asyncio.sleep(chance.uniform(0, given.before))
        await person.work(person.once)

    working = [asyncio.create_task(begin(person)) for person in [*officers, *applicants]]
    await asyncio.sleep(given.before)
    seen.measuring, began, answered = True, time.monotonic(), seen.answered
    spent = installation.cpu(), time.process_time(), seen.cut, dict(seen.failed)
    killing = asyncio.create_task(kill(installation, chance, (given.kill_after, 2 * given.kill_after), kills))
    await asyncio.sleep(given.seconds)
    while sum(one.by_officer and one.measured and one.done is True for one in kept.acts) < given.acts:
        if time.monotonic() - began > given.seconds * _LONGEST:
            break
        await asyncio.sleep(1)
    killing.cancel()
    seen.measuring, seconds = False, time.monotonic() - began
    found["requests"], found["seconds"] = seen.answered - answered, round(seconds, 1)
    found["cut"], found["failed"] = (
        seen.cut - spent[2],
        {str(k): v - spent[3].get(k, 0) for k, v in seen.failed.items()},
    )
    found["own_cpu_s"] = round(time.process_time() - spent[1], 1)
    found["cpu_ms_a_request"] = round((installation.cpu() - spent[0]) * 1000 / max(1, found["requests"]), 1)
    over.set()
    await asyncio.gather(*working)
    found["kills"], found["pages_ms"] = dict(kills), _quantiles(seen.pages)
    found["kinds_ms"] = {kind: _quantiles(spent_ms) for kind, spent_ms in sorted(seen.kinds.items())}
    return kept


def _quantiles(values: list[float]) -> dict[str, float]:
    if len(values) < 2:
        return {"n": len(values)}
    cut = statistics.quantiles(values, n=100)
    return {"n": len(values), "p50": round(cut[49]), "p95": round(cut[94]), "p99": round(cut[98])}


def told(kept: Kept, found: dict[str, Any]) -> None:
    """Put what the clients saw into figures: of the time that counts, and acts from the first sending to the answer."""
    counted = [one for one in kept.acts if one.measured]
    officers = [one for one in counted if one.by_officer]
    found["officers_acts"] = sum(one.done is True for one in officers)
    found["applicants_acts"] = sum(one.done is True for one in counted if not one.by_officer)
    found["refused"] = dict(Counter(str(one.status) for one in counted if one.done is False))
    found["walked_away"] = sum(one.done is None for one in counted)
    found["sent_again"] = sum(one.tries > 1 for one in counted)
    found["submissions"] = sum(measured for *_, measured in kept.sent_off)
    found["act_ms"] = _quantiles([one.ms for one in counted if one.done is not None])
    found["submission_ms"] = _quantiles([ms for _, ms, measured in kept.sent_off if measured])


@contextmanager
def database(given: str | None) -> Iterator[str]:
    """Yield the address of an empty database: the one that is named, or a PostgreSQL that is thrown away."""
    if given is not None:
        yield given
        return
    from amur.config import postgres

    with postgres.throw_away() as url:
        yield url


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Prepare, let everybody work, and look whether all is there once."""
    found: dict[str, Any] = {"officers": given.officers, "applicants": given.applicants}
    with tempfile.TemporaryDirectory(prefix="amur-working-") as folder, database(given.database) as url:
        settings = {"DJANGO_SETTINGS_MODULE": "amur.config.settings", "AMUR_LOG": "ERROR"}
        os.environ |= {"AMUR_DATA": folder, "AMUR_DATABASE_URL": url, **settings}
        os.environ["PYTHONPATH"] = str(ROOT / "src")
        installation = Installation(Path(folder), dict(os.environ))
        try:
            installation.wait()
            import django

            django.setup()
            furnish(given.officers, given.stock, Random(given.seed))
            kept = asyncio.run(day(given, installation, found))
        finally:
            installation.end()
        import truth
        from django.db import connections

        told(kept, found)
        found["wrong"] = [*kept.complaints, *truth.faults(kept)]
        connections.close_all()
    return found


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench working", description=__doc__.partition("\n")[0])
    parser.add_argument("--officers", type=int, default=50)
    parser.add_argument("--applicants", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120, help="how long it counts")
    parser.add_argument("--acts", type=int, default=0, help="it counts on until officers have done so many acts")
    parser.add_argument("--before", type=float, default=60, help="how long they come, before it counts")
    parser.add_argument("--stock", type=int, default=400, help="cases that were filed before")
    parser.add_argument("--kill-after", type=float, default=6, help="a kill comes after so many seconds to twice that")
    parser.add_argument("--pace", type=float, default=1, help="by how much everybody thinks faster")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", help="address of an empty database; empty for SQLite")
    parser.add_argument("--json", action="store_true", help="print the figures only, in one line")
    given = parser.parse_args(argv)
    Person.pace = given.pace
    try:
        found = run(given)
    except Exception as error:
        from amur.config.terminal import CommandError

        if not isinstance(error, CommandError):
            raise
        print(f"absent: PostgreSQL ({error}); nothing was measured\nbench working p95=n/a unit=ms")
        return 0
    if given.json:
        print(json.dumps(found, ensure_ascii=False))
        return 1 if found["wrong"] else 0
    for name, value in found.items():
        print(f"{name:<18} {value}")
    print(
        f"bench working p95={found['act_ms'].get('p95', 'n/a')} unit=ms acts={found['officers_acts']} "
        f"submissions={found['submissions']} kills={sum(found['kills'].values())} wrong={len(found['wrong'])}"
    )
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
