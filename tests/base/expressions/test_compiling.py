"""What is found before an expression is kept: names, types, limits, each with its place and what to do."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.expressions import DEEPEST, LONGEST, ExpressionError, Kind, ListOf, Struct, compile_, evaluate
from amur.base.expressions.descriptors import name_of
from amur.base.expressions.errors import excerpt, translated

FORM = Struct.of(
    {
        "watts": Kind.INTEGER,
        "name": Kind.TEXT,
        "lit_on": Kind.DATE,
        "price": Kind.DECIMAL,
        "indoors": Kind.BOOLEAN,
        "tags": ListOf(Kind.TEXT),
        "rows": ListOf(Struct.of({"amount": Kind.INTEGER, "at": Kind.INSTANT})),
        "place": Struct.of({"street": Kind.TEXT, "plot": Struct.of({"number": Kind.INTEGER})}),
    }
)
VARIABLES = Struct.of({"form": FORM, "today": Kind.DATE})

FAULTS = [
    ("fom.watts > 1", 1, 1, "there is no 'fom' here", "did you mean form?"),
    ("form.wats > 1", 1, 6, "there is no field 'wats'", "did you mean watts"),
    ("form.watts > 'a'", 1, 12, "cannot compare whole number and text", "same kind"),
    ("form.price > 1", 1, 12, "cannot compare decimal number and whole number", "double(x)"),
    ("wathever(1)", 1, 1, "there is no function 'wathever'", "reference|choose|mean"),
    ("form.name.yaer()", 1, 11, "there is no function 'yaer'", "did you mean year?"),
    ("year(1) == 2", 1, 1, "year() does not take whole number", "look up"),
    ("form.watts", 1, 1, "yields a whole number, not a yes or no", "compare"),
    ("form.tags", 1, 1, "yields a list, not a yes or no", "compare"),
    ("form.watts >", 1, 13, "ends too early", "write what is missing"),
    ("form.indoors ? true", 1, 20, "ends too early", "write what is missing"),
    ("(form.indoors", 1, 14, "the bracket ) is missing", "close"),
    ("'abc", 1, 1, "a text in quotes is not closed", "close"),
    ("form.indoors form", 1, 14, "found form where it cannot stand", "reference"),
    ("灯 == 'a'", 1, 1, "found 灯, which means nothing here", "quotes"),
    ("true &&\n  form.nope", 2, 8, "there is no field 'nope'", "choose from"),
    ("form.name == '中文' && nope", 1, 22, "there is no 'nope' here", "choose from form, today"),
    ("99999999999999999999 == 1", 1, 1, "too large", "18 digits"),
    ("form.watts.x == 1", 1, 11, "a whole number has no fields", "take"),
    ("has(form)", 1, 5, "has() asks for a field", "has(form.field)"),
    ("dyn(1) == 'a'", 1, 4, "takes the kinds of values away", "one kind"),
    ("[1, 'a'].size() == 2", 1, 1, "kind of this value is not known", "one kind"),
    ("amur_fail(0) == 1", 1, 10, "kind of this value is not known", "one kind"),
    ("1u == 1u", 1, 1, "kind of this value is not known", "one kind"),
    ("{'a': 1}.a == 1", 1, 1, "a mapping or group is built here", "single values"),
    ("today.getFullYear() == 2026", 1, 18, "counts days in UTC", "write year(d)"),
    ("string(today) == ''", 1, 7, "writes an instant in UTC", "iso(d)"),
    ("double(form.name) > 1.0", 1, 7, "such as 'nan'", "decimal(text)"),
    ("form.watts.all(x, x > 1)", 1, 1, "", ""),
    ("form.rows.all(r, r.nope > 1)", 1, 20, "there is no field 'nope'", "choose from"),
    ("form.in == 1", 1, 6, "found .in where it cannot stand", "reference"),
    ("in", 1, 1, "found in where it cannot stand", "reference"),
    ("   ", 1, 1, "the expression is empty", "leave the option away"),
    ("true\0", 1, 5, "a character that nobody sees", "take it away"),
    ("'\ud800' == 'a'", 1, 2, "a character that nobody sees", "take it away"),
    ("true " + "&& true " * 300, 1, 1, "characters", f"at most {LONGEST}"),
    ("(" * 17 + "true" + ")" * 17, 1, 17, f"more than {DEEPEST} brackets", "split"),
    ("1" + " + 1" * 60 + " == 1", 1, 1, "nests too deep", "split"),
]


@pytest.mark.parametrize(("source", "line", "column", "found", "fix"), FAULTS, ids=[f[0][:30] for f in FAULTS])
def test_a_fault_says_where_it_is_what_was_found_and_what_to_do(source, line, column, found, fix):
    with pytest.raises(ExpressionError) as raised:
        compile_(source, VARIABLES, Kind.BOOLEAN)
    error = raised.value
    assert found in error.found
    assert any(each in error.fix for each in fix.split("|"))
    if found:
        assert (error.line, error.column) == (line, column)
    assert "overload" not in str(error)
    assert "container" not in str(error)


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("form.name", Kind.INTEGER),
        ("form.watts", Kind.DECIMAL),
        ("form.watts", ListOf(Kind.INTEGER)),
        ("form.tags", ListOf(Kind.INTEGER)),
        ("form.rows", ListOf(Kind.TEXT)),
        ("form.rows", ListOf(Struct.of({}))),
        ("form", Kind.TEXT),
        ("days(1)", Kind.DATE),
        ("[]", ListOf(Kind.TEXT)),
        ("null", Kind.TEXT),
    ],
)
def test_a_result_of_another_kind_is_found_before_it_is_computed(source, result):
    with pytest.raises(ExpressionError, match="yields a"):
        compile_(source, VARIABLES, result)


def test_a_program_says_what_it_reads():
    program = compile_(
        "has(form.watts) && form.rows.all(r, r.amount > 1) && form.place.plot.number == 1 && today == today",
        VARIABLES,
        Kind.BOOLEAN,
    )
    assert program.reads == {"form.watts", "form.rows", "form.place", "today"}
    assert program.reads_of("form") == {"watts", "rows", "place"}
    assert program.reads_of("today") == frozenset()
    whole = compile_("form == form", VARIABLES, Kind.BOOLEAN)
    assert whole.reads_of("form") == {name for name, _ in FORM.fields}


def test_an_excerpt_puts_the_caret_under_the_place_even_behind_wide_characters():
    assert excerpt("'中' + 1", 1, 5) == "'中' + 1\n     ^"
    assert excerpt("a", 3, 1) == ""


def test_words_of_the_runtime_that_nobody_foresaw_are_still_an_error():
    assert "cannot be read" in translated("something else", "a", (), (), ()).found
    assert "cannot be read" in translated("ERROR: <input>:1:1: new words", "a", (), (), ()).found
    assert "too deep" in translated("recursion limit", "a", (), (), ()).found
    assert translated("ERROR: <input>:1:1: found no matching overload for 'f' applied to '()'", "f()", (), (), ()).found
    said = translated("ERROR: <input>:1:1: found no matching overload for 'f' applied to '(map(string, int), bytes)'",
                      "f(a, b)", (), (), ())  # fmt: skip
    assert said.found == "f() does not take mapping and bytes"


def test_a_rewritten_expression_cannot_grow_without_bound():
    source = "form.rows[0].amount"
    for _ in range(14):
        source = f"form.rows[{source}].amount"
    with pytest.raises(ExpressionError, match=r"too deep|has no value"):
        evaluate(compile_(source, VARIABLES, Kind.INTEGER), {"form": {"rows": [{"amount": None}]}})


def test_many_checks_in_one_expression_are_refused(monkeypatch):
    monkeypatch.setattr("amur.base.expressions.checked.MOST_NODES", 10)
    with pytest.raises(ExpressionError, match="too deep"):
        compile_("form.watts > 77 && form.watts < 78", VARIABLES, Kind.BOOLEAN)


_PIECES = ("form", ".", "watts", "name", "rows", "(", ")", "[", "]", "{", "}", "'", '"', "&&", "||", "!", "-", "+", "?",
           ":", "1", "0", "true", "has", ".all(x,", "map", ",", " ", "\n", "\\", "//", "'''", "r'", "中", "\0", "\ud800",
           "size", "matches", "today", "days", "1e999", "9223372036854775807", "in", "@result", "\u202e")  # fmt: skip
_ENDLESS = st.one_of(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join), st.text(max_size=80))


@settings(max_examples=300, deadline=None)
@given(_ENDLESS)
def test_no_text_does_more_than_raise_an_expression_error(source):
    try:
        program = compile_(source, VARIABLES, Kind.BOOLEAN)
        found = evaluate(program, {"form": {}, "today": date(2026, 1, 1)})
    except ExpressionError:
        return
    assert type(found) is bool


HOSTILE = """
import random, sys
from amur.base.expressions import *
V = Struct.of({"form": Struct.of({"watts": Kind.INTEGER, "name": Kind.TEXT})})
many = []
for N in (20, 100, 200, 10_000, 1_000_000):
    many += ["(" * N + "1" + ")" * N, "!" * N + "true", "-" * N + "1", "[" * N + "]" * N, "true?1:" * N + "1",
            "&&".join(["true"] * N), "+".join(["1"] * N), "form" + ".a" * N, "f(" * N + "1" + ")" * N, "[1]" + "[0]" * N,
            "[1].map(x," * N + "1" + ")" * N, "'" + "a" * N + "'", "a" * N, "1" * N, "//" * N, "'" * N, '"' * N, "{" * N,
            "has(" * N, "form.name.matches('" + "(" * N + "')", "form.name.matches('" + "a{1000}" * N + "')",
            "form.name.matches('" + "(a*)*" * N + "b')", "\\\\" * N, "r'" * N, "@" * N, "." * N, "?" * N, "1e" + "9" * N]
random.seed(7)
signs = "()[]{}.,?:!-+*/%<>=&|'\\"\\\\ax1 \\n中@#"
many += ["".join(random.choice(signs) for _ in range(random.randrange(200))) for _ in range(400)]
for source in many:
    try:
        evaluate(compile_(source, V, Kind.BOOLEAN), {"form": {"name": "a" * 10000}})
    except ExpressionError:
        pass
print("alive")
"""


def test_no_hostile_expression_ends_the_process():
    done = subprocess.run([sys.executable, "-c", HOSTILE], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "alive\n", done.stderr[-500:]


def test_as_many_fields_can_be_read_as_an_expression_holds():
    source = "&&".join(["form.indoors"] * 140)
    assert evaluate(compile_(source, VARIABLES, Kind.BOOLEAN), {"form": {"indoors": True}}) is True
    with pytest.raises(ExpressionError, match=r"form\.indoors has no value"):
        evaluate(compile_(source, VARIABLES, Kind.BOOLEAN), {"form": {}})


def test_a_struct_is_not_built_even_by_its_inner_name():
    with pytest.raises(ExpressionError, match="a mapping or group is built here"):
        compile_(f"form == {name_of(FORM)}{{watts: 1}}", VARIABLES, Kind.BOOLEAN)


def test_a_field_of_what_was_computed_is_named_without_its_way():
    chosen = compile_("(form.indoors ? form.place : form.place).street == ''", VARIABLES, Kind.BOOLEAN)
    with pytest.raises(ExpressionError, match=r"\(…\)\.street has no value"):
        evaluate(chosen, {"form": {"indoors": True, "place": {}}})


def test_a_tree_that_the_runtime_does_not_take_back_nests_too_deep(monkeypatch):
    monkeypatch.setattr("amur.base.expressions.checked.Tree.written", lambda _: b"\n\x01a")
    with pytest.raises(ExpressionError, match="too deep"):
        compile_("form.watts == 123456", VARIABLES, Kind.BOOLEAN)
