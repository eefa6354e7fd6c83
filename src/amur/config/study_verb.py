"""``amur study-run``: a process of its own that computes one study. The worker starts it; nobody else needs to."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from amur.config import environment
from amur.config.children import follow_parent

_GROUPS = ("core", "methods")


def study_run(folder: Annotated[Path, typer.Argument(help="Folder with a job.", exists=True, file_okay=False)]) -> None:
    """Compute the study whose job lies in a folder, and write there what came out."""
    follow_parent(signal.SIGKILL)
    if Path(sys.prefix) == environment.folder():  # another Python has what its owner gave it
        try:
            environment.ensure(_GROUPS)
        except environment.SetUpError as error:
            sys.stderr.write(f"{error}\n")
            raise typer.Exit(1) from error
    from amur.studies import running

    running.run(folder)
