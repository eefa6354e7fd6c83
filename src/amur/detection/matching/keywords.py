"""Keywords: looked for in all values of an event, but only where a first pass over a whole batch saw a part of one."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from amur.detection.events import RAW
from amur.detection.matching.scanning import hyperscan
from amur.detection.matching.values import ValueMatcher
from amur.detection.sigma.atoms import MANY, ONE, Atom, Op, split

_SURE = re.compile(r"[ !#-.0-\[\]-~]+")
"""Signs that JSON writes as they are, or by their number: one by its number makes a row be looked at as well."""
_BY_NUMBER = rb"\\u(?:00[2-7]|212[aA]|0130)|\xe2\x84\xaa|\xc4\xb0"
"""A sign of ASCII by its number, or one of the two others whose small letter has one: K of Kelvin and I with a dot."""
_MOST_A_ROW = 200
"""How many parts are seen in a row on the average before rows are looked at one by one."""
ESCAPED = 0
"""In place of a part: anything may stand there, since a sign is written by its number or nobody looked."""


class Keywords:
    """Says in which rows of a batch parts of keywords stand, and which keywords hold of the text of an event."""

    def __init__(self, atoms: Mapping[int, Atom]) -> None:
        """Make it of the atoms about the whole of an event, by number."""
        self._matcher = ValueMatcher(atoms)
        parts = {number: surest_part(atom) for number, atom in atoms.items()}
        names = sorted(set(parts.values()) - {""})
        places = {name: place for place, name in enumerate(names, start=ESCAPED + 1)} | {"": ESCAPED}
        self._part_of = {number: places[part] for number, part in parts.items()}
        self._looks = bool(hyperscan) and "" not in parts.values()
        self._database = _compile(names) if self._looks and names else None
        self._scratch = hyperscan.Scratch(self._database) if self._database else None
        self._once: Any = _compile(names, hyperscan.HS_FLAG_SINGLEMATCH) if self._database else None

    def find(self, text: str) -> frozenset[int]:
        """Return the numbers of the keywords that stand in the text of an event."""
        return frozenset(self._matcher.find(text))

    def parts_of(self, numbers: Iterable[int]) -> frozenset[int]:
        """Return the parts without which none of these keywords stands in a row; ``ESCAPED`` is always one."""
        return frozenset({ESCAPED, *(self._part_of[number] for number in numbers if number in self._part_of)})

    def parts_in(self, batch: pa.RecordBatch) -> Iterator[tuple[int, int]]:
        """Yield each row in which a part was seen, and the part; ``ESCAPED`` where anything may stand."""
        raw = batch.column(batch.schema.get_field_index(RAW)).cast(pa.large_utf8()).fill_null("")
        if self._database is None:
            yield from ((row, ESCAPED) for row in range(0 if self._looks else len(raw)))
            return
        offsets = np.frombuffer(raw.buffers()[1], dtype=np.int64)[raw.offset : raw.offset + len(raw) + 1]
        if not len(raw) or offsets[-1] == offsets[0]:
            return
        # One pass over the bytes of all rows: what runs from one row into the next is looked at in vain.
        seen: list[tuple[int, int]] = []
        text = memoryview(raw.buffers()[2])[int(offsets[0]) : int(offsets[-1])]
        try:
            self._database.scan(text, _take, context=(seen, _MOST_A_ROW * len(raw)), scratch=self._scratch)
        except hyperscan.ScanTerminated:
            yield from self._row_by_row(text, (offsets - offsets[0]).tolist())
            return
        ends = np.array([end for end, _ in seen], dtype=np.int64)
        rows = np.searchsorted(offsets - offsets[0], ends, side="left") - 1
        yield from zip(rows.tolist(), (part for _, part in seen), strict=True)

    def _row_by_row(self, text: memoryview, offsets: list[int]) -> Iterator[tuple[int, int]]:
        """Yield the same where parts stand in rows without end: each once."""
        scratch = hyperscan.Scratch(self._once)
        for row, (begin, end) in enumerate(pairwise(offsets)):
            seen: list[tuple[int, int]] = []
            if end > begin:
                self._once.scan(text[begin:end], _take, context=(seen, sys.maxsize), scratch=scratch)
            yield from ((row, part) for _, part in seen)


def surest_part(atom: Atom) -> str:
    r"""Return the longest part of a keyword that stands in JSON as it is; an empty text where there is none.

    >>> surest_part(Atom("*", Op.LIKE, MANY + "c:\\temp\\x.exe" + MANY)), surest_part(Atom("*", Op.REGEX, "a+"))
    ('x.exe', '')
    """
    if atom.op not in {Op.LIKE, Op.CASED}:
        return ""
    words = (word for part in split(atom.value) if part not in {MANY, ONE} for word in _SURE.findall(part.lower()))
    return max(words, key=len, default="")


def _compile(parts: Sequence[str], more: int = 0) -> Any:
    expressions = [re.escape(part).encode() for part in parts]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = [more, *[hyperscan.HS_FLAG_CASELESS | more] * len(parts)]
    places = list(range(ESCAPED, ESCAPED + 1 + len(parts)))
    database.compile(expressions=[_BY_NUMBER, *expressions], ids=places, elements=len(flags), flags=flags)
    return database


def _take(place: int, _start: int, end: int, _flags: int, into: tuple[list[tuple[int, int]], int]) -> bool:
    """Take one, and say whether there are too many to go on."""
    seen, most = into
    seen.append((end, place))
    return len(seen) > most
