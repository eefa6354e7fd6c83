"""Computing how clocks went on the snapshot that stands, with the same proof as any indicator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from amur.base.acting import Actor
from amur.base.datasets import Shape
from amur.indicators import times
from amur.indicators.acts.keeping import Run, is_due, keep, stored
from amur.indicators.models import Computation
from amur.indicators.snapshots import Folder, Session


def refresh_times(folder: Folder, shapes: Mapping[str, Shape], *, by: Actor, now: datetime) -> Computation | None:
    """Compute how clocks went, if cases have moved or a day has passed since; None where nothing was to do.

    The caller holds the folder.
    """
    manifest = folder.manifest()
    if manifest is None or "clocks" not in manifest.datasets:
        return None
    run = Run(times.NAME, times.HASH, times.STATEMENT, shapes, manifest)
    if stored(run) or not is_due(run, "hourly"):
        return None
    values = list(times.values(Session(folder, manifest, run.taken_on).rows(run.statement, shapes)))
    # Before the first run has ended there is nothing to say; that none ended in the last year is a figure.
    if not values and not Computation.objects.filter(declaration_hash=times.HASH).exists():
        return None
    return keep(run, values, by=by, now=now, key="")
