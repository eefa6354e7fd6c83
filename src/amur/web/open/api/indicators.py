"""Indicators as data: the newest values with their query and snapshot, how they went, and all of it as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from ninja import Router

from amur.base.acting import PUBLIC
from amur.base.fields import Lookups
from amur.indicators import reads
from amur.indicators.declarations import IndicatorDeclaration, NoTarget
from amur.indicators.engine import shown
from amur.indicators.reads import ResultView, ValueView
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.registers.lookups import lookups
from amur.web import demonstration
from amur.web.board.indicators import labels
from amur.web.open.api.indicator_schemas import (
    IndicatorDayOut,
    IndicatorHistoryOut,
    IndicatorOut,
    IndicatorValueOut,
    IndicatorValuesOut,
)
from amur.web.open.api.schemas import Problem, Said, basis_out, said
from amur.web.open.api.services import Identifier
from amur.web.requests import AmurRequest

router = Router(tags=["indicators"])


@router.get("", response=list[IndicatorOut], operation_id="indicators", summary="All indicators")
def indicators(request: AmurRequest) -> list[IndicatorOut]:
    """Return what is measured, each with its newest value for all together."""
    return [IndicatorOut(**_values(request, declared)) for declared in reads.indicators(PUBLIC)]


@router.get(
    "/{indicator_id}",
    response={200: IndicatorValuesOut, 404: Problem},
    operation_id="indicator",
    summary="An indicator with its values",
)
def indicator(request: AmurRequest, indicator_id: Identifier) -> IndicatorValuesOut:
    """Return the newest values, for all together and for each group, with the query and the snapshot they are of."""
    declared, on = reads.declared(indicator_id)[1], day_of(request.now)
    result = reads.latest(PUBLIC, indicator_id, on=on)
    words = lookups(on)
    return IndicatorValuesOut(
        **_values(request, declared),
        query=result.query if result else declared.sql,
        query_hash=result.query_hash if result else None,
        snapshot_index=result.snapshot_index if result else None,
        snapshot_root=result.snapshot_root if result else None,
        values=[_value(declared, value, words) for value in result.values] if result else [],
    )


@router.get(
    "/{indicator_id}/history",
    response={200: IndicatorHistoryOut, 404: Problem},
    operation_id="indicator_history",
    summary="How an indicator went",
)
def indicator_history(request: AmurRequest, indicator_id: Identifier) -> IndicatorHistoryOut:
    """Return the value for all together of each day of a year, the earliest first; the last of a day counts."""
    declared = reads.declared(indicator_id)[1]
    days = reads.history(PUBLIC, indicator_id, on=day_of(request.now))
    return IndicatorHistoryOut(
        id=declared.id,
        unit=said(declared.unit),
        target=_target(declared),
        demonstration=demonstration.is_present(),
        days=[_day(result) for result in days],
    )


@router.get(
    "/{indicator_id}/values.csv",
    response={200: str, 404: Problem},
    operation_id="indicator_csv",
    summary="The newest values as CSV",
)
def indicator_csv(request: AmurRequest, indicator_id: Identifier) -> HttpResponse:
    """Return the newest values as CSV by RFC 4180, in UTF-8 with a byte-order mark, so that spreadsheets read Chinese.

    In the row for all together the dimensions are empty.
    """
    declared = reads.declared(indicator_id)[1]
    result = reads.latest(PUBLIC, indicator_id, on=day_of(request.now))
    names = [field.id for field in declared.dimensions]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*names, "value", "status", "base", "unit", "taken_on", "snapshot_index", "demonstration"])
    made_up = "true" if demonstration.is_present() else "false"
    for value in result.values if result else ():
        group = [_cell(value.dimensions.get(name)) for name in names]
        ends = [declared.unit.en, result.taken_on if result else "", result.snapshot_index if result else "", made_up]
        writer.writerow([*group, shown(value.value) or "", value.status, _cell(value.base), *ends])
    return HttpResponse(
        b"\xef\xbb\xbf" + text.getvalue().encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{indicator_id}.csv"'},
    )


def _values(request: AmurRequest, declared: IndicatorDeclaration) -> dict[str, Any]:
    result = reads.latest(PUBLIC, declared.id, on=day_of(request.now))
    total = result.total if result else None
    target = declared.target
    why_none = said(target.none) if isinstance(target, NoTarget) else None
    return {
        "id": declared.id,
        "title": said(declared.title),
        "summary": said(declared.summary),
        "definition": said(declared.definition),
        "unit": said(declared.unit),
        "direction": declared.direction,
        "source": said(declared.source),
        "carries_out": list(declared.carries_out),
        "declaration_hash": policy.declaration("indicator", declared.id)[0],
        "basis": [basis_out(basis) for basis in declared.basis],
        "target": _target(declared),
        "target_on": declared.fixed_target.on if declared.fixed_target else None,
        "no_target_because": why_none,
        "value": shown(total.value) if total else None,
        "status": total.status if total else "not_measured",
        "standing": total.standing if total else None,
        "base": total.base if total else None,
        "taken_on": result.taken_on if result else None,
        "computed_at": result.computed_at if result else None,
        "entry_hash": result.entry_hash if result else None,
        "demonstration": demonstration.is_present(),
        "address": request.build_absolute_uri(reverse("board:indicator", args=[declared.id])),
    }


def _target(declared: IndicatorDeclaration) -> str | None:
    return shown(declared.fixed_target.value) if declared.fixed_target else None


def _value(declared: IndicatorDeclaration, value: ValueView, words: Lookups) -> IndicatorValueOut:
    chinese, english = (labels(declared, value.dimensions, language, words) for language in ("zh-hans", "en"))
    return IndicatorValueOut(
        dimensions=dict(value.dimensions),
        labels=[Said(zh=zh, en=en) for zh, en in zip(chinese, english, strict=True)],
        value=shown(value.value),
        status=value.status,
        standing=value.standing,
        base=value.base,
    )


def _day(result: ResultView) -> IndicatorDayOut:
    total = result.total
    return IndicatorDayOut(
        taken_on=result.taken_on,
        value=shown(total.value) if total else None,
        status=total.status if total else "not_measured",
        base=total.base if total else None,
        declaration_hash=result.declaration_hash,
        snapshot_index=result.snapshot_index,
        entry_hash=result.entry_hash,
    )


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
