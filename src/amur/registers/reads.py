"""What registers say, to whom: every read takes a scope, and a restricted field never leaves a public read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.base.fields import FieldDeclaration
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.people.engine import ADMINISTRATORS
from amur.policy import reads as policy
from amur.registers import lookups
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import RecordVersion


@dataclass(frozen=True, slots=True)
class RecordView:
    """A version of a record as a reader may see it; ``declaration`` is the one of its own time.

    ``fields`` and ``values`` hold what this reader may read, and nothing else does.
    """

    id: UUID
    register: str
    key: str
    state: str
    number: int
    latest: int
    fields: tuple[FieldDeclaration, ...]
    values: dict[str, Json]
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    reason: str
    source: str
    entry_hash: str
    declaration_hash: str
    closure_hash: str
    declaration: RegisterDeclaration

    @property
    def subject(self) -> str:
        """Return the subject under which the ledger keeps the record."""
        return f"record:{self.register}:{self.id}"


def register(register_id: str) -> RegisterDeclaration:
    """Return a register of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    content_hash, _ = policy.declaration("register", register_id)
    return lookups.by_hash(RegisterDeclaration, content_hash)


def registers(scope: Scope) -> tuple[RegisterDeclaration, ...]:
    """Return the registers that a reader may open."""
    found = lookups.active(RegisterDeclaration, "register").values()
    return tuple(declared for declared in found if declared.public or _reads_restricted(scope, declared))


def records(scope: Scope, register_id: str, *, query: str = "", page: int = 1) -> Listing[RecordView]:
    """Return one page of a register: exact keys first, then the newest.

    A query is found anywhere in the key and in the shown fields, however short it is.

    Raises:
        NotFound: if there is no such register, or the reader may not know of it.
    """
    declaration = _opened(scope, register_id)
    found = RecordVersion.objects.filter(record__register=register_id, number=F("record__latest"))
    words = query.split()
    for word in words:
        found = found.filter(record__search__icontains=word)
    exact = Case(When(record__key__iexact=query.strip(), then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = found.order_by(*([exact] if words else []), "-record__recorded_at", "record__key")
    rows = ordered.select_related("record")[bounds(page)]
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    return Listing(tuple(_view(scope, declaration, row) for row in rows), valid_page(page), counted)


def record(scope: Scope, register_id: str, key: str) -> RecordView:
    """Return the latest version of a record.

    Raises:
        NotFound: if there is no such record, or the reader may not know of it.
    """
    declaration = _opened(scope, register_id)
    return _view(scope, declaration, _first(_versions(register_id, key).filter(number=F("record__latest")), key))


def history(scope: Scope, register_id: str, key: str) -> tuple[RecordView, ...]:
    """Return all versions of a record, the latest first, each with the declaration of its time.

    Raises:
        NotFound: if there is no such record, or the reader may not know of it.
    """
    declaration = _opened(scope, register_id)
    found = tuple(_view(scope, declaration, row) for row in _versions(register_id, key))
    if not found:
        raise NotFound("no_record", f"there is no record {key!r}")
    return found


def version(scope: Scope, register_id: str, key: str, number: int) -> RecordView:
    """Return one version of a record.

    Raises:
        NotFound: if there is no such version, or the reader may not know of it.
    """
    declaration = _opened(scope, register_id)
    return _view(scope, declaration, _first(_versions(register_id, key).filter(number=number), key))


def as_of(scope: Scope, register_id: str, key: str, *, valid_on: date, known_at: datetime | None = None) -> RecordView:
    """Return what held for a record on a day, as far as it was known at an instant (by default: all that is known).

    Raises:
        NotFound: if nothing was known to hold on that day, or the reader may not know of it.
    """
    declaration = _opened(scope, register_id)
    held = _versions(register_id, key).filter(valid_from__lte=valid_on)
    if known_at is not None:
        held = held.filter(recorded_at__lte=known_at)
    row = _first(held, key)
    if row.valid_to is not None and row.valid_to < valid_on:
        raise NotFound("no_record", f"the record {key!r} had ended by {valid_on}")
    return _view(scope, declaration, row)


def _opened(scope: Scope, register_id: str) -> RegisterDeclaration:
    declaration = register(register_id)
    if not declaration.public and not _reads_restricted(scope, declaration):
        raise NotFound("no_register", f"there is no register {register_id!r}")
    return declaration


def _reads_restricted(scope: Scope, declaration: RegisterDeclaration) -> bool:
    if scope.kind == "system":
        return True
    if scope.kind != "office":
        return False
    if declaration.readers:
        return any(scope.holds(role) for role in declaration.readers)
    return any(grant.role not in ADMINISTRATORS for grant in scope.grants)


def _versions(register_id: str, key: str) -> QuerySet[RecordVersion]:
    found = RecordVersion.objects.filter(Q(record__register=register_id), Q(record__key=key))
    return found.select_related("record").order_by("-number")


def _first(found: QuerySet[RecordVersion], key: str) -> RecordVersion:
    row = found.first()
    if row is None:
        raise NotFound("no_record", f"there is no record {key!r}")
    return row


def _view(scope: Scope, present: RegisterDeclaration, row: RecordVersion) -> RecordView:
    """Return what a reader may see of a version: what was restricted then or is now stays hidden."""
    own = lookups.by_hash(RegisterDeclaration, row.declaration_hash)
    fields = own.fields
    if not _reads_restricted(scope, present):
        now_hidden = {field.id for field in present.fields if field.openness != "public"}
        fields = tuple(field for field in fields if field.openness == "public" and field.id not in now_hidden)
    return RecordView(
        id=row.record.id,
        register=row.record.register,
        key=row.record.key,
        state=row.record.state,
        number=row.number,
        latest=row.record.latest,
        fields=fields,
        values={field.id: row.data[field.id] for field in fields if field.id in row.data},
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_at=row.recorded_at,
        reason=row.reason,
        source=row.source,
        entry_hash=row.entry_hash,
        declaration_hash=row.declaration_hash,
        closure_hash=row.closure_hash,
        declaration=own,
    )
