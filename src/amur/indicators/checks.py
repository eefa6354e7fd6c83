"""This room's checks of a pack: what an indicator refers to exists, and its query says only what it may.

Checks take parsed declarations and a function that finds the line of a path; they read no file themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.datasets import Shape
from amur.base.faults import Fault
from amur.indicators.declarations import IndicatorDeclaration, NoTarget
from amur.registers.checks import Known, Locate, check_fields, missing_texts

_SHORTEST_REASON = 4
"""Characters; what is shorter says nothing."""


def check_indicator(
    declaration: IndicatorDeclaration, known: Known, datasets: Collection[Shape], locate: Locate
) -> list[Fault]:
    """Return all faults of an indicator, given the shapes of the datasets that its pack has."""
    faults = [
        *check_fields(declaration.dimensions, ("dimensions",), known, locate),
        *missing_texts(declaration, known, locate),
        *_target(declaration, locate),
        *_query(declaration, datasets, locate),
    ]
    return sorted(faults)


def _target(declaration: IndicatorDeclaration, locate: Locate) -> Iterator[Fault]:
    target = declaration.target
    if isinstance(target, NoTarget) and len(target.none.zh) < _SHORTEST_REASON:
        said = f"no target, and the reason is {target.none.zh!r}"
        yield Fault(*locate(("target", "none")), "indicator.target", said, "say why there is none")


def _query(declaration: IndicatorDeclaration, datasets: Collection[Shape], locate: Locate) -> Iterator[Fault]:
    """Yield what the query may not say, each on its own line of the file."""
    from amur.indicators.engine.statements import given, read_statement  # noqa: PLC0415 - it loads a reader of SQL

    names = [field.id for field in declaration.dimensions]
    file, first = locate(("sql",))
    # A text that is laid out over lines begins on the one below its name.
    above = first if "\n" in declaration.sql else first - 1
    statement, refusals = read_statement(declaration.sql, datasets, names)
    for refusal in refusals:
        yield Fault(file, above + refusal.line, "indicator.query", refusal.found, refusal.fix)
    columns = given(statement) if declaration.ranking and statement else ("denominator",)
    if "denominator" not in columns or "base" in columns:
        said = f"a ranking of a query that gives {', '.join(columns)}"
        yield Fault(*locate(("ranking",)), "indicator.ranking", said, "give numerator and denominator alone")
