"""One case that arrives on a Monday, and what happens to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.simulating import Happened, Run, ScenarioDeclaration, plan_of, problems, run
from tests.procedures.samples import CALENDAR, LICENCE_BODY, text

MONDAY = datetime(2026, 3, 9, 10, 0)  # noqa: DTZ001 -- a time of the place
SOON = {"exactly": "0.001"}


def declared(body: Mapping[str, Any]) -> ProcedureDeclaration:
    return ProcedureDeclaration.model_validate(body)


def played(
    procedures: Mapping[str, ProcedureDeclaration], flow: dict[str, Any], **options: Any
) -> tuple[list[Happened], Run]:
    """Play a procedure once, one case that arrives on a Monday, and the others as they are opened."""
    name = options.pop("name", "licence")
    flows = [{"procedure": name, "arrivals": {"times_from": "a.csv"}, **flow}]
    flows += [{"procedure": one, "arrivals": "opened", **options.pop(one, {})} for one in procedures if one != name]
    scenario = ScenarioDeclaration(procedures=flows, **{"days": 200, "warm_up_days": 0, **options})
    assert list(problems(scenario, procedures)) == []
    events: list[Happened] = []
    return events, run(plan_of(scenario, procedures, CALENDAR, {name: [MONDAY]}), 0, events.append)


def told(events: list[Happened]) -> list[str]:
    return [one.event for one in events]


def at(time: float) -> str:
    return (datetime(2026, 3, 9, tzinfo=UTC) + timedelta(minutes=time)).strftime("%d %B %H:%M")


def work(*events: str, **minutes: Any) -> list[dict[str, Any]]:
    return [{"event": one, "minutes": minutes or SOON} for one in events]


def chained(**step: Any) -> ProcedureDeclaration:
    steps = [
        {"id": "first", "title": text("First"), "by": "chief"},
        {"id": "second", "title": text("Second"), "by": "chief"} | step,
    ]
    arrows = [one | ({"sign_off": "chain"} if one["event"] == "refuse" else {}) for one in LICENCE_BODY["transitions"]]
    chain = {"id": "chain", "title": text("Chain"), "steps": steps}
    return declared(LICENCE_BODY | {"transitions": arrows, "sign_offs": [chain]})
