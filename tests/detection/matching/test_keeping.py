"""Compiled rules on disk: the next start compiles nothing, and what is wrong with what is kept costs only time."""

from __future__ import annotations

import pytest

from amur.detection.events import batch_of
from amur.detection.matching import keeping
from amur.detection.matching.engine import Engine
from amur.detection.matching.keeping import load

RULE = """title: A rule
id: 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b10
logsource: { product: own }
detection: { selection: { 'A|contains': x, 'B|re': '^y+$' }, condition: selection }
level: low
"""


@pytest.fixture
def rules(tmp_path):
    file = tmp_path / "rule.yml"
    file.write_text(RULE, encoding="utf-8")
    return file


def finds(loaded):
    batch = batch_of([{"A": "axa", "B": "yy"}, {"A": "axa", "B": "yz"}], kind="own//")
    return Engine(loaded.compiled).match(batch).rows.tolist()


def test_the_second_time_nothing_is_compiled_and_the_same_is_found(rules, tmp_path):
    first, second = load([rules], tmp_path / "kept"), load([rules], tmp_path / "kept")
    assert (first.was_kept, second.was_kept) == (False, True)
    assert finds(first) == finds(second) == [0]
    assert second.read == first.read


def test_another_text_and_other_placeholders_are_other_rules(rules, tmp_path):
    first = load([rules], tmp_path / "kept")
    assert load([rules], tmp_path / "kept", {"x": ["1"]}).key != first.key
    rules.write_text(RULE.replace("low", "high"), encoding="utf-8")
    assert not load([rules], tmp_path / "kept").was_kept


def test_what_is_kept_and_broken_is_made_anew(rules, tmp_path):
    load([rules], tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert not load([rules], tmp_path / "kept").was_kept
    assert load([rules], tmp_path / "kept").was_kept


def test_a_folder_that_others_write_to_is_not_trusted(rules, tmp_path):
    folder = tmp_path / "kept"
    load([rules], folder)
    folder.chmod(0o777)
    assert not load([rules], folder).was_kept


def test_without_a_folder_or_in_one_that_cannot_be_nothing_is_kept(rules, tmp_path):
    assert finds(load([rules], None)) == [0]
    assert finds(load([rules], rules / "inside")) == [0]


def test_no_more_than_a_few_are_kept_the_latest(rules, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "_MOST_KEPT", 2)
    for number in range(4):
        rules.write_text(RULE.replace("A rule", f"Rule {number}"), encoding="utf-8")
        load([rules], tmp_path / "kept")
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_a_file_that_is_no_text_is_named(rules, tmp_path):
    rules.write_bytes(b"title: \xff")
    assert (
        "is not UTF-8"
        in load([rules, tmp_path / "gone.yml"], None).read.unusable[0].why + load([rules], None).read.unusable[0].why
    )
