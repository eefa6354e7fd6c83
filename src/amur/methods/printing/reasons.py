"""Why a place is covered or not, in Chinese: the reasons that methods give are English sentences of a few kinds."""

from __future__ import annotations

import re
from typing import Final

from amur.methods.printing.words import Language, say

_KINDS: Final = {
    "committee": "村委会",
    "school": "学校",
    "clinic": "卫生室",
    "settlement": "居民点",
    "point": "该点",
}
_NUMBER, _KIND = r"(?P<value>-?[\d.]+|-?inf|nan)", rf"(?P<kind>{'|'.join(_KINDS)})"
_SENTENCES: Final = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (rf"the nearest site is {_NUMBER} km away, too far", "最近的站址在 {value} 公里外，太远"),
        (rf"the nearest site is {_NUMBER} km away", "最近的站址在 {value} 公里外"),
        ("there is no site", "没有站址"),
        ("it is not known where the committee is", "不知道村委会在哪里"),
        (
            rf"all points have signal, the {_KIND} the weakest: {_NUMBER} dBm",
            "各点均有信号，最弱的是{kind}：{value} dBm",
        ),
        (rf"the {_KIND} has {_NUMBER} dBm, too weak", "{kind}只有 {value} dBm，太弱"),
        (rf"the signal at the {_KIND} is not known", "不知道{kind}处的信号"),
        ("a settlement without signal is of a size that is not known", "有一个没有信号的居民点不知道户数"),
        (rf"it is not known where the {_KIND} is, or whether there is one", "不知道{kind}在哪里，或者有没有"),
        ("there is nothing that had to have signal", "没有必须有信号的点"),
    )
)


def reason(said: str, language: Language) -> str:
    """Return a reason in a language; one that is not known stays as it is.

    >>> reason("there is no site; the school has -110.5 dBm, too weak", "zh")
    '没有站址；学校只有 -110.5 dBm，太弱'
    >>> reason("there is no site", "en"), reason("because", "zh")
    ('there is no site', 'because')
    """
    if language == "en":
        return said
    return say("says_join", language).join(_chinese(one) for one in said.split("; "))


def _chinese(said: str) -> str:
    for pattern, sentence in _SENTENCES:
        if found := pattern.fullmatch(said):
            parts = found.groupdict()
            return sentence.format(value=parts.get("value"), kind=_KINDS.get(parts.get("kind") or "", ""))
    return said


def kind_said(kind: str, language: Language) -> str:
    """Return what a kind of points is called.

    >>> kind_said("school", "zh"), kind_said("school", "en")
    ('学校', 'school')
    """
    return _KINDS.get(kind, kind) if language == "zh" else kind
