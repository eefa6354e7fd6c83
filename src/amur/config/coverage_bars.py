"""How much of the source the tests must run: all of what is pure or declared, most of the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

WHOLE = 90.0
_ALL_OF = ("engine", "declarations")


def must_be_complete(file: str) -> bool:
    """Say whether every line and branch of a file must be run.

    >>> must_be_complete("src/amur/base/fields.py"), must_be_complete("src/amur/ledger/engine/tree.py")
    (True, True)
    >>> must_be_complete("src/amur/web/portal/views.py")
    False
    """
    parts = PurePosixPath(file).parts
    inside = parts[parts.index("amur") + 1 :] if "amur" in parts else ()
    return inside[:1] == ("base",) or any(part.removesuffix(".py") in _ALL_OF for part in inside[1:])


def below(report: Mapping[str, Any]) -> list[str]:
    """Return what is below its bar, from the JSON report of coverage."""
    faults = []
    for file, found in sorted(report["files"].items()):
        percent = found["summary"]["percent_covered"]
        if must_be_complete(file) and percent < 100:  # noqa: PLR2004 - all of it
            lines = ", ".join(map(str, found["missing_lines"])) or "branches " + str(found.get("missing_branches"))
            faults.append(f"{file}: {percent:.1f} % is run, 100 % is asked; missing: {lines}")
    whole = report["totals"]["percent_covered"]
    if whole < WHOLE:
        faults.append(f"{whole:.1f} % of all is run, {WHOLE:.0f} % is asked")
    return faults
