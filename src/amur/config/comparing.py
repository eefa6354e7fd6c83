"""What the command does for ``amur pack diff``: two editions, what lies between them, and the cases that it touches."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from amur.config.preparation import start_django
from amur.config.terminal import CommandError, print_json, say

_LONGEST = 60
_DATABASE = "amur.sqlite3"


def diff(old: str, new: str, data: Path, *, as_json: bool) -> None:
    """Print what an edition changes; each is a folder, the beginning of a release's hash, or ``active``."""
    from amur.packs.engine import diff as differ

    has_database = bool(os.environ.get("AMUR_DATABASE_URL")) or (data / _DATABASE).is_file()
    if has_database:
        start_django(data)
    before, after = (_edition(reference, data, has_database=has_database) for reference in (old, new))
    changed = differ.compare(before, after)
    reasons = differ.touched(changed, before)
    running = _running(reasons) if has_database else None
    told = {"old": old, "new": new, "changes": [_told(one) for one in changed]}
    told["touches"] = [
        {
            "procedure": name,
            "because": [{"kind": one.kind, "id": one.id, "follows": one.follows} for one in why],
            "running": None if running is None else running.get(name, []),
            "migrations": [
                one for (kind, one), body in after.items() if kind == "migration" and body.get("procedure") == name
            ],
        }
        for name, why in reasons.items()
    ]
    if as_json:
        print_json(told)
        return
    for line in _lines(told):
        say(line)


def _edition(reference: str, data: Path, *, has_database: bool) -> Mapping[tuple[str, str], Any]:
    if Path(reference).is_dir():
        from amur.packs import reads

        return reads.edition(Path(reference))
    if not has_database:
        raise CommandError(f"{reference} is no folder, and {data} holds no database that could know such a release.")
    from amur.policy import reads as policy

    return policy.edition_of(reference)


def _running(reasons: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]] | None:
    """Return the running cases by procedure, or None where the database does not answer or has no tables yet."""
    from django.db import DatabaseError

    from amur.base.acting import SYSTEM
    from amur.procedures import reads as procedures

    try:
        running = procedures.running(SYSTEM, list(reasons))
    except DatabaseError:
        return None
    found: dict[str, list[dict[str, Any]]] = {}
    for one in running:
        found.setdefault(one.procedure, []).append({"state": one.state, "count": one.count, "numbers": one.numbers})
    return found


def _told(one: Any) -> dict[str, Any]:
    changes = [
        {"path": change.path, "how": change.how, "before": change.before, "after": change.after}
        for change in one.changes
    ]
    return {"kind": one.kind, "id": one.id, "how": one.how, "changes": changes}


def _lines(told: dict[str, Any]) -> Iterator[str]:
    signs = {"added": "+", "removed": "-", "changed": "~"}
    for one in told["changes"]:
        yield f"{signs[one['how']]} {one['kind']} {one['id']}"
        for change in one["changes"]:
            yield f"    {signs[change['how']]} {change['path']}: {_said(change)}"
    if not told["changes"]:
        yield "The two editions say the same."
    for touch in told["touches"]:
        yield from _touched(touch)


def _said(change: dict[str, Any]) -> str:
    before, after = _short(change["before"]), _short(change["after"])
    return {"added": after, "removed": before, "changed": f"{before} → {after}"}[change["how"]]


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _touched(touch: dict[str, Any]) -> Iterator[str]:
    follow = ", ".join(f"{one['kind']} {one['id']}" for one in touch["because"] if one["follows"])
    stay = ", ".join(f"{one['kind']} {one['id']}" for one in touch["because"] if not one["follows"])
    yield f"Running cases of {touch['procedure']}:"
    if follow:
        yield f"    follow the new {follow}"
    if stay:
        yield f"    stay with the {stay} that they began with"
    if touch["running"] is None:
        yield "    not counted: no database answers"
    elif not touch["running"]:
        yield "    none"
    for one in touch["migrations"] if stay else ():
        yield f"    can be brought along: amur pack migrate {one} --dry-run"
    for state in touch["running"] or ():
        yield f"    {state['count']} in {state['state']}: {', '.join(state['numbers'])}"
