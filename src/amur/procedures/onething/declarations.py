"""What a pack says of one thing: which cases it opens from one form, in which order, and when it is done."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Basis, Declared, Identifier


class Child(Declared):
    """A case that belongs to one thing: of which procedure, and what its form takes from the one form.

    A field that both forms have is asked once and taken over; ``values`` says by expressions what else it takes. With
    ``when`` it is opened only where that expression holds; ``after`` names the procedures that must be granted before.
    ``withdraw`` is the event by which its party takes it back.
    """

    procedure_id: Identifier = Field(alias="procedure")
    values: dict[Identifier, str] = Field(default_factory=dict)
    when: str = ""
    after: tuple[Identifier, ...] = ()
    withdraw: Identifier = "withdraw"


class OneThing(Declared):
    """That a case stands for several cases of other procedures, each with its body and its clocks.

    They are opened when ``opens`` happens, by which they are accepted together. When all of them are over, ``done``
    happens if each was granted and ``refused`` if one was not; both are arrows ``by: cases``. ``withdraws`` is the
    party's event that takes back all that is open.
    """

    children: tuple[Child, ...] = Field(min_length=2)
    opens: Identifier
    done: Identifier
    refused: Identifier
    withdraws: Identifier
    basis: tuple[Basis, ...] = Field(min_length=1)
