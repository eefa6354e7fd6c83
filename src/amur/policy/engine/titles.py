"""Titles: where the title of a part or a clause ends and its text begins."""

from __future__ import annotations

import re

_LONGEST_TITLE = 60
_LONGEST_INLINE_TITLE = 40
_LATIN_TITLE = 120
_INLINE_WORDS = 4
ENDS = ("。", "；", ";", "：", ":", "，", ",", ".", "！", "？", "!", "?")
_BRACKETED = re.compile(r"^[【\[](?P<title>[^】\]]{1,40})[】\]][\s\u3000]*")
_INLINE = re.compile(
    r"(?P<title>[A-ZÀ-Þ][^.:;,()|]{1,60})(?:\.[\s\u00a0]+|[\s\u00a0]*:[\s\u00a0]+|[\s\u00a0]+[–—][\s\u00a0]+)(?=[A-ZÀ-ÞŒ\"“«(].{20})"
)
# A sentence that quotes or that leads to something is no title.
_OPEN = re.compile(r"[：:][“「『\"]|“[^”]*$|「[^」]*$")
_FIRST_WIDE = "\u2e80"


def is_latin(text: str) -> bool:
    """Say whether a line is in letters and not in characters.

    >>> is_latin("Éclairer l'île"), is_latin("点灯")
    (True, False)
    """
    return all(character < _FIRST_WIDE for character in text)


def may_be_title(text: str) -> bool:
    """Say whether a line that stands alone may be a title: short, and no sentence.

    >>> may_be_title("点灯"), may_be_title("都要亮。"), may_be_title("Lamps")
    (True, False, True)
    """
    longest = _LATIN_TITLE if is_latin(text) else _LONGEST_INLINE_TITLE
    return 0 < len(text) <= longest and not text.endswith(ENDS) and " | " not in text


def split_title(rest: str, *, plain_follows: bool) -> tuple[str, str]:
    """Divide what follows a marker into a title and the paragraph that begins on the same line.

    >>> split_title("目的。让人人可用。", plain_follows=False)
    ('目的', '让人人可用。')
    >>> split_title("加快建设", plain_follows=True), split_title("加快建设。", plain_follows=False)
    (('加快建设', ''), ('', '加快建设。'))
    >>> split_title("Purpose. The island shall be lit every night.", plain_follows=False)
    ('Purpose', 'The island shall be lit every night.')
    """
    if is_latin(rest):
        return _split_latin(rest, plain_follows=plain_follows)
    stop = rest.find("。")
    if stop < 0:
        is_title = len(rest) <= _LONGEST_TITLE and not rest.endswith(("：", ":", "；", ";"))
        return (rest, "") if is_title else ("", rest)
    said = rest[:stop]
    if stop > _LONGEST_INLINE_TITLE or (stop == len(rest) - 1 and not plain_follows) or _OPEN.search(said):
        return "", rest
    return said, rest[stop + 1 :].strip(" \u3000")


def _split_latin(rest: str, *, plain_follows: bool) -> tuple[str, str]:
    found = _INLINE.match(rest)
    if found and len(found["title"].split()) <= _INLINE_WORDS:
        return found["title"], rest[found.end() :]
    if may_be_title(rest):
        return rest, ""
    bare = rest[:-1]
    short = len(rest) <= _LONGEST_TITLE and rest.endswith(".") and may_be_title(bare) and ". " not in rest
    if short and (plain_follows or bare.isupper()):
        return rest[:-1], ""
    return "", rest


def split_article_title(rest: str, *, plain_follows: bool) -> tuple[str, str]:
    """Do the same for an article, which mostly has no title: only in brackets, or on a line of its own.

    >>> split_article_title("【目的】为了公众。", plain_follows=False)
    ('目的', '为了公众。')
    >>> split_article_title("为了公众。", plain_follows=True), split_article_title("目的", plain_follows=True)
    (('', '为了公众。'), ('目的', ''))
    """
    if found := _BRACKETED.match(rest):
        return found["title"], rest[found.end() :]
    if is_latin(rest):
        return _split_latin(rest, plain_follows=plain_follows)
    if plain_follows and may_be_title(rest):
        return rest, ""
    return "", rest
