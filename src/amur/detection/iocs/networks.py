"""Networks looked up: which of them hold an address, the narrowest first.

Networks lie within one another or apart, so the addresses fall into intervals, each with one narrowest network, and a
network has at most one that is next wider.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from amur.detection.iocs.spelling import address_of

Places = npt.NDArray[np.int64]
_Given = tuple["array[int] | list[int]", "array[int]", "array[int]"]
"""Where each network begins, how long its prefix is, and its number; numbers of 128 bits stand in a list."""
_OLD, _NEW = 4, 16
"""How many bytes an address of IPv4 has, and one of IPv6."""


class Networks:
    """Networks that can be asked for an address, given as `network_of` spells them; one may stand there several times.

    >>> kept = Networks(["192.0.2.0/24", "192.0.2.7", "2001:db8::/32"])
    >>> asked, found = kept.holding(["192.0.2.7", "192.0.2.8", "2001:db8::1", "10.0.0.1", "nothing"])
    >>> asked.tolist(), found.tolist()
    ([0, 0, 1, 2], [1, 0, 0, 2])
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

    def holding(self, texts: Sequence[str]) -> tuple[Places, Places]:
        """Return which networks hold the addresses: (numbers of the addresses, of the networks), narrowest first."""
        old: tuple[list[int], list[int]] = ([], [])
        new: tuple[list[int], list[int]] = ([], [])
        for number, text in enumerate(texts):
            if (address := address_of(text)) is not None:
                numbers, addresses = old if len(address) == _OLD else new
                numbers.append(number)
                addresses.append(int.from_bytes(address, "big"))
        found = [self._old.holding(*old), self._new.holding(*new)]
        asked, held = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(asked, kind="stable")
        return asked[order], held[order]


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

    def holding(self, numbers: list[int], addresses: list[int]) -> tuple[Places, Places]:
        """Return which networks hold addresses that have numbers: from step to step the next wider ones."""
        asked, found = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        if addresses and len(self._table):
            places = np.searchsorted(self._table, self._as_array(addresses), "right") - 1
            owners = np.where(places >= 0, self._owners[places], -1)
            at = np.array(numbers, np.int64)
            while len(at):
                at, owners = at[owners >= 0], owners[owners >= 0]
                asked.append(at)
                found.append(self._numbers[owners].astype(np.int64))
                owners = self._wider[owners]
        return np.concatenate(asked), np.concatenate(found)
