"""Why a place is covered or not: a cause, the kind of point that decides and a number, said in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final, Literal

import numpy as np

from amur.methods.coverage.villages import KINDS, Numbers, Rows

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


class Cause(IntEnum):
    """Why an answer is what it is."""

    (
        SITE_NEAR, SITE_FAR, NO_SITE, NO_COMMITTEE, SIGNAL, WEAK, NO_SIGNAL, SIGNAL_UNKNOWN, SIZE_UNKNOWN,
        POINT_UNKNOWN, NOTHING,
    ) = range(11)  # fmt: skip


SAID: Final[Mapping[Cause, tuple[str, str]]] = {
    Cause.SITE_NEAR: ("最近的基站在 {value:.2f} 公里外", "the nearest site is {value:.2f} km away"),
    Cause.SITE_FAR: ("最近的基站在 {value:.2f} 公里外，太远", "the nearest site is {value:.2f} km away, too far"),
    Cause.NO_SITE: ("没有基站", "there is no site"),
    Cause.NO_COMMITTEE: ("不知道村委会在哪里", "it is not known where the committee is"),
    Cause.SIGNAL: (
        "各处均有信号，最弱处是{kind}：{value:.1f} dBm",
        "all points have signal, the {kind} the weakest: {value:.1f} dBm",
    ),
    Cause.WEAK: ("{kind}处为 {value:.1f} dBm，太弱", "the {kind} has {value:.1f} dBm, too weak"),
    Cause.NO_SIGNAL: ("附近没有基站的信号到达{kind}", "no site within reach sends a signal to the {kind}"),
    Cause.SIGNAL_UNKNOWN: ("{kind}处的信号未知", "the signal at the {kind} is not known"),
    Cause.SIZE_UNKNOWN: (
        "有一个没有信号的居民点户数未知",
        "a settlement without signal is of a size that is not known",
    ),
    Cause.POINT_UNKNOWN: (
        "不知道{kind}在哪里，或者有没有{kind}",
        "it is not known where the {kind} is, or whether there is one",
    ),
    Cause.NOTHING: ("没有必须有信号的地点", "there is nothing that had to have signal"),
}
"""Each cause in the languages, in their order; ``kind`` is what a point is called, ``value`` kilometres or dBm."""
POINT: Final = "point"
"""The kind of a point of which no other is told."""
_KINDS: Final = {"committee": "村委会", "school": "学校", "clinic": "卫生室", "settlement": "居民点", POINT: "该点"}
_BETWEEN: Final = {"zh": "；", "en": "; "}


def reasons_said(causes: Rows, kinds: Rows, values: Numbers, language: Language) -> list[str]:
    """Return reasons in a language: each of its cause, of the kind of its point, -1 where none is told, and its number.

    >>> reasons_said(np.array([Cause.WEAK, Cause.NO_SITE]), np.array([1, -1]), np.array([-110.5, np.inf]), "zh")
    ['学校处为 -110.5 dBm，太弱', '没有基站']
    """
    several = len(KINDS) + 1
    codes = np.asarray(causes) * several + np.asarray(kinds) + 1
    says = {}
    for code in np.unique(codes).tolist():
        cause, kind = divmod(code, several)
        form = SAID[Cause(cause)][LANGUAGES.index(language)]
        says[code] = form.replace("{kind}", kind_said(KINDS[kind - 1] if kind else POINT, language)).format
    return [says[code](value=value) for code, value in zip(codes.tolist(), np.asarray(values).tolist(), strict=True)]


def joined(said: Iterable[str], language: Language) -> str:
    """Return several reasons as one text.

    >>> joined(["没有基站", "不知道村委会在哪里"], "zh")
    '没有基站；不知道村委会在哪里'
    """
    return _BETWEEN[language].join(said)


def kind_said(kind: str, language: Language) -> str:
    """Return what a kind of points is called.

    >>> kind_said("school", "zh"), kind_said("school", "en")
    ('学校', 'school')
    """
    return _KINDS.get(kind, kind) if language == "zh" else kind
