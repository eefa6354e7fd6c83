"""Numbers that a file does not print but counts: those of lists in HTML and of numbered paragraphs in Word."""

from __future__ import annotations

_CHINESE = "零一二三四五六七八九"
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST = 399


def bracketed(number: int, kind: str) -> str:
    """Return the mark of an item as HTML's ``type`` says it.

    >>> [bracketed(3, kind) for kind in ("1", "a", "A", "i", "I")]
    ['3.', '(c)', 'C.', '(iii)', 'III.']
    """
    if kind == "a":
        return f"({letters(number)})"
    if kind == "i":
        return f"({roman(number)})"
    if kind == "A":
        return f"{letters(number).upper()}."
    return f"{roman(number).upper()}." if kind == "I" else f"{number}."


def letters(number: int) -> str:
    """Return a number as letters.

    >>> letters(1), letters(27)
    ('a', 'aa')
    """
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 9 + 1)


def roman(number: int) -> str:
    """Return a number in Roman figures, or in Arabic ones where those end.

    >>> roman(14), roman(0)
    ('xiv', '0')
    """
    if not 0 < number <= _MOST:
        return str(number)
    said = ""
    for value, sign in _ROMAN:
        while number >= value:
            said, number = said + sign, number - value
    return said


def chinese(number: int) -> str:
    """Return a number below a thousand in Chinese figures.

    >>> [chinese(number) for number in (3, 10, 21, 105, 110)]
    ['三', '十', '二十一', '一百零五', '一百一十']
    """
    if not 0 < number < 1000:  # noqa: PLR2004 -- what follows knows hundreds, tens and ones
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_CHINESE[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _CHINESE[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (_CHINESE[ones] if ones else "")
