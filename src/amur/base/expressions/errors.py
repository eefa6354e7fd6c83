"""What an expression says when it cannot be used: where, what was found, what to do, in the words of a pack author.

Here belongs the translation of the runtime's own messages, which speak of overloads and containers. Nothing else reads
them.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable

_AT = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_KINDS = {
    "int": "whole number",
    "double": "decimal number",
    "string": "text",
    "bool": "yes or no",
    "google.protobuf.Timestamp": "date or instant",
    "google.protobuf.Duration": "length of time",
    "null": "nothing",
    "bytes": "bytes",
    "uint": "unsigned number",
}
_OPERATORS = {
    "_+_": "add",
    "_-_": "subtract",
    "_*_": "multiply",
    "_/_": "divide",
    "_%_": "take the remainder of",
    "_==_": "compare",
    "_!=_": "compare",
    "_<_": "compare",
    "_<=_": "compare",
    "_>_": "compare",
    "_>=_": "compare",
    "_&&_": "join by &&",
    "_||_": "join by ||",
    "!_": "negate",
    "-_": "take the negative of",
    "_?_:_": "choose by ? and :",
    "@in": "look for",
    "_in_": "look for",
    "_[_]": "take an element of",
}


class ExpressionError(ValueError):
    """An expression that cannot be compiled, or that yields no value.

    ``line`` and ``column`` count from 1 inside the expression; ``found`` says what is wrong, ``fix`` what to do,
    ``excerpt`` shows the line with a caret under the place, and ``is_absence`` says that a value it reads is absent.
    """

    def __init__(
        self, found: str, fix: str, *, source: str = "", line: int = 1, column: int = 1, is_absence: bool = False
    ) -> None:
        super().__init__(f"{found}; {fix}")
        self.found = found
        self.fix = fix
        self.line = line
        self.column = column
        self.is_absence = is_absence
        self.excerpt = excerpt(source, line, column)


def excerpt(source: str, line: int, column: int) -> str:
    """Return the line of a place with a caret below; characters of double width count twice, as they are shown.

    >>> print(excerpt("form.name == '中' + 1", 1, 18))
    form.name == '中' + 1
                      ^
    """
    lines = source.split("\n")
    if not 0 < line <= len(lines):
        return ""
    shown = lines[line - 1]
    before = "".join("  " if unicodedata.east_asian_width(c) in "FW" else " " for c in shown[: column - 1])
    return f"{shown}\n{before}^"


def place_of(source: str, offset: int) -> tuple[int, int]:
    r"""Return line and column, from 1, of an offset in characters.

    >>> place_of("a &&\n b", 6)
    (2, 2)
    """
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def translated(
    message: str, source: str, names: Collection[str], functions: Collection[str], fields: Collection[str]
) -> ExpressionError:
    """Return the error that a message of the compiler stands for; of several the first in the text."""
    found = [(int(line), int(column), text) for line, column, text in _AT.findall(message) if int(line) > 0]
    if not found:
        limit = "recursion" in message
        return too_deep(source) if limit else ExpressionError("the expression cannot be read", _READ, source=source)
    line, column, text = min(found)
    is_call = source.split("\n")[line - 1][column - 1 : column] == "("
    said, fix, back = _said(text, names if not is_call else functions, fields, is_call=is_call)
    return ExpressionError(said, fix, source=source, line=line, column=max(1, column - back))


def too_deep(source: str) -> ExpressionError:
    """Return what is said of an expression that nests deeper than the runtime follows."""
    return ExpressionError("the expression nests too deep", "split it into several fields or rules", source=source)


_READ = "compare it with the examples in the reference of expressions"


def _said(text: str, names: Collection[str], fields: Collection[str], *, is_call: bool) -> tuple[str, str, int]:
    """Return what was found, what to do, and by how many characters the place lies further left."""
    if named := re.search(r"undeclared reference to '([^']*)'", text):
        if is_call:
            return f"there is no function {named[1]!r}", choice(named[1], names), len(named[1])
        # A path of unknown names is placed at its last stop.
        first = named[1].partition(".")[0]
        return f"there is no {first!r} here", choice(first, names), len(named[1].rpartition(".")[0])
    if named := re.search(r"undefined field '([^']*)'", text):
        return f"there is no field {named[1]!r}", choice(named[1], fields), -1
    if applied := re.search(r"found no matching overload for '([^']*)' applied to '(.*)'", text):
        return (*_misapplied(applied[1], applied[2]), 0 if applied[1] in _OPERATORS else len(applied[1]))
    for pattern, said, fix in _SAID:
        if match := re.search(pattern, text):
            return said.format(*map(kind_words, match.groups())), fix, 0
    return "the expression cannot be read", _READ, 0


def _misapplied(function: str, listed: str) -> tuple[str, str]:
    kinds = [kind_words(kind) for kind in _split(listed.removeprefix("(").removesuffix(")"))]
    joined = " and ".join(kinds)
    if function in _OPERATORS:
        fix = "write both as the same kind, such as double(x) or 'text'"
        return f"cannot {_OPERATORS[function]} {joined}", fix
    return f"{function}() does not take {joined or 'nothing'}", "look up what it takes in the reference of expressions"


def _split(listed: str) -> list[str]:
    """Split ``int, map(string, int)`` at its outer commas."""
    kinds, depth, current = [], 0, ""
    for character in listed:
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            kinds.append(current.strip())
            current = ""
        else:
            current += character
    return [*kinds, current.strip()] if current.strip() else kinds


def kind_words(kind: str) -> str:
    """Return a type of the runtime as a person reads it.

    >>> kind_words("int"), kind_words("list(string)"), kind_words("amur.v12.form.rows"), kind_words("'x'")
    ('whole number', 'list of text', 'group of values', "'x'")
    """
    if kind.startswith("list(") and kind.endswith(")"):
        return f"list of {kind_words(kind[5:-1])}"
    if kind.startswith("map("):
        return "mapping"
    if kind.startswith("amur."):
        return "group of values"
    return _KINDS.get(kind, kind)


def choice(name: str, names: Iterable[str]) -> str:
    """Return advice on a name that does not exist: the nearest ones, else all.

    >>> choice("watt", ["watts", "name"]), choice("x", ["b", "a"]), choice("x", [])
    ('did you mean watts?', 'choose from a, b', 'declare it first')
    """
    listed = sorted(set(names))
    near = difflib.get_close_matches(name, listed, n=3)
    if near:
        return f"did you mean {', '.join(near)}?"
    return f"choose from {', '.join(listed)}" if listed else "declare it first"


_SAID: tuple[tuple[str, str, str], ...] = (
    (
        r"'<EOF>' expecting|at input '.*<EOF>'",
        "the expression ends too early",
        "write what is missing, or take the last sign away",
    ),
    (r"missing '(.)' at", "the bracket {} is missing", "close each bracket"),
    (r"token recognition error at: '(['\"])", "a text in quotes is not closed", "close the quotes"),
    (r"token recognition error at: '(.{1,20}?)'?$", "found {}, which means nothing here", "put texts in quotes"),
    (r"(?:extraneous|mismatched) input '(.*?)' expecting", "found {} where it cannot stand", _READ),
    (r"no viable alternative at input '(.*?)'", "found {} where it cannot stand", _READ),
    (r"invalid (?:int|uint) literal", "a whole number that is too large", "a whole number has at most 18 digits"),
    (r"invalid double literal", "a number that is too large", "write a smaller number"),
    (r"expression of type '(.*)' cannot be the operand of a select", "a {} has no fields", "take the name away"),
    (r"expression of type '(.*)' cannot be the range", "cannot go through a {}", "only lists have several values"),
    (r"has\(\) argument must be", "has() asks for a field", "write has(form.field)"),
    (r"reserved (?:identifier|keyword)[^:]*:? ?'?(\w*)", "{} is a word of the language", "use another name"),
    (r"unsupported syntax '(.*?)'", "{} is not part of the language here", _READ),
    (r"expected type '(.*?)' but found '(.*?)'", "found a {1} where a {0} is needed", "write the kind that is needed"),
)
