"""A million texts in little memory, and a whole column of texts or of names looked up among them at once.

Each text has a hash of 64 bits. The hashes stand sorted in one array, and a table of truth values says for their first
bits whether there are any, which answers most questions. Where a hash is found, the text itself is compared, so that a
hit is never a matter of luck.

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

from amur.detection.iocs.spelling import name_of

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Truths = npt.NDArray[np.bool_]

LONGEST = 1 << 14
"""The longest text, in bytes, that is kept or looked up."""
STRETCH = 1 << 17
"""How many bytes are worked on at a time: what then lies between two steps fits into a core's own memory."""
_AT_ONCE = 1 << 16
"""How many texts are taken out of a column at a time, lest a copy of all of them be made."""
_LEAST_BITS, _MOST_BITS = 10, 25
_PER_TEXT_BITS = 4
"""There are at least 16 truth values for each text, so that one question in vain in sixteen goes on to the hashes."""
_SEED = 0x_A3C5_9AC2_F1D0_77E1
_MIX = np.uint64(0x9E3779B97F4A7C15)
_NONE: Places = np.zeros(0, np.int64)
_DOT = 0x2E
_AS_IS = b"abcdefghijklmnopqrstuvwxyz0123456789-_."
_ODD = 0xFF
"""What stands for a byte that no plain name has; it occurs in no text."""
_LOWERED = np.full(256, _ODD, np.uint8)
_LOWERED[list(_AS_IS.upper())] = list(_AS_IS)
_LOWERED[list(_AS_IS)] = list(_AS_IS)


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
    """Texts of a column that can be looked up, all or those of some ascending numbers; a text may be there twice.

    >>> kept = Texts(pa.array(["b", "a", "b", "c"]), np.array([0, 1, 2], np.int32))
    >>> asked, found = kept.find(pa.array(["c", "b", "a"]))
    >>> asked.tolist(), found.tolist()
    ([1, 1, 2], [0, 2, 1])
    """

    def __init__(self, column: pa.Array, numbers: npt.NDArray[np.int32] | None = None) -> None:
        self._column = column  # whose memory the next two look into
        self._bounds, self._content = buffers(column)
        if numbers is None:
            numbers = np.arange(len(column), dtype=np.int32)
        hashes = np.zeros(len(numbers), np.uint64)
        for first in range(0, len(numbers), _AT_ONCE):
            some = numbers[first : first + _AT_ONCE]
            together = some[-1] - some[0] + 1 == len(some)  # as they are in a list of one kind
            texts = column.slice(some[0], len(some)) if together else column.take(pa.array(some))
            for part in stretches(texts):
                begin = first + part.first
                found = HASHING.of(HASHING.sums(part.data), part.begins, part.ends)
                hashes[begin : begin + len(found)] = found
        order = np.argsort(hashes, kind="stable")
        self._numbers = numbers[order]
        self._hashes = hashes[order]
        bits = min(max(len(numbers).bit_length() + _PER_TEXT_BITS, _LEAST_BITS), _MOST_BITS)
        self._shift = np.uint64(64 - bits)
        self._occurs = np.zeros(1 << bits, np.bool_)
        self._occurs[(self._hashes >> self._shift).view(np.int64)] = True

    def __len__(self) -> int:
        return len(self._hashes)

    def equal(self, data: Bytes, begins: Places, ends: Places, hashes: Numbers) -> tuple[Places, Places]:
        """Return which parts of a stretch are here, in their order: (numbers of the parts, numbers of the texts).

        The hashes are those of the parts. A part that several texts are equal to stands there several times.
        """
        maybe = np.flatnonzero(self._occurs.take((hashes >> self._shift).view(np.int64)))
        parts, places = self._alike(maybe, hashes.take(maybe))
        numbers = self._numbers.take(places).astype(np.int64)
        starts = self._bounds.take(numbers).astype(np.int64)
        lengths = ends.take(parts) - begins.take(parts)
        alike = np.flatnonzero(lengths == self._bounds.take(numbers + 1) - starts)
        if len(alike) < len(parts):
            parts, numbers, starts, lengths = (each.take(alike) for each in (parts, numbers, starts, lengths))
        same = _same(data, begins.take(parts), self._content, starts, lengths)
        return (parts, numbers) if same.all() else (parts[same], numbers[same])

    def _alike(self, parts: Places, hashes: Numbers) -> tuple[Places, Places]:
        """Return where the hashes of parts stand here: (numbers of the parts, in their order; places)."""
        order = np.argsort(hashes)  # in ascending order they are found in half the time
        first = np.empty(len(parts), np.int64)
        first[order] = np.searchsorted(self._hashes, hashes.take(order))
        is_here = self._hashes.take(first, mode="clip") == hashes
        parts, hashes, first = parts[is_here], hashes[is_here], first[is_here]
        again = np.flatnonzero(self._hashes.take(first + 1, mode="clip") == hashes)
        if not len(again):
            return parts, first
        counts = np.ones(len(parts), np.int64)
        counts[again] = np.searchsorted(self._hashes, hashes[again], "right") - first[again]
        return np.repeat(parts, counts), spread(first, counts)

    def find(self, asked: pa.Array) -> tuple[Places, Places]:
        """Return which of the texts asked for are here: (numbers of those asked for, numbers of those here)."""
        found = [(_NONE, _NONE)]
        for part in stretches(asked) if len(self) else ():
            hashes = HASHING.of(HASHING.sums(part.data), part.begins, part.ends)
            parts, numbers = self.equal(part.data, part.begins, part.ends, hashes)
            filled = part.ends[parts] > part.begins[parts]  # an empty text stands for one that is too long
            found.append((parts[filled] + part.first, numbers[filled]))
        return np.concatenate([at for at, _ in found]), np.concatenate([numbers for _, numbers in found])


class Domains(Texts):
    """Names, each of which is found by itself and by every name below it.

    That holds however a name below it is made up, as names in real queries break every rule.

    >>> kept = Domains(pa.array(["evil.example", "xn--fsqu00a.xn--fiqs8s"]))
    >>> [column.tolist() for column in kept.below(pa.array(["a.B.evil.example.", "notevil.example", "www.例子.中国"]))]
    [[0, 2], [0, 1], [False, False]]
    """

    def below(self, asked: pa.Array) -> tuple[Places, Places, Truths]:
        """Return what is found: (numbers of the names asked for, numbers of those here, whether they are the same)."""
        found = [(_NONE, _NONE, _NONE.astype(np.bool_))]
        odd: list[int] = []
        for part in stretches(asked) if len(self) else ():
            odd += self._in(part, found)
        names = [(number, name) for number in odd if (name := name_of(asked[number].as_py()))]
        if names:
            at, numbers, is_whole = self.below(pa.array([name for _, name in names], pa.utf8()))
            found.append((np.array([number for number, _ in names])[at], numbers, is_whole))
        places, numbers = np.concatenate([at for at, _, _ in found]), np.concatenate([one for _, one, _ in found])
        is_whole = np.concatenate([each for _, _, each in found])
        order = np.argsort(places, kind="stable") if names else slice(None)
        return places[order], numbers[order], is_whole[order]

    def _in(self, part: Stretch, found: list[tuple[Places, Places, Truths]]) -> list[int]:
        """Look up the names of a stretch; return which of them are not plain, to be looked up one by one."""
        data = _LOWERED.take(part.data)
        owner, begins, ends, hashes = suffixes(data, part)
        odd = np.unique(np.searchsorted(part.begins, np.flatnonzero(data == _ODD), "right") - 1)
        parts, numbers = self.equal(data, begins, ends, hashes)
        if len(odd):
            plain = ~np.isin(owner[parts], odd)
            parts, numbers = parts[plain], numbers[plain]
        whose = owner[parts]
        is_whole = begins[parts] == part.begins[whose]
        order = np.argsort(whose, kind="stable")
        found.append((whose[order] + part.first, numbers[order], is_whole[order]))
        return [part.first + number for number in odd.tolist()]


def suffixes(data: Bytes, part: Stretch) -> tuple[Places, Places, Places, Numbers]:
    """Return each name and each name above it of two labels or more: whose it is, where it begins and ends, its hash.

    >>> part = next(stretches(pa.array(["a.b.c", "d"])))
    >>> [column.tolist() for column in suffixes(part.data, part)[:3]]
    [[0, 1, 0], [0, 5, 2], [5, 6, 5]]
    """
    ends = part.ends.copy()
    filled = np.flatnonzero(ends > part.begins)
    trailed = filled[data[ends[filled] - 1] == _DOT]
    ends[trailed] -= 1
    dots = np.flatnonzero(data == _DOT)
    before = np.searchsorted(dots, part.ends)
    counts = np.diff(before, prepend=0)
    dots = dots[: before[-1]]
    owner = np.repeat(np.arange(len(ends)), counts)
    is_above = np.ones(len(dots), np.bool_)
    is_above[before[counts > 0] - 1] = False  # one label alone is never looked for
    is_above[before[trailed[counts[trailed] > 1]] - 2] = False
    is_above &= dots >= part.begins[owner]  # a dot of a text that was too long belongs to none
    begins = dots[is_above] + 1
    above = owner[is_above]
    whose = np.concatenate([np.arange(len(ends)), above])
    begins = np.concatenate([part.begins, begins])
    ends = np.concatenate([ends, ends[above]])
    ends = np.maximum(begins, ends)
    return whose, begins, ends, HASHING.of(HASHING.sums(data), begins, ends)


def spread(firsts: Places, counts: Places) -> Places:
    """Return for each first number as many numbers that follow one another as its count says.

    >>> spread(np.array([5, 1]), np.array([2, 3])).tolist()
    [5, 6, 1, 2, 3]
    """
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(firsts - ends + counts, counts)


def _same(one: Bytes, begins: Places, other: Bytes, others: Places, lengths: Places) -> Truths:
    """Say of pairs of parts, each of some length, whether their bytes are the same."""
    differs = one.take(spread(begins, lengths)) != other.take(spread(others, lengths))
    if not differs.any():
        return np.ones(len(lengths), np.bool_)
    after = np.cumsum(lengths)
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(differs)])
    same: Truths = before[after] == before[after - lengths]
    return same
