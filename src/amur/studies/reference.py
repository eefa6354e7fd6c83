"""The reference of models, made from the catalogue: what each takes, what it gives, and where it was published."""

from __future__ import annotations

from collections.abc import Iterator

from amur.studies.catalogue import MODELS, InputShape, Model
from amur.studies.results import TABLES, Table

_TEXT = """# Models of methods

Made from the code by `amur docs`; a test says when it is out of date.

A pack's `NAME.method.yaml` names one of these models, says where each input comes from and which parameters it has. A
study is one run of it: its inputs and its result are kept under the hash of their content, and the ledger says which
came of which. An input is a table (CSV, or a dataset of the pack by its columns) or a file. What stands in brackets
may be left out. A figure whose name ends in `_` stands for one of each definition. A table is a file of that name as
CSV, as Parquet or as both, with a number before its name where a study has several; pages show what its columns are
called, and the file keeps their names.
"""


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_TEXT, *(part for one in MODELS.values() for part in _model(one))])


def _model(one: Model) -> Iterator[str]:
    yield f"## `{one.id}`: {one.title.en}\n\n{one.title.zh}. Version {one.version}. {one.citation.en}.\n"
    yield "| input | holds |\n|---|---|"
    yield "\n".join(f"| {_may(name, shape.required)} | {_holds(shape)} |" for name, shape in one.inputs.items())
    yield "\n| parameter | is a field of type |\n|---|---|"
    yield "\n".join(
        f"| {_may(name, shape.required)} | {', '.join(shape.types)} |" for name, shape in one.parameters.items()
    )
    yield "\n| figure | says | unit |\n|---|---|---|"
    yield "\n".join(
        f"| `{name}` | {figure.title.en} | {figure.unit.en if figure.unit else ''} |"
        for name, figure in one.figures.items()
    )
    yield "\n| table | columns |\n|---|---|"
    yield "\n".join(f"| `{name}`: {table.title.en} | {_columns(table)} |" for name, table in TABLES[one.id].items())
    yield f"\nFiles: {', '.join(f'`{name}`' for name in one.files)}, `manifest.json`.\n"


def _columns(table: Table) -> str:
    named = [f"`{name}` {column.title.en}" for name, column in table.columns.items()]
    return "; ".join([*named, *(["one for each definition"] if table.others else [])])


def _holds(shape: InputShape) -> str:
    if shape.is_table:
        columns = ", ".join(_may(name, column.required) for name, column in shape.columns.items())
        return f"{shape.title.en}: {columns}"
    endings = ", ".join("a folder" if one == "/" else f"`{one}`" for one in shape.endings)
    return f"{shape.title.en}: {endings}"


def _may(name: str, required: bool) -> str:  # noqa: FBT001 -- a state, not a switch
    return f"`{name}`" if required else f"[`{name}`]"
