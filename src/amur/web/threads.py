"""The thread: one line from the order to the deed, drawn from a list of knots."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

KnotState = Literal["", "now", "next", "paused", "refused"]


@dataclass(frozen=True, slots=True)
class Knot:
    """One thing that happened, is happening, or will happen next.

    ``at`` is when it happened; ``when`` stands in its place where there is no instant yet. ``struck`` says why it was
    voided.
    """

    title: str
    text: str = ""
    at: datetime | None = None
    when: str = ""
    state: KnotState = ""
    links: tuple[tuple[str, str], ...] = field(default=())
    struck: str = ""
