"""A consultation on the colour of lanterns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, text

CONSULTATION: dict[str, Any] = {
    "id": "colours_plan",
    "kind": "consultation",
    "title": text("Which colours may lanterns have?", "灯笼颜色征求意见"),
    "carries_out": ["1.1"],
    "summary": text("We plan to allow two colours.", "拟允许两种颜色。"),
    "series": "CON",
    "body": "bureau",
    "by": ["handler"],
    "paragraphs": [text("Lanterns may be red or blue.", "灯笼可以是红色或蓝色。")],
    "attachments": [{"title": text("The plan", "方案"), "address": "https://lantern.example/plan.pdf"}],
    "opens_on": "2026-03-01",
    "closes_on": "2026-03-31",
    "channels": ["portal", "letter"],
    "answer_working_days": 20,
    "keep_days": 100,
    "basis": [BASIS],
}


def furnish(now: datetime, **changes: Any) -> None:
    """Declare it."""
    sync(now, {("consultation", "colours_plan"): CONSULTATION | changes})
