"""The page of all faults: each id with what it finds and what it says to do, in the languages of authors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from amur.packs.telling.catalogue import LANGUAGES, holed
from amur.packs.telling.collecting import SRC, finding, parts, template

_ID = re.compile(r"(?:[a-z][a-z0-9_]*|\{1\})(?:\.(?:[a-z0-9_]+|\{1\}))?")

RULES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("T1", "each commitment has a carrier, or a verdict with its reason", ("policy.gap", "policy.verdict")),
    ("T2", "what is carried out is proved by an example that names it", ("policy.unproved", "trace.unproved")),
    ("T3", "a carrier or an example names a commitment that there is", ("policy.commitment", "declaration.missing")),
    ("T4", "a carrier is of a kind that the commitment asks for: `amur pack next` asks a person, under `kinds`", ()),
    ("T5", "the pack holds no text: its hash says which edition its passages point into, and only there they show", ()),
    ("T6", "a value has its basis, its unit and no two values a day", ("value.overlap", "value.type", "value.period")),
    ("T7", "amounts and dates stand in values and clocks; a pack holds no program to hide them in", ("file.program",)),
    ("T8", "a pack does nothing by itself: no program, no link out of it", ("file.program", "file.outside")),
    ("T9", "each text is there in each language that is complete", ("text.missing",)),
    (
        "T10",
        "no key twice, none unknown, no number that loses digits, a bare no stays a word; editors have schemas",
        ("yaml.duplicate_key", "declaration.unknown", "yaml.quote", "declaration.value"),
    ),
)
"""Ten rules that a pack keeps, each with the faults that say so."""

Row = tuple[str, frozenset[str], frozenset[str]]
Made = tuple[list[str], list[str], list[str]]


def rows(src: Path = SRC) -> list[Row]:
    """Return each id with the sentences of what it finds and of what it says to do, in the order of ids."""
    trees = [ast.parse((src / name).read_text(encoding="utf-8")) for name in finding(src)]
    gathered: dict[str, tuple[set[str], set[str]]] = {}
    handed: dict[str, list[Made]] = {}
    for tree in trees:
        outside = _assigned(tree, ast.Module)
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for made in _said(function, outside | _assigned(function, ast.FunctionDef)):
                    _add(gathered, made)
                    if not made[0]:
                        handed.setdefault(function.name, []).append(made)
    # A function that is handed the id says the same under each one that it is called with.
    for tree in trees:
        for ids, name in _calls(tree):
            for _, found, fix in handed.get(name, ()):
                _add(gathered, (ids, found, fix))
    return [(one, frozenset(found), frozenset(fix)) for one, (found, fix) in sorted(gathered.items())]


def _add(gathered: dict[str, tuple[set[str], set[str]]], made: Made) -> None:
    for one in made[0]:
        told = gathered.setdefault(one, (set(), set()))
        told[0].update(made[1])
        told[1].update(made[2])


def _calls(tree: ast.Module) -> Iterator[tuple[list[str], str]]:
    """Yield the ids that a function is called with, and its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "check")]
            texts = [text for one in given if isinstance(one, ast.Constant | ast.JoinedStr) for text in _texts(one, {})]
            if ids := [text for text in texts if _ID.fullmatch(text)]:
                yield ids, _name_of(node.func)


def _name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def page_rows(src: Path = SRC) -> Iterator[tuple[str, ...]]:
    """Yield the cells of the table: id, then for each language what is found and what to do."""
    for name, found, fix in rows(src):
        cells = [f"`{name.replace('{1}', '…')}`"]
        for language in LANGUAGES:
            cells += ["<br>".join(sorted(_shown(holed(one, language)) for one in said)) or "–" for said in (found, fix)]
        yield tuple(cells)


def _shown(text: str) -> str:
    plain = re.sub(r"\{\{\{\d+\}\}\}|\{\d+\}", "…", text).replace("{{", "{").replace("}}", "}")
    return plain.replace("|", "\\|").replace("<", "&lt;")


def _said(function: ast.FunctionDef, named: dict[str, list[ast.expr]]) -> Iterator[Made]:
    """Yield ids, what was found and what to do, for each fault that a function makes."""
    said_before = 0
    for node in sorted(_expressions(function), key=lambda one: one.lineno):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and _name_of(node.func) in {"Fault", "fault", "Unreadable"}:
            given = node.args[-3:]
        elif isinstance(node, ast.Tuple) and len(node.elts) == _FOUND and "." in "".join(_texts(node.elts[1], {})):
            given = node.elts[-3:]
        if len(given) == _FOUND - 1:
            # A name that several faults of a function use means what it was given since the one before.
            since = {
                name: [one for one in values if said_before < one.lineno <= node.lineno] or values
                for name, values in named.items()
            }
            ids = [one for one in _texts(given[0], named) if _ID.fullmatch(one)]
            yield ids, _texts(given[1], since), _texts(given[2], since)
            said_before = node.lineno


def _expressions(function: ast.FunctionDef) -> Iterator[ast.Call | ast.Tuple]:
    yield from (node for node in ast.walk(function) if isinstance(node, ast.Call | ast.Tuple))


_FOUND = 4
"""Of a fault: where, its id, what was found, what to do."""


def _assigned(within: ast.AST, kind: type[ast.AST]) -> dict[str, list[ast.expr]]:
    """Return what a function, or a module outside its functions, gives to its names, also in pairs."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(within) if kind is ast.FunctionDef else ast.iter_child_nodes(within):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=False))
                for one, value in pairs:
                    if isinstance(one, ast.Name):
                        named.setdefault(one.id, []).append(value)
    return named


def _texts(node: ast.expr, named: dict[str, list[ast.expr]]) -> list[str]:
    """Return the sentences that an expression can be."""
    if isinstance(node, ast.Name):
        return [text for value in named.get(node.id, ()) if value is not node for text in _texts(value, {})]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, named), *_texts(node.orelse, named)]
    if isinstance(node, ast.JoinedStr | ast.Constant):
        return [part for part in parts(template(node)) if part]
    return []
