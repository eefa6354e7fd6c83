"""Records: a page of a register, one record, its versions; each as it stands today or as of a day and an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery

from amur.base.acting import Scope
from amur.base.faults import NotFound
from amur.base.listing import Listing, bounds, valid_page
from amur.ledger.prepared import Slot, prepared
from amur.registers import engine
from amur.registers.declarations import RegisterDeclaration
from amur.registers.finding import kind_of, label_of
from amur.registers.models import Record, RecordVersion
from amur.registers.reads.listing import Wanted, counted, ordered, page_of, selected, selected_then
from amur.registers.reads.scoping import RecordView, opened, reads_restricted, view
from amur.search import reads as search

_AT_ONCE = 500
_EVERYTHING = Wanted()


def records(
    scope: Scope, register_id: str, *, query: str = "", page: int = 1, wanted: Wanted = _EVERYTHING
) -> Listing[RecordView]:
    """Return one page of a register: exact keys first, then the newest.

    A query is found anywhere in the key and in the shown fields, however short it is (see ``search``). With
    ``wanted.valid_on`` or ``wanted.known_at`` the page shows what held on that day as it was known at that instant, and
    leaves out what did not hold.

    Raises:
        NotFound: if there is no such register, or the reader may not know of it.
        Invalid: if a filter is none of this register's, or its value is none of its field's.
    """
    declaration = opened(scope, register_id)
    found = selected(scope, declaration, query, wanted)
    if wanted.is_as_of:
        held = _held(scope, declaration, found, wanted)
        numbers = dict(ordered(held, query)[bounds(page)].values_list("pk", "held"))
        rows = {row.record_id: row for row in _numbered(numbers)}
        views = tuple(view(scope, declaration, rows[pk], _state(rows[pk], wanted.valid_on)) for pk in numbers)
        return Listing(views, valid_page(page), counted(held))
    if query.strip() and not wanted.narrows:
        return _found(scope, declaration, query, page)
    keys, total = page_of(declaration, found, query, page, wanted)
    present = RecordVersion.objects.filter(record__in=keys, number=F("record__present")).select_related("record")
    by_record = {row.record_id: row for row in present}
    shown = [by_record[key] for key in keys]
    views = tuple(view(scope, declaration, row, row.record.state) for row in shown)
    return Listing(views, valid_page(page), total)


def _found(scope: Scope, declaration: RegisterDeclaration, query: str, page: int) -> Listing[RecordView]:
    """Return the records that the index finds, in its order."""
    labels = frozenset({label_of(declaration.id)}) if reads_restricted(scope, declaration) else frozenset()
    hits = search.find(labels, query, kinds=[kind_of(declaration.id)], page=page)
    keys = [hit.ref for hit in hits.rows]
    by_key = _by_key(scope, declaration, keys)
    views = tuple(by_key[key] for key in keys if key in by_key)
    return Listing(views, hits.page, hits.counted)


def records_by_key(scope: Scope, register_id: str, keys: Collection[str]) -> dict[str, RecordView]:
    """Return records as they stand today, by key, with one query for all; what is not there is left out.

    Raises:
        NotFound: if there is no such register, or the reader may not know of it.
    """
    return _by_key(scope, opened(scope, register_id), keys)


def _by_key(scope: Scope, declaration: RegisterDeclaration, keys: Collection[str]) -> dict[str, RecordView]:
    these = RecordVersion.objects.filter(record__register=declaration.id, record__key__in=keys)
    present = these.filter(number=F("record__present")).select_related("record")
    return {row.record.key: view(scope, declaration, row, row.record.state) for row in present}


def every_record(
    scope: Scope, register_id: str, *, query: str = "", wanted: Wanted = _EVERYTHING
) -> Iterator[RecordView]:
    """Yield all records by key, a few hundred at a time, for a file of a register.

    Raises:
        NotFound: if there is no such register, or the reader may not know of it.
    """
    declaration = opened(scope, register_id)
    found, after = selected(scope, declaration, query, wanted), ""
    held = _held(scope, declaration, found, wanted) if wanted.is_as_of else _present(found)
    while True:
        some = list(held.filter(key__gt=after).order_by("key").values_list("pk", "key", "held")[:_AT_ONCE])
        if not some:
            return
        after = some[-1][1]
        for row in _numbered({pk: number for pk, _, number in some}).order_by("record__key"):
            state = _state(row, wanted.valid_on) if wanted.is_as_of else row.record.state
            yield view(scope, declaration, row, state)


def record(scope: Scope, register_id: str, key: str) -> RecordView:
    """Return a record as it stands today: the version that speaks for this day, else the first that is to come.

    Raises:
        NotFound: if there is no such record, or the reader may not know of it.
    """
    declaration = opened(scope, register_id)
    row = _first(_versions(register_id, key).filter(number=F("record__present")), key)
    return view(scope, declaration, row, row.record.state)


def history(scope: Scope, register_id: str, key: str) -> tuple[RecordView, ...]:
    """Return all versions of a record, the latest first, each with the declaration of its time.

    Raises:
        NotFound: if there is no such record, or the reader may not know of it.
    """
    declaration = opened(scope, register_id)
    found = tuple(view(scope, declaration, row, _state(row, None)) for row in _ALL(register_id, key))
    if not found:
        raise NotFound("no_record", f"there is no record {key!r}")
    return found


def version(scope: Scope, register_id: str, key: str, number: int) -> RecordView:
    """Return one version of a record, in the state to which it led.

    Raises:
        NotFound: if there is no such version, or the reader may not know of it.
    """
    declaration = opened(scope, register_id)
    row = _first(_versions(register_id, key).filter(number=number), key)
    return view(scope, declaration, row, _state(row, None))


def as_of(scope: Scope, register_id: str, key: str, *, valid_on: date, known_at: datetime | None = None) -> RecordView:
    """Return what held for a record on a day, as far as it was known at an instant (by default: all that is known).

    Raises:
        NotFound: if nothing was known to hold on that day, or the reader may not know of it.
    """
    declaration = opened(scope, register_id)
    rows = _ALL(register_id, key)
    row = engine.holding(rows, valid_on, known_at)
    if row is None:
        begun = engine.speaking(rows, valid_on, known_at)
        said = f"the record {key!r} had ended by {valid_on}" if begun else f"there is no record {key!r} for {valid_on}"
        raise NotFound("no_record", said)
    return view(scope, declaration, row, _state(row, valid_on))


def _held(scope: Scope, declaration: RegisterDeclaration, records: QuerySet[Record], wanted: Wanted) -> QuerySet[Any]:
    """Return the records that held, each with the number of the version that did as ``held``.

    See ``engine`` for the rule; here it is told to the database, record by record, so that a page of the newest needs
    no more records than it shows and leaves out.
    """
    spoken = RecordVersion.objects.filter(record=OuterRef("pk"), valid_from__lte=wanted.valid_on)
    if wanted.known_at is not None:
        spoken = spoken.filter(recorded_at__lte=wanted.known_at)
    latest = spoken.order_by("-valid_from", "-number").values("number")[:1]
    is_not_over = Q(valid_to__isnull=True) | Q(valid_to__gte=wanted.valid_on)
    holding = RecordVersion.objects.filter(is_not_over, record=OuterRef("pk"), number=OuterRef("held"))
    found = records.annotate(held=Subquery(latest))
    return found.filter(Exists(selected_then(scope, declaration, holding, wanted)))


def _present(records: QuerySet[Record]) -> QuerySet[Any]:
    """Return the records, each with the number of the version that stands for it today as ``held``."""
    return records.annotate(held=F("present"))


def _numbered(numbers: Mapping[UUID, int]) -> QuerySet[RecordVersion]:
    """Return one version of each record, by its number."""
    these = Q()
    for number in set(numbers.values()):
        these |= Q(number=number, record__in=[pk for pk, one in numbers.items() if one == number])
    found = RecordVersion.objects.filter(these) if numbers else RecordVersion.objects.none()
    return found.select_related("record")


def _state(row: RecordVersion, on: date | None) -> str:
    """Return the state on a day; without one, that to which the version led."""
    standing = engine.Standing(
        row.valid_from, row.valid_to, row.state, row.state_until, row.returns_to, row.ends_as, row.is_ended
    )
    if on is not None:
        return engine.state_on(standing, on)
    return standing.ends_as if standing.is_ended else standing.state


def _versions(register_id: str | Slot, key: str | Slot) -> QuerySet[RecordVersion]:
    found = RecordVersion.objects.filter(record__register=register_id, record__key=key)
    return found.select_related("record").order_by("-number")


_ALL = prepared(_versions, CharField(), CharField())


def _first(found: QuerySet[RecordVersion], key: str) -> RecordVersion:
    row = found.first()
    if row is None:
        raise NotFound("no_record", f"there is no record {key!r}")
    return row
