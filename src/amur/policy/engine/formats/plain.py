"""Plain text: lines that were broken at a fixed width are put together again, and struck-out words are left out."""

from __future__ import annotations

import re

from amur.policy.engine.formats.extracted import Extracted
from amur.policy.engine.markers import line_of

_STRUCK = re.compile(r"~~(?P<marked>[^~\n]{1,200})~~|(?P<overlaid>(?:[^\s\u0336]\u0336\s?)+)")
_HEADING = re.compile(r"(?P<level>#{1,6})[ \t]+(?P<text>\S.*?)[ \t#]*")
_COMMENT = re.compile(r"<!--[^\n]{0,200}?-->")
_WIDEST = 110
_NARROWEST = 30
_FULL = 0.8
_BRIMFUL = 0.95
_MOST_FULL = 0.4
_ENDS = ("。", "！", "？", "；", "：", ".", "!", "?", ";", ":")


def extract(text: str) -> Extracted:
    r"""Return the lines of a plain text.

    >>> found = extract("# Lamps\n\nby ~~1 May~~ 1 June 2026")
    >>> found.lines, found.headings, found.struck
    (['Lamps', 'by 1 June 2026'], {0: 1}, ['1 May'])
    """
    found = Extracted()

    def leave_out(match: re.Match[str]) -> str:
        found.struck.append((match["marked"] or match["overlaid"]).replace("\u0336", ""))
        return ""

    text = _STRUCK.sub(leave_out, text) if "~~" in text or "\u0336" in text else text
    text = _COMMENT.sub("", text)
    for line in unbroken(text.split("\n")):
        if heading := _HEADING.fullmatch(line):
            found.add(heading["text"], level=len(heading["level"]))
        else:
            found.add(re.sub(r"(?<=\S)  +(?=\S)", " ", line) if found.struck else line)
    return found


def unbroken(lines: list[str]) -> list[str]:
    """Put lines together that were broken at a width; a text whose paragraphs are lines stays as it is.

    >>> wide = ["Each lamp of the island has a keeper who cleans it", "every week and lights it in", "time."]
    >>> unbroken(wide)[0][-35:], unbroken(["灯", "都要亮"])
    ('eans it every week and lights it in', ['灯', '都要亮'])
    """
    width = _width(lines)
    if not width:
        return lines
    joined: list[str] = []
    goes_on = False
    for line in lines:
        ended = bool(joined) and joined[-1].rstrip().endswith(_ENDS)
        if goes_on and line.strip() and line_of(line).rank is None and not (ended and line[:1] in " \t\u3000“「"):
            joined[-1] = join(joined[-1], line.strip())
        else:
            joined.append(line)
        length = _length(line)
        goes_on = length >= width * (_BRIMFUL if line.rstrip().endswith(_ENDS) else _FULL)
    return joined


def join(before: str, after: str) -> str:
    """Put two pieces of a broken line together: with a space, unless the script needs none or a word was divided.

    >>> join("信息", "公开"), join("the infor-", "mation"), join("every", "lamp"), join("the state-", "Owned")
    ('信息公开', 'the information', 'every lamp', 'the state-Owned')
    """
    if before.endswith("-") and before[-2:-1].isalpha():
        return before[:-1] + after if after[:1].islower() else before + after
    narrow = before[-1:] < "\u2e80" and after[:1] < "\u2e80"
    return f"{before} {after}" if narrow else before + after


def _width(lines: list[str]) -> int:
    """Return the width at which a text was broken, or 0 where its lines are paragraphs."""
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    followed = [
        _length(line) for line, after in pairs if line.strip() and after.strip() and line_of(after).rank is None
    ]
    widest = max(map(_length, lines), default=0)
    if not followed or not _NARROWEST <= widest <= _WIDEST:
        return 0
    full = sum(1 for length in followed if length >= widest * _FULL)
    return widest if full >= len(followed) * _MOST_FULL else 0


def _length(line: str) -> int:
    """Return how wide a line is in half-width columns."""
    return sum(1 if character < "\u2e80" else 2 for character in line.rstrip())
