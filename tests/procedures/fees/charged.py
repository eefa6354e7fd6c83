"""A licence for which a fee is paid and a fine may be imposed, with the dated values that say how much."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from amur.procedures import acts
from amur.procedures.fees.models import FeeDemand
from amur.procedures.models import Case
from tests.procedures.conftest import Officer
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.samples import BASIS, LICENCE_BODY, text

ACCEPT, GRANT = 0, 3
FEE: dict[str, Any] = {
    "id": "licence",
    "title": text("Licence fee", "许可费"),
    "amount": "value.base_fee + value.watt_fee * form.watts",
    "currency": "CNY",
    "on": ["accept"],
    "due": {"working_days": 10},
    "exemptions": [
        {
            "id": "indoors",
            "title": text("Lit indoors", "室内灯"),
            "when": "form.indoors && form.watts < 5",
            "basis": [BASIS],
        },
        {
            "id": "small",
            "title": text("Small lamps", "小灯减半"),
            "when": "form.watts <= 6",
            "percent": 50,
            "basis": [BASIS],
        },
    ],
    "surcharge": {
        "title": text("Late payment", "滞纳金"),
        "per_day": "value.late_rate",
        "cap": {"percent": 100},
        "basis": [BASIS],
    },
    "ends_on": ["withdraw"],
    "by": ["cashkeeper"],
    "basis": [BASIS],
}


def value(name: str, kind: str, *entries: tuple[str, Any], **more: Any) -> dict[str, Any]:
    """Return a dated value whose entries follow one another."""
    return {
        "id": name,
        "kind": "value",
        "title": text(name),
        "type": kind,
        "entries": [
            {"valid_from": since, "value": amount, "basis": BASIS}
            | ({"valid_to": until} if (until := _before(entries, place)) else {})
            for place, (since, amount) in enumerate(entries)
        ],
    } | more


def _before(entries: tuple[tuple[str, Any], ...], place: int) -> str:
    return "2026-12-31" if place + 1 < len(entries) else ""


VALUES = {
    ("value", "base_fee"): value(
        "base_fee", "money", ("2026-01-01", "100.00"), ("2027-01-01", "500.00"), currency="CNY"
    ),
    ("value", "watt_fee"): value("watt_fee", "money", ("2026-01-01", "0.50"), currency="CNY"),
    ("value", "late_rate"): value("late_rate", "decimal", ("2026-01-01", "0.03")),
}


def licence(**changes: Any) -> dict[str, Any]:
    """Return the licence with its fee, which is granted only once that is settled."""
    body = copy.deepcopy(LICENCE_BODY)
    body["values"] = ["base_fee", "watt_fee", "late_rate"]
    body["fees"] = [copy.deepcopy(FEE) | changes]
    body["transitions"][GRANT] |= {"when": "fees.licence.settled", "otherwise": text("Pay first.", "请先缴费。")}
    return body


def furnish(now: datetime, **changes: Any) -> None:
    """Declare it."""
    sync(now, {("procedure", "licence"): licence(**changes), **VALUES})


def accept(now: datetime, **answers: str) -> Case:
    """Return a case that was accepted, for which the fee is demanded."""
    case = acts.submit(fill(now, **answers).id, by=STRANGER, now=now)
    return Officer("11", "handler").fire(case, "accept", now)


def demand_of(case: Case) -> FeeDemand:
    """Return the demand of a case as it stands now."""
    return FeeDemand.objects.get(case=case)
