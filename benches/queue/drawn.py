"""The cases of the queue bench: real regions by their population, subjects of a dictionary's words, a fixed seed.

Regions are the counties of the 2020 census with the people who live there, words those of jieba's dictionary
(``benches/search/data.py``). Procedures are copies of the first service of the first pack under other names.
"""

from __future__ import annotations

import csv
import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "benches" / "search"))
SEED = 20_260
BODY = "hlj_communications_administration"
SECOND_BODY = "second_body"
AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
PROCEDURES = 30
RESTRICTED_TO = 10
"""Procedures whose handler the measured role is; the others have a handler of another name."""
STATES = (
    ("received", 20),
    ("supplement_requested", 10),
    ("under_review", 25),
    ("filed", 5),
    ("refused", 20),
    ("withdrawn", 20),
)
"""How many of a hundred cases stand in each state; four of ten are closed."""
CHANNELS = ("portal", "portal", "portal", "window", "hotline", "agent")
ASKED = ("有限公司", "合作社", "哈尔滨", "道里区", "研究院", "移动", "00042", "齐齐哈尔市服务中心", "没有这样的单位")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One case, as both sides store it."""

    number: str
    procedure: int
    state: str
    subject: str
    body: str
    region: str
    channel: str
    account: str
    submitted_at: datetime
    changed_at: datetime
    due_on: date | None
    closed_at: datetime | None


def census() -> Path:
    return Path(os.environ.get("AMUR_SHARED") or ROOT.parent / "shared") / "data" / "census" / "county_2020.csv"


def counties() -> tuple[list[str], list[int]]:
    """Return the codes of counties and how many people live in each."""
    with census().open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["区划代码"].isdigit()]
    return [row["区划代码"] for row in rows], [int(row["人口数_合计"]) for row in rows]


def cases(rows: int) -> Iterator[Drawn]:
    import data as words  # of benches/search

    draw = random.Random(SEED)
    codes, people = counties()
    summed = list(accumulate(people))
    states, weights = zip(*STATES, strict=True)
    often = list(accumulate(weights))
    for number, record in enumerate(words.records(rows)):
        submitted = AT - timedelta(minutes=draw.randrange(60 * 24 * 365))
        state = draw.choices(states, cum_weights=often)[0]
        closed = state in {"refused", "withdrawn"}
        changed = min(AT, submitted + timedelta(minutes=draw.randrange(60 * 24 * 30)))
        due = AT.date() + timedelta(days=draw.randrange(-5, 45)) if state == "under_review" else None
        channel = draw.choice(CHANNELS)
        yield Drawn(
            number=f"2026-Q{number % PROCEDURES:02}-{number:06}",
            procedure=number * 7 % PROCEDURES,
            state=state,
            subject=record.title[:200],
            body=SECOND_BODY if number % 20 == 0 else BODY,
            region=draw.choices(codes, cum_weights=summed)[0],
            channel=channel,
            account=f"account-{number % 40_000}" if channel == "portal" else "",
            submitted_at=submitted,
            changed_at=changed,
            due_on=due,
            closed_at=changed if closed else None,
        )


def declarations(body: dict[str, Any], calendar: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the declarations of the bench: copies of a procedure under other names, and the calendar."""
    found: list[tuple[str, str, dict[str, Any]]] = [("calendar", "calendar", calendar)]
    for number in range(PROCEDURES):
        text = json.dumps(body | {"id": name_of(number), "urgent_within": (3, 5, 10)[number % 3]}, ensure_ascii=False)
        if number >= RESTRICTED_TO:
            for role in ("handler", "decider", "head"):
                text = text.replace(f'"{role}"', f'"other_{role}"')
        found.append(("procedure", name_of(number), json.loads(text)))
    return found


def name_of(number: int) -> str:
    return f"service_{number:02}"
