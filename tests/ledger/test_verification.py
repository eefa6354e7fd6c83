"""Verification: whole logs hold, and whatever is done to one is found and located."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.ledger import engine
from amur.ledger.engine import Finding, SignedCheckpoint, State, verify

from .logs import KEYS, PAIR, SUITE, make_headers, sign_heads

SUBJECTS = [f"case:{number % 3}" for number in range(30)]
SIZES = [5, 12, 13, 30]


@pytest.fixture
def headers():
    return make_headers(SUBJECTS)


@pytest.fixture
def heads(headers):
    return sign_heads(headers, SIZES)


def found(headers, heads, **options):
    return verify(headers, heads, keys=KEYS, **options).findings


def test_a_whole_log_holds(headers, heads):
    state = verify(headers, heads, keys=KEYS)
    assert state.findings == []
    assert (state.size, state.sealed) == (30, 30)
    assert engine.root_of(state.frontier) == engine.root([engine.leaf_hash(header) for header in headers])


@pytest.mark.parametrize("suite", engine.SUITES.values(), ids=lambda suite: suite.name)
def test_a_whole_log_of_each_suite_holds(suite):
    headers = make_headers(SUBJECTS, suite=suite)
    pair = suite.from_private(bytes(range(1, 33)))
    heads = sign_heads(headers, [30], suite, pair)
    state = verify(headers, heads, keys={suite.key_id(pair.public): pair.public}, state=State(suite=suite))
    assert (state.findings, state.sealed) == ([], 30)


def test_a_long_log_holds_across_batches():
    headers = make_headers([f"case:{number % 700}" for number in range(3000)])
    assert found(headers, sign_heads(headers, [1, 1024, 1025, 3000])) == []


def test_verification_goes_on_from_where_it_ended(headers, heads):
    first = verify(headers[:12], heads[:2], keys=KEYS)
    second = verify(headers[12:], heads[2:], keys=KEYS, state=first)
    assert (second.findings, second.size) == ([], 30)


def test_verification_goes_on_with_tips_that_are_read_when_needed(headers, heads):
    first = verify(headers[:12], heads[:2], keys=KEYS)
    tips, first.tips = first.tips, {}
    asked = []

    def tip_of(subject):
        asked.append(subject)
        return tips[subject]

    assert verify(headers[12:], heads[2:], keys=KEYS, state=first, tip_of=tip_of).findings == []
    assert sorted(asked) == ["case:0", "case:1", "case:2"]
    again = verify(headers[:12], heads[:2], keys=KEYS)
    again.tips = {}
    assert verify(headers[12:], heads[2:], keys=KEYS, state=again).findings[0].what == "missing"


def test_entries_after_the_last_head_are_verified_too(headers, heads):
    headers[29] = headers[29].replace(b"case.submitted", b"case.Submitted")
    headers[28] = headers[28] + b" "
    findings = found(headers, heads[:3])
    assert [(each.what, each.first) for each in findings] == [("altered", 28)]
    assert verify(headers, heads[:3], keys=KEYS).sealed == 13


def test_bytes_that_are_not_canonical_are_found_at_their_entry(headers, heads):
    header = json.loads(headers[7])
    for wrong in (
        json.dumps(header).encode(),  # spaces
        headers[7].replace(b'"sequence":2', b'"sequence":02'),
        headers[7].replace(b'"log"', b'"lag"'),
        headers[7][:-1] + b',"z":1}',
        headers[7].replace(b"case.submitted", "案.submitted".encode()),
        headers[7] + b"\n",
        b"",
        b"[]",
        headers[7].replace(b"case", b"c\xe1se"),
    ):
        findings = found([*headers[:7], wrong, *headers[8:]], heads)
        assert (findings[0].what, findings[0].first, findings[0].last) == ("altered", 7, 7), wrong


def test_a_flipped_byte_is_found_by_the_entry_that_follows(headers, heads):
    headers[7] = headers[7].replace(b"case.submitted", b"case.submittee")
    chain, root = found(headers, heads)
    assert (chain.what, chain.first, chain.last, chain.subject) == ("altered", 7, 10, "case:1")
    assert (root.what, root.first, root.last) == ("root", 5, 11)


def test_a_flipped_byte_in_the_last_entry_of_a_subject_is_found_by_the_head(headers, heads):
    headers[29] = headers[29].replace(b"case.submitted", b"case.submittee")
    (root,) = found(headers, heads)
    assert (root.what, root.first, root.last) == ("root", 13, 29)


def test_a_dropped_entry_is_named(headers, heads):
    del headers[7]
    findings = found(headers, heads)
    assert (findings[0].what, findings[0].first, findings[0].subject) == ("missing", 9, "case:1")
    assert "sequence 2 to 2" in findings[0].detail
    assert any(each.what == "truncated" for each in findings)


def test_reordered_entries_are_named(headers, heads):
    headers[7], headers[10] = headers[10], headers[7]
    whats = {(each.what, each.sequence) for each in found(headers, heads)}
    assert ("reordered", 2) in whats
    assert str(next(each for each in found(headers, heads) if each.what == "reordered")).startswith(
        "reordered: entries 7 to 10, case:1 sequence 2: stands at 10, after sequence 3 at 7"
    )


def test_a_truncated_tail_is_found_by_the_head(headers, heads):
    (truncated,) = found(headers[:25], heads)
    assert (truncated.what, truncated.first, truncated.last) == ("truncated", 25, 29)


def test_a_fork_of_a_subject_is_found(headers, heads):
    fork = make_headers(["case:1"] * 3, bodies=[b"{}", b"{}", b'{"other":1}'])[2]
    findings = found([*headers[:8], fork, *headers[8:]], heads)
    assert (findings[0].what, findings[0].first, findings[0].sequence) == ("forked", 8, 2)


def test_a_rewritten_history_with_its_chains_made_anew_is_found_by_the_head(headers, heads):
    forged = make_headers(SUBJECTS, bodies=[b'{"forged":1}'])
    (root,) = found(forged, heads)
    assert root.what == "root"


def test_an_entry_recorded_before_the_one_it_follows_is_found():
    late, early = make_headers(["case:1"] * 2)
    header = json.loads(early)
    header["recorded_at"] = "2025-01-01T00:00:00.000000Z"
    backdated = json.dumps(header, separators=(",", ":")).encode()
    (finding,) = found([late, backdated], [])
    assert (finding.what, finding.first) == ("backdated", 1)


def test_an_entry_of_another_log_is_found(headers, heads):
    other = make_headers(["case:9"], suite=engine.SUITES["sm2+sm3"])[0]
    findings = found([*headers, other], heads)
    assert [(each.what, each.first) for each in findings] == [("altered", 30)]


def altered(head, **changes):
    body = {**json.loads(head.body), **changes}
    text = json.dumps(body, separators=(",", ":")).encode()
    return SignedCheckpoint(text, SUITE.sign(PAIR, text), head.public)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"suite": "sm2+sm3"}, "not ed25519+sha256"),
        ({"log": "amur/1/sm3"}, "not ed25519+sha256"),
        ({"key": "f" * 32}, "is not one of this log's keys"),
        ({"origin": "elsewhere"}, "origin elsewhere, not test"),
        ({"size": 11}, "sizes do not grow"),
        ({"previous": "0" * 64}, "does not follow the checkpoint of size 12"),
    ],
)
def test_a_checkpoint_that_does_not_fit_is_found(headers, heads, changes, what):
    heads[2] = altered(heads[2], **changes)
    findings = found(headers, heads)
    assert findings[0].what == "checkpoint"
    assert what in findings[0].detail


def test_a_checkpoint_in_another_form_or_with_another_signature_is_found(headers, heads):
    wrong = heads[2].signature[::-1]
    for head in (
        SignedCheckpoint(heads[2].body + b" ", heads[2].signature, heads[2].public),
        SignedCheckpoint(b"{", heads[2].signature, heads[2].public),
        SignedCheckpoint(heads[2].body, wrong, heads[2].public),
    ):
        assert found(headers, [*heads[:2], head, heads[3]])[0].what == "checkpoint"


def test_two_signed_roots_of_one_size_are_a_split_view(headers, heads):
    other = altered(heads[1], root="0" * 64)
    findings = found(headers, [*heads[:2], other, *heads[2:]])
    assert [each.what for each in findings] == ["split"]


def test_after_the_first_wrong_root_later_ones_are_not_reported_again(headers, heads):
    headers[0] = make_headers(["case:0"], bodies=[b'{"x":1}'])[0]
    assert [each.what for each in found(headers, heads)] == ["altered", "root"]


def test_a_finding_says_where_in_one_line():
    assert str(Finding("root", 3, 7, detail="d")) == "root: entries 3 to 7: d"


@given(st.data())
def test_any_tampering_with_a_random_log_is_found_and_located(data):
    subjects = data.draw(
        st.lists(st.sampled_from(["case:1", "case:2", "record:a:3", "system"]), min_size=1, max_size=40)
    )
    size = len(subjects)
    sizes = sorted({size, *data.draw(st.lists(st.integers(1, size), max_size=4))})
    headers = make_headers(subjects)
    heads = sign_heads(headers, sizes)
    assert found(headers, heads) == []
    place = data.draw(st.integers(0, size - 1))
    kind = data.draw(st.sampled_from(["flip", "drop", "swap", "truncate", "double"]))
    tampered, first, last = list(headers), place, place
    if kind == "flip":
        at = data.draw(st.integers(0, len(headers[place]) - 1))
        bit = 1 << data.draw(st.integers(0, 7))
        tampered[place] = headers[place][:at] + bytes([headers[place][at] ^ bit]) + headers[place][at + 1 :]
    elif kind == "drop":
        del tampered[place]
        last = size - 1
    elif kind == "truncate":
        del tampered[place:]
        last = size - 1
    elif kind == "double":
        tampered.insert(place, headers[place])
        last = size
    else:
        other = data.draw(st.integers(0, size - 1))
        tampered[place], tampered[other] = tampered[other], tampered[place]
        first, last = min(place, other), max(place, other)
        if place == other:
            return
    findings = found(tampered, heads)
    assert findings, kind
    # One finding at least spans what was touched, or begins right there; none of the heads' intervals misses it.
    assert any(each.first <= last + 1 and each.last >= first for each in findings), (kind, first, last, findings)
