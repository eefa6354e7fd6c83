"""Details inside a clause: the bodies it makes responsible, and its dates."""

from __future__ import annotations

import re

_IN_CHARGE = "责任单位|牵头单位|责任部门|牵头部门|主办单位|責任單位|牽頭單位"
_DUTY = re.compile(
    rf"[（(](?:{_IN_CHARGE})?[：:]?([^（）()]{{2,200}}?)[，,]?(?:按职责分工|分别|共同)?(?:负责|牵头|負責|牽頭)"
    r"[^（）()]{0,200}[）)]"
)
_DUTY_LINE = re.compile(
    rf"[（(]?(?:{_IN_CHARGE})[：:](.{{2,300}}?)(?=[；;。，,]?\s*(?:配合|协办|参加|完成|时限)|[。）)]?$)"
)
_SEPARATOR = re.compile(r"[、，,；;\s\u3000]+|会同")
_TAIL = re.compile(r"(?:牵头|配合|负责|按职责分工|分别|共同|等)+$")
_OFFICE = r"(?:\s+(?:body|agency|department|authority|ministry|party))?"
_ROLE = re.compile(
    rf"(?i:\b(?:lead{_OFFICE}|responsible{_OFFICE}|responsibility|owner|accountable|pilotes?|responsables?|porteurs?|"
    r"chefs?\s+de\s+file))[\s\u00a0]*(?::|=)[\s\u00a0]*(?P<names>[^;|()\n]{2,200})"
)
_ROLE_END = re.compile(
    r"(?i:[.,]?\s*\b(?:support(?:ed by)?|with|deadline|due|by|échéance|appui|délai)\b\s*:?.*)$|\.\s.*$|\.$"
)
_LATIN_SEPARATOR = re.compile(r"\s*[,/]\s*")

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
)
_YEAR = r"(?:19|20)[0-9]{2}"
_CHINESE_DATE = re.compile(
    r"[12][0-9]{3}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日|[上中下]旬)?|[上下]半年|第?[一二三四1-4]季度)?(?:年?[底末初]|年?中)?(?:之?前|以前)?"
)
_DAY = (
    rf"\b[0-9]{{1,2}}(?:er|st|nd|rd|th)?\s+(?:{_MONTHS})\s+{_YEAR}\b|\b(?:{_MONTHS})\s+[0-9]{{1,2}},\s+{_YEAR}\b|"
    rf"\b(?:{_MONTHS})\s+{_YEAR}\b|\b(?:Q[1-4]|T[1-4]|H[12]|S[12])[\s/-]*{_YEAR}\b|"
    rf"\b{_YEAR}-[01][0-9]-[0-3][0-9]\b|\bFY\s?{_YEAR}(?:[-/–][0-9]{{2,4}})?\b"
)
_PART_OF = r"(?:the )?(?:end|beginning|start|middle) of|mid|fin|début|mi"
# A year alone is a date after a word that says so, or alone in a cell of a table.
_BEFORE_YEAR = ("by", "in", "from", "until", "before", "since", "d'ici", "d’ici", "en", "avant", "depuis")
_AFTER_WORD = "|".join(rf"(?<=\b{word} ){_YEAR}\b" for word in _BEFORE_YEAR)
_IN_CELL = rf"^{_YEAR}(?=\s*\|)|(?<=\| ){_YEAR}(?=\s*(?:\||$))"
_LATIN_DATE = re.compile(
    rf"(?:\b(?:{_PART_OF})[- ])?(?:{_DAY})|\b(?:{_PART_OF})[- ]?{_YEAR}\b|{_AFTER_WORD}|{_IN_CELL}", re.IGNORECASE
)


def bodies_in(text: str) -> list[str]:
    """Return the bodies that a passage names as responsible: in brackets, after a word for it, on a line of its own.

    >>> bodies_in("建设平台。（甲局牵头，乙厅、丙厅配合）"), bodies_in("责任单位：甲局、乙厅")
    (['甲局'], ['甲局', '乙厅'])
    >>> bodies_in("Count the lamps. (Lead: Ministry of Trade and Lamps, Port Office; Support: the schools)")
    ['Ministry of Trade and Lamps', 'Port Office']
    >>> bodies_in("甲局应当公开。")
    []
    """
    found = [found[1] for found in _DUTY.finditer(text)]
    if line := _DUTY_LINE.search(text):
        found.append(line[1])
    names = [_TAIL.sub("", name) for said in found for name in _SEPARATOR.split(said)]
    for role in _ROLE.finditer(text):
        names += _LATIN_SEPARATOR.split(_ROLE_END.sub("", role["names"]).strip())
    return list(dict.fromkeys(name for name in names if name))


def dates_in(text: str) -> list[str]:
    """Return the dates that a passage names, as it prints them.

    >>> dates_in("2018年底前完成，到2020年覆盖全部行政村。")
    ['2018年底前', '2020年']
    >>> dates_in("From 1 March 2026; by the end of 2027, Q3 2028."), dates_in("avant le 1er juin 2026, d'ici 2030")
    (['1 March 2026', 'the end of 2027', 'Q3 2028'], ['1er juin 2026', '2030'])
    >>> dates_in("2024 | count | 2025"), dates_in("law 2017 of the year")
    (['2024', '2025'], [])
    """
    places = [(found.start(), found[0]) for shape in (_CHINESE_DATE, _LATIN_DATE) for found in shape.finditer(text)]
    return list(dict.fromkeys(said.strip() for _, said in sorted(places)))
