"""An expression yields a value of the declared type or raises: nothing that went wrong passes for a value."""

from __future__ import annotations

import math
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from amur.base.declared import Text
from amur.base.expressions import FUNCTIONS, Context, ExpressionError, Kind, ListOf, Struct, compile_, evaluate
from amur.base.expressions.evaluating import _failed
from amur.base.legal_time import WorkCalendar
from tests.base.expressions.test_compiling import VARIABLES

TEN = "[1,1,1,1,1,1,1,1,1,1]"
MANY = f"{TEN}.map(a, {TEN}.map(b, {TEN}.map(c, {TEN}.map(d, {TEN}.map(e, a))))).size() == 1"
ZONE = timezone(timedelta(hours=8))
CALENDAR = WorkCalendar(
    title=Text(zh="历", en="C"), published_from=date(2026, 1, 1), published_to=date(2026, 12, 31), source="demo"
)
HERE = Context(ZONE, CALENDAR)
TODAY = date(2026, 3, 9)
WHOLE = {
    "form": {
        "watts": 12,
        "name": "移动灯",
        "lit_on": TODAY,
        "price": Decimal("2.5"),
        "indoors": True,
        "tags": ["a", "b"],
        "rows": [{"amount": 100}, {"amount": 250, "at": datetime(2026, 3, 9, tzinfo=ZONE)}],
        "place": {"street": "灯街", "plot": {"number": 4}},
    },
    "today": TODAY,
}


def value(source, result=Kind.BOOLEAN, values=WHOLE, context=HERE):
    return evaluate(compile_(source, VARIABLES, result), values, context)


@pytest.mark.parametrize(
    ("source", "result", "expected"),
    [
        ("form.watts * 2", Kind.INTEGER, 24),
        ("form.name + '一号'", Kind.TEXT, "移动灯一号"),
        ("form.price * 2.0", Kind.DECIMAL, Decimal("5.0")),
        ("form.price / double(form.watts) > 0.2", Kind.BOOLEAN, True),
        ("10.0 / (form.price + 2.5)", Kind.DECIMAL, Decimal("2.0")),
        ("form.lit_on", Kind.DATE, TODAY),
        ("form.lit_on", Kind.INSTANT, datetime(2026, 3, 8, 16, tzinfo=UTC)),
        ("form.rows.map(r, r.amount)", ListOf(Kind.INTEGER), [100, 250]),
        ("form.tags", ListOf(Kind.TEXT), ["a", "b"]),
        ("form.rows.exists(r, has(r.at) && r.at == today)", Kind.BOOLEAN, True),
        ("form.place.plot.number", Kind.INTEGER, 4),
        ("form.rows[form.place.plot.number - 3].amount", Kind.INTEGER, 250),
        ("size(form.name)", Kind.INTEGER, 3),
        ("form.name.startsWith('移') && form.name.matches('^.{3}$')", Kind.BOOLEAN, True),
        ("'a' in form.tags", Kind.BOOLEAN, True),
        ("timestamp('2026-03-09T00:00:00+08:00') == today", Kind.BOOLEAN, True),
        ("add_working_days(today, 5)", Kind.DATE, date(2026, 3, 16)),
        ("working_days_between(today, date('2026-03-16'))", Kind.INTEGER, 5),
        ("is_working_day(date('2026-03-14'))", Kind.BOOLEAN, False),
        ("add_days(today, -9)", Kind.DATE, date(2026, 2, 28)),
        ("add_months(date('2026-01-31'), 1)", Kind.DATE, date(2026, 2, 28)),
        ("add_months(date('2026-01-31'), -2)", Kind.DATE, date(2025, 11, 30)),
        ("days_between(date('2026-02-28'), date('2026-03-01'))", Kind.INTEGER, 1),
        ("[year(today), month(today), day(today), weekday(today)]", ListOf(Kind.INTEGER), [2026, 3, 9, 1]),
        ("iso(today)", Kind.TEXT, "2026-03-09"),
        ("today + days(2)", Kind.DATE, date(2026, 3, 11)),
        ("money('12.50') + money(-1, 25) + money('-3')", Kind.INTEGER, 825),
        ("percent(1005, 5000)", Kind.INTEGER, 503),
        ("part(-5, 1, 2)", Kind.INTEGER, -3),
        ("sum(form.rows.map(r, r.amount))", Kind.INTEGER, 350),
        ("least(3, 2) + greatest(3, 2)", Kind.INTEGER, 5),
        ("decimal('-2.50')", Kind.DECIMAL, Decimal("-2.5")),
        ("form.watts > 99 || true", Kind.BOOLEAN, True),
    ],
)
def test_a_value_is_of_the_declared_kind(source, result, expected):
    found = value(source, result)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.id)
def test_the_example_of_each_function_runs(function):
    kinds = (Kind.BOOLEAN, Kind.INTEGER, Kind.DATE, Kind.TEXT, Kind.DECIMAL)
    found = []
    for kind in kinds:
        try:
            found.append(value(function.example, kind))
        except ExpressionError as error:
            assert "yields a" in error.found  # noqa: PT017 - another kind is tried next
    assert found
    assert found[0] is not False


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 / 0 == 1", "divided by zero"),
        ("1 % 0 == 1", "divided by zero"),
        ("form.price / 0.0 > 1.0", "divided by zero"),
        ("form.price / (form.price - 2.5) > 1.0", "divided by zero"),
        ("form.price / form.price / 0.0 != 1.0", "divided by zero"),
        ("9223372036854775807 + form.watts > 0", "too large"),
        ("-9223372036854775807 - 2 < 0", "too large"),
        ("sum([9223372036854775807, 1]) > 0", "too large"),
        ("part(9223372036854775807, 2, 1) > 0", "too large"),
        ("form.rows[2].amount > 0", "no such element"),
        ("form.rows[0].at < today", r"form.rows\[…\].at has no value"),
        ("form.name.matches('[')", "pattern"),
        ("int(form.name) == 1", "no number"),
        ("decimal('nan') > 1.0", "written as 12.5"),
        ("money('12.5') == 1", "written as 12.50"),
        ("money(1, 100) == 1", "hundredths"),
        ("part(1, 1, 0) == 1", "divided by zero"),
        ("date('2026-02-30') == today", "range"),
        ("date('2026-2-3') == today", "written as"),
        ("add_months(today, 99999999) == today", "years 1 to 9999"),
        ("add_days(today, 99999999) == today", "no value can hold|range"),
        ("add_working_days(today, 99999999) == today", "at most"),
        ("add_working_days(today, -1) == today", "negative"),
        ("add_working_days(date('9999-12-31'), 9) == today", "no value can hold"),
        ("is_working_day(timestamp('0001-01-01T00:00:00Z') - duration('1h'))", r"\w"),
        ("today.getHours('Nowhere') == 1", "no such time zone"),
        (MANY, "too many values"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_said_and_yields_nothing(source, said):
    for asked in (source, f"!({source})"):
        with pytest.raises(ExpressionError, match=said):
            value(asked)


@pytest.mark.parametrize(
    "source",
    [
        "form.watts < 5",
        "form.watts != 5",
        "form.name != 'x'",
        "!form.indoors",
        "form.lit_on < today",
        "form.price < 1.0",
        "form.place.street != 'x'",
        "form.place.plot.number != 1",
        "form.place != form.place",
        "form.watts in [0]",
        "form == form && form.watts != 0",
    ],
)
def test_a_field_that_is_absent_never_reads_as_an_empty_one(source):
    for absent in ({}, dict.fromkeys(WHOLE["form"])):
        for asked in (source, f"!({source})", f"true && {source}", f"false || {source}"):
            with pytest.raises(ExpressionError, match="has no value"):
                value(asked, values={"form": absent, "today": TODAY})


def test_an_absent_field_can_be_asked_for_and_an_absent_list_is_empty():
    empty = {"form": {}}
    assert value("!has(form.watts) && !has(form.place) && size(form.rows) == 0", values=empty) is True
    assert value("has(form.watts) ? form.watts > 1 : true", values=empty) is True
    assert value("has(form.watts) && form.watts > 1", values=empty) is False


def test_a_failure_names_its_place():
    with pytest.raises(ExpressionError) as raised:
        value("has(form.name) &&\n form.watts > 1", values={"form": {"name": "a"}})
    error = raised.value
    assert (error.line, error.column) == (2, 6)
    assert error.fix == "ask has(form.watts) first"
    assert error.excerpt == " form.watts > 1\n     ^"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("watts", True),
        ("watts", 1.0),
        ("watts", "1"),
        ("watts", 2**63),
        ("watts", -(2**63) - 1),
        ("name", 1),
        ("name", b"a"),
        ("name", "a\0b"),
        ("name", "\ud800"),
        ("lit_on", "2026-03-09"),
        ("lit_on", datetime(2026, 3, 9, tzinfo=UTC)),
        ("lit_on", date(1, 1, 1)),
        ("price", math.nan),
        ("price", math.inf),
        ("price", "2"),
        ("price", True),
        ("price", 10**400),
        ("price", Decimal("sNaN")),
        ("indoors", 1),
        ("tags", "ab"),
        ("tags", [1]),
        ("rows", [1]),
        ("rows", [{"amount": "x"}]),
        ("rows", [{"nope": 1}]),
        ("rows", [{"at": datetime(2026, 3, 9)}]),  # noqa: DTZ001 - the missing zone is the fault
        ("place", []),
    ],
)
def test_a_value_of_a_wrong_kind_is_refused_before_it_is_used(name, wrong):
    with pytest.raises(ExpressionError, match="in 'form'"):
        value(f"has(form.{name})", values={"form": {name: wrong}})
    assert value("has(form.watts)", values={"form": {"watts": 1, **({name: wrong} if name != "watts" else {})}}) is True


def test_a_variable_that_is_missing_is_an_error_only_where_it_is_read():
    assert value("form.watts == 12", values={"form": {"watts": 12}}) is True
    for missing in ({}, {"form": None}):
        with pytest.raises(ExpressionError, match="form has no value"):
            value("form.watts == 12", values=missing)


def test_a_result_that_is_no_value_of_its_kind_is_an_error():
    with pytest.raises(ExpressionError, match="middle of a day"):
        value("today + duration('1h')", Kind.DATE)
    with pytest.raises(ExpressionError, match="not a decimal number"):
        value("1e308 * 10.0", Kind.DECIMAL)
    with pytest.raises(ExpressionError, match="outside the years"):
        value("timestamp('9999-12-31T23:00:00Z')", Kind.DATE)


class _Outcome:
    def __init__(self, kind, plain):
        self.kind, self.plain = kind, plain

    def eval(self, data):
        return self

    def type(self):
        return self.kind

    def plain_value(self):
        return self.plain


def test_a_runtime_that_breaks_its_word_is_not_believed():
    import dataclasses

    from cel_expr_python import cel

    guard = compile_("form.watts == 12", VARIABLES, Kind.BOOLEAN)
    listed = compile_("form.tags", VARIABLES, ListOf(Kind.TEXT))
    for program, kind, plain in (
        (guard, cel.Type.STRING, "true"),
        (guard, cel.Type.UNKNOWN, True),
        (guard, cel.Type.BOOL, "true"),
        (guard, cel.Type.BOOL, 1),
        (guard, cel.Type.NULL, None),
        (listed, cel.Type.STRING, "a"),
        (listed, cel.Type.LIST, ["a", 1]),
        (dataclasses.replace(listed, result=ListOf(Struct.of({}))), cel.Type.LIST, []),
    ):
        lying = dataclasses.replace(program, compiled=_Outcome(kind, plain))
        with pytest.raises(ExpressionError, match="the result is not"):
            evaluate(lying, WHOLE)
    assert "yields no value" in str(_failed(guard, "words that nobody foresaw"))


def test_working_days_need_a_calendar():
    with pytest.raises(ExpressionError, match="no calendar"):
        value("is_working_day(today)", context=Context(ZONE))


def test_days_begin_where_the_authority_is():
    at = {"form": {"rows": [{"at": datetime(2026, 3, 8, 17, tzinfo=UTC)}]}, "today": TODAY}
    assert value("day(form.rows[0].at)", Kind.INTEGER, at) == 9
    assert value("day(form.rows[0].at)", Kind.INTEGER, at, Context(UTC)) == 8


def test_threads_do_not_disturb_each_other():
    wrong: list[object] = []
    begun = threading.Barrier(8)

    def work(number):
        zone = Context(timezone(timedelta(hours=number)), CALENDAR)
        begun.wait()
        for turn in range(150):
            given = {"form": {"watts": turn, "name": f"n{number}"}, "today": TODAY + timedelta(days=number)}
            found = [
                value("form.watts + day(today)", Kind.INTEGER, given, zone),
                value(f"form.name + '{turn % 7}'", Kind.TEXT, given, zone),
                value("add_days(today, 1)", Kind.DATE, given, zone),
            ]
            expected = [turn + 9 + number, f"n{number}{turn % 7}", TODAY + timedelta(days=number + 1)]
            if found != expected:
                wrong.append((found, expected))
            try:
                value("form.price > 1.0", values=given, context=zone)
                wrong.append("an absent field passed")
            except ExpressionError:
                pass

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_variable_may_be_a_list():
    variables = Struct.of({"amounts": ListOf(Kind.INTEGER), "days": ListOf(Kind.DATE)})
    program = compile_("sum(amounts) == 3 && days.all(d, year(d) == 2026)", variables, Kind.BOOLEAN)
    assert evaluate(program, {"amounts": [1, 2], "days": [TODAY]}, HERE) is True


def test_a_name_bound_in_a_list_hides_the_variable_of_that_name():
    assert value("form.rows.exists(today, today.amount == 250)") is True


def test_a_struct_inside_a_list_is_named_in_plain_words():
    with pytest.raises(ExpressionError, match="cannot compare group of values and whole number"):
        value("form.rows[0] == 1")
