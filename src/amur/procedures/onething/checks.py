"""Checks of one thing: its cases can be opened from the one form, in an order that ends, and be taken back together."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.expressions import Kind
from amur.base.faults import Fault
from amur.base.fields import FieldDeclaration, FileField
from amur.procedures.declarations import APPLICANT, CASES, ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.onething.declarations import Child, OneThing
from amur.procedures.onething.engine import values_for
from amur.procedures.sourcechecks import Sources
from amur.registers.checks import Known, Locate, Path, check_expression, fault

_AT: Path = ("one_thing",)


def check_one_thing(definition: ProcedureDeclaration, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of one thing, and arrows by its cases where there is none."""
    rule = definition.one_thing
    ends = {rule.done, rule.refused} if rule else set()
    for place, arrow in enumerate(definition.transitions):
        if arrow.by == CASES and arrow.event not in ends:
            found = f"nothing lets {arrow.event!r} happen"
            yield Fault(*locate(("transitions", place, "by")), "one_thing.unused", found, "name it in one_thing")
    if rule is None:
        return
    yield from _events(definition, rule, locate)
    sources, before = Sources(definition, known, locate), set[str]()
    for place, child in enumerate(rule.children):
        at: Path = (*_AT, "children", place)
        if child.procedure_id in before:
            found = f"{child.procedure_id!r} is opened twice"
            yield Fault(*locate((*at, "procedure")), "one_thing.twice", found, "name each procedure once")
        for name in child.after:
            if name not in before:
                yield fault(locate, (*at, "after"), "one_thing.after", f"{name!r} does not come before it", before)
        if child.when:
            yield from check_expression(
                child.when, sources.variables, Kind.BOOLEAN, (*at, "when"), check="one_thing.when", locate=locate
            )
        yield from _opened(child, sources, beside, at)
        before.add(child.procedure_id)


def _events(definition: ProcedureDeclaration, rule: OneThing, locate: Locate) -> Iterator[Fault]:
    """Find events that are none, or that somebody else fires than the one who can."""
    arrows = {arrow.event: arrow for arrow in definition.transitions}
    for option in ("opens", "done", "refused", "withdraws"):
        name = getattr(rule, option)
        if name not in arrows:
            yield fault(locate, (*_AT, option), "one_thing.event", f"unknown event {name!r}", arrows)
            continue
        arrow = arrows[name]
        if option in {"done", "refused"} and arrow.by != CASES:
            found = f"{name!r} is fired by {arrow.by!r} and not when its cases are over"
            yield Fault(*locate((*_AT, option)), "one_thing.by", found, f"set by: {CASES}")
        elif option in {"done", "refused"} and (arrow.asks or arrow.reason != "none" or arrow.when):
            found = f"{name!r} asks somebody, and it happens by itself"
            yield Fault(*locate((*_AT, option)), "one_thing.asks", found, "take asks, reason and when out")
        elif option == "withdraws" and arrow.by != APPLICANT:
            found = f"{name!r} is fired by {arrow.by!r}"
            yield Fault(*locate((*_AT, option)), "one_thing.by", found, "let the applicant take it back")


def _opened(child: Child, sources: Sources, beside: Beside, at: Path) -> Iterator[Fault]:
    """Find a form that would not be whole, answers that do not fit, and a case that cannot be taken back."""
    locate, definition = sources.locate, sources.definition
    opened = beside.procedures.get(child.procedure_id)
    if opened is None:
        found = f"unknown procedure {child.procedure_id!r}"
        yield fault(locate, (*at, "procedure"), "one_thing.procedure", found, beside.procedures)
        return
    values = values_for(child, opened.fields, definition.fields)
    where: Path = (*at, "values") if child.values else at
    always = {one.id for page in opened.pages if not page.when for one in page.fields if not one.when and one.required}
    for name in sorted(always - {*values}):
        if next(one for one in opened.fields if one.id == name).type != "computed":
            found = f"{opened.id!r} requires {name!r}, which nobody is asked"
            yield Fault(*locate(where), "one_thing.field", found, f"ask {name!r} in the form, or give it a value")
    targets = {one.id: one for one in opened.fields if one.type not in {"file", "computed"}}
    plain = {name: source for name, source in values.items() if name not in _files(opened.fields)}
    problems = [*sources.into(plain, targets, opened.id, where), *_of_files(opened, values, definition, where, sources)]
    # What a condition reads is for its author to know: where it holds the answer may well be there.
    read = {f"form.{field.id} " for field in definition.fields if f"form.{field.id}" in child.when}
    yield from (one for one in problems if one.check != "effect.required" or not one.found.startswith(tuple(read)))
    arrow = next((one for one in opened.transitions if one.event == child.withdraw), None)
    if arrow is None or arrow.by != APPLICANT or arrow.asks or arrow.reason == "required":
        found = f"the party cannot take {opened.id!r} back by {child.withdraw!r} without being asked more"
        yield Fault(*locate(at), "one_thing.withdraw", found, "name the event by which it can")


def _of_files(
    opened: ProcedureDeclaration, values: dict[str, str], definition: ProcedureDeclaration, at: Path, sources: Sources
) -> Iterator[Fault]:
    """Find files that do not come from a file of the form, or that the opened form would not take."""
    given, wanted = _files(definition.fields), _files(opened.fields)
    for name in sorted({*wanted} & {*values}):
        source = given.get(values[name].removeprefix("form."))
        if source is None:
            found = f"{values[name]} is no file, but {name!r} of {opened.id!r} is one"
            yield Fault(*sources.locate(at), "effect.type", found, "take a field of type file")
        elif not {*source.media_types} <= {*wanted[name].media_types} or source.max_bytes > wanted[name].max_bytes:
            found = f"{source.id!r} takes files that {name!r} of {opened.id!r} does not"
            yield Fault(*sources.locate(at), "effect.type", found, "accept the same kinds and no larger files")
        elif wanted[name].required and not source.required:
            found = f"{values[name]} may be empty, but {name!r} is required"
            yield Fault(*sources.locate(at), "effect.required", found, "require it in the form")


def _files(fields: tuple[FieldDeclaration, ...]) -> dict[str, FileField]:
    return {one.id: one for one in fields if isinstance(one, FileField)}
