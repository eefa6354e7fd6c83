"""A census is read whole or refused with the row; what lies in a neighbour's shape is joined by declaration only."""

from __future__ import annotations

import pytest

from amur.base.faults import AmurError
from amur.methods.coverage.census import UNKNOWN, Columns, Counted, Join, joined, read_census

COLUMNS = Columns("code", "name", "people", "households", "town", "country")
HEAD = "code,name,people,households,town,country\n"
FIRST = "1,One,50,20,30,20\n"


def test_a_row_is_a_county():
    assert read_census(HEAD + FIRST + "\n2, Two ,7,2,0,7\n", COLUMNS) == [
        Counted("1", "One", 50, 20, 30),
        Counted("2", "Two", 7, 2, 0),
    ]


def test_a_mark_of_byte_order_and_other_columns_do_no_harm():
    assert read_census("\ufeffarea," + HEAD + "9," + FIRST, COLUMNS)[0].people == 50


def test_without_columns_of_town_and_country_they_are_not_told():
    assert read_census(HEAD + FIRST, Columns("code", "name", "people", "households"))[0].urban == UNKNOWN


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "census: found nothing"),
        ("code,name\n", "no header for people: found code, name"),
        (HEAD + "1,One,5O,20,30,20\n", "row 2, people: found '5O'"),
        (HEAD + FIRST + "2,Two,-5,2,1,1\n", "row 3, people: found -5"),
        (HEAD + "1,One,,20,30,20\n", "row 2, people: nothing stands there"),
        (HEAD + "1,One,50.5,20,30,20\n", r"row 2, people: found 50\.5; write a whole number from 0 to"),
        (HEAD + "1,One,٥٠,20,30,20\n", "row 2, people: found"),
        (HEAD + f"1,One,{'9' * 5000},20,30,20\n", "row 2, people: found"),
        (HEAD + "1,One,50,nan,30,20\n", "row 2, households: found 'nan'"),
        (HEAD + "1,One,50,51,30,20\n", "row 2, households: found 51 of 50 people"),
        (HEAD + "1,One,50,20,30,21\n", "row 2, urban: 30 of town and 21 of country are not 50"),
        (HEAD + ",One,50,20,30,20\n", "row 2, code: nothing stands there"),
        (HEAD + FIRST + FIRST, "row 3, row: this county stands in row 2 already"),
        (HEAD + "1,One,50,20\n", "row 2, row: found 4 cells, wanted 6"),
        (HEAD + "1,One,50,20,30,20,9\n", "row 2, row: found 7 cells, wanted 6"),
        (HEAD + '1,"' + "x" * 200_000 + '",50,20,30,20\n', "row 2, name: a cell of more than 131072 signs"),
    ],
)
def test_what_is_no_census_is_refused_with_its_row(text, told):
    with pytest.raises(AmurError, match=told):
        read_census(text, COLUMNS)


def test_columns_of_town_and_country_come_together():
    with pytest.raises(AmurError, match="both, or neither"):
        Columns("code", "name", "people", "households", "town")


@pytest.mark.parametrize(
    "change", [{"people": -1}, {"people": 10**13}, {"households": -1}, {"urban": 51}, {"urban": -2}]
)
def test_a_count_that_no_county_has_is_refused(change):
    with pytest.raises(AmurError, match=f"1, {next(iter(change))}: found"):
        Counted(**{"code": "1", "name": "One", "people": 50, "households": 0, "urban": 0} | change)


ONE, TWO, THREE = Counted("1", "One", 50, 20, 30), Counted("2", "Two", 7, 2, 7), Counted("3", "Three", 9, 4)


def test_a_join_adds_to_the_neighbour_and_loses_nobody():
    found = joined([ONE, TWO, THREE], [Join("2", "1", "it lies there")])
    assert found == [Counted("1", "One", 57, 22, 37), THREE]
    assert joined([ONE, TWO, THREE], []) == [ONE, TWO, THREE]


def test_a_join_with_what_is_not_split_is_not_split():
    assert joined([ONE, THREE], [Join("3", "1", "it lies there")]) == [Counted("1", "One", 59, 24)]


@pytest.mark.parametrize(
    "joins",
    [
        [Join("9", "1", "x")],
        [Join("1", "9", "x")],
        [Join("1", "1", "x")],
        [Join("1", "2", "x"), Join("2", "3", "x")],
        [Join("1", "2", "x"), Join("1", "3", "x")],
        [Join("1", "2", "")],
    ],
)
def test_a_join_that_makes_no_sense_is_refused(joins):
    with pytest.raises(AmurError, match="both have to be counted, once, and a reason given"):
        joined([ONE, TWO, THREE], joins)


def test_every_row_that_is_wrong_is_told_at_once():
    with pytest.raises(AmurError, match="census: 3 faults") as caught:
        read_census(HEAD + "1,One,x,20,30,20\n" + FIRST.replace("50", "49") + ",,1,1,1,0\n", COLUMNS)
    assert [(one.line, one.check) for one in caught.value.faults] == [(2, "people"), (3, "urban"), (4, "code")]
