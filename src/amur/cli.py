"""The command's verbs. Thin: each reads its options, calls what does the work, and prints.

A verb imports what it needs when it runs, so that ``amur --help`` is quick and a verb without a database opens none.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

import amur
from amur.config import (
    checking,
    cover_verb,
    deciding_verb,
    detect_verb,
    detect_worker,
    developing,
    edition_verbs,
    endings,
    exchanging,
    explain_verb,
    handing_over,
    installation,
    migrating_verb,
    playing,
    rules_verbs,
    site_verb,
    study_verb,
    tracing_verb,
)
from amur.config.terminal import complain, say

app = typer.Typer(
    name="amur",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="令行 Amur: a policy goes in; a running authority comes out.",
)
policy_app = typer.Typer(no_args_is_help=True, help="The text of the policy.")
app.add_typer(policy_app, name="policy")
edition_verbs.add_to(policy_app)
pack_app = typer.Typer(no_args_is_help=True, help="Editions of a pack, its schemas for editors, a new one.")
app.add_typer(pack_app, name="pack")
pack_app.command("next")(deciding_verb.next_decisions)
pack_app.command("migrate")(migrating_verb.migrate_cases)
indicators_app = typer.Typer(no_args_is_help=True, help="What is measured.")
app.add_typer(indicators_app, name="indicators")
register_app = typer.Typer(no_args_is_help=True, help="Files of records into a register and out of it.")
app.add_typer(register_app, name="register")
app.add_typer(playing.export_app, name="export")
app.add_typer(exchanging.exchange_app, name="exchange")
app.command("detect")(detect_verb.detect)
app.command("detect-worker")(detect_worker.detect_worker)
app.command("cover")(cover_verb.cover)
app.command("explain-village")(explain_verb.explain_village)
app.command("site")(site_verb.site)
app.command("study-run", hidden=True)(study_verb.study_run)
app.add_typer(rules_verbs.rules_app, name="rules")

Data = Annotated[Path | None, typer.Option("--data", help="Folder of the database, uploads and keys [default: var].")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def main() -> None:
    """Run the command; what a person can do something about ends with a sentence, not with a trace."""
    try:
        app(prog_name="amur")
    except Exception as error:
        if (told := endings.explain(error)) is None:
            raise
        complain(told)
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _amur(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        say(f"amur {amur.__version__}")
        raise typer.Exit


@app.command()
def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 8000,
    host: Annotated[
        str, typer.Option(help="localhost serves this machine only; 0.0.0.0 serves everybody.")
    ] = "localhost",
    data: Data = None,
    empty: Annotated[bool, typer.Option("--empty", help="Play no demonstration.")] = False,
) -> None:
    """Prepare what is missing and serve until Ctrl-C."""
    from amur.config import supervisor

    raise typer.Exit(supervisor.up(supervisor.Address(host, port), _data(data), empty=empty))


@app.command()
def worker(data: Data = None) -> None:
    """Run jobs and seal the ledger until stopped; on PostgreSQL several may run."""
    _start(data)
    from amur.config import worker as loop

    loop.run()


@app.command()
def sync(
    pack: Annotated[Path | None, typer.Argument(help="Folder of the pack [default: the installation's].")] = None,
    data: Data = None,
) -> None:
    """Write a pack's declarations into the database; what runs already stays with what it began with."""
    from amur.config import preparation

    _choose(pack)
    _start(data)
    preparation.sync_pack()
    say(f"The pack {installation.pack_folder().name} is active.")


@app.command()
def reindex(data: Data = None) -> None:
    """Make the index of the search anew, as after a change of how it reads; the server may go on."""
    _start(data)
    from amur.config import preparation

    say(f"The search finds {preparation.reindex():,} things.")


app.command()(checking.check)
app.command()(developing.dev)
app.command()(tracing_verb.trace)
app.command()(playing.simulate)


@app.command("new")
def new_file(
    kind: Annotated[str, typer.Argument(help="procedure, register, indicator, method, value, codelist or scheme.")],
    clause: Annotated[
        str, typer.Argument(help="Number of a clause, such as 3, or the id of a commitment, such as 3.4.")
    ],
    name: Annotated[str, typer.Argument(help="Id of the new declaration, such as tariff_filing.")],
    pack: Annotated[
        Path | None, typer.Option("--pack", help="Folder of the pack [default: the installation's].")
    ] = None,
) -> None:
    """Write a new declaration into the folder of its clause, with an example that fails until it is true."""
    from amur.config import scaffolding

    scaffolding.new_file(pack or installation.pack_folder(), kind, clause, name)


@pack_app.command("new")
def new_pack(
    folder: Annotated[Path, typer.Argument(help="Folder to make; its name is the id of the pack.")],
    text: Annotated[
        Path | None,
        typer.Option("--from", help="The official text: plain, HTML, Word or PDF.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Write a new pack that passes the check; from an official text it has one commitment a paragraph, planned."""
    from amur.config import scaffolding

    scaffolding.new_pack(folder, text)


@pack_app.command("schemas")
def write_schemas() -> None:
    """Write one JSON Schema a kind of file, for editors, into docs/reference/schemas."""
    from amur.config import pack_verbs

    pack_verbs.schemas()


@pack_app.command("diff")
def diff_packs(
    old: Annotated[str, typer.Argument(help="A folder, the beginning of a release's hash, or `active`.")],
    new: Annotated[str, typer.Argument(help="Likewise.")],
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show what an edition of a pack changes, and which running cases it touches."""
    from amur.config import comparing

    comparing.diff(old, new, _data(data), as_json=as_json)


@indicators_app.command("compute")
def compute_indicators(
    anew: Annotated[bool, typer.Option("--anew", help="All of them, also those that are not due.")] = False,
    data: Data = None,
) -> None:
    """Bring the snapshot of the datasets up and compute what is due; the worker does it every hour."""
    from amur.config import measuring

    _start(data)
    raise typer.Exit(measuring.compute(anew=anew))


@indicators_app.command("show")
def show_indicators(
    name: Annotated[str, typer.Argument(help="One indicator [default: all].")] = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Show the newest values with their status."""
    from amur.config import measuring

    _start(data)
    measuring.show(name, as_json=as_json)


@register_app.command("import")
def import_records(  # noqa: PLR0917 -- each is an option of the verb
    register: Annotated[str, typer.Argument(help="Id of the register.")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; say all that is wrong.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for rows that do not say it.")] = "",
    source: Annotated[str, typer.Option(help="From where, for rows that do not say it.")] = "",
    valid_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Since when [default: today].")
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Rows may change records that exist.")] = False,
    in_batches: Annotated[bool, typer.Option("--in-batches", help="Not all or nothing: for very many rows.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the import of this file was cut off.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Take records over from a file: checked whole first, then all or nothing."""
    from amur.config import register_verbs

    _start(data)
    if resume:
        raise typer.Exit(register_verbs.resume(register, file, as_json=as_json))
    since = valid_from.date() if valid_from else None
    order = register_verbs.Order(register, file, reason, source, since, updates=update, in_batches=in_batches)
    raise typer.Exit(register_verbs.import_file(order, dry_run=dry_run, as_json=as_json))


@register_app.command("template")
def write_template(
    register: Annotated[str, typer.Argument(help="Id of the register.")],
    to: Annotated[Path | None, typer.Option("--to", help="File to write [default: the terminal].")] = None,
    language: Annotated[str, typer.Option(help="Call columns by their titles in zh or en [default: by id].")] = "",
    filled: Annotated[bool, typer.Option("--filled", help="With all records, as they can be imported again.")] = False,
    data: Data = None,
) -> None:
    """Write the columns that an import of a register knows, as CSV."""
    from amur.config import register_verbs

    _start(data)
    register_verbs.write_template(register, language=language, filled=filled, to=to)


@policy_app.command("import")
def import_policy(
    file: Annotated[Path, typer.Argument(help="The official text, UTF-8.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count only.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Read the official text: its parts, clauses and paragraphs."""
    from amur.config import pack_verbs

    if not dry_run:
        _start(data)
    pack_verbs.import_policy(file, dry_run=dry_run, as_json=as_json)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Archive to write, such as amur.tar.gz.")],
    with_keys: Annotated[bool, typer.Option("--with-keys", help="Include the keys: keep such a file secret.")] = False,
    data: Data = None,
) -> None:
    """Write a consistent copy of everything while the server runs."""
    from amur.config import backup as archive

    _start(data)
    manifest = archive.write(file, _data(data), with_keys=with_keys)
    say(f"{file}: {len(manifest['members'])} members, ledger head at {manifest['head']['size']} entries.")
    if with_keys:
        complain("The archive holds the keys: whoever has it can sign as this installation. Keep it secret.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Archive that `amur backup` wrote.", exists=True, dir_okay=False)],
    data: Data = None,
    head: Annotated[
        Path | None, typer.Option("--head", help="A published ledger head (JSON) to prove against.")
    ] = None,
) -> None:
    """Restore into an empty folder, and prove that the ledger is a part of what was published."""
    from amur.config import restoration

    say(restoration.restore(file, _data(data), head=head))


@app.command()
def erase(
    subject: Annotated[str, typer.Argument(help="case:NUMBER, record:REGISTER:KEY or account:NAME.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it stays in the ledger for ever and names nobody.")],
    *,
    basis: Annotated[str, typer.Option("--basis", help="The legal ground, where it is not the declared one.")] = "",
    despite_retention: Annotated[
        bool, typer.Option("--despite-retention", help="Before the retention time is over; needs --basis.")
    ] = False,
    data: Data = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erase what is personal of a case, a record or an account, everywhere and for good."""
    from amur.config import erasing

    if not yes:
        typer.confirm(f"Erase what is personal of {subject}? It cannot be taken back", abort=True)
    _start(data)
    say(erasing.erase(subject, reason=reason, basis=basis, despite_retention=despite_retention))


@app.command()
def upgrade(
    data: Data = None,
    to: Annotated[Path | None, typer.Option("--backup", help="Where to write the backup first.")] = None,
) -> None:
    """Back up, bring the tables to this version, check, and sync the pack. Stop the server first."""
    from amur.config import upgrading

    upgrading.upgrade(_data(data), to)


@app.command("test")
def run_tests(
    room: Annotated[str, typer.Argument(help="Run the tests of this room only, on SQLite, without lint.")] = "",
    deep: Annotated[bool, typer.Option("--deep", help="Also what is too slow for the gate.")] = False,
) -> None:
    """Run the gate: format, lint, types, house rules, licences, tests on SQLite and PostgreSQL."""
    from amur.config import gate

    raise typer.Exit(gate.run(room, deep=deep))


@app.command()
def docs() -> None:
    """Write the reference from the code into docs/reference: pages, and schemas for editors."""
    from amur.config import pack_verbs

    pack_verbs.docs()


@app.command()
def lock(upgrade: Annotated[bool, typer.Option("--upgrade", help="Take the newest versions.")] = False) -> None:
    """Write the locks from requirements/*.in."""
    from amur.config import locks

    for name in locks.lock(upgrade=upgrade):
        say(name)


passed_on = {"allow_extra_args": True, "ignore_unknown_options": True}
app.command(context_settings=passed_on)(handing_over.bench)
app.command(context_settings=passed_on)(handing_over.manage)


def _data(data: Path | None) -> Path:
    return data.absolute() if data else installation.data_folder()


def _choose(pack: Path | None) -> None:
    if pack is not None:
        os.environ["AMUR_PACK"] = str(pack.absolute())


def _start(data: Path | None) -> None:
    from amur.config import preparation

    preparation.start_django(_data(data))
