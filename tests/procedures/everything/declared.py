"""What the random histories are about: the island's own procedures, and imaginary ones beside them, two of them large."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

from amur.packs import reads
from amur.packs.engine import Pack
from amur.policy import acts as policy
from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from tests.procedures import contests
from tests.procedures.commitment.promising import BROKEN_BODY, promising
from tests.procedures.everything.harbour import harbour, there
from tests.procedures.everything.tower import asking_tower
from tests.procedures.fees.charged import VALUES
from tests.procedures.missing.bringing import bringing
from tests.procedures.onething.shop import FOOD_BODY, PREMISES_BODY, SIGN_BODY, shop
from tests.procedures.opinions.samples import NEIGHBOURS
from tests.procedures.rated import GROUNDS
from tests.procedures.samples import CALENDAR_BODY, COLOURS_BODY, KEEPER_BODY, LICENCES_BODY

ISLAND = Path(__file__).resolve().parents[3] / "packs" / "lantern"
SHORT = CALENDAR_BODY | {"published_to": "2026-03-31", "holidays": ["2026-03-19"], "workdays": []}
LONG = CALENDAR_BODY | {"holidays": [*CALENDAR_BODY["holidays"], "2026-03-16", "2026-03-17", "2026-05-06"]}
CALENDARS: tuple[dict[str, Any], ...] = (CALENDAR_BODY, SHORT, LONG)
"""Calendars that replace each other; by the second most dates are provisional."""


@cache
def procedures(edition: int) -> dict[str, dict[str, Any]]:
    """Return the imaginary procedures, the harbour in one of its editions."""
    return {
        "harbour": harbour(edition),
        "tower": asking_tower(),
        "reconsideration": contests.RECONSIDERATION,
        "promised": promising(id="promised", series="PROM"),
        "missing": _missing(),
        "shop": shop(),
        "premises": PREMISES_BODY,
        "sign": SIGN_BODY,
        "food": FOOD_BODY,
    }


def _missing() -> dict[str, Any]:
    """Return a small procedure whose decisions are soon made and can be contested."""
    body = bringing() | {"id": "missing", "series": "MISS", "appeal": copy.deepcopy(contests.APPEAL)}
    next(one for one in body["transitions"] if one["event"] == "surrender")["executes"] = True
    body["transitions"] += copy.deepcopy([contests.SENT_BACK, contests.CHANGED])
    return body


@cache
def island() -> Pack:
    """Return the island's pack."""
    return reads.load(ISLAND)


@cache
def items(calendar: int, edition: int = 0) -> list[policy.Item]:
    """Return everything that is declared, with one of the calendars and one of the editions of the harbour."""
    added: dict[tuple[str, str], dict[str, Any]] = {
        **{("procedure", name): body for name, body in procedures(edition).items()},
        ("migration", "harbour_again"): there(edition),
        ("codelist", "neighbours"): NEIGHBOURS,
        ("codelist", "grounds"): GROUNDS,
        ("register", "licences"): LICENCES_BODY,
        ("register", "broken"): BROKEN_BODY,
        ("codelist", "colours"): COLOURS_BODY,
        ("scheme", "keeper"): KEEPER_BODY,
        ("calendar", "calendar"): CALENDARS[calendar],
        **VALUES,
    }
    found = [item for item in island().items() if (item.kind, item.declared_id) not in added]
    found = [item for item in found if item.kind != "calendar"]
    return found + [policy.Item(kind, name, body, f"{name}.{kind}.yaml") for (kind, name), body in added.items()]


def faults() -> list[str]:
    """Return what the checks of a pack find in the imaginary procedures."""
    roles = "handler decider chief lawyer leader councillor eraser reviewer head cashkeeper investigator"
    known = Known(
        codelists={"colours", "neighbours", "grounds"},
        schemes={"keeper"},
        roles=set(roles.split()),
        values={"base_fee": "money", "watt_fee": "money", "late_rate": "decimal"},
        currencies={"base_fee": "CNY", "watt_fee": "CNY"},
    )
    bodies = "bureau law_bureau land_office water_office fire_office harbour airport railway council ministry police"
    bodies += " market_office"
    found = []
    for edition in (0, 1):
        told = {name: ProcedureDeclaration.model_validate(body) for name, body in procedures(edition).items()}
        registers = {body["id"]: RegisterDeclaration.model_validate(body) for body in (LICENCES_BODY, BROKEN_BODY)}
        for name, one in told.items():
            beside = Beside(registers, told)
            here = check_procedure(one, known, beside, bodies.split(), lambda path: (".".join(map(str, path)), 1))
            found += [f"{name}: {fault}" for fault in here]
    return found
