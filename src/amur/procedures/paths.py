"""What a path or a literal names that an effect copies as it is; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from amur.base.canonical import Json
from amur.procedures.permission import CaseFacts

CASE_VALUES: Mapping[str, str] = {
    "number": "text",
    "region": "region",
    "submitted_on": "date",
    "accepted_on": "date",
    "decided_on": "date",
}
"""What an effect may take from the case itself, and of which type it is."""

_TEXT = re.compile(r"'([^'\\]*)'")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})")


def resolve(path: str, form: Mapping[str, Json], facts: CaseFacts) -> Json:
    """Return the value that a path or a literal names.

    A field of the form that was left empty is None.

    Raises:
        ValueError: if the path names nothing.

    >>> from datetime import date
    >>> facts = CaseFacts(number="2026-NSF-00001", dates={"accepted_on": date(2026, 3, 10)})
    >>> [resolve(path, {"name": "甲"}, facts) for path in ("form.name", "case.accepted_on", "'on'", "12", "true")]
    ['甲', '2026-03-10', 'on', 12, True]
    >>> resolve("case.owner", {}, facts)
    Traceback (most recent call last):
    ...
    ValueError: 'case.owner' names nothing; use form.<field>, case.<value> or a literal
    """
    source, _, name = path.partition(".")
    if source == "form" and name:
        return form.get(name)
    if source == "case" and name in CASE_VALUES:
        if CASE_VALUES[name] == "date":
            day = facts.dates.get(name)
            return day.isoformat() if day else None
        return {"number": facts.number, "region": facts.region}[name]
    return literal(path)


def literal(text: str) -> Json:
    """Return the value of a literal: a text in single quotes, a whole number, ``true`` or ``false``.

    Raises:
        ValueError: if it is none of these.

    >>> literal("'a'"), literal("-3"), literal("false")
    ('a', -3, False)
    """
    if found := _TEXT.fullmatch(text):
        return found[1]
    if _NUMBER.fullmatch(text):
        return int(text)
    if text in {"true", "false"}:
        return text == "true"
    raise ValueError(f"{text!r} names nothing; use form.<field>, case.<value> or a literal")
