"""Shapes that official texts of many countries have, each in a text written for the purpose."""

from __future__ import annotations

import pytest

from amur.policy.engine import read_text


def read(text: str):
    return read_text(text.encode())


def clauses(document):
    """Return number and title of each clause, with how many paragraphs and items it has."""
    return [(one.number, one.title, len(one.paragraphs), len(one.items)) for one in document.clauses]


def test_an_opinion_that_is_signed_at_its_end_has_a_title_of_two_lines_and_addressees():
    document = read(
        "海务院关于点亮夜路\n方便行人的意见\n海发〔2026〕16号\n各村，海务院各部门：\n点灯是大事。现提出如下意见。\n"
        "一、要求\n(一)原则\n——先近后远。从近处起。\n二、任务\n(二)登记灯。都要登记。(灯务所、码头会分别负责,年内持续推进)\n"
        "(三)数灯。每年数。\n海务院\n2026年10月5日\n（本文有删减）\n附件：1.分工表\n　　　2.进度表"
    )
    assert document.title == "海务院关于点亮夜路方便行人的意见"
    assert (document.number, document.addressees) == ("海发〔2026〕16号", ["各村", "海务院各部门"])
    assert (document.issued_by, document.issued_on) == (["海务院"], "2026-10-05")
    assert document.preamble == ["点灯是大事。现提出如下意见。"]
    assert clauses(document) == [(1, "原则", 1, 0), (2, "登记灯", 1, 0), (3, "数灯", 1, 0)]
    assert document.clauses[1].bodies == ["灯务所", "码头会"]
    assert document.closing[-1] == "2.进度表"


def test_a_code_has_contents_books_parts_of_books_inserted_articles_and_a_last_part_without_a_number():
    document = read(
        "灯法典\n（2025年12月4日灯屿大会通过　根据2026年3月1日《决定》修正）\n目　录\n第一编　总则\n第一章　基本\n第二编　物\n第一分编　通则\n"
        "第二章　一般\n附则\n第一编　总则\n第一章　基本\n第一节　甲\n第一条　为了亮。\n第二编　物\n第一分编　通则\n第二章　一般\n"
        "第二条　灯归灯户。\n第二条之一　灯罩归灯户。\n附　则\n第三条　自2026年5月1日起施行。"
    )
    assert [(part.number, part.title) for part in document.parts] == [(1, "基本"), (2, "一般"), (None, "附则")]
    assert [one.label for one in document.clauses] == ["第一条", "第二条", "第二条之一", "第三条"]
    assert (document.issued_on, document.warnings) == ("2025-12-04", [])
    assert document.clauses[2].paragraphs == ["灯罩归灯户。"]


def test_a_decision_that_amends_a_law_has_no_titles_out_of_what_it_quotes():
    document = read(
        "关于修改《灯法》的决定\n对《灯法》作如下修改：\n一、第三条修改为：“灯户应当登记。\n“前款所称登记，包括名称。”\n二、删去第五条。"
    )
    assert clauses(document) == [(1, "", 2, 0), (2, "", 1, 0)]
    assert document.addressees == []


@pytest.mark.parametrize("encoding", ["utf-8", "big5"])
def test_traditional_articles_with_spaces_and_days_of_the_republic_are_read(encoding):
    text = (
        "法規名稱：燈火條例\n公發布日：民國 107 年 11 月 28 日\n第 一 章 總則\n第 1 條\n為管理燈火，制定本條例。\n第 2 條\n用詞如下：\n"
        "一、燈：發光之器具。\n二、燈戶：管燈之人。\n第 2-1 條\n燈戶應登記。\n第 二 章 罰則\n第 3 條\n違反者，處罰鍰。"
    )
    document = read_text(text.encode(encoding))
    assert (document.title, document.issued_on, document.warnings) == ("燈火條例", "2018-11-28", [])
    assert clauses(document) == [(1, "", 1, 0), (2, "", 1, 2), (2, "", 1, 0), (3, "", 1, 0)]
    noted = read("燈火要點\n中華民國一百零七年十一月二十八日燈字第1號函訂定\n一、為點燈。\n二、施行。")
    assert noted.issued_on == "2018-11-28"


def test_an_ordinance_whose_numbers_stand_alone_has_titles():
    document = read(
        "燈火條例\n第1部\n導言\n1.\n簡稱\n(1)\n可引稱為《燈火條例》。\n2.\n釋義\n在本條例中——\n第2部\n管理\n3.\n登記\n須登記。"
    )
    assert clauses(document) == [(1, "簡稱", 0, 1), (2, "釋義", 1, 0), (3, "登記", 1, 0)]


def test_an_order_of_sections_is_read_with_its_titles_and_with_items_on_the_line_of_a_marker():
    document = read(
        "Executive Order of the lamps\nBy the authority vested in me, it is ordered:\n"
        "Section 1. Policy. It is the policy of the island to light each road at night.\n"
        "Sec. 2. Definitions. For purposes of this order:\n(a) lamp means any light; and\n(b) keeper means a person.\n"
        "Sec. 3. General Provisions. (a) Nothing in this order impairs the keepers.\n(b) It is carried out by law."
    )
    assert clauses(document) == [(1, "Policy", 1, 0), (2, "Definitions", 1, 2), (3, "General Provisions", 0, 2)]
    act = read("Public Law 1\nSECTION 1. SHORT TITLE.\nThis is the Lamp Act.\nSEC. 2. DUTIES.\n(a) Light.\n(b) Count.")
    assert clauses(act) == [(1, "SHORT TITLE", 1, 0), (2, "DUTIES", 0, 2)]


def test_an_act_whose_sections_are_bare_numbers_is_read_without_its_contents():
    document = read(
        "Lamps Act 2026\nContents\nPart 1—Preliminary\t1\n1\tShort title\t1\nPart 2—Lamps\t2\n2\tRegister\t2\nThe Parliament enacts:\n"
        "Part 1—Preliminary\n1  Short title\nThis is the Lamps Act.\nPart 2—Lamps\nDivision 1—Keepers\n2  Register\n"
        "(1) A keeper registers:\n(a) soon.\nDivision 2—Lateness\n2A  Late keepers\nA late keeper pays."
    )
    assert [(part.number, part.title) for part in document.parts] == [(1, "Preliminary"), (2, "Lamps")]
    numbered = [(one.label, one.title) for one in document.clauses]
    assert numbered == [("1", "Short title"), ("2", "Register"), ("2A", "Late keepers")]
    assert (document.title, document.warnings) == ("Lamps Act 2026", [])
    assert read("Plan\nContents\nWords that do not come again.").clauses
    page = "<h1>Act</h1><p>Contents<p>Part 1 Reach 1<p>1 Name 1<p>Part 1 Reach<p>1 Name<p>A.<p>2 Use<p>B."
    assert clauses(read(page)) == [(1, "Name", 1, 0), (2, "Use", 1, 0)]


def test_federal_rules_have_subparts_with_letters_and_sections_with_signs():
    document = read(
        "Rules of the lamps\nSubpart A—General\n§ 12.1 Purpose.\nThis part lights the island.\n§ 12.2 Definitions.\n(a) Lamp means a light.\n"
        "Subpart B—Keepers\n§ 12.3 Register.\n(a) Keepers register."
    )
    assert [(part.number, part.title) for part in document.parts] == [(1, "General"), (2, "Keepers")]
    assert clauses(document) == [(1, "Purpose", 1, 0), (2, "Definitions", 0, 1), (3, "Register", 0, 1)]


def test_a_regulation_of_a_union_has_a_title_below_the_head_of_its_journal():
    document = read(
        "1.3.2026\nEN\nOfficial Journal of the Island\nL 272/1\nREGULATION (EI) 2026/18 ON LAMPS\nof 1 March 2026\nWhereas:\n(1)\nLamps are lit.\n"
        "CHAPTER I\nGENERAL\nArticle 1\nSubject matter\nThis is on lamps.\nCHAPTER II\nFINAL\nSECTION 1\nEntry\nArticle 2\nEntry into force\n"
        "1.   It enters into force at once.\n2.   It is binding."
    )
    assert (document.title, document.issued_on) == ("REGULATION (EI) 2026/18 ON LAMPS", "2026-03-01")
    assert clauses(document) == [(1, "Subject matter", 1, 0), (2, "Entry into force", 0, 2)]


def test_a_french_order_has_roman_items_numbers_of_a_code_and_a_signature():
    document = read(
        "Arrêté du 1er mars 2026 relatif aux lampes\nLe ministre,\nVu le code des lampes ;\nArrête :\nArticle L. 123-1\nI. – Chaque lampe est inscrite.\n"
        "II. – On inscrit :\n1° Le nom ;\n2° Le lieu.\nArticle L. 123-2\nLes gardiens sont payés.\n"
        "Art. 3. – Le directeur des lampes est chargé de l'exécution du présent arrêté, qui sera publié.\nFait le 1er mars 2026.\nLe ministre des lampes,\nJean Lampe"
    )
    assert clauses(document) == [(1, "", 0, 4), (2, "", 1, 0), (3, "", 1, 0)]
    assert document.clauses[0].items[0].text == "Chaque lampe est inscrite."
    assert (document.issued_on, document.closing[-1], document.warnings) == ("2026-03-01", "Jean Lampe", [])


def test_comments_of_a_file_are_no_text_and_a_million_points_are_read_at_once():
    assert read("Plan\n<!-- draft -->\n1. Reach\nAll.\n2. Care\nDaily.").preamble == []
    assert read("." * 1_000_000).parts
