"""What counts as covered, as it is declared; and three published ways to say it, for whoever declares nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from amur.base.faults import AmurError
from amur.methods.coverage.definitions import AnyOf, Definition, SignalAt, SiteWithin, Source
from amur.methods.coverage.villages import KINDS
from amur.methods.surveys.reading.said import Said, listed, wrong

ASSUMED_DBM = -105.0
"""RSRP that is taken for signal where nobody states another: an assumption, and each source says so.

The noise in one carrier of 15 kHz is -132.2 dBm, and -123.2 dBm in a phone that adds 9 dB of its own, so that 18 dB are
left for what neighbours disturb and for more than a bare connection.
"""
_LEVEL = f"{ASSUMED_DBM:g}".replace("-", "−")
_SAID_SO = {
    "zh": f"；以 {_LEVEL} dBm 为有信号是假设",
    "en": f"; that {_LEVEL} dBm are signal is an assumption",
    "ru": f"; что сигналу достаточно {_LEVEL} дБм — допущение",
    "ja": f"。{_LEVEL} dBm を電波ありとするのは仮定",
    "ko": f"; {_LEVEL} dBm을 신호 있음으로 보는 것은 가정",
}


def _assuming(**said: str) -> dict[str, str]:
    return {language: words + _SAID_SO[language] for language, words in said.items()}


DEFAULTS: Sequence[Mapping[str, Any]] = (
    {
        "id": "village_rule",
        "title": {
            "en": "Village rule: a site within 5 km, or signal at committee, school, clinic and settlements of 20+",
            "zh": "行政村规则：村委会5公里内有基站，或村委会、学校、卫生室及20户以上自然村均有信号",
            "ru": (
                "Правило для сёл: станция не далее 5 км либо сигнал у сельского комитета, школы, медпункта "
                "и в посёлках от 20 дворов"
            ),
            "ja": "行政村の定義：5 km以内に基地局がある、または村民委員会・学校・衛生室・20世帯以上の集落に電波が届く",
            "ko": "행정촌 정의: 5 km 안에 기지국이 있거나 촌민위원회·학교·보건소·20가구 이상 거주지에 신호가 닿음",
        },
        "source": _assuming(
            zh="2018年度电信普遍服务试点申报指南（4G）",
            en="guide to the pilots of universal service in 4G, 2018",
            ru="Руководство по пилотным проектам универсальной услуги связи (4G), 2018 г.",
            ja="2018年度電気通信ユニバーサルサービス試行申請要領（4G）",
            ko="2018년도 통신 보편적 서비스 시범 신청 지침(4G)",
        ),
        "any_of": (
            {"id": "village_rule_site", "site_within_km": 5},
            {
                "id": "village_rule_signal",
                "threshold_dbm": ASSUMED_DBM,
                "probability": 0.5,
                "kinds": KINDS,
                "least_households": 20,
            },
        ),
    },
    {
        "id": "edge_90",
        "title": {
            "en": "Signal at 90 % of places at the edge of a cell",
            "zh": "小区边缘90%地点有信号",
            "ru": "Сигнал в 90 % точек на краю зоны станции",
            "ja": "基地局の圏内の端で90%の地点に電波が届く",
            "ko": "기지국 권역 가장자리의 90% 지점에 신호가 닿음",
        },
        "source": _assuming(
            zh="小区边缘90%，同美国联邦通信委员会宽带数据收集（BDC）",
            en="90 % at the edge of a cell, as in the FCC's Broadband Data Collection",
            ru="90 % на краю зоны, как в сборе данных о широкополосной связи (BDC) Федеральной комиссии по связи США",
            ja="米国連邦通信委員会のブロードバンドデータ収集（BDC）と同じく、圏内の端で90%",
            ko="미국 연방통신위원회 광대역 데이터 수집(BDC)과 같이 권역 가장자리에서 90%",
        ),
        "threshold_dbm": ASSUMED_DBM,
        "probability": 0.9,
    },
    {
        "id": "buffer_5km",
        "title": {
            "en": "A site within 5 km",
            "zh": "5公里内有基站",
            "ru": "Станция не далее 5 км",
            "ja": "5 km以内に基地局",
            "ko": "5 km 안에 기지국",
        },
        "source": {
            "zh": "国际电信联盟连通性规划平台的小区模型：每个基站周围5公里",
            "en": "ITU Connectivity Planning Platform, model of cells: 5 km around each site",
            "ru": "Платформа планирования связности МСЭ, модель зон: 5 км вокруг каждой станции",
            "ja": "ITU接続計画プラットフォームのセルモデル：各基地局の周囲5 km",
            "ko": "ITU 연결성 계획 플랫폼의 셀 모형: 기지국마다 주위 5 km",
        },
        "site_within_km": 5,
    },
)
"""The rule by which villages are counted, the edge of a cell, and the planners' buffer, side by side."""


def definitions_of(said: Any = None) -> tuple[tuple[Definition, ...], dict[str, dict[str, str]]]:
    """Return the definitions of a list, and their titles by id and language; ``DEFAULTS`` where nothing is said.

    Each has an ``id``, a ``source``, if one likes a ``title`` by language, and one of: ``site_within_km``;
    ``threshold_dbm`` with ``probability``, ``kinds`` and ``least_households``; ``any_of`` with several of these. A
    source is one text, or texts by language. A part of ``any_of`` without an id or source has those of the whole.

    Raises:
        AmurError: if a field is unknown, missing or of another kind, a number out of its range, or an id comes twice.

    >>> definitions, titles = definitions_of()
    >>> [one.id for one in definitions], titles["buffer_5km"]["en"], titles["buffer_5km"]["zh"]
    (['village_rule', 'edge_90', 'buffer_5km'], 'A site within 5 km', '5公里内有基站')
    >>> definitions_of([{"id": "near", "source": "the order of 2019", "site_within_km": 3}])[0]
    (SiteWithin(id='near', source='the order of 2019', kilometres=3),)
    """
    found: list[Definition] = []
    titles: dict[str, dict[str, str]] = {}
    for one in listed(DEFAULTS if said is None else said, "definitions"):
        made = _definition(one, "", "")
        if made.id in {before.id for before in found}:
            raise AmurError(
                "definition_twice",
                f"{one.where}.id: {made.id!r} is the id of an earlier one too; rename it",
                id=made.id,
            )
        found.append(made)
        titles[made.id] = one.mapping("title")
    if not found:
        raise AmurError("no_definition", "definitions: found none; say what counts as covered, or leave the field out")
    return tuple(found), titles


def _definition(said: Said, id_: str, source: Source) -> Definition:
    id_, source = said.text("id", id_ or None), said.worded("source", source or None)
    said.value("title")
    ways = [one for one in ("site_within_km", "threshold_dbm", "any_of") if said.has(one)]
    if len(ways) != 1:
        found = " and ".join(ways) or None
        raise wrong(said.where, found, "one of site_within_km, threshold_dbm, any_of")
    made = _MAKERS[ways[0]](said, id_, source)
    said.refuse_others()
    return made


def _site_within(said: Said, id_: str, source: Source) -> Definition:
    return SiteWithin(id_, source, said.number("site_within_km"))


def _signal_at(said: Said, id_: str, source: Source) -> Definition:
    return SignalAt(
        id_,
        source,
        said.number("threshold_dbm"),
        said.number("probability", 0.5),
        said.texts("kinds") or KINDS,
        said.number("least_households", 0.0),
    )


def _any_of(said: Said, id_: str, source: Source) -> Definition:
    parts = enumerate(said.parts("any_of"), start=1)
    return AnyOf(id_, source, tuple(_definition(one, f"{id_}_{number}", source) for number, one in parts))


_MAKERS = {"site_within_km": _site_within, "threshold_dbm": _signal_at, "any_of": _any_of}
