"""A letter as a file that an office edits further (.docx): the same content in official layout, and no original.

It bears no code by which it could be checked, and says at its head that it is a copy for editing.
"""

from __future__ import annotations

import io
import re

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from amur.base.declared import Text
from amur.procedures.papers.letters import PREVAILS, Letter

_RED = RGBColor(0xA3, 0x16, 0x1B)
_COPY = Text(zh="供编辑的副本，不是正本", en="A copy for editing, not the original")
_NUMBER = Text(zh="编号：", en="No.")
_TRANSLATION = Text(zh="译文仅供参考，以中文本为准。", en="Translation. The Chinese text prevails.")
_TAGS = {"zh": "zh-CN", "en": "en-GB", "ja": "ja-JP", "ko": "ko-KR", "ru": "ru-RU"}
_TEXT_FONT, _TITLE_FONT, _LATIN = "仿宋", "黑体", "Times New Roman"
_NUMBERED = "List Number"
_UNFIT = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def docx_of(letter: Letter) -> bytes:
    """Return a letter as the bytes of a .docx file."""
    made = docx.Document()
    _page(made, letter)
    _styles(made, letter.language)
    _head(made, letter)
    for text in [letter.addressee] if letter.addressee else []:
        made.add_paragraph(_clean(text))
    for text in letter.paragraphs:
        for line in _clean(text).splitlines():
            _indented(made.add_paragraph(line), letter.language)
    for section in letter.sections:
        made.add_heading(_clean(section.title), level=2)
        lines = [_clean(line) for line in section.lines]
        if len(lines) == 1:
            _indented(made.add_paragraph(lines[0]), letter.language)
        else:
            _numbered(made, lines)
    _signature(made, letter)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def _page(made: Document, letter: Letter) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    said = section.header.paragraphs[0]
    said.text, said.alignment = _COPY.say(letter.language), WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(foot, "PAGE")
    told = made.core_properties
    told.title, told.author, told.subject = _clean(letter.title), _clean(letter.issuer), letter.number
    told.language, told.created, told.modified = _TAGS.get(letter.language, ""), letter.issued_at, letter.issued_at
    told.comments = ""


def _styles(made: Document, language: str) -> None:
    for name, font, size in (
        ("Normal", _TEXT_FONT, 16 if language == "zh" else 12),
        ("Title", _TITLE_FONT, 22 if language == "zh" else 18),
        ("Heading 2", _TITLE_FONT, 16 if language == "zh" else 13),
    ):
        style = made.styles[name]
        if not isinstance(style, ParagraphStyle):
            raise TypeError(f"{name} is no style of paragraphs")
        style.font.name, style.font.size, style.font.color.rgb = _LATIN, Pt(size), RGBColor(0x1A, 0x1A, 0x1A)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), font)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
            style.element.pPr.remove(border)  # the library's own template draws a blue line under a title
        tag = OxmlElement("w:lang")
        tag.set(qn("w:val"), "en-GB")
        tag.set(qn("w:eastAsia"), _TAGS.get(language, "zh-CN") if language != "en" else "zh-CN")
        style.element.get_or_add_rPr().append(tag)
        style.paragraph_format.line_spacing = Pt(size * 1.75)
        style.paragraph_format.space_after = Pt(0 if name == "Normal" else 8)


def _head(made: Document, letter: Letter) -> None:
    """Write the letterhead in red over a line, the number, the title."""
    head = made.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(_clean(letter.issuer))
    run.font.size, run.font.color.rgb, run.bold = Pt(26 if letter.language == "zh" else 20), _RED, True
    head.paragraph_format.line_spacing = 1.2
    _ruled(head)
    made.add_paragraph(_number(letter)).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.add_paragraph(_clean(letter.title), style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    if letter.is_translation:
        made.add_paragraph(_TRANSLATION.say(letter.language)).alignment = WD_ALIGN_PARAGRAPH.CENTER


def _signature(made: Document, letter: Letter) -> None:
    for place, text in enumerate((letter.issuer, letter.issued_on)):
        line = made.add_paragraph(_clean(text))
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_before = Pt(0 if place else 32)


def _number(letter: Letter) -> str:
    gap = "" if letter.language == PREVAILS else " "
    return f"{_NUMBER.say(letter.language)}{gap}{letter.number}"


def _ruled(paragraph: Paragraph) -> None:
    """Draw a red line under a paragraph."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "thickThinSmallGap"), ("sz", "24"), ("space", "6"), ("color", str(_RED))):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 -- the library has no word for borders


def _indented(paragraph: Paragraph, language: str) -> None:
    if language == PREVAILS:
        paragraph.paragraph_format.first_line_indent = Pt(32)


def _numbered(made: Document, lines: list[str]) -> None:
    """Write lines that are numbered from 1, as an office goes on numbering them."""
    style = made.styles[_NUMBERED]
    numbering = made.part.numbering_part.element
    kept = style.element.pPr.numPr.numId.val
    abstract = next(one for one in numbering.findall(qn("w:num")) if one.numId == kept).abstractNumId.val
    own = numbering.add_num(abstract)
    own.add_lvlOverride(ilvl=0).add_startOverride(1)
    for line in lines:
        paragraph = made.add_paragraph(line, style=_NUMBERED)
        paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = own.numId  # noqa: SLF001 -- likewise


def _field(paragraph: Paragraph, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 -- the library has no word for fields


def _clean(text: str) -> str:
    r"""Return a text without what XML cannot hold, so that any text becomes a file; line ends stay.

    >>> _clean("a\x00b\ud800c\n")
    'a\ufffdb\ufffdc\n'
    """
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
