"""Files of rules, found without reading them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from amur.base.faults import AmurError

_ENDINGS = {".yml", ".yaml"}
_SAMPLES = ".samples"
OWN_RULES = Path(__file__).parents[1] / "own_rules"
"""The rules that ship with this room."""


def rule_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files of rules among some files and below some folders, in the order of their paths.

    Raises:
        AmurError: if a path is not there.
    """
    found = set()
    for path in paths:
        if not path.exists():
            raise AmurError("no_rules", f"{path} is not there; name a file or a folder of Sigma rules")
        inside = path.rglob("*") if path.is_dir() else [path]
        found |= {
            file for file in inside if file.suffix in _ENDINGS and not file.stem.endswith(_SAMPLES) and file.is_file()
        }
    return sorted(found)
