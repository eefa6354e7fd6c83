"""This room's checks of a pack: what a register refers to exists, and what everybody may see is public.

Checks take parsed declarations and a function that finds the line of a path, such as ``("fields", 0, "codelist")`` in
the words of the file; they read no file themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from pydantic import BaseModel

from amur.base.declared import Text
from amur.base.faults import Fault
from amur.base.fields import FieldDeclaration
from amur.registers.declarations import RegisterDeclaration

Path: TypeAlias = "tuple[str | int, ...]"
Locate: TypeAlias = Callable[[Path], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Known:
    """What a declaration may refer to: ids of what else stands in the pack."""

    codelists: Collection[str] = ()
    schemes: Collection[str] = ()
    roles: Collection[str] = ()
    values: Collection[str] = ()
    languages: Collection[str] = field(default=("zh", "en"))


def check_register(declaration: RegisterDeclaration, known: Known, locate: Locate) -> list[Fault]:
    """Return all faults of a register."""
    faults = [
        *_references(declaration.fields, ("fields",), known, locate),
        *missing_texts(declaration, known, locate),
    ]
    for place, role in enumerate(declaration.readers):
        if role not in known.roles:
            faults.append(fault(locate, ("readers", place), "register.role", f"unknown role {role!r}", known.roles))
    shown = {name: place for place, name in enumerate(declaration.shows)}
    for name, place in shown.items() if declaration.public else ():
        if declaration.field(name).openness != "public":
            where = locate(("shows", place))
            found = f"a public register shows the restricted field {name!r}"
            faults.append(Fault(*where, "register.openness", found, "make the field public or do not show it"))
    if declaration.public and not any(field.openness == "public" for field in declaration.fields):
        where = locate(("public",))
        faults.append(Fault(*where, "register.openness", "a public register has no public field", "open one field"))
    return sorted(faults)


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
    return list(_missing(declaration, (), known, locate))


def _missing(value: object, at: Path, known: Known, locate: Locate) -> Iterator[Fault]:
    if isinstance(value, Text):
        for language in known.languages:
            if not getattr(value, language):
                yield Fault(*locate(at), "text.missing", f"no text in {language!r} for {value.en!r}", "translate it")
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            yield from _missing(getattr(value, name), (*at, info.alias or name), known, locate)
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _missing(item, (*at, place), known, locate)


def fault(locate: Locate, at: Path, check: str, found: str, choices: Collection[str]) -> Fault:
    """Return the fault of a name that is not among the declared ones."""
    listed = ", ".join(sorted(choices))
    return Fault(*locate(at), check, found, f"choose from {listed}" if listed else "declare it first")
