"""What an example can say of a study: a method with its parameters and files, and what must come out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from amur.base.declared import Declared, Identifier, Text
from amur.studies.declarations import Typed

Amount = Annotated[Typed, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]


class Near(Declared):
    """A figure that must be this, or no further from it than ``within``; ``none`` is that there is no figure."""

    value: Amount | None = Field(alias="is")
    within: Amount = "0"


def _near(value: Any) -> Any:
    return value if isinstance(value, dict | Near) else {"is": value}


class StudyFile(Declared):
    """A file that is handed over: its name and what stands in it."""

    name: str = Field(min_length=1, max_length=100)
    content: str


class StudyExpectation(Declared):
    """What must come out of a study: figures of its summary, files, and where it fails what the reason says."""

    state: Literal["done", "failed"] = "done"
    says: str = ""
    summary: dict[
        Identifier, Annotated[Near, BeforeValidator(_near, json_schema_input_type=Near | str | int | None)]
    ] = Field(default_factory=dict)
    files: tuple[str, ...] = ()


class Studying(Declared):
    """A study that is queued, run and, with ``publish``, made public; parameters are as they are typed.

    Without a title it has that of its method.
    """

    method: Identifier
    title: Text | None = None
    parameters: dict[Identifier, Typed] = Field(default_factory=dict)
    files: dict[Identifier, StudyFile] = Field(default_factory=dict)
    publish: bool = False
    expect: StudyExpectation | None = None


class DemonstrationStudy(Declared):
    """A study that is queued once the demonstration was played, run by the worker, and public when it is done."""

    method: Identifier
    title: Text
    scenario: Text | None = None
    parameters: dict[Identifier, Typed] = Field(default_factory=dict)
    publish: bool = True
