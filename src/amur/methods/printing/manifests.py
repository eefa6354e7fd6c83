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
from amur.methods.printing.reading import document_of

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
    """Return the SHA-256, in hexadecimal, of what a manifest says but for its instant, itself and the report.

    It is that of JSON in UTF-8 with keys in order and no spaces. The same inputs, parameters and versions give the same
    one whenever they are put through; and a report can name the results that it is among.

    >>> fingerprint_of({"results": {"a.csv": "1", "report.pdf": "2"}}) == fingerprint_of({"results": {"a.csv": "1"}})
    True
    """
    results = {name: hash_ for name, hash_ in dict(said.get("results", {})).items() if name not in {NAME, REPORT}}
    left = {name: one for name, one in said.items() if name != "made_at"} | {"results": results}
    whole = json.dumps(left, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def manifest_of(folder: Path) -> Manifest:
    """Return what the manifest of a folder says; of a folder without one nothing is known.

    Raises:
        AmurError: if it is there and no manifest.
    """
    if not (folder / NAME).exists():
        return Manifest(None, "", {}, {}, {})
    said = document_of(folder, NAME)
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
