"""How all services go, for everybody: a page and the same as a file. Each number leads to how it is counted."""

from __future__ import annotations

import csv
import io

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amur.indicators import reads as indicators
from amur.procedures.reads import LEAST
from amur.web.board.figures import Figure
from amur.web.limits import limited
from amur.web.portal.measured import Going, goings
from amur.web.requests import AmurRequest

_COLUMNS = (
    "service",
    "title_zh",
    "title_en",
    "received_in_a_year",
    "open",
    "late",
    "promised_working_days",
    "limit",
    "limit_unit",
    "median_working_days",
    "percent_in_time",
    "ended_in_a_year",
)


@require_safe
@limited("statistics", "60/m", method="GET")
def statistics(request: AmurRequest) -> HttpResponse:
    """Show how many cases came, are open and are late, and how long they took, service by service."""
    found = goings(at=request.now)
    rows = sorted(found.services, key=lambda one: -(one.received or 0))
    compared = indicators.rankings(request.scope)
    values = {"rows": rows, "times": found.times, "at": request.now, "least": LEAST, "rankings": compared}
    return render(request, "portal/statistics.html", values)


@require_safe
@limited("statistics", "60/m", method="GET")
def statistics_file(request: AmurRequest) -> HttpResponse:
    """Send the same as a table; a number of few cases is empty, as is what was not measured."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(_COLUMNS)
    lines.writerows(_line(one) for one in goings(at=request.now).services)
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="services.csv"'
    return answer


def _line(one: Going) -> list[object]:
    clock = one.clock
    return [
        one.service.id,
        one.service.title.zh,
        one.service.title.en,
        "" if one.received is None else one.received,
        one.counts.open,
        one.counts.late,
        (clock.promise_working_days or "") if clock else "",
        clock.period.amount if clock else "",
        clock.period.unit if clock else "",
        one.days.text,
        one.share.text,
        _base(one.days),
    ]


def _base(figure: Figure) -> object:
    return figure.base if figure.status == "measured" else ""
