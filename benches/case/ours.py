"""A case of three steps by the product's own act, on one store. Prints one line of JSON; ``bench.py`` starts it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

START = datetime(2026, 3, 10, 1, tzinfo=UTC)
STEPS = ("first", "second", "grant")
BASIS = {"title": {"zh": "办事", "en": "Procedure"}, "article": "1", "verified": True}


def text(said: str) -> dict[str, str]:
    return {"zh": said, "en": said}


def declaration() -> dict[str, Any]:
    """Return what the peer's drawing says: three tasks one after the other, then one of two ends."""
    words = ("title", "summary", "for_whom", "fee", "result", "declaration")
    field = {"id": "name", "type": "text", "max_length": 300, "title": text("name"), "openness": "public"}
    return {
        "id": "bench",
        "kind": "procedure",
        "carries_out": ["1.1"],
        **{name: text(name) for name in words},
        "minutes": 1,
        "series": "BEN",
        "body": "bureau",
        "subject_field": "name",
        "initial": "a",
        "retention_years": 1,
        "pages": [{"id": "page", "title": text("page"), "fields": [field]}],
        "states": [
            {"id": name, "title": text(name), "answer": text(name), "final": len(name) > 1}
            for name in ("a", "b", "c", "granted", "refused")
        ],
        "transitions": [
            arrow("first", "a", "b"),
            arrow("second", "b", "c"),
            arrow("grant", "c", "granted", basis=[BASIS], when="form.name != ''", otherwise=text("no name")),
            arrow("refuse", "c", "refused", basis=[BASIS], reason="required"),
        ],
        "basis": [BASIS],
        "appeal": {name: text(name) for name in ("title", "body", "within")} | {"basis": [BASIS]},
    }


def arrow(event: str, source: str, target: str, **more: Any) -> dict[str, Any]:
    """Return a transition of the handler; one that leads to an end is a decision."""
    decided = {"outcome": target} if len(target) > 1 else {}
    return {"event": event, "title": text(event), "from": [source], "to": target, "by": "handler"} | decided | more


def opened(names: Iterable[str]) -> list[tuple[Any, int]]:
    """Open one case a name, and return their ids and versions."""
    from django.db import transaction

    from amur.base.acting import Actor, system
    from amur.people.reads import day_of
    from amur.policy import acts as policy
    from amur.procedures import declared
    from amur.procedures.acts.opening import begin, case_of
    from amur.procedures.models import Draft
    from amur.registers.lookups import lookups

    with transaction.atomic():
        item = policy.Item("procedure", "bench", declaration(), "bench.procedure.yaml")
        policy.sync_release("bench", "1", [item], by=system("bench"), now=START)
        content_hash, definition = declared.active("bench")
        found, by, cases = lookups(day_of(START)), Actor("anonymous", client="portal"), []
        for name in names:
            draft = Draft.objects.create(
                procedure="bench",
                declaration_hash=content_hash,
                created_at=START,
                updated_at=START,
                expires_at=START,
            )
            case = case_of(draft, definition, {"name": name}, found, START)
            begin(case, definition, by=by, now=START)
            cases.append((case.pk, case.version))
    return cases


def walk(cases: list[tuple[Any, int]]) -> tuple[float, float]:
    """Let each case take its three steps, each a transaction; return seconds of the processor and of the clock."""
    from amur.base.acting import Actor, Grant, Scope
    from amur.procedures import acts

    by = Actor("11", role="handler", body_id="bureau", client="desk")
    scope = Scope("office", "11", grants=(Grant("handler", "bureau"),))
    worked, begun = time.process_time(), time.perf_counter()
    for case_id, version in cases:
        for place, event in enumerate(STEPS):
            acts.fire(
                case_id, event, by=by, scope=scope, now=START, expected_version=version + place, key=f"bench-{place}"
            )
    return time.process_time() - worked, time.perf_counter() - begun


def proved(cases: int) -> None:
    """Stop unless every case is closed, with an event and an entry for each step, and the sealed ledger verifies."""
    from amur.ledger import acts, reads
    from amur.ledger.models import Entry
    from amur.procedures.models import Case, CaseEvent

    acts.seal(START)
    state = reads.verify_stored()
    done = Case.objects.filter(state="granted").count()
    events = CaseEvent.objects.filter(event__in=STEPS).count()
    entries = Entry.objects.filter(kind__in=[f"case.{event}" for event in STEPS]).count()
    if state.findings or (done, events, entries) != (cases, 3 * cases, 3 * cases):
        raise SystemExit(f"{done} of {cases} cases are done, {events} events, {entries} entries, {state.findings[:1]}")


def main(store: str, folder: str, names: list[str]) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "amur.config.settings", "AMUR_DATA": folder}
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    cases = opened(names)
    if store != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA synchronous = {store}")
    half = len(cases) // 4
    walk(cases[:half])  # what is read once in a process is read here
    cpu, wall = walk(cases[half:])
    proved(len(cases))
    print(json.dumps({"store": store, "per_cpu_s": (len(cases) - half) / cpu, "per_s": (len(cases) - half) / wall}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.stdin.read().splitlines())
