"""What a query of an indicator may say: one SELECT over declared datasets, out of a listed part of SQL.

What is not listed is refused, so that a query reads nothing else, changes nothing, and gives the same rows again. It is
written anew from what was read here, and only that runs: two readers that differ cannot be played off.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from sqlglot import exp, parse
from sqlglot.errors import OptimizeError, ParseError, TokenError
from sqlglot.optimizer.qualify import qualify

from amur.base.datasets import Shape
from amur.indicators.declarations import MEASURES
from amur.indicators.engine.queries import SNAPSHOT, SNAPSHOT_COLUMNS, Refusal, Statement

DIALECT = "duckdb"
AGGREGATES = ("Avg", "Count", "CountIf", "Max", "Median", "Min", "PercentileCont", "PercentileDisc", "Stddev",
    "StddevPop", "Sum", "Variance", "VariancePop")  # fmt: skip
"""Functions that make one number out of many rows."""
FUNCTIONS = ("Abs", "Case", "Cast", "Ceil", "Coalesce", "DateAdd", "DateDiff", "Day", "Exp", "Extract", "Floor",
    "Greatest", "If", "Least", "Length", "Ln", "Lower", "Month", "Nullif", "Pow", "Quarter", "Round", "Sqrt",
    "Substring", "TimeToStr", "TimestampTrunc", "DateTrunc", "Trim", "TryCast", "TsOrDsToDate", "Upper",
    "Year")  # fmt: skip
"""Functions of one row."""
GRAMMAR = ("Add", "Alias", "All", "And", "Between", "Boolean", "Column", "CTE", "Cube", "DPipe", "DataType",
    "DataTypeParam", "Distinct", "Div", "EQ", "Except", "Exists", "Filter", "From", "GT", "GTE", "Group",
    "GroupingSets", "Having", "Identifier", "In", "IntDiv", "Intersect", "Interval", "Is", "Join", "LT", "LTE", "Like",
    "Literal", "Mod", "Mul", "NEQ", "Neg", "Not", "Null", "Or", "Order", "Ordered", "Paren", "Rollup", "Select", "Star",
    "Sub", "Subquery", "Table", "TableAlias", "Tuple", "Union", "Var", "Where", "With", "WithinGroup")  # fmt: skip
"""Everything else that a query is made of."""

_ALLOWED = frozenset((*AGGREGATES, *FUNCTIONS, *GRAMMAR))
_AGGREGATES = tuple(getattr(exp, name) for name in AGGREGATES)
_MEASURES = ({"value"}, {"numerator", "denominator"})


def read_statement(
    sql: str, shapes: Collection[Shape], dimensions: Collection[str] = (), *, public: bool = True
) -> tuple[Statement | None, tuple[Refusal, ...]]:
    r"""Return the query, or why it may not run.

    With ``public`` it gives nothing of a restricted dataset but aggregates.

    >>> from amur.base.declared import Text
    >>> from amur.base.fields.column import INTEGER
    >>> lamps = Shape("lamps", Text(zh="灯", en="Lamps"), {"watts": INTEGER}, (), "public")
    >>> read_statement("select sum(watts) as value from lamps", [lamps])[0]
    Statement(sql='SELECT SUM(watts) AS value FROM lamps', datasets=frozenset({'lamps'}), asks_day=False)
    >>> for refusal in read_statement("select random() as value\nfrom 'lamps.csv'", [lamps])[1]:
    ...     print(refusal)
    line 1: found RANDOM(); leave it out: a query gives the same numbers again and reads datasets only
    line 2: found the table 'lamps.csv'; read from lamps, lamps__versions, snapshot
    """
    tree, refusal = _parsed(sql)
    if tree is None:
        return None, (refusal,) if refusal else ()
    views = {view: shape for shape in shapes for view in shape.views}
    faults = [*_strange(tree), *_tables(tree, views)]
    if not faults:
        read = {views[table.name].name for table in tree.find_all(exp.Table) if table.name in views}
        restricted = {shape.name for shape in shapes if shape.openness == "restricted"}
        gives = list(_gives(tree, set(dimensions), aggregates=public and bool(read & restricted)))
        names = [table.name for table in tree.find_all(exp.Table)]
        asks_day = SNAPSHOT in names or any(name in views and views[name].begins for name in names)
        written = tree.sql(dialect=DIALECT)
        faults = [*_columns(tree, views), *gives]
        if not faults:
            return Statement(written, frozenset(read), asks_day), ()
    return None, tuple(dict.fromkeys(faults))


def given(statement: Statement) -> tuple[str, ...]:
    """Return the names of the columns that a query gives.

    >>> given(Statement("SELECT SUM(watts) AS value FROM lamps", frozenset({"lamps"})))
    ('value',)
    """
    tree = _parsed(statement.sql)[0]
    return tuple(tree.named_selects) if tree is not None else ()


def _parsed(sql: str) -> tuple[exp.Query | None, Refusal | None]:
    try:
        found = [tree for tree in parse(sql, dialect=DIALECT) if tree is not None]
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        said = f"the query cannot be read: {first.get('description') or 'it is no SQL'}"
        return None, Refusal(first.get("line") or 1, said, "correct it")
    except (TokenError, RecursionError) as error:
        return None, Refusal(1, f"the query cannot be read: {str(error).partition(chr(10))[0]}", "correct it")
    if len(found) != 1 or not isinstance(found[0], exp.Select | exp.SetOperation):
        said = f"{len(found)} statements" if len(found) != 1 else f"a statement of the kind {found[0].key.upper()}"
        return None, Refusal(1, f"found {said}", "write one SELECT")
    return found[0], None


def _strange(tree: exp.Expr) -> Iterator[Refusal]:
    """Give what is not on the lists."""
    fix = "leave it out: a query gives the same numbers again and reads datasets only"
    for node in tree.walk():
        if type(node).__name__ not in _ALLOWED:
            yield Refusal(_line(node), f"found {node.sql(dialect=DIALECT)[:60]}", fix)
        elif isinstance(node, exp.With) and node.args.get("recursive"):
            yield Refusal(_line(node), "found WITH RECURSIVE", "write it without a loop")
        elif isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            yield Refusal(_line(node), "found *", "name the columns, so that a new one changes nothing")
        elif isinstance(node, exp.Join) and str(node.args.get("method") or "").upper() in {"ASOF", "POSITIONAL"}:
            yield Refusal(_line(node), f"found {node.args['method']} JOIN", "join by a condition")


def _tables(tree: exp.Expr, views: Mapping[str, Shape]) -> Iterator[Refusal]:
    """Give each table that is neither a dataset nor named in the query itself, and each that is named twice."""
    named = [cte.alias for cte in tree.find_all(exp.CTE)]
    choices = ", ".join(sorted({*views, SNAPSHOT}))
    for name in named:
        if name.lower() in {*views, SNAPSHOT} or named.count(name) > 1:
            yield Refusal(_line(tree), f"the query names {name!r} anew", "give it a name of its own")
    for table in tree.find_all(exp.Table):
        plain = isinstance(table.this, exp.Identifier) and not table.db and not table.catalog
        if not plain or table.name not in {*views, SNAPSHOT, *named}:
            yield Refusal(_line(table), f"found the table {table.name or table.sql()!r}", f"read from {choices}")


def _columns(tree: exp.Query, views: Mapping[str, Shape]) -> Iterator[Refusal]:
    """Give the first column that no dataset has; the tree is not to be read again, since it is changed by the look."""
    read = {table.name for table in tree.find_all(exp.Table)} & views.keys()
    schema: dict[str, object] = {view: dict.fromkeys(views[view].all_columns, "INT") for view in read}
    schema[SNAPSHOT] = dict.fromkeys(SNAPSHOT_COLUMNS, "INT")
    try:
        qualify(tree, dialect=DIALECT, schema=schema, expand_stars=False, quote_identifiers=False)
    except OptimizeError as error:
        said = str(error).split(". Line")[0].strip().rstrip(".")
        line = str(error).partition("Line: ")[2].partition(",")[0]
        unknown = _UNKNOWN_COLUMN.search(said)
        found = f"there is no column {unknown[1]!r}" if unknown else f"the columns do not fit: {said}"
        yield Refusal(int(line) if line.isdigit() else 1, found, "choose a column of the dataset")


_UNKNOWN_COLUMN = re.compile(r"""[Cc]olumn:? ['"]?"?(\w+)""")


def _gives(tree: exp.Query, dimensions: set[str], *, aggregates: bool) -> Iterator[Refusal]:
    """Give what is wrong with the columns that the query returns."""
    names = set(tree.named_selects)
    wanted = [dimensions | measures for measures in _MEASURES]
    if names - {"base"} not in wanted or len(tree.named_selects) != len(names):
        said = ", ".join(tree.named_selects) or "nothing"
        dims = "".join(f"{name}, " for name in sorted(dimensions))
        yield Refusal(1, f"the query gives {said}", f"give {dims}and value, or numerator and denominator")
        return
    for select in tree.find_all(exp.Select) if aggregates else ():
        if select.find_ancestor(exp.CTE, exp.Subquery, exp.In, exp.Exists):
            continue
        # Of a union's second half only the places count, not the names.
        for name, column in zip(tree.named_selects, select.selects, strict=False):
            if name in MEASURES and not column.find(*_AGGREGATES):
                said = f"{name} is no aggregate, and the query reads a restricted dataset"
                yield Refusal(_line(column), said, "count, add up or average, so that no single case is shown")


def _line(node: exp.Expr) -> int:
    """Return the line on which an expression stands, as near as the reader noted it."""
    return next((line for one in node.walk() if (line := one.meta.get("line"))), 1)
