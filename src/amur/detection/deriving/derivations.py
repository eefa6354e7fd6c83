"""Derivations of some files together, checked and ready: those of the package, and before them those of a unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from amur.detection.deriving.declarations import (
    LONGEST,
    Entry,
    Flaw,
    FromFile,
    Given,
    Telling,
    Unusable,
    Way,
    given,
    line_of,
)
from amur.detection.deriving.declarations import Path as Place
from amur.detection.deriving.making import (
    Made,
    Patterns,
    clock_of,
    each,
    network_around,
    part_of,
    registered_domain,
    zones_by,
)
from amur.detection.iocs.spelling import network_of

SHIPPED = Path(__file__).with_name("shipped.yaml")
"""What the package itself declares: names of fields as widely used logs have them; of networks the private ones."""
_Words = dict[str, dict[str, tuple[str, ...]]]
_LONGEST_LIST = 64 * 2**20


@dataclass(frozen=True, eq=False)
class Derivations:
    """What can be derived: ways to fields, kinds of logs, and what these need; a plain value."""

    fields: Mapping[str, tuple[Way, ...]] = field(default_factory=dict)
    kinds: tuple[tuple[str, Telling], ...] = ()
    networks: tuple[tuple[str, str], ...] = ()
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    time_zone: str | None = None

    def __getstate__(self) -> dict[str, object]:
        """Return what is declared; what was made ready of it is made anew where it is needed."""
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    @cached_property
    def ready(self) -> dict[str, tuple[tuple[Way, tuple[Made, ...]], ...]]:
        """Return the ways to each field, with what makes the value; a way that can give nothing is left out."""
        made = {name: [(way, self._makers(way)) for way in ways] for name, ways in self.fields.items()}
        return {name: tuple((way, makers) for way, makers in ways if makers is not None) for name, ways in made.items()}

    @cached_property
    def _zones(self) -> Made:
        return zones_by(self.networks)

    def _makers(self, way: Way) -> tuple[Made, ...] | None:
        made = (part_of(way.part),) if way.part else ()
        if way.words:
            return *made, each(Patterns(way.words).word)
        if way.by_list:
            return (*made, each(Patterns(self.lists[way.by_list]).word)) if self.lists[way.by_list] else None
        if way.reads == "local_time":
            return (clock_of(self.time_zone),) if self.time_zone else None
        if way.reads == "zone":
            return *made, self._zones
        if way.reads:
            return *made, each(registered_domain if way.reads == "domain" else network_around)
        return made


def load(files: Iterable[Path] = ()) -> Derivations:
    """Return what the package declares and, before that, what some files of a unit do.

    A way of a unit is tried before those of the package; its lists and networks come before them, too. Raises Unusable
    with all flaws of the first file that has some.
    """
    units = [_read(file) for file in files]
    return _merged([*units, _shipped()]) if units else _shipped()


@cache
def _shipped() -> Derivations:
    return _merged([_read(SHIPPED)])


def _merged(parts: list[Derivations]) -> Derivations:
    fields: dict[str, tuple[Way, ...]] = {}
    lists: dict[str, dict[str, tuple[str, ...]]] = {}
    networks: dict[str, str] = {}
    for part in parts:
        for name, ways in part.fields.items():
            fields[name] = fields.get(name, ()) + ways
        for name, words in part.lists.items():
            there = lists.setdefault(name, {})
            said = {pattern for inside in there.values() for pattern in inside}
            for word, patterns in words.items():
                there[word] = there.get(word, ()) + tuple(one for one in patterns if one not in said)
        for name, network in part.networks:
            networks.setdefault(network, name)
    kinds = tuple(one for part in parts for one in part.kinds)
    zone = next((part.time_zone for part in parts if part.time_zone), None)
    return Derivations(fields, kinds, tuple((name, net) for net, name in networks.items()), lists, zone)


def _read(file: Path) -> Derivations:
    """Return what one file declares; raises Unusable."""
    said, lines = given(str(file), _text(file, LONGEST, str(file), 1))
    reader = _Reader(file, lines)
    networks = tuple(reader.networks(said.networks))
    lists = {name: reader.words(words, ("lists", name)) for name, words in said.lists.items()}
    reader.check(said, lists)
    if reader.flaws:
        raise Unusable(sorted(reader.flaws))
    kinds = tuple((kind, one) for kind, ones in said.kinds.items() for one in ones)
    return Derivations(said.fields, kinds, networks, lists, said.time_zone)


def _text(file: Path, longest: int, said_in: str, line: int) -> str:
    """Return the text of a file that is named in a line of another or by itself; raises Unusable."""
    try:
        content = file.read_bytes()
        if len(content) > longest:
            raise Unusable([Flaw(said_in, line, f"{file} has more than {longest} bytes", "split it")])
        return content.decode("utf-8-sig")
    except OSError as error:
        found = f"{file} cannot be read: {error.strerror}"
        raise Unusable([Flaw(said_in, line, found, "name a file that is there")]) from error
    except UnicodeDecodeError as error:
        found = f"{file} is not UTF-8: byte {error.start} is {error.object[error.start]:#04x}"
        raise Unusable([Flaw(said_in, line, found, "save it as UTF-8")]) from error


class _Reader:
    """Reads what a file leaves to other files, and checks what its parts say of one another."""

    def __init__(self, file: Path, lines: Mapping[Place, int]) -> None:
        self.file, self.lines = file, lines
        self.flaws: list[Flaw] = []

    def networks(self, said: Mapping[str, tuple[Entry, ...]]) -> Iterator[tuple[str, str]]:
        """Yield each network with its zone, in one spelling."""
        zones: dict[str, str] = {}
        for zone, entries in said.items():
            for where, text in self._entries(entries, ("networks", zone)):
                if (network := network_of(text)) is None:
                    self._flaw(where, f"found {text!r}, which is no network", "write one such as 192.0.2.0/24")
                elif (other := zones.setdefault(str(network), zone)) != zone:
                    self._flaw(where, f"found {text!r} in {zone}, and in {other} before", "keep one")
                else:
                    yield zone, str(network)

    def words(self, said: Mapping[str, tuple[Entry, ...]], place: Place) -> dict[str, tuple[str, ...]]:
        """Return the patterns of each word."""
        found: dict[str, str] = {}
        for word, entries in said.items():
            for where, text in self._entries(entries, (*place, word)):
                if (other := found.setdefault(text.lower(), word)) != word:
                    self._flaw(where, f"found {text!r} as {word}, and as {other} before", "keep one")
        return {word: tuple(text for text, said_of in found.items() if said_of == word) for word in said}

    def check(self, said: Given, lists: _Words) -> None:
        """Note ways that go in a circle or name a list that is nowhere."""
        known = {*lists, *(_shipped().lists if self.file != SHIPPED else ())}
        for name, ways in said.fields.items():
            for number, way in enumerate(ways):
                if way.by_list and way.by_list not in known:
                    fix = f"declare it in lists, or name one of {', '.join(sorted(known))}"
                    self._flaw(("fields", name, number, "list"), f"found no list {way.by_list!r}", fix)
        graph = {name: {one for way in ways for one in way.needs} - {name} for name, ways in said.fields.items()}
        if self.file != SHIPPED:
            for name, ways in _shipped().fields.items():
                graph.setdefault(name, set()).update({one for way in ways for one in way.needs} - {name})
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = " from ".join(reversed(error.args[1]))
            ours = next((name for name in error.args[1] if name in said.fields), "")
            self._flaw(("fields", ours), f"found a circle: {circle}", "take one of these ways away")

    def _entries(self, entries: Iterable[Entry], place: Place) -> Iterator[tuple[Place, str]]:
        for number, one in enumerate(entries):
            where = (*place, number)
            if isinstance(one, FromFile):
                line = line_of(self.lines, where)
                content = _text(self.file.parent / one.file, _LONGEST_LIST, str(self.file), line)
                for said in content.splitlines():
                    if text := said.partition("#")[0].strip():
                        yield where, text
            else:
                yield where, one

    def _flaw(self, place: Place, found: str, fix: str) -> None:
        self.flaws.append(Flaw(str(self.file), line_of(self.lines, place), found, fix))
