"""What is kept of a document and what a question asks: spaces, places, names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.search import engine
from amur.search.engine import Document, family_of, place_of, question, row_of, tokens_of

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


def document(**parts) -> Document:
    given = {"kind": "page", "ref": "1", "key": "", "title": "", "open_text": "", "full_text": "", "readers": ""}
    return Document(**{**given, "happened_at": NOON, **parts})


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_the_newer_second_has_the_smaller_place(one, other):
    seconds = [(at - engine._EPOCH) // timedelta(seconds=1) for at in (one, other)]
    bounded = [min(max(second, -(2**36)), 2**36) for second in seconds]
    places = [place_of(at, "page", "a") for at in (one, other)]
    assert (places[0] < places[1]) is (bounded[0] > bounded[1])
    assert all(-(2**63) <= (place << 6) < 2**63 for place in places)


def test_an_instant_has_one_place_in_every_zone():
    beijing = NOON.astimezone(timezone(timedelta(hours=8)))
    assert place_of(beijing, "page", "a") == place_of(NOON, "page", "a")


def test_hidden_text_stands_in_the_space_of_its_label_only():
    row = row_of(document(open_text="公开", full_text="秘密", readers="office"))
    hidden = {token for token in tokens_of(row) if "秘" in token}
    assert hidden
    assert not any(token.startswith("秘") for token in hidden)


def test_who_may_read_everything_finds_the_open_text_too():
    row = row_of(document(open_text="公开", full_text="秘密", readers="office"))
    assert row.full_form == "公开\n秘密"


def test_a_full_text_that_adds_nothing_takes_no_second_space():
    assert row_of(document(open_text="公开\n号", full_text="号\n公开", readers="office")).full_form == ""


def test_a_title_that_is_not_in_the_open_text_is_not_known_by_name_to_everybody():
    name = engine.name_token("秘密")
    row = row_of(document(title="秘密", open_text="公开", full_text="秘密", readers="office"))
    assert name not in tokens_of(row)
    assert engine.space_token("office", name) in tokens_of(row)


def test_a_title_of_two_lines_is_called_by_both():
    row = row_of(document(title="移动\n宽带", open_text="移动 宽带"))
    assert engine.name_token("移动 宽带") in tokens_of(row)


def test_a_question_goes_into_the_spaces_of_its_labels_and_no_other():
    asked = question("秘密", {"b", "a", ""}, ())
    assert asked.labels == ("a", "b")
    assert asked.spaces == (
        ("秘密",),
        (engine.space_token("a", "秘密"),),
        (engine.space_token("b", "秘密"),),
    )
    assert not asked.decided


@pytest.mark.parametrize("kind", ["record:lamps", "page"])
def test_a_kind_is_found_by_itself_and_by_its_family(kind):
    found = tokens_of(row_of(document(kind=kind, open_text="灯")))
    assert {engine.kind_token(kind), engine.kind_token(family_of(kind))} <= found
