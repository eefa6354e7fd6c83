"""The rules of checks before submission: what does not hold, given the answers and what a register says; pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from amur.base.canonical import Json
from amur.base.expressions import Context, ExpressionError, Kind, Struct, compile_, evaluate, type_of, variable_of
from amur.base.faults import Refused
from amur.base.fields import FieldDeclaration
from amur.procedures.conditions import VALUE_KINDS
from amur.procedures.filling.declarations import Precheck

FOUND = "found"
"""What a check reads to know whether there is a record in force."""

Record = Mapping[str, object]
"""What is public of a record, as expressions read it, with ``found``."""


def variables(
    fields: Iterable[FieldDeclaration],
    public: Iterable[FieldDeclaration] | None = None,
    value_types: Mapping[str, str] | None = None,
) -> Struct:
    """Return what a check may read; ``public`` are the public fields of its register, where it names one.

    ``value_types`` are the types of the dated values that the procedure names.

    >>> [name for name, _ in variables(()).fields], [name for name, _ in variables((), ()).fields]
    (['form', 'today'], ['form', 'today', 'record'])
    >>> [name for name, _ in variables((), None, {"least": "money"}).fields]
    ['form', 'today', 'value']
    """
    known: dict[str, Struct | Kind] = {"form": variable_of(fields), "today": Kind.DATE}
    if public is not None:
        kinds = {each.id: type_of(each.cel_column()) for each in public}
        known["record"] = Struct.of({FOUND: Kind.BOOLEAN, **kinds})
    if value_types:
        known["value"] = Struct.of({name: VALUE_KINDS[kind] for name, kind in value_types.items()})
    return Struct.of(known)


def cells(fields: Iterable[FieldDeclaration], values: Mapping[str, Json]) -> dict[str, object]:
    """Return values as expressions read them.

    >>> cells((), {"name": "x"})
    {}
    """
    return {each.id: each.cel_cell(values[each.id]) for each in fields if values.get(each.id) is not None}


def text_of(
    source: str, fields: Sequence[FieldDeclaration], form: Mapping[str, Json], today: date, where: Context
) -> str:
    """Return the key that an expression gives; empty as long as an answer that it reads is absent.

    >>> text_of("form.name", (), {}, date(2026, 3, 10), Context())
    ''
    >>> text_of("'L-1'", (), {}, date(2026, 3, 10), Context())
    'L-1'
    """
    try:
        program = compile_(source, variables(fields), Kind.TEXT)
        return str(evaluate(program, {"form": cells(fields, form), "today": today}, where))
    except ExpressionError:
        return ""


def failing(
    checks: Iterable[Precheck],
    fields: Sequence[FieldDeclaration],
    form: Mapping[str, Json],
    *,
    today: date,
    where: Context,
    record: Callable[[Precheck], tuple[Sequence[FieldDeclaration], Record]],
    value_types: Mapping[str, str] | None = None,
    dated: Callable[[frozenset[str]], Mapping[str, int | Decimal]] | None = None,
) -> tuple[Precheck, ...]:
    """Return the checks that do not hold, in their order. One that has no value does not hold: it fails closed.

    ``dated`` gives the dated values of these ids as they are in force, as far as any is.

    >>> from amur.base.declared import Text
    >>> check = Precheck(id="never", holds="1 > 2", message=Text(zh="不行", en="No"), severity="warn")
    >>> lost = check.model_copy(update={"id": "lost", "holds": "form.name == 'x'"})
    >>> fine = check.model_copy(update={"id": "fine", "holds": "today == today"})
    >>> [one.id for one in failing([check, lost, fine], (), {}, today=date(2026, 3, 10), where=Context(), record=dict)]
    ['never', 'lost']
    >>> much = check.model_copy(update={"id": "much", "holds": "value.least <= 5"})
    >>> told = {"today": date(2026, 3, 10), "where": Context(), "record": dict, "value_types": {"least": "integer"}}
    >>> [len(failing([much], (), {}, **told, dated=lambda names: given)) for given in ({"least": 5}, {"least": 6}, {})]
    [0, 1, 1]
    """
    found = []
    for check in checks:
        values: dict[str, object] = {"form": cells(fields, form), "today": today}
        public: Sequence[FieldDeclaration] | None = None
        if check.register_id:
            public, values["record"] = record(check)
        try:
            program = compile_(check.holds, variables(fields, public, value_types), Kind.BOOLEAN)
            if dated and (names := program.reads_of("value")):
                values["value"] = dated(names)
            holds = evaluate(program, values, where) is True
        except ExpressionError:
            holds = False
        if not holds:
            found.append(check)
    return tuple(found)


def why_not(found: Iterable[Precheck], confirmed: Collection[str]) -> Refused | None:
    """Return what keeps a form from being submitted, or None: a check that stops, or a warning nobody confirmed.

    >>> from amur.base.declared import Text
    >>> check = Precheck(id="late", holds="false", message=Text(zh="晚", en="Late"), severity="warn")
    >>> why_not([check], []).code, why_not([check], ["late"]) is None
    ('checks_to_confirm', True)
    """
    listed = list(found)
    stops = [one.id for one in listed if one.severity == "stop"]
    if stops:
        return Refused("checks_stop", f"it does not hold: {', '.join(stops)}", checks=",".join(stops))
    open_ = [one.id for one in listed if one.id not in confirmed]
    if open_:
        return Refused("checks_to_confirm", f"confirm what was warned of: {', '.join(open_)}", checks=",".join(open_))
    return None
