"""What is late, where it lies, and why: by procedure, by body, by the causes that offices gave. It names nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.declared import Text
from amur.people import reads as people
from amur.procedures import declared
from amur.procedures import reads as procedures
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.lateness.reads import UNSAID
from amur.procedures.reads import Load, OpenCases
from amur.web import tongues
from amur.web.requests import AmurRequest

_WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of lateness with how many open cases and cases of a year have it; ``width`` is of a thousand."""

    title: str
    open: int
    year: int
    width: int


@dataclass(frozen=True, slots=True)
class Line:
    """A procedure with its open and late cases, the causes of the late ones in words, and where it is counted."""

    procedure: ProcedureDeclaration
    counts: OpenCases
    causes: tuple[tuple[str, int], ...]
    address: str


@dataclass(frozen=True, slots=True)
class Office:
    """What lies with a body."""

    title: Text | str
    load: Load


@require_safe
def late(request: AmurRequest) -> HttpResponse:
    """Show how many cases are open and late, by procedure and by body, and why the late ones are."""
    counts = procedures.open_cases(request.scope, at=request.now)
    by_procedure = procedures.open_late_by_cause(request.scope, at=request.now)
    year = procedures.causes_of_a_year(request.scope, at=request.now)
    titles = cause_titles(request)
    known = declared.everything().procedures
    lines = [
        Line(
            one,
            counts.get(name, OpenCases()),
            tuple((titles.get(code, code), number) for code, number in by_procedure.get(name, {}).items()),
            reverse("board:figure_cases", args=[name]),
        )
        for name, one in known.items()
    ]
    bodies = people.body_titles()
    lines.sort(key=lambda one: (-one.counts.late, -one.counts.open))
    values = {
        "busy": [one for one in lines if one.counts.open or one.counts.late],
        "idle": [one for one in lines if not one.counts.open and not one.counts.late],
        "late": sum(one.counts.late for one in lines),
        "open": sum(one.counts.open for one in lines),
        "causes": list(_causes(titles, by_procedure, year)),
        "said": sum(year.values()),
        "offices": [
            Office(bodies.get(one.body, one.body), one) for one in procedures.load(request.scope, at=request.now)
        ],
        "at": request.now,
    }
    return render(request, "board/late.html", values)


def cause_titles(request: AmurRequest) -> dict[str, str]:
    """Return the causes of the pack in words, and what stands where nobody has said one."""
    causes = {one.code: one.title.say(tongues.here()) for one in procedures.late_causes(localdate(request.now))}
    return {**causes, UNSAID: _("nobody has said it yet")}


def _causes(
    titles: Mapping[str, str], by_procedure: Mapping[str, Mapping[str, int]], year: Mapping[str, int]
) -> Iterator[Cause]:
    """Yield the causes that occur, the most frequent first, what nobody has said last."""
    now: dict[str, int] = {}
    for counted in by_procedure.values():
        for code, number in counted.items():
            now[code] = now.get(code, 0) + number
    most = max([*now.values(), *year.values()], default=0)
    codes = sorted({*now, *year}, key=lambda code: (code == UNSAID, -year.get(code, 0), -now.get(code, 0), code))
    for code in codes:
        often = max(now.get(code, 0), year.get(code, 0))
        yield Cause(titles.get(code, code), now.get(code, 0), year.get(code, 0), often * _WHOLE // most if most else 0)
