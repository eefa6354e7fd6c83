"""P18: a copy for editing. A reader of .docx finds the same words, in official layout, and no code that would verify."""

from __future__ import annotations

import io
import zipfile

import docx
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.procedures.papers.editing import docx_of
from amur.procedures.papers.letters import Section
from tests.procedures.papers.test_letters import AT, HOSTILE, letter


def opened(made: bytes):
    return docx.Document(io.BytesIO(made))


def test_a_copy_says_what_the_letter_says_in_its_order_and_says_that_it_is_a_copy():
    found = opened(docx_of(letter(HOSTILE)))
    said = [one.text for one in found.paragraphs]
    assert said == [
        "灯塔局",
        "编号：BY-2026-00001",
        "不予许可决定书",
        "移动灯一号：",
        HOSTILE,
        "理由",
        "太亮",
        "太吵",
        "灯塔局",
        "2026年3月10日",
    ]
    section = found.sections[0]
    assert section.header.paragraphs[0].text == "供编辑的副本，不是正本"
    assert abs(section.page_width - Mm(210)) < Mm(1)
    properties = found.core_properties
    assert (properties.title, properties.author, properties.subject) == ("不予许可决定书", "灯塔局", "BY-2026-00001")
    assert properties.created == AT.replace(tzinfo=properties.created.tzinfo)
    assert not found.inline_shapes


def test_titles_are_titles_each_list_is_numbered_from_one_and_a_single_line_is_not():
    sections = (Section("甲", ("一", "二")), Section("乙", ("三", "四")), Section("丙", ("五",)))
    found = opened(docx_of(letter(sections=sections)))
    styles = {one.text: one.style.name for one in found.paragraphs}
    assert styles["不予许可决定书"] == "Title"
    assert styles["甲"] == styles["乙"] == "Heading 2"
    assert styles["五"] == "Normal"
    assert found.styles["Title"].element.pPr.find(qn("w:pBdr")) is None
    numbers = {one.text: one._p.pPr.numPr.numId.val for one in found.paragraphs if one.style.name == "List Number"}
    assert numbers["一"] == numbers["二"] != numbers["三"]
    started = found.part.numbering_part.element.findall(f"{qn('w:num')}/{qn('w:lvlOverride')}/{qn('w:startOverride')}")
    assert [one.get(qn("w:val")) for one in started] == ["1", "1"]


def test_a_translation_says_which_text_prevails():
    said = [one.text for one in opened(docx_of(letter(language="en"))).paragraphs]
    assert "Translation. The Chinese text prevails." in said


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=200))
def test_any_text_becomes_a_file_that_opens(said):
    assert zipfile.ZipFile(io.BytesIO(docx_of(letter(said, title=said)))).testzip() is None
