"""Names looked up together with every name above them, a whole column at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from amur.detection.iocs.names import name_of
from amur.detection.iocs.texts import HASHING, Bytes, Numbers, Places, Stretch, Texts, stretches

_DOT = 0x2E
_AS_IS = b"abcdefghijklmnopqrstuvwxyz0123456789-_."
_ODD = 0xFF
"""What stands for a byte that no plain name has; it occurs in no text."""
_LOWERED = np.full(256, _ODD, np.uint8)
_LOWERED[list(_AS_IS.upper())] = list(_AS_IS)
_LOWERED[list(_AS_IS)] = list(_AS_IS)


class Domains:
    """Names, each of which is found by itself and by every name below it.

    That holds however a name below it is made up, as names in real queries break every rule.

    >>> kept = Domains(pa.array(["evil.example", "xn--fsqu00a.xn--fiqs8s"]))
    >>> kept.find(pa.array(["a.B.evil.example.", "notevil.example", "www.例子.中国"]))
    [(0, 0, False), (2, 1, False)]
    """

    def __init__(self, names: pa.Array) -> None:
        self.texts = Texts(names)

    def find(self, asked: pa.Array) -> list[tuple[int, int, bool]]:
        """Return what is found: (number of the name asked for, number of the one here, whether they are the same)."""
        found: list[tuple[int, int, bool]] = []
        odd: list[int] = []
        for part in stretches(asked) if len(self.texts) else ():
            odd += self._in(part, found)
        if odd:
            found += self._one_by_one(asked, odd)
            found.sort(key=lambda hit: hit[0])
        return found

    def _in(self, part: Stretch, found: list[tuple[int, int, bool]]) -> list[int]:
        """Look up the names of a stretch; return which of them are not plain, to be looked up one by one."""
        data = _LOWERED.take(part.data)
        owner, begins, ends, hashes = suffixes(data, part)
        odd = np.unique(np.searchsorted(part.begins, np.flatnonzero(data == _ODD), "right") - 1)
        parts, numbers = self.texts.equal(data, begins, ends, hashes)
        if len(odd):
            plain = ~np.isin(owner[parts], odd)
            parts, numbers = parts[plain], numbers[plain]
        whose = owner[parts]
        is_whole = begins[parts] == part.begins[whose]
        order = np.argsort(whose, kind="stable")
        columns = (whose + part.first, numbers, is_whole)
        found += zip(*(column[order].tolist() for column in columns), strict=True)
        return [part.first + number for number in odd.tolist()]

    def _one_by_one(self, asked: pa.Array, odd: list[int]) -> list[tuple[int, int, bool]]:
        names = [(number, name) for number in odd if (name := name_of(asked[number].as_py()))]
        numbers = [number for number, _ in names]
        again = self.find(pa.array([name for _, name in names], pa.utf8()))
        return [(numbers[at], one, is_whole) for at, one, is_whole in again]


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
