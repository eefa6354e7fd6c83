"""An imaginary draw of lanterns to look at, as a pack would declare it, and how tests lead one to its result."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from amur.base.acting import Actor, Grant, Scope, system
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.procedures import acts
from amur.procedures.draws.models import Draw
from amur.registers import acts as registers
from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, text

LANTERNS_BODY: dict[str, Any] = {
    "id": "lanterns",
    "kind": "register",
    "title": text("Lanterns", "灯笼"),
    "carries_out": ["1.1"],
    "summary": text("All lanterns."),
    "key": "number",
    "shows": ["number", "keeper"],
    "kept_by": ["handler"],
    "fields": [
        {"id": "number", "type": "text", "title": text("Number"), "openness": "public"},
        {"id": "keeper", "type": "text", "title": text("Keeper"), "openness": "public"},
        {"id": "watts", "type": "number", "title": text("Watts"), "openness": "public", "required": False},
        {"id": "quarter", "type": "region", "title": text("Quarter"), "openness": "public"},
    ],
    "basis": [BASIS],
}
INSPECTORS_BODY: dict[str, Any] = {
    "id": "inspectors",
    "kind": "register",
    "title": text("Inspectors", "检查员"),
    "carries_out": ["1.1"],
    "summary": text("Who looks at lanterns."),
    "public": False,
    "key": "badge",
    "shows": ["badge"],
    "kept_by": ["handler"],
    "fields": [
        {"id": "badge", "type": "text", "title": text("Badge")},
        {"id": "works_for", "type": "text", "title": text("Works for"), "required": False},
        {"id": "declared", "type": "text", "title": text("Declared"), "required": False},
        {"id": "trained", "type": "yes_no", "title": text("Trained"), "required": False},
    ],
    "basis": [BASIS],
}
LOOK_BODY: dict[str, Any] = {
    "id": "look",
    "kind": "draw",
    "title": text("Lanterns to look at", "抽查灯笼"),
    "carries_out": ["1.1"],
    "summary": text("Which lanterns are looked at, and by whom."),
    "series": "LOOK",
    "body": "bureau",
    "by": ["handler"],
    "objects": {
        "register": "lanterns",
        "when": "object.watts > 10",
        "by": "quarter",
        "strata": [
            {"title": text("First"), "values": ["230100"], "share": 50},
            {"title": text("Elsewhere"), "count": 1},
        ],
    },
    "people": {"register": "inspectors", "when": "person.trained", "each": 1},
    "conflicts": [
        {"title": text("The same house"), "object": "keeper", "person": "works_for"},
        {"title": text("Declared"), "object": "key", "person": "declared", "among": True},
        {"title": text("Too bright"), "when": "object.watts > 900 && person.badge == 'B-2'"},
    ],
    "basis": [BASIS],
}
BASE = {("register", "lanterns"): LANTERNS_BODY, ("register", "inspectors"): INSPECTORS_BODY}

KEEPER = Actor("7", role="handler", body_id="bureau", client="desk")
OFFICE = Scope("office", "7", grants=(Grant("handler", "bureau"),))
ELSEWHERE = Scope("office", "8", grants=(Grant("handler", "other_bureau"),))


def declare(now: datetime, version: str = "1.1.0", **changes: Any) -> None:
    """Sync the pack with the draw, some of it changed."""
    sync(now, {**BASE, ("draw", "look"): {**LOOK_BODY, **changes}}, version)


def enter(now: datetime, register: str, key: str, **values: Any) -> None:
    """Write a record as the office does."""
    name = {"lanterns": "number", "inspectors": "badge"}[register]
    registers.write_record(
        register,
        key,
        {name: key, **values},
        valid_from=date(2026, 3, 1),
        by=KEEPER,
        now=now,
        reason="as asked",
        source="S-1",
        through="office",
    )


def furnish(now: datetime) -> None:
    """Enter four lanterns of the first city, two of elsewhere, one that is too dim, and four inspectors."""
    for number in range(4):
        enter(now, "lanterns", f"L-{number}", keeper=f"House {number}", watts=40, quarter="230102")
    for number in range(4, 6):
        enter(now, "lanterns", f"L-{number}", keeper=f"House {number}", watts=950, quarter="230200")
    enter(now, "lanterns", "L-9", keeper="House 9", watts=5, quarter="230102")
    enter(now, "inspectors", "B-1", trained=True, works_for="House 1")
    enter(now, "inspectors", "B-2", trained=True, declared="L-0; L-2")
    enter(now, "inspectors", "B-3", trained=True)
    enter(now, "inspectors", "B-4", trained=False)
    enter(now, "inspectors", "B-5")


def commit(now: datetime, **options: Any) -> Draw:
    """Commit to the draw."""
    return acts.commit_draw("look", **{"by": KEEPER, "scope": OFFICE, "now": now, **options})


def pass_on(now: datetime, rounds: int = 3) -> None:
    """Do what the worker does: seal, and tell what was sealed."""
    for _ in range(rounds):
        ledger.seal(now)
        jobs.advance("procedures.draws", acts.hear_of_draws, now, 100)


MACHINE = system("draws")
