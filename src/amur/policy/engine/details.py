"""Details inside a clause: the bodies it makes responsible, and its dates."""

from __future__ import annotations

import re

_DUTY = re.compile(
    r"[（(](?:责任单位|牵头单位)?[：:]?([^（）()]{2,200}?)[，,]?(?:按职责分工|分别|共同)?(?:负责|牵头)[^（）()]{0,200}[）)]"
)
_DUTY_LINE = re.compile(r"^(?:责任单位|牵头单位|责任部门|牵头部门|配合单位)[：:](.{2,300}?)[。）)]?$")
_SEPARATOR = re.compile(r"[、，,；;\s\u3000]+|会同")
_TAIL = re.compile(r"(?:牵头|配合|负责|按职责分工|分别|共同|等)+$")
_DATE = re.compile(r"[12][0-9]{3}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?(?:年?[底末])?(?:之?前)?")


def bodies_in(text: str) -> list[str]:
    """Return the bodies that a passage names as responsible in brackets or on a line of their own.

    >>> bodies_in("建设平台。（甲局牵头，乙厅、丙厅配合）"), bodies_in("责任单位：甲局、乙厅")
    (['甲局'], ['甲局', '乙厅'])
    >>> bodies_in("甲局应当公开。")
    []
    """
    found = [found[1] for found in _DUTY.finditer(text)]
    if line := _DUTY_LINE.match(text):
        found.append(line[1])
    names = (_TAIL.sub("", name) for names in found for name in _SEPARATOR.split(names))
    return list(dict.fromkeys(name for name in names if name))


def dates_in(text: str) -> list[str]:
    """Return the dates that a passage names, as it prints them.

    >>> dates_in("2018年底前完成，到2020年覆盖全部行政村。")
    ['2018年底前', '2020年']
    """
    return list(dict.fromkeys(_DATE.findall(text)))
