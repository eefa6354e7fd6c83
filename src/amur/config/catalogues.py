"""Translations: the gettext catalogues that people edit, compiled when they have changed."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from amur.config.environment import ROOT

_LOCALE = ROOT / "src" / "amur" / "web" / "locale"


def compile_changed(locale: Path = _LOCALE) -> list[Path]:
    """Write the compiled form beside each catalogue that is newer, and return what was written.

    The new file takes its place at once, so that a server that starts meanwhile never reads half of one.
    """
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = target.with_suffix(f".{os.getpid()}.tmp")
        with source.open("rb") as lines, fresh.open("wb") as compiled:
            write_mo(compiled, read_po(lines))
        fresh.replace(target)
        written.append(target)
    return written
