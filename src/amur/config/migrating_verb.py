"""The verb ``amur pack migrate`` as it is typed; what it does is imported when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amur.config import installation


def migrate_cases(
    name: Annotated[str, typer.Argument(help="The id of a map (NAME.migration.yaml) of the active pack.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would become of each case, and stop.")] = False,  # noqa: FBT002 -- an option of the command
    undo: Annotated[bool, typer.Option("--undo", help="Bring back the cases that have not moved since.")] = False,  # noqa: FBT002 -- as above
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,  # noqa: FBT002 -- as above
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of the database, uploads and keys [default: var].")
    ] = None,
) -> None:
    """Bring running cases to the edition of now as a map declares it; a run that was cut off is simply run again."""
    from amur.config import migrating, preparation

    preparation.start_django(data.absolute() if data else installation.data_folder())
    raise typer.Exit(migrating.migrate(name, dry_run=dry_run, undo=undo, as_json=as_json))
