"""Why a place is covered or not: a cause, the kind of point that decides and a number, as a code and in languages.

Tables of results keep the code, such as ``site_far::7.10 weak:school:-110.5``: each reason by its cause, the kind of
its point and its number, the latter two where the cause has them. Whoever shows a reason says it from that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from functools import cache
from typing import Final, Literal, NamedTuple

import numpy as np

from amur.base.declared import Text
from amur.methods.coverage.villages import KINDS, Numbers, Rows

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
"""Languages of reports and explanations; pages have more."""


class Cause(IntEnum):
    """Why an answer is what it is."""

    (
        SITE_NEAR, SITE_FAR, NO_SITE, NO_COMMITTEE, SIGNAL, HEARD, WEAK, NO_SIGNAL, SIGNAL_UNKNOWN, SIZE_UNKNOWN,
        POINT_UNKNOWN, NOTHING,
    ) = range(12)  # fmt: skip


SAID: Final[Mapping[Cause, Text]] = {
    Cause.SITE_NEAR: Text(
        zh="最近的基站在 {value} 公里外",
        en="the nearest site is {value} km away",
        ru="до ближайшей базовой станции {value} км",
        ja="最寄りの基地局まで {value} km",
        ko="가장 가까운 기지국까지 {value} km",
    ),
    Cause.SITE_FAR: Text(
        zh="最近的基站在 {value} 公里外，太远",
        en="the nearest site is {value} km away, too far",
        ru="до ближайшей базовой станции {value} км, слишком далеко",
        ja="最寄りの基地局まで {value} km、遠すぎます",
        ko="가장 가까운 기지국까지 {value} km, 너무 멉니다",
    ),
    Cause.NO_SITE: Text(
        zh="没有基站",
        en="there is no site",
        ru="базовых станций нет",
        ja="基地局がありません",
        ko="기지국이 없습니다",
    ),
    Cause.NO_COMMITTEE: Text(
        zh="不知道村委会在哪里",
        en="it is not known where the committee is",
        ru="неизвестно, где находится комитет села",
        ja="村民委員会がどこにあるかわかりません",
        ko="촌민위원회가 어디에 있는지 알 수 없습니다",
    ),
    Cause.SIGNAL: Text(
        zh="各处均有信号，最弱处是{kind}：{value} dBm",
        en="all points have signal, the {kind} the weakest: {value} dBm",
        ru="сигнал есть везде, слабее всего здесь: {kind}, {value} dBm",
        ja="すべての地点に電波があり、最も弱いのは{kind}の {value} dBm です",
        ko="모든 지점에 신호가 있으며 가장 약한 곳은 {kind}: {value} dBm",
    ),
    Cause.HEARD: Text(
        zh="{kind}处有信号：{value} dBm",
        en="the {kind} has signal: {value} dBm",
        ru="{kind}: есть сигнал, {value} dBm",
        ja="{kind}には {value} dBm の電波があります",
        ko="{kind}: 신호가 있습니다, {value} dBm",
    ),
    Cause.WEAK: Text(
        zh="{kind}处为 {value} dBm，太弱",
        en="the {kind} has {value} dBm, too weak",
        ru="{kind}: {value} dBm, слишком слабый сигнал",
        ja="{kind}は {value} dBm で、弱すぎます",
        ko="{kind}: {value} dBm, 너무 약합니다",
    ),
    Cause.NO_SIGNAL: Text(
        zh="附近没有基站的信号到达{kind}",
        en="no site within reach sends a signal to the {kind}",
        ru="{kind}: сигнал ни одной ближней базовой станции не доходит",
        ja="{kind}に電波が届く基地局が近くにありません",
        ko="{kind}: 신호가 닿는 기지국이 가까이에 없습니다",
    ),
    Cause.SIGNAL_UNKNOWN: Text(
        zh="{kind}处的信号未知",
        en="the signal at the {kind} is not known",
        ru="{kind}: сигнал неизвестен",
        ja="{kind}の電波の強さはわかりません",
        ko="{kind}: 신호를 알 수 없습니다",
    ),
    Cause.SIZE_UNKNOWN: Text(
        zh="有一个没有信号的居民点户数未知",
        en="a settlement without signal is of a size that is not known",
        ru="неизвестно, сколько домохозяйств в населённом пункте без сигнала",
        ja="電波のない集落の世帯数がわかりません",
        ko="신호가 없는 거주지의 가구 수를 알 수 없습니다",
    ),
    Cause.POINT_UNKNOWN: Text(
        zh="不知道{kind}在哪里，或者有没有{kind}",
        en="it is not known where the {kind} is, or whether there is one",
        ru="{kind}: неизвестно, где и есть ли",
        ja="{kind}がどこにあるか、またはあるかどうかがわかりません",
        ko="{kind}: 어디에 있는지 또는 있는지 알 수 없습니다",
    ),
    Cause.NOTHING: Text(
        zh="没有必须有信号的地点",
        en="there is nothing that had to have signal",
        ru="нет мест, где сигнал обязателен",
        ja="電波がなければならない地点がありません",
        ko="신호가 있어야 하는 지점이 없습니다",
    ),
}
"""Each cause in words: ``kind`` is what a point is called, ``value`` kilometres or dBm."""
DIGITS: Final = {Cause.SITE_NEAR: 2, Cause.SITE_FAR: 2, Cause.SIGNAL: 1, Cause.HEARD: 1, Cause.WEAK: 1}
"""How many decimals the number of a cause has; others have none to tell."""
POINT: Final = "point"
"""The kind of a point of which no other is told."""
_CALLED: Final[Mapping[str, Text]] = {
    "committee": Text(zh="村委会", en="committee", ru="комитет села", ja="村民委員会", ko="촌민위원회"),
    "school": Text(zh="学校", en="school", ru="школа", ja="学校", ko="학교"),
    "clinic": Text(zh="卫生室", en="clinic", ru="медпункт", ja="診療所", ko="진료소"),
    "settlement": Text(zh="居民点", en="settlement", ru="населённый пункт", ja="集落", ko="거주지"),
    POINT: Text(zh="该点", en="point", ru="эта точка", ja="この地点", ko="이 지점"),
}
_NAMED: Final = {one.name.lower(): one for one in Cause}
_FULL_WIDTH: Final = ("zh", "ja")
"""Languages in which several reasons stand behind a semicolon of their own width."""


class Reason(NamedTuple):
    """A reason as its code tells it; kind and value are empty where the cause has none."""

    cause: Cause
    kind: str
    value: str


def coded(causes: Rows, kinds: Rows, values: Numbers) -> list[str]:
    """Return the codes of reasons by their causes, the kinds of their points, -1 where none is told, and numbers.

    >>> coded(np.array([Cause.WEAK, Cause.NO_SITE]), np.array([1, -1]), np.array([-110.25, np.inf]))
    ['weak:school:-110.2', 'no_site::']
    """
    several = len(KINDS) + 1
    both = np.asarray(causes) * several + np.asarray(kinds) + 1
    codes = {}
    for one in np.unique(both).tolist():
        cause, kind = Cause(one // several), KINDS[one % several - 1] if one % several else POINT
        about = kind if "{kind}" in SAID[cause].en else ""
        number = f"{{:.{DIGITS[cause]}f}}" if cause in DIGITS else ""
        codes[one] = f"{cause.name.lower()}:{about}:{number}".format
    return [codes[one](value) for one, value in zip(both.tolist(), np.asarray(values).tolist(), strict=True)]


def joined(codes: Iterable[str]) -> str:
    """Return the code of several reasons.

    >>> joined(["no_site::", "weak:school:-110.2"])
    'no_site:: weak:school:-110.2'
    """
    return " ".join(codes)


def reasons_of(code: str) -> list[Reason]:
    """Return the reasons that a code tells; none where it is no code.

    >>> reasons_of("site_far::7.10")[0].value, reasons_of("the school has no signal")
    ('7.10', [])
    """
    parts = [tuple(one.split(":")) for one in code.split(" ")]
    if not all(len(one) == len(Reason._fields) and one[0] in _NAMED for one in parts):
        return []
    return [Reason(_NAMED[cause], kind, value) for cause, kind, value in parts]


def said(code: str, language: str) -> str:
    """Return the reasons of a code in a language; empty where it is no code.

    >>> said("no_site:: weak:school:-110.5", "zh"), said("site_near::3.94", "en")
    ('没有基站；学校处为 -110.5 dBm，太弱', 'the nearest site is 3.94 km away')
    """
    between = "；" if language.startswith(_FULL_WIDTH) else "; "
    return between.join(_form(one.cause, one.kind, language)(value=one.value) for one in reasons_of(code))


@cache
def _form(cause: Cause, kind: str, language: str) -> Callable[..., str]:
    """Return what makes a sentence of a number; there are few, and codes of them are many."""
    return SAID[cause].say(language).replace("{kind}", kind_said(kind, language)).format


def kind_said(kind: str, language: str) -> str:
    """Return what a kind of points is called.

    >>> kind_said("school", "zh"), kind_said("school", "en"), kind_said("mine", "zh")
    ('学校', 'school', 'mine')
    """
    return _CALLED[kind].say(language) if kind in _CALLED else kind
