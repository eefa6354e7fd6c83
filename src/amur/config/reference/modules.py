"""What a module offers: its docstring, and its public functions with their signatures."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from amur.config.reference.text import prose, sentence, table


def about(module: ModuleType) -> str:
    """Return the docstring of a module."""
    return prose(module.__doc__)


def functions(name: str) -> Iterator[str]:
    """Yield the functions of a module, each with its first sentence and what it raises."""
    module = importlib.import_module(name)
    names = getattr(module, "__all__", None) or [
        one
        for one, found in vars(module).items()
        if getattr(found, "__module__", "") == name and not one.startswith("_")
    ]
    found = {one: getattr(module, one) for one in names}
    rows = [
        (f"`{one}{_signature(function)}`", sentence(function.__doc__), _raises(function.__doc__))
        for one, function in found.items()
        if inspect.isfunction(function)
    ]
    if rows:
        yield f"## `{name.removeprefix('amur.')}`\n\n" + (about(module) + "\n\n" if about(module) else "")
        yield table(("function", "does", "raises"), rows)


def _signature(function: Callable[..., Any]) -> str:
    """Return a signature with its annotations as they are written, which here are texts."""
    found = inspect.signature(function)
    given = [
        one.replace(annotation=_bare(one.annotation), default=_named(one.default)) for one in found.parameters.values()
    ]
    return str(found.replace(parameters=given, return_annotation=_bare(found.return_annotation)))


def _bare(found: Any) -> Any:
    return _Bare(found) if isinstance(found, str) else found


def _named(found: Any) -> Any:
    """Return a function as its name; what it is printed as differs from run to run."""
    return _Bare(found.__name__) if inspect.isfunction(found) else found


class _Bare(str):
    """An annotation that is shown without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def _raises(docstring: str | None) -> str:
    _, _, rest = prose(docstring).partition("Raises:\n")
    lines = [line.strip() for line in rest.split("\n\n")[0].split("\n") if line.strip()]
    return " ".join(lines)
