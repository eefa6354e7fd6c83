"""Our signatures against those of the library of Standard Webhooks, which nobody here wrote."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from amur.procedures.notices.signatures import headers, is_signed, secret_text, signature

KEYS = st.binary(min_size=24, max_size=64)
IDS = st.text("abcxyz019-", min_size=1, max_size=40)
INSTANTS = st.integers(min_value=1_600_000_000, max_value=2_000_000_000)


@given(KEYS, IDS, INSTANTS, st.text('{"a": 1,\n令行é😀}', max_size=60))
def test_the_library_signs_as_we_do(key, name, at, body):
    secret = secret_text(key)
    theirs = Webhook(secret).sign(name, datetime.fromtimestamp(at, UTC), body)
    assert signature(secret, name, at, body.encode()) == theirs


@given(st.tuples(KEYS, KEYS), IDS, INSTANTS, st.binary(max_size=100), st.integers(-900, 900))
def test_a_message_counts_with_one_of_two_secrets_and_within_its_time(keys, name, at, body, late):
    old, new = keys
    given_headers = headers([secret_text(new), secret_text(old)], name, at, body)
    for key in keys:
        assert is_signed(secret_text(key), given_headers, body, at + late) == (abs(late) <= 300)
    assert not is_signed(secret_text(old + b"x"), given_headers, body, at)
    assert not is_signed(secret_text(old), given_headers, body + b"x", at)
