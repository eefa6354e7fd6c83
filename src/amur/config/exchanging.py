"""The verbs of exchanges: ``amur exchange``, with files to other systems and from them."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from amur.config import installation
from amur.config.terminal import CommandError, complain, print_json, print_table, say

exchange_app = typer.Typer(no_args_is_help=True, help="What goes to other systems and comes from them, as files.")

Data = Annotated[Path | None, typer.Option("--data", help="Folder of the database, uploads and keys [default: var].")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Exchange = Annotated[str, typer.Argument(help="Id of the exchange.")]
File = Annotated[Path, typer.Argument(help="CSV or XLSX, or a ZIP of one with its files.", exists=True, dir_okay=False)]


@exchange_app.command("status")
def status(*, as_json: AsJson = False, data: Data = None) -> None:
    """Say of each exchange whether the other side is there, what waits, what failed, and what differs."""
    _start(data)
    from amur.base.acting import SYSTEM
    from amur.exchange import reads
    from amur.web import clock

    found = reads.exchanges(SYSTEM, at=clock.now())
    lines = [(one.declaration.id, one.standing, one.counts, one.differences) for one in found]
    if as_json:
        names = ("exchange", "other_side", "messages", "differences")
        print_json([dict(zip(names, line, strict=True)) for line in lines])
        return
    states = ("waiting", "sent", reads.OVERDUE, "failed", "refused", "received")
    rows = [(name, side, *(str(counts.get(one, 0)) for one in states), str(many)) for name, side, counts, many in lines]
    print_table("Exchanges", ("exchange", "other side", *states, "differences"), rows)


@exchange_app.command("take")
def take(
    exchange: Exchange,
    message: Annotated[str, typer.Argument(help="Id of the message, or receipts.")],
    file: File,
    sender: Annotated[str, typer.Option(help="Whose file it is, where there are several senders.")] = "",
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look it through only; say all that is wrong.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Take a file of messages in: looked through first, then row by row, each whole or refused with its number."""
    _start(data)
    raise typer.Exit(take_file(exchange, message, file, sender=sender, dry_run=dry_run, as_json=as_json))


@exchange_app.command("give")
def give(
    exchange: Exchange,
    message: Annotated[str, typer.Argument(help="Id of the message.")],
    to: Annotated[Path | None, typer.Option("--to", help="File to write [default: the terminal].")] = None,
    *,
    data: Data = None,
) -> None:
    """Hand over as CSV what waits of a message, or as ZIP where files go with it; it counts as sent from then on."""
    _start(data)
    give_file(exchange, message, to=to)


@exchange_app.command("compare")
def compare(
    exchange: Exchange,
    rule: Annotated[str, typer.Argument(help="Id of the comparison.")],
    file: File,
    *,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Compare their list with what is held here; the desk shows each difference until it is resolved."""
    _start(data)
    raise typer.Exit(compare_file(exchange, rule, file, as_json=as_json))


def take_file(exchange: str, message: str, file: Path, *, sender: str, dry_run: bool, as_json: bool) -> int:
    """Take a file in, or only look it through; return the exit code."""
    from amur.exchange import acts

    if message == acts.RECEIPTS:
        with _refusing():
            noted = acts.note_receipts(exchange, file, **_how())
        findings = [{"row": row, "code": code, "found": found} for row, code, found in noted.findings]
        return _report({"taken": noted.noted, "refused": len(findings)}, findings, as_json=as_json)
    with _refusing():
        run = acts.check_file(exchange, message, file, file_name=file.name, sender=sender, **_how())
        results: Any = run.results
        if dry_run:
            acts.drop_file(run.pk, **_how())
            return _report({"rows": run.total}, results["findings"], as_json=as_json)
        while run.state in {"checked", "running"}:
            run = acts.take_in(run.pk, **_how())
    counts = {"taken": run.taken, "known": run.repeated, "refused": run.refused}
    return _report(counts, results["findings"] if run.refused else [], as_json=as_json)


def give_file(exchange: str, message: str, *, to: Path | None) -> None:
    """Write what waits of a message as CSV, or with its files as ZIP."""
    from amur.base.acting import SYSTEM
    from amur.exchange import acts, reads
    from amur.registers.sheets import guarded

    with _refusing():
        made = acts.hand_over_as_file(exchange, message, **_how())
        if not made or made[0].sent_at is None:
            raise CommandError(f"Nothing of {message!r} waits to be handed over.")
        if reads.brings_files(exchange, message):
            _give_bundle(exchange, message, made[0].sent_at, to)
            return
        rows = reads.file_of(SYSTEM, exchange, message, made[0].sent_at)
    guarded_rows = ([guarded(cell) for cell in row] for row in rows)
    if to is None:
        csv.writer(sys.stdout).writerows(guarded_rows)
        return
    with to.open("w", encoding="utf-8-sig", newline="") as target:
        csv.writer(target).writerows(guarded_rows)
    say(f"{to} is written: {len(made)} messages.")


def _give_bundle(exchange: str, message: str, at: datetime, to: Path | None) -> None:
    """Write an archive of messages with the files that go with them."""
    from amur.base.acting import SYSTEM
    from amur.exchange import reads

    if to is None:
        reads.write_bundle(SYSTEM, exchange, message, at, sys.stdout.buffer)
        return
    with to.open("wb") as target:
        count = reads.write_bundle(SYSTEM, exchange, message, at, target)
    say(f"{to} is written: {count} messages with their files.")


def compare_file(exchange: str, rule: str, file: Path, *, as_json: bool) -> int:
    """Compare a list; return the exit code, which is 1 where something differs."""
    from amur.exchange import acts

    with _refusing():
        made = acts.compare_file(exchange, rule, file, **_how())
    counts = {"theirs": made.theirs, "ours": made.ours, "agreed": made.agreed, "differing": made.differing}
    if as_json:
        print_json(counts | {"not_compared": made.not_compared})
    else:
        say(", ".join(f"{name} {count}" for name, count in counts.items()))
        if made.not_compared:
            say(f"not compared, as their list does not give it: {', '.join(made.not_compared)}")
    return 1 if made.differing else 0


def _report(counts: dict[str, int], findings: list[dict[str, Any]], *, as_json: bool) -> int:
    if as_json:
        print_json({**counts, "findings": findings})
    else:
        for one in findings:
            field = f", {one['field']}" if one.get("field") else ""
            complain(f"row {one['row']}{field}: {one['found']}")
        say(", ".join(f"{name} {count}" for name, count in counts.items()))
    return 1 if findings else 0


@contextmanager
def _refusing() -> Iterator[None]:
    """Let what is refused be said by the command."""
    from amur.base.faults import AmurError, Invalid
    from amur.registers.sheets import SheetFault

    try:
        yield
    except Invalid as fault:
        lines = [f"{name}: {found}" for name, (_, found) in fault.fields.items()]
        raise CommandError("\n".join(lines)) from fault
    except (AmurError, SheetFault) as fault:
        raise CommandError(str(fault)) from fault


def _how() -> dict[str, Any]:
    """Return who does it, what they may see, and when."""
    from amur.base.acting import SYSTEM, system
    from amur.web import clock

    return {"by": system("operator", client="cli"), "scope": SYSTEM, "now": clock.now()}


def _start(data: Path | None) -> None:
    from amur.config import preparation

    preparation.start_django(data.absolute() if data else installation.data_folder())
