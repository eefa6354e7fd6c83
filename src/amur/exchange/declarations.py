"""What a pack can say about another system: whose it is, what is told to it, what it tells us, what is compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import Field, model_validator

from amur.base.declared import Basis, Carrier, Declared, Identifier, Text
from amur.base.fields import AnyField, FieldDeclaration
from amur.exchange.parts import Compared, SentFiles, TakenFiles, TaskOpened

ValueType: TypeAlias = Literal["text", "texts", "integer", "decimal", "boolean", "date", "instant"]
Way: TypeAlias = Literal["api", "file"]

WRITTEN, ENDED = "written", "ended"
"""In place of an event of a register: its record was written, anew or again, or ended without a declared event."""


class CodeMap(Declared):
    """Our codes and theirs, one for one: ``codes`` leads from ours to theirs, and backwards from theirs to ours.

    With ``codelist`` each code of ours is one of that list, and each code of the list that may still be chosen has its
    counterpart. Where several of ours are one of theirs, ``back`` says which of ours is meant when they send it.
    """

    id: Identifier
    codelist: Identifier | None = None
    codes: dict[str, str] = Field(min_length=1)
    back: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _leads_back_to_one(self) -> CodeMap:
        theirs = list(self.codes.values())
        for code in theirs:
            if theirs.count(code) > 1 and code not in self.back:
                raise ValueError(f"several of our codes are {code!r} there; say in back which is meant when it comes")
        for code, ours in self.back.items():
            if ours not in self.codes:
                raise ValueError(f"back leads from {code!r} to {ours!r}, which is no code of this map; correct it")
        return self


class MessageField(Declared):
    """One field of a message: its name in their words, and its value as an expression.

    The expression of a message about a case reads ``form``, ``case``, ``event``, ``party``, ``theirs`` and ``today``;
    of one about a record ``record``, ``entry``, ``theirs`` and ``today``. With ``codes`` its text is one of our codes
    and goes out as theirs; a code without a counterpart stops the message, which then says so on the desk. ``texts`` is
    a list of them, each with its code, told as a list or with ``join`` as one text with that between them. A field that
    is not ``required`` is left out where there is no value.
    """

    name: str = Field(min_length=1, max_length=120)
    value: str = Field(min_length=1)
    type: ValueType = "text"
    codes: Identifier | None = None
    join: str = Field(default="", max_length=3)
    required: bool = True

    @model_validator(mode="after")
    def _codes_are_texts(self) -> MessageField:
        if self.codes and self.type not in {"text", "texts"}:
            raise ValueError(f"field {self.name!r} has codes and is {self.type}; a code is text")
        if self.join and self.type != "texts":
            raise ValueError(f"field {self.name!r} has join and is {self.type}; only texts are joined")
        return self


class Receipt(Declared):
    """What shows that a message arrived: their number for it, within a time; overdue ones are shown on the desk.

    The first number that they give for a case is the one by which they know it (``theirs.number``).

    ``fires`` and ``refused`` are events of the case, by arrows ``by: exchange``, that follow when they take the message
    or do not want it at all. The reason they give is the reason of the event.
    """

    hours: int | None = Field(default=None, gt=0, le=720)
    working_days: int | None = Field(default=None, gt=0, le=60)
    fires: Identifier | None = None
    refused: Identifier | None = None

    @model_validator(mode="after")
    def _has_one_time(self) -> Receipt:
        if (self.hours is None) == (self.working_days is None):
            raise ValueError("a receipt comes within hours or within working_days; give one of the two")
        return self


class Retry(Declared):
    """How often a message is sent that did not get through, and how long is waited: each time twice as long."""

    attempts: int = Field(default=10, gt=0, le=50)
    first_minutes: int = Field(default=1, gt=0, le=1440)
    longest_hours: int = Field(default=6, gt=0, le=72)


class Outbound(Declared):
    """A message to the other side, which follows from something that happened here.

    Of a ``procedure``, ``on`` names its events (``submitted``, ``opened`` and ``clock_extended`` among them); of a
    ``register``, its events, ``written`` and ``ended``. ``when`` is a condition over what the fields may read. The
    message is made when the ledger has sealed what happened, once, and tells the case as it then is. ``attachments``
    are the files of the case that go before it, each by its hash.
    """

    id: Identifier
    title: Text
    procedure_id: Identifier | None = Field(default=None, alias="procedure")
    register_id: Identifier | None = Field(default=None, alias="register")
    on: tuple[Identifier, ...] = Field(min_length=1)
    when: str = ""
    fields: tuple[MessageField, ...] = Field(min_length=1)
    attachments: SentFiles = ()
    receipt: Receipt

    @model_validator(mode="after")
    def _is_about_one_thing(self) -> Outbound:
        _check_one(self.procedure_id, self.register_id, self.id)
        if self.register_id and (self.receipt.fires or self.receipt.refused):
            raise ValueError(f"message {self.id!r} is about a record, and its receipt moves a case; take that away")
        _check_once(f"message {self.id!r}: field", [field.name for field in self.fields])
        return self


class FireEvent(Declared):
    """A message moves a case. ``case`` is an expression that gives our number of it, or with ``known_by`` theirs.

    The arrow is ``by: exchange``, or ``by`` the role that the message ``acts_as``. ``asks`` fills what the arrow asks.
    ``when`` must hold for the case that was found: it reads ``form``, ``case``, ``message`` and ``sender``.
    """

    do: Literal["fire_event"]
    procedure_id: Identifier = Field(alias="procedure")
    event: Identifier
    case: str = Field(min_length=1)
    known_by: Literal["number", "their_number"] = "their_number"
    acts_as: Identifier | None = None
    asks: dict[Identifier, str] = Field(default_factory=dict)
    reason: str = ""
    when: str = ""


class OfFirm(Declared):
    """Whose case a message opens: the field of its form with the identifier of an enterprise, and its scheme."""

    scheme: Identifier
    field: Identifier


class BeginCase(Declared):
    """A message opens a case: each field of its form takes its value from an expression over ``message``.

    Under ``their_number`` later messages find it; one number of theirs opens one case of a procedure. With ``firm`` it
    is the case of that enterprise, if somebody acts for it here; else of whoever holds the query code.
    """

    do: Literal["open_case"]
    procedure_id: Identifier = Field(alias="procedure")
    their_number: str = Field(min_length=1)
    values: dict[Identifier, str] = Field(min_length=1)
    channel: Literal["hotline", "file"] = "file"
    firm: OfFirm | None = None


class EnterRecord(Declared):
    """A message writes a record of a register that an office keeps; what it says of a known one is the next version."""

    do: Literal["write_record"]
    register_id: Identifier = Field(alias="register")
    key: str = Field(min_length=1)
    values: dict[Identifier, str] = Field(min_length=1)
    valid_from: str = "today"
    valid_to: str = ""
    acts_as: Identifier | None = None


Doing: TypeAlias = Annotated[FireEvent | BeginCase | EnterRecord, Field(discriminator="do")]


class Listed(Declared):
    """Rows as the other side gives them: fields, how their columns are called, and whose codes are in them.

    In a file a column is called as ``columns`` says, else by the title of the field in any language, else by its id. In
    a call the names of ``columns``, or the ids, are the keys of the object. A field that ``codes`` names holds one of
    their codes, and becomes ours.
    """

    fields: tuple[AnyField, ...] = Field(min_length=1)
    columns: dict[Identifier, str] = Field(default_factory=dict)
    codes: dict[Identifier, Identifier] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_its_own_fields(self) -> Listed:
        names = [field.id for field in self.fields]
        _check_once("field", names)
        for place in ("columns", "codes"):
            for name in getattr(self, place):
                if name not in names:
                    raise ValueError(f"{place} names the unknown field {name!r}; choose from {', '.join(names)}")
        return self

    def field(self, name: str) -> FieldDeclaration | None:
        """Return the field of an id, or None."""
        return next((field for field in self.fields if field.id == name), None)


class Inbound(Listed):
    """A message from the other side, by file, by call, or typed in by an official: what it says and what it does.

    ``message_id`` names the field by which a message is known again: the same once more does nothing, the same with
    something else in it is refused. ``senders`` names a code list of those who send, where there are several: a call
    comes from one, and a file is taken in for one; expressions read it as ``sender``. ``attachments`` are the files
    that it may bring, each of which becomes the file of a field.
    """

    id: Identifier
    title: Text
    by: tuple[Way, ...] = Field(default=("api", "file"), min_length=1)
    message_id: Identifier
    senders: Identifier | None = None
    attachments: TakenFiles = ()
    does: Doing

    @model_validator(mode="after")
    def _is_known_by_a_field(self) -> Inbound:
        found = self.field(self.message_id)
        if found is None or not found.required:
            raise ValueError(f"message_id names {self.message_id!r}, which is no required field of the message")
        return self


class Reconciliation(Listed):
    """A comparison of what both hold: their list, by file or by call, against our cases or records.

    Theirs is known by the field ``key``; ours by ``ours``: our ``number`` of the case, ``their_number`` of it, or the
    ``key`` of the record. ``expected`` is a condition: which of ours they must list. With ``daily_at`` the list is
    asked for by call each day at that hour. What differs stays shown until it agrees again or somebody resolves it with
    a reason; with ``opens`` it opens a case as well.
    """

    id: Identifier
    title: Text
    by: tuple[Way, ...] = Field(default=("api", "file"), min_length=1)
    procedure_id: Identifier | None = Field(default=None, alias="procedure")
    register_id: Identifier | None = Field(default=None, alias="register")
    key: Identifier
    ours: Literal["number", "their_number", "key"]
    expected: str = ""
    compare: tuple[Compared, ...] = ()
    daily_at: int | None = Field(default=None, ge=0, le=23)
    opens: TaskOpened | None = None

    @model_validator(mode="after")
    def _compares_one_thing(self) -> Reconciliation:
        _check_one(self.procedure_id, self.register_id, self.id)
        if (self.ours == "key") != (self.register_id is not None):
            raise ValueError("a record is known by its key, a case by number or their_number; correct ours")
        if (self.daily_at is not None) and "api" not in self.by:
            raise ValueError("daily_at asks by call; add api to by, or take daily_at away")
        for name in (self.key, *(one.field for one in self.compare)):
            if self.field(name) is None:
                raise ValueError(f"{name!r} is no field of the list; declare it among its fields")
        return self

    @property
    def compared(self) -> tuple[str, ...]:
        """Return the fields of the list that are compared."""
        return tuple(one.field for one in self.compare)


class ExchangeDeclaration(Carrier):
    """Hand-over to and from another system, which decides or keeps the authoritative record.

    ``whose`` system it is, how it is called (``system``) and who decides there (``decides``) is said on every page of
    what names this exchange as its ``system_of_record``. The roles ``by`` of the ``body`` see what was handed over, try
    again, take files in and resolve differences. Where the other side lives, and with which key, is said by the
    installation. Where it says nothing, or ``ways`` names no ``api``, messages wait to be handed over as a file.
    """

    kind: Literal["exchange"] = "exchange"
    whose: Literal["national", "provincial", "operator", "other"]
    system: Text
    decides: Text
    summary: Text
    body_id: Identifier = Field(alias="body")
    by: tuple[Identifier, ...] = Field(min_length=1)
    ways: tuple[Way, ...] = Field(default=("api", "file"), min_length=1)
    codes: tuple[CodeMap, ...] = ()
    retry: Retry = Retry()
    outbound: tuple[Outbound, ...] = ()
    inbound: tuple[Inbound, ...] = ()
    reconciliation: tuple[Reconciliation, ...] = ()
    basis: tuple[Basis, ...] = ()

    @model_validator(mode="after")
    def _names_what_it_declares(self) -> ExchangeDeclaration:
        for what, names in (
            ("code map", [one.id for one in self.codes]),
            ("outbound message", [one.id for one in self.outbound]),
            ("inbound message", [one.id for one in self.inbound]),
            ("reconciliation", [one.id for one in self.reconciliation]),
        ):
            _check_once(what, names)
        if "receipts" in [*(one.id for one in self.inbound), *(one.id for one in self.reconciliation)]:
            raise ValueError("found 'receipts', which is how the receipts for our messages come; give it another id")
        if not (self.outbound or self.inbound or self.reconciliation):
            raise ValueError("found no outbound, no inbound and no reconciliation; declare what goes to and fro")
        maps = {one.id for one in self.codes}
        for name in self._maps_used():
            if name not in maps:
                raise ValueError(f"unknown code map {name!r}; declare it under codes")
        return self

    def code_map(self, name: str) -> CodeMap:
        """Return a code map.

        Raises:
            KeyError: if there is none of this id.
        """
        return _of(self.codes, name)

    def sends(self, name: str) -> Outbound:
        """Return an outbound message.

        Raises:
            KeyError: if there is none of this id.
        """
        return _of(self.outbound, name)

    def hears(self, name: str) -> Inbound:
        """Return an inbound message.

        Raises:
            KeyError: if there is none of this id.
        """
        return _of(self.inbound, name)

    def compares(self, name: str) -> Reconciliation:
        """Return a reconciliation.

        Raises:
            KeyError: if there is none of this id.
        """
        return _of(self.reconciliation, name)

    @property
    def about(self) -> frozenset[tuple[str, str]]:
        """Return the carriers that it is about, each as kind and id."""
        named = [(one.procedure_id, one.register_id) for one in self.outbound]
        named += [(one.procedure_id, one.register_id) for one in self.reconciliation]
        named += [
            (None, one.does.register_id) if isinstance(one.does, EnterRecord) else (one.does.procedure_id, None)
            for one in self.inbound
        ]
        return frozenset(("procedure", one) if one else ("register", str(other)) for one, other in named)

    @property
    def opened(self) -> frozenset[str]:
        """Return the procedures of which a message or a difference opens cases."""
        told = {one.does.procedure_id for one in self.inbound if isinstance(one.does, BeginCase)}
        return frozenset(told | {one.opens.procedure_id for one in self.reconciliation if one.opens})

    def _maps_used(self) -> Iterator[str]:
        yield from (field.codes for one in self.outbound for field in one.fields if field.codes)
        yield from (name for listed in (*self.inbound, *self.reconciliation) for name in listed.codes.values())


_Named = TypeVar("_Named", CodeMap, Outbound, Inbound, Reconciliation)


def _of(found: Iterable[_Named], name: str) -> _Named:
    for one in found:
        if one.id == name:
            return one
    raise KeyError(name)


def _check_one(procedure: str | None, register: str | None, name: str) -> None:
    if (procedure is None) == (register is None):
        raise ValueError(f"{name!r} is about a procedure or about a register; name one of the two")


def _check_once(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"found {what} {name!r} twice; give each one id")
        seen.add(name)
