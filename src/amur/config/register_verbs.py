"""What the command does with registers: files of records in and out, and how it says what is wrong with them.

The operator takes an older register over: its entries say so, and that the command wrote them. An office that keeps a
register imports at its desk.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from amur.config.terminal import CommandError, complain, errors, print_json, say, step
from amur.web import clock


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of an import."""

    register: str
    file: Path
    reason: str = ""
    source: str = ""
    valid_from: date | None = None
    updates: bool = False
    in_batches: bool = False


def import_file(order: Order, *, dry_run: bool, as_json: bool) -> int:
    """Check a file and enter its rows: all or nothing, or in batches; return the exit code."""
    from amur.registers import acts

    run = _checked(order, as_json=as_json)
    if run.fault_count or dry_run:
        if not run.fault_count:
            # What was only looked at leaves nothing behind.
            acts.drop_import(run.pk, by=_operator(), now=clock.now())
        return _report(run, as_json=as_json)
    if not order.in_batches:
        with _step(f"Entering {run.total} rows", as_json=as_json):
            run = acts.import_rows(run.pk, by=_operator(), now=clock.now())
    else:
        run = _enter_in_batches(run)
    return _report(run, as_json=as_json)


def resume(register: str, file: Path, *, as_json: bool) -> int:
    """Go on with the import of this very file where it was cut off; return the exit code.

    Raises:
        CommandError: if none was cut off.
    """
    from amur.base.acting import SYSTEM
    from amur.registers import reads
    from amur.registers.sheets.reading import hash_of

    run = reads.unfinished(SYSTEM, register, hash_of(file))
    if run is None:
        raise CommandError(f"No import of {file.name} into {register!r} was cut off; import it without --resume.")
    if not as_json:
        say(f"{run.done} of {run.total} rows are entered; going on.")
    return _report(_enter_in_batches(run), as_json=as_json)


def write_template(register: str, *, language: str, filled: bool, to: Path | None) -> None:
    """Write the columns of a register as CSV, with all records if they are asked for; to a file, or to the terminal."""
    from amur.base.acting import SYSTEM
    from amur.registers import reads

    content = reads.as_csv(SYSTEM, register) if filled else reads.template(SYSTEM, register, language)
    if to is None:
        for piece in content:
            sys.stdout.buffer.write(piece)
        return
    with to.open("wb") as file:
        file.writelines(content)
    say(f"{to} is written.")


def _checked(order: Order, *, as_json: bool) -> Any:
    """Return the import of a file that was checked."""
    from amur.base.acting import SYSTEM
    from amur.people.reads import day_of
    from amur.registers import acts, reads
    from amur.registers.sheets.reading import hash_of

    cut_off = reads.unfinished(SYSTEM, order.register, hash_of(order.file))
    if cut_off is not None and cut_off.done:
        said = f"{cut_off.done} of {cut_off.total} rows of {order.file.name} were entered before; go on with --resume."
        raise CommandError(said)
    now = clock.now()
    defaults = acts.Defaults(order.valid_from or day_of(now), order.reason, order.source, order.updates)
    with _step(f"Checking {order.file.name}", as_json=as_json):
        return acts.check_rows(
            order.register,
            order.file,
            file_name=order.file.name,
            by=_operator(),
            now=now,
            through="takeover",
            defaults=defaults,
        )


def _step(text: str, *, as_json: bool) -> AbstractContextManager[None]:
    """Show a step while it runs, unless what is printed is for a program."""
    return nullcontext() if as_json else step(text)


def _enter_in_batches(run: Any) -> Any:
    from amur.registers import acts

    columns = (TextColumn("Entering rows"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors) as progress:
        task = progress.add_task("rows", total=run.total, completed=run.done)
        while run.state in {"checked", "running", "stopped"}:
            before = run.done
            run = acts.import_rows(run.pk, by=_operator(), now=clock.now(), limit=acts.BATCH)
            progress.update(task, completed=run.done)
            if run.state == "stopped" or run.done == before:
                break
    return run


def _report(run: Any, *, as_json: bool) -> int:
    if as_json:
        told = {name: getattr(run, name) for name in ("id", "state", "total", "done", "fault_count", "faults")}
        print_json(told)
    else:
        for fault in run.faults:
            complain(_line(fault))
        if (more := run.fault_count - len(run.faults)) > 0:
            complain(f"… and {more} more.")
        say(_closing(run))
    return 0 if run.state in {"checked", "done"} else 1


def _line(fault: dict[str, Any]) -> str:
    where = ", ".join(filter(None, (f"row {fault['row']}" if fault["row"] else "", fault["column"]))) or "the file"
    return f"{where}: {fault['found']}; {fault['fix']}"


def _closing(run: Any) -> str:
    return {
        "faulty": f"{run.total} rows read, {run.fault_count} things to put right. Nothing was entered.",
        "checked": f"{run.total} rows read, nothing is wrong. Nothing was entered; import without --dry-run.",
        "done": f"{run.done} rows are entered.",
        "stopped": f"Stopped after {run.done} of {run.total} rows; what is wrong stands above. Go on with --resume.",
    }.get(run.state, f"{run.done} of {run.total} rows are entered; go on with --resume.")


def _operator() -> Any:
    from amur.base.acting import system

    return system("import", client="cli")
