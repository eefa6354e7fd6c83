"""What stands before the first part: the covering notice, the title, the preamble; and what stands after the last."""

from __future__ import annotations

import re
from datetime import date

from amur.policy.engine.document import ReadDocument
from amur.policy.engine.markers import Line
from amur.policy.engine.numerals import value_of

_LONGEST_TITLE = 120
_LONGEST_BODY = 40
_ENDS_A_SENTENCE = ("。", "；", ";", "：", ":", "，", ",", "、", "！", "？")
_DAY = re.compile(
    r"(?P<y>[12][0-9]{3}|[二一〇○零][〇○零一二三四五六七八九]{3})年(?P<m>[0-9一二三四五六七八九十]{1,3})月(?P<d>[0-9一二三四五六七八九十]{1,3})日"
)
_NUMBER = re.compile(r"^\S{1,20}[〔\[（(【][12][0-9]{3}[〕\]）)】]第?[0-9]{1,5}号$")
_NOTE = re.compile(r"^[（(].{2,200}[）)]$")
_CONTENTS = re.compile(r"^目[\s\u3000]*[录次]$")


def read_front(lines: list[Line], document: ReadDocument) -> None:
    """Fill in what the lines before the first marker say."""
    texts = [line.text for line in lines if not _CONTENTS.match(line.text)]
    document.number = next((text for text in texts if _NUMBER.match(text)), "")
    texts = [text for text in texts if not _NUMBER.match(text) and not _NOTE.match(text)]
    signed = max((place for place, text in enumerate(texts) if day_of(text)), default=None)
    if signed is None:
        document.title, document.preamble = _title_and_rest(texts)
        return
    document.issued_on = day_of(texts[signed])
    first = signed
    while first > 0 and _is_name(texts[first - 1]):
        first -= 1
    document.issued_by = texts[first:signed]
    document.addressees = _addressees(texts[:first])
    document.title, document.preamble = _title_and_rest(texts[signed + 1 :])
    if not document.title:
        document.title, _ = _title_and_rest(texts[:first])
    if not document.title and document.issued_by:
        document.title = document.issued_by.pop(0)


def without_tail(lines: list[Line], document: ReadDocument) -> list[Line]:
    """Take off what closes a text and belongs to no clause: a signature, a date, a note on publication."""
    end = len(lines)
    while end and _NOTE.match(lines[end - 1].text) and lines[end - 1].rank is None:
        end -= 1
    if end and lines[end - 1].rank is None and (day := day_of(lines[end - 1].text)):
        end -= 1
        document.issued_on = document.issued_on or day
        signed = end
        while end and lines[end - 1].rank is None and _is_name(lines[end - 1].text):
            end -= 1
        document.issued_by = document.issued_by or [line.text for line in lines[end:signed]]
    return lines[:end]


def day_of(text: str) -> str:
    """Return the day that a line is, as an ISO date, or nothing where the line is something else.

    >>> day_of("2017年11月8日"), day_of("二〇一八年一月五日"), day_of("2017年11月8日印发。"), day_of("2017年13月1日")
    ('2017-11-08', '2018-01-05', '', '')
    """
    found = _DAY.fullmatch("".join(text.split()).replace("○", "〇"))
    if not found:
        return ""
    try:
        return date(*(value_of(found[name]) or 0 for name in ("y", "m", "d"))).isoformat()
    except ValueError:
        return ""


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_BODY and not text.endswith(_ENDS_A_SENTENCE) and not day_of(text)


def _addressees(texts: list[str]) -> list[str]:
    line = next((text for text in texts if text.endswith(("：", ":"))), "")
    return [name for name in re.split(r"[，,；;]", line.rstrip("：:")) if name]


def _title_and_rest(texts: list[str]) -> tuple[str, list[str]]:
    for place, text in enumerate(texts):
        if len(text) <= _LONGEST_TITLE and not text.endswith(_ENDS_A_SENTENCE):
            return text, texts[place + 1 :]
    return "", texts
