"""Where each figure of the board comes from: what it counts, by which query, as of when, and the records behind it.

An indicator has its own page (``indicators``), which says the same of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.declared import Text
from amur.indicators import times
from amur.indicators.reads import ResultView
from amur.packs.declarations import ExampleDeclaration
from amur.people import reads as people
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures import reads as procedures
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.reads import LateCase, OpenCases
from amur.web.board.figures import Figure
from amur.web.board.lateness import cause_titles
from amur.web.board.measuring import by_clock, clock_measure, queue_of
from amur.web.board.reading import board
from amur.web.board.view import Share
from amur.web.requests import AmurRequest

_TEMPLATE = "board/origin.html"


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of the page with its unit; ``base`` is over how many things it is counted."""

    label: str
    figure: Figure
    unit: str = ""

    @property
    def base(self) -> int | None:
        """Return over how many things it is counted."""
        return self.figure.base


@dataclass(frozen=True, slots=True)
class Late:
    """A late case with the words for where it lies and why it is late."""

    case: LateCase
    body: Text | str
    cause: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What the page of a figure says.

    ``query`` is what was asked; it ran on ``result``'s snapshot, or on the tables at the instant ``at``. ``file`` and
    ``hash`` are the declaration that it rests on.
    """

    title: Text | str
    words: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    shares: tuple[Share, ...] = ()
    at: datetime | None = None
    result: ResultView | None = None
    query: str = ""
    file: str = ""
    hash: str = ""
    commitments: tuple[tuple[str, int], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    of: Text | None = None
    late: tuple[Late, ...] | None = None


@require_safe
def verdicts(request: AmurRequest) -> HttpResponse:
    """Say how the verdicts are counted."""
    found = board()
    if found is None:
        raise Http404
    played = policy.played(found.release)
    stored = next(iter(policy.declarations("policy").values()))
    words = (
        _(
            "Each commitment of the pack has one verdict. It counts as carried out only if something runs for it and "
            "each worked example that names it passed here; as assisted where a person decides."
        ),
        _(
            "Every other verdict is declared in the pack with its reason. What has neither, or whose example fails, "
            "is a gap."
        ),
        _("The same count on the command line: amur trace --run"),
    )
    origin = Origin(
        _("How the verdicts are counted"),
        words,
        shares=found.shares,
        at=max((one.at for one in played.values()), default=None),
        file=stored.file,
        hash=stored.hash,
        links=(
            (_("All commitments as data"), reverse("open:api:commitments")),
            (_("Report to print"), reverse("board:report")),
        ),
    )
    return _shown(request, origin)


@require_safe
def cases(request: AmurRequest, procedure_id: str) -> HttpResponse:
    """Say how the open and the late cases of a procedure are counted."""
    definition = _procedure(procedure_id)
    stored = policy.declarations("procedure")[procedure_id]
    counts = procedures.open_cases(request.scope, at=request.now).get(procedure_id, OpenCases())
    words = (
        _("Open is every case that is not closed, whoever has to do something next."),
        _(
            "Late is an open case whose first running clock is over: the same cases that the queue of the office calls "
            "late."
        ),
        _("The numbers are counted at this moment and name nobody; only whoever works on a case sees it."),
    )
    late = _late(request, procedure_id)
    links = [(_("The service and its time limits"), reverse("portal:service", args=[procedure_id]))]
    if queue := queue_of(request.scope, procedure_id, definition):
        links.append((_("The late cases in the queue"), queue))
        links.append((_("The open cases in the queue"), queue_of(request.scope, procedure_id, definition, "all")))
    origin = Origin(
        definition.title,
        words if late is None else words[:-1],
        (_count(_("open cases"), counts.open), _count(_("late cases"), counts.late)),
        at=request.now,
        query=procedures.open_query(request.scope, at=request.now),
        commitments=_commitments(definition),
        links=tuple(links),
        file=stored.file,
        hash=stored.hash,
        late=late,
    )
    return _shown(request, origin)


def _late(request: AmurRequest, procedure_id: str) -> tuple[Late, ...] | None:
    """Return the late cases for whoever oversees the offices, None for everybody else."""
    found = procedures.late_cases(request.scope, procedure_id, at=request.now)
    if found is None:
        return None
    bodies, causes = people.body_titles(), cause_titles(request)
    return tuple(Late(one, bodies.get(one.body, one.body), causes.get(one.cause, one.cause)) for one in found)


@require_safe
def clock(request: AmurRequest, procedure_id: str, clock_id: str) -> HttpResponse:
    """Say how a clock of a procedure went, and how that is counted."""
    definition = _procedure(procedure_id)
    found = next((one for one in definition.clocks if one.id == clock_id), None)
    if found is None:
        raise Http404
    stored = policy.declarations("procedure")[procedure_id]
    result, values = by_clock(request.scope)
    measure = clock_measure(found, values.get((procedure_id, clock_id), {}))
    facts = [Fact(_("ended within the limit of %(limit)s") % {"limit": measure.limit}, measure.in_time, "%")]
    if measure.promise:
        said = _("ended within the promised %(promise)s") % {"promise": measure.promise}
        facts.insert(0, Fact(said, measure.in_promise, "%"))
    facts.append(Fact(_("median of the working days used"), measure.days))
    links = [(_("The service and its time limits"), reverse("portal:service", args=[procedure_id]))]
    if queue := queue_of(request.scope, procedure_id, definition, "closed"):
        links.append((_("The closed cases in the queue"), queue))
    origin = Origin(
        found.title,
        _words_of_clock(found),
        tuple(facts),
        result=result,
        query=times.STATEMENT.sql,
        commitments=_commitments(definition),
        links=tuple(links),
        of=definition.title,
        file=stored.file,
        hash=stored.hash,
    )
    return _shown(request, origin)


@require_safe
def example(request: AmurRequest, example_id: str) -> HttpResponse:
    """Say what a worked example proves, and how it went here when."""
    stored = policy.declarations("example").get(example_id)
    release = policy.active_release()
    if stored is None or release is None:
        raise Http404
    found = ExampleDeclaration.model_validate(stored.body)
    played = policy.played(release).get(example_id)
    words = [
        _(
            "A worked example is a case with a beginning, steps and what must be true after each. It is played through "
            "the same acts that people use, on a database of its own that is thrown away."
        )
    ]
    if played is None:
        words.append(_("It was not played here yet; the worker does so after each change of the pack or of Amur."))
    words.append(_("To play it yourself: amur check PACK --examples"))
    values = {
        "origin": Origin(
            found.title,
            tuple(words),
            at=played.at if played else None,
            file=stored.file,
            hash=stored.hash,
            commitments=tuple((name, int(name.partition(".")[0])) for name in found.proves),
        ),
        "played": played,
        "is_example": True,
    }
    return render(request, _TEMPLATE, values)


def _shown(request: AmurRequest, origin: Origin) -> HttpResponse:
    return render(request, _TEMPLATE, {"origin": origin})


def _procedure(procedure_id: str) -> ProcedureDeclaration:
    found = declared.everything().procedures.get(procedure_id)
    if found is None:
        raise Http404
    return found


def _count(label: str, number: int) -> Fact:
    return Fact(label, Figure("measured", "no_target", f"{number:,}"))


def _commitments(definition: ProcedureDeclaration) -> tuple[tuple[str, int], ...]:
    return tuple((name, int(name.partition(".")[0])) for name in definition.carries_out)


def _words_of_clock(found: Clock) -> tuple[str, ...]:
    words = [
        _("Counted are the runs of this clock that ended in the year before the snapshot, whatever ended them."),
        _("Working days on which the clock waited, for example for a supplement, do not count."),
        _(
            "The data set of clocks holds no names and no words of a case. It is not given out; what is computed from "
            "it is."
        ),
    ]
    if found.hours is not None:
        words.append(_("This clock counts hours: its data set has no day as its limit, so no share can be given."))
    return tuple(words)
