"""One YAML file: its value as JSON, the line of each path, and everything that is wrong with the writing.

The value is built from the node tree, so that each key is seen once with its line: duplicate keys, numbers that lost a
digit and references are found here, and all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from amur.base.canonical import Json
from amur.base.faults import Fault
from amur.packs.engine import trees
from amur.packs.engine.trees import DEEPEST, MappingNode, Node, ScalarNode

Path = tuple[str | int, ...]

LONGEST_BYTES = 2**19
"""No declaration is longer than this; what is longer is not a declaration."""

_BOM = b"\xef\xbb\xbf"
_PLAIN_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")


@dataclass(slots=True)
class Source:
    """A file as it was read: ``value`` is None where nothing could be made of it."""

    file: str
    value: Json = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def locate(self, path: Path) -> tuple[str, int]:
        """Return file and line of a path, or of what stands nearest above it.

        Names that are not in the file, such as the branch of a choice, are passed over.

        >>> source = Source("a.yaml", lines={(): 1, ("states",): 3, ("states", 0): 4, ("states", 0, "title"): 5})
        >>> source.locate(("states", 0, "branch", "title")), source.locate(("clocks", 0))
        (('a.yaml', 5), ('a.yaml', 1))
        """
        here: Path = ()
        for name in path:
            if (*here, name) in self.lines:
                here = (*here, name)
        return self.file, self.lines.get(here, 1)

    def line_of(self, word: str, *, last: bool = False) -> int | None:
        r"""Return the line of the first (or last) value that is this word, None where no value is.

        >>> source = read_yaml("a.yaml", b"a: x\nb: [y, x]\n")
        >>> source.line_of("x"), source.line_of("x", last=True), source.line_of("z")
        (1, 2, None)
        """
        found = [self.lines[path] for path in self.lines if path and _value_at(self.value, path) == word]
        return (max(found) if last else min(found)) if found else None

    def fault(self, line: int, check: str, found: str, fix: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, line, check, found, fix))


def _value_at(value: Json, path: Path) -> Json:
    for name in path:
        value = value[name]  # type: ignore[index] # a path was noted where this value was built
    return value


def read_yaml(file: str, content: bytes) -> Source:
    r"""Read a file; whatever is wrong with it becomes a fault, never an error.

    >>> source = read_yaml("a.yaml", "id: 13.10\ntitle: 甲\ntitle: 乙\n".encode())
    >>> for fault in source.faults: print(fault)
    a.yaml:1: [yaml.quote] found the number 13.10, which loses digits; quote it: "13.10"
    a.yaml:3: [yaml.duplicate_key] found the key 'title' twice, first in line 2; keep one
    >>> source.value["id"], source.locate(("title",))
    ('13.10', ('a.yaml', 2))
    """
    source = Source(file)
    text = _decoded(source, content)
    if text is None:
        return source
    node = _composed(source, text)
    if node is not None:
        source.value = _Builder(source).value(node, ())
    return source


def _composed(source: Source, text: str) -> Node | None:
    """Return the node tree of a text, or note why there is none."""
    try:
        node = trees.tree(text)
    except trees.Unreadable as error:
        source.fault(error.line, error.check, error.found, error.fix)
        return None
    if node is None:
        source.fault(1, "file.empty", "the file says nothing", "fill it or delete it")
    return node


def _decoded(source: Source, content: bytes) -> str | None:
    """Return the characters, or note why there are none."""
    if len(content) > LONGEST_BYTES:
        source.fault(1, "file.huge", f"found {len(content)} bytes, at most {LONGEST_BYTES} are read", "split the file")
        return None
    if content.startswith(_BOM):
        source.fault(1, "yaml.encoding", "found a byte order mark", "save the file as UTF-8 without it")
        content = content[len(_BOM) :]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        source.fault(line, "yaml.encoding", f"found bytes that are {_guess(content)}", "save the file as UTF-8")
        return None
    if not text.strip():
        source.fault(1, "file.empty", "the file says nothing", "fill it or delete it")
        return None
    return text


def _guess(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return "not UTF-8"
    return "GB18030 (or GBK), not UTF-8"


class _Builder:
    """Builds the value of a node tree, noting lines and faults on the way."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines = source.lines
        self._seen: set[int] = set()

    def value(self, node: Node, path: Path) -> Json:
        """Return the value of a node."""
        line = node.start_mark.line + 1
        self._lines.setdefault(path, line)
        if id(node) in self._seen:
            self._source.fault(line, "yaml.reference", "found a reference (*)", "write it out where it is needed")
            return None
        self._seen.add(id(node))
        if len(path) > DEEPEST:
            self._source.fault(line, "yaml.depth", f"found more than {DEEPEST} levels", "write it flatter")
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, line)
        if isinstance(node, MappingNode):
            return self._entries(node, path)
        return [self.value(item, (*path, place)) for place, item in enumerate(node.value)]

    def _entries(self, node: MappingNode, path: Path) -> dict[str, Json]:
        entries: dict[str, Json] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._source.fault(line, "yaml.key", "found a key that is a list or a mapping", "use a plain word")
                continue
            key = str(key_node.value)
            if key == "<<":
                self._source.fault(line, "yaml.reference", "found a merge (<<)", "write it out where it is needed")
                continue
            if key in first:
                found = f"found the key {key!r} twice, first in line {first[key]}"
                self._source.fault(line, "yaml.duplicate_key", found, "keep one")
                continue
            first[key] = line
            self._lines[here := (*path, key)] = line
            entries[key] = self.value(value_node, here)
        return entries

    def _scalar(self, node: ScalarNode, line: int) -> Json:
        text = str(node.value)
        kind = trees.meaning(node)
        if kind == "null":
            return None
        if kind == "truth":
            return trees.truth(text)
        if kind == "number":
            if _PLAIN_INTEGER.fullmatch(text):
                return int(text)
            found = f"found the number {text}, which loses digits"
            self._source.fault(line, "yaml.quote", found, f'quote it: "{text}"')
        elif kind == "other":
            self._source.fault(line, "yaml.tag", f"found the tag {node.tag}", "write plain text, numbers and lists")
        return text


def mapping_of(source: Source) -> Mapping[str, Json] | None:
    """Return the value where it is a mapping, and note a fault where it is something else.

    >>> mapping_of(Source("a.yaml", value=["x"])) is None
    True
    """
    if isinstance(source.value, Mapping):
        return source.value
    if not source.faults:
        source.fault(1, "yaml.shape", "found a list or a single word", "begin with keys such as id: and title:")
    return None
