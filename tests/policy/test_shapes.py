"""The reader on texts of every shape and language, each written for the purpose; and on each kind of file."""

from __future__ import annotations

import io
import random
from contextlib import suppress

import docx
import pypdfium2
import pytest
import typst
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.glyphs import FOLDER
from amur.policy.engine import TextError, read_text
from amur.policy.engine.formats import extract, pdf
from amur.policy.engine.formats.counting import chinese
from amur.policy.engine.formats.plain import unbroken
from amur.policy.engine.markers import Rank, in_order, line_of


def read(text: str):
    return read_text(text.encode())


def tree(document):
    """Return parts and clauses with their numbers and titles, and how many paragraphs and items a clause has."""
    return [
        (
            part.number,
            part.title,
            [(one.number, one.title, len(one.paragraphs), len(one.items)) for one in part.clauses],
        )
        for part in document.parts
    ]


def test_an_english_act_has_parts_sections_and_two_depths_of_items():
    document = read(
        "Lamps Act 2026\nAn Act for the lighting of the island.\nPart I\nPRELIMINARY\n1. Short title\nThis is the Lamps Act.\n"
        '2. Meaning\n(1) In this Act—\n(a) "keeper" means whoever keeps a lamp;\n(b) "lamp" means any light; and\n'
        "(i) includes a lantern; but\n(ii) excludes a star.\nPart II\nLAMPS\n3. Duty\nEvery keeper lights the lamp."
    )
    assert tree(document) == [
        (1, "PRELIMINARY", [(1, "Short title", 1, 0), (2, "Meaning", 0, 5)]),
        (2, "LAMPS", [(3, "Duty", 1, 0)]),
    ]
    assert [item.label for item in document.clauses[1].items] == ["(1)", "(a)", "(b)", "(i)", "(ii)"]
    assert (document.title, document.warnings) == ("Lamps Act 2026", [])


def test_an_english_plan_has_pillars_actions_bodies_dates_and_a_table_of_milestones():
    document = read(
        "Lamp Strategy\nMinistry of Lamps\n8 November 2025\nForeword. It says many things.\nPillar 1: Reach\n"
        "Action 1: Light every village by the end of 2027.\nLead: Ministry of Lamps; Support: Port Office\n"
        "Action 2: Publish a map by Q3 2026. (Responsible: Survey Office)\nPillar 2: Skills\n"
        "Action 3: Train 500 keepers\n2026 | First course | Harbour School\n2027 | Second course | Harbour School\n"
        "Action 12 of the last strategy goes on."
    )
    assert [(number, title) for number, title, _ in tree(document)] == [(1, "Reach"), (2, "Skills")]
    first, second, third = document.clauses
    assert (first.bodies, first.dates) == (["Ministry of Lamps"], ["the end of 2027"])
    assert (second.bodies, second.dates) == (["Survey Office"], ["Q3 2026"])
    assert third.dates == ["2026", "2027"]
    assert third.paragraphs[-1] == "Action 12 of the last strategy goes on."
    assert (document.issued_by, document.issued_on) == (["Ministry of Lamps"], "2025-11-08")


def test_a_french_law_has_chapters_of_titles_and_articles():
    document = read(
        "Loi relative aux lampes\nTITRE Ier\nDISPOSITIONS GÉNÉRALES\nChapitre Ier – Objet\nArticle 1er\n"
        "La présente loi éclaire l'île.\nArticle 2\nOn entend par :\n1° « lampe » : un appareil ;\n2° « gardien » : une personne.\n"
        "TITRE II\nDISPOSITIONS FINALES\nChapitre unique\nArticle 3\nLe ministre est chargé de l'exécution.\nFait à Port, le 1er mars 2026"
    )
    assert tree(document) == [
        (1, "Objet", [(1, "", 1, 0), (2, "", 1, 2)]),
        (1, "", [(3, "", 1, 0)]),
    ]
    assert (document.issued_on, document.closing) == ("2026-03-01", ["Fait à Port, le 1er mars 2026"])


def test_a_french_plan_has_axes_measures_and_pilots():
    document = read(
        "Plan pour la lumière\nAxe 1 – Éclairer\nMesure 1. Installer 500 lampes d'ici fin 2027\nPilote : Ministère des lampes\n"
        "Mesure 2. Cartographier\nResponsable : Office du port, Bureau du phare\nAxe 2 – Former\nMesure 3. Former avant 2028"
    )
    assert [title for _, title, _ in tree(document)] == ["Éclairer", "Former"]
    assert [one.bodies for one in document.clauses] == [
        ["Ministère des lampes"],
        ["Office du port", "Bureau du phare"],
        [],
    ]
    assert [one.dates for one in document.clauses] == [["fin 2027"], [], ["2028"]]


def test_plays_take_their_titles_from_the_next_line_and_keep_their_lists():
    document = read(
        "Playbook\nPLAY 1\nUnderstand people\nWe begin by listening.\n1. Spend time with people\n2. Test early\n"
        "PLAY 2\nAddress everything\nWe look at all of it.\n• Who lights?\n• Who pays?"
    )
    assert tree(document) == [(None, "", [(1, "Understand people", 1, 2), (2, "Address everything", 1, 2)])]


def test_numbers_with_points_give_parts_clauses_and_items():
    document = read(
        "Plan\n1. Aims\n1.1 Reach\nAll.\n1.2 Quality\nGood.\n2. Ways\n2.1 Oil\n2.1.1 Buying\nBuy.\n2.1.2 Storing\nStore."
    )
    assert tree(document) == [
        (1, "Aims", [(1, "Reach", 1, 0), (2, "Quality", 1, 0)]),
        (2, "Ways", [(1, "Oil", 0, 2)]),
    ]


def test_roman_figures_and_letters_are_told_apart_by_their_order():
    document = read("Policy\nI. AIMS\nWe aim.\nII. WAYS\nA. One\nB. Two\nC. Three\nD. Four\nIII. END\nThe end.")
    assert [(one.number, one.title) for one in document.clauses] == [(1, "AIMS"), (2, "WAYS"), (3, "END")]
    assert [item.label for item in document.clauses[1].items] == ["A.", "B.", "C.", "D."]


def test_a_plan_whose_tasks_alone_are_divided_has_its_tasks_as_clauses():
    document = read(
        "方案\n一、总体要求\n坚持人人有灯。\n二、主要任务\n（一）登记灯。所有的灯都要登记，每季度核对一次，做到不重不漏。"
        "（牵头单位：灯务所；配合单位：码头会；完成时限：2026年6月底前）\n（二）修灯。坏灯三天内修好，修不好的换新灯，费用年底公布。\n"
        "（三）查灯。每年查两次，由两个人一起查，查完以后两个人都签字。\n三、保障措施\n加强领导。\n附件：1.分工表\n　　　2.目录\n灯务所\n2026年3月1日\n"
        "（此件公开发布）\n抄送：各码头。\n灯务所办公室 2026年3月1日印发"
    )
    assert [(number, [clause[0] for clause in clauses]) for number, _, clauses in tree(document)] == [
        (1, [None]), (2, [1, 2, 3]), (3, [None]),
    ]  # fmt: skip
    assert (document.clauses[1].bodies, document.clauses[1].dates) == (["灯务所"], ["2026年6月底前"])
    assert document.clauses[-1].paragraphs == ["加强领导。"]
    assert (document.issued_by, document.issued_on) == (["灯务所"], "2026-03-01")
    assert document.closing[:2] == ["附件：1.分工表", "2.目录"]


def test_a_notice_with_numbers_of_its_own_is_not_the_text_it_sends_out():
    document = read(
        "灯务所关于印发《点灯办法》的通知\n各灯户：\n现将办法印发给你们：\n一、要学习。\n二、要报告。\n灯务所\n2026年3月1日\n"
        "点灯办法\n第一章 总则\n第一条 为了点灯。\n第二条 全岛适用。\n第二章 附则\n第三条 今日起施行。"
    )
    assert document.title == "点灯办法"
    assert [(number, [clause[0] for clause in clauses]) for number, _, clauses in tree(document)] == [
        (1, [1, 2]),
        (2, [3]),
    ]
    assert document.addressees == ["各灯户"]


def test_an_annex_after_the_signature_is_no_clause():
    document = read("通知\n一、登记\n都要登记。\n二、数灯\n每年数。\n灯务所\n2026年3月1日\n附件1\n分工表\n任务 | 单位")
    assert document.clauses[-1].paragraphs == ["每年数。"]
    assert document.closing == ["灯务所", "2026年3月1日", "附件1", "分工表", "任务 | 单位"]


def test_lines_broken_at_a_width_are_paragraphs_again():
    document = read(
        "LAMP POLICY\n\n1. Aims\n\nThe Government of the Island has decided that each lamp of the island shall be\n"
        "lit every evening of the year, and that each keeper shall be paid for the work\nthat lighting takes.\n\n2. Ways\n\nBy hand.\n"
    )
    (paragraph,) = document.clauses[0].paragraphs
    assert paragraph.endswith(
        "shall be lit every evening of the year, and that each keeper shall be paid for the work that lighting takes."
    )


def test_a_divided_word_is_whole_again_and_chinese_lines_need_no_space():
    width = "a long line of a text that was broken at its width, and then the infor-"
    assert (
        unbroken([width, "mation goes on, for as long as there is something to be told to people", "and ends."])[
            0
        ].count("information")
        == 1
    )
    chinese = "每一盏灯都要有人管，管灯的人每天傍晚点灯，早上熄灯，每个"
    assert unbroken([chinese, "星期擦一次灯罩，每个月加一次油，每年数一次灯的数目，写在", "本子上。"]) == [
        chinese + "星期擦一次灯罩，每个月加一次油，每年数一次灯的数目，写在本子上。"
    ]


def test_headings_of_markdown_are_headings_and_struck_words_are_left_out_aloud():
    document = read(
        "# Lamps\n\nWords.\n\n## 1. Keepers\n\nEach lamp.\n\n## 2. Oil\n\nFree by ~~1 May 2026~~ 1 June 2026; o\u0336l\u0336d\u0336 new."
    )
    assert (document.title, document.preamble) == ("Lamps", ["Words."])
    assert document.clauses[1].paragraphs == ["Free by 1 June 2026; new."]
    assert document.warnings == ["left out what is struck out: 1 May 2026", "left out what is struck out: old"]


PAGE = """<!DOCTYPE html><html><head><title>x</title><style>p{}</style></head><body><nav><a>Home</a></nav><main>
<h1>Lamp <em>plan</em></h1><p>Foreword&nbsp;here.</p><h2>Reach</h2><h3>Action 1: Villages</h3>
<p>By <del>1 May 2026</del> <span style="text-decoration: line-through">2 May 2026</span> <ins>1 June 2026</ins>.</p><ol type="a"><li>first;<li>second.</ol>
<h3>Action 2: Roads</h3><table><tr><th>What</th><th>When</th></tr><tr><td>Map</td><td>March 2027</td></tr></table>
<h2>Skills</h2><h3>Action 3: Train</h3><p>Train.<br>Well.</p><ol start="3"><li>x</ol></main><footer>contact</footer></body></html>"""


def test_a_page_is_read_as_its_reader_sees_it():
    document = read(PAGE)
    assert document.title == "Lamp plan"
    assert [(title, [clause[1] for clause in clauses]) for _, title, clauses in tree(document)] == [
        ("Reach", ["Villages", "Roads"]),
        ("Skills", ["Train"]),
    ]
    first, second, third = document.clauses
    assert (first.paragraphs, first.dates) == (["By 1 June 2026."], ["1 June 2026"])
    assert [(item.label, item.text) for item in first.items] == [("(a)", "first;"), ("(b)", "second.")]
    assert second.paragraphs == ["What | When", "Map | March 2027"]
    assert (third.paragraphs, third.items[0].label) == (["Train.", "Well."], "3.")
    assert len(document.warnings) == 2


def test_headings_without_numbers_are_numbered_in_their_order_with_a_warning():
    document = read(
        "<h1>Plan</h1><p>Words.</p><h2>Reach</h2><h3>Villages</h3><p>Light.</p><h3>Roads</h3><p>Light.</p><h2>Care</h2><h3>Clean</h3><p>Weekly.</p>"
    )
    assert tree(document) == [
        (1, "Reach", [(1, "Villages", 1, 0), (2, "Roads", 1, 0)]),
        (2, "Care", [(3, "Clean", 1, 0)]),
    ]
    assert document.warnings == ["found headings without numbers; they are numbered in their order"]


_SIMPLE = "<html><head><meta http-equiv=Content-Type content='text/html; charset={}'></head><body><p>点灯办法<p>第一条　为了点灯。<p>第二条　全岛适用。</body></html>"


@pytest.mark.parametrize(
    ("said", "encoding"),
    [("gb2312", "gb2312"), ("utf-8", "utf-8"), ("nonsense", "gb18030"), ("utf-8", "gbk"), ("utf-16", "utf-16")],
)
def test_a_page_is_decoded_as_it_says_or_as_it_is(said, encoding):
    assert [one.number for one in read_text(_SIMPLE.format(said).encode(encoding)).clauses] == [1, 2]


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-8", "utf-16"])
def test_traditional_characters_are_read_in_every_encoding(encoding):
    text = "點燈辦法\n第一條　為了點燈，制定本辦法。（燈務所負責）\n第二條　燈分為：\n（一）油燈；\n（二）電燈。"
    document = read_text(text.encode(encoding))
    assert tree(document) == [(None, "", [(1, "", 1, 0), (2, "", 1, 2)])]
    assert document.clauses[0].bodies == ["燈務所"]


_NUMBERING = f"""<w:abstractNum {nsdecls("w")} w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>"""


def word_file() -> bytes:
    """Return a Word file whose numbers are counted by Word, with a table, a struck word and a deletion."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(_NUMBERING))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))

    def add(text: str, level: int | None = None) -> object:
        paragraph = document.add_paragraph(text)
        if level is not None:
            properties = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(properties))
        return paragraph

    for text, level in (("点灯方案", None), ("总体要求", 0), ("都要亮。", None), ("任务", 0), ("登记灯", 1)):
        add(text, level)
    struck = add("都要登记，2026年底前完成")
    struck.add_run("，2025年底前完成").font.strike = True
    struck._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="a"><w:r><w:delText>旧</w:delText></w:r></w:del>')
    )
    struck._p.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="2" w:author="a"><w:r><w:t>。</w:t></w:r></w:ins>'))
    for text, level in (("路灯；", 2), ("修灯", 1), ("修好。", None)):
        add(text, level)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "换灯", "2027年3月"
    for text, level in (("保障", 0), ("查灯", 1), ("每年查。", None)):
        add(text, level)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_word_file_is_read_with_the_numbers_that_word_counts():
    document = read_text(word_file())
    assert tree(document) == [
        (1, "总体要求", [(None, "", 1, 0)]),
        (2, "任务", [(1, "登记灯", 1, 1), (2, "修灯", 2, 0)]),
        (3, "保障", [(1, "查灯", 1, 0)]),
    ]
    second = document.clauses[1]
    assert (second.paragraphs, second.dates) == (["都要登记，2026年底前完成。"], ["2026年底前"])
    assert document.clauses[2].paragraphs[-1] == "换灯 | 2027年3月"
    assert document.warnings == ["left out what is struck out: ，2025年底前完成", "left out what is struck out: 旧"]


def test_headings_of_a_word_file_are_headings():
    document = docx.Document()
    document.add_heading("Lamp plan", 0)
    for title in ("Keepers", "Oil"):
        document.add_heading(title, 1)
        document.add_paragraph("Words about it.")
    file = io.BytesIO()
    document.save(file)
    assert tree(read_text(file.getvalue())) == [(None, "", [(1, "Keepers", 1, 0), (2, "Oil", 1, 0)])]


def printed(tmp_path, source: str) -> bytes:
    file = tmp_path / "policy.typ"
    file.write_text(source, encoding="utf-8")
    return typst.compile(str(file), font_paths=[str(FOLDER)], ignore_system_fonts=True)


_LONG = "每年数一次，数的时候要有两个人在场，一个人数，一个人记，数完以后两个人都要签字，签完字的本子交到灯务所保存十年，任何人都可以来看。"


def test_a_printed_text_has_its_paragraphs_again_without_page_numbers(tmp_path):
    clauses = "\n\n".join(f"{number}.数灯之{number}\n\n{_LONG}\n\n2026年底前做完。" for number in range(2, 20))
    source = (
        "#set page(margin: 2.5cm, header: align(center)[灯务所文件], footer: context align(center)[— #counter(page).display() —])\n"
        '#set text(font: "Noto Sans CJK SC", size: 14pt)\n#set par(first-line-indent: (amount: 2em, all: true), justify: true)\n'
        f"#align(center)[#text(size: 20pt)[点灯意见]]\n\n一、要求\n\n1.为什么。{_LONG}\n\n二、任务\n\n{clauses}\n"
    )
    document = read_text(printed(tmp_path, source))
    assert (document.title, document.warnings) == ("点灯意见", [])
    assert [one.number for one in document.clauses] == list(range(1, 20))
    assert all(one.paragraphs == [_LONG, "2026年底前做完。"] for one in document.clauses[1:])


def test_a_printed_english_text_has_its_paragraphs_again(tmp_path):
    long = (
        "Every village of the island shall have lamps which are lit each evening of the year before the sun has set. "
        * 3
    )
    actions = "\n\n".join(
        f"*Action {number}: Light village {number}*\n\n{long}\n\nThis is done by the end of 2027."
        for number in range(1, 12)
    )
    document = read_text(
        printed(tmp_path, f'#set page(numbering: "1 of 1")\n#set par(justify: true)\n= Lamp Strategy\n{actions}')
    )
    assert document.title == "Lamp Strategy"
    assert [one.paragraphs for one in document.clauses] == [[long.strip(), "This is done by the end of 2027."]] * 11


def _fails(_):
    raise pypdfium2.PdfiumError("damaged")


def test_what_is_no_document_of_its_kind_ends_in_a_clear_word(tmp_path, monkeypatch):
    whole = word_file()
    for content, word in (
        (b"%PDF-1.7 nothing", "cannot be opened"),
        (b"PK\x03\x04nothing", "no Word document"),
        (whole[: len(whole) // 2], "no Word document"),
        (b"<html><body></body></html>", "empty"),
        (printed(tmp_path, "#rect(width: 3cm)"), "pictures"),
        (printed(tmp_path, "— 3 —"), "empty"),
    ):
        with pytest.raises(TextError, match=word):
            extract(content)
    with monkeypatch.context() as patch:
        patch.setattr(pypdfium2.PdfPage, "get_textpage", _fails)
        with pytest.raises(TextError, match="cannot be read"):
            extract(printed(tmp_path, "a"))
    monkeypatch.setattr(pdf, "_MOST_PAGES", 0)
    with pytest.raises(TextError, match="pages"):
        extract(printed(tmp_path, "a"))
    monkeypatch.setattr("amur.policy.engine.formats.word._MOST_BYTES", 10)
    with pytest.raises(TextError, match="unpacked"):
        extract(whole)


def test_a_word_file_counts_as_word_does():
    document = docx.Document()
    numbering = document.part.numbering_part.element
    kinds = (
        "upperRoman",
        "lowerRoman",
        "upperLetter",
        "lowerLetter",
        "decimalZero",
        "ideographDigital",
        "decimal",
        "none",
        "odd",
    )
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:numFmt w:val="{kind}"/><w:lvlText w:val="%{place + 1}."/></w:lvl>'
        for place, kind in enumerate(kinds)
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="91">{levels}<w:lvl w:ilvl="x"/></w:abstractNum>')
    )
    override = '<w:lvlOverride w:ilvl="6"><w:startOverride w:val="7"/></w:lvlOverride><w:lvlOverride w:ilvl="1"/>'
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="91"/></w:num>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="92"><w:abstractNumId w:val="91"/>{override}</w:num>'))

    def add(text: str, number: int, level: int | str) -> None:
        properties = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        document.add_paragraph(text)._p.get_or_add_pPr().append(parse_xml(properties))

    for level in range(9):
        add(f"level {level}", 91, level)
    add("restarted", 92, 6)
    add("not numbered", 0, 0)
    add("of no list", 77, 0)
    add("of no level", 91, "x")
    document.add_paragraph("by its style", style="List Number")
    hidden = document.add_paragraph("seen")
    hidden.add_run(" hidden").font.hidden = True
    hidden.add_run("\ttab")
    file = io.BytesIO()
    document.save(file)
    assert extract(file.getvalue()).lines == [
        "I. level 0", "i. level 1", "A. level 2", "a. level 3", "01. level 4", "一. level 5", "1. level 6", "level 7",
        "1. level 8", "7. restarted", "not numbered", "of no list", "II. of no level", "1. by its style", "seen  tab",
    ]  # fmt: skip


def test_words_in_brackets_of_an_editor_are_read_and_a_file_without_numbers_has_none():
    document = docx.Document()
    block = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>inside</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    document.element.body.insert(0, parse_xml(block))
    for name, related in [*document.part.rels.items()]:
        if related.reltype.endswith("/numbering"):
            del document.part.rels[name]
    document.add_paragraph("after", style="List Bullet")
    file = io.BytesIO()
    document.save(file)
    assert extract(file.getvalue()).lines == ["inside", "after"]


def test_odd_pages_are_read_too():
    deep = "<div>" * 150 + "deep" + "</div>" * 150
    assert extract(f"<html><body>{deep}<article><p>{'word ' * 99}</p></article></body></html>".encode()).lines == [
        ("word " * 99).strip()
    ]
    assert extract(b"<html><body><li>alone<ol start=x><li>one</ol><p></p></body></html>").lines == ["• alone", "1. one"]
    assert extract("<html><p>灯</html>".encode("utf-16")).lines == ["灯"]
    assert extract(b"<html><body><main>short</main><p>longer than that</p></body></html>").lines == [
        "short",
        "longer than that",
    ]
    for nothing in (b"<html><!-- nothing --></html>", b"<!DOCTYPE html>"):
        with pytest.raises(TextError):
            extract(nothing)


def test_many_lists_and_long_ones_have_numbers():
    assert chinese(0) == "0"
    assert chinese(300) == "三百"
    assert [line_of(text).number for text in ("第三百条 甲", "Art. 5 Objet", "Deuxième partie – Voies")] == [300, 5, 2]


def test_a_heading_that_is_as_long_as_a_paragraph_is_text():
    long = "We do all of this, and more of it, " * 5 + "always"
    page = "<h1>Plan</h1><h2>Reach</h2><p>a.</p><h2>{}</h2><h2>Care</h2><p>b.</p>"
    assert read(page.format(long)).clauses[0].paragraphs == ["a.", long]
    assert "no numbered parts" in read(f"<h1>Plan</h1><h2>{long}</h2>").warnings[0]
    assert tree(read("<h1>Plan</h1><h2>Only one</h2><h3>A</h3><p>a.</p><h3>B</h3><p>b.</p>")) == [
        (None, "Only one", [(1, "A", 1, 0), (2, "B", 1, 0)]),
    ]


def test_marks_out_of_order_and_titles_with_a_full_stop_are_taken_as_they_stand():
    assert [line.rank for line in in_order([line_of("(v) alone")])] == [Rank.SMALL_LETTER]
    assert [one.title for one in read("Plan\n1. Reach.\nEverybody.\n2. Care.\nAlways.").clauses] == ["Reach", "Care"]


@given(st.integers(0, 2**31), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_no_damage_of_a_file_makes_the_reader_fall(seed, times):
    draw = random.Random(seed)
    for whole in (_WORD, PAGE.encode()):
        content = bytearray(whole)
        for _ in range(times):
            content[draw.randrange(len(content))] = draw.randrange(256)
        with suppress(TextError):
            assert read_text(bytes(content)).parts


_WORD = word_file()
