"""What a pack can say about a procedure: form, states, transitions, clocks, effects, appeal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Carrier, Declared, Erasure, Identifier, Text
from amur.base.fields import AnyField, FieldDeclaration
from amur.procedures.clocks import Clock
from amur.procedures.effects import Effect, Notify, StartClock

APPLICANT = "applicant"
"""The party of the case, in place of a role."""
MACHINE = "machine"
"""Nobody, in place of a role: what follows from the lapse of a clock alone."""


class Page(Declared):
    """One page of the form: it asks one thing, with as many fields as that takes.

    A page with ``when`` is asked where that expression holds. It sees the answers that stand before it.
    """

    id: Identifier
    title: Text
    intro: Text | None = None
    why: Text | None = None
    when: str = ""
    fields: tuple[AnyField, ...] = Field(min_length=1)


StateEffect = Annotated[StartClock | Notify, Field(discriminator="do")]


class State(Declared):
    """A state of the case, and the answer it gives to the one question of the party: where does my case stand?

    Entering a state that is ``accepting`` accepts the case; where no state says so, the first clock to start does.

    A state may hold ``states``: one of them is active at a time, first the ``initial`` one, or all at once if it is
    ``parallel``. A final one inside ends only the state around it; ``then`` is where the case goes on when that has
    happened, in every part of a parallel one. With ``history`` a case that comes back takes up where it left: in the
    state directly inside, or ``deep`` in the innermost.

    ``enter`` and ``leave`` tell the party or start a clock whenever a case does so. What writes a record, opens a case
    or issues a document follows from an event, for which somebody answers.
    """

    id: Identifier
    title: Text
    answer: Text
    needs_applicant: bool = False
    accepting: bool = False
    final: bool = False
    states: tuple[State, ...] = ()
    initial: Identifier | None = None
    parallel: bool = False
    history: Literal["shallow", "deep"] | None = None
    then: Identifier | None = None
    enter: tuple[StateEffect, ...] = ()
    leave: tuple[StateEffect, ...] = ()

    @model_validator(mode="after")
    def _holds_states(self) -> State:
        said = [name for name in ("initial", "parallel", "history", "then") if getattr(self, name)]
        if said and not self.states:
            raise ValueError(f"state {self.id!r}: {', '.join(said)} say how its states go, and it holds none")
        if self.parallel and self.initial:
            raise ValueError(f"state {self.id!r}: a parallel state begins with all that it holds; take initial away")
        if self.final and (self.states or self.leave):
            raise ValueError(f"state {self.id!r}: a final state is not left and holds none; take final or those away")
        if self.parallel and any(state.final for state in self.states):
            raise ValueError(f"state {self.id!r}: a part of a parallel state holds a final state and is none itself")
        return self

    def every(self) -> Iterator[State]:
        """Yield the state and all that it holds, each before what is inside it."""
        yield self
        for state in self.states:
            yield from state.every()


class DocumentTemplate(Declared):
    """A document that the procedure issues, in the words of the pack, in each language that its texts are written in.

    Texts may name in braces what a notice may, and ``issued_on``, ``document`` (its own number) and ``body`` (who
    issues it); ``values`` adds places, each an expression whose value is shown as its field shows it.
    """

    id: Identifier
    title: Text
    series: str = Field(pattern=r"^[A-Z]{2,6}$")
    paragraphs: tuple[Text, ...] = Field(min_length=1)
    values: dict[Identifier, str] = Field(default_factory=dict)


class Transition(Declared):
    """An arrow: who may fire it, what it asks for, what follows from it.

    What is entered in the fields that it ``asks`` joins the data of the case: a field of the form is corrected. With
    ``when`` it is possible only where that expression holds; ``otherwise`` says in plain words why it is not.

    With ``on_lapse`` the law itself fires it, by ``machine``: when that clock's last day or hour is over.
    Nobody is asked for anything then.
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
    basis: tuple[Basis, ...] = ()
    when: str = ""
    otherwise: Text | None = None
    effects: tuple[Effect, ...] = ()
    on_lapse: Identifier | None = None

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


class Appeal(Declared):
    """Where and until when a refusal can be contested."""

    title: Text
    body: Text
    within: Text
    basis: tuple[Basis, ...] = Field(min_length=1)


class Question(Declared):
    """A question that people ask, with its answer."""

    asked: Text
    answer: Text


class ProcedureDeclaration(Carrier):
    """A procedure. Its form, queue, clocks, permissions, notices, status page and API are derived from this.

    ``values`` are the dated values that its decisions use, as they are in force on the ``reference_date``; a decision
    keeps them. With ``opened_only`` nobody applies for it: a case begins as an effect of another.
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
    states: tuple[State, ...] = Field(min_length=2)
    initial: Identifier
    transitions: tuple[Transition, ...] = Field(min_length=1)
    clocks: tuple[Clock, ...] = ()
    documents: tuple[DocumentTemplate, ...] = ()
    values: tuple[Identifier, ...] = ()
    reference_date: Literal["submitted_on", "accepted_on", "decided_on"] = "accepted_on"
    basis: tuple[Basis, ...] = Field(min_length=1)
    appeal: Appeal
    questions: tuple[Question, ...] = ()
    draft_days: int = Field(default=30, gt=0, le=365)
    retention_years: int = Field(gt=0)
    erasure: Erasure | None = None

    @property
    def fields(self) -> tuple[FieldDeclaration, ...]:
        """Return the fields of all pages in their order."""
        return tuple(field for page in self.pages for field in page.fields)

    @property
    def data_fields(self) -> tuple[FieldDeclaration, ...]:
        """Return all fields that the data of a case may hold: those of the form, then those that arrows ask."""
        fields = {field.id: field for field in self.fields}
        for transition in self.transitions:
            for field in transition.asks:
                fields.setdefault(field.id, field)
        return tuple(fields.values())

    @property
    def every_state(self) -> tuple[State, ...]:
        """Return all states, each before those that it holds."""
        return tuple(state for outer in self.states for state in outer.every())

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles that work on a case; whoever may extend a clock or erase what is personal is one."""
        erasers = {self.erasure.by} if self.erasure else set()
        extenders = {role for clock in self.clocks if clock.extension for role in clock.extension.by}
        return frozenset(transition.by for transition in self.transitions) - {APPLICANT, MACHINE} | erasers | extenders

    @property
    def office_states(self) -> frozenset[str]:
        """Return the states out of which, or out of what is around or inside, an office can move a case."""
        office = [arrow for arrow in self.transitions if arrow.by not in {APPLICANT, MACHINE}]
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
        for state in self.states:
            if state.id == name:
                return state
        for state in self.every_state:
            if state.id == name:
                return state
        raise KeyError(name)

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
            ("arrow", [f"{t.event} from {source}" for t in self.transitions for source in t.sources]),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"found {what} {name!r} twice; give each one id")
        return self
