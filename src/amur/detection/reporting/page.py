"""The report of a run as one page of HTML: it asks nothing of a network, and whatever logs hold, it only shows.

The page is in Chinese and English, the reader chooses. It works without its script, which only looks for rules and
begins in the language of the browser. Its size is bounded whatever a run has found, and it tells what it leaves out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from amur.detection.entities import ECS
from amur.detection.reporting import showing, words
from amur.detection.reporting.matrix import matrix
from amur.detection.reporting.summary import MOST_HOURS, MOST_NAMES, MOST_SAMPLES, OfRule, Summary
from amur.detection.reporting.timeline import timeline
from amur.detection.sigma.rules import LEVELS, TACTICS

MOST_RULES = 2_000
"""How many rules are listed, the gravest."""
MOST_BYTES_OF_RULES = 2_000_000
"""How many bytes what is said of all rules may take."""
MOST_BYTES_OF_SAMPLES = 4_000_000
"""How many bytes all hits that are shown may take."""

_MOST_OF_A_DESCRIPTION = 800
_MOST_ENTITIES = 10
_MOST_KINDS = 24
_MOST_LISTED = 50
_HERE = Path(__file__).parent
_NOT_ENTITIES = {"count"}
_LONG = {"process.command_line", "registry.path", "file.path", "url.original"}


@dataclass(frozen=True, slots=True)
class _Told:
    """What the list says of a rule: its place, what it found, and its hits as far as they are shown."""

    place: int
    one: OfRule
    head: Markup
    samples: list[Markup]


def page(
    summary: Summary, *, made_at: datetime, read: Sequence[str] = (), rules: int = 0, faults: Sequence[str] = ()
) -> str:
    """Return the report of a run as a page of HTML, whole in itself; it can be written as UTF-8.

    ``read`` names the files that were read, ``rules`` says how many rules were asked (0 where nobody counted), and
    ``faults`` tells some of what could not be read, a line each.
    """
    style, script = _text("report.css"), _text("report.js")
    return _template("report.html").render(
        summary=summary,
        made_at=made_at,
        read=read,
        asked=rules,
        faults=faults,
        most_listed=_MOST_LISTED,
        limits={"samples": MOST_SAMPLES, "names": MOST_NAMES, "event": showing.MOST_OF_AN_EVENT},
        style=Markup(style),  # noqa: S704 -- a file of ours
        script=Markup(script),  # noqa: S704 -- a file of ours
        style_hash=_hash(style),
        script_hash=_hash(script),
        **_counted(summary),
        **_of_rules(summary.ordered()),
    )


def _counted(summary: Summary) -> dict[str, Any]:
    """Return what a page tells of a run as a whole."""
    levels = summary.by_level()
    met = summary.by_tactic()
    kinds = [name for name in summary.about if name not in _NOT_ENTITIES]
    return {
        "levels": levels,
        "most_of_a_level": max(hits for _, hits in levels.values()) or 1,
        "unread": summary.quarantined.total(),
        "quarantined": summary.quarantined.most_common(_MOST_LISTED),
        "timeline": timeline(summary.hours),
        "untimed": summary.hits - sum(summary.hours.values()),
        "is_bounded_in_time": len(summary.hours) >= MOST_HOURS,
        "unmet": [name for name in TACTICS if name not in met],
        "kinds": len(kinds),
        "entities": _entities(summary, kinds),
    }


def _of_rules(ordered: Sequence[OfRule]) -> dict[str, Any]:
    """Return what a page tells of rules, the gravest first."""
    listed = _listed(ordered)
    groups = [(level, list(found)) for level, found in groupby(listed, key=lambda one: one.one.said.level)]
    return {
        "rows": matrix(ordered),
        "groups": groups,
        "anchors": {level for level, _ in groups},
        "listed": len(listed),
        "unlisted": sum(one.count for one in ordered[len(listed) :]),
        "kept": sum(len(one.samples) for one in ordered),
        "shown_samples": sum(len(one.samples) for one in listed),
    }


def _listed(ordered: Sequence[OfRule]) -> list[_Told]:
    """Return what is told of rules, the gravest first, as far as the bounds allow."""
    parts: Any = _template("report-parts.html").module
    told: list[_Told] = []
    spent = 0
    for place, one in enumerate(ordered[:MOST_RULES]):
        head = Markup(parts.head(one, place))  # noqa: S704 -- made by a template that escapes
        spent += len(head.encode())
        if spent > MOST_BYTES_OF_RULES:
            break
        told.append(_Told(place, one, head, []))
    _sampled(told, parts)
    return told


def _sampled(told: Sequence[_Told], parts: Any) -> None:
    """Give each rule its first hit, then each its second, … as long as there is room; the gravest come first."""
    left = MOST_BYTES_OF_SAMPLES
    for turn in range(MOST_SAMPLES):
        for each in told:
            if turn < len(each.one.samples):
                sample = Markup(parts.sample(each.one.samples[turn]))  # noqa: S704 -- made by a template that escapes
                left -= len(sample.encode())
                if left < 0:
                    return
                each.samples.append(sample)


def _entities(summary: Summary, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Return for each name of the schema what was met most: names of ours first, what is long last among them."""
    known = sorted((name for name in ECS if name in kinds), key=lambda name: name in _LONG)
    others = sorted(set(kinds) - set(ECS))
    return [
        {
            "name": name,
            "title": words.ECS_NAMES.get(name),
            "is_long": name in _LONG,
            "different": len(counted := summary.about[name]),
            "is_bounded": len(counted) >= MOST_NAMES,
            "most": sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:_MOST_ENTITIES],
        }
        for name in [*known, *others][:_MOST_KINDS]
    ]


def _finalized(value: Any) -> Any:
    """Let nothing into the page that was not made safe, whichever template forgets it."""
    return Markup(value.__html__()) if hasattr(value, "__html__") else showing.shown(str(value))  # noqa: S704 -- it says that it is safe


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "both": words.both,
        "many": words.many,
        "instant": words.instant,
        "span": words.span,
        "date_of": words.date_of,
        "num": "{:,}".format,
        "size": words.size,
        "level_name": lambda level: words.both(*words.LEVEL_NAMES[level]),
        "tactic_name": lambda tactic: words.both(*words.TACTIC_NAMES[tactic]),
        "unit_name": lambda unit: words.both(*words.UNIT_NAMES[unit]),
        "mark": lambda level: Markup('<span class="mark mark-{}" aria-hidden="true"></span>').format(level),
        "shown": showing.shown,
        "value": showing.value,
        "event": showing.event,
        "is_address": showing.is_address,
        "description_of": lambda one: showing.shown(one.said.description, _MOST_OF_A_DESCRIPTION),
        "LEVELS": tuple(reversed(LEVELS)),
    }
    return made


def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
