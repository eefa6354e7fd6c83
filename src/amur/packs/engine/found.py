"""What was found in a pack: each file with its kind, its id, its raw body and its typed declaration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from amur.base.canonical import Json
from amur.base.faults import Fault
from amur.packs.engine.advice import advice
from amur.packs.engine.kinds import REQUIRED, Kind, kind_of, suffixes
from amur.packs.engine.source import Source, mapping_of, read_yaml
from amur.policy.engine.closures import Item

M = TypeVar("M", bound=BaseModel)

_KEPT = 512
"""So many files are kept as they were read: of a large pack that is being written, one is saved and the rest stays."""


@dataclass(frozen=True, slots=True)
class Found:
    """A declaration that could be read and typed."""

    kind: Kind
    id: str
    body: Mapping[str, Json]
    declared: BaseModel
    source: Source

    @property
    def file(self) -> str:
        """Return the path of the file in the pack."""
        return self.source.file


@dataclass(frozen=True, slots=True)
class Unread:
    """A declaration that could not be read or typed: what it would have been called, and what it says it carries out.

    ``claims`` is None where not even that could be read.
    """

    kind: str
    id: str
    claims: frozenset[str] | None


@dataclass(slots=True)
class Pack:
    """A pack as far as it could be read, with all faults that reading it brought up; ``checked`` holds all it has."""

    found: list[Found] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    checked: tuple[Fault, ...] | None = field(default=None, repr=False, compare=False)
    _of: dict[type[BaseModel], list[tuple[Found, Any]]] = field(default_factory=dict, repr=False, compare=False)
    _handed: tuple[Item, ...] = field(default=(), repr=False, compare=False)
    _looked_at: int = field(default=0, repr=False, compare=False)

    def of(self, model: type[M]) -> Iterator[tuple[Found, M]]:
        """Yield the declarations of a type with where they were found."""
        if self._looked_at != len(self.found):
            self._of, self._looked_at = {}, len(self.found)
        if model not in self._of:
            self._of[model] = [(one, one.declared) for one in self.found if isinstance(one.declared, model)]
        yield from self._of[model]

    def named(self, model: type[M]) -> dict[str, M]:
        """Return the declarations of a type by id."""
        return {found.id: declared for found, declared in self.of(model)}

    def one(self, model: type[M]) -> M | None:
        """Return the declaration of a type that occurs once, if it was readable."""
        return next((declared for _, declared in self.of(model)), None)

    def items(self) -> tuple[Item, ...]:
        """Return what belongs to a release of the pack, as it is handed over; each is hashed once."""
        if len(self._handed) != len(released := [one for one in self.found if one.kind.released]):
            self._handed = tuple(Item(one.kind.name, one.id, one.body, one.file) for one in released)
        return self._handed

    def ids(self, kind: str) -> dict[str, Found]:
        """Return the declarations of a kind by id."""
        return {found.id: found for found in self.found if found.kind.name == kind}


def assemble(files: Iterable[tuple[str, bytes]]) -> Pack:
    """Read the files of a pack.

    >>> pack = assemble([("a.procedure.yaml", b""), ("notes.txt", b"")])
    >>> [(fault.file, fault.check) for fault in pack.faults if fault.check.startswith("file.")]
    [('a.procedure.yaml', 'file.empty'), ('notes.txt', 'file.unknown')]
    """
    pack = Pack()
    names = set()
    for file, content in files:
        names.add(file)
        kind = kind_of(file)
        if kind is None:
            fix = f"end its name in one of {suffixes()}"
            pack.faults.append(Fault(file, 1, "file.unknown", "found a file of no known kind", fix))
            continue
        read, faults = _read(kind, file, content)
        pack.faults += faults
        if isinstance(read, Found):
            pack.found.append(read)
        else:
            pack.unread.append(read)
    for name in REQUIRED:
        if name not in names:
            pack.faults.append(Fault(name, 1, "pack.missing", "the pack has no such file", "add it"))
    pack.faults += _twice(pack)
    return pack


@lru_cache(maxsize=_KEPT)
def _read(kind: Kind, file: str, content: bytes) -> tuple[Found | Unread, tuple[Fault, ...]]:
    """Return what a file says, with the faults of reading it; one that stays the same is read once."""
    source = read_yaml(file, content)
    found = typed(kind, source)
    return (found if found is not None else _unread(kind, source)), tuple(source.faults)


def _unread(kind: Kind, source: Source) -> Unread:
    r"""Return what is known of a declaration that could not be read.

    >>> source = read_yaml("a.example.yaml", b"id: b\nproves: ['1.1']")
    >>> _unread(Kind("example", BaseModel), source)
    Unread(kind='example', id='b', claims=frozenset({'1.1'}))
    >>> _unread(Kind("example", BaseModel), read_yaml("c/a.example.yaml", b"["))
    Unread(kind='example', id='a', claims=None)
    """
    stem = source.file.rpartition("/")[2].partition(".")[0]
    if not isinstance(source.value, Mapping):
        return Unread(kind.name, stem, None)
    said = source.value.get("id")
    claims = [source.value.get(key) for key in ("carries_out", "proves")]
    named = {str(name) for listed in claims if isinstance(listed, list) for name in listed}
    return Unread(kind.name, said if isinstance(said, str) else stem, frozenset(named))


def typed(kind: Kind, source: Source) -> Found | None:
    """Return the typed declaration of a file, or note in the source why there is none.

    >>> from amur.base.declared import Text
    >>> source = read_yaml("a.yaml", b"zh: x")
    >>> typed(Kind("pack", Text), source) is None, source.faults[0].check
    (True, 'declaration.missing')
    """
    body = mapping_of(source)
    if body is None:
        return None
    said = body.get("kind")
    if isinstance(said, str) and said != kind.name and "kind" not in kind.model.model_fields:
        source.fault(source.locate(("kind",))[1], "declaration.kind", f"found kind {said!r}", f"write {kind.name!r}")
        return None
    if "kind" not in kind.model.model_fields:
        body = {name: value for name, value in body.items() if name != "kind"}
    try:
        declared = kind.model.model_validate(body)
    except ValidationError as error:
        details = error.errors(include_url=False)
        for detail in details:
            if not _follows(detail, details):
                _note(source, detail)
        return None
    declared_id = kind.name if kind.single else str(getattr(declared, "id", kind.name))
    return Found(kind, declared_id, body, declared, source)


_NAMED = re.compile(r"'([^']+)'")


def _note(source: Source, detail: ErrorDetails) -> None:
    """Turn one error of a type into a fault with file, line, what was found and what to do."""
    path = tuple(detail["loc"])
    line = source.locate(path)[1]
    where = ".".join(str(name) for name in path) or "the file"
    kind = detail["type"]
    if kind == "value_error":
        found, _, fix = str(detail["ctx"]["error"]).partition("; ")
        if named := _NAMED.search(found):
            line = source.line_of(named[1], last=" twice" in found) or line
        source.fault(line, "declaration.value", found if not path else f"{where}: {found}", fix or "correct it")
        return
    if kind == "string_type" and isinstance(detail["input"], int) and not isinstance(detail["input"], bool):
        fix = f'quote it: "{detail["input"]}"'
        source.fault(line, "yaml.quote", f"{where}: found the number {detail['input']}", fix)
        return
    if kind == "missing":
        source.fault(line, "declaration.missing", f"{where} is missing", advice(kind, {}))
        return
    if kind == "extra_forbidden":
        source.fault(line, "declaration.unknown", f"found the unknown key {where}", advice(kind, {}))
        return
    seen = _short(detail["input"])
    source.fault(line, "declaration.value", f"{where}: found {seen}", advice(kind, detail.get("ctx", {})))


def _follows(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Say whether a list only seems too short since what stands in it has errors of its own."""
    at = detail["loc"]
    return detail["type"] == "too_short" and any(one["loc"][: len(at)] == at != one["loc"] for one in details)


def _short(value: object) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "keys and values"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 - as long as a terminal line has room


def _twice(pack: Pack) -> Iterator[Fault]:
    """Yield a fault for each id that two files give to the same kind."""
    first: dict[tuple[str, str], Found] = {}
    for found in pack.found:
        key = (found.kind.name, found.id)
        if key in first:
            where = found.source.locate(("id",))
            said = f"found the {found.kind.name} {found.id!r} twice, first in {first[key].file}"
            yield Fault(*where, "pack.duplicate_id", said, "rename one")
        first.setdefault(key, found)
