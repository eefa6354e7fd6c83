"""Computing indicators on a snapshot: the query runs on the files, its values are stored with their proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json, canonical
from amur.base.datasets import Shape
from amur.base.faults import AmurError, Conflict, Refused
from amur.base.fields import CodeField, FieldDeclaration, Lookups, RegionField
from amur.base.journal import journal
from amur.indicators import reads, sources, times
from amur.indicators.acts.exporting import export, folder
from amur.indicators.acts.keeping import Group, Run, is_due, keep, stored
from amur.indicators.acts.timing import refresh_times
from amur.indicators.declarations import IndicatorDeclaration
from amur.indicators.engine import Measured, measured
from amur.indicators.models import Computation
from amur.indicators.snapshots import Folder, Session
from amur.policy import reads as policy
from amur.registers import lookups

_log = journal("indicators")


@dataclass(frozen=True, slots=True)
class _Run(Run):
    """The computation of an indicator that a pack declares."""

    declaration: IndicatorDeclaration


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
        return stored(run) or _computed(run, target, by=by, now=now, key=key)


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
                if (anew or is_due(run, run.declaration.cycle)) and stored(run) is None:
                    done.append(_computed(run, target, by=by, now=now, key=""))
        except AmurError as error:
            _log.error("the indicator %s was not computed: %s", name, error.message)
            failed.append(f"{name}: {error.message}")
    try:
        with target.locked(alone=False):
            refresh_times(target, shapes, by=by, now=now)
    except AmurError as error:
        _log.error("the times of clocks were not computed: %s", error.message)
        failed.append(f"{times.NAME}: {error.message}")
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
    return _Run(indicator_id, content_hash, statement, shapes, manifest, declaration)


def _computed(run: _Run, target: Folder, *, by: Actor, now: datetime, key: IdempotencyKey) -> Computation:
    session = Session(target, run.manifest, run.taken_on)
    rows = session.rows(run.statement, run.shapes)
    values = list(_values(run.declaration, rows, lookups.lookups(run.taken_on)))
    return keep(run, values, by=by, now=now, key=key)


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
