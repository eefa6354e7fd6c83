"""Which of many patterns match a value, found in one pass.

Hyperscan where it is there, else a search for words with each hit looked at again; both answer alike. A value is given
as text; patterns are those of `amur.detection.sigma.atoms`, and what neither engine can say is asked of each value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import copy
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import ahocorasick_rs

from amur.detection.sigma.atoms import MANY, ONE, Atom, Op, predicate, split

hyperscan: Any = import_module("hyperscan") if find_spec("hyperscan") else None
"""It has no wheel on some machines."""

_ONE_SIGN = rb"[\x00-\x7f\xc2-\xf4][\x80-\xbf]*"
"""One character of UTF-8, to an engine that sees bytes."""
_ONLY_PYTHON = re.compile(r"\{,|\\Z|\(\?[PaLux<]|\\[NuU]|\\[1-9]")
"""What Python's expressions say otherwise than those of Hyperscan."""


class Scanner(Protocol):
    """Finds which atoms hold of a text, by their places in the list that it was made of."""

    def find(self, text: str) -> list[int]:
        """Return the places of the atoms that hold, in any order, each once."""

    def dump(self) -> bytes:
        """Return what makes it again without compiling."""

    def another(self) -> Scanner:
        """Return one for another thread, of the same patterns."""


def make(atoms: Sequence[Atom], dumped: bytes | None = None) -> Scanner:
    """Return a scanner for patterns with wildcards and expressions; ``dumped`` is what one of the same atoms gave."""
    return ByHyperscan(atoms, dumped) if hyperscan else ByWords(atoms)


class ByHyperscan:
    """Scans bytes by one database; what it cannot compile is asked of each text."""

    def __init__(self, atoms: Sequence[Atom], dumped: bytes | None = None) -> None:
        self._expressions = {place: predicate(atom) for place, atom in enumerate(atoms) if atom.op is Op.REGEX}
        self._slow = _slow(atoms)
        wanted = [place for place in range(len(atoms)) if place not in self._slow]
        self._database = _load(dumped) if dumped else _compile(atoms, wanted)
        self._scratch = hyperscan.Scratch(self._database) if self._database else None

    def find(self, text: str) -> list[int]:
        """Return the places of the atoms that hold."""
        found: list[int] = []
        if self._database:
            self._database.scan(text.encode(), _take, context=found, scratch=self._scratch)
        if self._expressions and not text.isascii():
            # Bytes are not characters there, so that an expression may count otherwise.
            found = [place for place in found if place not in self._expressions]
            return found + [place for place, test in self._expressions.items() if test(text)]
        return found + [place for place, test in self._slow.items() if test(text)] if self._slow else found

    def dump(self) -> bytes:
        """Return the database, as Hyperscan keeps it."""
        return bytes(hyperscan.dumpb(self._database)) if self._database else b""

    def another(self) -> ByHyperscan:
        """Return one with room of its own to scan in."""
        found = copy(self)
        found._scratch = hyperscan.Scratch(self._database) if self._database else None  # noqa: SLF001 -- one of its own
        return found


class ByWords:
    """Looks for the longest word of each pattern, and asks again where one was found."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self._tests = [predicate(atom) for atom in atoms]
        words = {place: word for place, atom in enumerate(atoms) if (word := longest_word(atom))}
        self._always = [place for place in range(len(atoms)) if place not in words]
        self._of_word: dict[str, list[int]] = {}
        for place, word in words.items():
            self._of_word.setdefault(word, []).append(place)
        self._words = list(self._of_word)
        self._search = ahocorasick_rs.AhoCorasick(self._words) if self._words else None

    def find(self, text: str) -> list[int]:
        """Return the places of the atoms that hold."""
        places = list(self._always)
        if self._search:
            lowered = text.lower()
            hits = {index for index, *_ in self._search.find_matches_as_indexes(lowered, overlapping=True)}
            places += [place for index in hits for place in self._of_word[self._words[index]]]
        return [place for place in places if self._tests[place](text)]

    def dump(self) -> bytes:
        """Return nothing: words are found again in no time."""
        return b""

    def another(self) -> ByWords:
        """Return itself, which keeps nothing of what it looks for."""
        return self


def longest_word(atom: Atom) -> str:
    """Return the longest word, in small letters, that a pattern cannot match without; none for an expression.

    >>> longest_word(Atom("Image", Op.CASED, "C:" + MANY + "Cmd.exe"))
    'cmd.exe'
    """
    if atom.op is Op.REGEX:
        return ""
    return max((part for part in split(atom.value) if part not in {MANY, ONE}), key=len, default="").lower()


def as_bytes_expression(pattern: str) -> bytes:
    r"""Return a pattern as an expression over bytes of UTF-8, as short as an engine likes it.

    >>> as_bytes_expression(MANY + "a.b"), as_bytes_expression("a" + MANY)
    (b'a\\x2eb\\z', b'^a')
    """
    parts = split(pattern)
    head, tail = parts[:1] == [MANY], parts[-1:] == [MANY]
    inner = parts[head : len(parts) - tail]
    body = b"".join({MANY: b".*", ONE: _ONE_SIGN}.get(part) or _escaped(part) for part in inner)
    return (b"" if head else b"^") + body + (b"" if tail else rb"\z")


def _escaped(part: str) -> bytes:
    return re.sub(rb"[^0-9A-Za-z\x80-\xff]", lambda found: b"\\x%02x" % found[0][0], part.encode())


def _slow(atoms: Sequence[Atom]) -> dict[int, Callable[[str], bool]]:
    """Return the tests of the expressions that Hyperscan cannot compile, or would read otherwise."""
    found = {}
    for place, atom in enumerate(atoms):
        if atom.op is Op.REGEX and (_ONLY_PYTHON.search(atom.value) or not atom.value.isascii() or not _compiles(atom)):
            found[place] = predicate(atom)
    return found


def _expression(atom: Atom) -> tuple[bytes, int]:
    once = hyperscan.HS_FLAG_SINGLEMATCH
    takes_nothing = predicate(atom)("") if atom.op is Op.REGEX else not atom.value.strip(MANY)
    once |= hyperscan.HS_FLAG_ALLOWEMPTY if takes_nothing else 0
    if atom.op is not Op.REGEX:
        return as_bytes_expression(atom.value), once | hyperscan.HS_FLAG_DOTALL
    flags = once
    flags |= hyperscan.HS_FLAG_CASELESS if "i" in atom.more else 0
    flags |= hyperscan.HS_FLAG_MULTILINE if "m" in atom.more else 0
    return atom.value.encode(), flags | (hyperscan.HS_FLAG_DOTALL if "s" in atom.more else 0)


def _compiles(atom: Atom) -> bool:
    try:
        _compile([atom], [0])
    except hyperscan.HyperscanError:
        return False
    return True


def _compile(atoms: Sequence[Atom], wanted: Sequence[int]) -> Any:
    if not wanted:
        return None
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    compiled = [_expression(atoms[place]) for place in wanted]
    database.compile(
        expressions=[expression for expression, _ in compiled],
        ids=list(wanted),
        elements=len(compiled),
        flags=[flags for _, flags in compiled],
    )
    return database


def _load(dumped: bytes) -> Any:
    return hyperscan.loadb(dumped, hyperscan.HS_MODE_BLOCK)


def _take(place: int, _start: int, _end: int, _flags: int, found: list[int]) -> None:
    found.append(place)
