"""What holds of codes, waits and comparisons for whatever is declared."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from amur.exchange.declarations import CodeMap, Retry
from amur.exchange.engine import Answered, compare, ours_of, outcome, theirs_of, wait_after

CODES = some.dictionaries(some.sampled_from("abcde"), some.sampled_from("123"), min_size=1)
VALUES = some.dictionaries(some.sampled_from("wxyz"), some.dictionaries(some.sampled_from("ab"), some.integers(0, 2)))


@settings(max_examples=40)
@given(CODES)
def test_a_code_that_goes_out_comes_back_as_one_that_leads_there(codes):
    back = {theirs: ours for ours, theirs in codes.items()}
    found = CodeMap(id="m", codes=codes, back=back)
    for ours in codes:
        assert theirs_of(found, ours_of(found, theirs_of(found, ours))) == theirs_of(found, ours)


@settings(max_examples=40)
@given(VALUES, VALUES)
def test_what_differs_differs_and_everything_else_agrees(ours, theirs):
    found = compare(ours, theirs, set(ours), "ab")
    assert {one.key for one in found if one.kind == "missing_there"} == ours.keys() - theirs.keys()
    assert {one.key for one in found if one.kind == "missing_here"} == theirs.keys() - ours.keys()
    for one in found:
        assert one.kind != "differs" or one.ours != one.theirs
    assert compare(ours, ours, set(ours), "ab") == ()


@settings(max_examples=40)
@given(some.integers(0, 599), some.sampled_from(["received", "taken", "refused", ""]), some.integers(1, 60))
def test_no_answer_is_tried_for_ever_and_waits_only_grow(status, said, attempts):
    retry = Retry(attempts=5)
    found = outcome(Answered(status, said), attempts, retry)
    assert found != "again" or attempts < 5
    assert (found in {"received", "sent"}) == (said in {"received", "taken"} and 0 < status < 300)
    assert wait_after(attempts, retry) <= wait_after(attempts + 1, retry)
