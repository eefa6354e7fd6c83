"""The checks of a finder: what it names exists, and its table answers everything once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from amur.base.codelists import CodeList
from amur.base.faults import Fault
from amur.procedures.finders import engine
from amur.procedures.finders.declarations import FinderDeclaration, Question
from amur.registers.checks import Known, Locate, Path, fault, missing_texts

_SHOWN = 12
"""Answers of a branch that a fault lists; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a finder may name of its pack."""

    codelists: Mapping[str, CodeList] = field(default_factory=dict)
    bodies: Collection[str] = ()
    procedures: Collection[str] = ()
    registers: Collection[str] = ()
    sources: Collection[str] = ()


def check_finder(declared: FinderDeclaration, known: Known, around: Around, locate: Locate) -> Iterator[Fault]:
    """Yield all faults of a finder. Its table is proved only where all that it names is there."""
    faults = [*_outcomes(declared, around, locate), *_questions(declared, around, locate)]
    faults += _rows(declared, around.codelists, locate)
    yield from faults
    yield from missing_texts(declared, known, locate)
    if not faults:
        yield from _proof(declared, around.codelists, locate)


def _outcomes(declared: FinderDeclaration, around: Around, locate: Locate) -> Iterator[Fault]:
    used = {row.outcome for row in declared.rows}
    used |= {declared.otherwise.outcome} if declared.otherwise else set()
    for place, one in enumerate(declared.outcomes):
        at: Path = ("outcomes", place)
        named: tuple[tuple[Path, str, str | None, Collection[str]], ...] = (
            (("body",), "body", one.body_id, around.bodies),
            (("procedure",), "procedure", one.procedure_id, around.procedures),
            (("register",), "register", one.register_id, around.registers),
            (("link", "source"), "source", one.link.source if one.link else None, around.sources),
        )
        for path, what, name, choices in named:
            if name is not None and name not in choices:
                yield fault(locate, (*at, *path), f"finder.{what}", f"unknown {what} {name!r}", choices)
        if one.id not in used:
            found = f"no row leads to the outcome {one.id!r}"
            yield Fault(*locate(at), "finder.outcome", found, "add a row that does, or take it away")


def _questions(declared: FinderDeclaration, around: Around, locate: Locate) -> Iterator[Fault]:
    for place, one in enumerate(declared.questions):
        at: Path = ("questions", place)
        listed = around.codelists.get(one.codelist or "")
        if one.codelist is not None and listed is None:
            said = f"unknown code list {one.codelist!r}"
            yield fault(locate, (*at, "codelist"), "finder.codelist", said, around.codelists)
            continue
        for number, code in enumerate(one.within if listed else ()):
            if listed and listed.find(code) is None:
                yield Fault(*locate((*at, "within", number)), "finder.code", f"unknown code {code!r}", "correct it")
        if not any(one.id in {*row.when, *row.unless} for row in declared.rows):
            found = f"no row asks for {one.id!r}"
            yield Fault(*locate(at), "finder.question", found, "take the question away, or let a row say it")


def _rows(declared: FinderDeclaration, codelists: Mapping[str, CodeList], locate: Locate) -> Iterator[Fault]:
    outcomes = {one.id for one in declared.outcomes}
    asked = {one.id: one for one in declared.questions}
    for place, row in enumerate(declared.rows):
        at: Path = ("rows", place)
        if row.outcome not in outcomes:
            said = f"unknown outcome {row.outcome!r}"
            yield fault(locate, (*at, "outcome"), "finder.outcome", said, outcomes)
        if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
            found = f"the row ends on {row.valid_to}, before it begins on {row.valid_from}"
            yield Fault(*locate((*at, "valid_to")), "finder.dates", found, "correct one of the days")
        for part, conditions in (("when", row.when), ("unless", row.unless)):
            for name, values in conditions.items():
                where: Path = (*at, part, name)
                if name not in asked:
                    yield fault(locate, where, "finder.question", f"unknown question {name!r}", asked)
                else:
                    yield from _values(asked[name], values, codelists, where, locate)
    if declared.otherwise and declared.otherwise.outcome not in outcomes:
        said = f"unknown outcome {declared.otherwise.outcome!r}"
        yield fault(locate, ("otherwise", "outcome"), "finder.outcome", said, outcomes)


def _values(
    question: Question, values: tuple[str, ...], codelists: Mapping[str, CodeList], at: Path, locate: Locate
) -> Iterator[Fault]:
    """Yield answers that the question never offers and under which nothing lies that it does."""
    offered = {one.value for one in engine.choices_of(question, codelists, None)}
    for place, value in enumerate(values):
        if not offered & engine.meant_by(question, (value,), codelists):
            found = f"{question.id!r} has no answer {value!r}"
            fix = f"choose from {', '.join(sorted(offered)[:_SHOWN])}"
            yield Fault(*locate((*at, place)), "finder.answer", found, fix)


def _proof(declared: FinderDeclaration, codelists: Mapping[str, CodeList], locate: Locate) -> Iterator[Fault]:
    """Yield each branch without a row, each with more than one, and rows that nothing reaches."""
    try:
        found = engine.problems(declared, codelists)
    except engine.TooManyBranches:
        said = f"the table has more than {engine.MOST_BRANCHES} branches"
        yield Fault(*locate(("rows",)), "finder.huge", said, "ask less, or make two finders of it")
        return
    for one in found:
        if one.kind == "unreached":
            yield _unreached(one.places[0], locate)
            continue
        branch = _branch(one)
        if one.kind == "gap":
            at, said, fix = ("rows",), f"no row answers {branch}", "add a row for it, or declare otherwise:"
            yield Fault(*locate(at), "finder.gap", said, fix)
            continue
        rows = " and ".join(str(place + 1) for place in one.places)
        outcomes = " and ".join(dict.fromkeys(repr(declared.rows[place].outcome) for place in one.places))
        said = f"rows {rows} all answer {branch}, with {outcomes}"
        yield Fault(*locate(("rows", one.places[-1])), f"finder.{one.kind}", said, "let one of them say it")


def _unreached(place: int, locate: Locate) -> Fault:
    if place < 0:
        said = "otherwise never happens, since the rows answer everything"
        return Fault(*locate(("otherwise",)), "finder.unreached", said, "take it away")
    said = f"nothing that can be answered leads to row {place + 1}"
    return Fault(
        *locate(("rows", place)), "finder.unreached", said, "correct its conditions or its days, or take it away"
    )


def _branch(problem: engine.Problem) -> str:
    """Return a branch as an author reads it: each question with the answers that lead there, and since when."""
    said = [f"{name} = {_listed(values)}" for name, values in problem.branch] or ["anything"]
    return f"{', '.join(said)} (on {problem.on})"


def _listed(values: tuple[str, ...]) -> str:
    shown = " | ".join(values[:_SHOWN])
    return shown if len(values) <= _SHOWN else f"{shown} | {len(values) - _SHOWN} more"
