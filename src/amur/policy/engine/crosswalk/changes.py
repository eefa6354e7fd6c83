"""What changed in a passage, word by word: a word in letters, one character of Chinese, one sign."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import LCSseq

_TOKEN = re.compile(r"[0-9A-Za-z\u00c0-\u024f\u0370-\u052f]+|\S")
_ISLAND = 1
"""An unchanged stretch of so few words between two changes reads as changed too."""
_MOST_WORK = 400_000_000
"""Passages whose lengths multiply to more are shown as wholly changed; no paragraph that people cite is so long."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the passage: kept in both editions, cut from the old one, or added in the new one."""

    how: Literal["kept", "cut", "added"]
    text: str


def tokens(text: str) -> list[str]:
    """Return the words of a text as they are compared: how wide a sign is and where spaces stand counts for nothing.

    >>> tokens("点 灯（2盏）") == tokens("点灯(2盏)"), tokens("All lamps.")
    (True, ['All', 'lamps', '.'])
    """
    return [unicodedata.normalize("NFKC", found.group()) for found in _TOKEN.finditer(text)]


def changed_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return both texts as one, in pieces: what is cut and what is added marked.

    >>> [(piece.how, piece.text) for piece in changed_words("每年数一次灯。", "每年数两次灯。")]
    [('kept', '每年数'), ('cut', '一'), ('added', '两'), ('kept', '次灯。')]
    >>> changed_words("点灯。", "点灯。"), changed_words("", "")
    ((Piece(how='kept', text='点灯。'),), ())
    """
    before, after = _slices(old), _slices(new)
    found: list[Piece] = []
    for how, first, last, begin, end in _stretches(old, new):
        if how == "kept":
            found.append(Piece("kept", new[after[begin] : after[end]]))
            continue
        if last > first:
            found.append(Piece("cut", old[before[first] : before[last]]))
        if end > begin:
            found.append(Piece("added", new[after[begin] : after[end]]))
    return tuple(found)


def words_changed(old: str, new: str, starts: int, ends: int) -> bool:
    """Say whether any word between two characters of the old text was cut, or one added among or right beside them.

    >>> words_changed("每年数一次灯。夜里安静。", "每年数两次灯。夜里安静。", 0, 6)
    True
    >>> words_changed("每年数一次灯。夜里安静。", "每年数两次灯。夜里安静。", 7, 11)
    False
    """
    before = _slices(old)
    for how, first, last, _begin, _end in _stretches(old, new):
        if how == "kept":
            continue
        is_beside = first == last and starts <= before[first] <= ends
        if is_beside or (before[first] < ends and before[last] > starts):
            return True
    return False


def _slices(text: str) -> list[int]:
    """Return where each word begins, with the spaces after it, and where the text ends."""
    starts = [found.start() for found in _TOKEN.finditer(text)]
    return [0, *starts[1:], len(text)] if starts else [0]


def _stretches(old: str, new: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield what is kept and what is changed as ranges of words, with lone words between two changes among them."""
    before, after = tokens(old), tokens(new)
    if len(before) * len(after) > _MOST_WORK and before != after:
        yield "changed", 0, len(before), 0, len(after)
        return
    coded = LCSseq.opcodes(before, after)
    spans = [(op.tag == "equal", op.src_start, op.src_end, op.dest_start, op.dest_end) for op in coded]
    merged: list[list[int]] = []
    for place, (kept, first, last, begin, end) in enumerate(spans):
        lone = kept and last - first <= _ISLAND and 0 < place < len(spans) - 1
        is_kept = kept and not lone
        if merged and merged[-1][0] == int(is_kept):
            merged[-1][2], merged[-1][4] = last, end
        else:
            merged.append([int(is_kept), first, last, begin, end])
    for whole, first, last, begin, end in merged:
        yield "kept" if whole else "changed", first, last, begin, end
