"""The models that the kernel knows: what each takes, what it gives, where it was published, and what computes it.

What a model loads is loaded when it runs: a server that only shows studies has none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.studies import results
from amur.studies.results import Figure

Kind: TypeAlias = Literal["text", "number", "flag"]


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A column of a table: what is in it, whether it has to be there, and what a header in Chinese calls it."""

    kind: Kind
    required: bool = True
    chinese: str = ""


@dataclass(frozen=True, slots=True)
class InputShape:
    """An input: a table with columns, or, with none, a file of one of the endings (with a dot).

    ``read_by`` names the columns as its model reads them, with bounds and other headers, as ``module:NAME``.
    """

    title: Text
    columns: Mapping[str, ColumnShape] = field(default_factory=dict)
    endings: tuple[str, ...] = (".csv", ".txt", ".json", ".geojson", ".gz")
    required: bool = True
    read_by: str = ""

    @property
    def is_table(self) -> bool:
        """Say whether it is a table whose columns are known."""
        return bool(self.columns)


@dataclass(frozen=True, slots=True)
class ParameterShape:
    """A parameter: the types of field that say it, and whether the model does without."""

    types: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Model:
    """A model: ``adapter`` names the function that runs it, as ``module:function``.

    ``files`` are what it always writes, ``packages`` the libraries whose versions a result names. Another ``version``
    gives other numbers. A figure whose name ends in ``_`` stands for one of each definition: ``people_`` for
    ``people_village_rule``.
    """

    id: str
    version: str
    title: Text
    citation: Text
    inputs: Mapping[str, InputShape]
    parameters: Mapping[str, ParameterShape]
    figures: Mapping[str, Figure]
    files: tuple[str, ...]
    adapter: str
    packages: tuple[str, ...] = ()

    def figure(self, name: str) -> Figure | None:
        """Return what a figure of a summary is; None for none of this model's.

        >>> model("coverage").figure("people_village_rule").title.en, model("coverage").figure("hhi")
        ('Share of people covered', None)
        """
        begins = next((one for one in self.figures if one.endswith("_") and name.startswith(one)), "")
        return self.figures.get(name) or self.figures.get(begins)


def model(name: str) -> Model:
    """Return a model.

    Raises:
        NotFound: if the kernel knows none of this id.

    >>> model("facilities").version
    '1'
    """
    found = MODELS.get(name)
    if found is None:
        raise NotFound("no_model", f"the kernel knows no model {name!r}; choose from {', '.join(sorted(MODELS))}")
    return found


def _text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


def _columns(needed: Mapping[str, Kind], other: Mapping[str, Kind] | None = None) -> dict[str, ColumnShape]:
    found = {name: ColumnShape(kind, required=True, chinese=_CHINESE[name]) for name, kind in needed.items()}
    return found | {
        name: ColumnShape(kind, required=False, chinese=_CHINESE[name]) for name, kind in (other or {}).items()
    }


_CHINESE: Mapping[str, str] = {
    "azimuth_deg": "方位角", "beamwidth_deg": "水平波瓣", "blocks": "资源块", "border": "边境", "build": "建设费用",
    "candidate": "候选站址", "capacity": "容量", "closes": "关门", "cost": "费用", "county": "县",
    "fallback_cost": "替代费用", "frequency_mhz": "频率", "gain_dbi": "天线增益", "group": "组", "height_m": "挂高",
    "households": "户数", "id": "编号", "inside": "室内", "kind": "类别", "latitude": "纬度", "longitude": "经度",
    "loss_db": "馈线损耗", "market": "市场", "ms": "毫秒", "must": "必须覆盖", "name": "名称", "opens": "开门",
    "people": "人口", "place": "地点", "power_dbm": "发射功率", "served": "已覆盖", "site": "站点", "size": "规模",
    "stands": "已建", "tilt_deg": "下倾角", "traffic": "流量", "unit_cost": "单位费用", "vertical_deg": "垂直波瓣",
    "village": "村编号", "weight": "权重", "without": "没有", "yearly": "年运营费用",
}  # fmt: skip
"""A header in Chinese of each column that a table may have; whatever reads it takes it as well as the name."""
_COUNTED = {
    "code": ColumnShape("text"),
    "people": ColumnShape("number"),
    "households": ColumnShape("number"),
    "name": ColumnShape("text", required=False),
}
"""A count has its columns by these names, or by those that a declaration says, and by no others."""
_POINT: dict[str, Kind] = {"id": "text", "longitude": "number", "latitude": "number"}
_PLACES, _CANDIDATES = _text("地点", "Places"), _text("候选站址", "Candidates")
_NUMBER = ParameterShape(("number", "quantity", "money"))
_MAY_NUMBER = ParameterShape(_NUMBER.types, required=False)
_MAY_TEXT = ParameterShape(("text",), required=False)
_MAY_CODE = ParameterShape(("text", "code"), required=False)
_MAY_FLAG = ParameterShape(("yes_no",), required=False)

_SITING = Model(
    id="siting",
    version="1",
    title=_text("以最低费用选址", "Least-cost siting"),
    citation=_text(
        "最大覆盖选址：Church 与 ReVelle（1974）；集合覆盖：Toregas 等（1971）；求解器 HiGHS",
        "Maximal covering: Church and ReVelle (1974); set covering: Toregas et al. (1971); solved with HiGHS",
    ),
    inputs={
        "places": InputShape(
            _PLACES,
            _columns(
                {**_POINT, "households": "number"},
                {"county": "text", "must": "flag", "weight": "number", "fallback_cost": "number", "served": "flag"},
            ),
            read_by="amur.methods.siting.files:PLACES",
        ),
        "candidates": InputShape(
            _CANDIDATES,
            _columns({**_POINT, "build": "number"}, {"yearly": "number", "group": "text", "border": "flag"}),
            read_by="amur.methods.siting.files:CANDIDATES",
        ),
        "ways": InputShape(
            _text("谁能覆盖谁", "Who reaches whom"),
            _columns({"place": "text", "candidate": "text"}),
            required=False,
            read_by="amur.methods.siting.files:WAYS",
        ),
    },
    parameters={
        "share": _MAY_NUMBER,
        "floors": _MAY_TEXT,
        "radius_km": _MAY_NUMBER,
        "budget": _MAY_NUMBER,
        "budgets": _MAY_TEXT,
        "years": _MAY_NUMBER,
        "rate": _MAY_NUMBER,
        "subsidy_share": _MAY_NUMBER,
        "subsidy_years": _MAY_NUMBER,
        "subsidy_border_years": _MAY_NUMBER,
        "gap": _MAY_NUMBER,
        "seconds": _MAY_NUMBER,
    },
    figures=results.FIGURES["siting"],
    files=("frontier.csv",),
    adapter="amur.studies.adapters.siting:run",
    packages=("highspy", "numpy", "scipy"),
)

_FACILITIES = Model(
    id="facilities",
    version="1",
    title=_text("内容与计算节点选址", "Centres for content and computing"),
    citation=_text(
        "带容量的设施选址：Kuehn 与 Hamburger（1963）、Balinski（1965）；求解器 HiGHS",
        "Capacitated facility location: Kuehn and Hamburger (1963), Balinski (1965); solved with HiGHS",
    ),
    inputs={
        "places": InputShape(
            _PLACES, _columns({**_POINT, "traffic": "number"}), read_by="amur.studies.adapters.facilities:PLACES"
        ),
        "candidates": InputShape(
            _CANDIDATES,
            _columns({**_POINT, "cost": "number"}, {"capacity": "number", "unit_cost": "number", "stands": "flag"}),
            read_by="amur.studies.adapters.facilities:CANDIDATES",
        ),
        "delays": InputShape(
            _text("时延表", "Delays"),
            _columns({"place": "text", "candidate": "text", "ms": "number"}),
            required=False,
            read_by="amur.studies.adapters.facilities:DELAYS",
        ),
    },
    parameters={
        "within_ms": _NUMBER,
        "share": _MAY_NUMBER,
        "most": _MAY_NUMBER,
        "ms_per_km": _MAY_NUMBER,
        "fixed_ms": _MAY_NUMBER,
        "gap": _MAY_NUMBER,
        "seconds": _MAY_NUMBER,
    },
    figures=results.FIGURES["facilities"],
    files=("centres.csv", "places.csv", "plan.geojson"),
    adapter="amur.studies.adapters.facilities:run",
    packages=("highspy", "numpy", "scipy"),
)

_CONCENTRATION = Model(
    id="concentration",
    version="1",
    title=_text("市场集中度", "Concentration of a market"),
    citation=_text(
        "赫芬达尔—赫希曼指数：Hirschman（1945）、Herfindahl（1950）",
        "Index of Herfindahl and Hirschman: Hirschman (1945), Herfindahl (1950)",
    ),
    inputs={
        "firms": InputShape(
            _text("企业", "Firms"),
            _columns({"id": "text", "size": "number"}, {"market": "text"}),
            read_by="amur.studies.adapters.concentration:FIRMS",
        ),
    },
    parameters={"largest": _MAY_NUMBER},
    figures=results.FIGURES["concentration"],
    files=("markets.csv",),
    adapter="amur.studies.adapters.concentration:run",
    packages=("numpy",),
)

_WIFI_REACH = Model(
    id="wifi_reach",
    version="1",
    title=_text("公共无线网络可达", "Reach of public wireless networks"),
    citation=_text(
        "球面圆盘覆盖；接入点半径由使用者给出", "Discs on a sphere; how wide an access point serves is the caller's"
    ),
    inputs={
        "venues": InputShape(
            _text("场所", "Venues"),
            _columns(_POINT, {"opens": "number", "closes": "number"}),
            read_by="amur.studies.adapters.wifi:SPOTS",
        ),
        "points": InputShape(
            _text("接入点", "Access points"),
            _columns({**_POINT, "inside": "flag"}, {"opens": "number", "closes": "number"}),
            read_by="amur.studies.adapters.wifi:POINTS",
        ),
    },
    parameters={"inside_m": _NUMBER, "outside_m": _NUMBER},
    figures=results.FIGURES["wifi_reach"],
    files=("reach.csv",),
    adapter="amur.studies.adapters.wifi:run",
    packages=("numpy", "scipy"),
)

_SHAPES = (".geojson", ".json")
_OBJECTS = (".yaml", ".yml", ".json")
_COVERAGE = Model(
    id="coverage",
    version="1",
    title=_text("多口径覆盖测算", "Coverage by several definitions"),
    citation=_text(
        "传播模型 ITU-R P.1812-8；人口按聚落与 H3 网格分配",
        "Propagation by ITU-R P.1812-8; people spread over settlements and H3 cells",
    ),
    inputs={
        "survey": InputShape(_text("测算说明", "Declaration of the survey"), endings=_OBJECTS),
        "sites": InputShape(
            _text("站址与天线", "Sites and antennas"),
            _columns(
                {"longitude": "number", "latitude": "number"},
                {
                    "site": "text",
                    "height_m": "number",
                    "azimuth_deg": "number",
                    "beamwidth_deg": "number",
                    "vertical_deg": "number",
                    "tilt_deg": "number",
                    "frequency_mhz": "number",
                    "power_dbm": "number",
                    "gain_dbi": "number",
                    "loss_db": "number",
                    "blocks": "number",
                },
            ),
            required=False,
        ),
        "heights": InputShape(
            _text("地形高程", "Heights of the ground"), endings=(".tif", ".tiff", ".hgt"), required=False
        ),
        "counties": InputShape(_text("县界", "Shapes of counties"), endings=_SHAPES, required=False),
        "census": InputShape(
            _text("人口普查", "Census"),
            _COUNTED,
            required=False,
        ),
        "settlements": InputShape(_text("聚落", "Settlements"), endings=(".csv", *_SHAPES), required=False),
        "villages": InputShape(
            _text("行政村", "Villages"),
            _columns(
                {"id": "text", "county": "text", "households": "number"},
                {"name": "text", "longitude": "number", "latitude": "number", "people": "number", "without": "text"},
            ),
            required=False,
        ),
        "places": InputShape(
            _text("村内地点", "Places of villages"),
            _columns(
                {"village": "text", "kind": "text", "longitude": "number", "latitude": "number"},
                {"households": "number"},
            ),
            required=False,
        ),
        "definitions": InputShape(_text("覆盖口径", "Definitions"), endings=_OBJECTS, required=False),
    },
    parameters={
        "bands": _MAY_TEXT,
        "pixel_m": _MAY_NUMBER,
        "radius_m": _MAY_NUMBER,
        "receiver_m": _MAY_NUMBER,
        "clutter_db": _MAY_NUMBER,
        "building_db": _MAY_NUMBER,
        "location_deviation_db": _MAY_NUMBER,
        "edge_probability": _MAY_NUMBER,
        "cell_resolution": _MAY_NUMBER,
        "counts_errors": _MAY_FLAG,
        "simulate_sites": _MAY_NUMBER,
        "seed": _MAY_NUMBER,
        "report": _MAY_CODE,
        "processes": _MAY_NUMBER,
    },
    figures=results.FIGURES["coverage"],
    files=("shares.csv", "villages.geojson", "counties.geojson", "sites.geojson", "signal.tif", "summary.json"),
    adapter="amur.studies.adapters.coverage:run",
    packages=("h3", "numba", "numpy", "pyarrow", "pyproj", "rasterio", "scipy", "shapely"),
)

MODELS: Mapping[str, Model] = {one.id: one for one in (_COVERAGE, _SITING, _FACILITIES, _CONCENTRATION, _WIFI_REACH)}
"""Every model by its id."""
