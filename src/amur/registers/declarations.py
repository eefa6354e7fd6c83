"""What a pack can say about a register: its fields, the states of its records, who writes and who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Carrier, Declared, Erasure, Identifier, Text
from amur.base.fields import AnyField, FieldDeclaration, GroupField


class RecordState(Declared):
    """A state of a record. In a ``final`` one nothing more happens; one that is not ``in_force`` gives no right."""

    id: Identifier
    title: Text
    in_force: bool = True
    final: bool = False


class RecordEvent(Declared):
    """What may happen to a record, and what that does to its validity. Each time it needs a reason and a source.

    ``does``: ``change`` – only the state; ``suspend`` – until a last day, after which the former state comes back by
    itself (``open_ended``: until it is resumed); ``resume``; ``renew`` – the end moves on; ``end`` – the record ends on
    the day of the event; ``expire`` – happens by itself when the term is over; ``transfer`` – the fields of ``changes``
    get new values; ``merge`` – the holder became part of another one, in all its records at once.
    """

    event: Identifier
    title: Text
    sources: tuple[Identifier, ...] = Field(alias="from", min_length=1)
    target: Identifier = Field(alias="to")
    does: Literal["change", "suspend", "resume", "renew", "end", "expire", "transfer", "merge"] = "change"
    open_ended: bool = False
    changes: tuple[Identifier, ...] = ()
    basis: tuple[Basis, ...] = ()


CURRENT = RecordState(id="current", title=Text(zh="有效", en="In force"))
CLOSED = RecordState(id="closed", title=Text(zh="已终止", en="Ended"), in_force=False, final=True)
CLOSE = RecordEvent(
    event="close", title=Text(zh="登记终止", en="Ended"), **{"from": ("current",), "to": "closed"}, does="end"
)
LAPSE = RecordEvent(
    event="lapse", title=Text(zh="到期终止", en="Term over"), **{"from": ("current",), "to": "closed"}, does="expire"
)
"""States and events of the records of a register that declares none."""


class RegisterDeclaration(Carrier):
    """A register: its fields, which of them name a record in lists, who may write and who may read it.

    Its form, table, filters, search, page, API, CSV and history are derived from this.

    ``key`` names the field that is the record's key; without it the key is given beside the fields. ``entry`` says what
    an entry is in law: ``constitutive`` – the entry itself makes the right, so only a decision writes; ``declaratory``
    – it tells of what is so, and ``kept_by`` names the roles that may write it directly. ``readers`` are the roles that
    may read what is restricted; where none is named, it is whoever holds an office other than an administrator's.
    ``holder`` names the field that says whose the record is.
    """

    kind: Literal["register"] = "register"
    summary: Text
    public: bool = True
    fields: tuple[AnyField, ...] = Field(min_length=1)
    key: Identifier | None = None
    shows: tuple[Identifier, ...] = Field(min_length=1)
    filters: tuple[Identifier, ...] = ()
    entry: Literal["constitutive", "declaratory"] = "declaratory"
    kept_by: tuple[Identifier, ...] = ()
    states: tuple[RecordState, ...] = ()
    events: tuple[RecordEvent, ...] = ()
    holder: Identifier | None = None
    readers: tuple[Identifier, ...] = ()
    basis: tuple[Basis, ...] = ()
    retention_years: int | None = Field(default=None, gt=0)
    erasure: Erasure | None = None

    @model_validator(mode="after")
    def _what_is_named_is_there_once(self) -> RegisterDeclaration:
        names = [field.id for field in self.fields]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found field {name!r} twice; give each field one id")
        for place, wanted in self._named_fields():
            if wanted not in names:
                raise ValueError(f"{place} names the unknown field {wanted!r}; choose from {', '.join(names)}")
        if self.key and not self.field(self.key).required:
            raise ValueError(f"key names the optional field {self.key!r}; every record needs its key, so require it")
        if self.entry == "constitutive" and self.kept_by:
            raise ValueError("found entry: constitutive and kept_by; only a decision writes it, so take kept_by away")
        return self

    @model_validator(mode="after")
    def _states_and_events_fit(self) -> RegisterDeclaration:
        if self.events and not self.states:
            raise ValueError("found events and no states; declare the states that they lead between")
        states = [state.id for state in self.states]
        for name in states:
            if states.count(name) > 1:
                raise ValueError(f"found state {name!r} twice; give each state one id")
        for event in self.events:
            for name in (*event.sources, event.target):
                if name not in states:
                    raise ValueError(f"event {event.event!r} names the unknown state {name!r}; declare it")
        for fault in self._faults_of_events():
            raise ValueError(fault)
        return self

    def field(self, name: str) -> FieldDeclaration:
        """Return a field by its id.

        Raises:
            KeyError: if there is none.
        """
        for field in self.fields:
            if field.id == name:
                return field
        raise KeyError(name)

    @property
    def record_states(self) -> tuple[RecordState, ...]:
        """Return the states of a record, the first being the one in which it is entered."""
        return self.states or (CURRENT, CLOSED)

    @property
    def record_events(self) -> tuple[RecordEvent, ...]:
        """Return what may happen to a record."""
        return self.events if self.states else (CLOSE, LAPSE)

    @property
    def initial_state(self) -> RecordState:
        """Return the state in which a record is entered."""
        return self.record_states[0]

    @property
    def expiry(self) -> RecordEvent | None:
        """Return the event that happens by itself when the term is over, if records have a term."""
        return next((event for event in self.record_events if event.does == "expire"), None)

    def state(self, name: str) -> RecordState:
        """Return a state by its id; one that is declared no more keeps its id as its title."""
        unknown = RecordState(id=name, title=Text(zh=name, en=name), in_force=False)
        return next((state for state in self.record_states if state.id == name), unknown)

    def event(self, name: str, state: str | None = None) -> RecordEvent | None:
        """Return an event by its id, that leads on from a state where one is named."""
        named = [event for event in self.record_events if event.event == name]
        fitting = [event for event in named if state is None or state in event.sources]
        return next(iter(fitting or named), None)

    def _named_fields(self) -> Iterator[tuple[str, str]]:
        for place in ("shows", "filters"):
            yield from ((place, name) for name in getattr(self, place))
        yield from ((place, name) for place in ("key", "holder") if (name := getattr(self, place)))
        for event in self.events:
            yield from ((f"event {event.event!r}", name) for name in event.changes)

    def _faults_of_events(self) -> Iterator[str]:
        seen: set[tuple[str, str]] = set()
        for event in self.events:
            for source in event.sources:
                if self.state(source).final:
                    yield f"event {event.event!r} leads on from the final state {source!r}; make that not final"
                if (event.event, source) in seen:
                    yield f"event {event.event!r} leads on twice from {source!r}; give each way out its own event"
                seen.add((event.event, source))
            yield from self._faults_of_target(event)
            yield from self._faults_of_changes(event)
        if [event.does for event in self.events].count("expire") > 1:
            yield "found two events that expire; a term ends in one way"
        if any(event.does == "renew" for event in self.events) and self.expiry is None:
            yield "found an event that renews and none that expires; say what becomes of a record that is not renewed"

    def _faults_of_target(self, event: RecordEvent) -> Iterator[str]:
        target = self.state(event.target)
        in_force = target.in_force and not target.final
        if event.does in {"suspend", "end", "expire"} and in_force:
            yield f"event {event.event!r} does {event.does}, so {event.target!r} cannot be in_force"
        if event.does in {"resume", "renew"} and not in_force:
            yield f"event {event.event!r} does {event.does}, so {event.target!r} must be in_force"
        resuming = any(one.does == "resume" and event.target in one.sources for one in self.events)
        if event.does == "suspend" and not resuming:
            yield f"nothing resumes from {event.target!r}; declare an event that does resume"

    def _faults_of_changes(self, event: RecordEvent) -> Iterator[str]:
        if event.does == "transfer" and not event.changes:
            yield f"event {event.event!r} transfers nothing; name the fields that it changes"
        if event.does == "merge" and self.holder is None:
            yield f"event {event.event!r} merges holders; name the field of the holder"
        if event.does != "transfer" and event.changes:
            yield f"event {event.event!r} does {event.does} and changes fields; say does: transfer"
        if event.open_ended and event.does != "suspend":
            yield f"event {event.event!r} is open_ended and suspends nothing; take open_ended away"
        if self.key in event.changes:
            yield f"event {event.event!r} changes the key {self.key!r}; a record keeps its key"


def is_open(field: FieldDeclaration) -> bool:
    """Say whether everybody may read a field; of a group, whether they may read all of it."""
    inner = field.fields if isinstance(field, GroupField) else ()
    return field.openness == "public" and all(is_open(one) for one in inner)
