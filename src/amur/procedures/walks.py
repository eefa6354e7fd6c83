"""How much of a procedure is walked: its states and its arrows, by name; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from amur.procedures.declarations import ProcedureDeclaration, Transition


@dataclass(frozen=True, slots=True)
class Walked:
    """What of a procedure was walked: states by their ids, arrows by their event and where they lead out of."""

    states: frozenset[str] = frozenset()
    arrows: frozenset[str] = frozenset()

    def with_(self, states: Iterable[str], arrows: Iterable[str]) -> Walked:
        """Return it with more.

        >>> Walked().with_(["a"], ["go from a"])
        Walked(states=frozenset({'a'}), arrows=frozenset({'go from a'}))
        """
        return Walked(self.states.union(states), self.arrows.union(arrows))


def arrow_name(arrow: Transition) -> str:
    """Return how an arrow is named.

    >>> from tests.procedures.samples import LICENCE
    >>> arrow_name(LICENCE.transition("refuse", "accepted"))
    'refuse from submitted, accepted'
    """
    return f"{arrow.event} from {', '.join(arrow.sources)}"


def whole(definition: ProcedureDeclaration) -> Walked:
    """Return all that there is to walk.

    >>> from tests.procedures.samples import LICENCE
    >>> sorted(whole(LICENCE).states)[:3]
    ['accepted', 'granted', 'refused']
    """
    arrows = frozenset(arrow_name(arrow) for arrow in definition.transitions)
    return Walked(frozenset(state.id for state in definition.every_state), arrows)
