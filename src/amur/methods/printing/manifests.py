"""What a result folder says it came of, and what it is known by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from amur.base.faults import AmurError

NAME, REPORT = "manifest.json", "report.pdf"


@dataclass(frozen=True, slots=True)
class Manifest:
    """When results were made, from which files with which parameters and versions, and what they are known by."""

    made_at: datetime | None
    fingerprint: str
    inputs: Mapping[str, str]
    parameters: Mapping[str, Any]
    versions: Mapping[str, str]


def fingerprint_of(said: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, of a manifest without its report: keys in order, no spaces, UTF-8.

    A report names the results it is made from, and the manifest names the report; so it is left out here.

    >>> fingerprint_of({"results": {"a.csv": "1", "report.pdf": "2"}}) == fingerprint_of({"results": {"a.csv": "1"}})
    True
    """
    results = {name: hash_ for name, hash_ in dict(said.get("results", {})).items() if name != REPORT}
    whole = json.dumps({**said, "results": results}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def manifest_of(folder: Path) -> Manifest:
    """Return what the manifest of a folder says; of a folder without one nothing is known.

    Raises:
        AmurError: if it is there and no manifest.
    """
    said = document_of(folder, NAME, needed=False)
    if said is None:
        return Manifest(None, "", {}, {}, {})
    try:
        return Manifest(
            datetime.fromisoformat(said["made_at"]) if said.get("made_at") else None,
            fingerprint_of(said),
            {one["file"]: one["sha256"] for one in said.get("inputs", [])},
            dict(said.get("parameters", {})),
            {name: str(one) for name, one in dict(said.get("versions", {})).items()},
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise AmurError(
            "bad_manifest", f"{folder / NAME}: this is no manifest ({error}); run what made the folder again"
        ) from error


def document_of(folder: Path, name: str, *, needed: bool = True) -> Any:
    """Return a JSON file of a result folder; none if there is none and it is not needed.

    Raises:
        AmurError: if it is needed and missing, or no JSON object; with its path.
    """
    file = folder / name
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError:
        if not needed:
            return None
        raise AmurError("no_result", f"{file} is missing; name the folder that results were written to") from None
    except (OSError, ValueError, RecursionError) as error:
        raise AmurError("bad_result", f"{file} cannot be read as JSON: {error}; make the results again") from error
    if not isinstance(found, dict):
        raise AmurError("bad_result", f"{file}: found no JSON object; make the results again")
    return found
