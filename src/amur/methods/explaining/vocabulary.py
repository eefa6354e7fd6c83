"""What explanations say, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from amur.methods.coverage.definitions import Verdicts
from amur.methods.coverage.reasons import LANGUAGES, Language, said
from amur.methods.explaining.questions import Thing

Said = Mapping[str, str]
"""A text by language."""
ITEMS: Final = {
    "band": ("加装低频段", "another band on a site"),
    "mast": ("加高铁塔的固定费用", "work on a mast"),
    "mast_metre": ("铁塔每加高一米", "each metre of a mast more"),
    "site": ("新站（不含铁塔）", "a new site without its mast"),
    "site_metre": ("新站铁塔每米", "each metre of a new site's mast"),
    "backhaul_km": ("新站到最近站址的传输，每公里", "each kilometre from a new site to the nearest one"),
    "satellite": ("全村卫星接入", "satellite for the village"),
    "satellite_household": ("每户卫星接入", "satellite for each household"),
}
_FOR_SETTLEMENT: Final = ("整个居民点的卫星接入", "satellite for the settlement")
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "covered": ("已覆盖", "covered"),
    "not covered": ("未覆盖", "not covered"),
    "not known": ("未知", "not known"),
    "blocked": ("被遮挡", "blocked"),
    "touched": ("部分受阻", "partly hindered"),
    "clear": ("通畅", "clear"),
    "near": ("过近，按自由空间", "too near for a profile: free space"),
    "unknown": ("未知", "not known"),
    "no signal": ("无信号", "no signal"),
    "distance": ("距站址的距离（km）", "Distance from the site (km)"),
    "height": ("海拔（m，含地球曲率）", "Height above the sea (m), with the bulge of the Earth"),
    "ground": ("地面", "ground"),
    "line": ("视线", "line of sight"),
    "zone": ("第一菲涅耳区", "first Fresnel zone"),
    "ridge": ("遮挡点", "ridge"),
    "ridge_at": ("距站址 {km:.1f} km，高出视线 {over} m", "{km:.1f} km from the site, {over} m over the line"),
    "ridge_under": (
        "距站址 {km:.1f} km，低于视线 {over} m",
        "{km:.1f} km from the site, {over} m under the line",
    ),
    "antenna": ("站址 {site}，天线高 {height:.0f} m", "site {site}, antenna {height:.0f} m up"),
    "receiver": ("接收点", "receiver"),
    "drawing": ("从站址 {site} 到 {village} 的剖面", "Profile from site {site} to {village}"),
    "ground_of": (
        "地形来源：{sources}，测点间距 {metres:,.0f} m。",
        "The ground is from {sources}, measured {metres:,.0f} m apart.",
    ),
    "coarse": (
        "测点之间的山脊看不到：实际情况可能更好或更差。",
        "Ridges between its measurements are not seen: a place may be better or worse than is said here.",
    ),
    "simulated": (
        "测点之间的高程是随机生成的。",
        "Heights between measurements were made up by chance.",
    ),
    "partly_simulated": ("含模拟内容", "Partly simulated"),
    "filled": ("地形中有 {count:,} 处空洞由周围填补。", "{count:,} holes in the ground were filled from around them."),
    "assumed": (
        "文件未说明部分天线的以下各项，取了默认值：{items}。",
        "What the file does not say of some antennas was taken by default: {items}.",
    ),
    "assumed_of": ("{name}（{count:,} 副）", "{name} (of {count:,})"),
    "no_site": (
        "{reach:g} km 内没有站址，最近的在 {km:.1f} km 外。",
        "No site stands within {reach:g} km; the nearest is {km:.1f} km away.",
    ),
    "unknown_sites": (
        "通往 {count} 个站址的地形不全，信号可能比这里说的强；够不上的按未知处理：{names}。",
        "Ground is not known all the way to {count} sites; what is not reached without them is not known: {names}.",
    ),
    "unknown_way": ("站址 {site} 的信号未知：{why}。", "Of site {site} the signal is not known: {why}."),
    "caution": (
        "对站址 {site}，第二模型的结果须谨慎看待：{why}。",
        "The second opinion on {site} is to be taken with care: {why}.",
    ),
    "assumptions": (
        "低频段按现有天线的功率、增益和资源块计算。新站与 {site} 相同，全向发射。土地、道路和供电未作考察。",
        (
            "A lower band is taken with the power, gain and resource blocks of the antennas that are there. New sites "
            "are like {site}, to all sides. Whether land, road and power are there is not looked at."
        ),
    ),
    "no_prices": (
        "未提供单价：措施按铁塔加高的米数、是否加装频段、新站距离从少到多排列，这不是价格。",
        "No prices were given: remedies stand in the order of metres of mast, bands and kilometres, which is no price.",
    ),
    "verified_price": ("单价“{item}”的依据：{source}（已核实）。", "Price of {item}: {source} (verified)."),
    "other_price": ("单价“{item}”的依据：{source}（未核实）。", "Price of {item}: {source} (not verified)."),
    "price_unknown": (
        "户数为零或未知，“{item}”的费用未知。",
        "There is no household, or nobody knows how many there are: what {item} costs is not known.",
    ),
    "left_out": ("以下各项没有单价，未计入：{items}。", "Without a price, and so not counted: {items}."),
    "satellite_note": (
        "卫星不计入要求站址或其信号的定义。",
        "Satellite does not count in definitions that ask for sites or their signal.",
    ),
    "village": ("村", "Village"),
    "settlement": ("居民点", "Settlement"),
    "estimated": (
        "户数由所在县的普查户数按人口分摊到居民点，是估算值；输入中没有人口数的居民点，人口也是估算值。",
        (
            "Households are spread over settlements from the census of the county, in proportion to people: an "
            "estimate. So are people where no input says how many live there."
        ),
    ),
    "county": ("县", "County"),
    "people": ("人口", "People"),
    "households": ("户数", "Households"),
    "nearest": ("最近的站址", "Nearest site"),
    "what_they_say": ("各定义的判断", "What each definition says"),
    "definition": ("定义", "Definition"),
    "answer": ("结论", "Answer"),
    "reason": ("原因", "Why"),
    "source": ("依据", "Source"),
    "points": ("各点的信号", "Signal at each point"),
    "own_point": (
        "居民点按其自身这一点判断，与覆盖评估一致，不论定义指明哪些种类的地点。",
        "A settlement is judged at its own point, as in a survey, whatever kinds of points a definition names.",
    ),
    "settlement_signal": ("居民点的信号", "Signal at the settlement"),
    "settlement_looked_at": (
        "以下路径和补救措施的电平均为该居民点处的。",
        "Ways, and levels of remedies, are those at the settlement.",
    ),
    "point": ("点", "Point"),
    "site": ("站址", "Site"),
    "median": ("中值（dBm）", "Median (dBm)"),
    "edge": ("边缘（dBm）", "Edge (dBm)"),
    "edge_is": (
        "边缘是 {share:.0%} 的位置能达到的电平。",
        "The edge is the level that {share:.0%} of places have or more.",
    ),
    "looked_at": (
        "以下路径和补救措施的电平均为第 {number} 点（{point}）的。",
        "Ways, and levels of remedies, are those of point {number}, the {point}.",
    ),
    "way": ("站址 {site}：距{point} {km:.2f} km", "Site {site}, {km:.2f} km from the {point}"),
    "sight": ("视线", "Line of sight"),
    "ridge_place": (
        "{at}（{east:.5f} E，{north:.5f} N，海拔 {height:.0f} m）",
        "{at} ({east:.5f} E, {north:.5f} N, {height:.0f} m above the sea)",
    ),
    "free_share": ("第一菲涅耳区余隙", "First Fresnel zone"),
    "free_is": (
        "半径 {zone:.1f} m，余隙为半径的 {share:.0%}，ν = {parameter:.2f}；单刀刃损耗 {edge:.1f} dB",
        "radius {zone:.1f} m, clearance {share:.0%} of it, ν = {parameter:.2f}: that edge alone loses {edge:.1f} dB",
    ),
    "by_p1812": ("损耗（ITU-R P.1812-8）", "Loss by ITU-R P.1812-8"),
    "by_itm": ("ITM 损耗（第二意见）", "Loss by ITM (second opinion)"),
    "budget": ("链路预算", "Link budget"),
    "term": ("项", "Term"),
    "adds": ("增减（dB）", "Adds (dB)"),
    "level": ("电平（dBm）", "Level (dBm)"),
    "remedies": ("补救措施", "Remedies"),
    "what": ("措施", "What"),
    "mends": ("可满足的定义", "Mends"),
    "cost": ("费用", "Cost"),
    "not_verified": ("* 含未经核实的单价。", "* With prices that nobody has verified."),
    "all_met": ("各定义均已满足，无需补救。", "Every definition is met: nothing has to be mended."),
    "suffices": ("{name}：首选是第 {rank} 项。", "{name}: the first that suffices is {rank}."),
    "cheapest": ("{name}：最省的是第 {rank} 项。", "{name}: the cheapest that suffices is {rank}."),
    "none_suffices": (
        "{name}：这里没有能满足的措施，只剩卫星。",
        "{name}: nothing here suffices; satellite is left.",
    ),
    "undecided": (
        "{name}：这里的措施都不能使其有定论：{why}。",
        "{name}: nothing here decides it, since {why}.",
    ),
    "notes": ("说明", "Notes"),
    "km": ("距离（km）", "Distance (km)"),
    "ground_m": ("地面（m）", "Ground (m)"),
    "line_m": ("视线（m）", "Line of sight (m)"),
    "over_m": ("高出视线（m）", "Over the line (m)"),
    "zone_m": ("菲涅耳半径（m）", "Fresnel radius (m)"),
    "profile_table": ("剖面数据（全部点见 profile.csv）", "The profile in numbers (all points are in profile.csv)"),
    "surveyed": (
        "覆盖评估（快速模式）给出的中值为 {median}，边缘为 {edge}；此处按每条路径的完整模型计算。",
        "The survey's fast mode has a median of {median} and an edge of {edge}; here it is the full model.",
    ),
    "surveyed_silent": (
        "覆盖评估（快速模式）在其计算半径内没有给出信号；此处按每条路径的完整模型计算。",
        "The survey's fast mode has no signal here within its radius; here it is the full model.",
    ),
    "called": ("{title}（{name}）", "{title} ({name})"),
    "differs": ("与覆盖评估的结论不同：{names}。", "The survey answers otherwise for: {names}."),
    "no_village_surveyed": ("覆盖评估中没有这个村。", "The survey does not have this village."),
    "no_settlement_surveyed": ("覆盖评估中没有这个居民点。", "The survey does not have this settlement."),
    "other_inputs": ("这些输入文件与覆盖评估时不同：{names}。", "These inputs are others than the survey's: {names}."),
    "leaves": (
        "距站址 {km:.1f} km 处（{east:.5f} E，{north:.5f} N）超出地形范围",
        "the way leaves the terrain {km:.1f} km from the site, at {east:.5f} E, {north:.5f} N",
    ),
    "hole": (
        "距站址 {km:.1f} km 处（{east:.5f} E，{north:.5f} N）没有高程",
        "no height is known {km:.1f} km from the site, at {east:.5f} E, {north:.5f} N",
    ),
    "do_band": ("在站址 {site} 加装 {mhz:g} MHz", "Add {mhz:g} MHz on site {site}"),
    "do_mast": (
        "站址 {site} 的天线升到 {height:g} m（加高 {raised:.0f} m）",
        "Raise the antennas of site {site} to {height:g} m (by {raised:.0f} m)",
    ),
    "do_band_and_mast": (
        "在站址 {site} 加装 {mhz:g} MHz，并把天线升到 {height:g} m（加高 {raised:.0f} m）",
        "Add {mhz:g} MHz on site {site} and raise its antennas to {height:g} m (by {raised:.0f} m)",
    ),
    "do_site": (
        "新建站：{east:.4f} E，{north:.4f} N，塔高 {height:g} m，{mhz:g} MHz，距站址 {site} {km:.1f} km",
        "Build a site at {east:.4f} E, {north:.4f} N: mast {height:g} m, {mhz:g} MHz, {km:.1f} km from site {site}",
    ),
    "do_satellite": ("以卫星为每户提供接入", "Serve each household by satellite"),
}
FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "height_m": ("天线挂高", "height"),
    "azimuth_deg": ("方位角", "azimuth"),
    "beamwidth_deg": ("水平波瓣宽度", "horizontal beamwidth"),
    "vertical_deg": ("垂直波瓣宽度", "vertical beamwidth"),
    "tilt_deg": ("下倾角", "tilt"),
    "frequency_mhz": ("频率", "frequency"),
    "power_dbm": ("发射功率", "power"),
    "gain_dbi": ("天线增益", "gain"),
    "loss_db": ("馈线损耗", "loss of cables"),
    "blocks": ("资源块数", "resource blocks"),
}
"""What a table of sites may say of an antenna, by its field."""
TERMS: Final[Mapping[str, str]] = {
    "power of the carrier": "载波功率",
    "shared among carriers": "分到每个资源单元",
    "boost of reference signals": "参考信号增强",
    "loss of cables": "馈线损耗",
    "gain of the antenna": "天线增益",
    "pattern of the antenna": "天线方向性",
    "loss of the path": "路径损耗",
    "loss of clutter": "周围地物损耗",
    "loss of walls": "穿墙损耗",
    "loss of the body": "人体损耗",
    "gain of the receiver": "接收增益",
    "margin for bad places": "较差位置的余量",
    "free space": "自由空间",
    "diffraction": "绕射",
    "ducts, scattering and how they combine": "大气波导、散射及其合成",
}
OF_ITM: Final[Mapping[str, str]] = {
    "line of sight": "在光滑地球的视距之内",
    "diffraction": "绕射",
    "troposcatter": "对流层散射",
    "transmitter height": "发射天线高度",
    "receiver height": "接收天线高度",
    "frequency": "频率",
    "long": "路径长",
    "very long": "路径很长",
    "steep": "路径陡",
    "short": "路径短",
    "transmitter angle": "发射端地平角大",
    "receiver angle": "接收端地平角大",
    "transmitter near horizon": "发射端地平线很近",
    "receiver near horizon": "接收端地平线很近",
    "transmitter far horizon": "发射端地平线很远",
    "receiver far horizon": "接收端地平线很远",
    "extreme quantile": "百分位极端",
    "refractivity": "折射率低",
    "no round earth": "球面公式无值，只按刀刃计算",
}
"""Ways and cautions of the Irregular Terrain Model."""
_ITM_PLAIN: Final[Mapping[str, str]] = {"line of sight": "within the horizon of a smooth Earth"}


def say(key: str, language: Language, **fields: Any) -> str:
    """Return a text in a language, with its fields.

    >>> say("ridge_at", "en", km=4.2, over="106")
    '4.2 km from the site, 106 m over the line'
    """
    return _WORDS[key][LANGUAGES.index(language)].format(**fields)


def both(key: str, **fields: Any) -> Said:
    """Return a text in each language.

    >>> both("blocked")
    {'zh': '被遮挡', 'en': 'blocked'}
    """
    return {language: say(key, language, **fields) for language in LANGUAGES}


def assumed_of(counts: Mapping[str, int], language: Language) -> str:
    """Return which fields were taken by default, and of how many antennas.

    >>> assumed_of({"tilt_deg": 2}, "en"), assumed_of({"tilt_deg": 2, "blocks": 1}, "zh")
    ('tilt (of 2)', '下倾角（2 副）、资源块数（1 副）')
    """
    names = {name: FIELDS[name][LANGUAGES.index(language)] for name in counts}
    told = (say("assumed_of", language, name=names[name], count=count) for name, count in counts.items())
    return ("、" if language == "zh" else ", ").join(told)


def term_of(name: str, language: Language) -> str:
    """Return what a term of a budget is called."""
    return TERMS[name] if language == "zh" else name


def of_itm(name: str, language: Language) -> str:
    """Return what a way or a caution of the Irregular Terrain Model is called."""
    return OF_ITM[name] if language == "zh" else _ITM_PLAIN.get(name, name)


def item_of(name: str, language: Language, thing: Thing = "village") -> str:
    """Return what an item with a price is called, for whatever is explained.

    >>> item_of("satellite", "en"), item_of("satellite", "en", "settlement")
    ('satellite for the village', 'satellite for the settlement')
    """
    called = _FOR_SETTLEMENT if (name, thing) == ("satellite", "settlement") else ITEMS[name]
    return called[LANGUAGES.index(language)]


def why(verdicts: Verdicts, row: int) -> Said:
    """Return why an answer is what it is, in each language."""
    code = verdicts.why()[row]
    return {language: said(code, language) for language in LANGUAGES}
