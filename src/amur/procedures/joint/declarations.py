"""What a pack can say about joint work on a case: which parts its lead asks of others, to whom it is handed over."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier, Text
from amur.procedures.clocks import Message
from amur.procedures.opinions.periods import Timed


class Part(Timed):
    """A part of the work that another body does when the lead asks for it, in words of its own.

    The lead's official in a role of ``by`` asks one of the ``bodies``; whoever holds the ``role`` there answers, and
    sees of the case only what is asked and the fields that this ``shares``, until it has answered.
    """

    id: Identifier
    title: Text
    bodies: tuple[Identifier, ...] = Field(min_length=1)
    role: Identifier
    by: tuple[Identifier, ...] = Field(min_length=1)
    file: Literal["none", "optional", "required"] = "optional"
    shares: tuple[Identifier, ...] = ()
    basis: tuple[Basis, ...] = Field(min_length=1)


class HandingOver(Timed):
    """That a case may be handed over to another body, which confirms or refuses within a time.

    ``role`` takes it over there, and must be one that works on the case. ``states`` limits where it stands then. With
    ``accept: no`` it is theirs at once. Where ``clocks`` wait, they do from the offer to its end.

    With ``send_back`` whoever took it over may return it once, within the same time and for a reason. ``notice`` tells
    the party by whom the case is dealt with now; the ``reason`` of the offer is asked for, if it is required.
    """

    to: tuple[Identifier, ...] = Field(min_length=1)
    role: Identifier
    by: tuple[Identifier, ...] = Field(min_length=1)
    states: tuple[Identifier, ...] = ()
    reason: Literal["none", "required"] = "none"
    accept: bool = True
    clocks: Literal["go_on", "wait"] = "go_on"
    send_back: bool = False
    notice: Message | None = None
    basis: tuple[Basis, ...] = Field(min_length=1)


class Joint(Declared):
    """Joint work: the ``parts`` that members give, and the ``hand_over`` of the whole."""

    parts: tuple[Part, ...] = ()
    hand_over: HandingOver | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Joint:
        if not self.parts and self.hand_over is None:
            raise ValueError("joint says neither parts nor hand_over; say what bodies do together, or take it out")
        names = [part.id for part in self.parts]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found part {name!r} twice; give each one id")
        return self

    @property
    def askers(self) -> frozenset[str]:
        """Return the roles of the lead that ask for a part or hand the case over.

        >>> from tests.procedures.joint.samples import JOINT
        >>> sorted(JOINT.askers)
        ['handler', 'head']
        """
        handing = self.hand_over.by if self.hand_over else ()
        return frozenset((*handing, *(role for part in self.parts for role in part.by)))

    def part(self, name: str) -> Part:
        """Return a part.

        Raises:
            KeyError: if there is none of this id.

        >>> from tests.procedures.joint.samples import JOINT
        >>> JOINT.part("traces").role
        'investigator'
        >>> JOINT.part("nothing")
        Traceback (most recent call last):
        ...
        KeyError: 'nothing'
        """
        for part in self.parts:
            if part.id == name:
                return part
        raise KeyError(name)
