"""This room's checks of a pack: a method names a model that the kernel knows, and what it says of it fits.

Checks take parsed declarations and a function that finds the line of a path; they read no file themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath

from amur.base.codelists import CodeList
from amur.base.datasets import Shape
from amur.base.faults import Fault
from amur.base.fields import CodeField, FieldError, Lookups
from amur.base.fields.column import Column
from amur.registers.checks import Known, Locate, Path, fault, missing_texts
from amur.studies.catalogue import MODELS, InputShape, Model
from amur.studies.declarations import InputDeclaration, MethodDeclaration, ParameterDeclaration


def check_method(
    declaration: MethodDeclaration,
    known: Known,
    datasets: Collection[Shape],
    codelists: Mapping[str, CodeList],
    locate: Locate,
) -> list[Fault]:
    """Return all faults of a method, given the shapes of the datasets and the lists of codes that its pack has."""
    faults = [*missing_texts(declaration, known, locate), *_roles(declaration, known, locate)]
    model = MODELS.get(declaration.model)
    if model is None:
        found = f"unknown model {declaration.model!r}"
        faults.append(fault(locate, ("model",), "method.model", found, MODELS))
    else:
        shapes = {shape.name: shape for shape in datasets}
        faults += _inputs(declaration, model, shapes, locate)
        faults += _parameters(declaration, model, known, codelists, locate)
        faults += _public(declaration, model, shapes, locate)
    return sorted(faults)


def check_challenge(declaration: MethodDeclaration, procedures: Collection[str], locate: Locate) -> Iterator[Fault]:
    """Yield a fault if what takes challenges of a public result is no procedure of the pack."""
    if declaration.challenge is not None and declaration.challenge not in procedures:
        found = f"unknown procedure {declaration.challenge!r}"
        yield fault(locate, ("challenge",), "method.challenge", found, procedures)


def _roles(declaration: MethodDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    for name in ("runs", "publishes"):
        for place, role in enumerate(getattr(declaration, name)):
            if role not in known.roles:
                yield fault(locate, (name, place), "method.role", f"unknown role {role!r}", known.roles)


def _inputs(
    declaration: MethodDeclaration, model: Model, datasets: Mapping[str, Shape], locate: Locate
) -> Iterator[Fault]:
    """Yield inputs that the model does not have, that it needs and are not there, and that do not fit."""
    named = {one.id for one in declaration.inputs if not one.optional}
    missing = [name for name, shape in model.inputs.items() if shape.required and name not in named]
    for name in missing:
        found = f"the model {model.id!r} needs the input {name!r}"
        yield Fault(*locate(("inputs",)), "method.input", found, "say where it comes from")
    for place, one in enumerate(declaration.inputs):
        at: Path = ("inputs", place)
        shape = model.inputs.get(one.id)
        if shape is None:
            found = f"the model {model.id!r} has no input {one.id!r}"
            yield fault(locate, (*at, "id"), "method.input", found, model.inputs)
        elif one.dataset is not None:
            yield from _of_dataset(one, shape, datasets, at, locate)
        else:
            yield from _ending(one, shape, at, locate)


def _of_dataset(
    one: InputDeclaration, shape: InputShape, datasets: Mapping[str, Shape], at: Path, locate: Locate
) -> Iterator[Fault]:
    """Yield what of a dataset does not fit the table that the model takes."""
    if not shape.is_table:
        found = f"the input {one.id!r} is a file, and a dataset is a table"
        yield Fault(*locate((*at, "dataset")), "method.dataset", found, "take it from a package or a file")
        return
    dataset = datasets.get(one.dataset or "")
    if dataset is None:
        yield fault(locate, (*at, "dataset"), "method.dataset", f"unknown dataset {one.dataset!r}", datasets)
        return
    for name, column in shape.columns.items():
        if column.required and name not in one.columns:
            found = f"the input {one.id!r} needs the column {name!r}"
            yield Fault(*locate((*at, "columns")), "method.column", found, "say which column of the dataset it is")
    columns = dataset.all_columns
    for name, path in one.columns.items():
        where = locate((*at, "columns", name))
        if name not in shape.columns:
            yield fault(locate, (*at, "columns", name), "method.column", f"unknown column {name!r}", shape.columns)
        elif path.partition(".")[0] not in columns:
            found = f"the dataset {one.dataset!r} has no column {path!r}"
            yield fault(locate, (*at, "columns", name), "method.column", found, columns)
        elif not _is_single(columns, path):
            found = f"{path!r} is no single value"
            yield Fault(*where, "method.column", found, "name a part of it, such as place.lat of a point")


def _is_single(columns: Mapping[str, Column], path: str) -> bool:
    name, _, part = path.partition(".")
    column = columns[name]
    if part:
        return column.kind == "struct" and part in dict(column.columns) and dict(column.columns)[part].is_scalar
    return column.is_scalar


def _ending(one: InputDeclaration, shape: InputShape, at: Path, locate: Locate) -> Iterator[Fault]:
    """Yield a file by whose name one sees that the model cannot read it."""
    name, where = (one.package.file, (*at, "package", "file")) if one.package else (one.file or "", (*at, "file"))
    ending = PurePosixPath(name).suffix.lower()
    if name and ending not in shape.endings and not ("/" in shape.endings and not ending):
        listed = ", ".join(sorted(shape.endings))
        found = f"the input {one.id!r} is no file that ends in {ending!r}"
        yield Fault(*locate(where), "method.file", found, f"give one that ends in one of {listed}")


def _parameters(
    declaration: MethodDeclaration, model: Model, known: Known, codelists: Mapping[str, CodeList], locate: Locate
) -> Iterator[Fault]:
    """Yield parameters that the model does not have, that it needs, and that begin at what they may not be."""
    named = {one.field.id for one in declaration.parameters}
    missing = [name for name, shape in model.parameters.items() if shape.required and name not in named]
    for name in missing:
        found = f"the model {model.id!r} needs the parameter {name!r}"
        at: Path = ("parameters",) if declaration.parameters else ("model",)
        yield Fault(*locate(at), "method.parameter", found, "declare its field")
    for place, one in enumerate(declaration.parameters):
        at = ("parameters", place)
        shape = model.parameters.get(one.field.id)
        if shape is None:
            found = f"the model {model.id!r} has no parameter {one.field.id!r}"
            yield fault(locate, (*at, "field", "id"), "method.parameter", found, model.parameters)
        elif one.field.type not in shape.types:
            found = f"the parameter {one.field.id!r} is a {one.field.type}"
            yield fault(locate, (*at, "field", "type"), "method.parameter", found, shape.types)
        elif isinstance(one.field, CodeField) and one.field.codelist not in codelists:
            found = f"unknown codelist {one.field.codelist!r}"
            yield fault(locate, (*at, "field", "codelist"), "field.codelist", found, codelists)
        else:
            yield from _beginning(one, known, Lookups(date.max, codelists=codelists), at, locate)


def _beginning(one: ParameterDeclaration, known: Known, lookups: Lookups, at: Path, locate: Locate) -> Iterator[Fault]:
    if one.value is not None and one.value not in known.values:
        yield fault(locate, (*at, "value"), "method.value", f"unknown value {one.value!r}", known.values)
    if one.default is not None:
        try:
            one.field.parse(one.default, lookups)
        except FieldError as error:
            found = f"the default of {one.field.id!r}: {str(error).partition('; ')[0]}"
            yield Fault(*locate((*at, "default")), "method.default", found, "give one that its field takes")


def _public(
    declaration: MethodDeclaration, model: Model, datasets: Mapping[str, Shape], locate: Locate
) -> Iterator[Fault]:
    """Yield figures that the model does not have, and what would give away what not everybody may read."""
    public = declaration.public
    for place, name in enumerate(public.summary if public else ()):
        if name not in model.figures and model.figure(name) is None:
            found = f"the model {model.id!r} has no figure {name!r}"
            yield fault(locate, ("public", "summary", place), "method.figure", found, model.figures)
    for place, one in enumerate(declaration.inputs if public and public.files else ()):
        shape = datasets.get(one.dataset or "")
        if shape is not None and shape.openness == "restricted":
            found = f"files of the result are public, and {one.dataset!r} is restricted"
            fix = "read the public dataset, or publish figures alone"
            yield Fault(*locate(("inputs", place, "dataset")), "method.openness", found, fix)
