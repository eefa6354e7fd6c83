"""What an office writes in a register that it keeps: a record, an event of one, a file of records."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypedDict

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.faults import Invalid
from amur.base.fields import FieldError
from amur.packs.declarations import PUBLIC, File, Keeping, Step
from amur.packs.play.stage import Stage
from amur.registers import acts, lookups, reads
from amur.registers.acts import Defaults
from amur.registers.declarations import RegisterDeclaration


class _Why(TypedDict):
    by: Actor
    now: datetime
    reason: str
    source: str
    through: Literal["office"]
    idempotency: str


def keep(step: Step, wanted: Keeping, stage: Stage, key: str) -> None:
    """Write what the step says, as the office that keeps the register.

    Raises:
        AmurError: as the acts of registers do; Invalid for what is wrong with a file, and for what a field refuses.
    """
    declaration = reads.register(wanted.register_id)
    by = stage.actor_of(step.by or PUBLIC, next(iter(declaration.kept_by), ""))
    if wanted.file:
        _import(wanted, wanted.file, step.reason, by, stage)
        return
    values = _typed(declaration, wanted, stage)
    since = _day(wanted.valid_from, stage)
    valid_to = _day(wanted.valid_to, stage) if wanted.valid_to else None
    why: _Why = {
        "by": by,
        "now": stage.now,
        "reason": step.reason,
        "source": wanted.source,
        "through": "office",
        "idempotency": key,
    }
    if wanted.event is None:
        acts.write_record(wanted.register_id, wanted.key, values, valid_from=since, valid_to=valid_to, **why)
        return
    until = _day(wanted.until, stage) if wanted.until else None
    acts.change_state(
        wanted.register_id, wanted.key, wanted.event, on=since, until=until, valid_to=valid_to, values=values, **why
    )


def _typed(declaration: RegisterDeclaration, wanted: Keeping, stage: Stage) -> dict[str, Json]:
    """Return what is typed into each field, as it reads it."""
    fields = {field.id: field for field in declaration.fields}
    found, faults = lookups.lookups(stage.today), dict[str, tuple[str, str]]()
    values: dict[str, Json] = {}
    for name, value in wanted.values.items():
        try:
            values[name] = fields[name].parse(stage.typed(value), found) if name in fields else value
        except FieldError as error:
            faults |= error.told(name)
    if faults:
        raise Invalid(faults)
    return values


def _import(wanted: Keeping, file: File, reason: str, by: Actor, stage: Stage) -> None:
    """Check a file and enter its rows; what is wrong with it is refused as the faults of a form are."""
    with tempfile.TemporaryDirectory(prefix="amur-play-") as folder:
        path = Path(folder) / "rows"
        path.write_text(file.content or "", encoding="utf-8")
        run = acts.check_rows(
            wanted.register_id,
            path,
            file_name=file.name,
            by=by,
            now=stage.now,
            through="office",
            defaults=Defaults(_day(wanted.valid_from, stage), reason, wanted.source),
        )
    if run.fault_count:
        told = ((one["column"].lstrip("_") or "file", one) for one in run.faults)
        raise Invalid({name: (one["code"], f"row {one['row']}: {one['found']}") for name, one in told})
    acts.import_rows(run.pk, by=by, now=stage.now)


def _day(said: str, stage: Stage) -> date:
    return date.fromisoformat(stage.typed(said))
