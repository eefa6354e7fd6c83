"""Files that are made from the code and committed: schemas for editors. A test says when they are out of date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write(folder: Path, texts: Mapping[str, str], pattern: str) -> list[str]:
    """Make a folder hold just these files of a pattern; return the names of those that were not as they are now."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = stale(folder, texts, pattern)
    for name in changed:
        if name in texts:
            (folder / name).write_text(texts[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def stale(folder: Path, texts: Mapping[str, str], pattern: str) -> list[str]:
    """Return the names of the files of a pattern that are missing, too many or of other words."""
    there = {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob(pattern))}
    return [name for name in sorted({*there, *texts}) if there.get(name) != texts.get(name)]
