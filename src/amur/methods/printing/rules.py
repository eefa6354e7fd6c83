"""Definitions of coverage as a report calls and words them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amur.base.faults import AmurError
from amur.methods.coverage.reasons import kind_said
from amur.methods.printing.svg import width_of
from amur.methods.printing.words import Language, say, told

_SHORT = 14.0
"""How wide a name in the head of a column may be, in letters of full width."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A definition: its id, the letter it goes by in a report, letter and title, what it says, where it is from."""

    id: str
    letter: str
    name: str
    says: str
    source: str


def heads_of(rules: Sequence[Rule]) -> list[str]:
    """Return the definitions for the heads of columns: by name where all names are short, otherwise by letter.

    >>> heads_of([Rule("near", "A", "A　近", "", ""), Rule("edge", "B", "B　" + "边" * 20, "", "")])
    ['A', 'B']
    """
    is_short = all(width_of(rule.name, 1) <= _SHORT for rule in rules)
    return [rule.name if is_short else rule.letter for rule in rules]


def rules_of(summary: Mapping[str, Any], language: Language) -> list[Rule]:
    """Return the definitions of a survey's summary.

    >>> near = {"id": "near", "kind": "site_within", "kilometres": 5, "source": "nobody", "title": {"en": "Near"}}
    >>> [(rule.name, rule.says) for rule in rules_of({"definitions": [near]}, "en")]
    [('A. Near', 'a site within 5 km')]

    Raises:
        AmurError: if there are none, or one has no id.
    """
    said = summary.get("definitions")
    if not isinstance(said, list) or not said or not all(isinstance(one, dict) and one.get("id") for one in said):
        raise AmurError("bad_result", "summary.json, definitions: found no list of definitions with ids; make it again")
    found = []
    for place, one in enumerate(said):
        name = say("rule_name", language, letter=_letter(place), title=told(one.get("title"), language) or one["id"])
        source = told(one.get("source"), language)
        found.append(Rule(str(one["id"]), _letter(place), name, _says(one, language), source))
    return found


def _letter(place: int) -> str:
    """Return the letters of a column in a spreadsheet: A to Z, AA and so on.

    >>> _letter(0), _letter(25), _letter(26)
    ('A', 'Z', 'AA')
    """
    return (_letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)  # noqa: PLR2004 -- letters


def _says(one: Mapping[str, Any], language: Language) -> str:
    if "kilometres" in one:
        return say("rule_site", language, kilometres=_number(one["kilometres"]))
    if "threshold_dbm" in one:
        kinds = say("and", language).join(_kind(kind, one, language) for kind in one.get("kinds") or ())
        return say(
            "rule_signal" if kinds else "rule_point",
            language,
            kinds=kinds,
            threshold=_number(one["threshold_dbm"]),
            probability=_number(float(one.get("probability") or 0) * 100),
        )
    parts: Sequence[Any] = one.get("parts") or one.get("any_of") or ()
    return say("or", language).join(_says(part, language) for part in parts if isinstance(part, dict))


def _kind(kind: str, one: Mapping[str, Any], language: Language) -> str:
    least = one.get("least_households")
    if kind == "settlement" and least:
        return say("settlements_from", language, households=_number(least))
    return kind_said(kind, language)


def _number(value: Any) -> str:
    return f"{float(value):,.6g}"
