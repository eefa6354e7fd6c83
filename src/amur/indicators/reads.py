"""What is measured: indicators of the active pack, their newest values, and how they went. All of it is public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import BigIntegerField, CharField, OuterRef

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.indicators import times
from amur.indicators.declarations import IndicatorDeclaration
from amur.indicators.engine import Counted, Ranked, Rule, compared, ranked
from amur.indicators.engine.values import Standing
from amur.indicators.models import Computation, IndicatorValue
from amur.ledger.prepared import prepared
from amur.policy import reads as policy
from amur.registers import lookups

_NEWEST = prepared(
    lambda said: Computation.objects.filter(declaration_hash=said).order_by("-snapshot_index")[:1], CharField()
)
_VALUES = prepared(
    lambda computation: IndicatorValue.objects.filter(computation_id=computation).order_by("place"), BigIntegerField()
)


@dataclass(frozen=True, slots=True)
class ValueView:
    """A number with its status, and, apart from it, how it stands to the target."""

    dimensions: Mapping[str, Json]
    value: Decimal | None
    status: str
    base: int | None
    standing: Standing
    counted: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ResultView:
    """What one computation found. ``total`` is for all together, ``groups`` for each group."""

    indicator: str
    declaration_hash: str
    snapshot_index: int
    snapshot_root: str
    taken_on: date
    query: str
    query_hash: str
    computed_at: datetime
    entry_hash: str
    values: tuple[ValueView, ...]

    @property
    def total(self) -> ValueView | None:
        """Return the value for all together."""
        return next((value for value in self.values if not value.dimensions), None)

    @property
    def groups(self) -> tuple[ValueView, ...]:
        """Return the values of the groups."""
        return tuple(value for value in self.values if value.dimensions)


@dataclass(frozen=True, slots=True)
class RankingView:
    """The groups of an indicator in their order, beside all together; nothing before the first computation."""

    declaration: IndicatorDeclaration
    result: ResultView | None
    together: Counted | None
    rows: tuple[Ranked, ...]


def declared(indicator_id: str) -> tuple[str, IndicatorDeclaration]:
    """Return hash and declaration of an indicator of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    content_hash, _ = policy.declaration("indicator", indicator_id)
    return content_hash, lookups.by_hash(IndicatorDeclaration, content_hash)


def indicators(_: Scope) -> tuple[IndicatorDeclaration, ...]:
    """Return the indicators of the active pack, in the order of their ids."""
    return tuple(lookups.active(IndicatorDeclaration, "indicator").values())


def latest(_: Scope, indicator_id: str, *, on: date) -> ResultView | None:
    """Return what the newest computation of an indicator found, as it is declared now; None before the first.

    Raises:
        NotFound: if the active pack declares no such indicator.
    """
    content_hash, declaration = declared(indicator_id)
    found = Computation.objects.filter(declaration_hash=content_hash).order_by("-snapshot_index").first()
    return _result(declaration, found, on) if found else None


def newest(_: Scope, *, on: date) -> dict[str, ResultView]:
    """Return what the newest computation of each indicator found for all together, as it is declared now.

    Two queries, however many indicators there are; those that were not computed yet are left out.
    """
    declared_now = {one.hash: name for name, one in policy.declarations("indicator").items()}
    if not declared_now:
        return {}
    same = Computation.objects.filter(declaration_hash=OuterRef("declaration_hash")).order_by("-snapshot_index")
    found = list(
        Computation.objects.filter(declaration_hash__in=declared_now, snapshot_index=same.values("snapshot_index")[:1])
    )
    totals = IndicatorValue.objects.filter(computation__in=[one.pk for one in found], dimensions={})
    rows = {value.computation_id: value for value in totals}
    results = {}
    for one in found:
        declaration = lookups.by_hash(IndicatorDeclaration, one.declaration_hash)
        results[declared_now[one.declaration_hash]] = _view(
            declaration, one, [rows[one.pk]] if one.pk in rows else [], on
        )
    return results


def rankings(scope: Scope) -> tuple[IndicatorDeclaration, ...]:
    """Return the indicators whose groups are compared, in the order of their ids."""
    return tuple(one for one in indicators(scope) if one.ranking)


def ranking(scope: Scope, indicator_id: str, *, on: date) -> RankingView:
    """Return the groups of an indicator beside each other, by its newest computation.

    Raises:
        NotFound: if the active pack compares no groups of such an indicator.
    """
    declaration = declared(indicator_id)[1]
    if declaration.ranking is None:
        raise NotFound("unknown", f"the groups of {indicator_id!r} are not compared")
    result = latest(scope, indicator_id, on=on)
    if result is None:
        return RankingView(declaration, None, None, ())
    asked = declaration.ranking
    groups = [_counted(one, asked.by) for one in result.groups if one.dimensions.keys() == {asked.by}]
    together = _counted(result.total, asked.by) if result.total else Counted("", None, None, None)
    is_less_better = declaration.direction == "lower_is_better"
    rule = Rule(asked.of, is_less_better, asked.least, declaration.per, declaration.decimals)
    return RankingView(declaration, result, together, ranked(groups, together, rule))


def _counted(value: ValueView, by: str) -> Counted:
    return Counted(str(value.dimensions.get(by, "")), value.value, value.counted, value.base)


def clock_times(_: Scope) -> ResultView | None:
    """Return how the clocks of all procedures went, three figures for each; None before the first computation."""
    found = _NEWEST.first(times.HASH)
    if found is None:
        return None
    return _told(found, tuple(_plain(row) for row in _VALUES(found.pk)))


def history(_: Scope, indicator_id: str, *, on: date, limit: int = 366) -> tuple[ResultView, ...]:
    """Return what the computations of an indicator found for all together, the earliest first: the last of each day.

    Computations by an earlier declaration are among them, and say so by its hash.

    Raises:
        NotFound: if the active pack declares no such indicator.
    """
    declaration = declared(indicator_id)[1]
    newest: dict[date, Computation] = {}
    for computation in Computation.objects.filter(indicator=indicator_id).order_by("-id")[: 24 * limit].iterator():
        if len(newest) == limit and computation.taken_on not in newest:
            break
        newest.setdefault(computation.taken_on, computation)
    totals = {
        value.computation_id: value
        for value in IndicatorValue.objects.filter(computation__in=list(newest.values()), dimensions={})
    }
    return tuple(
        _view(declaration, found, [totals[found.pk]] if found.pk in totals else [], on)
        for found in sorted(newest.values(), key=lambda found: found.pk)
    )


def _result(declaration: IndicatorDeclaration, found: Computation, on: date) -> ResultView:
    return _view(declaration, found, list(found.values.order_by("place")), on)


def _view(declaration: IndicatorDeclaration, found: Computation, rows: list[IndicatorValue], on: date) -> ResultView:
    return _told(found, tuple(_value(declaration, row, on) for row in rows))


def _told(found: Computation, values: tuple[ValueView, ...]) -> ResultView:
    return ResultView(
        indicator=found.indicator,
        declaration_hash=found.declaration_hash,
        snapshot_index=found.snapshot_index,
        snapshot_root=found.snapshot_root,
        taken_on=found.taken_on,
        query=found.query,
        query_hash=found.query_hash,
        computed_at=found.computed_at,
        entry_hash=found.entry_hash,
        values=values,
    )


def _plain(row: IndicatorValue) -> ValueView:
    """Return a value that nobody set a target for."""
    return ValueView(row.dimensions, _number(row.value), row.status, row.base, "no_target" if row.value else "no_value")


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _value(declaration: IndicatorDeclaration, row: IndicatorValue, on: date) -> ValueView:
    value, target = _number(row.value), declaration.fixed_target
    standing = compared(
        value, target.value if target else None, target.on if target else None, declaration.direction, on
    )
    return ValueView(row.dimensions, value, row.status, row.base, standing, _number(row.counted))
