"""A million texts in little memory, and many texts looked up in them at once.

Each text has a hash of 64 bits. The hashes stand sorted in one array, and a table of truth values says for their first
and for their last bits whether there are any, which answers most questions. Where a hash is found, the text itself is
compared, so that a hit is never a matter of luck.

The hash of a text of bytes ``b`` is the sum of ``t[b_j] * p**j`` modulo 2**64, mixed, with a table ``t`` and an odd
``p`` that are drawn at random, from a fixed seed. As ``p`` has an inverse, running sums over many texts give the hash
of each part of each of them: of a name and of all names above it in one pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

LONGEST = 1 << 14
"""The longest text, in bytes, that is kept or looked up."""
STRETCH = 1 << 17
"""How many bytes are worked on at a time: what then lies between two steps fits into a core's own memory."""
_LEAST_BITS, _MOST_BITS = 10, 25
_PER_TEXT_BITS = 4
"""There are at least 16 truth values for each text, of which its first and its last bits set one each, so that one in
seventy questions in vain goes on to the hashes."""
_SEED = 0x_A3C5_9AC2_F1D0_77E1
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some texts of a column: their bytes one after the other, and where each begins and ends in them."""

    first: int
    data: Bytes
    begins: Places
    ends: Places


class Hashing:
    """The hash of parts of texts; the same seed gives the same hashes.

    >>> abc = Hashing()
    >>> data = np.frombuffer(b"www.abc.abc", np.uint8)
    >>> www, first, second = abc.of(abc.sums(data), np.array([0, 4, 8]), np.array([3, 7, 11])).tolist()
    >>> first == second, www == first
    (True, False)
    """

    def __init__(self, seed: int = _SEED) -> None:
        draw = np.random.default_rng(seed)
        base = int(draw.integers(1 << 60)) * 8 + 3
        self._table = draw.integers(1 << 63, size=256, dtype=np.uint64)
        room = STRETCH + LONGEST
        self._powers: Numbers = np.cumprod(np.full(room, base, np.uint64), dtype=np.uint64)
        self._inverse: Numbers = np.cumprod(np.full(room + 1, pow(base, -1, 1 << 64), np.uint64), dtype=np.uint64)

    def sums(self, data: Bytes) -> Numbers:
        """Return the running sums over the bytes of a stretch, from which `of` takes its hashes."""
        terms = self._table.take(data)  # `take` needs half the time of an index
        terms *= self._powers[: len(data)]
        sums = np.empty(len(data) + 1, np.uint64)
        sums[0] = 0
        np.cumsum(terms, out=sums[1:])
        return sums

    def of(self, sums: Numbers, begins: Places, ends: Places) -> Numbers:
        """Return the hash of each part of a stretch, given by where it begins and ends."""
        found: Numbers = sums.take(ends)
        found -= sums.take(begins)
        found *= self._inverse.take(begins)
        found ^= found >> np.uint64(32)
        found *= _MIX
        found ^= found >> np.uint64(29)
        return found


HASHING = Hashing()


def stretches(texts: pa.Array) -> Iterator[Stretch]:
    """Give a column of texts without nulls as stretches, none of them longer than the hashing can take.

    A text longer than `LONGEST` stands there as an empty one, which nothing is equal to.
    """
    bounds, content = buffers(texts)
    bounds = bounds.astype(np.int64)
    first = 0
    while first < len(texts):
        after = int(np.searchsorted(bounds, bounds[first] + STRETCH, "right")) - 1
        if after <= first:  # one text that is longer than a stretch
            yield Stretch(first, content[:0], np.zeros(1, np.int64), np.zeros(1, np.int64))
            first += 1
            continue
        start = bounds[first]
        begins, ends = bounds[first:after] - start, bounds[first + 1 : after + 1] - start
        ends = np.where(ends - begins > LONGEST, begins, ends)
        yield Stretch(first, content[start : bounds[after]], begins, ends)
        first = after


def buffers(texts: pa.Array) -> tuple[npt.NDArray[np.int32], Bytes]:
    """Return where each text of a column begins and the last one ends, and the bytes of them all."""
    _, offsets, data = texts.buffers()
    if not len(texts) or offsets is None:
        return np.zeros(1, np.int32), np.zeros(0, np.uint8)
    bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return bounds, np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)


class Texts:
    """Texts that can be looked up; a text may stand there several times.

    >>> kept = Texts(pa.array(["b", "a", "b"]))
    >>> kept.find(pa.array(["c", "b", "a"]))
    [(1, 0), (1, 2), (2, 1)]
    """

    def __init__(self, texts: pa.Array) -> None:
        self.texts = texts
        self._bounds, self._content = buffers(texts)
        hashes = np.zeros(len(texts), np.uint64)
        for part in stretches(texts):
            hashes[part.first : part.first + len(part.begins)] = HASHING.of(
                HASHING.sums(part.data), part.begins, part.ends
            )
        order = np.argsort(hashes, kind="stable")
        self._order = order.astype(np.int32)
        self._hashes = hashes[order]
        bits = min(max(len(texts).bit_length() + _PER_TEXT_BITS, _LEAST_BITS), _MOST_BITS)
        self._shift = np.uint64(64 - bits)
        self._occurs = np.zeros(1 << bits, np.bool_)
        self._last = np.uint64((1 << bits) - 1)
        for bits_of in (self._hashes >> self._shift, self._hashes & self._last):
            self._occurs[bits_of.view(np.int64)] = True

    def __len__(self) -> int:
        return len(self._order)

    @property
    def nbytes(self) -> int:
        """Return how many bytes they take, the texts included."""
        return int(self._order.nbytes + self._hashes.nbytes + self._occurs.nbytes + self.texts.nbytes)

    def equal(self, data: Bytes, begins: Places, ends: Places, hashes: Numbers) -> tuple[Places, Places]:
        """Return which parts of a stretch are here, in their order: (numbers of the parts, numbers of the texts).

        The hashes are those of the parts. A part that several texts are equal to stands there several times.
        """
        maybe = np.flatnonzero(self._occurs.take((hashes >> self._shift).view(np.int64)))
        maybe = maybe[self._occurs.take((hashes[maybe] & self._last).view(np.int64))]
        first = np.searchsorted(self._hashes, hashes[maybe], "left")
        counts = np.searchsorted(self._hashes, hashes[maybe], "right") - first
        parts = np.repeat(maybe, counts)
        within = np.arange(len(parts)) - np.repeat(np.cumsum(counts) - counts, counts)
        numbers = self._order[np.repeat(first, counts) + within].astype(np.int64)
        lengths = ends[parts] - begins[parts]
        alike = lengths == self._bounds[numbers + 1] - self._bounds[numbers]
        parts, numbers, lengths = parts[alike], numbers[alike], lengths[alike]
        same = _same(data, begins[parts], self._content, self._bounds[numbers].astype(np.int64), lengths)
        return parts[same], numbers[same]

    def find(self, asked: pa.Array) -> list[tuple[int, int]]:
        """Return which of the texts asked for are here: (number of the one asked for, number of the one here)."""
        found: list[tuple[int, int]] = []
        for part in stretches(asked) if len(self) else ():
            hashes = HASHING.of(HASHING.sums(part.data), part.begins, part.ends)
            parts, numbers = self.equal(part.data, part.begins, part.ends, hashes)
            filled = part.ends[parts] > part.begins[parts]  # an empty text stands for one that is too long
            found += zip((parts[filled] + part.first).tolist(), numbers[filled].tolist(), strict=True)
        return found


def _same(one: Bytes, begins: Places, other: Bytes, others: Places, lengths: Places) -> npt.NDArray[np.bool_]:
    """Say of pairs of parts, each of some length, whether their bytes are the same."""
    total = np.cumsum(lengths)
    if not len(total) or not total[-1]:
        return np.ones(len(lengths), np.bool_)
    within = np.arange(total[-1]) - np.repeat(total - lengths, lengths)
    differs = one[np.repeat(begins, lengths) + within] != other[np.repeat(others, lengths) + within]
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(differs)])
    same: npt.NDArray[np.bool_] = before[total] == before[total - lengths]
    return same
