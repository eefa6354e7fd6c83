"""The letters and elements of a drawing. Texts are escaped; nothing in them can become an element."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from html import escape
from typing import Final

from amur.base.glyphs import legible
from amur.methods.printing.words import Language

WIDTH: Final = 960
"""How wide drawings are, in their own units; text of 17 is eight points where one fills a page."""

PAPER, GROUND, HAIR, EDGE = "#ffffff", "#f2f5f5", "#d3dcdd", "#68787c"
INK, SECOND, META = "#12211f", "#3d4c50", "#536266"
RIVER, PINE, LARCH, CINNABAR = "#0b4f5c", "#14583a", "#6f4700", "#9c2617"
SCALE: Final = ("#e3eff0", "#b3d3d8", "#74aeb8", "#307e8c", "#0b4f5c")
"""Light to dark in one hue: told apart by whoever sees no colour, and in grey."""
HATCH, FINE_HATCH = "amur-hatch", "amur-hatch-fine"

_FACES: Final[Mapping[Language, str]] = {
    "zh": "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif",
    "en": "'Noto Sans CJK KR', 'Noto Sans', 'Segoe UI', Arial, 'Noto Sans CJK SC', sans-serif",
}
_NARROW, _WIDE = 0.57, 1.0
_LONGEST_WORD = 40
_OPENING, _CLINGING = frozenset({"Ps", "Pi"}), frozenset({"Pe", "Pf", "Po", "Pd"})
"""Marks that no line ends with, and marks that none begins with."""
Value = str | float | int


def element(name: str, inside: str | None = None, /, **attributes: Value) -> str:
    """Return an element; underscores in names of attributes are hyphens, and what is inside is markup already.

    >>> element("rect", x=1.50, width=20, stroke_width=0.5)
    '<rect x="1.5" width="20" stroke-width="0.5"/>'
    >>> element("g", element("path", d="M0 0"), fill='a"b')
    '<g fill="a&quot;b"><path d="M0 0"/></g>'
    """
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(one)}"' for key, one in attributes.items())
    return f"<{name}{said}/>" if inside is None else f"<{name}{said}>{inside}</{name}>"


def _value(value: Value) -> str:
    return escaped(value) if isinstance(value, str) else short(value)


def escaped(said: str) -> str:
    r"""Return a text as markup that says nothing but the text.

    >>> escaped("a<b>&\x00")
    'a&lt;b&gt;&amp;〔U+0000〕'
    """
    return escape(legible(said))


def short(value: float) -> str:
    """Return a number of a drawing with at most two digits after the point.

    >>> short(3.0), short(0.125), short(-0.001)
    ('3', '0.12', '0')
    """
    said = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said


def text(said: str, x: float, y: float, size: float = 17, **attributes: Value) -> str:
    """Return a line of text that stands on ``y``.

    >>> text("a<b", 1, 2, 15)
    '<text x="1" y="2" font-size="15" fill="#3d4c50">a&lt;b</text>'
    """
    return element("text", escaped(said), **{"x": x, "y": y, "font_size": size, "fill": SECOND, **attributes})


def strong(said: str, x: float, y: float, size: float = 17, colour: str = INK) -> str:
    """Return a line of text that stands out: the font has one weight, so a hair line is drawn around each letter."""
    return text(said, x, y, size, fill=colour, stroke=colour, stroke_width=size * 0.015)


def width_of(said: str, size: float) -> float:
    """Return about how wide a text is: exact for Chinese, a little too much for Latin text.

    >>> width_of("覆盖", 10), round(width_of("ab", 10), 1)
    (20.0, 11.4)
    """
    wide = sum(unicodedata.east_asian_width(one) in {"W", "F", "A"} for one in said)
    return size * (_WIDE * wide + _NARROW * (len(said) - wide))


def lines_of(said: str, size: float, width: float) -> list[str]:
    """Return a text in lines of a width; it is broken at spaces, and between any two characters where it must be.

    >>> lines_of("one two three", 10, 45), lines_of("甲乙丙丁", 10, 20)
    (['one two', 'three'], ['甲乙', '丙丁'])
    """
    found: list[str] = []
    for paragraph in legible(said).splitlines():
        line = ""
        for word in _words(paragraph):
            if line and width_of((line + word).rstrip(), size) > width:
                found.append(line.rstrip())
                line = ""
            line = (line + word).lstrip() if not line else line + word
        found.append(line.rstrip())
    return [one for one in found if one]


def _words(said: str) -> list[str]:
    """Return what a line may be broken after: Latin words with their space, and each wide character with its marks."""
    found = [""]
    for one in said:
        if found[-1] and _may_break(found[-1], one):
            found.append(one)
        else:
            found[-1] += one
    return found


def _may_break(word: str, one: str) -> bool:
    """Say whether a line may end between a word and the character after it."""
    if word.endswith(" ") or len(word) >= _LONGEST_WORD:
        return True
    if unicodedata.category(word[-1]) in _OPENING or unicodedata.category(one) in _CLINGING or one == " ":
        return False
    return _is_wide(word[-1]) or _is_wide(one)


def _is_wide(one: str) -> bool:
    return unicodedata.east_asian_width(one) in {"W", "F"}


def drawing(parts: list[str], height: float, language: Language, title: str, says: str) -> str:
    """Return a whole drawing; ``title`` names it and ``says`` tells what is on it, for who does not see it."""
    head = [element("title", escaped(title or says)), element("desc", escaped(says)), hatching()]
    return element(
        "svg",
        "\n".join([*head, *parts]) + "\n",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {short(height)}",
        width=WIDTH,
        height=height,
        role="img",
        lang=language,
        font_family=_FACES[language],
    )


def hatching(id_: str = HATCH, size: float = 1) -> str:
    """Return the pattern of what is simulated, not measured or not known, in units that are smaller by a size."""
    line = element("path", d="M-2 2L2 -2M0 10L10 0M8 12L12 8", stroke=EDGE, stroke_width=1)
    ground = element("rect", width=10, height=10, fill=PAPER)
    pattern = element(
        "pattern",
        ground + line,
        id=id_,
        width=10,
        height=10,
        patternUnits="userSpaceOnUse",
        patternTransform=f"scale({short(size)})",
    )
    return element("defs", pattern)
