"""Services under their topics; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from amur.procedures.topics.declarations import Topic

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Grouped(Generic[S]):
    """Services under a topic; without a topic they are those that stand under none."""

    topic: Topic | None
    services: tuple[S, ...]


def grouped(topics: Iterable[Topic], services: Mapping[str, S]) -> tuple[Grouped[S], ...]:
    """Return the services under their topics in the order of both, those without a topic last.

    A topic of which no service is left is kept only where it leads to something else.

    >>> from amur.base.declared import Text
    >>> move = Topic(id="move", title=Text(zh="搬家", en="Moving"), services=("b", "gone"))
    >>> idle = Topic(id="idle", title=Text(zh="空", en="Idle"), services=("gone",))
    >>> [(one.topic.id if one.topic else "", one.services) for one in grouped([move, idle], {"a": 1, "b": 2})]
    [('move', (2,)), ('', (1,))]
    >>> grouped([], {})
    ()
    """
    found, named = [], set[str]()
    for topic in topics:
        mine = tuple(services[name] for name in topic.services if name in services)
        named.update(topic.services)
        if mine or topic.finders or topic.registers:
            found.append(Grouped(topic, mine))
    left = tuple(one for name, one in services.items() if name not in named)
    return (*found, Grouped(None, left)) if left else tuple(found)
