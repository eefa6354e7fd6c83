"""Warning lists in the form of MISP: what is so common that an indicator for it is most likely a mistake.

A list is a ``list.json`` with a name, a type and the attributes that it speaks of. Nothing is thrown away by it: a hit
that a list speaks of is returned with the list's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import ahocorasick_rs
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amur.base.faults import NotFound
from amur.detection.iocs.kinds import Kind
from amur.detection.iocs.networks import Networks
from amur.detection.iocs.shelf import Unusable
from amur.detection.iocs.spelling import address_of, name_of, network_of, url_of
from amur.detection.iocs.texts import Domains, Places, Texts

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
_SHOWN = 120
_MOST_FAULTS = 20
"""How many faults of one list are told; the rest is counted."""


class _Given(msgspec.Struct):
    """A warning list as its file has it."""

    name: str
    type: str
    entries: list[Any] = msgspec.field(name="list")
    matching_attributes: list[str] = []


class WarningList(NamedTuple):
    """One list; ``kinds`` are those that it speaks of, ``entries`` what it says, each in the spelling of its type."""

    name: str
    kinds: frozenset[Kind]
    type: str
    entries: pa.Array


class Suppression:
    """All warning lists together; ``lists`` are their names, ``unusable`` is what of them could not be read.

    The entries of all lists of a type are looked up at once, and each says to which list it belongs.

    >>> known = warning_list({"name": "Known", "type": "hostname", "list": ["example.org"]}, "list.json", [])
    >>> Suppression([known]).names(Kind.URL, ["http://www.example.org/a", "http://example.com/"])
    [('Known',), ()]
    """

    def __init__(self, lists: Iterable[WarningList] = (), unusable: Sequence[Unusable] = ()) -> None:
        lists = tuple(lists)
        self.lists = tuple(each.name for each in lists)
        self.unusable = tuple(unusable)
        self._speaks = {kind: np.array([kind in each.kinds for each in lists], np.bool_) for kind in Kind}
        self._owners: dict[str, Places] = {}
        entries = {}
        for kind in TYPES:
            numbers = [number for number, each in enumerate(lists) if each.type == kind]
            parts = [lists[number].entries for number in numbers]
            self._owners[kind] = np.repeat(np.array(numbers, np.int64), [len(part) for part in parts])
            entries[kind] = pa.concat_arrays([pa.array([], pa.utf8()), *parts])
        self._networks = Networks(entries["cidr"].to_pylist())
        self._domains = Domains(entries["hostname"])
        self._texts = Texts(entries["string"])
        self._parts = _Parts(entries["substring"].to_pylist())
        self._patterns = entries["regex"].to_pylist()

    def names(self, kind: Kind, *columns: Sequence[str]) -> list[tuple[str, ...]]:
        """Return for each row of some columns of values which lists speak of one of them, as an indicator of a kind."""
        found: list[tuple[str, ...]] = [()] * len(columns[0])
        speaks, count = self._speaks[kind], len(self.lists)
        if not speaks.any():
            return found
        spoken = (at * count + owner for values in columns for at, owner in self._spoken(values))
        pairs = np.unique(np.concatenate([*spoken]))
        rows, numbers = np.divmod(pairs[speaks[pairs % count]], count)
        for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
            found[row] += (self.lists[number],)
        return found

    def _spoken(self, values: Sequence[str]) -> Iterator[tuple[Places, Places]]:
        """Give for each type which lists speak of values: (places of the values, numbers of the lists)."""
        hosts = [_host(value) or "" for value in values]
        at, entries, _ = self._domains.below(pa.array(hosts, pa.utf8()))
        yield at, self._owners["hostname"][entries]
        at, entries = self._within(values, hosts)
        yield at, self._owners["cidr"][entries]
        lowered = [value.lower() for value in values]
        at, entries = self._texts.find(pa.array(lowered, pa.utf8()))
        yield at, self._owners["string"][entries]
        at, entries = self._parts.find(lowered)
        yield at, self._owners["substring"][entries]
        column = pa.array(values, pa.utf8())
        for pattern, owner in zip(self._patterns, self._owners["regex"], strict=True):
            at = np.flatnonzero(pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False))
            yield at, np.full(len(at), owner)

    def _within(self, values: Sequence[str], hosts: Sequence[str]) -> tuple[Places, Places]:
        """Return which networks hold the whole of an address or a network, or the address in a URL."""
        at, ends = [], ([], [])  # type: tuple[list[int], tuple[list[str], list[str]]]
        for place, (value, host) in enumerate(zip(values, hosts, strict=True)):
            is_perhaps = "/" in value or address_of(value) or address_of(host)  # most values are names and are not
            if is_perhaps and (network := network_of(value) or network_of(host)):
                at.append(place)
                ends[0].append(str(network.network_address))
                ends[1].append(str(network.broadcast_address))
        first, last = (self._networks.holding(each) for each in ends)
        count = max(len(self._owners["cidr"]), 1)
        both = np.intersect1d(first[0] * count + first[1], last[0] * count + last[1])
        places, entries = np.divmod(both, count)
        return np.array(at, np.int64)[places], entries


class _Parts:
    """Parts of texts that are looked for, all of them in one pass over a text.

    >>> [found.tolist() for found in _Parts(["ab", "b"]).find(["xab", "a"])]
    [[0, 0], [0, 1]]
    """

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._search = ahocorasick_rs.AhoCorasick(parts) if parts else None

    def __reduce__(self) -> tuple[type[_Parts], tuple[list[str]]]:
        return _Parts, (self._parts,)

    def find(self, texts: Sequence[str]) -> tuple[Places, Places]:
        """Return which texts have which parts: (places of the texts, numbers of the parts)."""
        if self._search is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        found = [
            (at, part)
            for at, text in enumerate(texts)
            for part, _, _ in self._search.find_matches_as_indexes(text, overlapping=True)
        ]
        pairs = np.array(found, np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]


def _host(value: str) -> str | None:
    if "@" in value and "/" not in value:
        value = value.rpartition("@")[2]
    if name := name_of(value):
        return name
    url = url_of(value)
    return url.host if url else None


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
    named = [_ATTRIBUTES.get(each, set()) for each in said.matching_attributes]
    kinds = frozenset[Kind]().union(*named) if named else frozenset(Kind)
    if not kinds:
        return None  # it speaks of nothing that is matched here
    return WarningList(said.name, kinds, said.type, pa.array(_entries(said, file, faults), pa.utf8()))


def _entries(said: _Given, file: str, faults: list[Unusable]) -> Iterator[str]:
    """Give the entries of a list in the spelling of its type; what is none is added to the faults."""
    spell: Callable[[str], object] = {
        "cidr": network_of,
        "hostname": lambda entry: name_of(entry.lstrip(".")),
        "string": str.lower,
        "substring": str.lower,
        "regex": _pattern,
    }[said.type]
    bad = 0
    for each in said.entries:
        entry = each.strip() if isinstance(each, str) else ""
        spelled = spell(entry) if entry else None
        if spelled is not None:
            yield str(spelled)
            continue
        bad += 1
        if bad <= _MOST_FAULTS:
            why = f"it is no entry of type {said.type}"
            faults.append(Unusable(file, 1, str(each)[:_SHOWN], f"ioc.warninglist.{said.type}", why))
    if bad > _MOST_FAULTS:
        why = f"{bad - _MOST_FAULTS} more entries are none of type {said.type}"
        faults.append(Unusable(file, 1, said.name, f"ioc.warninglist.{said.type}", why))


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
