"""Checks of where effects and documents take their values from: each path names something, each value fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amur.base.expressions import Kind, Struct, Type, type_of
from amur.base.faults import Fault
from amur.base.fields import CodeField, ComputedField, FieldDeclaration, IdentifierField, TextField
from amur.procedures.conditions import is_plain, variables
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.paths import CASE_VALUES
from amur.registers.checks import Known, Locate, Path, check_expression, fault


class Sources:
    """What expressions of a procedure may take values from."""

    def __init__(self, definition: ProcedureDeclaration, known: Known, locate: Locate) -> None:
        self.definition, self.locate = definition, locate
        values = {name: known.values[name] for name in definition.values if name in known.values}
        rounds, fees = [one.id for one in definition.opinions], [fee.id for fee in definition.fees]
        self.variables = variables(definition.data_fields, values, rounds, fees)

    def into(
        self, values: Mapping[str, str], targets: Mapping[str, FieldDeclaration], of: str, at: Path
    ) -> Iterator[Fault]:
        """Find values for fields that ``of`` does not have, and values that do not fit their fields."""
        for name, source in values.items():
            where: Path = (*at, name)
            if name not in targets:
                yield fault(self.locate, where, "effect.value", f"{of!r} has no field {name!r}", targets)
                continue
            problems = list(self.of_kind(source, type_of(targets[name].cel_column()), where))
            yield from problems
            if is_plain(source) and not problems:
                yield from _fits(self.definition, source, targets[name], where, self.locate)

    def day(self, source: str, at: Path) -> Iterator[Fault]:
        """Find what is no date."""
        problems = list(self.of_kind(source, Kind.DATE, at))
        yield from problems
        days = {f"form.{each.id}" for each in self.definition.data_fields if each.type == "date"}
        days |= {f"case.{name}" for name, kind in CASE_VALUES.items() if kind == "date"}
        if is_plain(source) and not problems and source not in days:
            yield fault(self.locate, at, "effect.type", f"{source} is not a date", days)

    def of_kind(self, source: str, kind: Type, at: Path) -> Iterator[Fault]:
        """Find a path that names nothing, and an expression that has no value of the kind."""
        form = {declared.id for declared in self.definition.data_fields}
        begin, _, name = source.partition(".")
        if is_plain(source):
            if begin == "form" and name not in form:
                yield fault(self.locate, at, "effect.path", f"the form has no field {name!r}", form)
        elif isinstance(kind, Struct):
            found = f"{source!r} fills a group of values"
            yield Fault(*self.locate(at), "effect.path", found, "copy a field of the same type by its path")
        else:
            yield from check_expression(source, self.variables, kind, at, check="effect.path", locate=self.locate)


def _fits(
    definition: ProcedureDeclaration, path: str, target: FieldDeclaration, at: Path, locate: Locate
) -> Iterator[Fault]:
    """Find a value whose type is not that of its field, and an optional one where a value is required."""
    source, _, name = path.partition(".")
    if source == "form":
        origin = next(declared for declared in definition.data_fields if declared.id == name)
        kept = origin.inner if isinstance(origin, ComputedField) else origin
        same = kept.type == target.type and _list_of(kept) == _list_of(target)
        found_type, is_sure = kept.type, origin.required
        too_long = isinstance(kept, TextField) and isinstance(target, TextField) and kept.max_length > target.max_length
    elif source == "case":
        found_type, is_sure, too_long = CASE_VALUES[name], True, False
        same = found_type == target.type
    else:
        return
    if not same and target.type != "text":
        found = f"{path} is {found_type}, but {target.id!r} is {target.type} of another list or kind"
        yield Fault(*locate(at), "effect.type", found, "take a value of the same type")
    if too_long:
        found = f"{path} may be longer than {target.id!r} holds"
        yield Fault(*locate(at), "effect.length", found, "give both the same max_length")
    if target.required and not is_sure:
        found = f"{path} may be empty, but {target.id!r} is required"
        yield Fault(*locate(at), "effect.required", found, "require it in the form or not in the register")


def _list_of(field: FieldDeclaration) -> str:
    """Return the list or scheme out of which the values of a field come."""
    if isinstance(field, CodeField):
        return field.codelist
    return field.scheme if isinstance(field, IdentifierField) else ""
