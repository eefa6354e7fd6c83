"""Texts that nobody issued, one for each shape that the reader of official texts knows."""

from __future__ import annotations

from tests.policy.samples import SMALL

RESTARTING = (
    "灯的办法\n一、登记\n1.谁登记\n户主登记。\n2.何时登记\n点灯之前。\n二、数灯\n1.谁数\n灯务所数。（灯务所负责）\n"
)
LEVELS = "灯的意见\n一、总的要求\n（一）看得见。\n1.路边有灯。\n2.码头有灯。\n二、怎么做\n（二）登记\n每盏灯登记。\n"
LAW = (
    "灯屿灯火条例\n第一章 总则\n第一条 为了看得见，制定本条例。\n第二条 灯务所做下列事情：\n（一）登记；\n（二）数灯。\n"
    "第二章 罚则\n第三条 不登记的，责令改正。\n第四条 本条例自2026年3月1日起施行。\n（此件公开发布）\n"
)
PLAIN = "灯的通知\n一、登记\n每盏灯登记。\n二、数灯\n每年数一次。\n"
NOTICE = (
    "灯务所关于印发《点灯方案》的通知\n各码头、各村：\n现将《点灯方案》印发给你们，请照办。\n灯务所\n2026年3月1日\n"
    "点灯方案\n一、目标\n2027年底前路边都有灯。\n二、做法\n由村里点。（责任单位：灯务所、码头会）\n"
)
BEFORE_CLAUSES = "灯的意见\n一、总的要求\n点灯是大事，下面分开说。\n1.登记。每盏灯登记。\n2.数灯。每年数一次。\n二、其他\n别的以后再说。\n"
ENGLISH = (
    "Plan of the lamps\nPart I Lamps\nArticle 1 Register\nEvery lamp is registered. (Lead: Port Office, Lamp & Oil Board)\n"
    "Article 2 Count\nLamps are counted by 2027.\nPart II Nights\nArticle 3 Stars\nThe stars can be seen.\n"
)
FRENCH = "Plan des lampes\nAction 1 Inscrire\nChaque lampe est inscrite d'ici 2027. Pilote : Office du port\nAction 2 Compter\nOn compte.\n"
QUOTING = '1. "Lamps": yes\n{ every: lamp } # is registered \\ said. (Lead: O\'Neil "Port" Office; Support: all)\n2. no\n- *x &y\n'
HTML = "<html><body><h1>灯的意见</h1><h2>登记</h2><p>每盏灯登记。</p><h2>数灯</h2><p>每年数一次。</p></body></html>"

SHAPES = {
    "small": SMALL,
    "restarting": RESTARTING,
    "levels": LEVELS,
    "law": LAW,
    "plain": PLAIN,
    "notice": NOTICE,
    "before clauses": BEFORE_CLAUSES,
    "english": ENGLISH,
    "french": FRENCH,
    "quoting": QUOTING,
    "html": HTML,
    "past fifty": "灯的意见\n" + "".join(f"{number}.第{number}件\n做好它。\n" for number in range(1, 120)),
    "unknown": "灯要亮。\n\n路要走。\n",
    "a missed number": "灯的意见\n1.甲\n做好它。\n3.乙\n做好它。\n",
}
