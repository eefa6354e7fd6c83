"""What an entry is made of: the refusals that the doctests do not show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.canonical import canonical
from amur.ledger import engine
from amur.ledger.engine import SignedCheckpoint
from amur.ledger.engine.entries import decode_headers
from amur.ledger.engine.suites import sha256

texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
headers = st.builds(engine.Header, texts, texts, texts, texts, texts, texts, texts, st.integers(0, 2**40), texts)


@given(headers)
def test_an_encoded_header_is_canonical_and_comes_back(header):
    data = engine.encode_header(header)
    assert engine.decode_header(data) == header
    assert data == canonical({name: getattr(header, name) for name in header.__struct_fields__})


@given(st.lists(headers, min_size=1, max_size=4), st.data())
def test_a_batch_is_whole_exactly_if_each_header_is(batch, data):
    encoded = [engine.encode_header(header) for header in batch]
    assert decode_headers(encoded) == batch
    place = data.draw(st.integers(0, len(encoded) - 1))
    whole = encoded[place]
    at = data.draw(st.integers(0, len(whole)))
    encoded[place] = whole[:at] + data.draw(st.sampled_from([b"\n", b" ", b"\xe9", b'"', b",", b"\x00"])) + whole[at:]
    each = [engine.decode_header(one) for one in encoded]
    assert (decode_headers(encoded) is None) == (None in each)


def test_two_headers_in_the_place_of_one_are_not_taken_for_it():
    one = engine.encode_header(engine.Header("a", "b", "t", "k.k", "l", "p", "t", 0, "s"))
    assert decode_headers([one + b"\n" + one]) is None
    assert decode_headers([one + b"\n" + one, b""]) is None


def test_a_salt_of_another_length_is_refused():
    with pytest.raises(ValueError, match="it has 32"):
        engine.commitment("body", b"short", b"{}", sha256)


def test_an_instant_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        engine.instant_text(datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None))


def test_an_instant_is_written_in_utc():
    beijing = timezone(timedelta(hours=8))
    assert engine.instant_text(datetime(2026, 1, 2, 8, tzinfo=beijing)) == "2026-01-02T00:00:00.000000Z"
    assert engine.parse_instant("2026-01-02T00:00:00.000000Z") == datetime(2026, 1, 2, tzinfo=UTC)


def test_a_checkpoint_that_is_not_ascii_is_none():
    assert SignedCheckpoint("令".encode(), b"", b"").parsed() is None
