"""What a survey says of itself in sentences, made up or coarse, each made in English and Chinese at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from amur.base.declared import Text

FORMS: Final[Mapping[str, tuple[str, str]]] = {
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
INPUTS: Final[Mapping[str, Text]] = {
    name: Text(zh=chinese, en=name)
    for name, chinese in {
        "sites": "基站", "villages": "村", "places": "村内地点", "counties": "县界", "census": "人口普查",
        "settlements": "居民点", "heights": "高程", "definitions": "覆盖定义",
    }.items()
}  # fmt: skip
"""What each input of a survey is called, by its name in a declaration."""


def sentence(name: str, **values: str | Text) -> Text:
    """Return a sentence in both languages; what has a name in each is called by it.

    >>> sentence("coarse", what="SRTM", far="90 m").en
    'heights of SRTM lie 90 m apart: a hill between two of them is not seen'
    >>> sentence("declared", what=INPUTS["census"], how="drawn by a seed").zh
    '人口普查：模拟数据：drawn by a seed'
    """
    english, chinese = FORMS[name]
    return Text(zh=chinese.format(**_called("zh", values)), en=english.format(**_called("en", values)))


def _called(language: str, values: Mapping[str, str | Text]) -> dict[str, str]:
    return {name: one.say(language) if isinstance(one, Text) else one for name, one in values.items()}


def kept(said: Iterable[Text]) -> list[dict[str, str]]:
    """Return sentences as a summary keeps them: by language.

    >>> kept([sentence("radius", radius="10 km")])[0]["zh"]
    '每个站点只计算10 km以内的信号，更远处不计入'
    """
    return [{"zh": one.zh, "en": one.en} for one in said]
