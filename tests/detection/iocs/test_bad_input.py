"""What cannot be used is said with its place and its reason, and the rest goes on."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.faults import NotFound
from amur.detection.iocs import Kind, Origin, Shelf, load, shelf
from amur.detection.iocs.documents import comparisons
from amur.detection.iocs.kinds import NotUsable, placed
from amur.detection.iocs.loading import LONGEST_LINE, read

_HEAD = b"type,value,valid_to,tlp,confidence\n"
_GOOD = b"domain,good.com\n"


def shelved(raw):
    kept = Shelf()
    read(BytesIO(raw), kept, Origin(file="f"))
    return kept.closed()


def faults(iocs):
    return [(one.line, one.code.removeprefix("ioc.")) for one in iocs.unusable]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"com.cn", "suffix"),
        ("公司.cn".encode(), "suffix"),
        (b"kawasaki.jp", "suffix"),
        (b"localhost", "suffix"),
        (b"0.0.0.0/0", "everything"),
        (b"::/0", "everything"),
        (b"1.2.3", "name.number"),
        (b"256.1.1.1", "name.number"),
        (b"a b c", "kind"),
        (b"zz" * 16, "suffix"),
        (b"http://", "kind"),
        (b"@evil.com", "email"),
        (b"bin\0ary", "binary"),
        (b"\xff\xff\xff", "encoding"),
        (b"a" * LONGEST_LINE + b"\n", "line"),
        (b"x" * 9000 + b"/a", "kind"),
    ],
)
def test_a_line_that_cannot_be_used_is_told_and_the_next_is_read(line, code):
    iocs = shelved(b"before.com\n" + line.rstrip(b"\n") + b"\nafter.com\n")
    assert faults(iocs) == [(2, code)]
    assert [iocs.indicator(number).line for number in range(len(iocs))] == [1, 3]
    assert iocs.unusable[0].why
    assert len(iocs.unusable[0].found) <= 130


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b"domain,com.cn", "suffix"),
        (b"pattern-in-file,evil.com", "type"),
        (b",evil.com", "type"),
        (b"domain,", "value"),
        (b"domain", "value"),
        (b"md5,abc", "hash"),
        (b"hash,abc", "hash.length"),
        (b"sha256," + b"g" * 64, "hash"),
        (b"domain|ip,evil.com", "parts"),
        (b"ip,evil.com", "address"),
        (b"url,mailto:a@b.com", "url"),
        (b"file,C:\\Windows\\", "file"),
        (b"domain,evil.com,31.01.2026", "date"),
        (b"domain,evil.com,9999-12-31", "date"),
        (b"domain,evil.com,,secret", "tlp"),
        (b"domain,evil.com,,,101", "confidence"),
        (b"domain,evil.com,,,-1", "confidence"),
        (b'domain,"evil.com', "csv"),
        (b'domain,"evil"x.com', "csv"),
        (b"domain," + b"e" * LONGEST_LINE, "line"),
        (b"domain,\xff\xff", "encoding"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_the_next_is_read(row, code):
    iocs = shelved(_HEAD + _GOOD + row + b"\n" + _GOOD * 30)
    assert faults(iocs) == [(3, code)]
    assert len(iocs) == 31


@pytest.mark.parametrize(
    "pattern",
    [
        "[domain-name:value = 'a.com' AND url:value = 'b']", "[domain-name:value LIKE '%a.com']",
        "[domain-name:value != 'a.com']", "[domain-name:value = 'a.com'] FOLLOWEDBY [url:value = 'b']",
        "[domain-name:value = 'a.com'] WITHIN 5 SECONDS", "[NOT domain-name:value = 'a.com']",
        "[(domain-name:value = 'a.com')]", "[domain-name:value = 7]", "[domain-name:value = 'a.com'",
        "[domain-name:value IN ('a.com' 'b.com')]", "", "[]", "'a.com'", "[domain-name:value = 'a.com']]", "[" * 5000,
        "[domain-name:value MATCHES '^a$']", "[domain-name:value = 'a.com'] START t'2026' STOP t'2027'",
    ],
)  # fmt: skip
def test_a_pattern_that_says_more_than_can_be_matched_is_refused(pattern):
    with pytest.raises(NotUsable):
        comparisons(pattern)


def _indicator(**more):
    return {"type": "indicator", "id": "indicator--1", "pattern": "[domain-name:value = 'evil.com']", **more}


@pytest.mark.parametrize(
    ("objects", "code"),
    [
        ([_indicator(revoked=True)], "revoked"),
        ([_indicator(pattern_type="yara")], "language"),
        ([_indicator(pattern="[file:size = '7']")], "type"),
        ([_indicator(pattern="[domain-name:value = 'com.cn']")], "suffix"),
        ([_indicator(pattern=["x"])], "pattern.end"),
        ([_indicator(valid_until=[1])], "date"),
        ([_indicator(confidence={"a": 1})], "confidence"),
    ],
)
def test_an_indicator_of_stix_that_cannot_be_used_is_told(objects, code):
    good = {"type": "indicator", "id": "indicator--2", "pattern": "[domain-name:value = 'good.com']"}
    iocs = shelved(json.dumps({"type": "bundle", "objects": [*objects, 7, None, good]}, indent=1).encode())
    assert [found for _, found in faults(iocs)] == [code]
    assert len(iocs) == 1


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ({"type": "domain", "value": "evil.com", "to_ids": False}, "context"),
        ({"type": "domain", "value": "evil.com", "to_ids": "0"}, "context"),
        ({"type": "domain", "value": "evil.com", "deleted": True}, "deleted"),
        ({"type": "yara", "value": "rule x {}"}, "type"),
        ({"type": "domain", "value": 7}, "name"),
        ({"type": ["domain"], "value": "evil.com"}, "type"),
        ({"type": "domain", "value": "evil.com", "to_ids": ["x"], "deleted": {"y": 1}, "Tag": 7}, None),
    ],
)
def test_an_attribute_of_misp_that_cannot_be_used_is_told(attribute, code):
    event = {"Event": {"Attribute": [attribute, 7, {"type": "domain", "value": "good.com"}], "Object": [3], "Orgc": 1}}
    iocs = shelved(json.dumps(event).encode())
    assert [found for _, found in faults(iocs)] == ([code] if code else [])
    assert len(iocs) == (1 if code else 2)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"type": "bundle"', "json"),
        (b'{"a": ' + b"[" * 100_000, "json"),
        (b'{"something": "else"}', "document"),
        (b'[{"something": "else"}]', "document"),
        (b"[]", "document"),
        (b'{"Event": "\\ud800"}', "json"),
        (b'{"objects": "\xff"}', "json"),
    ],
)
def test_a_document_that_cannot_be_read_is_told(raw, code):
    assert faults(shelved(raw)) == [(1, code)]


def test_a_row_of_zeek_with_too_few_columns_is_told():
    iocs = shelved(
        b"#fields\tindicator\tindicator_type\nevil.com Intel::DOMAIN\nx\tIntel::USER_NAME\na.com\tIntel::DOMAIN\n"
    )
    assert faults(iocs) == [(2, "columns"), (3, "type")]
    assert len(iocs) == 1


def test_a_path_that_is_not_there_is_an_error_with_its_name(tmp_path):
    with pytest.raises(NotFound, match="nowhere"):
        load([tmp_path / "nowhere"])


def test_an_empty_file_and_an_empty_folder_hold_nothing(tmp_path):
    (tmp_path / "a.txt").touch()
    assert len(load([tmp_path, tmp_path / "a.txt"])) == 0


def test_a_million_bad_lines_are_counted_and_not_all_kept(monkeypatch):
    monkeypatch.setattr(shelf, "MOST_UNUSABLE", 10)
    iocs = shelved(b"com.cn\n" * 25)
    assert (len(iocs.unusable), iocs.unlisted) == (10, 15)


@settings(deadline=None)
@given(
    st.binary(max_size=200)
    | st.sampled_from([_HEAD, b"#fields\tindicator\tindicator_type\n", b"{", b"["]).flatmap(
        lambda head: st.binary(max_size=200).map(head.__add__)
    )
)
def test_any_bytes_are_read_without_an_error(raw):
    iocs = shelved(raw)
    for number in range(len(iocs)):
        assert iocs.indicator(number).value


@settings(deadline=None)
@given(st.sampled_from(Kind), st.text(max_size=60))
def test_what_is_taken_has_one_spelling(kind, text):
    try:
        one = placed(kind, text)
    except NotUsable:
        return
    assert placed(one.kind, one.key) == one
