"""What a pack says about the arrows between states, and who fires them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier, Text
from amur.base.fields import AnyField
from amur.procedures.appeals.declarations import ReviewAct
from amur.procedures.effects import Effect
from amur.procedures.supplements.declarations import Supplement

APPLICANT = "applicant"
"""The party of the case, in place of a role."""
MACHINE = "machine"
"""Nobody, in place of a role: what follows from the lapse of a clock alone."""
REVIEW = "review"
"""In place of a role: whoever decides on an appeal against a decision of the case, by deciding it."""
TIE = "tie"
"""In place of a role: whoever splits, merges or reopens cases, as ``ties`` says."""
CASES = "cases"
"""In place of a role: the cases of one thing, when the last of them is over."""
EXCHANGE = "exchange"
"""In place of a role: another system, by a message that an exchange takes in or a receipt for one that it sent."""
NO_OFFICE = frozenset({APPLICANT, MACHINE, REVIEW, TIE, CASES, EXCHANGE})
"""What may stand in place of a role."""


class Transition(Declared):
    """An arrow: who may fire it, what it asks for, what follows from it.

    What is entered in the fields that it ``asks`` joins the data of the case: a field of the form is corrected. With
    ``when`` it is possible only where that expression holds; ``otherwise`` says in plain words why it is not.

    With ``needs_opinions`` it is possible once these rounds are closed and enough bodies have answered in each.

    With ``on_lapse`` the law itself fires it, by ``machine``: when that clock's last day or hour is over.
    Nobody is asked for anything then.

    With ``drawn`` only those whom a draw drew for this case may fire it: whose card in that role bears the key under
    which they were drawn. Where none of them has such a card here, whoever holds the role enters what they did.

    With ``sign_off`` the role only drafts it: it happens with the last signature of that chain.

    ``by: tie`` follows when the case is split, merged or reopened, as ``ties`` of the procedure says; then it leads out
    of a final state too. ``by: cases`` follows when all cases of one thing are over. ``by: exchange`` follows from what
    another system says, as an exchange declares.

    ``by: review`` is what an appeal does to the case whose decision it was about, out of a final state too. In the
    procedure that hears appeals, ``review`` says what an event means for the appeal. What ``executes`` a decision is
    not possible while its effect is suspended.
    """

    event: Identifier
    title: Text
    sources: tuple[Identifier, ...] = Field(alias="from", min_length=1)
    target: Identifier = Field(alias="to")
    by: Identifier
    reason: Literal["none", "optional", "required"] = "none"
    outcome: Literal["none", "granted", "refused"] = "none"
    asks: tuple[AnyField, ...] = ()
    not_by_actor_of: tuple[Identifier, ...] = ()
    drawn: bool = False
    basis: tuple[Basis, ...] = ()
    when: str = ""
    otherwise: Text | None = None
    needs_opinions: tuple[Identifier, ...] = ()
    effects: tuple[Effect, ...] = ()
    on_lapse: Identifier | None = None
    supplement: Supplement | None = None
    sign_off: Identifier | None = None
    review: ReviewAct | None = None
    executes: bool = False

    @property
    def asks_more(self) -> bool:
        """Say whether whoever fires it enters more than a reason: fields, or the items of a supplement."""
        return bool(self.asks) or self.supplement is not None

    @model_validator(mode="after")
    def _who_was_drawn_is_an_official(self) -> Transition:
        if self.drawn and (self.by in NO_OFFICE or self.sign_off):
            raise ValueError(f"event {self.event!r}: only a role that fires it itself can be drawn; take drawn out")
        return self

    @model_validator(mode="after")
    def _a_guard_says_why(self) -> Transition:
        if bool(self.when) != (self.otherwise is not None):
            raise ValueError(f"event {self.event!r}: when and otherwise stand together; say why it is not possible")
        return self

    @model_validator(mode="after")
    def _a_lapse_asks_nobody(self) -> Transition:
        if (self.by == MACHINE) != (self.on_lapse is not None):
            raise ValueError(f"event {self.event!r}: by: machine and on_lapse stand together; write both or neither")
        if self.on_lapse and (self.reason != "none" or self.asks or self.not_by_actor_of or self.when):
            raise ValueError(f"event {self.event!r}: a lapse asks nobody; take reason, asks, not_by_actor_of, when out")
        return self

    @model_validator(mode="after")
    def _a_review_asks_nobody(self) -> Transition:
        if self.by == REVIEW and (self.asks or self.when or self.not_by_actor_of or self.review):
            raise ValueError(f"event {self.event!r}: a review moves the case by itself; take asks, when, review out")
        if self.on_lapse and self.executes:
            raise ValueError(f"event {self.event!r}: a lapse waits for no suspension; take executes away")
        return self
