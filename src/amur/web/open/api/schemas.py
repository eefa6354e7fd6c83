"""What the interface answers with: the shapes that its reference is generated from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema

from amur.base.declared import Basis, Carrier, Text
from amur.exchange.reads import system_of


class Problem(Schema):
    """What went wrong, by RFC 9457."""

    type: str
    title: str
    detail: str
    status: int


class Said(Schema):
    """A text in Chinese and in English."""

    zh: str
    en: str


def said(text: Text) -> Said:
    """Return the two languages that are always there."""
    return Said(zh=text.zh, en=text.en)


class BasisOut(Schema):
    """A legal basis; verified says whether somebody has compared it with the official source."""

    title: Said
    article: str
    valid_from: date | None
    valid_to: date | None
    source: str
    verified: bool


def basis_out(basis: Basis) -> BasisOut:
    """Return a basis as the interface shows it."""
    return BasisOut(
        title=said(basis.title),
        article=basis.article,
        valid_from=basis.valid_from,
        valid_to=basis.valid_to,
        source=basis.source,
        verified=basis.verified,
    )


class ExtensionOut(Schema):
    """By how much a period may be made longer, once, in its own unit."""

    at_most: int
    basis: list[BasisOut]


class ClockOut(Schema):
    """A period by law, in its unit, and as promised. ``working_days`` is there where that is the unit."""

    id: str
    title: Said
    amount: int
    unit: Literal["working_days", "days", "hours", "months", "years"]
    last_day: Literal["as_is", "next_working_day", "previous_working_day"]
    working_days: int | None
    promise_working_days: int | None
    extension: ExtensionOut | None
    basis: list[BasisOut]


class SystemOut(Schema):
    """Another system that decides, or keeps the record that counts; not_handed_over is why nothing goes there."""

    whose: Literal["national", "provincial", "operator", "other"]
    title: Said
    decides: Said
    exchange: str | None
    not_handed_over: Said | None


def system_out(carrier: Carrier) -> SystemOut | None:
    """Return the system whose record of a carrier counts, null where it is this one."""
    found = system_of(carrier)
    if found is None:
        return None
    return SystemOut(
        whose=found.whose,
        title=said(found.title),
        decides=said(found.decides),
        exchange=found.exchange or None,
        not_handed_over=said(found.no_exchange) if found.no_exchange else None,
    )


class ServiceOut(Schema):
    """A service that can be asked for."""

    id: str
    title: Said
    summary: Said
    for_whom: Said
    fee: Said
    result: Said
    minutes: int
    carries_out: list[str]
    declaration_hash: str
    clocks: list[ClockOut]
    basis: list[BasisOut]
    system_of_record: SystemOut | None = Field(
        description="Null where the record of this system is the one that counts."
    )
    address: str


class ServiceFormOut(ServiceOut):
    """A service with the JSON Schema of what its form asks."""

    form: dict[str, Any]


class StateOut(Schema):
    """A state of a register's records."""

    id: str
    title: Said
    in_force: bool


class FilterOut(Schema):
    """A field that records are filtered by: a parameter of its name, or with __from and __to where it is a range."""

    name: str
    is_range: bool


class RegisterOut(Schema):
    """A public register, with the states of its records and what they are filtered by."""

    id: str
    title: Said
    summary: Said
    carries_out: list[str]
    declaration_hash: str
    basis: list[BasisOut]
    states: list[StateOut]
    filters: list[FilterOut]
    system_of_record: SystemOut | None = Field(
        description="Null where the record of this system is the one that counts."
    )
    address: str


class RegisterFieldsOut(RegisterOut):
    """A public register with the JSON Schema of a record's public fields."""

    record: dict[str, Any]


class RecordOut(Schema):
    """A record as it stands: only its public fields.

    state is that of the day that was asked for; event says what this version tells of, empty where only the content
    was written. id and version_address never change.
    """

    id: UUID
    key: str
    state: str
    state_title: Said
    in_force: bool
    state_until: date | None
    event: str
    number: int = Field(description="Number of the version, from 1.")
    data: dict[str, Any]
    shown: dict[str, Said] = Field(description="The same values as a person reads them.")
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    reason: str
    source: str
    declaration_hash: str
    entry_hash: str
    address: str
    version_address: str


class RecordPage(Schema):
    """Records, twenty or so at a time."""

    total: int
    page: int
    pages: int
    records: list[RecordOut]


class CheckpointOut(Schema):
    """A signed head of the ledger's Merkle log; body is the exact text that the signature covers."""

    size: int
    root: str
    made_at: datetime
    suite: str
    key_id: str
    body: str
    signature: str
    public_key: str


class CheckpointPage(Schema):
    """Heads in the order of their size; next_after is what to ask for next, null at the end."""

    checkpoints: list[CheckpointOut]
    next_after: int | None


class InclusionOut(Schema):
    """Hashes that lead from an entry's leaf to the root of the log of a size (RFC 9162)."""

    entry: str
    index: int
    size: int
    path: list[str]


class ConsistencyOut(Schema):
    """Hashes that show the log of one size to begin the log of another (RFC 9162)."""

    old: int
    new: int
    path: list[str]


class KeyOut(Schema):
    """A public key that heads are signed with."""

    key_id: str
    public_key: str


class KeysOut(Schema):
    """All keys this ledger has signed with: the first, and those that a sealed entry introduced."""

    suite: str
    keys: list[KeyOut]


class CarrierOut(Schema):
    """What carries a commitment out."""

    kind: str
    id: str
    title: Said
    address: str


class ExampleOut(Schema):
    """A worked example that proves a commitment; passed is null where it was not run here."""

    id: str
    title: Said
    passed: bool | None


class CommitmentOut(Schema):
    """One thing that the policy names or requires, what carries it out, and the computed verdict."""

    id: str
    clause: int
    text: Said
    verdict: str
    reason: Said | None
    missing: Said | None
    carriers: list[CarrierOut]
    examples: list[ExampleOut]


class ClauseOut(Schema):
    """A clause in the pack's own words, with how many commitments stand where."""

    number: int
    title: Said
    summary: Said
    tally: dict[str, int]


class ClauseCommitmentsOut(ClauseOut):
    """A clause with its commitments."""

    commitments: list[CommitmentOut]


class HealthOut(Schema):
    """Whether the interface can serve."""

    status: str
    database: str
