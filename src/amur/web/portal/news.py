"""What is new: services that a new edition brought, consultations that are open, what was entered in registers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from amur.base.acting import PUBLIC
from amur.base.fields import Lookups
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import reads as procedures
from amur.registers import reads as registers
from amur.registers.lookups import lookups
from amur.web import tongues
from amur.web.portal.registers import entry

_SERVICES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news; ``words`` were typed by somebody where ``is_typed``, and are in whatever language they are."""

    on: date
    kind: str
    words: str
    address: str
    is_typed: bool = False


def news(*, at: datetime, limit: int) -> list[News]:
    """Return what is new for everybody, the newest first."""
    on = localdate(at)
    found = [*_editions(), *_consultations(on), *_entries(lookups(on), limit)]
    return sorted(found, key=lambda one: one.on, reverse=True)[:limit]


def _editions() -> Iterator[News]:
    """Yield what came with the edition of the rules in force, against the one before it."""
    releases = policy.releases(2)
    if not releases:
        return
    newest, on = releases[0], day_of(releases[0].synced_at)
    before = policy.declarations_of(releases[1].hash, "procedure") if len(releases) > 1 else None
    fresh = [one for one in procedures.services() if before is not None and one.id not in before]
    for one in fresh[:_SERVICES_SHOWN]:
        title = tongues.say(one.title, tongues.here())
        yield News(on, _("New service"), title, reverse("portal:service", args=[one.id]))
    if not fresh:
        words = _("Services and rules as of edition %(version)s") % {"version": newest.version}
        yield News(on, _("Edition"), words, reverse("portal:services"))


def _consultations(on: date) -> Iterator[News]:
    for one in procedures.consultations(PUBLIC, on=on):
        if one.phase == "open":
            title = tongues.say(one.declaration.title, tongues.here())
            address = reverse("portal:consultation", args=[one.declaration.id])
            yield News(one.declaration.opens_on, _("Consultation"), title, address)


def _entries(found: Lookups, limit: int) -> Iterator[News]:
    for row in registers.newest(PUBLIC, limit=limit):
        shown = entry(row, found)
        title = tongues.say(row.declaration.title, tongues.here())
        yield News(day_of(shown.recorded_at), title, shown.title, shown.address, is_typed=True)
