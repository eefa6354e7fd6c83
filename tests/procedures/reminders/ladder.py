"""A licence whose clock reminds: the party, the handler, then the head of the office."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from amur.jobs import acts as jobs
from amur.procedures import acts
from amur.procedures.acts.clocks import LAPSE
from amur.procedures.reminders.watching import REMIND
from tests.procedures.samples import LICENCE_BODY, text

HANDLERS = {kind: acts.HANDLERS[kind] for kind in (LAPSE, REMIND)}


def rung(at: int, to: str, **changes: Any) -> dict[str, Any]:
    said = {"subject": text(f"{to} {at}"), "body": text("{number} ({subject}) is due on {due_on}: {state}")}
    return {"at": at, "to": to} | said | changes


LADDER = [rung(-3, "applicant"), rung(-3, "handler"), rung(0, "handler"), rung(2, "decider")]


def reminding(*rungs: dict[str, Any], **clock: Any) -> dict[str, Any]:
    """Return the licence, due on 8 April where it is accepted on 10 March, with rungs on 2, 8 and 10 April."""
    body = copy.deepcopy(LICENCE_BODY)
    body["clocks"][0] |= {"remind": list(rungs or LADDER)} | clock
    return body


def morning(month: int, day: int) -> datetime:
    """Return eight in the morning in Beijing."""
    return datetime(2026, month, day, 0, 0, tzinfo=UTC)


def work(at: datetime) -> None:
    """Let a worker run what is due."""
    jobs.run_due(HANDLERS, at, 50)
