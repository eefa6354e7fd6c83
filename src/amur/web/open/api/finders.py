"""Finders as data: which question is next, what comes out, and the whole table as JSON or CSV."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from ninja import Query, Router, Schema

from amur.base.acting import PUBLIC
from amur.base.faults import Invalid
from amur.people import reads as people
from amur.policy import reads as policy
from amur.procedures.finders import engine, reads
from amur.procedures.finders.declarations import FinderDeclaration, Outcome
from amur.procedures.finders.engine import Standing, Table
from amur.registers.sheets import write_csv
from amur.web.open.api.schemas import BasisOut, Problem, Said, basis_out, said
from amur.web.open.api.services import Identifier
from amur.web.requests import AmurRequest

router = Router(tags=["finders"])

On = Annotated[date | None, Query(description="The table as it stands on this day, such as 2026-03-01; else today.")]


class ChoiceOut(Schema):
    """An answer that a question offers."""

    value: str
    title: Said


class QuestionOut(Schema):
    """A question with the answers that it offers on the day."""

    id: str
    type: str
    title: Said
    answers: list[ChoiceOut]


class OutcomeOut(Schema):
    """What comes out: what is needed, who decides, and where to go; empty where there is nothing of it."""

    id: str
    tag: Said
    title: Said
    paragraphs: list[Said]
    who_decides: Said | None
    procedure: str | None
    register_id: str | None
    link: str | None
    basis: list[BasisOut]


class RowOut(Schema):
    """A row: it holds where all of when and none of unless is answered, between its days."""

    number: int
    when: dict[str, list[str]]
    unless: dict[str, list[str]]
    outcome: str
    note: Said | None
    valid_from: date | None
    valid_to: date | None
    basis: list[BasisOut]


class FinderOut(Schema):
    """Questions that lead to an answer."""

    id: str
    title: Said
    summary: Said
    carries_out: list[str]
    valid_from: date
    declaration_hash: str
    address: str


class FinderTableOut(FinderOut):
    """The whole table; otherwise is the outcome where no row says anything, null where each answer has its row."""

    on: date
    questions: list[QuestionOut]
    outcomes: list[OutcomeOut]
    rows: list[RowOut]
    otherwise: str | None
    basis: list[BasisOut]


class AnswerOut(Schema):
    """How far answers lead: asks is the question that is still open, outcome what came out, one of them null."""

    given: dict[str, str]
    asks: QuestionOut | None
    outcome: OutcomeOut | None
    row: int | None
    address: str


@router.get("", response=list[FinderOut], operation_id="finders", summary="All questions that lead to an answer")
def finders(request: HttpRequest) -> list[FinderOut]:
    """Return the finders that the running pack declares."""
    return [FinderOut(**_values(request, one)) for one in reads.finders(PUBLIC)]


@router.get(
    "/{finder_id}",
    response={200: FinderTableOut, 404: Problem, 422: Problem},
    operation_id="finder",
    summary="Questions with their table",
)
def finder(request: AmurRequest, finder_id: Identifier, on: On = None) -> FinderTableOut:
    """Return a finder with its whole table; rows of other days stand there with their days."""
    found = _table(request, finder_id, on)
    declared = found.finder
    return FinderTableOut(
        **_values(request, declared),
        on=found.on,
        questions=[_question(found, one.id) for one in declared.questions],
        outcomes=[_outcome(one, found.on) for one in declared.outcomes],
        rows=[
            RowOut(
                number=place + 1,
                when={name: list(values) for name, values in row.when.items()},
                unless={name: list(values) for name, values in row.unless.items()},
                outcome=row.outcome,
                note=said(row.note) if row.note else None,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                basis=[basis_out(one) for one in row.basis],
            )
            for place, row in enumerate(declared.rows)
        ],
        otherwise=declared.otherwise.outcome if declared.otherwise else None,
        basis=[basis_out(one) for one in declared.basis],
    )


@router.get(
    "/{finder_id}/answer",
    response={200: AnswerOut, 404: Problem, 422: Problem},
    operation_id="finder_answer",
    summary="What comes out of some answers",
)
def finder_answer(request: AmurRequest, finder_id: Identifier, on: On = None) -> AnswerOut:
    """Return the next question, or what comes out. Each question is a parameter of its name, such as ?service=B11."""
    found = _table(request, finder_id, on)
    known = {one.id for one in found.finder.questions}
    unknown = {
        name: ("unknown_question", f"no question {name!r}") for name in request.GET if name not in {*known, "on"}
    }
    if unknown:
        raise Invalid(unknown, f"no such question; choose from {', '.join(sorted(known))}")
    standing = engine.standing(found, {name: request.GET[name] for name in request.GET if name in known})
    if standing.asks and standing.wrong:
        name = standing.asks.id
        raise Invalid({name: ("no_answer", f"{request.GET[name]!r} is no answer of {name!r} on {found.on}")})
    return _answer(request, found, standing, on)


@router.get(
    "/{finder_id}/table.csv",
    response={200: str, 404: Problem, 422: Problem},
    operation_id="finder_table_csv",
    summary="The table as CSV",
)
def finder_table_csv(request: AmurRequest, finder_id: Identifier, on: On = None) -> HttpResponse:
    """Return the table as CSV by RFC 4180: a column for each question, "!" before what a row excludes."""
    found = _table(request, finder_id, on)
    asked = [one.id for one in found.finder.questions]
    heads = ["row", *asked, "outcome", "tag_zh", "tag_en", "title_zh", "title_en", "valid_from", "valid_to"]
    rows = [heads]
    for place, row in enumerate(found.finder.rows):
        outcome = found.finder.outcome(row.outcome)
        cells = [_cell(row.when.get(name, ()), row.unless.get(name, ())) for name in asked]
        words = [outcome.tag.zh, outcome.tag.en, outcome.title.zh, outcome.title.en] if outcome else ["", "", "", ""]
        days = [one.isoformat() if one else "" for one in (row.valid_from, row.valid_to)]
        rows.append([str(place + 1), *cells, row.outcome, *words, *days])
    return HttpResponse(
        b"".join(write_csv(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.finder.id}.csv"'},
    )


def _cell(wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> str:
    return " ".join([*wanted, *(f"!{one}" for one in unwanted)])


def _table(request: AmurRequest, finder_id: str, on: date | None) -> Table:
    return reads.table(PUBLIC, finder_id, on=on or localdate(request.now))


def _values(request: HttpRequest, declared: FinderDeclaration) -> dict[str, Any]:
    return {
        "id": declared.id,
        "title": said(declared.title),
        "summary": said(declared.summary),
        "carries_out": list(declared.carries_out),
        "valid_from": declared.valid_from,
        "declaration_hash": policy.declaration("finder", declared.id)[0],
        "address": request.build_absolute_uri(reverse("portal:finder", args=[declared.id])),
    }


def _question(found: Table, question_id: str) -> QuestionOut:
    one = next(each for each in found.finder.questions if each.id == question_id)
    answers = [ChoiceOut(value=choice.value, title=said(choice.title)) for choice in found.choices[question_id]]
    return QuestionOut(id=one.id, type=one.type, title=said(one.title), answers=answers)


def _outcome(one: Outcome, on: date) -> OutcomeOut:
    body = people.body_on(one.body_id, on) if one.body_id else None
    who = said(one.who) if one.who else Said(**{name: body.titles[name] for name in ("zh", "en")}) if body else None
    return OutcomeOut(
        id=one.id,
        tag=said(one.tag),
        title=said(one.title),
        paragraphs=[said(paragraph) for paragraph in one.paragraphs],
        who_decides=who,
        procedure=one.procedure_id,
        register_id=one.register_id,
        link=one.link.address if one.link else None,
        basis=[basis_out(basis) for basis in one.basis],
    )


def _answer(request: AmurRequest, found: Table, standing: Standing, on: date | None) -> AnswerOut:
    given = {one.question.id: one.choice.value for one in standing.given}
    query = urlencode({**given, **({"on": on.isoformat()} if on else {})})
    address = reverse("portal:finder", args=[found.finder.id]) + (f"?{query}" if query else "")
    return AnswerOut(
        given=given,
        asks=_question(found, standing.asks.id) if standing.asks else None,
        outcome=_outcome(standing.outcome, found.on) if standing.outcome else None,
        row=standing.line.place + 1 if standing.line else None,
        address=request.build_absolute_uri(address),
    )
