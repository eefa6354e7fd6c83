"""Logs in the encodings of older Chinese and Western systems are read as what they say, and others stay as they are."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.detection.events import Quarantined
from amur.detection.reading import encodings
from amur.detection.reading.encodings import GB, LATIN, as_utf8, encoding_of
from amur.detection.reading.opening import read


def read_bytes(tmp_path, content):
    file = tmp_path / "log"
    file.write_bytes(content)
    found = list(read(file))
    rows = [row for batch in found if not isinstance(batch, Quarantined) for row in batch.to_pylist()]
    return rows, [one for one in found if isinstance(one, Quarantined)]


@pytest.mark.parametrize(
    "written",
    [
        '{"用户": "张三", "事件": "登录失败"}\n' * 2,
        '[{"用户": "张三", "事件": "登录失败"},\n {"用户": "张三", "事件": "登录失败"}]',
        '{\n"events": [{"用户": "张三", "事件": "登录失败"}, {"用户": "张三", "事件": "登录失败"}]}',
        "用户,事件\n张三,登录失败\n张三,登录失败\n",
        "编号=1 用户=张三 事件=登录失败\n" * 2,
    ],
)
def test_what_is_written_in_gb_18030_is_read_in_every_format(tmp_path, written):
    rows, faults = read_bytes(tmp_path, written.encode(GB))
    assert faults == []
    assert [(row["用户"], row["事件"]) for row in rows] == [("张三", "登录失败")] * 2


def test_what_is_written_in_windows_1252_is_read(tmp_path):
    rows, faults = read_bytes(tmp_path, '{"a": "échec de la connexion à José"}\n{"a": "café fermé"}\n'.encode(LATIN))
    assert (faults, [row["a"] for row in rows]) == ([], ["échec de la connexion à José", "café fermé"])


def test_a_line_of_another_encoding_in_such_a_file_is_read_or_told(tmp_path):
    content = b"\n".join(
        [
            *[json.dumps({"a": "登录失败"}, ensure_ascii=False).encode(GB)] * 3,
            '{"a": "登录"}'.encode(),
            b'{"a": "\xff"}',
        ]
    )
    rows, faults = read_bytes(tmp_path, content)
    assert [row["a"] for row in rows] == ["登录失败"] * 3 + ["登录"]
    assert [(one.position, one.code) for one in faults] == [(5, "not_json")]


@pytest.mark.parametrize(
    "head",
    [
        b"", b"plain", "登录失败".encode(), "登录失败".encode()[:-1], "échec réseau".encode(), b'{"a": "\xff"}', b"\x7fELF\xb0\xa1\xb0\xa1",
        b"caf\xe9", bytes(range(128, 256)), "登录失败\n".encode(GB) + b"\xe9 " * 20 + b"\n",
    ],
)  # fmt: skip
def test_what_is_utf_8_or_speaks_for_nothing_is_left_as_it_is(head):
    assert encoding_of(head) == ""


def test_a_word_that_may_be_either_is_what_its_file_is(tmp_path):
    written = "".join(f"a={word} b=1 c={rest}\n" for word, rest in (("登录", "失败"), ("联通", "1"), ("失", "2")))
    rows, faults = read_bytes(tmp_path, written.encode(GB))
    assert (faults, [row["a"] for row in rows]) == ([], ["登录", "联通", "失"])


def test_a_head_that_ends_within_a_sign_is_told_all_the_same():
    whole = '[{"a": "登录失败"}, {"a": "登录失败"}'.encode(GB)
    assert {encoding_of(whole[:end]) for end in range(17, len(whole))} == {GB}


_LINES = st.lists(st.text(st.sampled_from("登录失败 ab,1?"), max_size=12), min_size=1, max_size=8)


@given(_LINES, st.integers(1, 40), st.booleans())
def test_where_blocks_end_changes_nothing(lines, size, is_one_line):
    text = (" " if is_one_line else "\n").join(lines)
    before, encodings._BLOCK = encodings._BLOCK, size
    try:
        found = as_utf8(io.BytesIO(text.encode(GB)), GB).read().decode("utf-8", "replace")
    finally:
        encodings._BLOCK = before
    if size > 24:  # a sign never outgrows two blocks then
        assert found == text
