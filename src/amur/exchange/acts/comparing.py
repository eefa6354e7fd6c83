"""How both sides are compared: their list against what we hold, and each difference kept until it ends.

A difference that shows again is the same one; one that shows no more has ended by itself. What was resolved by a person
and shows again is a new one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.db.models import F, QuerySet

from amur.base.acting import Actor, IdempotencyKey, Scope, system
from amur.base.canonical import Json
from amur.base.expressions import ExpressionError, Kind, type_of
from amur.base.faults import AmurError, Conflict, Invalid, NotFound
from amur.base.fields import Raw
from amur.exchange import declared, facts, other_side, shapes
from amur.exchange.acts.hashing import hashed_fields, hashes_held
from amur.exchange.acts.intakes import read_sheet
from amur.exchange.acts.opening import begin_case
from amur.exchange.declarations import ExchangeDeclaration, Reconciliation, Way
from amur.exchange.engine import Differing, Seen, compare, given, hashes_of, holds, read_row, value_of
from amur.exchange.models import Comparison, Difference
from amur.exchange.other_side import Away
from amur.exchange.reads.offices import check_office
from amur.jobs.engine import Payload
from amur.ledger import acts as ledger
from amur.ledger.kept import prefetch, sealed_for
from amur.people.reads import day_of
from amur.procedures.models import Case
from amur.procedures.moments import here
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed
from amur.registers.lookups import lookups
from amur.registers.models import Record, RecordVersion

COMPARE = "exchange.compare"
"""The kind of the job that asks the other side for its list and compares."""
COMPARED, RESOLVED = "exchange.compared", "exchange.resolved"
"""The entries that say that both sides were compared, and that somebody resolved a difference."""

_PAGE = 500
_MOST_PAGES, _MOST_SAID, _LONGEST_REASON, _LONGEST_ERROR = 1_000, 20, 2_000, 300
_Row = TypeVar("_Row", Case, Record)


@dataclass(slots=True)
class _Held:
    """A page of what we hold, by key: what each says, its row, and which of them the other side must list."""

    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    rows: dict[str, Case | Record] = field(default_factory=dict)
    expected: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Theirs:
    """Their list as it came: its rows, each with its place, and which fields it gives at all."""

    way: Way
    rows: Iterable[tuple[str, Mapping[str, Raw]]]
    gives: frozenset[str]


@dataclass(slots=True)
class _Found:
    """What a comparison has found so far; ``rows`` are ours of what differs, and of nothing else."""

    differing: list[Differing] = field(default_factory=list)
    rows: dict[str, Case | Record] = field(default_factory=dict)
    expected: int = 0
    agreed: int = 0


def compare_file(
    exchange_id: str, name: str, path: Path, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Comparison:
    """Compare a list that came as a file with what we hold.

    Raises:
        NotFound: if there is no such comparison, or the actor does not look after this exchange.
        Conflict: ``not_by_file`` if this list comes by call alone.
        Refused, SheetFault: if the file cannot be read.
        Invalid: naming rows and columns that are wrong; nothing is compared then.
    """
    check_key(key)
    by = check_office(scope, exchange_id, by)
    _, exchange = declared.exchange(exchange_id)
    rule = declared.compares(exchange, name)
    if "file" not in rule.by:
        raise Conflict("not_by_file", "this list comes by call alone")
    sheet = read_sheet(rule, path)
    rows = ((f"row {row.number}", row.cells) for row in sheet.rows)
    with act():
        return _compare(exchange, rule, _Theirs("file", rows, sheet.gives), by=by, now=now)


def compare_now(payload: Payload, now: datetime, _: str) -> None:
    """Ask the other side for its list and compare; one that cannot be read is kept as a comparison that failed.

    Raises:
        Away: if the other side does not answer as agreed; the job is tried again.
    """
    _, exchange = declared.exchange(str(payload["exchange"]))
    rule = declared.compares(exchange, str(payload["rule"]))
    rows = list(_asked(exchange.id, rule.id, now))
    by = system(f"exchange:{exchange.id}")
    try:
        with act():
            _compare(exchange, rule, _Theirs("api", rows, _given(rule, rows)), by=by, now=now)
    except Invalid as fault:
        said = "; ".join(f"{name}: {found}" for name, (_, found) in fault.fields.items())
        with act():
            _begun(exchange, rule, way="api", by=by, now=now, error=said[:_LONGEST_ERROR]).save()


def resolve_difference(
    exchange_id: str,
    difference_id: UUID,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> Difference:
    """Say with a reason that a difference is dealt with; twice is once.

    Raises:
        NotFound: if there is no such difference, or the actor does not look after this exchange.
        Invalid: if the reason is missing or too long.
    """
    check_key(key)
    by = check_office(scope, exchange_id, by)
    said = typed("reason", reason, _LONGEST_REASON, day_of(now))
    with act():
        found = Difference.objects.select_for_update(of=("self",)).select_related("record")
        row = found.filter(pk=difference_id, exchange=exchange_id).first()
        if row is None:
            raise NotFound("no_difference", "there is no such difference")
        if row.state == Difference.State.OPEN:
            row.state, row.reason, row.resolved_by, row.ended_at = Difference.State.RESOLVED, said, by.actor_id, now
            row.save()
            body: dict[str, Json] = {"exchange": exchange_id, "rule": row.rule, "kind": row.kind, "key": row.key}
            body["reason"] = sealed_for(row, said)
            ledger.record(subject=row.key_subject, kind=RESOLVED, by=by, now=now, body=body)
        return row


def _asked(exchange_id: str, rule: str, now: datetime) -> Iterator[tuple[str, Mapping[str, Raw]]]:
    after, number = "", 0
    for _ in range(_MOST_PAGES):
        page = other_side.listed(exchange_id, rule, after, now=now)
        for item in page.items:
            number += 1
            yield f"item {number}", {name: _raw(value) for name, value in item.items()}
        if not page.next or page.next == after:
            return
        after = page.next
    raise Away("other_side_away", f"its list has more than {_MOST_PAGES} pages")


def _given(rule: Reconciliation, rows: Sequence[tuple[str, Mapping[str, Raw]]]) -> frozenset[str]:
    """Return the fields that some item names; of a list without items nothing is left out."""
    return given(rule, {name for _, item in rows for name in item}) if rows else frozenset(rule.compared)


def _raw(value: object) -> Raw:
    """Return a value of a call as it would stand in a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ";".join(map(str, value))
    return "" if value is None else str(value)


def _begun(
    exchange: ExchangeDeclaration, rule: Reconciliation, *, way: str, by: Actor, now: datetime, error: str = ""
) -> Comparison:
    made = Comparison(exchange=exchange.id, rule=rule.id, way=way, on=day_of(now), at=now, by=by.actor_id)
    made.error = error
    return made


def _compare(
    exchange: ExchangeDeclaration,
    rule: Reconciliation,
    came: _Theirs,
    *,
    by: Actor,
    now: datetime,
) -> Comparison:
    theirs = _read(exchange, rule, came, now=now)
    found = _found(exchange, rule, theirs, came.gives, now)
    made = _begun(exchange, rule, way=came.way, by=by, now=now)
    made.not_compared = [name for name in rule.compared if name not in came.gives]
    made.theirs, made.ours, made.agreed = len(theirs), found.expected, found.agreed
    made.differing = len(found.differing)
    made.save(force_insert=True)
    _keep(exchange, rule, found, made, now=now)
    body: dict[str, Json] = {"exchange": exchange.id, "rule": rule.id, "way": came.way, "theirs": made.theirs}
    body |= {"ours": made.ours, "agreed": made.agreed, "differing": made.differing}
    body |= {"not_compared": [*made.not_compared]} if made.not_compared else {}
    ledger.record(subject=f"exchange:{exchange.id}", kind=COMPARED, by=by, now=now, body=body)
    return made


def _found(
    exchange: ExchangeDeclaration,
    rule: Reconciliation,
    theirs: Mapping[str, Mapping[str, Json]],
    gives: Collection[str],
    now: datetime,
) -> _Found:
    """Compare page by page: of what we hold no more than a page is in memory, and each page costs a few queries."""
    found, seen, names = _Found(), set[str](), [name for name in rule.compared if name in gives]
    for ours in _pages_held(exchange, rule, now):
        listed = {key: theirs[key] for key in (*ours.values, *ours.expected) if key in theirs}
        differing = compare(ours.values, listed, ours.expected, names)
        found.differing += differing
        found.rows |= {one.key: ours.rows[one.key] for one in differing}
        found.expected += len(ours.expected)
        found.agreed += len(listed.keys() & ours.values.keys() - {one.key for one in differing})
        seen |= listed.keys()
    found.differing += [Differing("missing_here", key) for key in theirs if key not in seen]
    found.differing.sort(key=lambda one: one.key)
    return found


def _read(
    exchange: ExchangeDeclaration,
    rule: Reconciliation,
    came: _Theirs,
    *,
    now: datetime,
) -> dict[str, dict[str, Json]]:
    """Return what they list, by key.

    Raises:
        Invalid: naming rows and columns that are wrong, and keys that stand there twice.
    """
    maps, found = {one.id: one for one in exchange.codes}, lookups(day_of(now))
    key_field = rule.field(rule.key)
    assert key_field is not None  # noqa: S101 -- the declaration has seen to it
    read: dict[str, dict[str, Json]] = {}
    faults: dict[str, tuple[str, str]] = {}
    for place, raw in came.rows:
        row = read_row(rule, raw, maps, found, named=came.way == "api")
        faults |= {f"{place}, {name}": (code, said) for name, code, said in row.faults}
        key = key_field.as_typed(row.values.get(rule.key)) if rule.key in row.values else ""
        if key in read:
            faults[f"{place}, {rule.key}"] = ("key_twice", f"{key!r} stands there before")
        elif key:
            read[key] = dict(row.values) | {
                name: hashes_of(row.values.get(name)) or None for name in hashed_fields(rule)
            }
    if faults:
        raise Invalid(dict(list(faults.items())[:_MOST_SAID]))
    return read


def _pages_held(exchange: ExchangeDeclaration, rule: Reconciliation, now: datetime) -> Iterator[_Held]:
    if rule.procedure_id:
        cases = Case.objects.filter(procedure=rule.procedure_id, erased_at=None)
        return (_cases_held(exchange, rule, page, day_of(now)) for page in _paged(cases))
    records = Record.objects.filter(register=rule.register_id or "", erased_at=None)
    return (_records_held(exchange, rule, page, day_of(now)) for page in _paged(records))


def _paged(found: QuerySet[_Row]) -> Iterator[tuple[_Row, ...]]:
    page = tuple(found.order_by("pk")[:_PAGE])
    while page:
        yield page
        page = tuple(found.filter(pk__gt=page[-1].pk).order_by("pk")[:_PAGE]) if len(page) == _PAGE else ()


def _cases_held(exchange: ExchangeDeclaration, rule: Reconciliation, page: tuple[Case, ...], today: date) -> _Held:
    held, beside = _Held(), facts.beside_cases(page, exchange.id)
    travelled = hashes_held(rule, page)
    for case in prefetch(page):
        key = case.number if rule.ours == "number" else beside.numbers.get(case.pk, "")
        seen = facts.of_case(case, exchange.id, today, beside=beside)
        _put(held, rule, key or case.number, case, seen, is_known=bool(key))
        held.values.get(key or case.number, {}).update(travelled.get(case.pk, {}))
    return held


def _records_held(exchange: ExchangeDeclaration, rule: Reconciliation, page: tuple[Record, ...], today: date) -> _Held:
    held, beside = _Held(), facts.beside_records(page, exchange.id)
    present = RecordVersion.objects.filter(record__in=page, number=F("record__present")).select_related("record")
    for version in present.order_by("record"):
        seen = facts.of_record(version, exchange.id, today, beside)
        _put(held, rule, version.record.key, version.record, seen, is_known=True)
    return held


def _put(held: _Held, rule: Reconciliation, key: str, row: Case | Record, seen: Seen, *, is_known: bool) -> None:
    try:
        if holds(rule.expected, seen):
            held.expected.add(key)
    except ExpressionError:
        held.expected.add(key)  # what cannot be told is shown rather than left out
    held.rows[key] = row
    if is_known:
        held.values[key] = {one.field: _ours(rule, one.field, one.ours, seen) for one in rule.compare if one.ours}


def _ours(rule: Reconciliation, name: str, source: str, seen: Seen) -> Json:
    theirs = rule.field(name)
    kind = type_of(theirs.cel_column()) if theirs else Kind.TEXT
    try:
        value = value_of(source, kind if isinstance(kind, Kind) else Kind.TEXT, seen)
    except ExpressionError:
        return None
    return None if value == "" else value


def _keep(
    exchange: ExchangeDeclaration, rule: Reconciliation, found: _Found, made: Comparison, *, now: datetime
) -> None:
    """Keep each difference, as the one that stands open or as a new one; those that show no more have ended.

    One in a field that was not compared could not show, and stands on.
    """
    held = Difference.objects.filter(exchange=exchange.id, rule=rule.id, state=Difference.State.OPEN)
    locked = prefetch(held.select_for_update(of=("self",)).select_related("record"))
    known = {(row.kind, row.key, row.field): row for row in locked}
    for one in found.differing:
        row = known.pop((one.kind, one.key, one.field), None)
        _kept(rule, one, row or _new(exchange, rule, one, found.rows.get(one.key), made), made, now=now)
    gone = held.filter(pk__in=[row.pk for row in known.values() if row.field not in made.not_compared])
    gone.update(state=Difference.State.AGREED, ended_at=now)


def _new(
    exchange: ExchangeDeclaration, rule: Reconciliation, one: Differing, about: Case | Record | None, made: Comparison
) -> Difference:
    row = Difference(exchange=exchange.id, rule=rule.id, kind=one.kind, key=one.key, field=one.field, first=made)
    row.case = about if isinstance(about, Case) else None
    row.record = about if isinstance(about, Record) else None
    return row


def _kept(rule: Reconciliation, one: Differing, row: Difference, made: Comparison, *, now: datetime) -> None:
    is_new = row._state.adding  # noqa: SLF001 -- Django's own way to say that a row is not stored yet
    row.last, row.ours, row.theirs = made, _said(one.ours), _said(one.theirs)
    row.save()
    if is_new and rule.opens:
        row.task = _task(rule, row, now=now)
        row.save(update_fields=["task"])


def _task(rule: Reconciliation, row: Difference, *, now: datetime) -> Case | None:
    """Open the case that a difference brings; where it cannot be opened, the difference stands without one."""
    assert rule.opens is not None  # noqa: S101 -- whoever calls has looked
    told = {"kind": row.kind, "key": row.key, "field": row.field, "ours": row.ours, "theirs": row.theirs}
    seen = Seen(shapes.of_difference(), {"difference": told, "today": day_of(now)}, here())
    by = system(f"exchange:{row.exchange}")
    try:
        with act():
            return begin_case(
                rule.opens.procedure_id,
                rule.opens.values,
                seen,
                channel="file",
                by=by,
                now=now,
                key=f"difference:{row.pk}",
            )
    except AmurError:
        return None


def _said(value: Json) -> str:
    return "" if value is None else str(value)
