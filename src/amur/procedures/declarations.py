"""What a pack can say about a procedure: form, states, transitions, clocks, effects, appeal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Carrier, Declared, Identifier, Text
from amur.base.fields import AnyField, FieldDeclaration

APPLICANT = "applicant"
"""The party of the case, in place of a role."""


class Page(Declared):
    """One page of the form: it asks one thing, with as many fields as that takes."""

    id: Identifier
    title: Text
    intro: Text | None = None
    why: Text | None = None
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
    """Write a record: each field takes its value by a path or as a literal (see ``engine.resolve``).

    Paths are such as ``form.service_name`` or ``case.number``; literals such as ``'in_force'``, ``12`` or ``true``.
    ``when`` says whether the record must be new or must exist: what changes a record that nobody knows fails.
    """

    do: Literal["write_record"]
    register_id: Identifier = Field(alias="register")
    key: str = "case.number"
    when: Literal["new", "existing", "either"] = "either"
    values: dict[Identifier, str] = Field(min_length=1)


class CloseRecord(Declared):
    """Close a record, which stays readable with its end date."""

    do: Literal["close_record"]
    register_id: Identifier = Field(alias="register")
    key: str


class Notify(Declared):
    """Tell the party, in the words of the pack; the template's place in the pinned declaration is its version."""

    do: Literal["notify"]
    subject: Text
    body: Text


Effect = Annotated[WriteRecord | CloseRecord | Notify, Field(discriminator="do")]


class Transition(Declared):
    """An arrow: who may fire it, what it asks for, what follows from it.

    What is entered in the fields that it ``asks`` joins the data of the case: a field of the form is corrected.
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
    effects: tuple[Effect, ...] = ()


class Clock(Declared):
    """A statutory period in working days: it starts when a state is entered, waits in some, and stops in others."""

    id: Identifier
    title: Text
    working_days: int = Field(gt=0, le=400)
    start: tuple[Identifier, ...] = Field(min_length=1)
    pause: tuple[Identifier, ...] = ()
    stop: tuple[Identifier, ...] = Field(min_length=1)
    promise_working_days: int | None = Field(default=None, gt=0)
    basis: tuple[Basis, ...] = Field(min_length=1)


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
        """Return the roles that work on a case."""
        return frozenset(transition.by for transition in self.transitions) - {APPLICANT}

    @property
    def office_states(self) -> frozenset[str]:
        """Return the states out of which an office can move a case."""
        return frozenset(source for arrow in self.transitions if arrow.by != APPLICANT for source in arrow.sources)

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
