"""Numbers as official texts print them: 三, 二十一, 一百零五, 12, １２, IV, 1er, première."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ROMAN_SHAPE = re.compile(r"(?=[IVXLC])C{0,3}(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")


def value_of(printed: str) -> int | None:
    """Return the value of a printed number, or None where it is none.

    >>> [value_of(printed) for printed in ("三", "十", "二十一", "五十", "一百零五", "二〇", "１２", "XIV", "甲", "")]
    [3, 10, 21, 50, 105, 20, 12, 14, None, None]
    """
    text = unicodedata.normalize("NFKC", printed).strip()
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= len("9999") else None
    if _ROMAN_SHAPE.fullmatch(text.upper()):
        return _roman(text.upper())
    return _chinese(text)


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def _chinese(text: str) -> int | None:
    if not text or any(character not in _DIGITS and character not in _UNITS for character in text):
        return None
    if not any(character in _UNITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit = 0, 0
    for place, character in enumerate(text):
        if character in _UNITS:
            total += (digit or (1 if place == 0 else 0)) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


_ORDINALS = (
    ("one", "premier", "première", "unique"),
    ("two", "deuxième", "second", "seconde"),
    ("three", "troisième"),
    ("four", "quatrième"),
    ("five", "cinquième"),
    ("six", "sixième"),
    ("seven", "septième"),
    ("eight", "huitième"),
    ("nine", "neuvième"),
    ("ten", "dixième"),
)
_BY_NAME = {name: value for value, names in enumerate(_ORDINALS, 1) for name in names}
_ENDING = re.compile(r"(?:er|re|e|st|nd|rd|th)$")


def ordinal_of(printed: str) -> int | None:
    """Return the value of a number that is written in English or French words, or with an ending.

    >>> [ordinal_of(printed) for printed in ("One", "première", "1er", "Ier", "2nd", "lamp")]
    [1, 1, 1, 1, 2, None]
    """
    named = _BY_NAME.get(printed.lower())
    if named or not _ENDING.search(printed):
        return named
    return value_of(_ENDING.sub("", printed))
