"""From the characters of a YAML file to its tree of nodes, each with its line; pure.

The tree comes from libyaml, which reads 25 times as fast as a reader in Python. What a plain word means is decided
here, by the core schema of YAML 1.2 and not by the older one that PyYAML follows: ``no`` is a word, and only ``true``
and ``false`` are truth values.
"""

from __future__ import annotations

import re
from typing import Literal

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

try:
    from yaml import CSafeLoader as _Parser
except ImportError:  # pragma: no cover - every wheel of PyYAML has libyaml; one that was built without it still works
    from yaml import SafeLoader as _Parser  # type: ignore[assignment] # it composes nodes as the other does

__all__ = ["MappingNode", "Node", "ScalarNode", "SequenceNode", "Unreadable", "meaning", "tree"]

DEEPEST = 40
"""Levels; what is deeper is not a declaration, and far deeper trees would exhaust the stack."""

_LONGEST_LEAD = 1_000
_BRACKET = re.compile(r"[\[\]{}]")
_LEAD = re.compile(rf"^[ \t?:-]{{{_LONGEST_LEAD}}}", re.MULTILINE)
_PLAIN, _QUOTED = "plain", "quoted"
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NUMBER = re.compile(
    r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*|"
    r"([0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?|\.(inf|Inf|INF))|\.(nan|NaN|NAN)"
)

_BEGINS_NUMBER = frozenset("-+.0123456789")

Meaning = Literal["null", "truth", "number", "text", "other"]


class Unreadable(Exception):
    """A text that is no YAML; the line, and a check with what was found and what to do."""

    def __init__(self, line: int, check: str, found: str, fix: str) -> None:
        super().__init__(found)
        self.line, self.check, self.found, self.fix = line, check, found, fix


class _Loader(_Parser):
    """Composes nodes without guessing what they mean: a tag says only whether a scalar was plain."""

    def resolve(self, kind: type[Node], _: object, implicit: tuple[bool, bool]) -> str:
        """Return the tag of a node that has none of its own."""
        return _PLAIN if kind is ScalarNode and implicit[0] else _QUOTED

    def descend_resolver(self, *_: object) -> None:
        """Nothing depends on the path."""

    def ascend_resolver(self) -> None:
        """Nothing depends on the path."""


def tree(text: str) -> Node | None:
    r"""Return the node tree of a text, or None where it says nothing.

    Raises:
        Unreadable: if the text is no YAML, or too deep to be a declaration.

    >>> tree("a: 1").value[0][1].value, tree("# a remark")
    ('1', None)
    >>> tree("a: 1\n\tb: 2")
    Traceback (most recent call last):
    ...
    amur.packs.engine.trees.Unreadable: found a tab
    """
    if _LEAD.search(text) or (text.count("[") + text.count("{") > DEEPEST and _nesting(text) > DEEPEST):
        raise Unreadable(1, "yaml.depth", f"found more than {DEEPEST} levels", "write it flatter")
    try:
        found: Node | None = _Loader(text).get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(line, "yaml.syntax", f"found the character {error.character!r}", "write plain text") from None
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text) from None
    return found


_IN_WORDS = {
    "did not find expected key": "found no key where one is needed",
    "did not find expected '-' indicator": "found a line without a dash in a list",
    "did not find expected ',' or ']'": "a comma or the closing bracket ] is missing",
    "did not find expected ',' or '}'": "a comma or the closing bracket } is missing",
    "did not find expected node content": "found no value where one is needed",
    "did not find expected <document start>": "the text does not go on from the line before",
    "mapping values are not allowed in this context": "found a second colon; put a text with a colon in quotes",
    "could not find expected ':'": "a colon is missing",
    "found unexpected end of stream": "the file ends in the middle of a value",
    "found character that cannot start any token": "found a sign that cannot begin a value",
    "found unknown escape character": "found a backslash that means nothing in double quotes",
    "found unexpected document indicator": "found a line of three dashes or dots in the middle of a value",
    "but found another document": "found a second document below a line of three dashes",
    "block sequence entries are not allowed in this context": "found a dash where no list can begin",
    "could not find expected directive name": "found a % at the beginning of a line",
    "did not find expected comment or line break": "found more where the line should end",
    "did not find expected alphabetic or numeric character": "found & or * without a name",
}
"""What the parser says, in the words of a pack author."""


def _explained(error: yaml.MarkedYAMLError, text: str) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    place = mark.line if mark else 0
    lines = text.split("\n")
    if "\t" in lines[min(place, len(lines) - 1)]:
        return Unreadable(place + 1, "yaml.tab", "found a tab", "indent with spaces")
    said = str(error.problem or error.context)
    found = _IN_WORDS.get(said, "the line is no YAML")
    if isinstance(error, yaml.composer.ComposerError) and "document" not in f"{error.context} {said}":
        return Unreadable(place + 1, "yaml.reference", "found a reference (& or *)", "write it out where it is needed")
    return Unreadable(place + 1, "yaml.syntax", found, "look at the indentation, the colon and the quotes of this line")


def _nesting(text: str) -> int:
    """Return how deep brackets stand in brackets, whatever they mean.

    >>> _nesting("a: [b, {c: [d]}]")
    3
    """
    deepest = depth = 0
    for found in _BRACKET.finditer(text):
        depth = depth + 1 if found[0] in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def meaning(node: ScalarNode) -> Meaning:
    """Say what a scalar is by the core schema of YAML 1.2; ``other`` has a tag that no declaration needs.

    >>> [meaning(tree(text)) for text in ("~", "no", "true", "'true'", "0x1F", "1_000", "1.0", "2026-03-10", "!x 1")]
    ['null', 'text', 'truth', 'text', 'number', 'number', 'number', 'text', 'other']
    """
    tag, text = str(node.tag), str(node.value)
    if tag == _QUOTED or tag.endswith(":str"):
        return "text"
    if tag != _PLAIN:
        return "other"
    if text in _NULL:
        return "null"
    if text in _TRUTH:
        return "truth"
    return "number" if text[0] in _BEGINS_NUMBER and _NUMBER.fullmatch(text) else "text"


def truth(text: str) -> bool:
    """Return the truth value that a plain word is.

    >>> truth("True"), truth("false")
    (True, False)
    """
    return _TRUTH[text]
