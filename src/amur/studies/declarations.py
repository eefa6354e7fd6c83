"""What a pack can say about a method: which model computes, on what, with which parameters, and what becomes public."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from amur.base.declared import Basis, Carrier, Declared, Identifier, Text
from amur.base.fields import AnyField

Origin: TypeAlias = Literal["dataset", "package", "file", "content", "given"]
ORIGINS: tuple[Origin, ...] = ("dataset", "package", "file", "content", "given")
"""Where an input may come from; each input says one of them."""

ColumnPath = Annotated[str, Field(pattern=r"^_?[a-z][a-z0-9_]*(\.[a-z0-9_]+)?$")]
"""A column of a dataset, or a part of one, such as ``place.lat`` of a point."""
_FILE = r"^[^/\\\x00.][^/\\\x00]*(/[^/\\\x00.][^/\\\x00]*)*$"
"""A path downwards; no part of it begins with a dot."""


def _as_typed(value: Any) -> Any:
    """Return what a person would type: YAML reads a bare number or yes as what it is no text for."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else value


Typed = Annotated[str, BeforeValidator(_as_typed, json_schema_input_type=str | int | bool)]
"""A value as a person types it; a number with decimals stands in quotes, so that no digit is lost."""


class PackageData(Declared):
    """A file of an installed package of data: the package by its name, and the file within it."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    file: str = Field(pattern=_FILE)


class InputDeclaration(Declared):
    """An input of a method, by the name that the model has for it, and where it comes from: one of five ways.

    ``dataset`` takes the rows that stand in a dataset of the pack, and ``columns`` says which of its columns each of
    the model's is. ``package`` is a file of a package of data. ``file`` lies in the folder ``inputs`` of the
    installation's data. ``content`` is written here. ``given`` is handed over by whoever runs a study; where it is
    ``optional``, the study runs without it too. ``simulated`` says that data are made up, and how; every result that
    rests on them says so.
    """

    id: Identifier
    title: Text
    dataset: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    columns: dict[Identifier, ColumnPath] = Field(default_factory=dict)
    package: PackageData | None = None
    file: str | None = Field(default=None, pattern=_FILE)
    content: str | None = Field(default=None, min_length=1, max_length=100_000)
    given: Literal[True] | None = None
    optional: bool = False
    sha256: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")
    source: str = ""
    simulated: Text | None = None

    @property
    def origin(self) -> Origin:
        """Return which of the ways it is."""
        return next(name for name in ORIGINS if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> InputDeclaration:
        said = [name for name in ORIGINS if getattr(self, name) is not None]
        if len(said) != 1:
            found = " and ".join(said) or "nothing"
            raise ValueError(f"input {self.id!r} comes from {found}; say one of {', '.join(ORIGINS)}")
        if bool(self.columns) != (self.dataset is not None):
            raise ValueError(f"input {self.id!r}: columns stand with a dataset, and only there")
        if self.optional and not self.given:
            raise ValueError(f"input {self.id!r} is optional and not given by anybody; take one of the two away")
        if self.sha256 and not (self.package or self.file):
            raise ValueError(f"input {self.id!r}: a sha256 stands with a package or a file, and only there")
        return self


class ParameterDeclaration(Declared):
    """A parameter of a method: a field whose id is the model's name for it, and what stands there at first.

    ``default`` is what is typed; ``value`` is a dated value of the pack instead, looked up on the day of the study, for
    what a rule sets. What is ``fixed`` nobody changes. Unit and bounds are those of the field.
    """

    field: AnyField
    default: Typed | None = None
    value: Identifier | None = None
    fixed: bool = False
    basis: tuple[Basis, ...] = ()
    source: str = ""

    @model_validator(mode="after")
    def _says_one_beginning(self) -> ParameterDeclaration:
        if self.default is not None and self.value is not None:
            raise ValueError(f"parameter {self.field.id!r} has a default and a value; give one of the two")
        if self.fixed and self.default is None and self.value is None:
            raise ValueError(f"parameter {self.field.id!r} is fixed at nothing; give a default or a value")
        return self


class PublicResult(Declared):
    """What everybody may read of a study that is published: figures of its summary and files, by name.

    A star in the name of a file stands for anything; a figure whose name ends in ``_`` for one of each definition.
    ``map_review`` is the number under which maps of it were reviewed; without one, pages say that they were not.
    """

    summary: tuple[Identifier, ...] = ()
    files: tuple[str, ...] = ()
    map_review: str = Field(default="", max_length=60)

    def shows_file(self, name: str) -> bool:
        """Say whether everybody may read a file.

        >>> PublicResult(files=("*.csv",)).shows_file("2-sites.csv"), PublicResult().shows_file("sites.csv")
        (True, False)
        """
        return any(fnmatchcase(name, one) for one in self.files)

    def shows_figure(self, name: str, of: str = "") -> bool:
        """Say whether everybody may read a figure; ``of`` is the definition that its name ends in.

        >>> PublicResult(summary=("people_",)).shows_figure("people_rule", "rule")
        True
        """
        return name in self.summary or (bool(of) and name.removesuffix(of) in self.summary)


class MethodDeclaration(Carrier):
    """A published computation that can be run with other numbers: a model, its inputs and its parameters.

    ``runs`` are the roles that run studies of it, ``publishes`` those that make one public; ``challenge`` is the
    procedure in which anybody says that a public result is wrong. Its page, workbench, map and files are derived from
    this.
    """

    kind: Literal["method"] = "method"
    summary: Text
    model: Identifier
    inputs: tuple[InputDeclaration, ...] = Field(min_length=1)
    parameters: tuple[ParameterDeclaration, ...] = ()
    runs: tuple[Identifier, ...] = Field(min_length=1)
    publishes: tuple[Identifier, ...] = ()
    public: PublicResult | None = None
    challenge: Identifier | None = None
    minutes: int = Field(default=30, ge=1, le=24 * 60)
    basis: tuple[Basis, ...] = ()

    def input(self, name: str) -> InputDeclaration:
        """Return an input by its id.

        Raises:
            KeyError: if there is none.
        """
        return {one.id: one for one in self.inputs}[name]

    def parameter(self, name: str) -> ParameterDeclaration:
        """Return a parameter by the id of its field.

        Raises:
            KeyError: if there is none.
        """
        return {one.field.id: one for one in self.parameters}[name]

    @model_validator(mode="after")
    def _each_stands_once(self) -> MethodDeclaration:
        for what, names in (
            ("input", [one.id for one in self.inputs]),
            ("parameter", [one.field.id for one in self.parameters]),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"found {what} {name!r} twice; keep one of them")
        return self

    @model_validator(mode="after")
    def _what_is_public_is_published_by_somebody(self) -> MethodDeclaration:
        if bool(self.publishes) != (self.public is not None):
            raise ValueError("public says what everybody may read, and publishes who decides it; give both or neither")
        return self
