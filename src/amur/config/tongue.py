"""In which language a verb speaks to the author of a pack."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from amur.config.terminal import CommandError

SPOKEN = ("zh", "en")
Tongue = Annotated[
    str, typer.Option("--language", help="zh or en [default: that of LANG, else the first of the pack].")
]


def spoken(asked: str, folder: Path) -> str:
    """Return the language to speak: the one asked for, that of the terminal, the pack's first, else English.

    Raises:
        CommandError: if another language is asked for.
    """
    if asked:
        if asked not in SPOKEN:
            raise CommandError(f"found the language {asked!r}; choose from {', '.join(SPOKEN)}")
        return asked
    # As gettext reads them; C and POSIX say that nobody chose.
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if (said := os.environ.get(name, "").partition("_")[0].partition(".")[0]) and said not in {"C", "POSIX"}:
            return said if said in SPOKEN else "en"
    return _first_of(folder)


def _first_of(folder: Path) -> str:
    """Return the first language that a pack names, where its own file can be read."""
    from amur.packs import reads

    first = next(iter(reads.languages(folder)), "en")
    return first if first in SPOKEN else "en"
