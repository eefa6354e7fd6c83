"""What was found as a layer of ATT&CK Navigator, in version 4.5 of its file format.

The format: https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from amur.detection.reporting.ocsf import TECHNIQUE
from amur.detection.reporting.summary import OfRule, Summary
from amur.detection.sigma.rules import LEVELS

VERSIONS = {"layer": "4.5", "navigator": "4.9.0"}
"""The version of the format, and the first of Navigator that reads it; that of ATT&CK is what Navigator has."""

COLOURS = {
    "informational": "#d9e2ec",
    "low": "#9ecae1",
    "medium": "#fed976",
    "high": "#fd8d3c",
    "critical": "#de2d26",
}
"""The colour of a technique by the gravest level of the rules that found it."""

MOST_RULES = 20
"""How many rules are named for a technique, the gravest first."""


@dataclass(slots=True)
class _Technique:
    """One technique: its hits, and the rules that found it, the gravest first."""

    hits: int = 0
    rules: list[OfRule] = field(default_factory=list)


def layer(summary: Summary, *, name: str) -> dict[str, Any]:
    """Return a layer: techniques that rules name and that were met, scored by hits, coloured by their gravest level.

    A technique stands under each of its tactics, since tags do not say which one it serves. It can be written as JSON.

    >>> layer(Summary(), name="A")["techniques"]
    []
    """
    techniques: dict[str, _Technique] = {}
    for one in summary.ordered():
        for technique in dict.fromkeys(one.said.techniques):
            if TECHNIQUE.fullmatch(technique):
                found = techniques.setdefault(technique, _Technique())
                found.hits += one.count
                found.rules.append(one)
    most = max((one.hits for one in techniques.values()), default=0)
    return {
        "name": name,
        "versions": VERSIONS,
        "domain": "enterprise-attack",
        "description": f"{summary.hits} hits of {len(summary.rules)} rules in {summary.events} events. "
        "The score is the number of hits, the colour the gravest level.",
        "sorting": 3,
        "layout": {"layout": "side", "showID": True, "showName": True, "expandedSubtechniques": "annotated"},
        "techniques": [_technique(number, techniques[number]) for number in sorted(techniques)],
        "gradient": {
            "colors": [COLOURS[LEVELS[0]], COLOURS[LEVELS[-1]]],
            "minValue": 0,
            "maxValue": max(most, 1),
        },
        "legendItems": [{"label": level, "color": COLOURS[level]} for level in reversed(LEVELS)],
        "metadata": [
            {"name": "events", "value": str(summary.events)},
            {"name": "hits", "value": str(summary.hits)},
            {"name": "could not be read", "value": str(summary.quarantined.total())},
        ],
    }


def _technique(number: str, found: _Technique) -> dict[str, Any]:
    level = found.rules[0].said.level
    more = len(found.rules) - MOST_RULES
    titles = [one.said.title or one.said.id for one in found.rules[:MOST_RULES]]
    return {
        "techniqueID": number,
        "score": found.hits,
        "color": COLOURS[level],
        "enabled": True,
        "comment": "; ".join(titles) + (f"; and {more} more" if more > 0 else ""),
        "metadata": [
            {"name": "gravest level", "value": level},
            {"name": "rules", "value": str(len(found.rules))},
            *({"name": each, "value": str(hits)} for each, hits in _by_level(found).items()),
        ],
    }


def _by_level(found: _Technique) -> dict[str, int]:
    hits = dict.fromkeys(reversed(LEVELS), 0)
    for one in found.rules:
        hits[one.said.level] += one.count
    return {level: count for level, count in hits.items() if count}
