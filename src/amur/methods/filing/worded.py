"""What is wrong with a row of a table and what to do, in sentences that say themselves in English and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

from amur.base.declared import Text

FORMS: Final[Mapping[str, Text]] = {
    "text": Text(zh="写的是“{typed}”", en="found {typed!r}"),
    "number": Text(zh="写的是 {typed}", en="found {typed}"),
    "nothing": Text(zh="没有填写", en="nothing stands there"),
    "long": Text(zh="单元格超过 {most} 个字符", en="a cell of more than {most} signs"),
    "twice": Text(zh="这个 {what} 在第 {row} 行已经出现过", en="this {what} stands in row {row} already"),
    "cells": Text(zh="有 {cells} 个单元格，应有 {wanted} 个", en="found {cells} cells, wanted {wanted}"),
    "cells_over_lines": Text(
        zh="有 {cells} 个单元格，跨 {lines} 行，应有 {wanted} 个",
        en="found {cells} cells over {lines} lines, wanted {wanted}",
    ),
    "unknown": Text(zh="没有“{typed}”", en="there is no {typed!r}"),
    "unknown_there": Text(zh="表中没有“{typed}”", en="there is no {typed!r} in its table"),
    "of_people": Text(zh="{people} 人中有 {households} 户", en="found {households} of {people} people"),
    "parts": Text(
        zh="城镇 {urban} 与乡村 {rural} 之和不等于 {people}",
        en="{urban} of town and {rural} of country are not {people}",
    ),
    "in_villages": Text(zh="{villages} 个村有 {households} 户", en="found {households} in {villages} villages"),
    "outside_area": Text(
        zh="位置 {east} E、{north} N 在范围之外", en="found {east} E, {north} N, which lies outside the area"
    ),
    "outside_counties": Text(
        zh="位置 {east} E、{north} N 不在任何县内", en="found {east} E, {north} N, which lies in no county"
    ),
    "half_a_place": Text(zh="经度和纬度只填了一个", en="one of longitude and latitude alone"),
    "write_number": Text(zh="请写数字", en="write a number"),
    "write_whole": Text(zh="请写整数", en="write a whole number"),
    "between": Text(zh="{number}，{least} 至 {most}", en="{number} from {least} to {most}"),
    "least": Text(zh="{number}，不小于 {least}", en="{number} of {least} or more"),
    "most": Text(zh="{number}，不大于 {most}", en="{number} of {most} or less"),
    "unit": Text(zh="{number}，单位 {unit}", en="{number} in {unit}"),
    "write_flag": Text(zh="请写“是”或“否”", en="write yes or no"),
    "write_it": Text(zh="请填写", en="write what it is"),
    "shorten": Text(zh="请缩短，或检查引号是否成对", en="shorten it, or mend quotes"),
    "leave_out": Text(zh="请删去其中一行", en="leave one of them out"),
    "commas": Text(zh="请检查逗号，以及引号是否成对", en="mind commas, and that each quote has its other"),
    "antenna": Text(zh="天线（同一基站）", en="antenna of this site"),
    "cell": Text(zh="小区", en="cell"),
    "county": Text(zh="县", en="county"),
    "village": Text(zh="村", en="village"),
    "settlement": Text(zh="居民点", en="settlement"),
    "write_one_of": Text(zh="请写其中之一：{names}", en="write one of {names}"),
    "name_some_of": Text(zh="请写其中若干：{names}", en="name some of {names}"),
    "which_of_two": Text(zh="请核对哪一个有误", en="look which of the two is wrong"),
    "which_of_three": Text(zh="请核对三者中哪一个有误", en="look which of the three is wrong"),
    "swap": Text(zh="经度和纬度颠倒了，请对调", en="longitude and latitude stand in each other's place: swap them"),
    "look_at_area": Text(
        zh="范围为 {west} 至 {east} E，{south} 至 {north} N，请核对数字",
        en="the area lies within {west} to {east} E, {south} to {north} N; look at the numbers",
    ),
    "look_at_place": Text(
        zh="请核对数字、经纬度次序和坐标系", en="look at the numbers, at which is which, and at the datum"
    ),
    "both_or_neither": Text(
        zh="请两个都填；不知道村委会位置时都不填", en="write both, or neither where the committee is not known"
    ),
    "county_of_map": Text(zh="请写地图中某县的区划代码", en="write the code of a county of the map"),
    "village_of_table": Text(zh="请写另一张表中某村的编号", en="write the id of a village of the other table"),
    "enough_households": Text(zh="户数不能少于村数", en="write as many as there are villages, or more"),
    "said_to_have_none": Text(
        zh="另一张表写明该村没有此类地点，请改正其中一张", en="it is said to have none: mend one of the two tables"
    ),
    "second_committee": Text(
        zh="该村已有村委会，请删去其中一个", en="the village has a committee already: leave one of the two out"
    ),
    "add_or_mend": Text(zh="请在该表中补上，或在此改正", en="add it, or mend it here"),
    "name_place": Text(zh="请写地点表中的编号", en="name one of the places"),
    "name_candidate": Text(zh="请写候选站址表中的编号", en="name one of the candidates"),
}
"""Each sentence by a name; it holds the same fields in both languages."""


class Worded(str):
    """An English sentence that also knows how it is said otherwise."""

    __slots__ = ("text",)
    text: Text

    def __new__(cls, text: Text) -> Self:
        """Make it of a text, whose English it is."""
        made = super().__new__(cls, text.en)
        made.text = text
        return made

    def __getnewargs__(self) -> tuple[Text]:  # type: ignore[override] # a copy is made of the text, not of its English
        """Return what a copy is made of."""
        return (self.text,)


def worded(name: str, **values: object) -> Worded:
    """Return a sentence with its values; one that stands in another is said in the language of that.

    >>> said = worded("unit", number=worded("least", number=worded("write_number"), least=0), unit="m")
    >>> said, said.text.zh
    ('write a number of 0 or more in m', '请写数字，不小于 0，单位 m')
    """
    form = FORMS[name]
    return Worded(Text(zh=form.zh.format(**_in("zh", values)), en=form.en.format(**_in("en", values))))


def _in(language: str, values: Mapping[str, object]) -> dict[str, object]:
    return {name: spoken(one, language) if isinstance(one, Worded) else one for name, one in values.items()}


def spoken(said: str, language: str) -> str:
    """Return a sentence in a language; one that is in English alone stays so.

    >>> spoken(worded("nothing"), "zh"), spoken(worded("nothing"), "en"), spoken("it is odd", "zh")
    ('没有填写', 'nothing stands there', 'it is odd')
    """
    return said.text.say(language) if isinstance(said, Worded) else said
