from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.datasets import Shape
from amur.base.declared import Text
from amur.base.fields.column import DATE, INTEGER, TEXT
from amur.indicators.engine import Statement
from amur.indicators.engine.statements import AGGREGATES, FUNCTIONS, GRAMMAR, read_statement

TITLE = Text(zh="灯", en="Lamps")
LAMPS = Shape("lamps", TITLE, {"kind": TEXT, "watts": INTEGER, "lit_on": DATE}, ("kind",), "public")
CASES = Shape("cases", TITLE, {"number": TEXT, "region": TEXT, "days": INTEGER}, ("number",), "restricted")
SHAPES = [LAMPS, CASES]

HOSTILE = [
    "select * from read_csv('/etc/passwd')",
    "select max(size) as value from glob('/*')",
    "select max(x) as value from '/etc/passwd'",
    "select max(content) as value from read_text('/etc/passwd')",
    "select read_blob('/etc/passwd') as value",
    "copy lamps to '/tmp/stolen'",
    "copy (select 1 as value) to '/tmp/stolen'",
    "attach '/tmp/other.db'",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "set threads = 64",
    "reset threads",
    "create table t as select 1 as value",
    "insert into lamps values (1)",
    "delete from lamps",
    "drop view lamps",
    "export database '/tmp/x'",
    "call pragma_version()",
    "explain select 1 as value",
    "describe lamps",
    "select 1 as value; drop view lamps",
    "select getenv('HOME') as value",
    "select current_setting('threads') as value",
    "select max(value) as value from duckdb_settings()",
    "select count(*) as value from information_schema.tables",
    "select count(*) as value from main.lamps",
    "select count(*) as value from sqlite_master",
    "select random() as value",
    "select now() as value",
    "select current_date as value",
    "select uuid() as value",
    "select nextval('s') as value",
    "select count(*) as value from lamps tablesample 10%",
    "select watts as value from lamps limit 1",
    "select watts as value from lamps offset 1",
    "select any_value(watts) as value from lamps",
    "select first(watts) as value from lamps",
    "select arg_max(watts, kind) as value from lamps",
    "select row_number() over () as value from lamps",
    "with recursive r as (select 1 as n union all select n + 1 from r) select max(n) as value from r",
    "select sum(n) as value from generate_series(1, 1000000000) t(n)",
    "select sum(n) as value from range(1000000000) t(n)",
    "select sum(x) as value from unnest([1, 2]) t(x)",
    "select list_sum([1]) as value",
    "select max(columns(*)) as value from lamps",
    "select sum(watts) as value from lamps, lateral (select 1)",
    "select sum(watts) as value from lamps positional join cases",
    "select sum(watts) as value from lamps where kind = ?",
    "select sum(watts) as value from lamps where kind = $1",
    "with lamps as (select 1 as watts) select sum(watts) as value from lamps",
    "with Lamps as (select 1 as watts) select sum(watts) as value from Lamps",
    "with snapshot as (select 1 as n) select sum(n) as value from snapshot",
    "pivot lamps on kind",
    "summarize lamps",
    "values (1)",
    "select 1 as value into t",
    "select 'a",
    "",
    "selec sum(watts)",
    "select sum(watts) as value from lamps where (((((",
]


@pytest.mark.parametrize("sql", HOSTILE)
def test_what_is_not_listed_may_not_run(sql):
    statement, refusals = read_statement(sql, SHAPES, public=False)
    assert statement is None
    assert all(refusal.found and refusal.fix and refusal.line == 1 for refusal in refusals)
    assert refusals


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) as value from lamps",
        "select count(*) as value, count(*) as base from lamps__versions",
        "select sum(watts) filter (where kind = 'oil') as numerator, sum(watts) as denominator from lamps",
        "with old as (select watts from lamps where lit_on < date '2026-01-01') select avg(watts) as value from old",
        "select median(days) as value from cases join lamps on region = kind where days between 1 and 9",
        "select quantile_cont(days, 0.95) as value from cases where number in (select kind from lamps)",
        "select sum(case when watts > 3 then 1 else 0 end) as value from lamps group by () having count(*) > 0",
        "select max(n) as value from (select count(*) as n from lamps group by kind) as by_kind",
        "select count(distinct kind) as value from lamps cross join snapshot where lit_on > taken_on - interval 1 year",
        "select sum(watts)::decimal(10, 2) as value from lamps where lower(kind) like 'o%' or kind is null",
        "select sum(watts) as value from lamps where exists (select days from cases where days = watts)",
        "select count(*) as value from lamps where date_trunc('month', lit_on) = date '2026-01-01'",
    ],
)
def test_what_is_listed_may_run_and_is_read_the_same_again(sql):
    statement, refusals = read_statement(sql, SHAPES)
    assert refusals == ()
    assert statement is not None
    again, _ = read_statement(statement.sql, SHAPES)
    assert again == statement


def test_a_fault_says_on_which_line_it_stands():
    sql = "select\n  count(*) as value\nfrom lamps\njoin elsewhere on true\nwhere random() < 1"
    assert sorted(refusal.line for refusal in read_statement(sql, SHAPES)[1]) == [4, 5]
    unknown = read_statement("select\n  sum(wats) as value\nfrom lamps", SHAPES)[1]
    assert [(one.line, one.found) for one in unknown] == [(2, "there is no column 'wats'")]
    broken = read_statement("select count(*) as value\nfrom lamps where where", SHAPES)[1]
    assert broken[0].line == 2


@pytest.mark.parametrize(
    ("sql", "dimensions"),
    [
        ("select count(*) as number from lamps", ()),
        ("select count(*) as value, kind from lamps group by kind", ()),
        ("select count(*) as value from lamps", ("kind",)),
        ("select count(*) as numerator from lamps", ()),
        ("select count(*) as value, count(*) as value from lamps", ()),
        ("select count(*) from lamps", ()),
    ],
)
def test_a_query_gives_its_dimensions_and_a_measure(sql, dimensions):
    statement, refusals = read_statement(sql, SHAPES, dimensions)
    assert statement is None
    assert "value, or numerator and denominator" in refusals[0].fix


@pytest.mark.parametrize(
    "sql",
    [
        "select region, days as value from cases",
        "select region, count(*) as value from cases group by region union all select number, days from cases",
        "select region, days as numerator, count(*) as denominator from cases group by region, days",
    ],
)
def test_of_a_restricted_dataset_only_aggregates_are_given(sql):
    statement, refusals = read_statement(sql, SHAPES, ("region",))
    assert statement is None
    assert "no aggregate" in refusals[0].found
    assert read_statement(sql, SHAPES, ("region",), public=False)[0] is not None


def test_a_query_of_public_data_may_give_what_stands_there():
    assert read_statement("select kind, watts as value from lamps", SHAPES, ("kind",))[0] is not None


def test_a_query_says_which_datasets_it_reads_and_whether_the_day_matters():
    said = read_statement("select count(*) as value from lamps join cases__versions on true", SHAPES)[0]
    assert said is not None
    assert (said.datasets, said.asks_day) == (frozenset({"lamps", "cases"}), False)
    dated = read_statement("select count(*) as value from lamps join snapshot on lit_on = taken_on", SHAPES)[0]
    assert dated is not None
    assert dated.asks_day


def test_what_is_listed_is_known_to_the_reader():
    from sqlglot import exp

    assert [name for name in (*AGGREGATES, *FUNCTIONS, *GRAMMAR) if not hasattr(exp, name)] == []


WORDS = st.sampled_from(
    [
        "select",
        "from",
        "where",
        "lamps",
        "cases",
        "kind",
        "watts",
        "days",
        "count",
        "(",
        ")",
        "*",
        ",",
        "as",
        "value",
        "union",
        "all",
        "join",
        "on",
        "true",
        "1",
        "'a'",
        "-",
        ";",
        "read_text",
        "with",
        "group",
        "by",
        "having",
        "in",
        "not",
        "null",
        "is",
        "case",
        "when",
        "then",
        "end",
        "+",
        "=",
        "<",
        "copy",
        "to",
        "set",
    ]
)


@given(words=st.lists(WORDS, max_size=14))
def test_whatever_is_written_is_read_or_refused(words):
    statement, refusals = read_statement(" ".join(words), SHAPES)
    assert isinstance(statement, Statement) != bool(refusals)
