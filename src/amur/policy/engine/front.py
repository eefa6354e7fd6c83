"""What stands before the first part: the covering notice, the title, the preamble; and what stands after the last."""

from __future__ import annotations

import re
from datetime import date

from amur.policy.engine.document import ReadDocument
from amur.policy.engine.markers import Line
from amur.policy.engine.numerals import value_of

_LONGEST_TITLE = 120
_LONGEST_BODY = 40
_MOST_ANNEXES = 30
_SIGNATURE = 6
_ENDS_A_SENTENCE = ("。", "；", ";", "：", ":", "，", ",", "、", "！", "？", ".")
_REPUBLIC = 1911
_DAY = re.compile(
    r"(?:(?P<e>(?:中華)?民國)(?P<y2>[0-9]{1,3}|[一二三四五六七八九十百零〇]{1,5})|"
    r"(?P<y>[12][0-9]{3}|[二一〇○零][〇○零一二三四五六七八九]{3}))年(?P<m>[0-9一二三四五六七八九十]{1,3})月(?P<d>[0-9一二三四五六七八九十]{1,3})日"
)
_MONTHS = (
    ("january", "janvier"), ("february", "février"), ("march", "mars"), ("april", "avril"), ("may", "mai"),
    ("june", "juin"), ("july", "juillet"), ("august", "août"), ("september", "septembre"), ("october", "octobre"),
    ("november", "novembre"), ("december", "décembre"),
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_LATIN_DAY = re.compile(
    r"(?:[^0-9,]{2,40},\s*)?(?:(?:on|the|le|dated|fait|done)\s+){0,2}"
    r"(?:(?P<d>[0-9]{1,2})(?:er|st|nd|rd|th)?\s+(?P<m>[a-zéû]{3,9})|(?P<m2>[a-z]{3,9})\s+(?P<d2>[0-9]{1,2}),)"
    r"\s+(?P<y>[12][0-9]{3})",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\S{1,20}[〔\[（(【][12][0-9]{3}[〕\]）)】]第?[0-9]{1,5}号$")
_AS_NAMED = re.compile(
    r"^(?:法規名稱|法规名称|名稱|公發布日|公布日期|修正日期|發布日期|发布日期|標題|标题)[：:][\s\u3000]*"
)
# What a journal prints above a text: its own name, the day and the page in figures, the language.
_RUNNING = re.compile(r"(?:official journal|journal officiel)\b.*|EN|FR|ZH|[A-Z]?[\s0-9./-]+", re.IGNORECASE)
_KIND = re.compile(
    r"(?:意见|意見|通知|办法|辦法|决定|決定|方案|计划|計畫|规划|规定|細則|细则|条例|條例|纲要|措施|公告|批复|要点)$"
)
_LEADS_ON = re.compile(r"如下|下列|以下|修改|规定|規定|现将|为了|[。；;]|^[^\u4e00-\u9fff]*$")
_NOTE = re.compile(r"^[（(].{2,200}[）)]$")
_CONTENTS = re.compile(
    r"^目[\s\u3000]*[录次]$|^(?:table of )?contents$|^(?:sommaire|table des matières)$", re.IGNORECASE
)
_OF = re.compile(r"(?:of|du)\s+")
_HAPPENED = re.compile(r"通[过過]|公布|[发發]布|批准|印[发發]|[订訂]定|修[订訂正]|施行")
_PAGE = re.compile(r"(?:\s+|[.…·]{2,}\s*)[0-9]{1,4}$")
_SIGNED = re.compile(r"(?:fait|done|dated)\b|[^0-9]{2,40},\s+(?:le|the)\b", re.IGNORECASE)
_ANNEX = re.compile(r"附[件表录][\s\u3000]*[0-9０-９一二三四五六七八九十]{0,3}[：:]?")
_CLOSES = re.compile(
    r"^(?:附[件表录][0-9一二三四五六七八九十]{0,3}[：:]|抄[送报][：:]|主送[：:]|公开方式|信息公开|"
    r".{2,40}[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日印发$)"
)


def read_front(lines: list[Line], document: ReadDocument) -> None:
    """Fill in what the lines before the first marker say."""
    texts = [line.text for line in lines if not _CONTENTS.match(line.text)]
    document.number = next((text for text in texts if _NUMBER.match(text)), "")
    notes = [text for text in texts if _NOTE.match(text)]
    texts = [_AS_NAMED.sub("", text) for text in texts if not _NUMBER.match(text) and not _NOTE.match(text)]
    signed = max((place for place, text in enumerate(texts) if day_of(text)), default=None)
    if signed is None:
        document.title, document.preamble = _title_and_rest(texts)
        document.addressees, document.preamble = _addressed(document.preamble)
        said = [note[1:] for note in notes] + [_OF.sub("", text) for text in document.preamble[:_SIGNATURE]]
        document.issued_on = next((day for text in said if (day := _day_in(text))), "")
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


def divided_notice(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Divide a covering notice that has numbers of its own from the text that it sends out; else give nothing and all.

    The notice ends with a day; a title follows, and the numbers begin anew.
    """
    for place in range(1, len(lines) - 2):
        day, title, rest = lines[place], lines[place + 1], lines[place + 1 :]
        if day.rank is None and title.rank is None and day_of(day.text) and _may_be_title(title.text):
            before = [line for line in lines[:place] if line.rank is not None]
            after = [line for line in rest if line.rank is not None]
            if before and after and after[0].number == 1 and len(after) > len(before):
                return lines[: place + 1], rest
    return [], lines


def without_tail(lines: list[Line], document: ReadDocument) -> list[Line]:
    """Take off what closes a text and belongs to no clause: a signature, a date, notes, annexes, to whom it goes."""
    end = len(lines)
    for place in range(len(lines) - 1, 0, -1):
        if lines[place].rank is None and _ANNEX.fullmatch(lines[place].text) and _is_signed(lines, place):
            end = place
    end = _without_list_of_annexes(lines, _without_notes(lines, end), signed_too=True)
    end = _without_notes(lines, end)
    end = _without_names(lines, end)
    if end and lines[end - 1].rank is None and (day := day_of(lines[end - 1].text)):
        end -= 1
        document.issued_on = document.issued_on or day
        signed = end
        while end and lines[end - 1].rank is None and _is_name(lines[end - 1].text):
            end -= 1
        document.issued_by = document.issued_by or [line.text for line in lines[end:signed]]
    end = _without_list_of_annexes(lines, end)
    document.closing = [line.text for line in lines[end:]]
    return lines[:end]


def _without_notes(lines: list[Line], end: int) -> int:
    """Return where the notes and the words on copies begin that stand last."""
    while (
        end and lines[end - 1].rank is None and (_NOTE.match(lines[end - 1].text) or _CLOSES.match(lines[end - 1].text))
    ):
        end -= 1
    return end


def _without_names(lines: list[Line], end: int) -> int:
    """Return where the names begin that stand below the day of a signature in French and English."""
    for place in range(end - 1, max(0, end - _SIGNATURE), -1):
        text = lines[place].text
        if lines[place].rank is None and _LATIN_DAY.fullmatch(text.strip(" .")) and _SIGNED.match(text):
            return place + 1
        if not _is_name(text.rstrip(",")):
            break
    return end


def without_contents(lines: list[Line]) -> list[Line]:
    """Drop a table of contents: the lines below that word, up to where the first of them comes again."""
    for place, line in enumerate(lines[:-1]):
        if _CONTENTS.match(line.text):
            first = {
                _bare(text) for text in (lines[place + 1].text, _PAGE.sub("", lines[place + 1].text[:_LONGEST_TITLE]))
            }
            again = (there for there in range(place + 2, len(lines)) if _bare(lines[there].text) in first)
            return lines[:place] + lines[next(again, place + 1) :]
    return lines


def _bare(text: str) -> str:
    """Return a line without its blanks."""
    return "".join(text.split())


def _without_list_of_annexes(lines: list[Line], end: int, *, signed_too: bool = False) -> int:
    """Return where the list of annexes begins that stands last, if there is one."""
    for place in range(end - 1, max(0, end - _MOST_ANNEXES), -1):
        if lines[place].text.endswith(("。", ".")) or len(lines[place].text) > _LONGEST_BODY * 2:
            return end
        if lines[place].rank is None and _CLOSES.match(lines[place].text):
            return end if signed_too and _is_signed(lines, end, end - place) else place
    return end


def _is_signed(lines: list[Line], end: int, within: int = _SIGNATURE) -> bool:
    """Say whether a day stands right before a place."""
    return any(day_of(line.text) for line in lines[max(0, end - within) : end])


def day_of(text: str) -> str:
    """Return the day that a line is, as an ISO date, or nothing where the line is something else.

    >>> day_of("2017年11月8日"), day_of("二〇一八年一月五日"), day_of("2017年11月8日印发。"), day_of("2017年13月1日")
    ('2017-11-08', '2018-01-05', '', '')
    >>> day_of("中華民國107年11月8日"), day_of("民國一百零七年十一月八日"), day_of("Fait le 2 mai 2026")
    ('2018-11-08', '2018-11-08', '2026-05-02')
    >>> day_of("8 November 2017"), day_of("Paris, le 1er mars 2026"), day_of("by 1 May 2026 at last")
    ('2017-11-08', '2026-03-01', '')
    """
    if found := _DAY.fullmatch("".join(text.split()).replace("○", "〇")):
        year, month, day = (value_of(found[name] or "") or 0 for name in ("y", "m", "d"))
        year = year or _REPUBLIC + (value_of(found["y2"]) or 0)
    elif found := _LATIN_DAY.fullmatch(text.strip(" .")):
        month = _MONTH.get((found["m"] or found["m2"]).lower(), 0)
        year, day = int(found["y"]), int(found["d"] or found["d2"])
    else:
        return ""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _day_in(text: str) -> str:
    """Return the day that a line is or begins with if it says what happened then, such as that a law was passed."""
    found = _DAY.match(text) if _HAPPENED.search(text) else None
    return day_of(found[0] if found else text)


def _addressed(texts: list[str]) -> tuple[list[str], list[str]]:
    """Return to whom a text without a covering notice goes, and the texts without that line."""
    first = texts[0] if texts else ""
    if first.endswith(("：", ":")) and not _LEADS_ON.search(first):
        return _addressees(texts), texts[1:]
    return [], texts


def _is_name(text: str) -> bool:
    return (
        len(text) <= _LONGEST_BODY
        and not text.endswith(_ENDS_A_SENTENCE)
        and not day_of(text)
        and not _CLOSES.match(text)
    )


def _may_be_title(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and not text.endswith(_ENDS_A_SENTENCE)


def _addressees(texts: list[str]) -> list[str]:
    line = next((text for text in texts if text.endswith(("：", ":"))), "")
    return [name for name in re.split(r"[，,；;]", line.rstrip("：:")) if name]


def _title_and_rest(texts: list[str]) -> tuple[str, list[str]]:
    for place, text in enumerate(texts):
        if _may_be_title(text) and not _RUNNING.fullmatch(text):
            after = texts[place + 1 :]
            if after and not _KIND.search(text) and _KIND.search(after[0]) and _may_be_title(text + after[0]):
                return text + after[0], after[1:]
            return text, after
    return "", texts
