"""Rules that would keep us busy or fill our memory are refused with a word of what was found, and the others go on."""

from __future__ import annotations

import time

import pytest

from amur.base.faults import AmurError
from amur.detection.matching.compiled import compile_rules
from amur.detection.sigma.atoms import MANY, ONE, Atom, Op, predicate
from amur.detection.sigma.files import LARGEST, rule_files
from amur.detection.sigma.reading import read_rules, read_texts

HEAD = "title: T\nid: 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b01\nlogsource: { product: own }\n"
GOOD = "title: Good\nlogsource: { product: own }\ndetection: { s: { A: x }, condition: s }\n"


def rule(detection):
    return f"{HEAD}detection:\n{detection}"


def selection(inside, condition="s"):
    return rule(f"  s:\n    {inside}\n  condition: {condition}\n")


def nested(depth, begin, end):
    return begin * depth + "s" + end * depth


BOMB = "a: &a0 [l, l, l, l, l, l, l, l, l]\n" + "".join(
    f"a{one}: &a{one} [{', '.join([f'*a{one - 1}'] * 9)}]\n" for one in range(1, 10)
)
MERGED = "a: &a0 {a: 1, b: 2}\n" + "".join(
    f"a{one}: &a{one} {{<<: [{', '.join([f'*a{one - 1}'] * 9)}]}}\n" for one in range(1, 10)
)
CORRELATION = "title: C {id}\nname: {id}\ncorrelation: {{ type: event_count, rules: [{rules}], {more}, condition: {{ gte: 2 }} }}\n"


def correlation(name, *rules, more="timespan: 1m"):
    return CORRELATION.format(id=name, rules=", ".join(rules), more=more)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (selection("A|re: '(?=a)b'"), "look-around"),
        (selection("A|re: '(a+)\\1'"), "back references"),
        (selection("A|re: 'a{1,2000}'"), "counts over 1,000"),
        (selection("A|re: 'a{1000,100000}'"), "at most 50000"),
        (selection("A|re: '((a{900}){900}){900}'"), "counts over 1,000"),
        (selection(f"A|re: '{'(a|b)' * 4_000}'"), "20000 signs"),
        (selection(f"A|re: '{'(' * 3_000}a{')' * 3_000}'"), ""),
        (selection("A|windash: ' -a -b -c -d -e -f -g -h -i -j -k -l'"), "at most 50000"),
        (selection("A|re: [" + ", ".join(f"'(.*a{one}){{300}}'" for one in range(40)) + "]"), "at most 50000"),
        (selection(f"A|{'base64offset|' * 30}contains: x"), "modifiers"),
        (selection("A: [" + "x, " * 60_000 + "y]"), "'A' and what stands before it ask for"),
        (rule("  s: { A: x }\n  s: { B: y }\n  condition: s\n"), "line 6: the key 's' stands twice"),
        (selection("A: x", nested(10_000, "not ", "")), "deeper than 60"),
        (selection("A: x", nested(400, "not (", ")")), "deeper than 60"),
        ("a: " + "[" * 10_000 + "]" * 10_000, "no YAML"),
        (BOMB + HEAD, "with its aliases it amounts to"),
        (MERGED + HEAD, "with its aliases it amounts to"),
        (selection("A: &a [x, *a]"), "inside of what it stands for"),
        (selection("A: 0x" + "9" * 100_000), ""),
        (selection("A: " + "9" * 10_000), "4300 digits"),
        (HEAD.replace("own", "'\0'"), "no YAML"),
        ("# " + "x" * LARGEST, "split it"),
        (correlation("c", "c"), "refers to itself"),
        (correlation("c", "gone"), "unknown rules: gone"),
        (correlation("c", "Good", more="timespan: 1000000000y"), "at most a year"),
        (correlation("c", "Good", more=f"timespan: {'9' * 5_000}y"), ""),
        (correlation("c", "{a: b}"), "where the name of a rule"),
        (correlation("c", "Good", more=f"timespan: 1m, group-by: [{', '.join(map(str, range(5_000)))}]"), ""),
        (correlation("c", "Good", more=f"timespan: 1m, group-by: [{', '.join(f'f{one}' for one in range(1_001))}]"),
         "1000 are the most"),
    ],
)  # fmt: skip
def test_what_would_never_end_is_refused_with_its_reason_and_the_rest_goes_on(content, why):
    began = time.process_time()
    found = read_texts([("bad.yml", content), ("good.yml", GOOD)])
    compile_rules(found.rules).matchers()
    assert time.process_time() - began < 10
    assert [one.file for one in found.unusable] == ["bad.yml"]
    assert why in found.unusable[0].why
    assert [one.said.title for one in found.rules] == ["Good"]


def test_the_rules_beside_one_that_is_refused_in_its_file_go_on():
    content = "---\n".join(
        [GOOD, selection("A|windash: ' -a -b -c -d -e -f -g -h'"), "- no rule\n", GOOD.replace("Good", "Too")]
    )
    found = read_texts([("a.yml", content)])
    assert [one.said.title for one in found.rules] == ["Good", "Too"]
    assert [one.id for one in found.unusable] == ["", "3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b01"]


def test_what_is_large_and_honest_is_read_in_bounded_time():
    began = time.process_time()
    many = range(2_000)
    selections = "".join(f"  s{one}: {{ A: x{one} }}\n" for one in many)
    contents = [
        rule(selections + "  condition: " + " or ".join(f"s{one}" for one in many) + "\n"),
        "---\n".join(GOOD.replace("Good", f"t{one}") for one in many),
        "title: V\n" + selection("A|contains: [" + ", ".join(f"v{one}" for one in many) + "]").removeprefix("title: T\n").replace("7b01", "7b02"),
        correlation("c", "t1", more=f"timespan: 1m, group-by: [{', '.join(f'f{one}' for one in range(998))}]"),
    ]  # fmt: skip
    found = read_texts([(f"{number}.yml", content) for number, content in enumerate(contents)])
    compile_rules(found.rules).matchers()
    assert found.unusable == ()
    assert (len(found.rules), len(found.correlations)) == (2_002, 1)
    assert time.process_time() - began < 30


def test_correlations_that_lead_back_to_themselves_are_taken_out_with_those_that_stand_on_them():
    contents = [
        GOOD,
        correlation("a", "b"),
        correlation("b", "a", "Good"),
        correlation("c", "a"),
        correlation("d", "Good"),
    ]
    found = read_texts([("a.yml", "---\n".join(contents))])
    assert [one.said.id for one in found.correlations] == ["d"]
    assert sorted(one.id for one in found.unusable) == ["a", "b", "c"]
    assert all("lead back to it" in one.why for one in found.unusable)


def test_a_chain_of_correlations_has_an_end():
    chain = [correlation(f"c{one:02}", f"c{one - 1:02}" if one else "Good") for one in range(12)]
    found = read_texts([("a.yml", "---\n".join([GOOD, *chain]))])
    assert [one.said.id for one in found.correlations] == [f"c{one:02}" for one in range(10)]
    assert [one.id for one in found.unusable] == ["c10", "c11"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_file_in_another_encoding_is_named_with_what_to_do(tmp_path, encoding):
    (tmp_path / "a.yml").write_bytes(GOOD.replace("Good", "Réglé").encode(encoding))
    (tmp_path / "b.yml").write_text(GOOD, encoding="utf-8-sig")
    found = read_rules(rule_files([tmp_path]))
    assert [one.why.partition(":")[0] for one in found.unusable] == ["is not UTF-8"]
    assert found.unusable[0].why.endswith("save it as UTF-8")
    assert len(found.rules) == 1


def test_links_that_lead_in_a_circle_are_not_followed(tmp_path):
    (tmp_path / "a.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self.yml").symlink_to(tmp_path / "self.yml")
    (tmp_path / "gone.yml").symlink_to(tmp_path / "nowhere")
    assert [file.name for file in rule_files([tmp_path])] == ["a.yml"]


@pytest.mark.parametrize("sign", ["", "é"])
@pytest.mark.parametrize("expression", ["(a+)+$", "(a|a)*b", "(a*)*b", "(.*a){20}b", "(x+x+)+y"])
def test_no_value_makes_an_expression_run_for_long(expression, sign):
    began = time.process_time()
    test = predicate(Atom("A", Op.REGEX, expression))
    assert not test("a" * 1_000_000 + "!" + sign)
    assert time.process_time() - began < 5


def test_no_value_makes_a_pattern_run_for_long():
    began = time.process_time()
    test = predicate(Atom("A", Op.LIKE, MANY.join(["", *"abcdefgh", f"b{ONE}c", "z"])))
    assert not test("abcdefgh" * 125_000)
    assert test("abcdefgh" * 3 + "bxc..z")
    assert time.process_time() - began < 5


def test_what_an_expression_must_not_ask_for_is_said_where_it_is_made():
    with pytest.raises(AmurError, match=r"expression '\(\?<=a\)b' cannot be used: .*look-around"):
        predicate(Atom("A", Op.REGEX, "(?<=a)b"))
