"""How a clock is shown: words, a shape and a colour, never a colour alone. The days themselves are counted below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from amur.web.dates import day

_SOON = 5
"""From so many working days on, a clock asks for attention."""

Kind = Literal["", "soon", "late", "done", "paused", "provisional"]


@dataclass(frozen=True, slots=True)
class ClockView:
    """What the clock template shows."""

    kind: Kind
    words: str


def running(left: int) -> ClockView:
    """Show how many working days are left; a negative number is how many it is late."""
    if left < 0:
        words = ngettext("%(count)s working day late", "%(count)s working days late", -left)
        return ClockView("late", words % {"count": -left})
    words = ngettext("%(count)s working day left", "%(count)s working days left", left) % {"count": left}
    return ClockView("soon" if left <= _SOON else "", words)


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
