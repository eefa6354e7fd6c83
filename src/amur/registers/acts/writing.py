"""What every write of a record has in common: who may, why, the version with its entry, what lists show afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from django.db.models import CharField, UUIDField

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.declared import Basis
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import Lookups
from amur.ledger import acts as ledger
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.registers import engine, filtering, finding, keeping, lookups
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import Record, RecordVersion
from amur.search import acts as search

Through: TypeAlias = Literal["decision", "filing", "office", "takeover", "itself"]
"""How an entry comes about: a procedure decided, or was filed; an office that keeps the register wrote it; the
operator took it over from an older register; or it happened by itself."""

_LONGEST = {"key": 200, "source": 200, "reason": 5_000}
_RESERVED = re.compile(r"(^|/)(history|versions/[0-9]+)$")
"""Ends of a key that addresses use."""

_LOCKED = prepared(
    lambda register, key: Record.objects.select_for_update().filter(register=register, key=key),
    CharField(),
    CharField(),
)
_BEFORE = prepared(
    lambda key: RecordVersion.objects.select_related("record").filter(idempotency=key).order_by("pk")[:1], CharField()
)
_VERSIONS = prepared(
    lambda record: RecordVersion.objects.select_related("record").filter(record_id=record), UUIDField()
)


@dataclass(frozen=True, slots=True)
class Why:
    """Who writes, when, why and from where."""

    by: Actor
    now: datetime
    reason: str
    source: str
    through: Through
    idempotency: IdempotencyKey = ""
    kind: str = "record.written"
    event: str = ""
    basis: tuple[Basis, ...] = ()

    @property
    def today(self) -> date:
        """Return the day of the act where the authority is."""
        return day_of(self.now)


@dataclass(frozen=True, slots=True)
class Book:
    """A register as the active pack declares it, with what its fields refer to on a day."""

    declaration: RegisterDeclaration
    content_hash: str
    closure_hash: str
    found: Lookups
    filters: tuple[filtering.Filter, ...]


@dataclass(frozen=True, slots=True)
class OpenRecord:
    """A record that is locked until the end of the transaction, with its versions."""

    book: Book
    record: Record
    rows: tuple[RecordVersion, ...]

    @property
    def last(self) -> RecordVersion:
        """Return the version that speaks for the most distant future."""
        return max(self.rows, key=lambda row: (row.valid_from, row.number))


def book(register_id: str, on: date) -> Book:
    """Return a register to write in.

    Raises:
        NotFound: if the active pack declares no such register.
    """
    content_hash, _ = policy.declaration("register", register_id)
    declaration = lookups.by_hash(RegisterDeclaration, content_hash)
    closure = policy.closure("register", register_id)
    return Book(declaration, content_hash, closure, lookups.lookups(on), filtering.filters_of(declaration))


def check_writer(declaration: RegisterDeclaration, why: Why) -> None:
    """Let only those write whom the register's declaration names.

    Raises:
        Refused: if only a decision writes here, or the office does not keep the register.
    """
    if why.through == "itself":
        return
    if why.through == "takeover":
        if not why.by.actor_id.startswith("system:"):
            raise Refused("not_the_operator", "only the operator of the machine takes over an older register")
        return
    if declaration.entry == "constitutive" and why.through != "decision":
        said = f"an entry of {declaration.id!r} makes the right, so only a decision writes it"
        raise Refused("only_by_decision", said, basis=_first(declaration.basis))
    if why.through == "office" and (not why.by.role or why.by.role not in declaration.kept_by):
        said = f"the role {why.by.role!r} does not keep {declaration.id!r}"
        raise Refused("not_the_keeper", said, basis=_first(declaration.basis))


def check_words(key: str, why: Why) -> None:
    """Refuse an entry that does not say what it is about, why and from where.

    Raises:
        Invalid: naming each that is missing, too long or taken.
    """
    if faults := faults_of_words(key, why):
        raise Invalid(faults)


def faults_of_words(key: str, why: Why) -> dict[str, tuple[str, str]]:
    """Return what is wrong with the key, the reason and the source of an entry."""
    faults = {}
    for name, value in (("key", key), ("reason", why.reason), ("source", why.source)):
        if not value.strip():
            faults[name] = ("required", f"a version needs its {name}")
        elif len(value) > _LONGEST[name]:
            faults[name] = ("too_long", f"found {len(value)} characters; at most {_LONGEST[name]} fit")
    if "key" not in faults and (key != key.strip() or not key.isprintable() or _RESERVED.search(key)):
        faults["key"] = ("bad_key", f"found {key!r}; a key has no outer space and does not end as addresses do")
    return faults


def written_before(idempotency: IdempotencyKey, register_id: str, key: str) -> RecordVersion | None:
    """Return the version that an earlier call with this key wrote.

    Raises:
        Conflict: if it wrote another record.
    """
    if not idempotency:
        return None
    before = _BEFORE.first(idempotency)
    if before and (before.record.register, before.record.key) != (register_id, key):
        raise Conflict("key_taken", f"the key {idempotency!r} wrote {before.record}; use another one")
    return before


def locked(register_id: str, key: str) -> Record:
    """Return a record, locked until the end of the transaction.

    Raises:
        NotFound: if there is none.
    """
    record = _LOCKED.first(register_id, key)
    if record is None:
        raise NotFound("no_record", f"there is no record {key!r} in {register_id!r}")
    return record


def standing_of(row: RecordVersion) -> engine.Standing:
    """Return how a record stands by a version."""
    return engine.Standing(
        row.valid_from, row.valid_to, row.state, row.state_until, row.returns_to, row.ends_as, row.is_ended
    )


def values_of(row: RecordVersion) -> dict[str, Json]:
    """Return the values of a version, read by the declaration of its own time."""
    own = lookups.by_hash(RegisterDeclaration, row.declaration_hash)
    return keeping.read(own, row.data, subject_of(row.record))


def subject_of(record: Record) -> str:
    """Return the name under which the ledger keeps a record."""
    return f"record:{record.register}:{record.id}"


def opened(book: Book, record: Record) -> OpenRecord:
    """Return a locked record with its versions."""
    rows = tuple(_VERSIONS(record.pk)) if record.latest else ()
    return OpenRecord(book, record, rows)


def append(
    to: OpenRecord,
    data: Mapping[str, Json],
    standing: engine.Standing,
    why: Why,
    *,
    like: RecordVersion | None = None,
) -> RecordVersion:
    """Write the next version of a record with its entry, and what lists show of the record after it.

    Values that were only carried on from another version stay pinned to its declaration, by which they were checked.
    """
    book, record = to.book, to.record
    own = lookups.by_hash(RegisterDeclaration, like.declaration_hash) if like else book.declaration
    version = RecordVersion(
        record=record,
        number=record.latest + 1,
        data=keeping.stored(own, data, subject_of(record)),
        declaration_hash=like.declaration_hash if like else book.content_hash,
        closure_hash=like.closure_hash if like else book.closure_hash,
        valid_from=standing.valid_from,
        valid_to=standing.valid_to,
        state=standing.state,
        state_until=standing.state_until,
        returns_to=standing.returns_to,
        ends_as=standing.ends_as,
        is_ended=standing.is_ended,
        event=why.event,
        through=why.through,
        recorded_at=why.now,
        reason=why.reason.strip(),
        source=why.source.strip(),
        idempotency=why.idempotency or None,
    )
    basis = "; ".join(f"{one.title.zh} {one.article}".strip() for one in why.basis)
    entry = ledger.record(
        subject=subject_of(record), kind=why.kind, by=why.by, now=why.now, body=_body(record, version), basis=basis
    )
    version.entry_hash = entry.leaf
    record.latest, record.recorded_at = version.number, why.now
    refresh(book, record, [*to.rows, version], why.today)
    record.save()
    version.save(force_insert=True)
    return version


def refresh(book: Book, record: Record, rows: Sequence[RecordVersion], today: date) -> None:
    """Compute what lists and the search show of a record's versions: the present one, state, words, the next turn."""
    row = engine.shown(rows, today)
    if row is None:
        return
    standing, data = standing_of(row), values_of(row)
    coming = min((one.valid_from for one in rows if one.valid_from > today), default=None)
    record.present = row.number
    record.state = engine.state_shown(standing, today)
    record.turns_on = engine.next_turn(standing, coming, today)
    record.search = search_text(book, record.key, data)
    record.filters = filtering.values_of(book.filters, data)
    record.filtering = filtering.definition(book.filters)
    search.put([finding.document(book.declaration, record, data, book.found)], now=record.recorded_at)


def search_text(book: Book, key: str, data: Mapping[str, Json]) -> str:
    """Return what lists can be searched for; in a public register only what everybody may read.

    A hit on a restricted value would tell it to whoever guessed it.
    """
    words = [key]
    for name in book.declaration.shows:
        field = book.declaration.field(name)
        hidden = field.personal_class != "none" or (book.declaration.public and field.openness != "public")
        if not hidden:
            words += [field.display(data.get(name), language, book.found) for language in ("zh", "en")]
    return "\n".join(dict.fromkeys(filter(None, words)))


def _body(record: Record, version: RecordVersion) -> dict[str, Json]:
    return {
        "register": record.register,
        "key": record.key,
        "number": version.number,
        "declaration": version.declaration_hash,
        "values": version.data,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
        "state": version.state,
        "state_until": version.state_until.isoformat() if version.state_until else None,
        "ends_as": version.ends_as,
        "event": version.event,
        "through": version.through,
        "reason": version.reason,
        "source": version.source,
    }


def _first(basis: tuple[Basis, ...]) -> str:
    return f"{basis[0].title.en} {basis[0].article}".strip() if basis else ""
