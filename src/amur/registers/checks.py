"""This room's checks of a pack: what a register refers to exists, and what everybody may see is public.

Checks take parsed declarations and a function that finds the line of a path, such as ``("fields", 0, "codelist")`` in
the words of the file; they read no file themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic import BaseModel

from amur.base.declared import Text, inside
from amur.base.expressions import ExpressionError, Kind, ListOf, Struct, compile_, type_of, variable_of
from amur.base.faults import Fault
from amur.base.fields import ComputedField, FieldDeclaration
from amur.registers.declarations import RegisterDeclaration, is_open

Path: TypeAlias = "tuple[str | int, ...]"
Locate: TypeAlias = Callable[[Path], tuple[str, int]]


_TAKEN = frozenset({"q", "page", "state", "valid_on", "known_at"})
"""Names that an address of a list uses for something else than a filter."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a declaration may refer to: ids of what else stands in the pack, dated values with types and currencies.

    ``said`` are the Chinese words that are translated apart from where they stand, by language.
    """

    codelists: Collection[str] = ()
    schemes: Collection[str] = ()
    roles: Collection[str] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)
    languages: Collection[str] = field(default=("zh", "en"))
    said: Mapping[str, Collection[str]] = field(default_factory=dict)


def check_register(declaration: RegisterDeclaration, known: Known, locate: Locate) -> list[Fault]:
    """Return all faults of a register."""
    faults = [
        *_references(declaration.fields, ("fields",), known, locate),
        *missing_texts(declaration, known, locate),
        *_roles(declaration, known, locate),
        *_openness(declaration, locate),
        *_findable(declaration, locate),
        *_states(declaration, locate),
        *_expressions(declaration, locate),
    ]
    return sorted(faults)


def _roles(declaration: RegisterDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    for name in ("readers", "kept_by"):
        for place, role in enumerate(getattr(declaration, name)):
            if role not in known.roles:
                yield fault(locate, (name, place), "register.role", f"unknown role {role!r}", known.roles)
    if declaration.erasure and (role := declaration.erasure.by) not in known.roles:
        yield fault(locate, ("erasure", "by"), "register.role", f"unknown role {role!r}", known.roles)


def _openness(declaration: RegisterDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield what a public register shows in lists and may not, and a public register that tells nothing."""
    if not declaration.public:
        return
    for place, name in enumerate(declaration.shows):
        if not is_open(declaration.field(name)):
            found = f"a public register shows the restricted field {name!r}"
            where = locate(("shows", place))
            yield Fault(*where, "register.openness", found, "make the field public or do not show it")
    if not any(is_open(field) for field in declaration.fields):
        where = locate(("public",))
        yield Fault(*where, "register.openness", "a public register has no public field", "open one field")


def _findable(declaration: RegisterDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield filters and keys that cannot be: what is personal can be erased, so nothing may be found by it."""
    for place, name in enumerate(declaration.filters):
        field = declaration.field(name)
        if field.index() is None:
            why = "is personal data" if field.personal_class != "none" else f"is a {field.type}"
            found = f"{name!r} {why}, by which lists cannot be filtered"
            yield Fault(*locate(("filters", place)), "register.filter", found, "take it out of filters")
        if name in _TAKEN:
            found = f"a filter cannot be called {name!r}, which addresses of lists use"
            yield Fault(*locate(("filters", place)), "register.filter", found, "give the field another id")
    for option in ("key", "holder"):
        name = getattr(declaration, option)
        if name and (declaration.field(name).index() is None or declaration.field(name).type == "computed"):
            found = f"{option} names {name!r}, which is personal, composite or computed"
            yield Fault(*locate((option,)), f"register.{option}", found, "name a simple field that is not personal")


def _states(declaration: RegisterDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield states that no record can reach, and those that are not final and lead nowhere."""
    reached, ways = {declaration.initial_state.id}, declaration.events
    for _ in declaration.states:
        reached |= {event.target for event in ways if reached & set(event.sources)}
    leaving = {source for event in ways for source in event.sources}
    for place, state in enumerate(declaration.states):
        if state.id not in reached:
            found = f"no event leads to the state {state.id!r}"
            yield Fault(
                *locate(("states", place)), "register.state", found, "declare the event, or take the state away"
            )
        elif state.id not in leaving and not state.final and ways:
            found = f"no event leads on from the state {state.id!r}"
            yield Fault(
                *locate(("states", place)), "register.state", found, "make it final: true, or declare the event"
            )


def _expressions(declaration: RegisterDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield computed fields that cannot be computed, and conditions, which only a form has."""
    for place, each in enumerate(declaration.fields):
        if each.when:
            found = f"{each.id!r} is asked only when, but a register asks nothing"
            yield Fault(
                *locate(("fields", place, "when")), "register.condition", found, "give the condition to the form"
            )
        if isinstance(each, ComputedField):
            at: Path = ("fields", place, "expression")
            kind = type_of(each.cel_column())
            if isinstance(kind, Struct):
                found = f"{each.id!r} is computed as a group of values"
                yield Fault(*locate(at), "computed", found, "compute single values")
                continue
            known = Struct.of({"record": variable_of(declaration.fields[:place])})
            yield from check_expression(each.expression, known, kind, at, check="computed", locate=locate)


def check_fields(fields: tuple[FieldDeclaration, ...], at: Path, known: Known, locate: Locate) -> list[Fault]:
    """Return the faults of declared fields that stand at a path."""
    return list(_references(fields, at, known, locate))


def _references(fields: tuple[FieldDeclaration, ...], at: Path, known: Known, locate: Locate) -> Iterator[Fault]:
    for place, declared in enumerate(fields):
        for option, ids in (("codelist", known.codelists), ("scheme", known.schemes)):
            name = getattr(declared, option, None)
            if name is not None and name not in ids:
                yield fault(locate, (*at, place, option), f"field.{option}", f"unknown {option} {name!r}", ids)


def missing_texts(declaration: BaseModel, known: Known, locate: Locate) -> list[Fault]:
    """Return each text that is missing in a language that the pack says is complete."""
    return [
        Fault(*locate(at), "text.missing", f"no text in {language!r} for {text.en!r}", "translate it")
        for at, text in inside(declaration)
        if isinstance(text, Text)
        for language in known.languages
        if not getattr(text, language) and text.zh not in known.said.get(language, ())
    ]


def fault(locate: Locate, at: Path, check: str, found: str, choices: Collection[str]) -> Fault:
    """Return the fault of a name that is not among the declared ones."""
    listed = ", ".join(sorted(choices))
    return Fault(*locate(at), check, found, f"choose from {listed}" if listed else "declare it first")


def check_expression(source: str, known: Struct, kind: Any, at: Path, *, check: str, locate: Locate) -> Iterator[Fault]:
    """Yield the fault of an expression, with the column inside it; in a text of several lines, with its line too."""
    try:
        compile_(source, known, kind if isinstance(kind, ListOf) else Kind(kind))
    except ExpressionError as error:
        file, line = locate(at)
        place = f"column {error.column}" if "\n" not in source else f"line {error.line}, column {error.column}"
        yield Fault(file, line, check, f"in {_short(source)!r}, {place}: {error.found}", error.fix)


def _short(source: str) -> str:
    longest = 80
    return source if len(source) <= longest else f"{source[:longest]}…"
