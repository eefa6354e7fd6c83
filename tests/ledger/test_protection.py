"""Sealed values, as pure bytes: they open for their own subject and key only."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.ledger import engine
from amur.ledger.engine import streams

KEY, OTHER = b"k" * 32, b"o" * 32
NONCE = b"n" * 12
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def utf8(value):
    try:
        engine.seal(KEY, "case:1", value, NONCE)
    except ValueError:
        return False
    return True


@settings(max_examples=60)
@given(values.filter(utf8), st.sampled_from(["", "email", "id_number2"]))
def test_what_is_sealed_opens_as_it_was(value, part):
    sealed = engine.seal(KEY, "case:1", value, NONCE, part)
    assert engine.part_of(sealed) == part
    assert engine.unseal(KEY, "case:1", sealed) == value


@settings(max_examples=60)
@given(st.integers(0, 200), st.integers(1, 255))
def test_no_byte_of_it_can_be_changed(place, by):
    sealed = engine.seal(KEY, "case:1", {"name": "李雷"}, NONCE)
    head, text = sealed[:10], bytearray(sealed[10:].encode())
    place %= len(text)
    text[place] = (text[place] + by) % 128
    changed = head + text.decode()
    if changed != sealed:
        with pytest.raises(ValueError, match=r"does not open|not sealed"):
            engine.unseal(KEY, "case:1", changed)


@pytest.mark.parametrize(("key", "name"), [(OTHER, "case:1"), (KEY, "case:2"), (KEY, "case:1/email")])
def test_it_opens_for_its_own_subject_and_key_only(key, name):
    sealed = engine.seal(KEY, "case:1", "李雷", NONCE)
    with pytest.raises(ValueError, match="does not open"):
        engine.unseal(key, name, sealed)


def test_what_is_not_sealed_is_told_apart():
    for plain in ("", "李雷", "sealed:1::", "sealed:2::" + "A" * 50, None, 7, ["sealed"]):
        assert engine.part_of(plain) is None
    with pytest.raises(ValueError, match="not sealed"):
        engine.unseal(KEY, "case:1", "李雷")


def sealed_file(content, pieces=1000, key=KEY, name="upload:1"):
    target = io.BytesIO()
    writer = engine.SealedWriter(key, name, target.write)
    for start in range(0, len(content), pieces):
        writer.write(content[start : start + pieces])
    writer.close()
    return target.getvalue()


def read(sealed, key=KEY, name="upload:1"):
    return io.BufferedReader(engine.SealedReader(key, name, io.BytesIO(sealed)))


CONTENT = bytes(range(256)) * 1000


@pytest.mark.parametrize(
    "size", [0, 1, streams.CHUNK - 1, streams.CHUNK, streams.CHUNK + 1, 3 * streams.CHUNK, 200_000]
)
@pytest.mark.parametrize("pieces", [7_000, 300_000])
def test_a_file_of_any_size_is_read_as_it_was_written(size, pieces):
    content = CONTENT[:size]
    sealed = sealed_file(content, pieces)
    assert read(sealed).read() == content
    assert not content[:64] or content[:64] not in sealed


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 210_000), st.integers(0, 5_000)), max_size=6))
def test_a_file_is_read_from_any_place(jumps):
    file = read(sealed_file(CONTENT[:200_000]))
    for place, length in jumps:
        file.seek(place)
        assert file.read(length) == CONTENT[:200_000][place : place + length]
    file.seek(-10, io.SEEK_END)
    assert file.read() == CONTENT[199_990:200_000]
    assert file.seek(-5, io.SEEK_CUR) == file.tell() == 199_995
    with pytest.raises(ValueError, match="before the beginning"):
        file.seek(-1)


def test_a_file_that_was_altered_cut_off_or_moved_is_not_read():
    sealed = sealed_file(CONTENT[:200_000])
    step = streams.CHUNK + 16
    start = len(streams.MARK)
    chunks = [sealed[start + n * step : start + (n + 1) * step] for n in range(4)]
    for wrong in (
        sealed[:-1],
        sealed[:start],
        sealed[: start + 5],
        sealed[: start + 2 * step],
        sealed + b"x",
        sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:],
        streams.MARK + chunks[1] + chunks[0] + chunks[2] + chunks[3],
        streams.MARK + chunks[0] + chunks[2] + chunks[3],
    ):
        with pytest.raises(ValueError, match="altered, cut off"):
            read(wrong).read()
    with pytest.raises(ValueError, match="another key"):
        read(sealed, key=OTHER).read()
    with pytest.raises(ValueError, match="another key"):
        read(sealed, name="upload:2").read()
    with pytest.raises(ValueError, match="not sealed"):
        read(b"%PDF-1.7")


def test_closing_it_closes_the_file_below():
    below = io.BytesIO(sealed_file(b"x"))
    file = engine.SealedReader(KEY, "upload:1", below)
    assert file.readable()
    assert file.seekable()
    file.close()
    file.close()
    assert below.closed
