"""Addresses and networks: which networks hold an address, the narrowest first.

Networks lie within one another or apart, so the addresses fall into intervals, each with one narrowest network, and a
network has at most one that is next wider. An address of IPv4 inside one of IPv6 (``::ffff:192.0.2.1``) is the former.
"""

from __future__ import annotations

import ipaddress
from array import array
from collections.abc import Iterable, Sequence
from socket import AF_INET, AF_INET6, inet_pton

import numpy as np

_Given = tuple["array[int] | list[int]", "array[int]", "array[int]"]
"""Where each network begins, how long its prefix is, and its number; numbers of 128 bits stand in a list."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_MAPPED = bytes(10) + b"\xff\xff"
_MAPPED_BITS = 96
_OLD, _NEW = 4, 16


def address_of(text: str) -> bytes | None:
    r"""Return an address as its bytes, or None if the text is none; brackets, zone and port are dropped.

    >>> address_of("192.0.2.1"), address_of("[::ffff:192.0.2.1]"), address_of("300.1.1.1")
    (b'\xc0\x00\x02\x01', b'\xc0\x00\x02\x01', None)
    >>> address_of("fe80::1%eth0").hex()
    'fe800000000000000000000000000001'
    >>> address_of("192.0.2.1:443") == address_of("[192.0.2.1]:443") == address_of("192.0.2.1")
    True
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    try:
        if text.count(":") <= 1:
            return inet_pton(AF_INET, text.partition(":")[0])
        found = inet_pton(AF_INET6, text.partition("%")[0])
    except (OSError, ValueError):
        return None
    return found[12:] if found.startswith(_MAPPED) else found


def network_of(text: str) -> Network | None:
    """Return a network or a single address as a network, or None if the text is neither.

    >>> str(network_of("192.0.2.7/24")), str(network_of("2001:DB8::1")), str(network_of("::ffff:10.0.0.0/104"))
    ('192.0.2.0/24', '2001:db8::1/128', '10.0.0.0/8')
    >>> network_of("192.0.2.0/33") is None
    True
    """
    try:
        found = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Network) and found.prefixlen >= _MAPPED_BITS:
        inside = found.network_address.ipv4_mapped
        return ipaddress.ip_network((inside, found.prefixlen - _MAPPED_BITS)) if inside else found
    return found


class Networks:
    """Networks that can be asked for an address, given as `network_of` spells them; one may stand there several times.

    >>> kept = Networks(["192.0.2.0/24", "192.0.2.7", "2001:db8::/32"])
    >>> kept.holding(["192.0.2.7", "192.0.2.8", "2001:db8::1", "10.0.0.1", "nothing"])
    [(0, 1), (0, 0), (1, 0), (2, 2)]
    """

    def __init__(self, networks: Iterable[str]) -> None:
        old: _Given = (array("Q"), array("B"), array("i"))
        new: _Given = ([], array("B"), array("i"))
        for number, text in enumerate(networks):
            begin, _, prefix = text.partition("/")
            if (packed := address_of(begin)) is None:
                raise ValueError(text)
            begins, prefixes, numbers = old if len(packed) == _OLD else new
            begins.append(int.from_bytes(packed, "big"))
            prefixes.append(int(prefix) if prefix else 8 * len(packed))
            numbers.append(number)
        self._old = _Intervals(old, _OLD)
        self._new = _Intervals(new, _NEW)

    @property
    def nbytes(self) -> int:
        """Return how many bytes they take."""
        return self._old.nbytes + self._new.nbytes

    def holding(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        """Return which networks hold the addresses: (number of the address, number of the network), narrowest first."""
        found: list[tuple[int, int]] = []
        old: tuple[list[int], list[int]] = ([], [])
        new: tuple[list[int], list[int]] = ([], [])
        for number, text in enumerate(texts):
            if (address := address_of(text)) is not None:
                numbers, addresses = old if len(address) == _OLD else new
                numbers.append(number)
                addresses.append(int.from_bytes(address, "big"))
        for intervals, (numbers, addresses) in ((self._old, old), (self._new, new)):
            found += ((numbers[at], one) for at, one in intervals.holding(addresses))
        found.sort(key=lambda hit: hit[0])
        return found


class _Intervals:
    """The networks of one version, as intervals that begin in ascending order."""

    def __init__(self, networks: _Given, size: int) -> None:
        begins, prefixes, numbers = networks
        order = np.lexsort((np.array(prefixes), np.array(begins, np.uint64 if size == _OLD else object)))
        self._size = size
        self._begins: array[int] | list[int] = array("Q") if size == _OLD else []
        self._narrowest = array("i")
        wider = array("i")
        within: list[tuple[int, int]] = []  # (first address after it, its place in the order)
        for place, number in enumerate(order):
            begin = begins[number]
            self._close(within, begin)
            wider.append(within[-1][1] if within else -1)
            self._open(begin, place)
            within.append((begin + (1 << (8 * size - prefixes[number])), place))
        self._close(within, 1 << (8 * size))
        self._wider = np.array(wider, np.int32)
        self._numbers = np.array(numbers, np.int32)[order]
        self._table = self._as_array(self._begins)
        self._owners = np.array(self._narrowest, np.int32)
        del self._begins, self._narrowest

    def _open(self, begin: int, place: int) -> None:
        if self._begins and self._begins[-1] == begin:
            self._narrowest[-1] = place
        elif begin < 1 << (8 * self._size):
            self._begins.append(begin)
            self._narrowest.append(place)

    def _close(self, within: list[tuple[int, int]], begin: int) -> None:
        while within and within[-1][0] <= begin:
            after, _ = within.pop()
            self._open(after, within[-1][1] if within else -1)

    def _as_array(self, addresses: Sequence[int]) -> np.ndarray:
        """Return addresses as numbers or, where these are too long, as bytes, which sort alike."""
        if self._size == _OLD:
            return np.array(addresses, np.uint32)
        return np.array([address.to_bytes(_NEW, "big") for address in addresses], "S16")

    @property
    def nbytes(self) -> int:
        return int(self._wider.nbytes + self._numbers.nbytes + self._table.nbytes + self._owners.nbytes)

    def holding(self, addresses: list[int]) -> list[tuple[int, int]]:
        if not addresses or not len(self._table):
            return []
        places = np.searchsorted(self._table, self._as_array(addresses), "right") - 1
        owners = np.where(places >= 0, self._owners[places], -1)
        asked = np.flatnonzero(owners >= 0)
        found: list[tuple[int, int]] = []
        for number, owner in zip(asked.tolist(), owners[asked].tolist(), strict=True):
            place = owner
            while place >= 0:
                found.append((number, int(self._numbers[place])))
                place = int(self._wider[place])
        return found
