"""What a pack can say about a procedure: form, states, transitions, clocks, effects, appeal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Carrier, Declared, Erasure, Identifier, Text
from amur.base.fields import AnyField, FieldDeclaration
from amur.procedures.clocks import Clock

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


class State(Declared):
    """A state of the case, and the answer it gives to the one question of the party: where does my case stand?

    Entering a state that is ``accepting`` accepts the case; where no state says so, the first clock to start does.
    """

    id: Identifier
    title: Text
    answer: Text
    needs_applicant: bool = False
    accepting: bool = False
    final: bool = False


class WriteRecord(Declared):
    """Write a record: each field takes its value from an expression.

    A path alone, such as ``form.service_name`` or ``case.number``, copies what stands there, an empty answer too;
    anything else, such as ``form.watts * 2``, must have a value of the field's kind. ``when`` says whether the record
    must be new or must exist: what changes a record that nobody knows fails.
    """

    do: Literal["write_record"]
    register_id: Identifier = Field(alias="register")
    key: str = "case.number"
    when: Literal["new", "existing", "either"] = "either"
    values: dict[Identifier, str] = Field(min_length=1)


class CorrectRecord(Declared):
    """Correct what was known of a record from a past day on; what was known before stays readable."""

    do: Literal["correct_record"]
    register_id: Identifier = Field(alias="register")
    key: str
    valid_from: str
    values: dict[Identifier, str] = Field(min_length=1)


class CloseRecord(Declared):
    """Close a record, which stays readable with its end date."""

    do: Literal["close_record"]
    register_id: Identifier = Field(alias="register")
    key: str


class ChangeState(Declared):
    """Let an event that its register declares happen to a record: suspend, renew, revoke, transfer.

    ``until`` is the last day of a suspension and ``valid_to`` the new end that a renewal sets, each an expression of a
    date; ``values`` is what a transfer changes.
    """

    do: Literal["change_state"]
    register_id: Identifier = Field(alias="register")
    key: str
    event: Identifier
    until: str = ""
    valid_to: str = ""
    values: dict[Identifier, str] = Field(default_factory=dict)


class StartClock(Declared):
    """Start a clock of the case that no state starts here; one that runs already goes on."""

    do: Literal["start_clock"]
    clock: Identifier


class Notify(Declared):
    """Tell the party, in the words of the pack; the template's place in the pinned declaration is its version."""

    do: Literal["notify"]
    subject: Text
    body: Text


RecordEffect = WriteRecord | CorrectRecord | CloseRecord | ChangeState
Effect = Annotated[RecordEffect | StartClock | Notify, Field(discriminator="do")]


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
    keeps them.
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
    pages: tuple[Page, ...] = Field(min_length=1)
    declaration: Text
    states: tuple[State, ...] = Field(min_length=2)
    initial: Identifier
    transitions: tuple[Transition, ...] = Field(min_length=1)
    clocks: tuple[Clock, ...] = ()
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
    def roles(self) -> frozenset[str]:
        """Return the roles that work on a case; whoever may extend a clock or erase what is personal is one."""
        erasers = {self.erasure.by} if self.erasure else set()
        extenders = {role for clock in self.clocks if clock.extension for role in clock.extension.by}
        return frozenset(transition.by for transition in self.transitions) - {APPLICANT, MACHINE} | erasers | extenders

    @property
    def office_states(self) -> frozenset[str]:
        """Return the states out of which an office can move a case."""
        office = [arrow for arrow in self.transitions if arrow.by not in {APPLICANT, MACHINE}]
        return frozenset(source for arrow in office for source in arrow.sources)

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

    def transition(self, event: str, source: str) -> Transition | None:
        """Return the arrow of an event out of a state, or None where the event means nothing there."""
        for transition in self.transitions:
            if transition.event == event and source in transition.sources:
                return transition
        return None

    @model_validator(mode="after")
    def _names_are_unique(self) -> ProcedureDeclaration:
        for what, names in (
            ("page", [page.id for page in self.pages]),
            ("field", [field.id for field in self.fields]),
            ("state", [state.id for state in self.states]),
            ("arrow", [f"{t.event} from {source}" for t in self.transitions for source in t.sources]),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"found {what} {name!r} twice; give each one id")
        return self
