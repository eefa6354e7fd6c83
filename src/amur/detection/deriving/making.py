"""How one value is made of another: a part of it, a word for it, the domain of a name, the zone of an address."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import re2  # type: ignore[import-untyped] # it has no types

from amur.detection.events import SEVERAL
from amur.detection.iocs.kinds import is_public_suffix
from amur.detection.iocs.networks import Networks
from amur.detection.iocs.spelling import address_of, name_of
from amur.detection.sigma.atoms import MANY, Atom, Op, predicate
from amur.detection.sigma.expressions import as_linear

Made = Callable[[Sequence[str]], Sequence[str | None]]
"""What makes values of values: as many come out as go in, null where nothing can be said."""

_MEMORY = 8 * 2**20
_LABELS = 8
"""How many labels a registered domain has at most: no public suffix is as long."""
_OLD_BITS, _NEW_BITS, _OLD = 24, 48, 4
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def each(make: Callable[[str], str | None]) -> Made:
    r"""Return what asks a function of each value, of several values in one field of each of them.

    >>> each(str.upper)(["a", "b\x1fc"])
    ['A', 'B\x1fC']
    """

    def made(values: Sequence[str]) -> list[str | None]:
        return [_of_several(make, value) if SEVERAL in value else make(value) for value in values]

    return made


def _of_several(make: Callable[[str], str | None], value: str) -> str | None:
    found = dict.fromkeys(said for one in value.split(SEVERAL) if (said := make(one)) is not None)
    return SEVERAL.join(found) if found else None


def part_of(expression: str) -> Made:
    r"""Return what takes the group of an expression; an empty one says nothing. Raises ValueError as `searching` does.

    >>> part_of(r"from (\S*)")(["Accepted for ann from 192.0.2.1", "no", "from "])
    ['192.0.2.1', None, None]
    """
    search = searching(expression)

    def made(value: str) -> str | None:
        found = search(value)
        return (found[1] or None) if found else None

    return each(made)


def searching(expression: str) -> Callable[[str], re.Match[str] | None]:
    """Return what looks for an expression, in a time that grows with the value alone.

    Raises ValueError if it has not one group, or cannot be asked in bounded time.
    """
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        found = re2.compile(as_linear(expression), options)
    except re2.error as error:
        raise ValueError(f"found an expression that cannot be used: {error}; correct it") from error
    if found.groups != 1:
        raise ValueError(f"found {found.groups} groups; put what is the value, and only that, between ( and )")
    search: Callable[[str], re.Match[str] | None] = found.search
    return search


class Patterns:
    """Patterns in which ``*`` is anything and letters count alike in either case, and a word for each.

    A pattern without ``*`` comes before one with it, and then the longer before the shorter.

    >>> kinds = Patterns({"service": ["svc-*"], "person": ["*"], "installer": ["svc-setup"]})
    >>> [kinds.word(one) for one in ("SVC-backup", "svc-setup", "ann")]
    ['service', 'installer', 'person']
    """

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._same: dict[str, str] = {}
        open_ones: list[tuple[str, str]] = []
        for word, patterns in words.items():
            for pattern in patterns:
                lowered = pattern.lower()
                if "*" in lowered:
                    open_ones.append((lowered, word))
                else:
                    self._same.setdefault(lowered, word)
        open_ones.sort(key=lambda one: -len(one[0].replace("*", "")))
        self._open = [(predicate(Atom("", Op.LIKE, one.replace("*", MANY))), word) for one, word in open_ones]

    def word(self, value: str) -> str | None:
        """Return the word for a value, or None."""
        lowered = value.lower()
        if (found := self._same.get(lowered)) is not None:
            return found
        return next((word for test, word in self._open if test(lowered)), None)

    def hold(self, value: str) -> bool:
        """Say whether one of them is as a value, of several values as one of these."""
        return any(self.word(one) is not None for one in value.split(SEVERAL))


@lru_cache(maxsize=1_000)
def one_of(patterns: tuple[str, ...]) -> str:
    r"""Return the expression for what ``Patterns.hold`` asks, of a value in small letters and as Arrow asks it.

    >>> one_of(("a.b*", "c")) == f"(?:^|{SEVERAL})(?:a\\.b[^{SEVERAL}]*|c)(?:{SEVERAL}|$)"
    True
    """
    anything = f"[^{SEVERAL}]*"
    inside = "|".join(anything.join(map(re.escape, one.lower().split("*"))) for one in patterns)
    return f"(?:^|{SEVERAL})(?:{inside})(?:{SEVERAL}|$)"


def registered_domain(text: str) -> str | None:
    """Return the part of a name that somebody registered, by the list of public suffixes; None of what has none.

    Only the end of a name is looked at: what a tunnel puts before it need not be a name at all.

    >>> registered_domain("A+b/c=.t1.Example.COM."), registered_domain("www.例子.中国")
    ('example.com', 'xn--fsqu00a.xn--fiqs8s')
    >>> registered_domain("com.cn"), registered_domain("192.0.2.1"), registered_domain("host")
    (None, None, None)
    """
    labels = text.strip().replace("。", ".").removesuffix(".").split(".")
    name = None
    for count in range(min(len(labels), _LABELS), 1, -1):
        if name := name_of(".".join(labels[-count:])):
            break
    if not name or address_of(text):
        return None
    parts = name.split(".")
    if is_public_suffix(name):
        return None
    longest = next(at for at in range(1, len(parts)) if is_public_suffix(".".join(parts[at:])))
    return ".".join(parts[longest - 1 :])


def zones_by(networks: Sequence[tuple[str, str]]) -> Made:
    """Return what says in which zone an address is: that of the narrowest network, of two alike the first.

    ``networks`` are pairs of a zone and a network.

    >>> zones_by([("internal", "10.0.0.0/8"), ("hosting", "10.9.0.0/16")])(["10.9.0.1", "10.0.0.1:80", "192.0.2.1"])
    ['hosting', 'internal', None]
    """
    kept = Networks([network for _, network in networks])
    names = [zone for zone, _ in networks]

    def of_each(values: Sequence[str]) -> list[str | None]:
        found: list[str | None] = [None] * len(values)
        for place, number in zip(*(each.tolist() for each in kept.holding(values)), strict=True):
            found[place] = found[place] or names[number]
        return found

    def made(values: Sequence[str]) -> list[str | None]:
        zones = of_each(values)
        for place in (at for at, value in enumerate(values) if SEVERAL in value):
            inside = dict.fromkeys(zone for zone in of_each(values[place].split(SEVERAL)) if zone)
            zones[place] = SEVERAL.join(inside) or None
        return zones

    return made


def network_around(value: str) -> str | None:
    """Return the network of 24 or, of the newer addresses, 48 bits around an address.

    >>> network_around("192.0.2.7:443"), network_around("2001:db8:1:2::3"), network_around("gate")
    ('192.0.2.0/24', '2001:db8:1::/48', None)
    """
    packed = address_of(value)
    if packed is None:
        return None
    bits = _OLD_BITS if len(packed) == _OLD else _NEW_BITS
    return str(ipaddress.ip_network((packed, bits), strict=False))


def clock_of(zone: str) -> Made:
    """Return what says the time of minutes since 1970 by the clocks of a time zone, with the offset from UTC.

    >>> clock_of("Etc/GMT-8")(["0", "29629440"])
    ['1970-01-01T08:00+08:00', '2026-05-03T08:00+08:00']
    """
    clock = ZoneInfo(zone)

    def made(minutes: str) -> str | None:
        try:
            return (_BEGIN + timedelta(minutes=int(minutes))).astimezone(clock).isoformat(timespec="minutes")
        except OverflowError:
            return None

    return each(made)
