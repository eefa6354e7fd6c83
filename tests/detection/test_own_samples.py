"""The rules of our own find what their samples say, all of it and nothing else, by the engine that units run."""

from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

from amur.detection.correlating.engine import Correlator, Seen
from amur.detection.events import SEVERAL, batch_of
from amur.detection.matching.compiled import compile_rules
from amur.detection.matching.engine import Engine
from amur.detection.sigma.files import rule_files
from amur.detection.sigma.reading import read_rules

FOLDER = Path(__file__).parents[2] / "src" / "amur" / "detection" / "own_rules"
READ = read_rules(rule_files([FOLDER]))
RULES = {rule.said.id: rule for rule in READ.rules}
CORRELATIONS = {one.said.id: one for one in READ.correlations}
FILTERS = sorted(file for file in (FOLDER / "filters").glob("*.yml") if not file.name.endswith(".samples.yml"))


def _samples(file):
    return yaml.load(Path(file).with_suffix(".samples.yml").read_bytes(), Loader=yaml.CSafeLoader)


def _named(said):
    return f"{Path(said.file).parent.name}/{Path(said.file).stem}"


@cache
def _engine():
    return Engine(compile_rules(READ.rules))


def _source_of(rule):
    while rule in CORRELATIONS:
        rule = CORRELATIONS[rule].rules[0]
    return RULES[rule].source


def _hits(events, source):
    """Give which rules are found in which event; those of Windows say by their channel which log they are from."""
    told = [
        {name: SEVERAL.join(value) if isinstance(value, list) else value for name, value in event["fields"].items()}
        for event in events
    ]
    hits = _engine().match(batch_of(told, kind="windows//" if source.product == "windows" else str(source)))
    rules = _engine().compiled.rules
    return [(int(row), rules[int(place)].said.id) for row, place in zip(hits.rows, hits.rules, strict=True)], told


def _findings(correlation, events):
    found, told = _hits(events, _source_of(correlation))
    correlator = Correlator(READ.correlations)
    findings = []
    for row, rule in found:
        at = int(datetime.fromisoformat(events[row]["at"]).timestamp() * 1_000_000)
        findings += correlator.take(Seen(rule, at, told[row], (("sample", row),)))
    findings += correlator.end()
    return [one for one in findings if one.correlation.said.id == correlation]


def test_the_engine_can_use_all_of_them():
    assert READ.unusable == ()
    assert len(RULES) + len(CORRELATIONS) + len(FILTERS) == len(rule_files([FOLDER]))


@pytest.mark.parametrize("rule", sorted(RULES), ids=lambda rule: _named(RULES[rule].said))
def test_a_rule_finds_each_positive_sample_and_no_negative_one(rule):
    samples = _samples(RULES[rule].said.file)
    found, _ = _hits([*samples["positive"], *samples["negative"]], RULES[rule].source)
    assert [row for row, which in found if which == rule] == list(range(len(samples["positive"])))


@pytest.mark.parametrize("correlation", sorted(CORRELATIONS), ids=lambda one: _named(CORRELATIONS[one].said))
def test_a_correlation_tells_once_with_the_last_event_of_a_positive_sequence_and_never_of_a_negative_one(correlation):
    samples = _samples(CORRELATIONS[correlation].said.file)
    for sequence in samples["positive"]:
        told = _findings(correlation, sequence)
        assert len(told) == 1
        assert told[0].events[-1] == ("sample", len(sequence) - 1)
    assert [_findings(correlation, sequence) for sequence in samples["negative"]] == [[]] * len(samples["negative"])


@pytest.mark.parametrize("file", FILTERS, ids=lambda file: file.stem)
def test_a_filter_takes_out_its_negative_samples_and_only_those(file):
    said, samples = yaml.safe_load(file.read_bytes()), _samples(file)
    names = {rule.said.name: rule for rule in READ.rules}
    for name in said["filter"]["rules"]:
        rule = names[name]
        found, _ = _hits([*samples["positive"], *samples["negative"]], rule.source)
        assert [row for row, which in found if which == rule.said.id] == list(range(len(samples["positive"])))


@pytest.mark.parametrize("file", FILTERS, ids=lambda file: file.stem)
def test_without_the_filter_its_rules_would_find_those_too(file):
    samples = _samples(file)
    files = [one for one in rule_files([FOLDER]) if one.parent.name != "filters"]
    bare = read_rules(files)
    names = yaml.safe_load(file.read_bytes())["filter"]["rules"]
    rules = [rule for rule in bare.rules if rule.said.name in names]
    events = [{name: str(value) for name, value in one["fields"].items()} for one in samples["negative"]]
    hits = Engine(compile_rules(rules)).match(batch_of(events, kind=str(rules[0].source)))
    assert [int(row) for row in hits.rows] == list(range(len(events)))
