"""Text that anybody may have written, made safe to show: nothing in it can act, hide, or turn what stands around it.

Logs are written by attackers too. What is shown is escaped, and what no reader would see, such as signs of control,
halves of characters and orders to write from right to left, stands as its number.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from amur.detection.events import SEVERAL

MOST_OF_A_VALUE = 240
"""How many characters of a value or a title are shown."""
MOST_OF_AN_EVENT = 4_000
"""How many characters of an event are shown as it came."""

_NOT_PLAIN = re.compile(r"[^\x20-\x7e]")
_SPACES = "\n\t\u3000"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"?+(\s*+:)?', re.DOTALL)
_ADDRESS = re.compile(r"https?://[\w.:-]+(?:/[\w.~!$&*+,;=:@%/?#-]*)?", re.ASCII)


def shown(text: str, most: int = MOST_OF_A_VALUE) -> Markup:
    r"""Return a text as markup that shows it; what is longer is cut, and its length told.

    >>> shown("<b>\u202e\x00")
    Markup('&lt;b&gt;<mark>U+202E</mark><mark>U+0000</mark>')
    >>> shown("abcdef", 4)
    Markup('abcd<small>… [4 / 6]</small>')
    """
    return _safe(text[:most]) + _rest(text, most)


def value(text: str) -> Markup:
    r"""Return a value of a field as markup that shows it, the values of one that has several with dots between.

    A long path may be broken after a stroke.

    >>> value("a\x1fC:\\b")
    Markup('a · C:\\<wbr />b')
    """
    told = str(shown(text.replace(SEVERAL, " · ")))
    return Markup(told.replace("\\", "\\<wbr />"))  # noqa: S704 -- made safe in the line before


def event(text: str, most: int = MOST_OF_AN_EVENT) -> Markup:
    """Return an event as markup that shows it as it came; if it is JSON, the names in it stand out.

    >>> event('{"a": "b"}')
    Markup('{<b>&#34;a&#34;:</b> &#34;b&#34;}')
    """
    cut = text[:most]
    if not cut.lstrip().startswith(("{", "[")):
        return _safe(cut) + _rest(text, most)
    pieces, done = [], 0
    for found in _QUOTED.finditer(cut):
        if found[1]:
            pieces += [_safe(cut[done : found.start()]), Markup("<b>") + _safe(found[0]) + Markup("</b>")]
            done = found.end()
    return Markup("").join([*pieces, _safe(cut[done:])]) + _rest(text, most)


def is_address(text: str) -> bool:
    """Say whether a text is an address of the web that a link may lead to.

    >>> is_address("https://example.org/a?b=c"), is_address("javascript:alert(1)")
    (True, False)
    """
    return len(text) <= MOST_OF_A_VALUE and _ADDRESS.fullmatch(text) is not None


def _safe(text: str) -> Markup:
    escaped = str(escape(text))
    if escaped.isascii() and escaped.isprintable():
        return Markup(escaped)  # noqa: S704 -- escaped in the line before
    return Markup(_NOT_PLAIN.sub(_told, escaped))  # noqa: S704 -- escaped above, and a number is all that is put in


def _told(found: re.Match[str]) -> str:
    sign = found[0]
    return sign if sign.isprintable() or sign in _SPACES else f"<mark>U+{ord(sign):04X}</mark>"


def _rest(text: str, most: int) -> Markup:
    return Markup("<small>… [{:,} / {:,}]</small>").format(most, len(text)) if len(text) > most else Markup("")
