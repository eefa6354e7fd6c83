"""Recordings of attacks that others labelled: each says which rule has to find it, and some how often.

They lie beside a checkout, not in the project.
"""

from __future__ import annotations

import re
from functools import cache

import pytest
import yaml

from amur.config.environment import ROOT
from amur.detection.events import Quarantined
from amur.detection.matching.compiled import compile_rules
from amur.detection.matching.engine import Engine
from amur.detection.matching.full_scan import full_scan
from amur.detection.reading.opening import read
from amur.detection.sigma.files import rule_files
from amur.detection.sigma.reading import read_rules

DATA = ROOT.parent / "shared" / "data"
RECORDINGS = DATA / "sigma-regression"
ID = re.compile(r"^id: (\S+)", re.MULTILINE)
COUNTED = {
    "0b9ad457-2554-44c1-82c2-d56a99c42377": 3,
    "8fbf3271-1ef6-4e94-8210-03c2317947f6": 3,
    "45e112d0-7759-4c2a-aa36-9f8fb79d3393": 3,
}
"""Their labels say 1, and three records of each are as the rule says, word for word: the last test here shows it."""
LABELS = sorted(RECORDINGS.rglob("info.yml"))


@cache
def rules_by_id():
    wanted = {one["id"] for file in LABELS for one in yaml.safe_load(file.read_text("utf-8"))["rule_metadata"]}
    files = [file for file in rule_files([DATA / "sigma"]) if wanted & set(ID.findall(file.read_text("utf-8")))]
    return {rule.said.id: rule for rule in read_rules(files).rules}


def hits_of(engine, file):
    counts = {}
    for batch in read(file, fields=engine.compiled.fields):
        assert not isinstance(batch, Quarantined), batch
        for place in engine.match(batch).rules.tolist():
            name = engine.compiled.rules[place].said.id
            counts[name] = counts.get(name, 0) + 1
    return counts


@pytest.mark.skipif(not LABELS, reason=f"the recordings are not there: {RECORDINGS}")
def test_each_recording_is_found_by_its_rule_as_often_as_its_label_says():
    rules, wrong, looked = rules_by_id(), [], 0
    engine = Engine(compile_rules(rules.values()))
    for label in LABELS:
        said = yaml.safe_load(label.read_text("utf-8"))
        (test,) = said.get("regression_tests_info", [{}])
        for name in (one["id"] for one in said["rule_metadata"]):
            looked += 1
            for file in [*label.parent.glob("*.evtx"), *label.parent.glob("*.json")]:
                found, wanted = hits_of(engine, file).get(name, 0), wanted_of(name, test)
                if found != wanted if wanted is not None else not found:
                    wrong.append(f"{file.name}: {rules[name].said.title}: found {found}, wanted {wanted}")
    assert looked >= 102
    assert wrong == []


def wanted_of(name, label):
    """Return how often a rule has to find its recording: as the label says, but where the recording says otherwise."""
    return COUNTED.get(name, label.get("match_count"))


@pytest.mark.skipif(not LABELS, reason=f"the recordings are not there: {RECORDINGS}")
@pytest.mark.parametrize("name", COUNTED)
def test_three_labels_count_less_than_the_rule_says_word_for_word(name):
    (file,) = RECORDINGS.rglob(f"{name}.evtx")
    (batch,) = read(file)
    assert len(list(full_scan((rules_by_id()[name],), batch))) == COUNTED[name]
