"""Sums of fees for any amount, terms and bookings: whole numbers that add up, and no surcharge above its cap."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from amur.procedures.fees.engine import Bill, Booked, Terms, bill, let_go, reduced, standing, status

DAY = date(2026, 3, 10)
SUMS = st.integers(1, 10**9)
TERMS = st.builds(
    Terms,
    amount=SUMS,
    due_on=st.just(DAY),
    per_day=st.sampled_from(["", "0.03", "0.0005", "0.000001", "0.5"]),
    fixed=st.sampled_from([0, 0, 1, 5000]),
    cap=SUMS,
)
DAYS = st.integers(-30, 400).map(lambda days: DAY + timedelta(days=days))
BOOKINGS = st.lists(st.builds(Booked, st.sampled_from(["payment", "waiver", "lifted"]), SUMS, DAYS), max_size=6)


@given(TERMS, BOOKINGS, DAYS)
def test_sums_are_whole_numbers_and_add_up(terms, bookings, on):
    found = bill(terms, bookings, on)
    known = [one for one in bookings if one.on <= on]
    receipts = sum(one.amount for one in known if one.kind == "payment")
    assert found.net == receipts
    assert found.owed - found.over == found.total - found.net
    assert 0 in {found.owed, found.over}
    for one in (found.owed, found.over, found.surcharge, found.total, *(line.amount for line in found.lines)):
        assert type(one) is int
        assert one >= 0


@given(TERMS, BOOKINGS, DAYS)
def test_a_surcharge_never_exceeds_its_cap_and_its_lines_explain_it(terms, bookings, on):
    found = bill(terms, bookings, on)
    assert found.surcharge <= terms.cap
    assert found.surcharge == max(0, min(sum(line.amount for line in found.lines), terms.cap) - found.lifted)
    for line in found.lines:
        wanted = line.base * line.days * Fraction(terms.per_day or 0) if line.days else terms.fixed
        assert wanted - 1 < line.amount <= wanted
        assert DAY < line.since <= line.until <= on
        assert 0 < line.base <= terms.amount


@given(TERMS, DAYS, st.integers(0, 60))
def test_what_nobody_pays_never_shrinks(terms, on, days):
    assert bill(terms, [], on + timedelta(days=days)).owed >= bill(terms, [], on).owed


@given(TERMS, BOOKINGS, st.integers(0, 300))
def test_what_is_paid_in_time_costs_nothing_more(terms, bookings, days):
    in_time = [*bookings, Booked("payment", terms.amount, DAY)]
    assert bill(terms, in_time, DAY + timedelta(days=days)).surcharge == 0


@given(TERMS, BOOKINGS, DAYS, st.randoms(use_true_random=False))
def test_the_order_in_which_bookings_are_heard_of_changes_nothing(terms, bookings, on, random):
    mixed = list(bookings)
    random.shuffle(mixed)
    assert bill(terms, mixed, on) == bill(terms, bookings, on)


@given(TERMS, BOOKINGS, DAYS, st.data())
def test_what_goes_back_is_not_owed_again(terms, bookings, on, data):
    before = bill(terms, bookings, on)
    if before.net == 0:
        return
    back = data.draw(st.integers(1, before.net))
    of_amount, of_surcharge = let_go(before, back)
    made = [Booked("refund", back, on), Booked("waiver", of_amount, on), Booked("lifted", of_surcharge, on)]
    after = bill(terms, [*bookings, *made], on)
    assert after.net == before.net - back
    assert after.owed == before.owed
    assert after.over == max(0, before.over - back)


@given(SUMS, st.integers(1, 100))
def test_an_exemption_never_asks_for_more(amount, percent):
    assert 0 <= reduced(amount, percent) <= amount
    assert reduced(amount, 100) == 0


@given(TERMS, BOOKINGS, DAYS)
def test_a_word_and_what_guards_read_say_the_same(terms, bookings, on):
    found = bill(terms, bookings, on)
    word, read = status(found, terms.due_on, on), standing(found, terms.due_on, on)
    assert read["settled"] == (word in {"paid", "waived", "nothing"})
    assert read["paid"] == (word == "paid")
    assert read["late"] == (word == "late")


def test_a_fixed_sum_is_asked_once_and_only_of_whoever_is_late():
    terms = Terms(1000, DAY, fixed=200, cap=150)
    assert bill(terms, [], DAY).surcharge == 0
    late = bill(terms, [], DAY + timedelta(days=99))
    assert [(line.days, line.amount) for line in late.lines] == [(0, 200)]
    assert (late.surcharge, late.is_capped, late.uncapped) == (150, True, 200)
    assert isinstance(late, Bill)
