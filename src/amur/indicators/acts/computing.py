"""Computing indicators on a snapshot: the query runs on the files, its values are stored with their proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json, canonical, digest
from amur.base.datasets import Shape
from amur.base.faults import AmurError, Conflict, Refused
from amur.base.fields import CodeField, FieldDeclaration, Lookups, RegionField
from amur.base.journal import journal
from amur.indicators import reads, sources
from amur.indicators.acts.exporting import export, folder
from amur.indicators.declarations import IndicatorDeclaration
from amur.indicators.engine import Measured, Statement, measured, shown
from amur.indicators.models import Computation, IndicatorValue
from amur.indicators.snapshots import Folder, Manifest, Session
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.registers import lookups

COMPUTED = "indicator.computed"
_log = journal("indicators")


@dataclass(frozen=True, slots=True)
class _Run:
    """What a computation is about, before there are numbers."""

    declaration: IndicatorDeclaration
    content_hash: str
    statement: Statement
    shapes: Mapping[str, Shape]
    manifest: Manifest

    @property
    def taken_on(self) -> date:
        """Return the day of the snapshot, where the authority is."""
        return day_of(datetime.fromisoformat(self.manifest.head.made_at).astimezone(UTC))

    @property
    def inputs(self) -> str:
        """Return a hash of what the query reads: the files of its datasets, and the day if it asks for it."""
        files = {name: [part.sha256 for part in self.manifest.datasets[name].parts] for name in self.statement.datasets}
        day = self.taken_on.isoformat() if self.statement.asks_day else ""
        return digest({"query": self.statement.sql, "files": files, "day": day})


def compute(
    indicator_id: str, *, by: Actor, now: datetime, key: IdempotencyKey = "", into: Folder | None = None
) -> Computation:
    """Compute an indicator of the active pack on the snapshot that stands, and keep its values with a ledger entry.

    The same declaration on the same snapshot is computed once. Must not be called in a transaction.

    Raises:
        NotFound: if the active pack declares no such indicator.
        Conflict: if there is no snapshot yet, or it does not hold what the query reads.
        Refused: if the query says what it may not, fails, or gives what is no number or no group.
    """
    target = into or folder()
    with target.locked(alone=False):
        run = _prepared(indicator_id, target, {dataset.name: dataset.shape for dataset in sources.datasets()})
        return _stored(run) or _computed(run, target, by=by, now=now, key=key)


def refresh(
    *, by: Actor, now: datetime, into: Folder | None = None, anew: bool = False
) -> tuple[list[Computation], list[str]]:
    """Bring the snapshot up and compute what is due; return the new computations and a sentence for each failure.

    Due is what was not computed since its declaration or its data changed; a daily one at most once a day. With
    ``anew`` everything is.
    """
    target = into or folder()
    done: list[Computation] = []
    failed: list[str] = []
    if export(into=target) is None:
        return done, failed
    shapes = {dataset.name: dataset.shape for dataset in sources.datasets()}
    for name in policy.declarations("indicator"):
        try:
            with target.locked(alone=False):
                run = _prepared(name, target, shapes)
                if (anew or _is_due(run)) and _stored(run) is None:
                    done.append(_computed(run, target, by=by, now=now, key=""))
        except AmurError as error:
            _log.error("the indicator %s was not computed: %s", name, error.message)
            failed.append(f"{name}: {error.message}")
    return done, failed


def _prepared(indicator_id: str, target: Folder, shapes: Mapping[str, Shape]) -> _Run:
    from amur.indicators.engine.statements import read_statement  # noqa: PLC0415  # it loads a reader of SQL

    content_hash, declaration = reads.declared(indicator_id)
    manifest = target.manifest()
    if manifest is None:
        raise Conflict("no_snapshot", "there is no snapshot yet; the worker makes one after the next seal")
    names = [field.id for field in declaration.dimensions]
    statement, refusals = read_statement(declaration.sql, list(shapes.values()), names)
    if statement is None:
        raise Refused("query_refused", "; ".join(map(str, refusals)), indicator=indicator_id)
    for name in statement.datasets:
        stored = manifest.datasets.get(name)
        if stored is None or stored.fingerprint != shapes[name].fingerprint():
            raise Conflict("snapshot_outdated", f"the snapshot has no {name!r} of this shape yet; export first")
    return _Run(declaration, content_hash, statement, shapes, manifest)


def _stored(run: _Run) -> Computation | None:
    return Computation.objects.filter(declaration_hash=run.content_hash, snapshot_index=run.manifest.index).first()


def _is_due(run: _Run) -> bool:
    last = Computation.objects.filter(declaration_hash=run.content_hash).order_by("-id").first()
    if last is None:
        return True
    if run.declaration.cycle == "daily" and last.taken_on == run.taken_on:
        return False
    return last.inputs != run.inputs


def _computed(run: _Run, target: Folder, *, by: Actor, now: datetime, key: IdempotencyKey) -> Computation:
    session = Session(target, run.manifest, run.taken_on)
    rows = session.rows(run.statement, run.shapes)
    values = list(_values(run.declaration, rows, lookups.lookups(run.taken_on)))
    try:
        with transaction.atomic():
            return _keep(run, values, by=by, now=now, key=key)
    except IntegrityError:
        found = _stored(run)
        if found is None:
            raise
        return found


Group = dict[str, Json]


def _values(
    declaration: IndicatorDeclaration, rows: Iterable[Mapping[str, Any]], found: Lookups
) -> list[tuple[Group, Measured]]:
    """Return what the rows measure, all together first, then the groups in the order of their dimensions."""
    values: dict[bytes, tuple[Group, Measured]] = {}
    for row in rows:
        group: Group = {
            field.id: _group(field, row[field.id], found)
            for field in declaration.dimensions
            if row[field.id] is not None
        }
        place = canonical(group)
        if place in values:
            raise Refused("query_ambiguous", f"the query gives two rows for {place.decode()}; group by the dimensions")
        numbers = {name: value for name, value in row.items() if name not in group}
        try:
            measure = measured(numbers, decimals=declaration.decimals, per=declaration.per)
        except ValueError as error:
            raise Refused("no_number", f"{place.decode()}: {error}") from None
        values[place] = (group, measure)
    return [values[place] for place in sorted(values, key=lambda place: (len(values[place][0]), place))]


def _group(field: FieldDeclaration, value: Any, found: Lookups) -> Json:
    """Return a value of a dimension, if it is one of those that its field can have.

    So no column of single cases can pass for a group.
    """
    if isinstance(field, RegionField):
        is_known = value in found.regions
    elif isinstance(field, CodeField):
        codes = found.codelists.get(field.codelist)
        is_known = codes is not None and codes.find(str(value)) is not None
    else:
        is_known = isinstance(value, bool)
    if not is_known:
        raise Refused("no_group", f"the query gives {str(value)[:40]!r} as {field.id}, which is no {field.type} of it")
    return value if isinstance(value, bool) else str(value)


def _keep(
    run: _Run, values: list[tuple[Group, Measured]], *, by: Actor, now: datetime, key: IdempotencyKey
) -> Computation:
    query_hash = digest(run.statement.sql)
    computation = Computation.objects.create(
        indicator=run.declaration.id,
        declaration_hash=run.content_hash,
        snapshot_index=run.manifest.index,
        snapshot_root=run.manifest.head.root,
        taken_on=run.taken_on,
        query=run.statement.sql,
        query_hash=query_hash,
        inputs=run.inputs,
        computed_at=now,
        entry_hash=_recorded(run, values, query_hash, by=by, now=now, key=key),
    )
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            computation=computation,
            place=place,
            dimensions=group,
            value=shown(one.value),
            status=one.status,
            base=one.base,
        )
        for place, (group, one) in enumerate(values)
    )
    return computation


def _recorded(
    run: _Run,
    values: list[tuple[Group, Measured]],
    query_hash: str,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> str:
    """Record what was computed on what, and return the hash of the entry; the values themselves are public."""
    told: list[Json] = [[group, shown(one.value), one.status, one.base] for group, one in values]
    release = policy.active_release()
    entry = ledger.record(
        subject=f"indicator:{run.declaration.id}",
        kind=COMPUTED,
        by=by,
        now=now,
        body={
            "declaration": run.content_hash,
            "index": run.manifest.index,
            "root": run.manifest.head.root,
            "query": query_hash,
            "count": len(told),
            "values": digest(told),
            "key": key,
        },
        release=release.hash if release else "",
    )
    return entry.leaf
