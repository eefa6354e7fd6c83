"""What a survey says of itself in sentences, made up or coarse, in English and Chinese.

A result holds the English sentence, which is the same for every reader and can be compared; ``in_language`` finds the
form it was made of again, and so what it says in the other language, with the same numbers and names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

FORMS: Mapping[str, tuple[str, str]] = {
    "sites": (
        (
            "{count} base stations are made up (seed {seed}): drawn where people live, {share} of them between "
            "settlements, with heights, bands and powers that are assumed; none of them stands there"
        ),
        (
            "{count}个基站为模拟数据（随机种子{seed}）：按人口分布生成，其中{share}位于居民点之间，"
            "挂高、频段和功率均为假设；实地并无这些基站"
        ),
    ),
    "villages": (
        (
            "{count} villages are made up (seed {seed}), with their committees, schools, clinics and settlements; "
            "as many as are counted in each county, and their households add up to it; none of them is there"
        ),
        (
            "{count}个村及其村委会、学校、卫生室和居民点为模拟数据（随机种子{seed}）：各县村数与统计一致，"
            "户数合计等于该县；实地并无这些村"
        ),
    ),
    "flat": (
        "the ground is made up: level everywhere, with no hill or valley that could be in the way of a signal",
        "地形为模拟数据：处处平坦，没有任何会阻挡信号的山谷",
    ),
    "marked": (
        "{what}: {count} rows of {file} are marked as made up",
        "{what}：{file}中有{count}行标明为模拟数据",
    ),
    "declared": ("{what}: made up: {how}", "{what}：模拟数据：{how}"),
    "coarse": (
        "heights of {what} lie {far} apart: a hill between two of them is not seen",
        "{what}的高程点相距{far}：两点之间的山丘无法反映",
    ),
    "pixel": (
        "signals are computed at {pixel}, coarser than {fine}",
        "信号按{pixel}网格计算，粗于{fine}",
    ),
    "radius": (
        "sites are followed for {radius}: what one reaches beyond is not counted",
        "每个站点只计算{radius}以内的信号，更远处不计入",
    ),
}
"""Each sentence by a name, in English and in Chinese; both hold the same fields."""
_WHAT = {
    "sites": "基站", "villages": "村", "places": "村内地点", "counties": "县界", "census": "人口普查",
    "settlements": "居民点", "heights": "高程", "definitions": "覆盖定义",
}  # fmt: skip
_OF_INPUTS = ("marked", "declared")
"""Sentences whose ``what`` is the name of an input."""


def sentence(name: str, **values: str) -> str:
    """Return a sentence in English.

    >>> sentence("coarse", what="a survey", far="90 m")
    'heights of a survey lie 90 m apart: a hill between two of them is not seen'
    """
    return FORMS[name][0].format(**values)


def in_language(said: str, language: str) -> str:
    """Return a sentence in a language, ``zh`` or ``en``; one that is of no form here stays as it is.

    >>> in_language("heights of SRTM lie 90 m apart: a hill between two of them is not seen", "zh")
    'SRTM的高程点相距90 m：两点之间的山丘无法反映'
    >>> in_language("Something else.", "zh")
    'Something else.'
    """
    if language != "zh":
        return said
    for name, form in _patterns().items():
        if found := form.fullmatch(said.removesuffix(".")):
            values = found.groupdict()
            if name in _OF_INPUTS:
                values["what"] = _WHAT[values["what"]]
            return FORMS[name][1].format(**values)
    return said


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    found = {name: re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(said)) for name, (said, _) in FORMS.items()}
    inputs = f"(?P<what>{'|'.join(_WHAT)})"
    found |= {name: found[name].replace("(?P<what>.+?)", inputs) for name in _OF_INPUTS}
    return {name: re.compile(form) for name, form in found.items()}
