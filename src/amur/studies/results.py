"""What models give: the figures of their summaries and the columns of their tables, each with its words.

A file keeps the names of its columns, by which programs find them; a page shows the words, which stand here once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from amur.base.declared import Text

Holds: TypeAlias = Literal["text", "number", "share", "sum", "flag", "code", "county", "definition"]
"""What stands in a column: ``share`` is of 1, ``county`` a code of the pack's regions, ``definition`` the id of one."""
_NUMBERED = re.compile(r"^[0-9]+-")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a summary: what it is called, its unit, and how many decimals are worth showing."""

    title: Text
    unit: Text | None = None
    decimals: int = 0
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: what it is called, what stands in it, and what each code there means."""

    title: Text
    holds: Holds = "text"
    unit: Text | None = None
    decimals: int = 0
    codes: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a model writes, as CSV, as Parquet or as both: what its rows are, and its columns by their names.

    ``others`` is a column of which there is one for each definition, under the id of that.
    """

    title: Text
    columns: Mapping[str, Column]
    others: Column | None = None

    def column(self, name: str) -> Column | None:
        """Return a column by the name that it has in the file; None where there is none of this name.

        >>> TABLES["siting"]["sites"].column("charge").title.en, TABLES["siting"]["sites"].column("x")
        ('Of it from the subsidy or budget', None)
        """
        return self.columns.get(name) or self.others


def table(model: str, file: str) -> Table | None:
    """Return what a file of a model is as a table, whatever its number and form; None where it is none that is known.

    >>> table("siting", "2-sites.csv").title.en, table("siting", "sites.parquet").title.en, table("siting", "x.csv")
    ('Sites to build', 'Sites to build', None)
    """
    stem, _, ending = _NUMBERED.sub("", file).rpartition(".")
    return TABLES.get(model, {}).get(stem) if ending in {"csv", "parquet"} else None


def _text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


_SHARE = _text("占比", "share")
_HOUSEHOLDS, _PEOPLE = _text("户", "households"), _text("人", "people")
_MS, _DB, _DBM = _text("毫秒", "ms"), _text("分贝", "dB"), _text("dBm", "dBm")

FIGURES: Mapping[str, Mapping[str, Figure]] = {
    "siting": {
        "sites": Figure(_text("新建站址", "Sites to build")),
        "cost": Figure(_text("全部费用", "Cost in all"), decimals=2),
        "charge": Figure(_text("由补助或预算承担", "Of it from the subsidy or budget"), decimals=2),
        "households": Figure(_text("覆盖户数", "Households reached"), _HOUSEHOLDS),
        "reached": Figure(_text("覆盖户数占比", "Share of households reached"), _SHARE, 6, is_share=True),
        "per_household": Figure(_text("每新增一户费用", "Cost of a household newly reached"), decimals=2),
        "gap": Figure(_text("距最优至多", "From the best at most"), _SHARE, 6, is_share=True),
        "plans": Figure(_text("方案数", "Plans")),
    },
    "facilities": {
        "centres": Figure(_text("节点数", "Centres")),
        "cost": Figure(_text("费用", "Cost"), decimals=2),
        "delay_ms": Figure(_text("平均时延", "Mean delay"), _MS, 3),
        "served": Figure(_text("服务流量占比", "Share of traffic served"), _SHARE, 6, is_share=True),
        "baseline_cost": Figure(_text("现状费用", "Cost as it stands"), decimals=2),
        "baseline_delay_ms": Figure(_text("现状平均时延", "Mean delay as it stands"), _MS, 3),
        "gap": Figure(_text("距最优至多", "From the best at most"), _SHARE, 6, is_share=True),
    },
    "concentration": {
        "hhi": Figure(_text("赫芬达尔—赫希曼指数", "Index of Herfindahl and Hirschman"), _text("点", "points"), 2),
        "equal_firms": Figure(_text("相当于几家同样大的企业", "As concentrated as so many equal firms"), decimals=3),
        "largest_share": Figure(_text("最大几家的份额", "Share of the largest"), _SHARE, 6, is_share=True),
        "firms": Figure(_text("企业数", "Firms")),
    },
    "wifi_reach": {
        "venues": Figure(_text("场所数", "Venues")),
        "venues_reached": Figure(_text("可达场所占比", "Share of venues reached"), _SHARE, 6, is_share=True),
        "hours_reached": Figure(_text("可达开放时间占比", "Share of open hours reached"), _SHARE, 6, is_share=True),
    },
    "coverage": {
        "people": Figure(_text("人口", "People"), _PEOPLE),
        "households": Figure(_text("户数", "Households"), _HOUSEHOLDS),
        "sites": Figure(_text("站址数", "Sites")),
        "counties": Figure(_text("县级区划数", "Counties")),
        "villages": Figure(_text("行政村数", "Villages")),
        "error_p95_db": Figure(_text("快速算法误差（95%）", "Error of the fast mode, 95 % are within"), _DB, 2),
        "people_": Figure(_text("覆盖人口占比", "Share of people covered"), _SHARE, 6, is_share=True),
        "households_": Figure(_text("覆盖户数占比", "Share of households covered"), _SHARE, 6, is_share=True),
        "villages_": Figure(_text("覆盖行政村占比", "Share of villages covered"), _SHARE, 6, is_share=True),
        "area_": Figure(_text("覆盖面积占比", "Share of area covered"), _SHARE, 6, is_share=True),
    },
}
"""The figures of each model. One whose name ends in ``_`` stands for one of each definition."""


def _figure(model: str, name: str, holds: Holds = "number") -> Column:
    """Return the column in which a figure stands row by row."""
    figure = FIGURES[model][name]
    return Column(figure.title, "share" if figure.is_share else holds, figure.unit, figure.decimals)


def _number(zh: str, en: str, unit: Text | None = None, decimals: int = 0) -> Column:
    return Column(_text(zh, en), "number", unit, decimals)


def _share(zh: str, en: str) -> Column:
    return Column(_text(zh, en), "share", decimals=6)


_ID = Column(_text("编号", "Id"))
_COUNTY = Column(_text("县（市、区）", "County"), "county")
_POINT = {
    "longitude": _number("经度", "Longitude", _text("度", "°"), 6),
    "latitude": _number("纬度", "Latitude", _text("度", "°"), 6),
}
_PLACE, _SITE = ({"id": Column(one)} | _POINT for one in (_text("地点", "Place"), _text("站址", "Site")))
_PEOPLE_THERE, _HOUSEHOLDS_THERE = _number("人口", "People"), _number("户数", "Households")
_DEFINITION = Column(_text("覆盖口径", "Definition"), "definition")
_FIRST = Column(_text("甲口径", "First definition"), "definition")
_SECOND = Column(_text("乙口径", "Second definition"), "definition")
_ANSWERS = {
    "covered": _text("已覆盖", "covered"),
    "not covered": _text("未覆盖", "not covered"),
    "not known": _text("不明", "not known"),
}
_SIGNAL = {
    "signal_dbm": _number("信号（中位）", "Signal, median", _DBM, 1),
    "edge_dbm": _number("信号（边缘）", "Signal, at the edge", _DBM, 1),
}
_MEASURES = {
    "people": _text("人口", "People"),
    "households": _text("户数", "Households"),
    "villages": _text("行政村", "Villages"),
    "settlements": _text("居民点", "Settlements"),
    "area_km2": _text("面积（平方千米）", "Area (km²)"),
}
_MEASURE = Column(_text("统计对象", "Measure"), "code", codes=_MEASURES)
_SERVED = {
    "before": _text("原已覆盖", "Reached before"),
    "site": _text("由新站覆盖", "Reached by a new site"),
    "otherwise": _text("以其他方式服务", "Served another way"),
    "none": _text("未覆盖", "Not reached"),
}


def _answer(zh: str, en: str) -> Column:
    return Column(_text(zh, en), "code", codes=_ANSWERS)


TABLES: Mapping[str, Mapping[str, Table]] = {
    "siting": {
        "frontier": Table(
            _text("方案", "Plans"),
            {
                "plan": _number("方案序号", "Plan"),
                "budget": Column(_text("预算", "Budget"), "sum", decimals=2),
                "sites": _figure("siting", "sites"),
                "cost": _figure("siting", "cost", "sum"),
                "charge": _figure("siting", "charge", "sum"),
                "households": _figure("siting", "households"),
                "reached": _figure("siting", "reached"),
                "per_household": _figure("siting", "per_household", "sum"),
                "bound": _number("已证明的界限", "Proved bound", decimals=2),
                "gap": _figure("siting", "gap"),
            },
        ),
        "sites": Table(
            _text("新建站址", "Sites to build"),
            _SITE
            | {
                "cost": _figure("siting", "cost", "sum"),
                "charge": _figure("siting", "charge", "sum"),
                "households": _number("可及户数", "Households within reach", _HOUSEHOLDS),
            },
        ),
        "places": Table(
            _text("地点", "Places"),
            _PLACE
            | {
                "county": _COUNTY,
                "households": _HOUSEHOLDS_THERE,
                "served": Column(_text("如何服务", "How it is served"), "code", codes=_SERVED),
            },
        ),
    },
    "facilities": {
        "centres": Table(
            _text("节点", "Centres"),
            {"id": Column(_text("节点", "Centre"))}
            | _POINT
            | {
                "cost": _figure("facilities", "cost", "sum"),
                "traffic": _number("承载流量", "Traffic served", decimals=2),
            },
        ),
        "places": Table(
            _text("地点", "Places"),
            _PLACE
            | {
                "traffic": _number("流量", "Traffic", decimals=2),
                "centres": Column(_text("服务节点", "Served by the centres")),
                "served": _figure("facilities", "served"),
                "delay_ms": _figure("facilities", "delay_ms"),
            },
        ),
    },
    "concentration": {
        "markets": Table(
            _text("市场", "Markets"),
            {"market": Column(_text("市场", "Market"))}
            | {name: _figure("concentration", name) for name in ("hhi", "equal_firms", "largest_share", "firms")},
        )
    },
    "wifi_reach": {
        "reach": Table(
            _text("可达情况", "Reach"),
            {name: _figure("wifi_reach", name) for name in ("venues", "venues_reached", "hours_reached")},
        )
    },
    "coverage": {
        "shares": Table(
            _text("覆盖占比", "Shares that are covered"),
            {
                "county": _COUNTY,
                "definition": _DEFINITION,
                "measure": _MEASURE,
                "total": _number("总数", "In all", decimals=2),
                "covered": _number("已覆盖", "Covered", decimals=2),
                "not_known": _number("不明", "Not known", decimals=2),
                "share": _share("覆盖占比", "Share covered"),
                "share_at_most": _share("覆盖占比上限", "Share covered at most"),
            },
        ),
        "villages": Table(
            _text("行政村和居民点", "Villages and settlements"),
            {
                "id": _ID,
                "name": Column(_text("名称", "Name")),
                "county": _COUNTY,
                "longitude": _POINT["longitude"],
                "latitude": _POINT["latitude"],
                "people": _PEOPLE_THERE,
                "households": _HOUSEHOLDS_THERE,
                "nearest_site": Column(_text("最近站址", "Nearest site")),
                "nearest_km": _number("到最近站址", "To the nearest site", _text("千米", "km"), 2),
                **_SIGNAL,
            },
            others=_answer("按该口径", "By this definition"),
        ),
        "answers": Table(
            _text("逐村判定", "Answers for each village"),
            {
                "id": _ID,
                "county": _COUNTY,
                "definition": _DEFINITION,
                "answer": _answer("判定", "Answer"),
                "why": Column(_text("理由", "Why")),
                "why_code": Column(_text("理由代码", "Why, as a code")),
            },
        ),
        "flips": Table(
            _text("因口径而翻转的村", "Villages that flip"),
            {
                "id": _ID,
                "county": _COUNTY,
                "first": _FIRST,
                "second": _SECOND,
                "by_first": _answer("按甲口径", "By the first"),
                "by_second": _answer("按乙口径", "By the second"),
                "why_first": Column(_text("甲口径的理由", "Why, by the first")),
                "why_second": Column(_text("乙口径的理由", "Why, by the second")),
                "why_first_code": Column(_text("甲口径的理由代码", "Why, by the first, as a code")),
                "why_second_code": Column(_text("乙口径的理由代码", "Why, by the second, as a code")),
            },
        ),
        "between": Table(
            _text("两种口径之间", "Between two definitions"),
            {
                "first": _FIRST,
                "second": _SECOND,
                "measure": _MEASURE,
                "both": _number("两者都覆盖", "Covered by both", decimals=2),
                "only_first": _number("仅甲覆盖", "Only by the first", decimals=2),
                "only_second": _number("仅乙覆盖", "Only by the second", decimals=2),
                "neither": _number("两者都不覆盖", "By neither", decimals=2),
                "not_known": _number("不明", "Not known", decimals=2),
            },
        ),
        "people": Table(
            _text("人口分布", "Where people live"),
            {
                "kind": Column(
                    _text("类别", "Kind"),
                    "code",
                    codes={"place": _text("居民点", "settlement"), "cell": _text("网格", "cell")},
                ),
                "id": _ID,
                "county": _COUNTY,
                "north": _number("纬度", "Latitude", _text("度", "°"), 6),
                "east": _number("经度", "Longitude", _text("度", "°"), 6),
                "people": _PEOPLE_THERE,
                "urban_people": _number("城镇人口", "People in towns"),
                "households": _HOUSEHOLDS_THERE,
                "is_estimated": Column(_text("人口为估算", "People are estimated"), "flag"),
                "area_km2": _number("面积", "Area", _text("平方千米", "km²"), 2),
                **_SIGNAL,
                "server": Column(_text("服务站址", "Served by the site")),
            },
            others=_answer("按该口径", "By this definition"),
        ),
    },
}
"""The tables of each model by the names of their files, without number and ending."""
