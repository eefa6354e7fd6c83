"""What a statechart is written with: nodes that hold nodes, and the arrows that leave them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["state", "parallel", "final", "shallow", "deep"]
"""A state or a final one, a state whose children are all active at once, or one of the two kinds of history."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow: by which events it is taken, under which guard, where it leads and what it does.

    An event is named whole, by its first words (``error`` stands for ``error.form`` too) or by ``*``. Without events
    the arrow is taken at once when its guard holds. Guards and effects are the caller's own; they are never looked
    into. An internal arrow to its own descendants does not leave the state that it starts from.
    """

    events: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    guard: object = None
    effects: tuple[object, ...] = ()
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A state with its children, or a history of the state that it stands in.

    ``initial`` says which descendants are entered by default, the first child where it is empty; of a history it is
    the default. ``initially`` is what happens besides when that default is taken. The ``result`` of a final state goes
    with the event that tells of the end of its parent.
    """

    id: str
    kind: Kind = "state"
    children: tuple[Node, ...] = ()
    initial: tuple[str, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    enter: tuple[object, ...] = ()
    leave: tuple[object, ...] = ()
    initially: tuple[object, ...] = ()
    result: object = None

    @property
    def is_history(self) -> bool:
        """Say whether it stands for what was active before."""
        return self.kind in {"shallow", "deep"}
