"""The rules of this room as pure functions: what is the same question, how a figure is kept, what a run says."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from amur.base.canonical import Json, digest

WHOLE = 1_000
"""Progress is counted in thousandths."""
LEASE = timedelta(minutes=2)
"""How long a worker that runs a study may be silent before another takes it over."""
MOST_CLAIMS = 3
"""A study whose workers stopped so often is given up: it may be what stops them."""
_KEPT_DECIMALS = 9


def question(
    method: str, model: str, version: str, parameters: Mapping[str, Json], inputs: Iterable[Mapping[str, Json]]
) -> str:
    """Return a hash of what a study asks; where it is the same, so is the answer.

    Of an input counts what is in it: its hash, or where that is not known before the run, where it comes from.

    >>> one = question("m", "siting", "1", {"share": "0.90"}, [{"id": "a", "sha256": "ab", "file": "x.csv"}])
    >>> one == question("m", "siting", "1", {"share": "0.90"}, [{"id": "a", "sha256": "ab", "file": "y.csv"}])
    True
    >>> one == question("m", "siting", "2", {"share": "0.90"}, [{"id": "a", "sha256": "ab", "file": "x.csv"}])
    False
    """
    told = {
        str(one["id"]): one.get("sha256") or [one.get("origin"), one.get("from"), one.get("file")] for one in inputs
    }
    return digest({"method": method, "model": model, "version": version, "parameters": parameters, "inputs": told})


def hash_of_results(files: Mapping[str, str]) -> str:
    """Return the hash of a result: of the names of its files, each with its own hash.

    >>> hash_of_results({"a": "1", "b": "2"}) == hash_of_results({"b": "2", "a": "1"})
    True
    """
    return digest(dict(files))


def kept(value: Any, decimals: int = _KEPT_DECIMALS) -> str | None:
    """Return a figure as it is kept: a decimal in plain digits; None where there is none.

    Raises:
        ValueError: for what is no finite number.

    >>> kept(0.1 + 0.2), kept(1e-12), kept(31_850_088), kept(None), kept(-2.50)
    ('0.3', '0', '31850088', None, '-2.5')
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"found {value!r}, which is no finite number")
    text = f"{value:.{decimals}f}" if isinstance(value, float) else str(value)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def number(text: str) -> Decimal | None:
    """Return the number that a text writes, or None where it is none.

    >>> number("0.25"), number("much"), number("NaN")
    (Decimal('0.25'), None, None)
    """
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def cell(row: Mapping[str, Any], path: str) -> str:
    """Return what a table says at a column of a row, or at a part of one; nothing where there is nothing.

    >>> row = {"name": "灯", "place": {"lat": Decimal("45.800000")}, "open": True}
    >>> cell(row, "name"), cell(row, "place.lat"), cell(row, "place.lon"), cell(row, "open"), cell(row, "other")
    ('灯', '45.800000', '', '1', '')
    """
    name, _, part = path.partition(".")
    value = row.get(name)
    if part:
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in thousandths, and what it does: in English, and by a code with what fills its sentence."""

    done: int
    doing: str
    step: Mapping[str, Json] = field(default_factory=dict)


def progress(line: str) -> Progress | None:
    """Return what a line of a run says of its progress, or None where it says something else.

    >>> progress('{"done": 0.25, "doing": "Heights"}'), progress("Traceback"), progress('{"done": "x"}')
    (Progress(done=250, doing='Heights', step={}), None, None)
    >>> progress('{"done": 7, "doing": null}').done
    1000
    >>> progress('{"done": 0, "doing": "1 / 2", "code": "tiles", "details": {"done": 1}}').step
    {'code': 'tiles', 'details': {'done': 1}}
    """
    try:
        said = json.loads(line)
        share = min(1.0, max(0.0, float(said["done"])))
    except (ValueError, KeyError, TypeError):
        return None
    code, details = said.get("code"), said.get("details")
    details = details if isinstance(details, dict) else {}
    step: dict[str, Json] = {"code": str(code), "details": details} if code else {}
    return Progress(int(share * WHOLE), str(said.get("doing") or "")[:200], step)


def is_free(state: str, taken_until: datetime | None, now: datetime) -> bool:
    """Say whether a worker may take a study: one that waits, or one whose worker has fallen silent.

    >>> noon = datetime(2026, 1, 1, 12)
    >>> is_free("queued", None, noon), is_free("running", noon, noon), is_free("running", noon + LEASE, noon)
    (True, True, False)
    >>> is_free("running", noon + 3 * LEASE, noon), is_free("done", None, noon)
    (True, False)
    """
    if state == "queued":
        return True
    # A lease that ends later than it can was given before the clock was set back, and is over.
    return state == "running" and (taken_until is None or not now < taken_until <= now + 2 * LEASE)


def missed(
    expected: Mapping[str, tuple[str | None, str]], found: Mapping[str, str | None]
) -> Iterator[tuple[str, str, str]]:
    """Yield each figure that is not as expected, within its tolerance: name, what was expected, what was found.

    >>> list(missed({"cost": ("9", "0"), "gap": ("0", "0.01"), "served": (None, "0")}, {"cost": "8", "gap": "0.005"}))
    [('cost', '9', '8')]
    >>> list(missed({"hhi": ("2600", "0.5")}, {}))
    [('hhi', '2600 ± 0.5', 'none')]
    """
    for name, (wanted, tolerance) in expected.items():
        value, aim, width = number(found.get(name) or ""), number(wanted or ""), number(tolerance) or Decimal(0)
        if value is aim is None:
            continue
        if value is None or aim is None or abs(value - aim) > width:
            said = f"{wanted} ± {tolerance}" if width else str(wanted)
            yield name, said if wanted is not None else "none", found.get(name) or "none"
