"""The smallest things that a rule says of an event: one field, one test. This module says what each of them means.

What is fast elsewhere must answer as `holds` does; it is slow, and the judge.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from amur.detection.events import SEVERAL
from amur.detection.sigma.expressions import asking

MANY, ONE = "\ue000", "\ue001"
"""The wildcards of a pattern, for ``*`` and ``?``; no other sign has a meaning there."""

WHOLE = "*"
"""In place of a field: all values of the event, as keywords are looked for."""

_KEPT = 20_000


class Op(StrEnum):
    """What is tested. Letters count alike in either case but for ``CASED`` and ``REGEX``."""

    LIKE = "like"
    CASED = "cased"
    REGEX = "regex"
    CIDR = "cidr"
    COMPARE = "compare"
    PART = "part"
    PRESENT = "present"
    ABSENT = "absent"
    FIELD = "field"


class Atom(NamedTuple):
    """A test of one field.

    ``value`` is a pattern (in small letters for ``LIKE``), an expression, a network, a number or the name of another
    field. ``more`` are the flags of an expression (of ``ims``), how numbers are compared (``lt``, ``lte``, ``gt``,
    ``gte``, ``neq``), which part of an instant, or how two fields are compared (``is``, ``starts``, ``ends``).
    """

    field: str
    op: Op
    value: str = ""
    more: str = ""

    def __str__(self) -> str:
        """Return the atom as its author would write it.

        >>> str(Atom("Image", Op.LIKE, MANY + "cmd.exe"))
        'Image like *cmd.exe'
        """
        said = self.value.replace(MANY, "*").replace(ONE, "?")
        return " ".join(part for part in (self.field or WHOLE, self.op, self.more, said) if part)


def holds(atom: Atom, value: str | None) -> bool:
    """Say whether a test holds of the value of its field; None is an event without that field.

    Of several values it holds if it holds of one of them.

    >>> holds(Atom("Image", Op.LIKE, MANY + "cmd.exe"), "C:/CMD.exe"), holds(Atom("Image", Op.ABSENT), None)
    (True, True)
    """
    if value is None:
        return atom.op is Op.ABSENT
    if atom.op in {Op.ABSENT, Op.PRESENT}:
        return atom.op is Op.PRESENT
    test = predicate(atom)
    return any(test(part) for part in value.split(SEVERAL))


def compare_fields(atom: Atom, value: str | None, other: str | None) -> bool:
    """Say whether two fields of an event are as ``FIELD`` wants them; a field that is absent is like no other.

    >>> compare_fields(Atom("User", Op.FIELD, "Owner", "starts"), "root:0", "ROOT")
    True
    """
    if value is None or other is None:
        return False
    ours, theirs = value.lower(), other.lower()
    if atom.more == "starts":
        return ours.startswith(theirs)
    return ours.endswith(theirs) if atom.more == "ends" else ours == theirs


@lru_cache(maxsize=_KEPT)
def predicate(atom: Atom) -> Callable[[str], bool]:
    """Return the test of an atom on one value of a field; ``WHOLE`` takes the text of the event in its place.

    >>> predicate(Atom("Port", Op.COMPARE, "1024", "gte"))("8080")
    True
    """
    return _TESTERS[atom.op](atom)


def split(pattern: str) -> list[str]:
    """Return the literal parts and the wildcards of a pattern, in their order.

    >>> split("a" + MANY + "b") == ["a", MANY, "b"]
    True
    """
    return [part for part in re.split(f"([{MANY}{ONE}])", pattern) if part]


def is_plain(pattern: str) -> bool:
    """Say whether a pattern has no wildcard, so that it is equal to what it matches."""
    return MANY not in pattern and ONE not in pattern


def _like(atom: Atom) -> Callable[[str], bool]:
    test = _matching(atom.value)
    return lambda value: test(value.lower())


def _cased(atom: Atom) -> Callable[[str], bool]:
    return _matching(atom.value)


def _matching(pattern: str) -> Callable[[str], bool]:
    """Return whether a whole value is as a pattern says; each part is taken where it first stands, so none twice."""
    begin, *rest = pattern.split(MANY)
    if is_plain(pattern):
        return lambda value: value == pattern
    first = _literal(begin)
    if not rest:
        return lambda value: len(value) == len(begin) and first(value, 0) == 0
    *inner, (last, length) = [(_literal(part), len(part)) for part in rest]

    def test(value: str) -> bool:
        place, end = len(begin), len(value) - length
        if place > end or first(value[:place], 0) or last(value[end:], 0):
            return False
        for find, size in inner:
            if (found := find(value, place)) < 0:
                return False
            place = found + size
        return place <= end

    return test


def _literal(part: str) -> Callable[[str, int], int]:
    """Return where a part without ``MANY`` first stands in a value from a place on, or -1."""
    if ONE not in part:
        return lambda value, place: value.find(part, place)
    search = re.compile("".join("." if sign == ONE else re.escape(sign) for sign in part), re.DOTALL).search

    def find(value: str, place: int) -> int:
        found = search(value, place)
        return found.start() if found else -1

    return find


def _regex(atom: Atom) -> Callable[[str], bool]:
    return asking(atom.value, atom.more)


def _cidr(atom: Atom) -> Callable[[str], bool]:
    network = ip_network(atom.value)

    def test(value: str) -> bool:
        try:
            address = ip_address(value)
        except ValueError:
            return False
        return address.version == network.version and address in network

    return test


def _compare(atom: Atom) -> Callable[[str], bool]:
    wanted, compare = float(atom.value), _COMPARED[atom.more]

    def test(value: str) -> bool:
        found = number(value)
        return found is not None and compare(found, wanted)

    return test


def number(value: str) -> float | None:
    """Return the number that a value says, in decimal or, with ``0x``, in hexadecimal digits.

    >>> number("0x10"), number("1.5"), number("x")
    (16.0, 1.5, None)
    """
    with suppress(ValueError, OverflowError):
        return float(int(value, 16)) if value[:2].lower() == "0x" else float(value)
    return None


def _part(atom: Atom) -> Callable[[str], bool]:
    def test(value: str) -> bool:
        with suppress(ValueError):
            instant = datetime.fromisoformat(value)
            found = instant.isocalendar().week if atom.more == "week" else getattr(instant, atom.more)
            return bool(found == int(atom.value))
        return False

    return test


_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "neq": operator.ne,
}
_TESTERS: dict[Op, Callable[[Atom], Callable[[str], bool]]] = {
    Op.LIKE: _like,
    Op.CASED: _cased,
    Op.REGEX: _regex,
    Op.CIDR: _cidr,
    Op.COMPARE: _compare,
    Op.PART: _part,
}
