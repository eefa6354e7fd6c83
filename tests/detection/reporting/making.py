"""Summaries to report on, and what a page says in one of its languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from lxml import etree

from amur.detection.reporting.page import page
from amur.detection.reporting.summary import Sample, Summary
from amur.detection.sigma.rules import Said

MADE_AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
AT = datetime(2026, 3, 9, 22, 15, 7, tzinfo=UTC)
OTHER = {"zh-Hans": "en", "en": "zh-Hans"}
HOSTILE = (
    "</pre></details><script>window.caught = 1</script>",
    '"><img src="https://example.org/x" onerror="window.caught = 1">',
    "<!-- --><style>*{display:none}</style><base href='https://example.org/'>",
    "]]>&lt;&amp;&#0;<svg/onload=window.caught=1>",
    "\x00\x01\x1b[2J\x7f\x85\ufeff\u200b\u2028\u00ad\U000e0041",
    "\ud800 alone \udfff",
    "\u202etxt.exe\u2066\u2069\u200f",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "\ufffe\uffff\U0010ffff",
    "e" + "\u0301" * 300,
)
"""What attackers and damage write into logs, and into rules that strangers give."""


def said(name="r", level="high", **more):
    return Said(name, more.pop("title", f"Rule {name}"), level=level, **more)


def sample(at=AT, raw='{"EventID": 1}', **about):
    return Sample(at, "a.evtx", 7, "sysmon", {name.replace("__", "."): value for name, value in about.items()}, raw)


def attack():
    """Return a small run: four rules of different levels, over a day and a half, one event without a time."""
    found = Summary(events=1_234, files=2, bytes=5_600_000)
    grave = said("grave", "critical", title="Shadow copies deleted", tags=("attack.impact", "attack.t1490"))
    twofold = said("two", "high", tags=("attack.execution", "attack.stealth", "attack.t1059.001", "attack.t1027"))
    for hours in range(30):
        found.take(twofold, sample(AT - timedelta(hours=hours), host__name=f"pc-{hours % 12:02}", user__name="ann"))
    found.take(grave, sample(AT, host__name="server", dns__question__name="example.org"))
    found.take(said("low", "low"), sample(None, host__name="pc-00", raw="no time"))
    found.take(
        said("many", "medium", tags=("attack.discovery",)), Sample(AT, "b", 2, "event_count", {"count": "9"}, "[]")
    )
    found.quarantined.update(json=3, damaged=1)
    return found


def hostile():
    """Return a run in which each text that somebody else wrote is hostile."""
    found = Summary(events=1, files=1)
    for text in HOSTILE:
        rule = Said(
            text,
            text,
            level="high",
            status=text,
            description=text,
            author=text,
            tags=("attack.execution", f"attack.t1{text}", text),
            false_positives=(text,),
            references=(text, f"javascript:{text}", "https://example.org/?a=1&b=2"),
        )
        found.take(rule, Sample(AT, text, 1, text, {text: text, "host.name": text}, text + '{"a": "' + text))
        found.quarantined[text] += 1
    return found


def made(summary, **more):
    """Return a page as a tree; that it is well-formed XML too shows that everything is escaped and nested."""
    text = page(summary, made_at=MADE_AT, **more)
    return etree.fromstring(text.encode(), etree.XMLParser(huge_tree=True, resolve_entities=False))


def told(element, language="en"):
    """Return what an element says in a language, white space as one space."""

    def parts(one):
        if one.get("lang") == OTHER[language] and one.tag == "span":
            return
        yield one.text or ""
        for part in one:
            if isinstance(part.tag, str):
                yield from parts(part)
            yield part.tail or ""

    return re.sub(r"\s+", " ", "".join(parts(element))).strip()


def rows(table, language="en"):
    """Return the cells of a table, row by row."""
    return [[told(cell, language) for cell in row] for row in table.iter("tr")]
