"""Questions that lead to an answer: one question a page, the answer with its reasons, and the whole table.

Answers stand in the address and nowhere else: nothing is kept of who asked what, and an answer can be bookmarked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.base.declared import Basis, MayCarry, Text
from amur.people import reads as people
from amur.policy.declarations import CommitmentDeclaration, PolicyDeclaration
from amur.procedures import reads as procedures
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.finders import engine, reads
from amur.procedures.finders.declarations import Conditions, FinderDeclaration, Outcome, Question, Row
from amur.procedures.finders.engine import Choice, Given, Standing, Table
from amur.registers.declarations import RegisterDeclaration
from amur.registers.lookups import active
from amur.web.limits import limited
from amur.web.requests import AmurRequest

ON, CHANGE, ASKED = "on", "change", "asked"
_FEW = 15
"""Up to so many answers are radio buttons; more are a list to choose from."""
_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer that was given, with the address at which it can be given anew."""

    asked: Text
    said: Text
    change: str


@dataclass(frozen=True, slots=True)
class Offered:
    """An answer that may be chosen, in the reader's language; ``heading`` is what codes stand under."""

    value: str
    label: str
    hint: str
    is_chosen: bool
    heading: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the table as it is read: a cell for each question, what comes out, and who decides."""

    number: int
    row: Row
    cells: tuple[tuple[str, str], ...]
    outcome: Outcome
    who: str
    in_force: bool


@require_safe
def finders(request: AmurRequest) -> HttpResponse:
    """Show which questions can be answered here."""
    return render(request, "portal/finders/list.html", {"finders": reads.finders(PUBLIC)})


@require_safe
@limited("finders", "240/m", method="GET")
def finder(request: AmurRequest, finder_id: str) -> HttpResponse:
    """Ask the next question that matters, or show what comes out."""
    on = day_of(request)
    table = reads.table(PUBLIC, finder_id, on=on)
    answers = {one.id: request.GET[one.id] for one in table.finder.questions if one.id in request.GET}
    if (asked := request.GET.get(ASKED, "")) in {one.id for one in table.finder.questions}:
        answers.setdefault(asked, "")
    standing = engine.standing(table, answers)
    changing = _changing(table, answers, request.GET.get(CHANGE, ""))
    if changing is not None:
        return _question(request, table, changing, answers, chosen=answers.get(request.GET[CHANGE], ""))
    if standing.asks:
        kept = {one.question.id: one.choice.value for one in standing.given}
        kept |= {name: value for name, value in answers.items() if name != standing.asks.id}
        return _question(request, table, standing, kept, wrong=standing.wrong)
    address = address_of(finder_id, standing.given, _day_asked(request))
    # The address of an answer says what was answered and no more, so that the same answer has one address.
    return _outcome(request, table, standing) if request.get_full_path() == address else HttpResponseRedirect(address)


@require_safe
@limited("finders", "240/m", method="GET")
def table(request: AmurRequest, finder_id: str) -> HttpResponse:
    """Show the whole table, with the rows of other days too."""
    found = reads.table(PUBLIC, finder_id, on=day_of(request))
    values = {
        "finder": found.finder,
        "on": found.on,
        "rows": list(rows_of(found)),
        "otherwise": found.finder.otherwise,
        "default": found.finder.outcome(found.finder.otherwise.outcome) if found.finder.otherwise else None,
        "commitments": commitments_of(found.finder),
        "data": {name: data_address(name, finder_id=finder_id) for name in ("finder", "finder_table_csv")},
    }
    return render(request, "portal/finders/table.html", values)


def data_address(name: str, **named: str) -> str:
    """Return an address of the interface; it stands without a language."""
    with translation.override("zh-hans"):
        return reverse(f"open:api:{name}", kwargs=named)


def day_of(request: AmurRequest) -> date:
    """Return the day that an address asks for; what is no day means today."""
    return _day_asked(request) or localdate(request.now)


def _day_asked(request: AmurRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(ON, ""))
    except ValueError:
        return None


def address_of(finder_id: str, given: tuple[Given, ...], on: date | None = None, **more: str) -> str:
    """Return the address at which these answers stand."""
    asked = [(one.question.id, one.choice.value) for one in given]
    asked += [(ON, on.isoformat())] if on else []
    query = urlencode([*asked, *more.items()])
    return reverse("portal:finder", args=[finder_id]) + (f"?{query}" if query else "")


def _changing(table: Table, answers: Mapping[str, str], name: str) -> Standing | None:
    """Return how far the answers before one lead, if that one is asked then and is to be given anew."""
    before = {one: value for one, value in answers.items() if one != name}
    standing = engine.standing(table, before) if name in answers else None
    return standing if standing and standing.asks and standing.asks.id == name else None


def _question(
    request: AmurRequest,
    table: Table,
    standing: Standing,
    kept: Mapping[str, str],
    *,
    chosen: str = "",
    wrong: bool = False,
) -> HttpResponse:
    question, finder_id, on = standing.asks, table.finder.id, _day_asked(request)
    assert question is not None  # noqa: S101 -- the callers ask it
    offered = [_offered(one, chosen) for one in table.choices[question.id]]
    before = standing.given[:-1]
    values = {
        "finder": table.finder,
        "question": question,
        "is_first": not standing.given,
        "offered": offered,
        "groups": _groups(offered) if len(offered) > _FEW else [],
        "given": lines_of(table.finder.id, standing, on),
        "kept": [(name, value) for name, value in kept.items() if name != question.id and value],
        "on": on,
        "back": address_of(finder_id, before, on) if standing.given else reverse("portal:finders"),
        "table": reverse("portal:finder_table", args=[finder_id]),
        "errors": [(f"{question.id}-0" if len(offered) <= _FEW else question.id, _("Choose an answer."))]
        if wrong
        else [],
        "commitments": commitments_of(table.finder),
    }
    return render(request, "portal/finders/question.html", values, status=_UNPROCESSABLE if wrong else 200)


def _offered(one: Choice, chosen: str) -> Offered:
    language = _language()
    # A code of a list with levels is known by itself; one of a plain list is an id that nobody has seen.
    heading = one.under[0].say(language) if one.under else ""
    label = f"{one.value} {one.title.say(language)}" if one.under else one.title.say(language)
    return Offered(one.value, label, one.hint.say(language) if one.hint else "", one.value == chosen, heading)


def _groups(offered: list[Offered]) -> list[tuple[str, list[Offered]]]:
    """Return answers under their headings, in their order."""
    groups: list[tuple[str, list[Offered]]] = []
    rest = _("Without a code") if any(one.heading for one in offered) else ""
    for one in offered:
        heading = one.heading or rest
        if not groups or groups[-1][0] != heading:
            groups.append((heading, []))
        groups[-1][1].append(one)
    return groups


def lines_of(finder_id: str, standing: Standing, on: date | None) -> list[AnswerLine]:
    """Return the answers that counted, each with the way to change it; the others are kept as far as they matter."""
    return [
        AnswerLine(
            one.question.title, one.choice.title, address_of(finder_id, standing.given, on, change=one.question.id)
        )
        for one in standing.given
    ]


def _outcome(request: AmurRequest, table: Table, standing: Standing) -> HttpResponse:
    outcome, finder_id, on = standing.outcome, table.finder.id, _day_asked(request)
    assert outcome is not None  # noqa: S101 -- nothing is asked any more
    values = {
        "finder": table.finder,
        "outcome": outcome,
        "note": standing.line.row.note if standing.line else None,
        "who": who_decides(outcome, table.on),
        "service": service_of(outcome),
        "register": register_of(outcome),
        "given": lines_of(finder_id, standing, on),
        "row": standing.line.place + 1 if standing.line else None,
        "why": table.finder.otherwise.why if table.finder.otherwise and standing.line is None else None,
        "basis": basis_of(table.finder, standing),
        "back": address_of(finder_id, standing.given, on, change=standing.given[-1].question.id)
        if standing.given
        else reverse("portal:finders"),
        "table": reverse("portal:finder_table", args=[finder_id]),
        "day": table.on,
        "on": on,
        "next": next_change(table, standing),
        "commitments": commitments_of(table.finder),
    }
    return render(request, "portal/finders/outcome.html", values)


def basis_of(found: FinderDeclaration, standing: Standing) -> tuple[Basis, ...]:
    """Return on what an answer rests: its own bases, or else those of the whole table."""
    return standing.basis or found.basis


def next_change(table: Table, standing: Standing) -> tuple[date, Outcome] | None:
    """Return the next day known so far on which the same answers lead to something else, and to what."""
    answers = {one.question.id: one.choice.value for one in standing.given}
    codelists = reads.codelists()
    for day in engine.days_of_change(table.finder, codelists):
        if day > table.on:
            later = engine.standing(engine.table_on(table.finder, codelists, day), answers)
            if later.outcome and later.outcome != standing.outcome:
                return day, later.outcome
    return None


def who_decides(outcome: Outcome, on: date) -> str:
    """Return who decides: somebody else by name, or whoever answers on the day for a body of the pack."""
    if outcome.who is not None:
        return outcome.who.say(_language())
    found = people.body_on(outcome.body_id, on) if outcome.body_id else None
    return Text.model_validate(found.titles).say(_language()) if found else ""


def service_of(outcome: Outcome) -> ProcedureDeclaration | None:
    """Return the service that an outcome leads to."""
    named = [one for one in procedures.services() if one.id == outcome.procedure_id]
    return named[0] if named else None


def register_of(outcome: Outcome) -> RegisterDeclaration | None:
    """Return the public register that an outcome leads to."""
    found = active(RegisterDeclaration, "register").get(outcome.register_id or "")
    return found if found and found.public else None


def rows_of(found: Table) -> Iterator[TableRow]:
    """Yield all rows as they are read, those of other days too."""
    for place, row in enumerate(found.finder.rows):
        outcome = found.finder.outcome(row.outcome)
        if outcome is not None:
            cells = tuple((one.title.say(_language()), condition(one, row)) for one in found.finder.questions)
            yield TableRow(place + 1, row, cells, outcome, who_decides(outcome, found.on), row.in_force(found.on))


def condition(question: Question, row: Row) -> str:
    """Return what a row wants of an answer, in words; empty where any will do."""
    wanted, unwanted = (_named(question, part) for part in (row.when, row.unless))
    joined = pgettext("between names", ", ").join(wanted)
    return joined + (
        _("not %(answers)s") % {"answers": pgettext("between names", ", ").join(unwanted)} if unwanted else ""
    )


def _named(question: Question, conditions: Conditions) -> list[str]:
    titles = {one.value: one.title for one in engine.choices_of(question, reads.codelists(), None)}
    listed = reads.codelists().get(question.codelist or "")
    named = []
    for value in conditions.get(question.id, ()):
        code = listed.find(value) if listed else None
        title = code.title if code else titles.get(value)
        words = title.say(_language()) if title else value
        named.append(f"{value} {words}" if code else words)
    return named


def commitments_of(found: MayCarry) -> list[CommitmentDeclaration]:
    """Return the commitments that a declaration carries out."""
    declared = active(PolicyDeclaration, "policy").values()
    return [one for policy in declared for one in policy.commitments if one.id in found.carries_out]


def _language() -> str:
    return get_language() or "zh-hans"
