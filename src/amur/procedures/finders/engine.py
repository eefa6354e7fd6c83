"""The table of a finder on a day: what to ask next, what comes out, and whether it is whole.

A combination of answers is followed only as far as it makes a difference: answers that the same rows take are one
branch, and a branch ends where no row asks any more. So a table is proved over all answers without listing them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from amur.base.codelists import CodeList
from amur.base.declared import Basis, Text
from amur.procedures.finders.declarations import NO, YES, FinderDeclaration, Outcome, Question, Row

CodeLists = Mapping[str, CodeList]
Answered = tuple[tuple[str, tuple[str, ...]], ...]
"""A branch: for each question that made a difference, the answers that lead the same way."""

MOST_BRANCHES = 50_000
"""More branches than anybody can read; a table that has them is not proved but refused."""

_WORDS = {
    YES: Text(zh="是", en="Yes", ru="Да", ja="はい", ko="예"),
    NO: Text(zh="否", en="No", ru="Нет", ja="いいえ", ko="아니요"),
}


class TooManyBranches(Exception):
    """A table branches more often than it can be proved."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that may be given: what it is called, and for a code the headings under which it stands."""

    value: str
    title: Text
    hint: Text | None = None
    under: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row in force, with the answers that it takes; a question that it does not name may have any."""

    place: int
    row: Row
    wanted: Mapping[str, frozenset[str]]
    unwanted: Mapping[str, frozenset[str]]

    def asks(self, question_id: str) -> bool:
        """Say whether the answer to a question matters to it.

        >>> Line(0, Row(outcome="none"), {"who": frozenset({"firm"})}, {}).asks("what")
        False
        """
        return question_id in self.wanted or question_id in self.unwanted

    def takes(self, question_id: str, answer: str) -> bool:
        """Say whether an answer lets it stand.

        >>> line = Line(0, Row(outcome="none"), {}, {"who": frozenset({"firm"})})
        >>> line.takes("who", "person"), line.takes("who", "firm")
        (True, False)
        """
        wanted = self.wanted.get(question_id)
        return (wanted is None or answer in wanted) and answer not in self.unwanted.get(question_id, ())


@dataclass(frozen=True, slots=True)
class Table:
    """A finder as it stands on a day."""

    finder: FinderDeclaration
    on: date
    choices: Mapping[str, tuple[Choice, ...]]
    lines: tuple[Line, ...]

    def choice(self, question_id: str, value: str | None) -> Choice | None:
        """Return an answer of a question by its value."""
        return next((one for one in self.choices[question_id] if one.value == value), None)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given and counted."""

    question: Question
    choice: Choice


@dataclass(frozen=True, slots=True)
class Standing:
    """How far some answers lead: to a question, or to what comes out.

    ``wrong`` says that the question was answered with what it does not offer. ``line`` is None where no row but the
    declared default says what comes out.
    """

    given: tuple[Given, ...]
    asks: Question | None = None
    wrong: bool = False
    outcome: Outcome | None = None
    line: Line | None = None

    @property
    def basis(self) -> tuple[Basis, ...]:
        """Return on what the result rests: of the row first, then of what comes out."""
        of_row = self.line.row.basis if self.line else ()
        return (*of_row, *(self.outcome.basis if self.outcome else ()))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a table: nothing for a branch, more than one row for it, or a row that no branch reaches."""

    kind: Literal["gap", "overlap", "contradiction", "unreached"]
    on: date
    branch: Answered = ()
    places: tuple[int, ...] = ()


def choices_of(question: Question, codelists: CodeLists, on: date | None) -> tuple[Choice, ...]:
    """Return what a question offers on a day; without a day, all that it ever offers.

    >>> asked = Question(id="open", type="yes_no", title=Text(zh="开", en="Open?"))
    >>> [one.value for one in choices_of(asked, {}, date(2026, 1, 1))]
    ['yes', 'no']
    """
    if question.type == "yes_no":
        return tuple(Choice(name, words) for name, words in _WORDS.items())
    options = [Choice(one.id, one.title, one.hint) for one in question.options if on is None or one.in_force(on)]
    listed = codelists.get(question.codelist or "")
    return tuple([*_codes(question, listed, on), *options] if listed else options)


def _codes(question: Question, listed: CodeList, on: date | None) -> Iterator[Choice]:
    for code in listed.codes:
        above = listed.above(code.code)
        inside = not question.within or {code.code, *(one.code for one in above)} & set(question.within)
        if inside and not code.heading and (on is None or code.in_force(on)):
            yield Choice(code.code, code.title, under=tuple(one.title for one in reversed(above)))


def meant_by(question: Question, values: tuple[str, ...], codelists: CodeLists) -> frozenset[str]:
    """Return the answers that are meant by those that a row names: a code means also what lies under it.

    >>> text = {"zh": "甲", "en": "A"}
    >>> levels = CodeList(id="l", title=text, source="demo", codes=({"code": "A", "title": text, "heading": True},
    ...     {"code": "A1", "title": text, "parent": "A"}))
    >>> asked = Question(id="what", type="code", codelist="l", title=Text(zh="什么", en="What?"))
    >>> sorted(meant_by(asked, ("A",), {"l": levels}))
    ['A', 'A1']
    """
    listed, named = codelists.get(question.codelist or ""), set(values)
    under = [] if listed is None else [one.code for one in listed.codes if named & _above(listed, one.code)]
    return frozenset({*values, *under})


def _above(listed: CodeList, code: str) -> set[str]:
    return {one.code for one in listed.above(code)}


def table_on(finder: FinderDeclaration, codelists: CodeLists, on: date) -> Table:
    """Return the table of a finder on a day.

    >>> text = {"zh": "甲", "en": "A"}
    >>> finder = FinderDeclaration(id="f", title=text, carries_out=("1.1",), summary=text, valid_from=date(2026, 1, 1),
    ...     questions=({"id": "open", "type": "yes_no", "title": text},), basis=({"title": text},),
    ...     outcomes=({"id": "go", "tag": text, "title": text},), rows=({"outcome": "go", "when": {"open": [True]}},))
    >>> [sorted(line.wanted["open"]) for line in table_on(finder, {}, date(2026, 1, 1)).lines]
    [['yes']]
    """
    choices = {one.id: choices_of(one, codelists, on) for one in finder.questions}
    lines = tuple(
        Line(place, row, _meant(finder, row.when, codelists), _meant(finder, row.unless, codelists))
        for place, row in enumerate(finder.rows)
        if row.in_force(on)
    )
    return Table(finder, on, choices, lines)


def _meant(
    finder: FinderDeclaration, conditions: Mapping[str, tuple[str, ...]], codelists: CodeLists
) -> dict[str, frozenset[str]]:
    asked = {one.id: one for one in finder.questions}
    return {name: meant_by(asked[name], values, codelists) for name, values in conditions.items() if name in asked}


def standing(table: Table, answers: Mapping[str, str]) -> Standing:
    """Return how far answers lead. Those to questions that make no difference any more are passed over.

    Raises:
        LookupError: if no row is left and no default is declared, which the check of a pack excludes.

    >>> text = {"zh": "甲", "en": "A"}
    >>> rows = ({"outcome": "go", "when": {"open": [True]}}, {"outcome": "stay", "when": {"open": [False]}})
    >>> finder = FinderDeclaration(id="f", title=text, carries_out=("1.1",), summary=text, valid_from=date(2026, 1, 1),
    ...     questions=({"id": "open", "type": "yes_no", "title": text},), basis=({"title": text},), rows=rows,
    ...     outcomes=({"id": "go", "tag": text, "title": text}, {"id": "stay", "tag": text, "title": text}))
    >>> table = table_on(finder, {}, date(2026, 1, 1))
    >>> standing(table, {}).asks.id, standing(table, {"open": "no"}).outcome.id, standing(table, {"open": "?"}).wrong
    ('open', 'stay', True)
    """
    finder, live = table.finder, table.lines
    given: tuple[Given, ...] = ()
    for question in finder.questions:
        if _is_settled(finder, live):
            break
        if not any(line.asks(question.id) for line in live):
            continue
        choice = table.choice(question.id, answers.get(question.id))
        if choice is None:
            return Standing(given, asks=question, wrong=question.id in answers)
        given = (*given, Given(question, choice))
        live = tuple(line for line in live if line.takes(question.id, choice.value))
    if live:
        return Standing(given, outcome=finder.outcome(live[0].row.outcome), line=live[0])
    if finder.otherwise is None:
        raise LookupError(f"no row of {finder.id} answers {[(one.question.id, one.choice.value) for one in given]}")
    return Standing(given, outcome=finder.outcome(finder.otherwise.outcome))


def _is_settled(finder: FinderDeclaration, live: tuple[Line, ...]) -> bool:
    """Say whether nothing that could still be asked changes the result.

    Where no default is declared every branch has a row, so rows that agree settle it; with one, each row must be sure.
    """
    if finder.otherwise is None and live:
        first = live[0].row
        return all(
            (one.row.outcome, one.row.note, one.row.basis) == (first.outcome, first.note, first.basis) for one in live
        )
    return not live


def days_of_change(finder: FinderDeclaration, codelists: CodeLists) -> list[date]:
    """Return the days from which on a table may be another: its first day, then each on which something begins or ends.

    >>> text = {"zh": "甲", "en": "A"}
    >>> rows = ({"outcome": "go", "valid_to": date(2026, 6, 30)}, {"outcome": "go", "valid_from": date(2026, 7, 1)})
    >>> finder = FinderDeclaration(id="f", title=text, carries_out=("1.1",), summary=text, valid_from=date(2026, 1, 1),
    ...     questions=({"id": "open", "type": "yes_no", "title": text},), basis=({"title": text},), rows=rows,
    ...     outcomes=({"id": "go", "tag": text, "title": text},))
    >>> [day.isoformat() for day in days_of_change(finder, {})]
    ['2026-01-01', '2026-07-01']
    """
    listed = [codelists.get(one.codelist or "") for one in finder.questions]
    spans = [(row.valid_from, row.valid_to) for row in finder.rows]
    spans += [(option.valid_from, option.valid_to) for asked in finder.questions for option in asked.options]
    spans += [(code.valid_from, code.valid_to) for one in listed if one for code in one.codes]
    begun = {first for first, _ in spans if first}
    ended = {last + timedelta(days=1) for _, last in spans if last and last < date.max}
    return [finder.valid_from, *sorted(day for day in begun | ended if day > finder.valid_from)]


def problems(finder: FinderDeclaration, codelists: CodeLists) -> list[Problem]:
    """Return what is wrong with a table over all answers and all days from its first on; each thing once.

    Raises:
        TooManyBranches: if it branches more often than it can be proved.

    >>> text = {"zh": "甲", "en": "A"}
    >>> finder = FinderDeclaration(id="f", title=text, carries_out=("1.1",), summary=text, valid_from=date(2026, 1, 1),
    ...     questions=({"id": "open", "type": "yes_no", "title": text},), basis=({"title": text},),
    ...     outcomes=({"id": "go", "tag": text, "title": text},), rows=({"outcome": "go", "when": {"open": [True]}},))
    >>> [(one.kind, one.branch) for one in problems(finder, {})]
    [('gap', (('open', ('no',)),))]
    """
    found: list[Problem] = []
    reached: set[int] = set()
    for on in days_of_change(finder, codelists):
        table = table_on(finder, codelists, on)
        for count, (branch, live) in enumerate(_branches(table, table.lines, finder.questions, ())):
            if count == MOST_BRANCHES:
                raise TooManyBranches
            reached |= {line.place for line in live} or {-1}
            problem = _problem(table, branch, live)
            if problem is not None and not any(_holds(earlier, problem) for earlier in found):
                found.append(problem)
    rows = range(-1 if finder.otherwise else 0, len(finder.rows))
    lost = [Problem("unreached", finder.valid_from, places=(place,)) for place in rows if place not in reached]
    return [*found, *lost]


def _holds(earlier: Problem, later: Problem) -> bool:
    """Say whether a problem is told by one of an earlier day: the same rows, and no answer more."""
    ways = dict(later.branch)
    same = (earlier.kind, earlier.places) == (later.kind, later.places)
    return same and all(name in ways and set(ways[name]) <= set(values) for name, values in earlier.branch)


def _problem(table: Table, branch: Answered, live: tuple[Line, ...]) -> Problem | None:
    if not live and table.finder.otherwise is None:
        return Problem("gap", table.on, branch)
    if len(live) > 1:
        same = len({line.row.outcome for line in live}) == 1
        return Problem("overlap" if same else "contradiction", table.on, branch, tuple(line.place for line in live))
    return None


def _branches(
    table: Table, live: tuple[Line, ...], questions: tuple[Question, ...], branch: Answered
) -> Iterator[tuple[Answered, tuple[Line, ...]]]:
    """Yield each branch with the rows that stand at its end."""
    ahead = [place for place, one in enumerate(questions) if any(line.asks(one.id) for line in live)]
    if not ahead:
        yield branch, live
        return
    question, after = questions[ahead[0]], questions[ahead[0] + 1 :]
    ways: dict[tuple[int, ...], list[str]] = {}
    lines = {line.place: line for line in live}
    for choice in table.choices[question.id]:
        taking = tuple(line.place for line in live if line.takes(question.id, choice.value))
        ways.setdefault(taking, []).append(choice.value)
    for places, values in ways.items():
        left = tuple(lines[place] for place in places)
        yield from _branches(table, left, after, (*branch, (question.id, tuple(values))))
