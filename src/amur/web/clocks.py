"""How a clock is shown: words, a shape and a colour, never a colour alone. The days themselves are counted below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from amur.base.legal_time import Measure, counted
from amur.web.dates import day

_SOON = 5
"""From so many working days on, a clock asks for attention."""
_SOON_IN: dict[Measure, int] = {"days": 7, "seconds": 24 * 3600}
"""From so many days, and so many seconds on, it does."""

Kind = Literal["", "soon", "late", "done", "paused", "provisional"]


@dataclass(frozen=True, slots=True)
class ClockView:
    """What the clock template shows."""

    kind: Kind
    words: str


def running(left: int, measure: Measure = "working_days", *, is_soon: bool | None = None) -> ClockView:
    """Show how much is left, in what is counted; a negative number is by how much it is late.

    ``is_soon`` says whether it asks for attention, where something else than the usual few days decides that.
    """
    if measure != "working_days":
        language, words = get_language() or "zh-hans", _("%(amount)s late") if left < 0 else _("%(amount)s left")
        soon = left <= _SOON_IN[measure] if is_soon is None else is_soon
        kind: Kind = "late" if left < 0 else "soon" if soon else ""
        return ClockView(kind, words % {"amount": counted(abs(left), measure, language)})
    if left < 0:
        words = ngettext("%(count)s working day late", "%(count)s working days late", -left)
        return ClockView("late", words % {"count": -left})
    words = ngettext("%(count)s working day left", "%(count)s working days left", left) % {"count": left}
    return ClockView("soon" if (left <= _SOON if is_soon is None else is_soon) else "", words)


def provisional(due_on: date) -> ClockView:
    """Show a date that lies beyond the published calendar."""
    shown = day(due_on, get_language() or "zh-hans", short=True)
    return ClockView("provisional", _("Provisionally %(day)s") % {"day": shown})


def paused() -> ClockView:
    """Show a clock that waits for somebody else."""
    return ClockView("paused", _("Paused"))


def stopped() -> ClockView:
    """Show a clock that has done its duty."""
    return ClockView("done", _("Closed"))
