"""What narrows a queue, as the desk shows it: filters with their choices, and the addresses that keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from amur.base.acting import Scope, region_prefix
from amur.base.declared import Text
from amur.people import reads as people
from amur.procedures import reads
from amur.procedures.channels import CHANNELS
from amur.procedures.queues.asked import LIGHTS, SIZES, Asked
from amur.web.fields import Option, choosing
from amur.web.portal import forms


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that is a choice."""

    name: str
    label: str
    options: tuple[Option, ...]


def filters(scope: Scope, asked: Asked, on: date) -> list[Filter]:
    """Return the filters of a queue as they are on a day; the states are those of the procedure that was chosen."""
    known = reads.queue_choices(scope)
    said = forms.language()
    found = [Filter("procedure", _("Procedure"), _options(known.procedures, asked.procedure, said))]
    if states := known.states.get(asked.procedure):
        found.append(Filter("state", _("State"), _options(states, asked.state, said)))
    found.append(Filter("region", _("Region"), _regions(scope, asked.region, said, on)))
    lights = {
        "late": _("Late"),
        "soon": _("Nearly late"),
        "later": _("Due later"),
        "undated": _("No period runs"),
    }
    channels = {
        "portal": _("Portal"),
        "window": _("Window"),
        "hotline": _("Hotline"),
        "agent": _("Agent"),
        "proxy": _("Proxy"),
        "file": _("Operator file"),
        "open311": _("A program, by Open311"),
        "office": _("The authority itself"),
    }
    found.append(Filter("light", _("Due"), tuple(Option(one, lights[one], one == asked.light) for one in LIGHTS)))
    chosen = tuple(Option(one, channels[one], one == asked.channel) for one in CHANNELS)
    return [*found, Filter("channel", _("Came by"), chosen)]


def sizes(asked: Asked) -> list[Option]:
    """Return how many rows a page may have."""
    return [Option(str(one), str(one), one == asked.size) for one in SIZES]


def address(asked: Asked, **more: str) -> str:
    """Return what stands in an address after the question mark."""
    return urlencode({**asked.said(), **{name: value for name, value in more.items() if value}})


def _options(titles: Mapping[str, Text], chosen: str, said: str) -> tuple[Option, ...]:
    return tuple(Option(name, title.say(said), name == chosen) for name, title in titles.items())


def _regions(scope: Scope, chosen: str, said: str, on: date) -> tuple[Option, ...]:
    held, gone = tuple(region_prefix(grant.region) for grant in scope.grants), people.regions_gone(on)
    titles = {code: title.say(said) for code, title in people.region_titles().items() if code.startswith(held)}
    named = {code: choosing.ended(title) if code in gone else title for code, title in titles.items()}
    return tuple(Option(code, title, code == chosen) for code, title in named.items())
