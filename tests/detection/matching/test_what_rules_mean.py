"""What each part of a Sigma rule means, asked of the engine with and without Hyperscan, and of the full scan."""

from __future__ import annotations

import json

import pytest

from amur.detection.events import SEVERAL, batch_of
from amur.detection.matching import scanning
from amur.detection.matching.compiled import compile_rules
from amur.detection.matching.engine import Engine
from amur.detection.matching.full_scan import full_scan
from amur.detection.sigma.reading import read_texts

HEAD = {
    "title": "A rule",
    "id": "7a8d6f3e-2f4b-4b7e-9c1a-0f5d2b9c8e11",
    "logsource": {"product": "own"},
    "level": "low",
}


def rules_of(detection, placeholders=None, **more):
    text = json.dumps(HEAD | {"detection": detection} | more)
    found = read_texts([("rule.yml", text)], placeholders)
    assert not found.unusable, found.unusable
    return found.rules


@pytest.fixture(params=["hyperscan", "words"])
def fired(request, monkeypatch):
    """Say which of some events a detection finds, after asking the full scan as well."""
    if request.param == "words":
        monkeypatch.setattr(scanning, "make", lambda atoms, dumped=None, **_: scanning.ByWords(atoms))

    def ask(detection, *events, placeholders=None):
        rules = rules_of(detection, placeholders)
        batch = batch_of(events, kind="own//")
        hits = Engine(compile_rules(rules)).match(batch)
        assert list(zip(hits.rows.tolist(), hits.rules.tolist(), strict=True)) == list(full_scan(rules, batch))
        return hits.rows.tolist()

    return ask


def one(selection):
    return {"selection": selection, "condition": "selection"}


@pytest.mark.parametrize(
    ("selection", "found", "not_found"),
    [
        ({"Image": r"C:\Windows\cmd.exe"}, [r"c:\windows\CMD.EXE"], [r"c:\windows\cmd.exe ", "", None]),
        ({"Image": r"*\cmd.exe"}, [r"C:\x\CMD.exe", r"\cmd.exe"], ["cmd.exe", r"C:\cmd.exe\x"]),
        ({"Image": "C:*exe"}, ["c:exe", "C:\\a\nb.EXE"], ["xC:exe", "C:exe\n"]),
        ({"Image": "a?c"}, ["abc", "a中c", "A?C"], ["ac", "abbc"]),
        ({"Image": r"a\*c"}, ["a*c"], ["abc"]),
        ({"Image": r"a\?c"}, ["a?c"], ["abc"]),
        ({"Image": r"\\\\host\\share"}, [r"\\host\share"], [r"\host\share"]),
        ({"Image": ""}, [""], ["x", None]),
        ({"Image": "*"}, ["", "x"], [None]),
        ({"Image": None}, [None, ""], ["x"]),
        ({"Image": ["a", "b"]}, ["A", "b"], ["ab", None]),
        ({"Image|contains": "ZIRÍ"}, ["xziríx", "ZIRÍ"], ["ziri"]),
        ({"Image|contains": "中文"}, ["一中文二"], ["中 文"]),
        ({"Image|contains|all": ["a", "b"]}, ["xbxax"], ["a", "b"]),
        ({"Image|startswith": "ab"}, ["ABx"], ["xab"]),
        ({"Image|endswith": "ab"}, ["xAB"], ["abx"]),
        ({"Image|cased": "Ab"}, ["Ab"], ["ab", "AB"]),
        ({"Image|contains|cased": "Ab"}, ["xAbx"], ["xabx"]),
        ({"Image|re": "^a.c$"}, ["abc"], ["ABC", "xabc", "a\nc"]),
        ({"Image|re": "a{2}"}, ["baab"], ["bab"]),
        ({"Image|re|i": "^a.c$"}, ["ABC"], ["abcd"]),
        ({"Image|re|s": "^a.c$"}, ["a\nc"], ["a\n\nc"]),
        ({"Image|re|m": "^b$"}, ["a\nb\nc"], ["ab\nc"]),
        ({"Image|re": r"^a\Z"}, ["a"], ["a\n"]),
        ({"Image|re": r"a\v[\v]é?$"}, ["a\n\v", "a\r\né"], ["a \n"]),
        ({"Image|re": r"^[\s]é{,2}$"}, [" é\n", "\v"], ["xé"]),
        ({"Image|re": r"^.{2}$"}, ["ab", "中文"], ["abc", "中"]),
        ({"Image|re": r"^[^a]$"}, ["b", "中"], ["a", "bb"]),
        ({"Image|re": r"^\w$"}, ["b", "_"], ["中", "-"]),
        ({"Image|re": "^$"}, [""], ["a", None]),
        ({"Image|cidr": "10.0.0.0/8"}, ["10.1.2.3"], ["11.1.2.3", "10.1.2", "x", None]),
        ({"Image|cidr": "2001:db8::/32"}, ["2001:DB8::1"], ["2001:db9::1", "10.0.0.1"]),
        ({"Image|lt": 5}, ["4", "4.9", "-1", "0x4"], ["5", "6", "x", "", None]),
        ({"Image|lte": 5}, ["5"], ["6"]),
        ({"Image|gt": 5}, ["6", "1e3"], ["5", "4"]),
        ({"Image|gte": 5}, ["5", "0x10"], ["4"]),
        ({"Image|neq": "a"}, ["b", None], ["A"]),
        ({"Image|exists": True}, ["", "x"], [None]),
        ({"Image|exists": False}, [None], ["", "x"]),
        ({"Image": 4688}, ["4688"], ["04688", "4688.0"]),
        ({"Image": True}, ["true", "TRUE"], ["false", "1"]),
        ({"Image|hour": 3}, ["2026-05-01T03:10:00+08:00"], ["2026-05-01T04:10:00", "03", None]),
        ({"Image|week": 18}, ["2026-05-01"], ["2026-05-04"]),
        ({"Image|base64": "foobar"}, ["Zm9vYmFy"], ["foobar"]),
        ({"Image|base64offset|contains": "foobar"}, ["xxZm9vYmFyxx", "xZvb2Jhcx"], ["foobar"]),
        ({"Image|wide|base64offset|contains": "ping"}, ["xxcABpAG4AZwxx"], ["ping"]),
        ({"Image|windash|contains": " -s "}, ["x -s y", "x /s y", "x –s y"], ["x s y"]),
    ],
)
def test_a_value_is_as_the_rule_wants_it(fired, selection, found, not_found):
    values = [*found, *not_found]
    events = [{"Other": "x"} if value is None else {"Image": value, "Other": "x"} for value in values]
    assert fired(one(selection), *events) == list(range(len(found)))


@pytest.mark.parametrize(
    ("detection", "rows"),
    [
        ({"a": {"A": "1"}, "b": {"B": "1"}, "condition": "a and b"}, [2]),
        ({"a": {"A": "1"}, "b": {"B": "1"}, "condition": "a or b"}, [0, 1, 2]),
        ({"a": {"A": "1"}, "b": {"B": "1"}, "condition": "a and not b"}, [0]),
        ({"a": {"A": "1"}, "b": {"B": "1"}, "condition": "not a"}, [1, 3]),
        ({"a": {"A": "1"}, "b": {"B": "1"}, "condition": "not (a or b)"}, [3]),
        ({"s_a": {"A": "1"}, "s_b": {"B": "1"}, "condition": "1 of s_*"}, [0, 1, 2]),
        ({"s_a": {"A": "1"}, "s_b": {"B": "1"}, "condition": "all of s_*"}, [2]),
        ({"a": {"A": "1"}, "b": {"B": "1"}, "condition": "1 of them"}, [0, 1, 2]),
        ({"a": {"A": "1"}, "b": {"B": "1"}, "condition": "all of them"}, [2]),
        ({"a": [{"A": "1"}, {"B": "1"}], "condition": "a"}, [0, 1, 2]),
        ({"a": {"A": "1"}, "b": {"B": "1"}, "condition": ["a", "b"]}, [0, 1, 2]),
        ({"a": {"A": "1", "B": "1"}, "condition": "a"}, [2]),
    ],
)
def test_conditions_join_what_was_selected(fired, detection, rows):
    assert fired(detection, {"A": "1"}, {"B": "1"}, {"A": "1", "B": "1"}, {"A": "2", "C": "1"}) == rows


@pytest.mark.parametrize(
    ("how", "rows"), [("fieldref", [0]), ("fieldref|startswith", [0, 1]), ("fieldref|endswith", [0, 2])]
)
def test_a_field_is_compared_with_another(fired, how, rows):
    events = [
        {"A": "x1", "B": "X1"},
        {"A": "x1y", "B": "x1"},
        {"A": "yx1", "B": "x1"},
        {"A": "x1"},
        {"B": "x1"},
    ]
    assert fired(one({f"A|{how}": "B"}), *events) == rows


def test_whatever_is_true_of_one_of_several_values_is_true_of_the_field(fired):
    several = SEVERAL.join(["a", "b.exe"])
    assert fired(one({"A|endswith": ".exe"}), {"A": several}, {"A": "a"}) == [0]
    assert fired({"s": {"A": "a"}, "condition": "not s"}, {"A": several}, {"A": "b"}) == [1]
    assert fired(one({"A|fieldref": "B"}), {"A": several, "B": "b.EXE"}, {"A": several, "B": "c"}) == [0]


@pytest.mark.parametrize("separate", [[], [{"Other": "/etc/SHADOW mimikatz"}]])
def test_keywords_are_looked_for_in_all_values(fired, separate):
    events = [{"A": "x", "B": "cat /etc/shadow"}, {"A": "etc shadow"}, *separate]
    found = [0, *([2] if separate else [])]
    assert fired({"keywords": ["/etc/shadow", "nothing"], "condition": "keywords"}, *events) == found
    assert (
        fired({"keywords": ["/etc/shadow"], "f": {"B|contains": "cat"}, "condition": "keywords and not f"}, *events)
        == found[1:]
    )
    assert fired({"keywords": ["/etc/shadow"], "condition": "not keywords"}, *events) == [1]


def test_a_keyword_is_found_in_signs_whose_small_letters_are_those_of_ascii(fired):
    assert fired(
        {"keywords": ["kiwi"], "condition": "keywords"}, {"A": "\u212aIW\u0130"}, {"A": "\u212aiwi"}, {"A": "iwi"}
    ) == [0, 1]


def test_keywords_may_have_to_stand_there_all(fired):
    assert fired(one({"|all": ["one", "two"]}), {"A": "x one", "B": "TWO y"}, {"A": "one"}) == [0]


def test_what_stands_for_a_placeholder_is_given_with_the_rules(fired):
    detection = one({"A|expand": "%admins%"})
    assert fired(detection, {"A": "root"}, {"A": "x"}, placeholders={"admins": ["root", "sys*"]}) == [0]
    found = read_texts([("rule.yml", json.dumps(HEAD | {"detection": detection}))])
    assert [one.why for one in found.assumed] == ["nobody says what stands for %admins%: nothing does"]
    assert not found.unusable


def test_a_filter_takes_out_what_a_unit_knows_to_be_harmless():
    rule = HEAD | {"detection": one({"A": "1"}), "name": "rule_a"}
    other = HEAD | {"detection": one({"A": "1"}), "id": "6b8d6f3e-2f4b-4b7e-9c1a-0f5d2b9c8e12", "title": "Another"}
    tuned = {
        "title": "Backup host",
        "id": "5b8d6f3e-2f4b-4b7e-9c1a-0f5d2b9c8e13",
        "logsource": {"product": "own"},
        "filter": {"rules": [rule["id"]], "host": {"Host": "backup"}, "condition": "not host"},
    }
    found = read_texts((str(place), json.dumps(one)) for place, one in enumerate([rule, other, tuned]))
    assert not found.unusable
    batch = batch_of([{"A": "1", "Host": "backup"}, {"A": "1", "Host": "other"}], kind="own//")
    hits = Engine(compile_rules(found.rules)).match(batch)
    named = [(row, found.rules[place].said.title) for row, place in zip(hits.rows, hits.rules, strict=True)]
    assert named == [(0, "Another"), (1, "Another"), (1, "A rule")]
