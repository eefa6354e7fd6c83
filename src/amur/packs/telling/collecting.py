"""Every sentence that a fault can be made of, read from the code itself, so that none can be forgotten.

A sentence is a text, or an f-string of which each expression is a hole. In files that do nothing but find faults all
of them count; elsewhere those of which an error is raised.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

SRC = Path(__file__).parents[2]

_FINDING = (
    "*/**/*checks.py",
    "indicators/engine/statements.py",
    "*/**/*declarations*.py",
    "*/**/declarations/*.py",
    "base/codelists.py",
    "base/expressions/checked.py",
    "base/expressions/compiling.py",
    "base/expressions/errors.py",
    "base/fields/amounts.py",
    "base/fields/words.py",
    "base/identifiers.py",
    "base/legal_time/calendar.py",
    "packs/arrivals/engine/choices.py",
    "packs/closing.py",
    "packs/engine/advice.py",
    "packs/engine/found.py",
    "packs/engine/source.py",
    "packs/engine/trees.py",
    "packs/folder.py",
    "packs/scenarios.py",
    "policy/engine/values.py",
    "procedures/statechart/charts.py",
    "procedures/migrating/engine.py",
    "registers/computing.py",
)
"""Files of which every sentence can be part of a fault."""

_RAISING = ("base/**/*.py", "procedures/*.py", "*/engine/*.py")
"""Files of which sentences can be part of a fault where an error is raised."""

_NOT = ("ledger/", "base/faults.py", "base/erasure.py", "base/canonical.py", "procedures/permission.py")
_COUNTED = ("working day", "day", "month", "year", "hour")
"""Units of legal time; an amount of them stands in a fault as ``20 working days``."""

_ERRORS = frozenset({"ValueError", "FieldError", "ExpressionError", "ChartError", "Unreadable"})
_WORDS = re.compile(r"[a-z]{2,}")
_HOLE = re.compile(r"\{\w*\}")
_NUMBERED = re.compile(r"(?<!\{)\{\d+\}(?!\})|\{\{\{\d+\}\}\}")
_STRANGE = re.compile(
    r"=\d|\\|\(\.|\(\?:|\||&& |^#|^- |^amur |^tuple|^closed: |\$schema|^invalid \w+ literal|^\{\d\} from \{\d\}$|\w\.$"
)
"""What no person reads although it has blanks: patterns, shapes of messages, the beginnings of files."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its holes numbered, as ``unknown body {1}``, and where the code says it."""

    text: str
    file: str
    line: int


@cache
def sentences(src: Path = SRC) -> tuple[Sentence, ...]:
    """Return every sentence that a fault can be made of, in the order of the code."""
    found = [one for name in sorted(_files(src, _FINDING)) for one in _Code(src, name).sentences(raised=False)]
    raising = sorted(_files(src, _RAISING) - _files(src, _FINDING))
    found += [one for name in raising for one in _Code(src, name).sentences(raised=True)]
    units = [f"{{1}} {unit}{plural}" for unit in _COUNTED for plural in ("", "s")]
    return (*found, *(Sentence(unit, "base/legal_time/wording.py", 1) for unit in units))


def finding(src: Path = SRC) -> list[str]:
    """Return the files that do nothing but find faults."""
    return sorted(_files(src, _FINDING))


def _files(src: Path, patterns: tuple[str, ...]) -> set[str]:
    names = {path.relative_to(src).as_posix() for pattern in patterns for path in src.glob(pattern)}
    return {name for name in names if not name.startswith(_NOT) and "/acts/" not in name}


class _Code:
    """One file of the code."""

    def __init__(self, src: Path, name: str) -> None:
        self._name = name
        self._tree = ast.parse((src / name).read_text(encoding="utf-8"))

    def sentences(self, *, raised: bool) -> Iterator[Sentence]:
        """Yield the sentences of the file, or those of which an error is raised."""
        roots: list[ast.AST] = list(self._raised()) if raised else [self._tree]
        for root in roots:
            for node in ast.walk(root):
                if isinstance(node, ast.JoinedStr | ast.Constant) and node not in self._silent:
                    for text in parts(template(node)):
                        if is_sentence(text) or (node in self._values and _WORDS.fullmatch(text)):
                            yield Sentence(text, self._name, node.lineno)

    def _raised(self) -> Iterator[ast.AST]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _ERRORS:
                yield from node.args

    @cached_property
    def _values(self) -> set[ast.AST]:
        """Words that stand in a table of words."""
        tables = [node for node in ast.walk(self._tree) if isinstance(node, ast.Dict)]
        return {value for table in tables for value in table.values} if self._name.endswith("errors.py") else set()

    @cached_property
    def _silent(self) -> set[ast.AST]:
        """Texts that nobody reads: documentation, patterns, types, and the pieces of an f-string."""
        silent: set[ast.AST] = set()
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Expr):
                silent |= {node.value}
            elif isinstance(node, ast.JoinedStr):
                silent |= set(node.values)
            elif isinstance(node, ast.FormattedValue) and node.format_spec:
                silent |= set(ast.walk(node.format_spec))
            elif isinstance(node, ast.Call) and _name_of(node.func) in _SILENT:
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                silent |= {inner for argument in given for inner in ast.walk(argument)}
            elif isinstance(node, ast.Dict):
                silent |= {key for key in node.keys if key is not None}
            elif isinstance(node, ast.AnnAssign):
                silent |= set(ast.walk(node.annotation))
        return silent


_SILENT = frozenset({"compile", "Field", "split", "partition", "rpartition", "join", "removeprefix", "search", "Text"})


def _name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def template(node: ast.JoinedStr | ast.Constant) -> str:
    """Return a text with numbered holes; braces that it prints are doubled.

    >>> template(ast.parse('f"unknown body {body.id!r}, line {1 + 2}"', mode="eval").body)
    'unknown body {1}, line {2}'
    >>> template(ast.Constant("found {} where {other} is")), template(ast.Constant("{ zh: 灯 }"))
    ('found {1} where {2} is', '{{ zh: 灯 }}')
    """
    if isinstance(node, ast.JoinedStr):
        pieces = [str(value.value) if isinstance(value, ast.Constant) else None for value in node.values]
    elif isinstance(node.value, str):
        texts = _HOLE.split(node.value)
        pieces = [piece for text in texts for piece in (text, None)][:-1]
    else:
        return ""
    said, hole = "", 0
    for piece in pieces:
        hole += piece is None
        said += f"{{{hole}}}" if piece is None else piece.replace("{", "{{").replace("}", "}}")
    return said


def parts(text: str) -> list[str]:
    """Return what was found and what to do of a sentence that says both, as an error does.

    >>> parts("found {1} of {2}; keep {3}"), parts("it ends")
    (['found {1} of {2}', 'keep {1}'], ['it ends'])
    """
    return [_renumbered(part.strip()) for part in text.split("; ")]


def _renumbered(text: str) -> str:
    count = iter(range(1, 100))
    return _NUMBERED.sub(lambda hole: re.sub(r"\d+", str(next(count)), hole[0]), text)


def is_sentence(text: str) -> bool:
    """Say whether a person could read this: two words or more.

    >>> is_sentence("unknown {1} {2}"), is_sentence("{1} {2}"), is_sentence("a:int=1 b:int=2")
    (True, False, False)
    """
    bare = re.sub(r"\{\d+\}", "", text)
    return " " in text.strip() and bool(_WORDS.search(bare)) and not _STRANGE.search(text)
