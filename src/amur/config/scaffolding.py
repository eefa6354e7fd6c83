"""What the command does for ``amur new`` and ``amur pack new``, and how it prints that."""

from __future__ import annotations

import os
from pathlib import Path

from amur.config.environment import ROOT
from amur.config.terminal import CommandError, complain, say
from amur.web import clock


def new_file(folder: Path, kind: str, clause: str, name: str) -> None:
    """Write a new declaration with its example and say what to do next."""
    from amur.packs import scaffolding
    from amur.packs.engine.schemas import FOLDER

    if not folder.is_dir():
        raise CommandError(f"{folder} is no folder; name that of a pack with --pack")
    today = clock.now().date()
    _say(scaffolding.new_file(folder, kind, clause, name, schemas=ROOT / FOLDER, on=today))
    say(f"Now write what is to be written. ./amur check {_short(folder)} --examples says how far it is.")


def new_pack(folder: Path, text: Path | None) -> None:
    """Write a new pack and say what to do next."""
    from amur.packs import beginning
    from amur.packs.engine.schemas import FOLDER

    content = text.read_bytes() if text is not None else None
    day = clock.now().date()
    written, warnings = beginning.new_pack(folder, folder.name, content, schemas=ROOT / FOLDER, on=day)
    _say(written)
    for warning in warnings:
        complain(warning)
    say(f"Next: ./amur check {_short(folder)}, then read DECISIONS.md there, or ./amur pack next {_short(folder)}")


def _say(written: list[Path]) -> None:
    for path in written:
        say(_short(path))


def _short(path: Path) -> str:
    return os.path.relpath(path)
