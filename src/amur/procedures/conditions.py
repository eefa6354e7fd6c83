"""What the expressions of a procedure may read, and what follows from them: guards, what is asked, computed values.

Pure: a ``Moment`` holds plain values, and ``facts`` makes one of the rows of a case. An expression sees ``form``,
``case``, ``today`` and, where the procedure declares them, dated values as ``value``, rounds as ``opinions`` and fees
as ``fees``; what is asked in a form sees ``form`` and ``today`` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from amur.base.canonical import Json
from amur.base.expressions import (
    Context,
    ExpressionError,
    Kind,
    ListOf,
    Program,
    Struct,
    Type,
    compile_,
    evaluate,
    stored,
    type_of,
    variable_of,
)
from amur.base.faults import Refused
from amur.base.fields import ComputedField, FieldDeclaration, FieldError, Lookups
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.fees import engine as fees
from amur.procedures.opinions import engine as opinions
from amur.procedures.paths import CASE_VALUES, literal, resolve
from amur.procedures.permission import CaseFacts

CASE = Struct.of(
    {
        "number": Kind.TEXT,
        "region": Kind.TEXT,
        "state": Kind.TEXT,
        "submitted_on": Kind.DATE,
        "accepted_on": Kind.DATE,
        "decided_on": Kind.DATE,
    }
)
"""What an expression may read of the case itself."""

VALUE_KINDS: Mapping[str, Kind] = {
    "integer": Kind.INTEGER,
    "days": Kind.INTEGER,
    "money": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
}
"""Of which kind a dated value is, by its declared type."""


def variables(
    fields: Iterable[FieldDeclaration],
    value_types: Mapping[str, str] | None = None,
    rounds: Iterable[str] = (),
    charged: Iterable[str] = (),
) -> Struct:
    """Return what an expression about a case may read: the types of its dated values, which rounds and fees there are.

    >>> [name for name, _ in variables(()).fields], [name for name, _ in variables((), {"fee": "money"}).fields]
    (['form', 'case', 'today'], ['form', 'case', 'today', 'value'])
    """
    known: dict[str, Struct | Kind | ListOf] = {"form": variable_of(fields), "case": CASE, "today": Kind.DATE}
    if value_types:
        known["value"] = Struct.of({name: VALUE_KINDS[kind] for name, kind in value_types.items()})
    if asked_rounds := tuple(rounds):
        known["opinions"] = opinions.variables(asked_rounds)
    if named_fees := tuple(charged):
        known["fees"] = fees.variables(named_fees)
    return Struct.of(known)


def form_variables(fields: Iterable[FieldDeclaration]) -> Struct:
    """Return what may be read where it is decided what a form asks.

    >>> [name for name, _ in form_variables(()).fields]
    ['form', 'today']
    """
    return Struct.of({"form": variable_of(fields), "today": Kind.DATE})


@dataclass(frozen=True, slots=True)
class Moment:
    """What a case is when an expression about it is evaluated.

    ``where`` gives the zone and the calendar, ``dated`` the dated values as they are in force, ``said`` what came of
    the rounds of opinions and ``owed`` what is paid of the fees; none is called where no expression asks for it.
    """

    fields: Sequence[FieldDeclaration]
    form: Mapping[str, Json]
    today: date
    facts: CaseFacts = field(default_factory=CaseFacts)
    state: str = ""
    where: Callable[[], Context] = Context
    value_types: Mapping[str, str] = field(default_factory=dict)
    dated: Callable[[], Mapping[str, int | Decimal]] = dict
    rounds: tuple[str, ...] = ()
    said: Callable[[], Mapping[str, Mapping[str, object]]] = dict
    charged: tuple[str, ...] = ()
    owed: Callable[[], Mapping[str, Mapping[str, object]]] = dict

    def with_form(self, form: Mapping[str, Json]) -> Moment:
        """Return the same moment with other answers."""
        return replace(self, form=form)

    def program(self, source: str, kind: Kind | ListOf) -> Program:
        """Return the program of an expression.

        Raises:
            ExpressionError: if it is not one.
        """
        return compile_(source, variables(self.fields, self.value_types, self.rounds, self.charged), kind)

    def value(self, source: str, kind: Kind | ListOf) -> Json:
        """Return the value of an expression as a field keeps it.

        Raises:
            ExpressionError: if it has none.
            Refused: if it reads a dated value that the pack does not give for the day.
        """
        program = self.program(source, kind)
        return stored(evaluate(program, self._read_by(program), self.where()))

    def holds(self, source: str) -> bool:
        """Say whether a condition holds.

        Raises:
            ExpressionError: if it has no value.
            Refused: if it reads a dated value that the pack does not give for the day.
        """
        return self.value(source, Kind.BOOLEAN) is True

    def _read_by(self, program: Program) -> dict[str, object]:
        given: dict[str, object] = {
            "form": _cells(self.fields, self.form, program.reads_of("form")),
            "case": {
                "number": self.facts.number,
                "region": self.facts.region,
                "state": self.state,
                **self.facts.dates,
            },
            "today": self.today,
        }
        if program.reads_of("value"):
            given["value"] = self.dated()
        if program.reads_of("opinions"):
            given["opinions"] = self.said()
        if program.reads_of("fees"):
            given["fees"] = self.owed()
        return given


def _cells(fields: Iterable[FieldDeclaration], form: Mapping[str, Json], names: frozenset[str]) -> dict[str, object]:
    return {
        each.id: each.cel_cell(form[each.id]) for each in fields if each.id in names and form.get(each.id) is not None
    }


def refusal(transition: Transition, moment: Moment, given: Mapping[str, Json] | None = None) -> Refused | None:
    """Return why the guard of a transition does not let a case pass, or None if it does.

    ``given`` are the answers to what the transition asks. Without them, as long as nobody has been asked, a guard that
    reads one of them stands against nothing. A guard that has no value refuses.
    """
    missing = opinions.lacking(transition.needs_opinions, moment.said()) if transition.needs_opinions else None
    if missing or not transition.when:
        return missing
    try:
        if given is None:
            asked = {each.id for each in transition.asks}
            if moment.program(transition.when, Kind.BOOLEAN).reads_of("form") & asked:
                return None
        elif given:
            moment = moment.with_form({**moment.form, **given})
        if moment.holds(transition.when):
            return None
    except ExpressionError as error:
        return Refused(
            "guard_without_value",
            f"it cannot be told whether {transition.event!r} is possible: {error}",
            event=transition.event,
            found=error.found,
        )
    except Refused as error:
        return error
    words = transition.otherwise
    return Refused(
        "guard",
        words.en if words else f"the condition of {transition.event!r} does not hold",
        event=transition.event,
        zh=words.zh if words else "",
        en=words.en if words else "",
    )


def asked(definition: ProcedureDeclaration, moment: Moment) -> tuple[FieldDeclaration, ...]:
    """Return the fields that a form asks, given what was answered: in their order, those whose conditions hold.

    A condition sees the answers to what is asked before it and nothing else; one that has no value does not hold.
    """
    pages = [(page.when, field) for page in definition.pages for field in page.fields]
    return tuple(_asked([((page, field.when), field) for page, field in pages], definition.fields, moment, {}))


def asked_of(transition: Transition, moment: Moment) -> tuple[FieldDeclaration, ...]:
    """Return the fields that a transition asks, given the answers of the case and those to what it asks before."""
    known = {name: value for name, value in moment.form.items() if name not in {each.id for each in transition.asks}}
    conditions = [((field.when,), field) for field in transition.asks]
    return tuple(_asked(conditions, moment.fields, moment, known))


def _asked(
    conditions: Iterable[tuple[tuple[str, ...], FieldDeclaration]],
    fields: Sequence[FieldDeclaration],
    moment: Moment,
    known: dict[str, Json],
) -> Iterator[FieldDeclaration]:
    seen = dict(known)
    for sources, each in conditions:
        if all(_shows(source, fields, seen, moment) for source in sources if source):
            yield each
            if moment.form.get(each.id) is not None:
                seen[each.id] = moment.form[each.id]


def _shows(source: str, fields: Sequence[FieldDeclaration], seen: Mapping[str, Json], moment: Moment) -> bool:
    try:
        program = compile_(source, form_variables(fields), Kind.BOOLEAN)
        values = {"form": _cells(fields, seen, program.reads_of("form")), "today": moment.today}
        return evaluate(program, values, moment.where()) is True
    except ExpressionError:
        return False


def computed(fields: Sequence[FieldDeclaration], moment: Moment, found: Lookups | None = None) -> dict[str, Json]:
    """Return the answers with the values of the computed fields; one that needs a value which is absent is absent.

    A computed field sees what stands before it, other computed fields among it. With what fields refer to, each value
    is checked as its field keeps it.

    Raises:
        Refused: if an expression has no value for another reason, or one that does not fit.
    """
    return _computed(fields, replace(moment, fields=fields), found)


def computed_of(asked: Sequence[FieldDeclaration], moment: Moment, found: Lookups) -> dict[str, Json]:
    """Return the values of the computed fields among those that a transition asks, given what was answered so far.

    Each sees the answers of the case and what stands before it.

    Raises:
        Refused: as ``computed``.
    """
    names = {each.id for each in asked if isinstance(each, ComputedField)}
    return {name: value for name, value in _computed(asked, moment, found).items() if name in names} if names else {}


def _computed(fields: Iterable[FieldDeclaration], moment: Moment, found: Lookups | None) -> dict[str, Json]:
    form = dict(moment.form)
    for each in fields:
        if isinstance(each, ComputedField):
            form.pop(each.id, None)
            kind = type_of(each.cel_column())
            if isinstance(kind, Struct):
                continue
            try:
                value = moment.with_form(form).value(each.expression, kind)
                form[each.id] = each.validate_value(value, found) if found else value
            except (ExpressionError, FieldError) as error:
                if not getattr(error, "is_absence", False):
                    said = f"{each.id!r} cannot be computed: {error}"
                    raise Refused("computed_without_value", said, field=each.id) from error
    return form


def is_plain(text: str) -> bool:
    """Say whether what an effect writes is a path or a literal, which is copied as it is, an empty answer too.

    >>> [is_plain(text) for text in ("form.name", "case.number", "'in_force'", "12", "form.watts * 2", "today")]
    [True, True, True, True, False, False]
    """
    source, _, name = text.partition(".")
    if source in {"form", "case"}:
        return name.isidentifier() and (source == "form" or name in CASE_VALUES)
    try:
        literal(text)
    except ValueError:
        return False
    return True


def taken(text: str, kind: Type, moment: Moment) -> Json:
    """Return what an effect writes into a field: a path or a literal as it is, anything else computed as ``kind``.

    Raises:
        Refused: if the expression has no value, so that nothing is written that nobody meant.
    """
    if is_plain(text):
        return resolve(text, moment.form, moment.facts)
    if isinstance(kind, Struct):
        raise Refused("effect_without_value", f"{text!r} has no value: only a path fills a group of values")
    try:
        return moment.value(text, kind)
    except ExpressionError as error:
        raise Refused("effect_without_value", f"{text!r} has no value: {error}", found=error.found) from error
