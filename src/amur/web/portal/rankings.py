"""Groups of an indicator beside each other: who stands where, out of how many, how sure that is; also as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amur.base.fields import CodeField, Lookups
from amur.indicators import reads
from amur.indicators.declarations import IndicatorDeclaration
from amur.indicators.engine import Ranked, shown
from amur.indicators.reads import RankingView
from amur.people.reads import day_of
from amur.registers.lookups import lookups
from amur.web import demonstration, tongues
from amur.web.board.figures import plain
from amur.web.limits import limited
from amur.web.requests import AmurRequest

_WHOLE = 1000
_COLUMNS = (
    "rank",
    "code",
    "title_zh",
    "title_en",
    "value",
    "low_95",
    "high_95",
    "counted",
    "out_of",
    "compared",
    "unit",
    "taken_on",
    "snapshot_index",
    "demonstration",
)


@dataclass(frozen=True, slots=True)
class Span:
    """A number with its interval on a line of a thousand units, and where all together stand."""

    low: int
    width: int
    at: int
    mark: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A group as it is shown: its name, its number, between what it lies, and what it is out of."""

    found: Ranked
    title: str
    value: str
    between: tuple[str, str] | None
    counted: str
    out_of: str
    span: Span | None


@require_safe
@limited("statistics", "60/m", method="GET")
def listed(request: AmurRequest) -> HttpResponse:
    """Show all that is compared."""
    return render(request, "portal/rankings.html", {"rankings": reads.rankings(request.scope)})


@require_safe
@limited("statistics", "60/m", method="GET")
def ranking(request: AmurRequest, indicator_id: str) -> HttpResponse:
    """Show the groups of an indicator in their order, each with what it is out of and how sure it is."""
    on = day_of(request.now)
    view = reads.ranking(request.scope, indicator_id, on=on)
    words, declaration = lookups(on), view.declaration
    together = view.together
    values = {
        "indicator": declaration,
        "ranking": declaration.ranking,
        "result": view.result,
        "rows": _rows(view, words),
        "by": declaration.dimension(declaration.ranking.by).title if declaration.ranking else "",
        "all_value": plain(together.value) if together else "",
        "all_counted": plain(together.counted) if together else "",
        "all_out_of": _number(together.out_of) if together else "",
        "beside": [one for one in reads.rankings(request.scope) if _is_like(one, declaration)],
    }
    return render(request, "portal/ranking.html", values)


@require_safe
@limited("statistics", "60/m", method="GET")
def ranking_file(request: AmurRequest, indicator_id: str) -> HttpResponse:
    """Send the same rows in the same order, all together last, as CSV with a byte-order mark."""
    on = day_of(request.now)
    view = reads.ranking(request.scope, indicator_id, on=on)
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(_COLUMNS)
    lines.writerows(_lines(view, lookups(on)))
    return HttpResponse(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{indicator_id}-compared.csv"'},
    )


def _lines(view: RankingView, words: Lookups) -> Sequence[Sequence[object]]:
    if view.result is None or view.together is None:
        return []
    made_up = "true" if demonstration.is_present() else "false"
    ends = [view.declaration.unit.en, view.result.taken_on, view.result.snapshot_index, made_up]
    lines: list[list[object]] = []
    for one in view.rows:
        reach, group = one.interval, one.group
        ends_of = [shown(reach.low), shown(reach.high)] if reach else ["", ""]
        names = [_title(view.declaration, group.name, language, words) for language in ("zh-hans", "en")]
        numbers = [shown(group.value) or "", *ends_of, shown(group.counted) or "", _cell(group.out_of)]
        lines.append([one.rank or "", group.name, *names, *numbers, one.position, *ends])
    whole = view.together
    numbers = [shown(whole.value) or "", "", "", shown(whole.counted) or "", _cell(whole.out_of)]
    return [*lines, ["", "", "", "", *numbers, "all_together", *ends]]


def _cell(number: int | None) -> object:
    return "" if number is None else number


def _rows(view: RankingView, words: Lookups) -> list[Row]:
    together = view.together.value if view.together else None
    ends = [end for one in view.rows if one.interval for end in (one.interval.low, one.interval.high)]
    ends += [together] if together is not None else []
    line = (min(ends, default=Decimal(0)), max(ends, default=Decimal(0)))
    return [
        Row(
            one,
            _title(view.declaration, one.group.name, tongues.here(), words),
            plain(one.group.value),
            (plain(one.interval.low), plain(one.interval.high)) if one.interval else None,
            plain(one.group.counted),
            _number(one.group.out_of),
            _span(one, together, line),
        )
        for one in view.rows
    ]


def _span(one: Ranked, together: Decimal | None, line: tuple[Decimal, Decimal]) -> Span | None:
    """Return where a group stands on a line from the lowest limit of all to the highest."""
    first, last = line
    if one.interval is None or one.group.value is None or first == last:
        return None

    def place(number: Decimal) -> int:
        return int((number - first) * _WHOLE / (last - first))

    low, high, at = (place(number) for number in (one.interval.low, one.interval.high, one.group.value))
    mark = place(together) if together is not None else None
    return Span(low, max(high - low, 2), _inside(at), _inside(mark) if mark is not None else None)


def _inside(place: int) -> int:
    """Return where a mark of eight units begins, so that it stays on the line.

    >>> _inside(0), _inside(500), _inside(1000)
    (0, 496, 992)
    """
    return max(0, min(_WHOLE - 8, place - 4))


def _title(declaration: IndicatorDeclaration, code: str, language: str, words: Lookups) -> str:
    if declaration.ranking is None:
        return code
    return declaration.dimension(declaration.ranking.by).display(code, language, words) or code


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _is_like(one: IndicatorDeclaration, other: IndicatorDeclaration) -> bool:
    """Say whether another indicator compares the same groups."""
    return one.id != other.id and _groups(one) == _groups(other)


def _groups(declaration: IndicatorDeclaration) -> str:
    field = declaration.dimension(declaration.ranking.by) if declaration.ranking else None
    return field.codelist if isinstance(field, CodeField) else ""
