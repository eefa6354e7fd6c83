"""The sentences of reports, maps and charts: for each its Chinese and its English."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "untitled": ("未命名的报告", "An untitled report"),
    "page": ("第 {page} 页，共 {pages} 页", "Page {page} of {pages}"),
    "foot_hash": ("结果指纹 {hash}", "Results {hash}"),
    "made_on": ("结果生成日期", "Results made on"),
    "fingerprint": ("结果指纹（SHA-256）", "Fingerprint of the results (SHA-256)"),
    "simulated_title": ("含模拟内容：不得作为真实情况引用", "Partly simulated: not to be quoted as fact"),
    "class_under": ("不足{high}", "under {high}"),
    "class_between": ("{low}至不足{high}", "{low} to under {high}"),
    "class_over": ("{low}及以上", "{low} and over"),
    "not_known": ("情况不明", "not known"),
    "north": ("北", "N"),
    "kilometres": ("{count} 公里", "{count} km"),
    "count": ("（{count}）", "({count})"),
    "simulated": ("模拟", "Simulated"),
    "source": ("来源：{source}", "Source: {source}"),
    "projection_equal-area": (
        "投影：兰勃特等积方位投影，面积成比例；比例尺在图幅中部准确。",
        "Projection: Lambert azimuthal equal-area; areas are in proportion, the scale is true in the middle.",
    ),
    "projection_mercator": (
        "投影：墨卡托投影，角度准确，面积不成比例；比例尺在图幅中部纬度准确。",
        "Projection: Mercator; angles are true and areas are not, the scale is true at the middle latitude.",
    ),
    "says_areas": ("{label}：{count} 个区域", "{label}: {count} areas"),
    "says_points": ("{label}：{count} 个点", "{label}: {count} points"),
    "says_join": ("；", "; "),
    "for_sure": ("确定覆盖", "covered for sure"),
    "frontier": ("预算与惠及户数", "Budget and households reached"),
    "households_reached": ("惠及户数（户）", "Households reached"),
    "money_spent": ("计入预算的费用（与输入表同单位）", "Charged to the budget (in the unit of the tables)"),
    "of_plans": ("方案实际惠及", "what the plans reach"),
    "of_bound": ("已证明的上限：任何方案不会超过", "proved bound: no plan reaches more"),
    "says_plan": ("费用 {money}，惠及 {households} 户", "for {money}: {households} households"),
    "site_count": ("{count} 个站址", "{count} sites"),
    "explanation_title": ("{village}：信号说明", "{village}: its signal explained"),
    "explanation_sub": ("为什么有或没有信号，以及怎样补上", "Why there is signal or none, and what would mend it"),
    "coverage_title": ("通信覆盖评估报告", "Report on coverage"),
    "siting_title": ("站址规划报告", "Report on plans for sites"),
}
