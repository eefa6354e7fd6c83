"""Plain pieces of a page: tables, and docstrings as Markdown; pure."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence

_LITERAL = re.compile(r"``([^`]+)``")
_EXAMPLE = re.compile(r"^\s*>>> ")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Return a table; what would end a cell is escaped.

    >>> print(table(("a", "b"), [("1", "x|y")]))
    | a | b |
    |---|---|
    | 1 | x\|y |
    """
    lines = [heads, ["---"] * len(heads), *rows]
    said = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in lines]
    return "\n".join([said[0], said[1].replace(" ", ""), *said[2:]])


def prose(docstring: str | None) -> str:
    r"""Return a docstring as Markdown, without its examples.

    >>> prose("Return ``x``.\n\n    >>> x\n    1\n")
    'Return `x`.'
    """
    lines = inspect.cleandoc(docstring or "").split("\n")
    cut = next((place for place, line in enumerate(lines) if _EXAMPLE.match(line)), len(lines))
    return _LITERAL.sub(r"`\1`", "\n".join(lines[:cut])).strip()


def sentence(docstring: str | None) -> str:
    r"""Return the first paragraph of a docstring on one line.

    >>> sentence("Do it\nnow.\n\nMore.")
    'Do it now.'
    """
    return " ".join(prose(docstring).partition("\n\n")[0].split())
