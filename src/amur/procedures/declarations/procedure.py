"""What a pack says about a procedure as a whole."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Carrier, Erasure, Identifier, Text
from amur.base.fields import FieldDeclaration
from amur.procedures.appeals.declarations import Appeal
from amur.procedures.clocks import Clock
from amur.procedures.commitment.declarations import Commitment
from amur.procedures.correcting.declarations import CorrectionRule
from amur.procedures.cosigning.declarations import CoSigning
from amur.procedures.declarations.forms import Page
from amur.procedures.declarations.states import State
from amur.procedures.declarations.texts import DocumentTemplate, Question
from amur.procedures.declarations.transitions import APPLICANT, NO_OFFICE, Transition
from amur.procedures.declarations.waiving import bringing, spared
from amur.procedures.fees.declarations import Fee
from amur.procedures.filling.declarations import Precheck, Prefill
from amur.procedures.hearings.declarations import HearingDeclaration
from amur.procedures.items.declarations import Item
from amur.procedures.joint.declarations import Joint
from amur.procedures.missing.declarations import MayBeMissing
from amur.procedures.notices.declarations import Addresses
from amur.procedures.onething.declarations import OneThing
from amur.procedures.open311.declarations import Open311
from amur.procedures.opinions.declarations import OpinionRound
from amur.procedures.phrases.declarations import Phrase
from amur.procedures.ratings.declarations import RatingDeclaration
from amur.procedures.recusal.declarations import RecusalRule
from amur.procedures.signing.declarations import Chain
from amur.procedures.ties.declarations import Ties
from amur.procedures.window.declarations import Window


class ProcedureDeclaration(Carrier):
    """A procedure. Its form, queue, clocks, permissions, notices, status page and API are derived from this.

    In the yes-or-no ``online_service_field`` of its form the party agrees to be served documents in the portal.

    ``sample`` holds answers, as somebody would type them, of a form that is filled in well.

    ``values`` are the dated values that its decisions use, as they are in force on the ``reference_date``; a decision
    keeps them. With ``opened_only`` nobody applies for it: a case begins as an effect of another. A case that is due
    within ``urgent_within`` working days is nearly late: its light says so, and it stands among the urgent ones.
    """

    kind: Literal["procedure"] = "procedure"
    summary: Text
    for_whom: Text
    fee: Text
    result: Text
    minutes: int = Field(gt=0)
    series: str = Field(pattern=r"^[A-Z]{2,6}$")
    body_id: Identifier = Field(alias="body")
    region_field: Identifier | None = None
    subject_field: Identifier
    opened_only: bool = False
    pages: tuple[Page, ...] = Field(min_length=1)
    declaration: Text
    prefill: tuple[Prefill, ...] = ()
    checks: tuple[Precheck, ...] = ()
    cosign: CoSigning | None = None
    sample: dict[str, str] = Field(default_factory=dict)
    states: tuple[State, ...] = Field(min_length=2)
    initial: Identifier
    transitions: tuple[Transition, ...] = Field(min_length=1)
    clocks: tuple[Clock, ...] = ()
    documents: tuple[DocumentTemplate, ...] = ()
    notices: Addresses | None = None
    open311: Open311 | None = None
    opinions: tuple[OpinionRound, ...] = ()
    joint: Joint | None = None
    commitment: Commitment | None = None
    may_be_missing: MayBeMissing | None = None
    one_thing: OneThing | None = None
    online_service_field: Identifier | None = None
    values: tuple[Identifier, ...] = ()
    fees: tuple[Fee, ...] = ()
    reference_date: Literal["submitted_on", "accepted_on", "decided_on"] = "accepted_on"
    basis: tuple[Basis, ...] = Field(min_length=1)
    sign_offs: tuple[Chain, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    appeal: Appeal
    hearing: HearingDeclaration | None = None
    rating: RatingDeclaration | None = None
    questions: tuple[Question, ...] = ()
    draft_days: int = Field(default=30, gt=0, le=365)
    urgent_within: int = Field(default=5, gt=0, le=60)
    retention_years: int = Field(gt=0)
    erasure: Erasure | None = None
    recusal: RecusalRule | None = None
    correction: CorrectionRule | None = None
    ties: Ties | None = None
    window: Window | None = None
    item: Item | None = None

    @model_validator(mode="after")
    def _asks_for_less(self) -> ProcedureDeclaration:
        """Write into the form what follows from a promise or from what comes later, so that all doors ask the same."""
        waived = [pair for rule in (self.commitment, self.may_be_missing) if rule for pair in rule.waived]
        if waived:
            object.__setattr__(self, "pages", spared(self.pages, waived))
        if self.may_be_missing:
            object.__setattr__(self, "transitions", bringing(self.transitions, self.may_be_missing, self.fields))
        return self

    @cached_property
    def fields(self) -> tuple[FieldDeclaration, ...]:
        """Return the fields of all pages in their order."""
        return tuple(field for page in self.pages for field in page.fields)

    @cached_property
    def data_fields(self) -> tuple[FieldDeclaration, ...]:
        """Return all fields that the data of a case may hold: those of the form, then those that arrows ask."""
        fields = {field.id: field for field in self.fields}
        for transition in self.transitions:
            for field in transition.asks:
                fields.setdefault(field.id, field)
        return tuple(fields.values())

    @cached_property
    def every_state(self) -> tuple[State, ...]:
        """Return all states, each before those that it holds."""
        return tuple(state for outer in self.states for state in outer.every())

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.id: state for state in self.every_state}

    @cached_property
    def accepting(self) -> frozenset[str]:
        """Return the states that say that whoever enters them has been accepted."""
        return frozenset(state.id for state in self.every_state if state.accepting)

    @cached_property
    def asks_supplements(self) -> bool:
        """Say whether any arrow asks for a supplement."""
        return any(arrow.supplement for arrow in self.transitions)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Return the roles that work on a case; whoever extends a clock, is reminded, withdraws or erases is one."""
        erasers = {self.erasure.by} if self.erasure else set()
        erasers |= {role for one in (self.hearing, self.rating) if one for role in one.by}
        extenders = {role for clock in self.clocks if clock.extension for role in clock.extension.by}
        signers = {step.by for chain in self.sign_offs for step in chain.steps if step.body_id in {None, self.body_id}}
        movers = frozenset(transition.by for transition in self.transitions) - NO_OFFICE
        told = {rung.to for clock in self.clocks for rung in clock.remind} - {APPLICANT}
        withdrawing = {self.recusal.by} if self.recusal else set()
        withdrawing |= set(self.correction.by) if self.correction else set()
        collecting = {role for fee in self.fees for role in fee.by}
        together = self.joint.askers if self.joint else frozenset()
        taking_in = {self.window.by} if self.window else set()
        tying = self.ties.roles if self.ties else frozenset()
        return movers | together | tying | erasers | extenders | signers | told | withdrawing | collecting | taking_in

    @cached_property
    def hears_appeals(self) -> bool:
        """Say whether this is a procedure by which appeals are heard."""
        return any(transition.review for transition in self.transitions)

    @cached_property
    def office_states(self) -> frozenset[str]:
        """Return the states out of which, or out of what is around or inside, an office can move a case."""
        office = [arrow for arrow in self.transitions if arrow.by not in NO_OFFICE]
        return frozenset(name for arrow in office for source in arrow.sources for name in self.near(source))

    def page(self, name: str) -> Page:
        """Return a page of the form.

        Raises:
            KeyError: if there is none of this id.
        """
        for page in self.pages:
            if page.id == name:
                return page
        raise KeyError(name)

    def state(self, name: str) -> State:
        """Return a state.

        Raises:
            KeyError: if there is none of this id.
        """
        return self._states[name]

    def clock(self, name: str) -> Clock:
        """Return a clock.

        Raises:
            KeyError: if there is none of this id.
        """
        for clock in self.clocks:
            if clock.id == name:
                return clock
        raise KeyError(name)

    def document(self, name: str) -> DocumentTemplate:
        """Return the template of a document.

        Raises:
            KeyError: if there is none of this id.
        """
        for document in self.documents:
            if document.id == name:
                return document
        raise KeyError(name)

    def chain(self, name: str) -> Chain:
        """Return a chain of signatures.

        Raises:
            KeyError: if there is none of this id.
        """
        for chain in self.sign_offs:
            if chain.id == name:
                return chain
        raise KeyError(name)

    def transition(self, event: str, source: str) -> Transition | None:
        """Return the arrow of an event out of a state, or None where the event means nothing there.

        A state that is listed for those inside it has their arrows too, and it has those of the states around it.
        """
        named = [one for one in self.transitions if one.event == event]
        for transition in named:
            if source in transition.sources:
                return transition
        near = self.near(source) if named else frozenset()
        return next((one for one in named if near & {*one.sources}), None)

    def near(self, name: str) -> frozenset[str]:
        """Return a state, those around it and those inside it: out of one of these a case that is listed there moves.

        A flat state is alone.
        """
        found: set[str] = {name}
        for state in self.states:
            for one in state.every() if state.states else ():
                held = {inner.id for inner in one.every()}
                found |= held if one.id == name else {one.id} if name in held else set()
        return frozenset(found)

    @model_validator(mode="after")
    def _names_are_unique(self) -> ProcedureDeclaration:
        for what, names in (
            ("page", [page.id for page in self.pages]),
            ("field", [field.id for field in self.fields]),
            ("state", [state.id for state in self.every_state]),
            ("document", [document.id for document in self.documents]),
            ("round of opinions", [one.id for one in self.opinions]),
            ("sign-off", [chain.id for chain in self.sign_offs]),
            ("phrase", [phrase.id for phrase in self.phrases]),
            ("fee", [fee.id for fee in self.fees]),
            ("arrow", [f"{t.event} from {source}" for t in self.transitions for source in t.sources]),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"found {what} {name!r} twice; give each one id")
        return self
