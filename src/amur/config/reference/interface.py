"""The pages of what people and programs call: the verbs of the command, the addresses of the interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click
import typer.main

from amur.config.reference.text import prose, table


def verbs() -> Iterator[str]:
    """Yield each verb with its arguments and options."""
    from amur.cli import app

    yield from _verbs(typer.main.get_command(app), "amur")


def _verbs(command: Any, path: str) -> Iterator[str]:
    inner: Mapping[str, Any] = getattr(command, "commands", {})
    if not inner:
        rows = [_parameter(one) for one in command.params if one.name != "help"]
        yield f"## `{path}`\n\n{prose(command.help)}"
        if rows:
            yield table(("parameter", "is"), rows)
    for name, one in inner.items():
        yield from _verbs(one, f"{path} {name}")


def _parameter(one: click.Parameter) -> tuple[str, str]:
    named = ", ".join(one.opts) if one.param_type_name == "option" else str(one.name).upper()
    needed = "" if one.param_type_name == "option" or one.required else " (may be left out)"
    return f"`{named}`", str(getattr(one, "help", "") or "") + needed


def addresses() -> Iterator[str]:
    """Yield the addresses of the interface by their subject, from its own description."""
    from amur.web.open.api import api

    described = api.get_openapi_schema(path_prefix="/api/")
    yield prose(described["info"].get("description", ""))
    by_tag: dict[str, list[tuple[str, str, str]]] = {}
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            names = ", ".join(f"`{parameter['name']}`" for parameter in one.get("parameters", ()))
            row = (f"`{method.upper()} {path}`", one.get("summary", ""), names)
            by_tag.setdefault(", ".join(one.get("tags", ())) or "other", []).append(row)
    for tag, rows in by_tag.items():
        yield f"## {tag}\n\n" + table(("address", "gives", "parameters"), rows)
