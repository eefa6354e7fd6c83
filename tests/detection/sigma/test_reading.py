"""Files of rules: what cannot be used is named with its reason, and the rest goes on."""

from __future__ import annotations

import pytest

from amur.base.faults import AmurError
from amur.detection.sigma.files import rule_files
from amur.detection.sigma.reading import read_rules, read_texts

RULE = """title: {title}
id: {id}
logsource: {{ product: own }}
detection: {{ selection: {{ A: x }}, condition: selection }}
level: {level}
"""
IDS = [f"3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b{number:02}" for number in range(10)]


def text(number, title="A rule", level="low"):
    return RULE.format(title=title, id=IDS[number], level=level)


def test_rules_are_taken_in_the_order_of_their_ids():
    found = read_texts([("b.yml", text(1)), ("a.yml", text(0))])
    assert [rule.said.id for rule in found.rules] == IDS[:2]
    assert found.rules[0].said.file == "a.yml"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("title: [", "no YAML"),
        ("- a\n- b", "no rule"),
        ("just words", "no rule"),
        (text(0).replace("level: low", "level: grave"), "grave"),
        (text(0).replace("condition: selection", "condition: selected"), "selected"),
        (text(0).replace("condition: selection", "condition: off"), ""),
        (text(0).replace("A: x", "'A|shouts': x"), "shouts"),
        (text(0).replace("logsource: { product: own }\n", ""), "log source"),
        (f"title: x\nid: {IDS[2]}\ncorrelation: {{ type: wrong }}", ""),
    ],
)
def test_a_rule_that_cannot_be_used_is_named_with_its_reason_and_the_rest_goes_on(content, why):
    found = read_texts([("bad.yml", content), ("good.yml", text(1))])
    assert [one.file for one in found.unusable] == ["bad.yml"]
    assert why.lower() in found.unusable[0].why.lower()
    assert [rule.said.file for rule in found.rules] == ["good.yml"]


def test_of_two_rules_with_one_id_the_first_is_used():
    found = read_texts([("a.yml", text(0)), ("b.yml", text(0, title="Again"))])
    assert [rule.said.title for rule in found.rules] == ["A rule"]
    assert [one.file for one in found.unusable] == ["b.yml"]


def test_a_correlation_that_names_what_is_not_there_is_taken_out_with_those_that_name_it():
    def correlation(number, *names):
        return (
            f"title: C\nid: {IDS[number]}\nname: c{number}\n"
            f"correlation: {{ type: event_count, rules: [{', '.join(names)}], timespan: 1m, condition: {{ gte: 2 }} }}\n"
        )

    found = read_texts(
        [
            ("r.yml", text(0)),
            ("c.yml", "---\n".join([correlation(1, IDS[0]), correlation(2, "gone"), correlation(3, "c2")])),
        ]
    )
    assert [one.said.id for one in found.correlations] == [IDS[1]]
    assert sorted(one.id for one in found.unusable) == [IDS[2], IDS[3]]


def test_files_are_found_in_folders_in_order_and_samples_are_none(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("b/z.yml", "a.yaml", "a.samples.yml", "read.me"):
        (tmp_path / name).write_text(text(0), encoding="utf-8")
    assert [file.name for file in rule_files([tmp_path])] == ["a.yaml", "z.yml"]
    with pytest.raises(AmurError, match="is not there"):
        rule_files([tmp_path / "gone"])


def test_a_file_that_is_no_text_or_too_large_is_named(tmp_path):
    (tmp_path / "a.yml").write_bytes(b"title: \xff\xfe")
    (tmp_path / "b.yml").write_text("#" * (4 * 2**20 + 1), encoding="utf-8")
    found = read_rules(rule_files([tmp_path]))
    assert [one.why.split()[0] for one in found.unusable] == ["is", "the"]
    assert read_rules([tmp_path / "gone.yml"]).unusable[0].why.startswith("cannot be read")
