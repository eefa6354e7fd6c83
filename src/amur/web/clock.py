"""The only place that reads the clock. Acts take ``now``; web, command and workers ask here."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return datetime.now(UTC)
