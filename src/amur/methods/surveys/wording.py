"""What a survey says of itself in sentences, made up or coarse, each made in all languages of pages at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from amur.base.declared import LANGUAGES, Text

FORMS: Final[Mapping[str, Text]] = {
    "sites": Text(
        zh=(
            "{count}个基站为模拟数据（随机种子{seed}）：按人口分布生成，其中{share}位于居民点之间，"
            "挂高、频段和功率均为假设；实地并无这些基站"
        ),
        en=(
            "{count} base stations are made up (seed {seed}): drawn where people live, {share} of them between "
            "settlements, with heights, bands and powers that are assumed; none of them stands there"
        ),
        ru=(
            "смоделировано базовых станций: {count} (начальное число {seed}); они расставлены там, где живут люди, "
            "{share} из них между населёнными пунктами; высоты, диапазоны и мощности условны; на местности их нет"
        ),
        ja=(
            "{count}局の基地局は模擬データです（乱数の種{seed}）：人の住む場所に合わせて置き、うち{share}は集落の間にあります。"
            "高さ、周波数帯、出力は仮定で、実際には存在しません"
        ),
        ko=(
            "기지국 {count}개는 모의 데이터입니다(난수 시드 {seed}): 사람이 사는 곳에 맞추어 두었고 그중 {share}는 "
            "거주지 사이에 있습니다. 높이, 대역, 출력은 가정이며 실제로는 없습니다"
        ),
    ),
    "villages": Text(
        zh=(
            "{count}个村及其村委会、学校、卫生室和居民点为模拟数据（随机种子{seed}）：各县村数与统计一致，"
            "户数合计等于该县；实地并无这些村"
        ),
        en=(
            "{count} villages are made up (seed {seed}), with their committees, schools, clinics and settlements; "
            "as many as are counted in each county, and their households add up to it; none of them is there"
        ),
        ru=(
            "смоделировано сёл: {count} (начальное число {seed}), с комитетами, школами, медпунктами и населёнными "
            "пунктами; в каждом уезде их столько, сколько сосчитано, и домохозяйства дают его число; "
            "на местности их нет"
        ),
        ja=(
            "{count}の村とその村民委員会、学校、診療所、集落は模擬データです（乱数の種{seed}）：県ごとの村の数は統計と同じで、"
            "世帯数の合計もその県と同じです。実際には存在しません"
        ),
        ko=(
            "마을 {count}개와 그 촌민위원회, 학교, 진료소, 거주지는 모의 데이터입니다(난수 시드 {seed}): 현마다 "
            "마을 수는 통계와 같고 가구 수의 합도 그 현과 같습니다. 실제로는 없습니다"
        ),
    ),
    "flat": Text(
        zh="地形为模拟数据：处处平坦，没有任何会阻挡信号的山谷",
        en="the ground is made up: level everywhere, with no hill or valley that could be in the way of a signal",
        ru="рельеф смоделирован: всюду ровно, нет ни холма, ни долины, которые могли бы помешать сигналу",
        ja="地形は模擬データです：どこも平らで、電波を遮る山も谷もありません",
        ko="지형은 모의 데이터입니다: 어디나 평평하며 신호를 가로막을 언덕도 골짜기도 없습니다",
    ),
    "marked": Text(
        zh="{what}：{file}中有{count}行标明为模拟数据",
        en="{what}: {count} rows of {file} are marked as made up",
        ru="{what}: в файле {file} строк, помеченных как смоделированные: {count}",
        ja="{what}：{file}の{count}行が模擬データと記されています",
        ko="{what}: {file}의 {count}행이 모의 데이터로 표시되어 있습니다",
    ),
    "declared": Text(
        zh="{what}：模拟数据：{how}",
        en="{what}: made up: {how}",
        ru="{what}: смоделировано: {how}",
        ja="{what}：模擬データ：{how}",
        ko="{what}: 모의 데이터: {how}",
    ),
    "coarse": Text(
        zh="{what}的高程点相距{far}：两点之间的山丘无法反映",
        en="heights of {what} lie {far} apart: a hill between two of them is not seen",
        ru="высоты по данным {what} взяты через {far}: холм между двумя точками не виден",
        ja="{what}の標高は{far}間隔です：2点の間にある丘は見えません",
        ko="{what}의 고도는 {far} 간격입니다: 두 점 사이의 언덕은 보이지 않습니다",
    ),
    "pixel": Text(
        zh="信号按{pixel}网格计算，粗于{fine}",
        en="signals are computed at {pixel}, coarser than {fine}",
        ru="сигнал рассчитан с шагом {pixel}, грубее {fine}",
        ja="電波は{pixel}間隔で計算され、{fine}より粗くなっています",
        ko="신호를 {pixel} 간격으로 계산하며, 이는 {fine}보다 거칩니다",
    ),
    "radius": Text(
        zh="每个站点只计算{radius}以内的信号，更远处不计入",
        en="sites are followed for {radius}: what one reaches beyond is not counted",
        ru="сигнал каждой станции рассчитан в пределах {radius}; что доходит дальше, не учтено",
        ja="各基地局の電波は{radius}までを計算し、それより遠くは数えません",
        ko="각 기지국의 신호는 {radius}까지만 계산하며 그보다 먼 곳은 세지 않습니다",
    ),
}
"""Each sentence by a name; it holds the same fields in every language."""
INPUTS: Final[Mapping[str, Text]] = {
    "sites": Text(zh="基站", en="sites", ru="базовые станции", ja="基地局", ko="기지국"),
    "villages": Text(zh="村", en="villages", ru="сёла", ja="村", ko="마을"),
    "places": Text(zh="村内地点", en="places", ru="места в сёлах", ja="村内の地点", ko="마을 안의 지점"),
    "counties": Text(zh="县界", en="counties", ru="границы уездов", ja="県の境界", ko="현 경계"),
    "census": Text(zh="人口普查", en="census", ru="перепись населения", ja="国勢調査", ko="인구 조사"),
    "settlements": Text(zh="居民点", en="settlements", ru="населённые пункты", ja="集落", ko="거주지"),
    "heights": Text(zh="高程", en="heights", ru="высоты местности", ja="地形の標高", ko="지형 고도"),
    "definitions": Text(zh="覆盖定义", en="definitions", ru="правила", ja="定義", ko="정의"),
}
"""What each input of a survey is called, by its name in a declaration."""


def sentence(name: str, **values: str | Text) -> Text:
    """Return a sentence in all languages; what has a name in each is called by it.

    >>> sentence("coarse", what="SRTM", far="90 m").en
    'heights of SRTM lie 90 m apart: a hill between two of them is not seen'
    >>> sentence("declared", what=INPUTS["census"], how="drawn by a seed").zh
    '人口普查：模拟数据：drawn by a seed'
    """
    return Text(**{one: FORMS[name].say(one).format(**_called(one, values)) for one in LANGUAGES})


def _called(language: str, values: Mapping[str, str | Text]) -> dict[str, str]:
    return {name: one.say(language) if isinstance(one, Text) else one for name, one in values.items()}


def kept(said: Iterable[Text]) -> list[dict[str, str]]:
    """Return sentences as a summary keeps them: by language.

    >>> kept([sentence("radius", radius="10 km")])[0]["zh"]
    '每个站点只计算10 km以内的信号，更远处不计入'
    """
    return [one.model_dump(exclude_defaults=True) for one in said]
