"""What the command does with indicators, and how it prints them."""

from __future__ import annotations

from typing import Any

from amur.config.terminal import CommandError, complain, print_json, print_table, say, step
from amur.web import clock

_PLACES = ["indicator", "group", "value", "unit", "status", "target", "counted over", "as of"]


def compute(*, anew: bool) -> int:
    """Bring the snapshot of the datasets up and compute what is due, or everything; return the exit code."""
    from amur.base.acting import system
    from amur.indicators import acts

    with step("Bringing the snapshot up and computing the indicators"):
        done, failed = acts.refresh(by=system("indicators", client="cli"), now=clock.now(), anew=anew)
    for computation in done:
        say(f"{computation.indicator}: computed at ledger entry {computation.snapshot_index}")
    for sentence in failed:
        complain(sentence)
    if damaged := acts.folder().damaged():
        complain(
            f"{len(damaged)} files of the snapshot are not what it says: {', '.join(damaged[:5])}; delete its folder"
        )
    if not done and not failed:
        say("Nothing was due: no indicator's declaration or data have changed. Compute all with --anew.")
    return 1 if failed or damaged else 0


def show(name: str, *, as_json: bool) -> None:
    """Print the newest values of an indicator, or of all.

    Raises:
        CommandError: if the pack declares none of this name.
    """
    from amur.base.acting import SYSTEM
    from amur.base.faults import NotFound
    from amur.indicators import reads
    from amur.people.reads import day_of

    on = day_of(clock.now())
    try:
        chosen = [reads.declared(name)[1]] if name else list(reads.indicators(SYSTEM))
    except NotFound as error:
        known = ", ".join(one.id for one in reads.indicators(SYSTEM)) or "none yet"
        raise CommandError(f"{error.message}. Known: {known}.") from None
    results = [(declared, reads.latest(SYSTEM, declared.id, on=on)) for declared in chosen]
    if as_json:
        print_json([_as_data(declared, result) for declared, result in results])
        return
    rows = [row for declared, result in results for row in _rows(declared, result)]
    print_table("Indicators", _PLACES, rows)


def _as_data(declared: Any, result: Any) -> dict[str, Any]:
    from amur.indicators.engine import shown

    values = result.values if result else ()
    return {
        "id": declared.id,
        "taken_on": result.taken_on if result else None,
        "snapshot_index": result.snapshot_index if result else None,
        "query": result.query if result else declared.sql,
        "entry": result.entry_hash if result else None,
        "values": [
            {
                "dimensions": dict(value.dimensions),
                "value": shown(value.value),
                "status": value.status,
                "standing": value.standing,
                "base": value.base,
            }
            for value in values
        ],
    }


def _rows(declared: Any, result: Any) -> list[list[str]]:
    from amur.indicators.engine import shown

    if result is None:
        return [[declared.id, "", "", declared.unit.en, "not computed yet", "", "", ""]]
    return [
        [
            declared.id,
            ", ".join(f"{name} {found}" for name, found in value.dimensions.items()) or "all",
            shown(value.value) or "",
            declared.unit.en,
            value.status,
            value.standing,
            "" if value.base is None else str(value.base),
            result.taken_on.isoformat(),
        ]
        for value in result.values
    ]
