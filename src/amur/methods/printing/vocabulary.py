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
    "rule_name": ("{letter}　{title}", "{letter}. {title}"),
    "rule_site": ("{kilometres} 公里以内有站址", "a site within {kilometres} km"),
    "rule_signal": (
        "{kinds}均有信号：不低于 {threshold} dBm，把握 {probability}%",
        "signal at {kinds}: at least {threshold} dBm with a probability of {probability}%",
    ),
    "rule_point": (
        "有信号：不低于 {threshold} dBm，把握 {probability}%",
        "signal: at least {threshold} dBm with a probability of {probability}%",
    ),
    "and": ("、", ", "),
    "or": ("；或者，", "; or "),
    "settlements_from": ("{households} 户以上的居民点", "settlements of {households} households or more"),
    "explanation_title": ("{village}：信号说明", "{village}: its signal explained"),
    "explanation_sub": ("为什么有或没有信号，以及怎样补上", "Why there is signal or none, and what would mend it"),
    "counties_count": ("{count} 个县级区划", "{count} counties"),
    "people_count": ("{count} 人", "{count} people"),
    "sites_count": ("{count} 个站址", "{count} sites"),
    "measure_people": ("人口", "People"),
    "measure_households": ("户数", "Households"),
    "measure_area_km2": ("面积（平方公里）", "Area (km²)"),
    "measure_villages": ("村", "Villages"),
    "measure_settlements": ("居民点", "Settlements"),
    "measure_sites": ("站址", "Sites"),
    "measure_counties": ("县级区划", "Counties"),
    "how_many": ("{measure}：覆盖了多少", "{measure}: how many are covered"),
    "see_first_page": (
        "部分数据为模拟，见报告首页的说明。",
        "Part of the data is simulated; see the first page of the report.",
    ),
    "bars_caption": (
        "各口径下全部区域合计的覆盖率。斜纹是情况不明的部分：全部算入时的上限。",
        "Shares of all counties together under each definition. Hatched is what is not known: the most it can be.",
    ),
    "asked": ("问了什么", "What was asked"),
    "asked_text": (
        "同一批村、居民点和人口，按下列口径分别判断是否覆盖。口径以字母简称。",
        "The same villages, settlements and people were judged under each definition below. A letter stands for each.",
    ),
    "definition": ("口径", "Definition"),
    "means": ("怎样算覆盖", "What counts as covered"),
    "source_of": ("依据", "Source"),
    "placed": (
        "合计 {total}；有位置 {placed}；没有位置 {unplaced}（按情况不明计）",
        "{total} in all; {placed} with a place; {unplaced} without, counted as not known",
    ),
    "all_title": ("全部区域的覆盖率", "Shares of all counties together"),
    "range_means": (
        "只有一个数时，情况均已查明；有两个数时，前者为确定覆盖，后者为情况不明者全部覆盖时的上限。",
        "Of two numbers the first is covered for sure, and the second what it would be if all that is not known were.",
    ),
    "list_join": ("；", "; "),
    "map_notice": (
        "示意图，未经审核；界线不作为依据。",
        "A sketch that nobody has reviewed; its lines settle no border.",
    ),
    "map_title": ("{rule}：{measure}覆盖率", "{rule}: {measure}, share covered"),
    "map_caption": (
        "图中数字为覆盖率百分数，舍去小数；太小而写不下的见县级表。斜纹：一半以上情况不明，或没有可计的对象。",
        (
            "Numbers are shares in percent, cut to whole ones; of counties that are too small for one see the tables. "
            "Hatched: more than half is not known, or there is nothing to have a share of."
        ),
    ),
    "map_alt": (
        "{rule} 的县级覆盖率地图，数值见县级表",
        "A map of shares by county for {rule}; its values are in the tables",
    ),
    "county_title": ("各县覆盖率：{measure}", "Shares by county: {measure}"),
    "county": ("县级区划", "County"),
    "whole": ("{measure}合计", "{measure}, all"),
    "flips_title": ("换了口径就变的{places}", "Which {places} definitions disagree on"),
    "flips_text": (
        "下表逐对比较口径：同一个{places}，两个口径答案不同的，就计一次。",
        "Definitions are compared two by two; of {places} each counts once where two answer differently.",
    ),
    "no_flips": ("没有：各口径的答案都一样。", "None: all definitions give the same answers."),
    "first_rule": ("一种口径", "One definition"),
    "second_rule": ("另一种口径", "Another"),
    "it_says": ("答案", "says"),
    "how_many_flip": ("个数", "Number"),
    "flips_shown": ("其中的 {shown} 条，共 {all} 条（全部见 flips.csv）", "{shown} of {all}; all are in flips.csv"),
    "village": ("名称", "Name"),
    "villages": ("村", "villages"),
    "settlements": ("居民点", "settlements"),
    "answer_covered": ("已覆盖", "covered"),
    "answer_not covered": ("未覆盖", "not covered"),
    "answer_not known": ("情况不明", "not known"),
    "says_why": ("{rule} {answer}：{why}", "{rule} {answer}: {why}"),
    "error_title": ("快速算法的误差", "How far off the fast mode is"),
    "error_text": (
        "快速算法与完整模型 {against} 在本次运行中随机抽取的 {ways} 条路径上比较。正值表示快速算法算出的损耗偏大。",
        (
            "The fast mode was compared with the full model {against} on {ways} ways drawn from this very run. "
            "Above zero, the fast mode loses too much."
        ),
    ),
    "error_none": (
        "本次运行没有可以比较的路径，误差未知。",
        "No way of this run could be compared: the error is not known.",
    ),
    "error_bias": ("平均偏差", "Bias"),
    "error_median": ("偏差的中位数", "Median"),
    "error_rms": ("均方根误差", "Root mean square"),
    "error_p90": ("九成路径的误差不超过", "90 % of ways within"),
    "error_p95": ("九成五路径的误差不超过", "95 % of ways within"),
    "error_means": (
        "这只是快速算法的误差。模型本身与实测的差别，以及地形资料与实地的差别，都不在内。",
        (
            "This is the error of the short cut alone. What the model is off from what is measured, and the "
            "terrain from the real ground, comes on top."
        ),
    ),
    "sources_title": ("用了什么数据", "What it was made of"),
    "sources_none": ("结果中没有写明来源。", "The results name no source."),
    "source_what": ("内容", "What"),
    "source_from": ("来源", "From"),
    "source_date": ("日期", "Date"),
    "source_licence": ("许可", "Licence"),
    "source_resolution": ("精度", "Resolution"),
    "input_sites": ("站址", "sites"),
    "input_villages": ("村", "villages"),
    "input_places": ("村内地点", "places"),
    "input_counties": ("县界", "counties"),
    "input_census": ("人口普查", "census"),
    "input_settlements": ("居民点", "settlements"),
    "input_heights": ("高程", "heights"),
    "input_definitions": ("口径", "definitions"),
    "input_made up": ("模拟生成", "made up"),
    "input_level ground, made up": ("模拟的平地", "level ground, made up"),
    "input_none": ("无", "none"),
    "coarse_title": ("比通常粗的地方", "What is coarser than usual"),
    "made_title": ("怎样得到，怎样重做", "How it was made, and how to make it again"),
    "made_text": (
        (
            "结果文件夹中的 manifest.json 记有全部输入、参数、版本和每个结果文件的指纹；"
            "同样的输入和参数得到同样的结果。本报告首页的指纹，是去掉 made_at、report.pdf 和 manifest.json 三项后，"
            "把清单按键排序、不留空格写成 UTF-8 JSON 的 SHA-256。"
        ),
        (
            "The manifest.json in the folder of results has all inputs, parameters, versions and the hash of each "
            "file; the same inputs and parameters give the same results. The fingerprint on the first page is the "
            "SHA-256 of that manifest, without made_at, report.pdf and manifest.json, as JSON in UTF-8 with sorted "
            "keys and no spaces; made again from the same, it is the same."
        ),
    ),
    "model": ("模型：{model}", "Model: {model}"),
    "versions": ("方法和程序的版本", "Versions of methods and programs"),
    "program": ("名称", "Name"),
    "version": ("版本", "Version"),
    "inputs": ("输入文件（{shown}/{all}）", "Files that went in ({shown} of {all})"),
    "file": ("文件", "File"),
    "coverage_title": ("通信覆盖评估报告", "Report on coverage"),
    "plan_count": ("一个方案", "One plan"),
    "plans_count": ("{count} 个方案，各对应一笔预算", "{count} plans, one for each budget"),
    "plans_title": ("花多少钱，惠及多少户", "What is reached for what"),
    "cost": ("总费用", "Cost"),
    "subsidy": ("补助", "Subsidy"),
    "charge": ("计入预算", "Charged"),
    "reached": ("惠及户数", "Households"),
    "reached_share": ("占全部", "Share"),
    "each_new": ("每新增一户", "Each new one"),
    "gap": ("离最优至多", "From the best"),
    "plans_text": (
        "金额的单位与输入表相同。总费用是建设费与折算到今天的运营费；惠及户数含原已覆盖的户；每新增一户为计入预算的金额除以新增户数。",
        (
            "Money is in the unit of the tables. Cost is building, and operation as money of today. Households are "
            "with those served before; a new one costs what is charged divided by those that are new."
        ),
    ),
    "frontier_short": ("每笔预算下惠及户数最多的方案。", "The plan that reaches most for each budget."),
    "frontier_caption": (
        "每笔预算下惠及户数最多的方案。虚线是已证明的上限，两线之间是还可能改进的余地。",
        (
            "The plan that reaches most for each budget. Dashed is what no plan can pass: between the lines lies what "
            "could still be gained."
        ),
    ),
    "proof_title": ("离最优还有多远", "How near to the best this is"),
    "proof_text": (
        "求解不只给出方案，还给出证明：任何方案都越不过的界限。方案与界限之间的差，就是最多还能改进多少；真正的最优可能更近。",
        (
            "What looks for a plan also proves a bound that no plan can pass. What lies between a plan and the bound "
            "is the most that could be gained; the best plan may be nearer than that."
        ),
    ),
    "proof_best_most": (
        "已证明是最优：同样的预算，没有别的方案惠及更多。",
        "Proved to be the best: for the same budget no other plan reaches more.",
    ),
    "proof_best_least": (
        "已证明是最优：没有更便宜的方案能做到同样的要求。",
        "Proved to be the best: nothing cheaper does what is asked.",
    ),
    "proof_most": (
        "惠及 {found} 户；已证明同样的预算至多惠及 {bound} 户，所以离最优至多差 {gap}。",
        "It reaches {found} households, and no plan for this budget reaches more than {bound}: at most {gap} are lost.",
    ),
    "proof_weighted": (
        "惠及 {found} 户；按地点权重计，离已证明的上限至多差 {gap}。",
        "It reaches {found} households; counted by the weights of places it is at most {gap} from the proved bound.",
    ),
    "proof_least": (
        "总费用 {found}；已证明任何方案都不会低于 {bound}，所以至多多花了 {gap}。",
        "It costs {found}, and no plan costs less than {bound}: at most {gap} of it could be saved.",
    ),
    "plan_says": ("方案 {place}：{said}", "Plan {place}: {said}"),
    "places": ("地点", "Places"),
    "asked_share": ("要惠及的户数比例", "Share of households to reach"),
    "asked_budget": ("预算", "Budget"),
    "asked_frontier": ("各方案的预算", "Budgets of the plans"),
    "asked_radius_km": ("站址的服务半径（公里）", "How far a site reaches (km)"),
    "asked_years": ("计入的运营年数", "Years of operation that count"),
    "asked_rate": ("年贴现率", "Yearly rate of discount"),
    "asked_subsidy": ("补助规则（比例，年数，边境年数）", "Subsidy (share, years, years at a border)"),
    "asked_gap": ("求解到离最优至多", "Looked for until from the best at most"),
    "asked_seconds": ("求解至多（秒）", "Looked for at most (seconds)"),
    "asked_floors": ("各县最低比例", "Floors of counties"),
    "plan_title": ("方案 {place}：站址在哪里", "Plan {place}: where the sites stand"),
    "plan_only": ("站址在哪里", "Where the sites stand"),
    "plan_caption": (
        "三角形是要建的站址；其余符号是地点，以形状区分怎样得到服务。",
        "Triangles are sites to build; other shapes are places, by how they are served.",
    ),
    "plan_alt": ("{count} 个站址和各地点的地图，站址见下表", "A map of {count} sites and of the places; see the table"),
    "no_sites": ("这个方案不建站。", "This plan builds no site."),
    "site": ("站址", "Site"),
    "longitude": ("经度", "Longitude"),
    "latitude": ("纬度", "Latitude"),
    "site_reaches": ("范围内户数", "Households in reach"),
    "sites_shown": ("站址 {shown}/{all}（全部见 sites.csv）", "{shown} of {all} sites; all are in sites.csv"),
    "served_before": ("原已覆盖", "served before"),
    "served_site": ("由站址覆盖", "served by a site"),
    "served_otherwise": ("以其他方式服务", "served otherwise"),
    "served_none": ("未覆盖", "not served"),
    "site_of_plan": ("要建的站址", "site to build"),
    "other_plans": (
        "其余方案的站址见结果文件夹中编号的表。",
        "The sites of the other plans are in the numbered tables.",
    ),
    "siting_title": ("站址规划报告", "Report on plans for sites"),
}
