"""The verbs of exchanges: ``amur exchange``, with files to other systems and from them."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from errno import EISDIR
from pathlib import Path
from typing import Annotated, Any, BinaryIO

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
        with _refusing(file):
            noted = acts.note_receipts(exchange, file, **_how())
        findings = [{"row": row, "code": code, "found": found} for row, code, found in noted.findings]
        return _report({"taken": noted.noted, "refused": len(findings)}, findings, as_json=as_json)
    with _refusing(file):
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
    """Write what waits of a message as CSV, or with its files as ZIP; where that cannot begin, nothing goes."""
    from amur.base.acting import SYSTEM
    from amur.base.faults import AmurError
    from amur.exchange import acts, reads

    with _refusing(), _target(to) as out:
        how = _how()
        before = _failed(exchange, how["now"])
        made = acts.hand_over_as_file(exchange, message, **how)
        if failed := _failed(exchange, how["now"]) - before:
            complain(
                f"{failed} messages of {message!r} stay here: a file of theirs cannot be read; the desk names them."
            )
        if not made or made[0].sent_at is None:
            raise CommandError(f"Nothing of {message!r} waits to be handed over.")
        brings_files = reads.brings_files(exchange, message)
        try:
            if brings_files:
                reads.write_bundle(SYSTEM, exchange, message, made[0].sent_at, out)
            else:
                _write_rows(reads.file_of(SYSTEM, exchange, message, made[0].sent_at), out, with_mark=to is not None)
            out.flush()
        except (OSError, AmurError) as fault:
            raise CommandError(_unwritten(to, len(made), fault)) from fault
    if to is not None:
        say(f"{to} is written: {len(made)} messages{' with their files' if brings_files else ''}.")


def _failed(exchange: str, now: datetime) -> int:
    from amur.base.acting import SYSTEM
    from amur.exchange import reads

    return reads.exchange_of(SYSTEM, exchange, at=now).counts.get("failed", 0)


def _write_rows(rows: Iterable[Sequence[str]], out: BinaryIO, *, with_mark: bool) -> None:
    from amur.registers.sheets import guarded

    text = io.StringIO(newline="")
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows)
    out.write(text.getvalue().encode("utf-8-sig" if with_mark else "utf-8"))


@contextmanager
def _target(to: Path | None) -> Iterator[BinaryIO]:
    """Give where a file is written, the terminal or beside its place, which it takes when it is whole.

    Raises:
        CommandError: if it cannot be written there.
    """
    if to is None:
        yield sys.stdout.buffer
        return
    part = to.with_name(f".{to.name}.part")
    try:
        if to.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        out = part.open("wb")
    except OSError as fault:
        said = (
            f"{to}: cannot be written there ({fault.strerror}); nothing was handed over. Choose another file with --to."
        )
        raise CommandError(said) from fault
    try:
        with out:
            yield out
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def _unwritten(to: Path | None, count: int, fault: Exception) -> str:
    said = getattr(fault, "strerror", "") or str(fault)
    kept = f"{count} messages count as handed over; fetch their file on the desk, among the files that were made"
    return f"{to or 'the terminal'}: could not be written ({said}); {kept}."


def compare_file(exchange: str, rule: str, file: Path, *, as_json: bool) -> int:
    """Compare a list; return the exit code, which is 1 where something differs."""
    from amur.exchange import acts

    with _refusing(file):
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
def _refusing(file: Path | None = None) -> Iterator[None]:
    """Let what is refused be said by the command, and of which file."""
    from amur.base.faults import AmurError, Invalid
    from amur.registers.sheets import SheetFault

    of = f"{file}: " if file else ""
    try:
        yield
    except Invalid as fault:
        lines = [f"{of}{name}: {found}" for name, (_, found) in fault.fields.items()]
        raise CommandError("\n".join(lines)) from fault
    except (AmurError, SheetFault) as fault:
        raise CommandError(f"{of}{fault}") from fault


def _how() -> dict[str, Any]:
    """Return who does it, what they may see, and when."""
    from amur.base.acting import SYSTEM, system
    from amur.web import clock

    return {"by": system("operator", client="cli"), "scope": SYSTEM, "now": clock.now()}


def _start(data: Path | None) -> None:
    from amur.config import preparation

    preparation.start_django(data.absolute() if data else installation.data_folder())
