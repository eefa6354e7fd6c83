"""The queue of an office among a hundred thousand cases: queries and milliseconds, against a plain ORM list.

``amur bench queue [--cases N] [--repeats N] [--json]``. What each side does: README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "src")]
_SIDES = ("ours_ms", "ours_cpu_ms", "peer_ms")
DEEP = (10, 100)
"""How many pages are leafed through before a page is measured, where the view is that long."""
ROLES = {
    "city": (("handler", "BODY", "230100"),),
    "county": (("handler", "BODY", "230109"),),
    "small county": (("handler", "BODY", "231223"),),
    "province": (("handler", "BODY", "230000"),),
    "two bodies": (("handler", "BODY", "230200"), ("handler", "SECOND", "230000")),
}
"""Whom it is measured for. The peer, which takes a second a step, is measured for the restricted role alone."""
RESTRICTED = "city"


def load(rows: int) -> None:
    """Store the cases for both sides."""
    import drawn as data
    from django.core.management import call_command
    from django.db import connection, transaction
    from peer import models as peer

    from amur.base.acting import region_prefix, system
    from amur.packs import reads as packs
    from amur.policy import acts as policy
    from amur.policy import reads as released
    from amur.procedures.models import Case

    call_command("migrate", verbosity=0)
    pack = packs.load(ROOT / "packs" / "heilongjiang")
    bodies = {(one.kind.name, one.id): one.body for one in pack.found}
    procedure = bodies["procedure", "new_service_filing"]
    calendar = next(body for (kind, _), body in bodies.items() if kind == "calendar")
    items = [
        policy.Item(kind, name, body, f"{name}.yaml") for kind, name, body in data.declarations(procedure, calendar)
    ]
    with transaction.atomic():
        policy.sync_release("bench", "1", items, by=system("bench"), now=data.AT)
    hashes = {name: released.declaration("procedure", name)[0] for name in map(data.name_of, range(data.PROCEDURES))}
    cases = list(data.cases(rows))
    print(f"{rows:,} cases are stored twice", file=sys.stderr)
    for first in range(0, rows, 5_000):
        Case.objects.bulk_create(
            [_case(one, hashes, Case, data) for one in cases[first : first + 5_000]], batch_size=500
        )
    peer.create()
    rights = [
        (name, data.name_of(number), _body(body, data), region_prefix(region))
        for name, grants in ROLES.items()
        for _, body, region in grants
        for number in range(data.RESTRICTED_TO)
    ]
    peer.fill([*hashes], rights, lambda known: [_plain(one, known, peer.PlainCase, data) for one in cases])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")


def _body(name: str, data: Any) -> str:
    return data.BODY if name == "BODY" else data.SECOND_BODY


def _case(one: Any, hashes: dict[str, str], case: Any, data: Any) -> Any:
    name = data.name_of(one.procedure)
    return case(
        number=one.number,
        procedure=name,
        declaration_hash=hashes[name],
        state=one.state,
        data={},
        subject=one.subject,
        body_id=one.body,
        region=one.region,
        channel=one.channel,
        account_id=one.account,
        language="zh-hans",
        submitted_at=one.submitted_at,
        changed_at=one.changed_at,
        due_on=one.due_on,
        closed_at=one.closed_at,
    )


def _plain(one: Any, known: dict[str, int], plain: Any, data: Any) -> Any:
    return plain(
        number=one.number,
        case_type_id=known[data.name_of(one.procedure)],
        state=one.state,
        subject=one.subject,
        body_id=one.body,
        region=one.region,
        channel=one.channel,
        submitted_at=one.submitted_at,
        changed_at=one.changed_at,
        due_on=one.due_on,
        closed_at=one.closed_at,
    )


Step = tuple[str, Callable[[], Any], Callable[[], Any]]


class Sides:
    """How each side answers one role; whatever Amur shows, the tabs' counts are with it."""

    def __init__(self, role: str) -> None:
        import drawn as data

        from amur.base.acting import Grant, Scope

        grants = tuple(Grant(name, _body(body, data), region) for name, body, region in ROLES[role])
        self.role, self.scope, self.at = role, Scope("office", "bench", grants=grants), data.AT

    def ours(self, place: str = "", **asked: Any) -> Any:
        """Look at the queue as the desk does."""
        from amur.procedures import reads
        from amur.procedures.queues.asked import Asked

        return reads.queue(self.scope, on=self.at.date(), at=self.at, asked=Asked(**asked), place=place)

    def theirs(self, **options: Any) -> Any:
        """Show the peer's list and its tabs."""
        from peer import models as peer

        return peer.listed(self.role, **options), peer.tabs(self.role)

    def leafed(self, pages: int, **asked: Any) -> str | None:
        """Return the place after so many pages, or None where the view is not that long."""
        place = ""
        for _ in range(pages):
            place = self.ours(place, **asked).next
            if not place:
                return None
        return place

    def step(self, name: str, ours: dict[str, Any], theirs: dict[str, Any]) -> Step:
        """Return a step."""
        return name, lambda: self.ours(**ours), lambda: self.theirs(**theirs)


def steps_of(role: str) -> Iterator[Step]:
    """Give what is measured: its name, and how each side does it."""
    import drawn as data
    from django.db.models import Q

    from amur.procedures.queues.asked import VIEWS

    sides = Sides(role)
    for view in VIEWS:
        yield sides.step(f"view {view}", {"view": view}, {"view": view})
    for view in ("open", "closed"):
        for pages in DEEP:
            if (place := sides.leafed(pages, view=view)) is not None:
                theirs = {"view": view, "page": pages + 1}
                yield sides.step(f"{view} page {pages + 1}", {"place": place, "view": view}, theirs)
    for query in data.ASKED:
        yield sides.step(f"search {query}", {"view": "all", "query": query}, {"view": "all", "query": query})
    week = data.AT.date() - timedelta(days=7)
    more = Q(channel="window", state="under_review", due_on__gt=data.AT.date(), submitted_at__date__gte=week)
    ours = {"view": "all", "channel": "window", "state": "under_review", "light": "later", "received_from": week}
    yield sides.step("filters together", ours, {"view": "all", "more": more})
    yield sides.step("200 rows", {"view": "open", "size": 200}, {"view": "open"})


def timed(work: Callable[[], Any], repeats: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each repeat, by the clock and of this process."""
    wall, cpu = [], []
    for _ in range(repeats):
        begun, worked = time.perf_counter(), time.process_time()
        work()
        cpu.append((time.process_time() - worked) * 1000)
        wall.append((time.perf_counter() - begun) * 1000)
    return wall, cpu


def queries_of(work: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def p95(spent: list[float]) -> float:
    return sorted(spent)[max(0, -(-len(spent) * 95 // 100) - 1)]


def measure(rows: int, repeats: int) -> dict[str, Any]:
    """Measure both sides on the database of this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.config.settings")
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "peer"]

    django.setup()
    load(rows)
    found: dict[str, Any] = {}
    for role in ROLES:
        found[role] = {}
        for name, ours, theirs in steps_of(role):
            ours()
            wall, cpu = timed(ours, repeats)
            found[role][name] = {
                "queries": [queries_of(ours), queries_of(theirs) if role == RESTRICTED else 0],
                "ours_ms": wall,
                "ours_cpu_ms": cpu,
                "peer_ms": timed(theirs, max(1, repeats // 5))[0] if role == RESTRICTED else [],
            }
    return found


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Yield the address of a database each: the embedded one, and PostgreSQL where there is one."""
    from amur.config import postgres
    from amur.config.terminal import CommandError

    try:
        server = postgres.throw_away()
        url = server.__enter__()
    except CommandError as error:
        print(f"absent: PostgreSQL ({error})")
        yield {"SQLite": ""}
        return
    try:
        yield {"SQLite": "", "PostgreSQL": url}
    finally:
        server.__exit__(None, None, None)


def apart(url: str, rows: int, repeats: int) -> dict[str, Any]:
    """Measure in a process of its own, since one process has one database."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"AMUR_DATA": folder, "AMUR_DATABASE_URL": url}
        command = [sys.executable, __file__, "--inside", "--cases", str(rows), "--repeats", str(repeats)]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def show(name: str, found: dict[str, Any]) -> tuple[float, float, int]:
    """Print what was found on one database; return both sides' 95th percentile of the restricted role, and queries."""
    for role, steps in found.items():
        ours, cpu, theirs = ([one for step in steps.values() for one in step[side]] for side in _SIDES)
        print(
            f"{name}, {role}: p50 {statistics.median(ours):.1f} ms  p95 {p95(ours):.1f} (own processor {p95(cpu):.1f})"
            f"  worst {max(ours):.1f}"
            + (f"; peer p50 {statistics.median(theirs):.1f}  p95 {p95(theirs):.1f}" if theirs else "")
        )
        for step, spent in steps.items() if role == RESTRICTED else ():
            mine, other = spent["queries"]
            ours, theirs = spent["ours_ms"], spent["peer_ms"]
            print(
                f"  {step:<22} {mine} queries  p50 {statistics.median(ours):7.1f}  p95 {p95(ours):7.1f}"
                f"  peer {other:>3} queries  p50 {statistics.median(theirs):8.1f}"
            )
    steps = found[RESTRICTED].values()
    ours, theirs = ([one for step in steps for one in step[side]] for side in ("ours_ms", "peer_ms"))
    return p95(ours), p95(theirs), max(step["queries"][0] for each in found.values() for step in each.values())


def absent(what: str) -> int:
    print(f"absent: {what}; nothing was measured")
    print("bench queue ratio=n/a ours=n/a peer=n/a unit=ms")
    return 0


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench queue", description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print every repeat")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.inside:
        print(json.dumps(measure(given.cases, given.repeats), ensure_ascii=False))
        return 0
    import drawn as data

    if find_spec("jieba") is None:
        return absent("jieba, whose dictionary the words are drawn from")
    if not data.census().exists():
        return absent(f"{data.census()}, the counties")
    ends, everything = {}, {}
    with databases() as known:
        for name, url in known.items():
            everything[name] = apart(url, given.cases, given.repeats)
            ends[name] = show(name, everything[name])
    if given.json:
        print(json.dumps(everything, ensure_ascii=False))
    worst = max(ends, key=lambda name: ends[name][0])
    ours, theirs, queries = ends[worst]
    print(f"bench queue ratio={theirs / ours:.2f} ours={ours:.2f} peer={theirs:.2f} unit=ms queries={queries}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
