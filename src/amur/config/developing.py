"""The verb ``amur dev``: the site of a pack that is being written, in a folder of its own.

Beside the server and the worker runs a watcher. When a file of the pack is saved, it checks the pack and prints all
faults; a pack without any becomes the one that the site runs, and pages that are open show it by themselves. With a
fault the site goes on with the last edition that had none.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from amur.config import installation
from amur.config.terminal import CommandError, say
from amur.config.tongue import Tongue, spoken

SWITCH = "AMUR_DEV"
_STEP_MS, _GATHER_MS = 50, 300


def dev(
    pack: Annotated[Path, typer.Argument(help="Folder of the pack.", exists=True, file_okay=False)],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 8000,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of the database [default: dev/PACK in var].")
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Play no demonstration.")] = False,  # noqa: FBT002 -- an option of the command
    language: Tongue = "",
) -> None:
    """Serve a pack while it is written: what is saved is checked, and shown at once where it has no fault."""
    from amur.config import supervisor

    folder = pack.absolute()
    kept = (data or installation.data_folder() / "dev" / folder.name).absolute()
    os.environ["AMUR_PACK"], os.environ[SWITCH] = str(folder), "1"
    tongue = spoken(language, folder)
    wait_until_good(folder, tongue)
    watcher = ("watcher", ["amur.config.developing", str(folder), str(kept), tongue])
    raise typer.Exit(supervisor.up(supervisor.Address("localhost", port), kept, empty=empty, beside=(watcher,)))


def wait_until_good(folder: Path, tongue: str) -> None:
    """Print what is wrong with a pack until it has no fault: a site needs one good edition to begin with."""
    from amur.config.checking import print_faults
    from amur.packs import reads

    for _ in _saves(folder):
        faults = reads.check(folder)
        if not faults:
            return
        print_faults(folder, faults, tongue)
        say("Waiting until the pack has no fault. Ctrl-C stops it.")


def watch(folder: Path, data: Path, tongue: str) -> None:
    """Follow the pack: after each save check it, print, and bring it into the installation where it has no fault."""
    from amur.config import preparation

    preparation.start_django(data)
    from django.db import close_old_connections

    for _ in _saves(folder):
        close_old_connections()
        look(folder, data, tongue)


def look(folder: Path, data: Path, tongue: str) -> None:
    """Check the pack as it was saved, tell what was found, and sync it where nothing is wrong."""
    from amur.base.acting import system
    from amur.config.checking import print_faults
    from amur.packs import acts, reads
    from amur.policy import reads as released
    from amur.web import clock, developing

    began, before = time.monotonic(), released.active_release()
    faults = reads.check(folder)
    release = before
    if not faults:
        release = acts.sync(folder, by=system("dev", client="cli"), now=clock.now())
    developing.note(data, release.hash if release else "", faults)
    if faults or release != before:
        print_faults(folder, faults, tongue)
    if release is not None and release != before:
        say(f"Shown after {time.monotonic() - began:.1f} s.")


def _saves(folder: Path) -> Iterator[None]:
    """Yield at once, and after each save; what is saved together, as editors do, is one."""
    from watchfiles import watch as changes

    yield
    for _ in changes(folder, debounce=_GATHER_MS, step=_STEP_MS, raise_interrupt=True):
        yield


if __name__ == "__main__":
    if len(sys.argv) != len(("program", "folder", "data", "tongue")):
        raise CommandError("amur dev starts the watcher; it takes a folder, the data and a language")
    watch(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
