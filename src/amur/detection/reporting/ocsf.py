"""Hits as Detection Findings of the Open Cybersecurity Schema Framework, version 1.5.0 (https://schema.ocsf.io/1.5.0)."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from amur import __version__
from amur.detection.iocs.kinds import Kind
from amur.detection.reporting.ocsf_places import Placed, placed
from amur.detection.reporting.summary import Sample
from amur.detection.sigma.rules import Said

VERSION = "1.5.0"
"""The version of OCSF."""

MOST_RELATED = 1_000
"""How many events of a correlation are listed, the first ones; ``raw_data`` names all of them."""

SEVERITIES = {"informational": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
"""The number of each level in OCSF; 6 would be fatal, which no rule says."""

TACTIC_IDS = {
    "reconnaissance": "TA0043",
    "resource-development": "TA0042",
    "initial-access": "TA0001",
    "execution": "TA0002",
    "persistence": "TA0003",
    "privilege-escalation": "TA0004",
    "stealth": "TA0005",
    "defense-evasion": "TA0005",
    "defense-impairment": "TA0112",
    "credential-access": "TA0006",
    "discovery": "TA0007",
    "lateral-movement": "TA0008",
    "collection": "TA0009",
    "command-and-control": "TA0011",
    "exfiltration": "TA0010",
    "impact": "TA0040",
}
"""The number of each tactic; what was defense evasion up to version 18 of ATT&CK has kept its number as stealth."""

TECHNIQUE = re.compile(r"(T\d{4})(\.\d{3})?", re.ASCII)
"""How ATT&CK writes a technique, or a part of one."""

CORRELATIONS = frozenset(
    {"event_count", "value_count", "value_sum", "value_avg", "value_median", "value_percentile"}
    | {"temporal", "temporal_ordered"}
)
"""The ways of hits that are told of several events."""

_IOC = "ioc"
_OSINT = {
    Kind.DOMAIN: (2, "Domain"),
    Kind.HOST: (3, "Hostname"),
    Kind.URL: (5, "URL"),
    Kind.MD5: (4, "Hash"),
    Kind.SHA1: (4, "Hash"),
    Kind.SHA256: (4, "Hash"),
    Kind.SHA512: (4, "Hash"),
    Kind.ADDRESS: (1, "IP Address"),
    Kind.NETWORK: (99, "Network"),
    Kind.EMAIL: (9, "Email Address"),
    Kind.FILE: (11, "File"),
}
_KINDS = {kind.value: kind for kind in Kind}
_BROAD = {Kind.DOMAIN, Kind.URL, Kind.NETWORK}
"""Indicators that match more than what is written there."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def finding(said: Said, sample: Sample, *, made_at: datetime) -> dict[str, Any]:
    """Return a hit as a Detection Finding, class 2004 of OCSF 1.5.0; it can be written as JSON.

    Times are in milliseconds since 1970. ``time`` is that of the event or, where it says none, ``made_at``; a comment
    says so, and nothing is said of when it was first and last seen. What OCSF has no place for is under ``unmapped``.

    >>> found = finding(Said("1", "A", level="high"), Sample(None, "a", 7, "", {}, "{}"), made_at=_EPOCH)
    >>> found["severity_id"], found["finding_info"]["title"], found["evidences"]
    (4, 'A', [{'uid': 'a:7', 'data': {'source': 'a', 'position': 7}}])
    """
    is_several = sample.way in CORRELATIONS
    where = f"{sample.source}:{sample.position}"
    about = {name: text for name, text in sample.about.items() if not (is_several and name == "count")}
    places = placed(about, where)
    related = _related(sample.raw) if is_several else []
    uid = _uid(said, sample, about)
    found = {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200401,
        "type_name": "Detection Finding: Create",
        "severity_id": SEVERITIES.get(said.level, 99),
        "severity": said.level.title(),
        "status_id": 1,
        "status": "New",
        "time": _milliseconds(sample.at or made_at),
        "message": _title(said),
        "metadata": _metadata(said, sample, uid, places, made_at),
        "finding_info": _info(said, sample, uid, related, made_at),
        "evidences": [
            {"uid": where} | places.evidence | {"data": {"source": sample.source, "position": sample.position}}
        ],
        "unmapped": _unmapped(said, sample, places),
    } | _optional(said, sample, places, related)
    return dict(_clean(found))


def _optional(said: Said, sample: Sample, places: Placed, related: list[str]) -> dict[str, Any]:
    """Return what only some findings have."""
    found: dict[str, Any] = {}
    if sample.at is None:
        found["comment"] = "The event says no time; the time of this finding is when it was found."
    if places.device:
        found["device"] = places.device
    if places.observables:
        found["observables"] = places.observables
    if related:
        found["count"] = len(related)
    if sample.raw:
        found |= {"raw_data": sample.raw, "raw_data_size": len(sample.raw.encode("utf-8", "replace"))}
    if _is_ioc(said):
        kind, value = _indicator(said)
        number, name = _OSINT[kind] if kind else (0, "Unknown")
        found["osint"] = [{"uid": said.id, "value": value, "type_id": number, "type": name}]
    return found


def _info(said: Said, sample: Sample, uid: str, related: list[str], made_at: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {
        "uid": uid,
        "title": _title(said),
        "created_time": _milliseconds(made_at),
        "analytic": _analytic(said, sample),
    }
    if said.description:
        found["desc"] = said.description
    if attacks := _attacks(said):
        found["attacks"] = attacks
    if sample.source:
        found["data_sources"] = [sample.source]
    if sample.at is not None:
        seen = _milliseconds(sample.at)
        found |= {"last_seen_time": seen} if related else {"first_seen_time": seen, "last_seen_time": seen}
    if related:
        found["related_events"] = [{"uid": each} for each in related[:MOST_RELATED]]
        found["related_events_count"] = len(related)
    return found


def _analytic(said: Said, sample: Sample) -> dict[str, Any]:
    """Return the rule as OCSF names what finds something; an indicator is data that is matched."""
    found: dict[str, Any] = {"uid": said.id, "name": said.name or _title(said), "type_id": 1, "type": "Rule"}
    found["category"] = "Correlation" if sample.way in CORRELATIONS else "Sigma"
    if _is_ioc(said):
        number, name = (10, "Partial Data Match") if _indicator(said)[0] in _BROAD else (9, "Exact Data Match")
        found |= {"name": said.id, "category": "Indicator of compromise", "type_id": number, "type": name}
    if said.description:
        found["desc"] = said.description
    return found


def _attacks(said: Said) -> list[dict[str, Any]]:
    """Return tactics and techniques, each for itself: tags do not say which technique serves which tactic.

    Techniques are named by their numbers: a list of their names would age.
    """
    found: list[dict[str, Any]] = [
        {"tactic": {"uid": TACTIC_IDS[name], "name": name.replace("-", " ").title().replace(" And ", " and ")}}
        for name in said.tactics
    ]
    for technique in dict.fromkeys(said.techniques):
        if parts := TECHNIQUE.fullmatch(technique):
            one: dict[str, Any] = {"technique": {"uid": parts[1], "name": parts[1]}}
            if parts[2]:
                one["sub_technique"] = {"uid": technique, "name": technique}
            found.append(one)
    return found


def _metadata(said: Said, sample: Sample, uid: str, places: Placed, made_at: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {
        "version": VERSION,
        "uid": uid,
        "product": {"name": "Amur", "vendor_name": "Amur", "version": __version__},
        "processed_time": _milliseconds(made_at),
    }
    if sample.at is not None:
        found["original_time"] = sample.at.isoformat()
    if said.tags:
        found["labels"] = list(said.tags)
    if _is_ioc(said):
        found["profiles"] = ["osint"]
    if "reg_key" in places.evidence:
        found["extensions"] = [{"name": "win", "uid": "2", "version": VERSION}]
    return found


def _unmapped(said: Said, sample: Sample, places: Placed) -> dict[str, Any]:
    found: dict[str, Any] = {
        "way": sample.way,
        "count": sample.about.get("count", "") if sample.way in CORRELATIONS else "",
        "about": places.unmapped,
        "rule": {
            name: value
            for name, value in (
                ("status", said.status),
                ("author", said.author),
                ("false_positives", list(said.false_positives)),
                ("references", list(said.references)),
            )
            if value
        },
    }
    return {name: value for name, value in found.items() if value}


def _uid(said: Said, sample: Sample, about: dict[str, str]) -> str:
    """Return a name that the same hit has in every run, and no other hit.

    In one event a rule is met once, but an indicator in several fields, and a correlation may end for several groups.
    """
    parts: list[Any] = [said.id, sample.source, sample.position]
    if _is_ioc(said) or sample.way in CORRELATIONS:
        parts += [sample.way, sorted(about.items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _related(raw: str) -> list[str]:
    """Return the events of a correlation, each as source and position; none if that is not what stands there."""
    try:
        return msgspec.json.decode(raw.encode("utf-8", "replace"), type=list[str])
    except msgspec.DecodeError:
        return []


def _indicator(said: Said) -> tuple[Kind | None, str]:
    """Return of which kind an indicator is, and its value."""
    kind, _, value = said.id.partition(":")
    if kind in _KINDS and value:
        return _KINDS[kind], value
    return _KINDS.get(said.title.partition(": ")[0]), said.id


def _is_ioc(said: Said) -> bool:
    return _IOC in said.tags


def _title(said: Said) -> str:
    return said.title or said.name or said.id


def _milliseconds(at: datetime) -> int:
    """Return an instant in milliseconds since 1970; without a zone it is taken for UTC, as everywhere in detection."""
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)


def _clean(value: Any) -> Any:
    """Return the same with a question mark for each half of a character, which no JSON can hold."""
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case dict():
            return {_clean(name): _clean(each) for name, each in value.items()}
        case list():
            return [_clean(each) for each in value]
    return value
