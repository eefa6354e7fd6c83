"""The verbs of playing and of logs: ``amur simulate`` and ``amur export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amur.config import installation
from amur.config.terminal import CommandError, print_json, say

export_app = typer.Typer(no_args_is_help=True, help="What an installation gives to other tools.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def simulate(  # noqa: PLR0917 -- each is an option of the verb
    what: Annotated[str, typer.Argument(help="Folder of a pack, a file of a procedure, or the id of one.")],
    scenario: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Who arrives, who works, how long: YAML [default: assumptions]."
        ),
    ] = None,
    target: Annotated[
        int | None, typer.Option(min=1, max=100, help="Find the least staff with which so many percent are on time.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another chance than the scenario's.")] = None,
    replications: Annotated[int | None, typer.Option(min=2, max=1000, help="How often it is played.")] = None,
    log: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Also write the first play as OCEL 2.0: .json or .sqlite.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Predict by simulation how long cases of a procedure wait, and how many are late by their declared clocks."""
    from amur.config import simulating

    asked = simulating.Asked(what, scenario, seed, replications, target, log)
    raise typer.Exit(simulating.simulate(asked, as_json=as_json))


@export_app.command("ocel")
def export_ocel(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="File to write: .json or .sqlite.")],
    at: Annotated[int | None, typer.Option(min=0, help="Index of the ledger [default: the newest sealed].")] = None,
    *,
    as_json: AsJson = False,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of the database, uploads and keys [default: var].")
    ] = None,
) -> None:
    """Write what happened to all cases as an object-centric event log (OCEL 2.0), without any personal data."""
    from amur.config import preparation, simulating

    preparation.start_django(data.absolute() if data else installation.data_folder())
    simulating.check_form(file)
    from amur.base.acting import SYSTEM
    from amur.ledger import reads as ledger
    from amur.procedures.eventlog import write
    from amur.procedures.eventlog.cases import log_of_cases

    head = ledger.head()
    newest = head.size - 1 if head else -1
    if at is not None and at > newest:
        raise CommandError(
            f"The ledger is sealed up to {newest}, not up to {at}. Wait for the sealer, or leave out --at."
        )
    index = newest if at is None else at
    log = log_of_cases(SYSTEM, index)
    write(log, file)
    if as_json:
        print_json({"file": str(file), "index": index, "events": len(log.events), "objects": len(log.objects)})
    else:
        say(f"{file}: {len(log.events):,} events of {len(log.objects):,} objects, at entry {index} of the ledger.")
