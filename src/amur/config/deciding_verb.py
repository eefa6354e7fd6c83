"""``amur pack next``: what the author of a pack has to decide next, as a list, as JSON or as pages in the pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amur.config.terminal import CommandError, print_json, say
from amur.config.tongue import Tongue, spoken


def next_decisions(
    folder: Annotated[Path, typer.Argument(help="Folder of the pack.", exists=True, file_okay=False)],
    write: Annotated[bool, typer.Option("--write", help="Write DECISIONS.md and DECISIONS.zh-CN.md anew.")] = False,  # noqa: FBT002 -- an option of the command
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a list.")] = False,  # noqa: FBT002 -- as above
    language: Tongue = "",
) -> None:
    """Say what the author of a pack has to decide next, the first to decide first."""
    from amur.packs import deciding, reads

    pack = reads.load(folder)
    if faults := reads.faults_of(pack):
        raise CommandError(f"{folder} has {len(faults)} faults; see ./amur check {folder} first")
    if write:
        for path in deciding.write(folder, pack):
            say(str(path))
        return
    decisions, tongue = deciding.open_decisions(pack), spoken(language, folder)
    if as_json:
        print_json({"decisions": [one.as_dict(tongue) for one in decisions]})
        return
    say(deciding.page(decisions, tongue).rstrip())
