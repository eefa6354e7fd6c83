"""What a file of derivations can say: ways to fields, kinds of logs by what stands in them, networks, lists, a zone.

The words of a file are ``time_zone``, ``networks``, ``lists``, ``fields`` and ``kinds``; docs/explanation/detection.md
shows one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, ValidationError, model_validator

from amur.base.declared import Declared
from amur.base.faults import AmurError
from amur.detection.deriving.making import searching
from amur.detection.events import TIME, schema_of

LONGEST = 2**20
"""How many bytes a file of derivations has at most; long lists of networks stand in files of their own."""
_KIND = re.compile(r"[^/\s]*/[^/\s]*/[^/\s]*")
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """What is wrong with a file: where it is, what was found, what to do."""

    file: str
    line: int
    found: str
    fix: str

    def __str__(self) -> str:
        """Print as editors expect, so that a click opens the line.

        >>> print(Flaw("unit.yaml", 3, "found 'x'", "take it away"))
        unit.yaml:3: found 'x'; take it away
        """
        return f"{self.file}:{self.line}: {self.found}; {self.fix}"


class Unusable(AmurError):
    """A file of derivations cannot be used; the message names each fault with its line."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__("derivations", "\n".join(map(str, flaws)))
        self.flaws = flaws


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _expression(value: str) -> str:
    searching(value)
    return value


def _kind(value: str) -> str:
    if not _KIND.fullmatch(value):
        raise ValueError(f"found {value!r}; a kind of log is product/category/service, an empty part left empty")
    return value.lower()


def _name(value: str) -> str:
    if value in schema_of([]).names:
        raise ValueError(f"found a way to {value!r}, which each event has; name a field of the log")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"found {value!r}; write the name of a time zone as IANA lists it: Area/City") from error
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]
Kind = Annotated[str, AfterValidator(_kind)]


class FromFile(Declared):
    """Entries that stand in a file beside this one, one a line; what is behind a # is a remark."""

    file: str = Field(min_length=1)


Entry = Annotated[
    Annotated[str, Tag("text")] | Annotated[FromFile, Tag("file")],
    Discriminator(lambda value: "file" if isinstance(value, dict | FromFile) else "text"),
]
Words: TypeAlias = dict[str, tuple[Entry, ...]]


class Telling(Declared):
    """Which events are meant: kinds of logs and what stands in fields, as patterns in which ``*`` is anything."""

    of: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    where: dict[str, Names] = Field(default_factory=dict)


class Way(Telling):
    """A way to a field: ``sources`` are looked at in their order, and the first that gives a value counts.

    ``part`` is an expression whose group is the value. Then ``words`` (a word for patterns of what the log says),
    ``by_list`` (the same by a list of that name) or ``reads`` makes the value of it. Without any it is taken as it is.
    """

    sources: Names = Field(alias="from")
    part: Annotated[str, AfterValidator(_expression)] | None = None
    words: dict[str, Names] = Field(default_factory=dict)
    by_list: str | None = Field(default=None, alias="list")
    reads: Literal["domain", "zone", "network", "local_time"] | None = Field(default=None, alias="as")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Way:
        said = [name for name, value in (("words", self.words), ("list", self.by_list), ("as", self.reads)) if value]
        if len(said) > 1:
            raise ValueError(f"found {' and '.join(said)}; a way makes a value by one of them")
        if (self.reads == "local_time") != (self.sources == (TIME,)) or (self.reads == "local_time" and self.part):
            raise ValueError(f"local_time is read from [{TIME}], and nothing else is; correct from or as")
        return self

    @property
    def needs(self) -> frozenset[str]:
        """Return each field that it looks at."""
        return frozenset({*self.sources, *self.where} - {TIME})


class Given(Declared):
    """What one file says."""

    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    networks: dict[str, tuple[Entry, ...]] = Field(default_factory=dict)
    lists: dict[str, Words] = Field(default_factory=dict)
    fields: dict[Annotated[str, AfterValidator(_name)], tuple[Way, ...]] = Field(default_factory=dict)
    kinds: dict[Kind, tuple[Telling, ...]] = Field(default_factory=dict)


def given(file: str, text: str) -> tuple[Given, Mapping[Path, int]]:
    r"""Return what a file says, and the lines of its parts; raises Unusable with all flaws, each with its line.

    >>> given("unit.yaml", "fields:\n  src_ip: [{from: SourceIp}]\n")[0].fields["src_ip"][0].sources
    ('SourceIp',)
    >>> given("unit.yaml", "time_zone: Nowhere/None\nnets: {}\n")
    Traceback (most recent call last):
        ...
    amur.detection.deriving.declarations.Unusable: unit.yaml:1: time_zone: found 'Nowhere/None'; write the name of a time zone as IANA lists it: Area/City
    unit.yaml:2: nets: Extra inputs are not permitted; correct it by docs/explanation/detection.md
    """  # noqa: E501 -- the message is as long as it is
    lines: dict[Path, int] = {}
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        said = {} if node is None else yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        where = mark.line + 1 if mark else 1
        raise Unusable([Flaw(file, where, what, "write it as YAML")]) from error
    flaws = list(_twice(file, node, (), lines)) if node else []
    if flaws:
        raise Unusable(flaws)
    try:
        return Given.model_validate(said), lines
    except ValidationError as error:
        found = [_flaw(file, one["loc"], one["msg"], lines) for one in error.errors()]
        raise Unusable(sorted(found)) from error


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a path, or of what stands nearest above it; names that are in no file are passed over.

    >>> line_of({(): 1, ("a",): 3}, ("a", "branch", 2))
    3
    """
    here: Path = ()
    for name in path:
        if (*here, name) in lines:
            here = (*here, name)
    return lines.get(here, 1)


def _flaw(file: str, path: Path, message: str, lines: Mapping[Path, int]) -> Flaw:
    what, _, fix = message.removeprefix("Value error, ").partition("; ")
    shown = ".".join(map(str, path))
    found = f"{shown}: {what}" if shown else what
    return Flaw(file, line_of(lines, path), found, fix or "correct it by docs/explanation/detection.md")


def _twice(file: str, node: yaml.Node, path: Path, lines: dict[Path, int]) -> Iterator[Flaw]:
    """Note the line of each part of a file, and yield each name that stands in one place twice."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for place, one in enumerate(node.value):
            yield from _twice(file, one, (*path, place), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            if here in lines:
                found = f"found {key.value!r} twice, first in line {lines[here]}"
                yield Flaw(file, key.start_mark.line + 1, found, "keep one")
            lines.setdefault(here, key.start_mark.line + 1)
            yield from _twice(file, value, here, lines)
