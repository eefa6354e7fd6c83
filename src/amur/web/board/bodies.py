"""The bodies that a policy names, under the names that it gives them, and who answers for them by now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.timezone import localdate

from amur.people import reads as people
from amur.web import clock
from amur.web.board.view import BodyName


def body_names() -> Mapping[str, BodyName]:
    """Return all bodies by id."""
    titles, lives, today = people.body_titles(), people.lives(), localdate(clock.now())
    answering = people.answering(lives, today)
    return {name: BodyName(name, title, titles.get(answering.get(name, ""))) for name, title in titles.items()}


def named(ids: Iterable[str], names: Mapping[str, BodyName]) -> tuple[BodyName, ...]:
    """Return those of the bodies that the installation knows."""
    return tuple(names[one] for one in ids if one in names)
