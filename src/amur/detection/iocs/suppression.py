"""Warning lists in the form of MISP: what is so common that an indicator for it is most likely a mistake.

A list is a ``list.json`` with a name, a type and the attributes that it speaks of. Nothing is thrown away by it: a hit
that a list speaks of is returned with the list's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amur.base.faults import NotFound
from amur.detection.iocs.kinds import Kind
from amur.detection.iocs.networks import Networks
from amur.detection.iocs.shelf import Unusable
from amur.detection.iocs.spelling import name_of, network_of, url_of
from amur.detection.iocs.texts import Domains, Texts, Truths

TYPES = ("cidr", "hostname", "string", "substring", "regex")
_NAMES = {Kind.DOMAIN, Kind.HOST}
_ATTRIBUTES: dict[str, set[Kind]] = {
    "domain": _NAMES, "hostname": _NAMES, "domain|ip": {*_NAMES, Kind.ADDRESS, Kind.NETWORK}, "url": {Kind.URL},
    "uri": {Kind.URL}, "link": {Kind.URL}, "ip-src": {Kind.ADDRESS, Kind.NETWORK},
    "ip-dst": {Kind.ADDRESS, Kind.NETWORK}, "ip-src|port": {Kind.ADDRESS, Kind.NETWORK},
    "ip-dst|port": {Kind.ADDRESS, Kind.NETWORK}, "md5": {Kind.MD5}, "sha1": {Kind.SHA1}, "sha256": {Kind.SHA256},
    "sha512": {Kind.SHA512}, "filename": {Kind.FILE}, "filename|md5": {Kind.MD5, Kind.FILE},
    "filename|sha1": {Kind.SHA1, Kind.FILE}, "filename|sha256": {Kind.SHA256, Kind.FILE},
    "filename|sha512": {Kind.SHA512, Kind.FILE}, "email": {Kind.EMAIL}, "email-src": {Kind.EMAIL},
    "email-dst": {Kind.EMAIL}, "email-reply-to": {Kind.EMAIL},
}  # fmt: skip
_LONGEST_PATTERN = 4096


class _Given(msgspec.Struct):
    """A warning list as its file has it."""

    name: str
    type: str
    entries: list[Any] = msgspec.field(name="list")
    matching_attributes: list[str] = []


class Asked:
    """Values that warning lists are asked for, in each form in which one of them wants them."""

    def __init__(self, values: Sequence[str]) -> None:
        self.values = pa.array(values, pa.utf8())
        self._given = values

    @cached_property
    def lowered(self) -> pa.Array:
        """Return the values as lists of texts have them."""
        return pa.array([value.lower() for value in self._given], pa.utf8())

    @cached_property
    def hosts(self) -> pa.Array:
        """Return the names or addresses in the values; an empty text where there is none."""
        return pa.array([_host(value) or "" for value in self._given], pa.utf8())

    @cached_property
    def ends(self) -> tuple[list[str], list[str]]:
        """Return the first and the last address of each value or of the host in it; empty texts where it has none."""
        networks = [
            network_of(one) or network_of(host) for one, host in zip(self._given, self.hosts.to_pylist(), strict=True)
        ]
        return (
            [str(each.network_address) if each else "" for each in networks],
            [str(each.broadcast_address) if each else "" for each in networks],
        )


@dataclass(frozen=True)
class WarningList:
    """One list, ready to be asked; ``kinds`` are those that it speaks of, and one of the others holds its entries."""

    name: str
    kinds: frozenset[Kind]
    domains: Domains | None = None
    texts: Texts | None = None
    networks: Networks | None = None
    parts: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    def holds(self, asked: Asked) -> Truths:
        """Say of each value whether the list speaks of it.

        >>> made = warning_list({"name": "Known", "type": "hostname", "list": ["example.org"]}, "list.json", [])
        >>> made.holds(Asked(["www.example.org", "http://example.org/a", "example.com"])).tolist()
        [True, True, False]
        """
        found = np.zeros(len(asked.values), np.bool_)
        if self.networks is not None:
            first, last = (self.networks.holding(ends) for ends in asked.ends)
            both = set(zip(*map(np.ndarray.tolist, first), strict=True)).intersection(
                zip(*map(np.ndarray.tolist, last), strict=True)
            )
            found[[at for at, _ in both]] = True
        elif self.domains is not None:
            found[self.domains.below(asked.hosts)[0]] = True
        elif self.texts is not None:
            found[self.texts.find(asked.lowered)[0]] = True
        for part in self.parts:
            found |= pc.match_substring(asked.lowered, part).to_numpy(zero_copy_only=False)
        for pattern in self.patterns:
            found |= pc.match_substring_regex(asked.values, pattern).to_numpy(zero_copy_only=False)
        return found


def _host(value: str) -> str | None:
    if "@" in value and "/" not in value:
        value = value.rpartition("@")[2]
    if name := name_of(value):
        return name
    url = url_of(value)
    return url.host if url else None


class Suppression:
    """All warning lists; ``unusable`` is what of them could not be read."""

    def __init__(self, lists: Iterable[WarningList] = (), unusable: Sequence[Unusable] = ()) -> None:
        self.lists = tuple(lists)
        self.unusable = tuple(unusable)

    def names(self, kind: Kind, *columns: Sequence[str]) -> list[tuple[str, ...]]:
        """Return for each row of some columns of values which lists speak of one of them, as an indicator of a kind.

        >>> known = warning_list({"name": "Resolvers", "type": "cidr", "list": ["192.0.2.0/24"]}, "list.json", [])
        >>> Suppression([known]).names(Kind.ADDRESS, ["192.0.2.1", "10.0.0.1"])
        [('Resolvers',), ()]
        """
        asked = [Asked(values) for values in columns]
        found: list[tuple[str, ...]] = [()] * len(columns[0])
        for each in self.lists:
            if kind in each.kinds:
                for at in np.flatnonzero(np.logical_or.reduce([each.holds(one) for one in asked])).tolist():
                    found[at] += (each.name,)
        return found


def suppress(*folders: Path) -> Suppression:
    """Return the warning lists in folders, each in a file of its own.

    Raises:
        NotFound: if there is no such folder or file.
    """
    made, faults = [], list[Unusable]()
    for folder in folders:
        if not folder.exists():
            raise NotFound("ioc.path", f"there is no folder '{folder}' to read warning lists from", path=str(folder))
        for file in [folder] if folder.is_file() else sorted(folder.rglob("*.json")):
            try:
                given = msgspec.json.decode(file.read_bytes())
            except (OSError, msgspec.DecodeError, RecursionError) as error:
                faults.append(Unusable(str(file), 1, "", "ioc.json", f"it cannot be read: {error}"))
                continue
            if found := warning_list(given, str(file), faults):
                made.append(found)
    return Suppression(made, faults)


def installed_lists() -> Path | None:
    """Return the folder of the lists that the package `pymispwarninglists` carries, where somebody has installed it."""
    found = find_spec("pymispwarninglists")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "data" / "misp-warninglists" / "lists"
    return folder if folder.is_dir() else None


def warning_list(given: object, file: str, faults: list[Unusable]) -> WarningList | None:
    """Return a list from what its file says, or None; what of it cannot be used is added to the faults."""
    try:
        said = msgspec.convert(given, _Given)
    except msgspec.ValidationError as error:
        faults.append(Unusable(file, 1, "", "ioc.warninglist", f"it is no warning list: {error}"))
        return None
    if said.type not in TYPES:
        why = f"'{said.type}' is no type of a warning list; the types are {', '.join(TYPES)}"
        faults.append(Unusable(file, 1, said.type, "ioc.warninglist.type", why))
        return None
    entries = [each for each in said.entries if isinstance(each, str) and each.strip()]
    if len(entries) < len(said.entries):
        why = f"{len(said.entries) - len(entries)} entries are no text"
        faults.append(Unusable(file, 1, said.name, "ioc.warninglist.entry", why))
    kinds = frozenset().union(*(_ATTRIBUTES.get(each, set()) for each in said.matching_attributes)) or frozenset(Kind)
    if said.matching_attributes and not any(each in _ATTRIBUTES for each in said.matching_attributes):
        return None  # it speaks of nothing that is matched here
    return _made(said, kinds, entries, file, faults)


def _made(said: _Given, kinds: frozenset[Kind], entries: list[str], file: str, faults: list[Unusable]) -> WarningList:
    def kept(entry: str, value: Any) -> Any:
        if value is None:
            faults.append(
                Unusable(file, 1, entry[:120], f"ioc.warninglist.{said.type}", f"it is no entry of type {said.type}")
            )
        return value

    if said.type == "cidr":
        networks = [str(found) for each in entries if (found := kept(each, network_of(each)))]
        return WarningList(said.name, kinds, networks=Networks(networks))
    if said.type == "hostname":
        names = [found for each in entries if (found := kept(each, name_of(each.strip().lstrip("."))))]
        return WarningList(said.name, kinds, domains=Domains(pa.array(names, pa.utf8())))
    if said.type == "string":
        return WarningList(
            said.name, kinds, texts=Texts(pa.array([each.strip().lower() for each in entries], pa.utf8()))
        )
    if said.type == "substring":
        return WarningList(said.name, kinds, parts=tuple(each.strip().lower() for each in entries))
    patterns = [found for each in entries if (found := kept(each, _pattern(each.strip())))]
    return WarningList(said.name, kinds, patterns=tuple(patterns))


def _pattern(entry: str) -> str | None:
    """Return a pattern for RE2, whose time is linear in what it reads; ``/…/i`` is how MISP writes most of them.

    >>> _pattern("/^a/i"), _pattern("^a"), _pattern("(?=a)")
    ('(?i)^a', '(?i)^a', None)
    """
    if len(entry) > _LONGEST_PATTERN:
        return None
    if entry.startswith("/") and entry.rpartition("/")[0]:
        entry = entry[1:].rpartition("/")[0]
    pattern = f"(?i){entry}"
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid:
        return None
    return pattern
