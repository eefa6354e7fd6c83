"""The kernel of detection finds the same in this process and in others, and its hits say what they are about."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from amur.compute import local
from amur.detection.correlating.engine import Correlator
from amur.detection.detecting import HITS, Detector, RulesAt, correlated, detection, fields_of
from amur.detection.events import batch_of
from amur.detection.reporting.summary import MOST_SAMPLES, sample_of, summed

RULES = """
title: A login that failed
id: 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b20
name: failed
logsource: { product: own }
detection: { selection: { outcome: failed }, condition: selection }
level: low
tags: [attack.credential-access, attack.t1110]
---
title: Many failed
id: 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b21
correlation: { type: event_count, rules: [failed], group-by: [user], timespan: 1h, condition: { gte: 50 } }
level: high
---
title: Never
id: 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b22
logsource: { product: own }
detection: { selection: { outcome: odd }, condition: selection }
level: critical
"""


@pytest.fixture
def rules(tmp_path):
    file = tmp_path / "rules.yml"
    file.write_text(RULES, encoding="utf-8")
    return RulesAt((file,), tmp_path / "kept")


@pytest.fixture
def batches():
    from datetime import UTC, datetime, timedelta

    start = datetime(2026, 5, 1, tzinfo=UTC)

    def batch(number):
        places = range(number * 40, number * 40 + 40)
        events = [
            {"outcome": "failed" if place % 2 else "passed", "user": "root", "host": f"h{place % 3}"}
            for place in places
        ]
        times = [start + timedelta(seconds=place) for place in places]
        return batch_of(events, source=f"log {number}", kind="own//", times=times)

    return [batch(number) for number in range(3)]


def test_the_same_is_found_in_this_process_in_another_and_in_two(rules, batches):
    detector = Detector(rules.load())
    here = pa.Table.from_batches([detector.hits(batch) for batch in batches])
    assert here.schema == HITS
    assert here.num_rows == 60
    for workers in (1, 2):
        there = pa.Table.from_batches(list(local.run(detection(rules), batches, workers=workers)))
        assert there.equals(here)


def test_a_hit_says_what_it_is_about_and_where_it_stands(rules, batches):
    first = Detector(rules.load()).hits(batches[0]).slice(0, 1).to_pylist()[0]
    assert json.loads(first["about"]) == {"user.name": "root", "host.name": "h1"}
    assert json.loads(first["values"]) == {"user": "root"}
    assert (first["source"], first["position"], first["way"]) == ("log 0", 2, "own//")


def test_hits_amount_to_a_finding_whatever_their_order(rules, batches):
    loaded = rules.load()
    hits = pa.Table.from_batches([Detector(loaded).hits(batch) for batch in reversed(batches)])
    (finding,) = correlated(Correlator(loaded.read.correlations), hits)
    assert (finding.group, finding.count, finding.events[-1]) == (("root",), 50, ("log 2", 20))
    sample = sample_of(finding)
    assert (sample.source, sample.position, sample.about) == ("log 2", 20, {"user": "root", "count": "50"})


def test_hits_are_summed_up_and_only_the_first_are_kept_with_their_event(rules, batches):
    loaded = rules.load()
    detector = Detector(loaded)
    summary = summed(
        (detector.hits(batch) for batch in batches), {rule.said.id: rule.said for rule in loaded.read.rules}
    )
    (one,) = summary.ordered()
    assert (summary.hits, summary.worst, one.count, len(one.samples)) == (60, "low", 60, MOST_SAMPLES)
    assert (one.last - one.first).total_seconds() == 118
    assert summary.by_tactic() == {"credential-access": {"low": 60}}
    assert summary.by_level()["low"] == (1, 60)
    assert summary.about["host.name"].total() == 60
    assert sum(summary.hours.values()) == 60


def test_what_readers_have_to_gather_is_what_rules_correlations_and_reports_look_at(rules):
    fields = fields_of(rules.load())
    assert {"outcome", "user", "host", "CommandLine"} <= fields
