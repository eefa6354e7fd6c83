"""Checks of what helps to fill in a form: registers and fields exist, types agree, expressions can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from amur.base.expressions import Kind
from amur.base.faults import Fault
from amur.base.fields import FieldError, Lookups
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.filling.engine import variables
from amur.registers.checks import Locate, Path, check_expression, fault

_REFERS = frozenset({"code", "reference", "region", "identifier", "file", "person", "group"})
"""Types whose samples refer to what is known only when a pack runs; such a sample is shown as it is."""


def check_filling(
    definition: ProcedureDeclaration, beside: Beside, values: Mapping[str, str], locate: Locate
) -> Iterator[Fault]:
    """Yield the faults of prefilled answers, of checks before submission and of the sample."""
    yield from _prefill(definition, beside, locate)
    yield from _checks(definition, beside, {name: values[name] for name in definition.values if name in values}, locate)
    yield from _sample(definition, locate)


def _prefill(definition: ProcedureDeclaration, beside: Beside, locate: Locate) -> Iterator[Fault]:
    fields = {each.id: each for each in definition.fields}
    order = list(fields)
    for place, one in enumerate(definition.prefill):
        at: Path = ("prefill", place)
        if one.field not in fields:
            yield fault(locate, (*at, "field"), "prefill.field", f"unknown field {one.field!r}", fields)
            continue
        before = [fields[name] for name in order[: order.index(one.field)]]
        yield from check_expression(one.key, variables(before), Kind.TEXT, (*at, "key"), check="prefill", locate=locate)
        register = beside.registers.get(one.register_id)
        if register is None:
            unknown = f"unknown register {one.register_id!r}"
            yield fault(locate, (*at, "register"), "prefill.register", unknown, beside.registers)
            continue
        columns = {each.id: each for each in register.fields}
        if one.value not in columns:
            yield fault(locate, (*at, "value"), "prefill.value", f"unknown field {one.value!r}", columns)
        elif columns[one.value].type != fields[one.field].type:
            found = f"{one.value!r} is {columns[one.value].type} and {one.field!r} is {fields[one.field].type}"
            yield Fault(*locate((*at, "value")), "prefill.type", found, "name a field of the same type")


def _checks(
    definition: ProcedureDeclaration, beside: Beside, values: Mapping[str, str], locate: Locate
) -> Iterator[Fault]:
    names: list[str] = []
    for place, one in enumerate(definition.checks):
        at: Path = ("checks", place)
        if one.id in names:
            yield Fault(*locate((*at, "id")), "precheck.id", f"found check {one.id!r} twice", "give each one id")
        names.append(one.id)
        public = None
        if one.register_id:
            register = beside.registers.get(one.register_id)
            if register is None or not register.public:
                public_ones = [name for name, each in beside.registers.items() if each.public]
                unknown = f"no public register {one.register_id!r}"
                yield fault(locate, (*at, "register"), "precheck.register", unknown, public_ones)
                continue
            public = [each for each in register.fields if each.openness == "public"]
            key = variables(definition.fields)
            yield from check_expression(one.key, key, Kind.TEXT, (*at, "key"), check="precheck", locate=locate)
        known = variables(definition.fields, public, values)
        yield from check_expression(one.holds, known, Kind.BOOLEAN, (*at, "holds"), check="precheck", locate=locate)


def _sample(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    if not definition.sample:
        return
    fields = {each.id: each for each in definition.fields}
    for name in definition.sample:
        if name not in fields:
            yield fault(locate, ("sample", name), "sample.field", f"the form has no field {name!r}", fields)
    for each in definition.fields:
        raw = definition.sample.get(each.id, "")
        if each.type in {*_REFERS, "computed"} and raw:
            continue
        if each.type in {"file", "computed"} or (not raw and (each.when or _is_conditional(definition, each.id))):
            continue
        try:
            each.parse(raw, Lookups(date.max.replace(year=2026)))
        except FieldError as error:
            where = ("sample", each.id) if each.id in definition.sample else ("sample",)
            yield Fault(*locate(where), "sample.value", f"the sample of {each.id!r}: {error}", "give one that fits")


def _is_conditional(definition: ProcedureDeclaration, name: str) -> bool:
    return any(page.when and any(each.id == name for each in page.fields) for page in definition.pages)
