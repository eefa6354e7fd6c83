"""Keeping what was computed: the values of a run with the query, the snapshot and the ledger entry that prove them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias

from django.db import IntegrityError, transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json, digest
from amur.base.datasets import Shape
from amur.indicators.declarations import Cycle
from amur.indicators.engine import Measured, Statement, shown
from amur.indicators.models import Computation, IndicatorValue
from amur.indicators.snapshots import Manifest
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.policy import reads as policy

COMPUTED = "indicator.computed"
Group: TypeAlias = "dict[str, Json]"


@dataclass(frozen=True, slots=True)
class Run:
    """What a computation is about, before there are numbers."""

    name: str
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


def stored(run: Run) -> Computation | None:
    """Return the computation of this declaration on this snapshot, if there was one."""
    return Computation.objects.filter(declaration_hash=run.content_hash, snapshot_index=run.manifest.index).first()


def is_due(run: Run, cycle: Cycle) -> bool:
    """Say whether declaration or data have changed since the newest computation; a daily one is due once a day."""
    last = Computation.objects.filter(declaration_hash=run.content_hash).order_by("-id").first()
    if last is None:
        return True
    if cycle == "daily" and last.taken_on == run.taken_on:
        return False
    return last.inputs != run.inputs


def keep(
    run: Run, values: list[tuple[Group, Measured]], *, by: Actor, now: datetime, key: IdempotencyKey
) -> Computation:
    """Keep the values of a run with their ledger entry; what another process kept meanwhile stands."""
    try:
        with transaction.atomic():
            return _keep(run, values, by=by, now=now, key=key)
    except IntegrityError:
        found = stored(run)
        if found is None:
            raise
        return found


def _keep(
    run: Run, values: list[tuple[Group, Measured]], *, by: Actor, now: datetime, key: IdempotencyKey
) -> Computation:
    query_hash = digest(run.statement.sql)
    computation = Computation.objects.create(
        indicator=run.name,
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
            counted=shown(one.counted),
        )
        for place, (group, one) in enumerate(values)
    )
    return computation


def _recorded(
    run: Run,
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
        subject=f"indicator:{run.name}",
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
