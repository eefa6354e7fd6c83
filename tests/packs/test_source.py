"""Reading YAML: whatever is wrong becomes a fault with its line, all of them at once, and nothing falls."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from amur.packs.engine.source import LONGEST_BYTES, Source, mapping_of, read_yaml

ROOT = Path(__file__).parents[2]


def faults(content):
    content = content if isinstance(content, bytes) else content.encode()
    return [(fault.line, fault.check) for fault in read_yaml("a.yaml", content).faults]


@pytest.mark.parametrize(
    ("content", "line", "check"),
    [
        ("", 1, "file.empty"),
        ("# only a remark\n", 1, "file.empty"),
        (b"\xef\xbb\xbfid: a\n", 1, "yaml.encoding"),
        ("id: a\ntitle: 备案\n".encode("gb18030"), 2, "yaml.encoding"),
        ("id: 备案".encode("utf-16"), 1, "yaml.encoding"),
        (b"id: a\ntitle: \xff\xff\xff", 2, "yaml.encoding"),
        (b"a" * (LONGEST_BYTES + 1), 1, "file.huge"),
        ("id: a\n\ttitle: b\n", 2, "yaml.tab"),
        ("id: [a, b\n", 2, "yaml.syntax"),
        ("id: 'a\n", 2, "yaml.syntax"),
        ("a: b: c\n", 1, "yaml.syntax"),
        ("a: 1\n---\nb: 2\n", 2, "yaml.syntax"),
        ("a: \x07\n", 1, "yaml.syntax"),
        ("a: 1\nb: 2\na: 3\n", 3, "yaml.duplicate_key"),
        ("id: 13.10\n", 1, "yaml.quote"),
        ("code: 010\n", 1, "yaml.quote"),
        ("code: 0x1F\n", 1, "yaml.quote"),
        ("share: 1e3\n", 1, "yaml.quote"),
        ("a: &x [1]\nb: *x\n", 1, "yaml.reference"),
        ("a: {b: 1}\n<<: {c: 2}\n", 2, "yaml.reference"),
        ("a: &x 1\nb: *x\n", 1, "yaml.reference"),
        ("a: *nothing\n", 1, "yaml.reference"),
        ("a: &x 1\nb: &x 2\n", 2, "yaml.reference"),
        (" " * 1001 + "a: 1\n", 1, "yaml.depth"),
        ("? " * 100_000, 1, "yaml.depth"),
        ("a: 1\nb: 2\nc: \x07\n", 3, "yaml.syntax"),
        ("when: 1_000\n", 1, "yaml.quote"),
        ("share: .5\n", 1, "yaml.quote"),
        ("share: .nan\n", 1, "yaml.quote"),
        ("? [a, b]\n: c\n", 1, "yaml.key"),
        ("a: !!python/object:os.system x\n", 1, "yaml.tag"),
        ("a: !!binary aGk=\n", 1, "yaml.tag"),
        ("a: " + "[" * 60 + "]" * 60, 1, "yaml.depth"),
        ("[" * 5000, 1, "yaml.depth"),
        ("- " * 5000 + "a", 1, "yaml.depth"),
        ("".join(" " * depth + "a:\n" for depth in range(60)), 42, "yaml.depth"),
    ],
)
def test_each_mistake_is_named_with_its_line(content, line, check):
    assert (line, check) in faults(content)


def test_all_mistakes_are_found_at_once():
    assert faults("a: 1.10\nb: 2\nb: 3\nc: 0x10\n") == [(1, "yaml.quote"), (3, "yaml.duplicate_key"), (4, "yaml.quote")]


def test_values_are_json_and_dates_stay_as_written():
    value = read_yaml("a.yaml", b"a: 1\nb: true\nc: ~\nd: 2026-03-10\ne: no\nf: [x, {g: y}]\n").value
    assert value == {"a": 1, "b": True, "c": None, "d": "2026-03-10", "e": "no", "f": ["x", {"g": "y"}]}


def test_every_path_has_its_line():
    source = read_yaml("a.yaml", b"states:\n  - id: a\n    title: b\n  - id: c\n")
    assert source.locate(("states", 1, "id")) == ("a.yaml", 4)
    assert source.locate(("states", 0, "missing")) == ("a.yaml", 2)
    assert source.locate(("nowhere",)) == ("a.yaml", 1)


def test_references_cannot_blow_up_a_file():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{before}, *{before}, *{before}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert any(check == "yaml.reference" for _, check in faults(bomb))


def plain(value):
    """Return what the other reader read, with its dates as they were written."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


FILES = sorted((ROOT / "packs").glob("*/**/*.yaml"))
_EACH = 8
"""Of so many files one is read twice in the gate, all of them in the deep run: the second reader takes its time."""


@pytest.mark.parametrize(
    "file",
    [pytest.param(file, marks=[pytest.mark.deep] if place % _EACH else []) for place, file in enumerate(FILES)],
    ids=lambda file: file.name,
)
def test_a_second_reader_reads_the_same_out_of_our_packs(file):
    source = read_yaml(file.name, file.read_bytes())
    assert source.faults == []
    other = YAML(typ="safe", pure=True)
    # Dates are read by the declarations; this reader would fall over one that an example gets wrong on purpose.
    other.constructor.yaml_constructors["tag:yaml.org,2002:timestamp"] = lambda _, node: node.value
    assert source.value == other.load(file)


WORDS = st.sampled_from(["yes", "no", "on", "~", "null", "True", "false", "12", "-3", "1:30", "y", "0o7", "2026-03-10"])


@given(st.dictionaries(st.sampled_from(["a", "b", "on", "yes"]), WORDS | st.lists(WORDS, max_size=3), max_size=4))
def test_a_second_reader_takes_plain_words_for_the_same(body):
    text = "".join(
        f"{key}: {word if isinstance(word, str) else '[' + ', '.join(word) + ']'}\n" for key, word in body.items()
    )
    source = read_yaml("a.yaml", text.encode())
    if not source.faults:
        assert source.value == plain(YAML(typ="safe", pure=True).load(text))


def test_a_list_is_no_declaration():
    source = read_yaml("a.yaml", b"- a\n")
    assert mapping_of(source) is None
    assert source.faults[0].check == "yaml.shape"
    assert mapping_of(Source("a.yaml", faults=source.faults)) is None


@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{}&*!|>'\"#%@`,?~ \n\t<1.0é备", max_size=120).map(str.encode))
@settings(max_examples=400, deadline=None)
def test_no_bytes_make_it_fall(content):
    source = read_yaml("a.yaml", content)
    json.dumps(source.value)
    assert all(fault.line >= 1 for fault in source.faults)
