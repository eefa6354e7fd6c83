"""The reader of official texts: the real one, and each shape in a text written for the purpose."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.policy.engine import LONGEST_BYTES, TextError, read_text
from amur.policy.engine.numerals import value_of
from tests.policy.samples import SMALL

PARAGRAPHS = (1, 1, 2, 4, 2, 4, 2, 4, 3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 3, 3)


def read(text: str):
    return read_text(text.encode())


def shape(document):
    return [[clause.number for clause in part.clauses] for part in document.parts]


def test_the_real_text_has_five_parts_twenty_clauses_and_fifty_four_paragraphs(official_text):
    document = read_text(official_text)
    assert document.counts() == {"parts": 5, "clauses": 20, "paragraphs": 54}
    assert tuple(len(clause.paragraphs) for clause in document.clauses) == PARAGRAPHS
    assert [clause.number for clause in document.clauses] == list(range(1, 21))
    assert [len(part.clauses) for part in document.parts] == [2, 5, 5, 4, 4]
    assert document.warnings == []


def test_titles_of_the_real_text_are_split_inline_and_on_their_own_line(official_text):
    titles = [clause.title for clause in read_text(official_text).clauses]
    assert titles[0] == "指导思想"
    assert titles[1] == "基本原则"
    assert titles[2].endswith("市场准入制度")
    assert titles[19] == "强化法治保障"
    assert all(title and "。" not in title and len(title) < 30 for title in titles)


def test_the_covering_notice_of_the_real_text_is_read(official_text):
    document = read_text(official_text)
    assert document.issued_on == "2017-11-08"
    assert len(document.issued_by) == 2
    assert all(body.endswith("办公厅") for body in document.issued_by)
    assert len(document.addressees) == 3
    assert document.title.endswith("实施意见")
    assert len(document.preamble) == 1


def test_the_real_text_loses_no_paragraph(official_text):
    document = read_text(official_text)
    kept = "".join(
        [*document.preamble, *(clause.title + "".join(clause.paragraphs) for clause in document.clauses)]
    ).replace("。", "")
    lines = [line.strip("　 \n") for line in official_text.decode().split("\n")]
    body = lines[next(place for place, line in enumerate(lines) if line.startswith("一、")) :]
    for line in filter(None, body):
        tail = line.split("、", 1)[-1] if line[0] in "一二三四五" else line
        assert tail.lstrip("0123456789.").replace("。", "")[-20:] in kept or line[1] == "、"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_gives_the_same_tree(encoding):
    assert read_text(SMALL.encode(encoding)).as_dict() == read(SMALL).as_dict()


def test_windows_line_ends_change_nothing():
    assert read(SMALL.replace("\n", "\r\n")).as_dict() == read(SMALL).as_dict()


def test_a_clause_names_its_bodies_and_dates():
    clause = read(SMALL).clauses[1]
    assert (clause.title, clause.bodies, clause.dates) == ("登记每一盏灯", ["灯务所"], ["2026年底前"])
    assert [len(clause.paragraphs) for clause in read(SMALL).clauses] == [1, 2, 1]


def test_restarting_numbers_in_brackets_are_clauses_of_their_part():
    document = read("灯的意见\n一、甲\n（一）做甲一。先做。\n（二）做甲二。再做。\n二、乙\n（一）做乙一。最后做。")
    assert shape(document) == [[1, 2], [1]]
    assert document.clauses[2].title == "做乙一"
    assert document.warnings == []


def test_three_levels_give_parts_clauses_and_items():
    document = read(
        "灯的意见\n一、甲\n（一）乙\n1.第一件\n做第一件。\n2.第二件。\n（二）丙\n正文。\n二、丁\n（三）戊\n正文。"
    )
    assert shape(document) == [[1, 2], [3]]
    assert [(item.label, item.text) for item in document.clauses[0].items] == [
        ("1.", "第一件\n做第一件。"),
        ("2.", "第二件。"),
    ]


def test_a_law_has_chapters_articles_and_items():
    document = read(
        "灯火办法\n（2026年1月5日公布）\n目录\n第一章 总则\n第二章 管灯\n第一章 总则\n第一条 为了夜里安全，制定本办法。\n"
        "第二条 本办法所称灯，包括：\n（一）油灯；\n（二）电灯。\n前款以外的不算。\n第二章 管灯\n第三条 【登记】灯要登记。\n"
        "依照第一条、第二条办理。"
    )
    assert [part.title for part in document.parts] == ["总则", "管灯"]
    assert shape(document) == [[1, 2], [3]]
    second, third = document.clauses[1:]
    assert len(second.items) == 2
    assert second.paragraphs == ["本办法所称灯，包括：", "前款以外的不算。"]
    assert (third.title, third.paragraphs) == ("登记", ["灯要登记。", "依照第一条、第二条办理。"])
    assert document.title == "灯火办法"


def test_sections_inside_chapters_do_not_break_the_articles():
    document = read("办法\n第一章 总则\n第一节 甲\n第一条 甲。\n第二节 乙\n第二条 乙。\n第二章 附则\n第三条 丙。")
    assert shape(document) == [[1, 2], [3]]


def test_a_text_with_one_kind_of_number_has_clauses_only():
    document = read("灯的通知\n一、登记\n都要登记。\n二、数灯\n每年数。\n1.春天数\n2.秋天数\n三、罚则\n不罚。")
    assert shape(document) == [[1, 2, 3]]
    assert document.parts[0].number is None
    assert len(document.clauses[1].items) == 2


def test_numerals_beyond_fifty_are_read():
    lines = [f"第{name}条 甲。" for name in ("五十", "五十一", "五十九", "一百", "一百零一", "一百一十")]
    document = read("办法\n" + "\n".join(lines))
    assert [clause.number for clause in document.clauses] == [50, 51, 59, 100, 101, 110]
    assert document.warnings


def test_a_signature_and_a_note_at_the_end_are_no_clause():
    document = read(
        "灯的通知\n各灯户：\n一、登记\n都要登记。\n二、数灯\n每年数。\n灯务所\n2026年3月1日\n（此件公开发布）"
    )
    assert document.clauses[-1].paragraphs == ["每年数。"]
    assert (document.issued_by, document.issued_on) == (["灯务所"], "2026-03-01")


def test_a_notice_that_wraps_a_plan_gives_the_title_of_the_plan():
    document = read(
        "灯务所关于印发《点灯方案》的通知\n灯发〔2026〕3号\n各灯户，各码头：\n现将方案印发给你们。\n灯务所\n二〇二六年三月一日\n"
        "点灯方案\n为了看得见，制定本方案。\n一、目标\n（一）都亮。全岛都亮。"
    )
    assert document.title == "点灯方案"
    assert document.number == "灯发〔2026〕3号"
    assert document.addressees == ["各灯户", "各码头"]
    assert (document.issued_by, document.issued_on) == (["灯务所"], "2026-03-01")
    assert document.preamble == ["为了看得见，制定本方案。"]


def test_text_before_the_first_clause_of_a_part_is_kept():
    document = read("意见\n一、甲\n先说几句。\n1.乙\n正文。\n二、丙\n2.丁\n正文。")
    assert shape(document) == [[None, 1], [2]]
    assert document.clauses[0].paragraphs == ["先说几句。"]


def test_a_missed_number_is_a_warning():
    assert read("意见\n一、甲\n1.乙\n正文。\n3.丙\n正文。\n二、丁\n4.戊\n正文。").warnings == [
        "clause 3 follows clause 1; look whether one was missed"
    ]


def test_english_parts_and_articles_are_read():
    document = read(
        "Charter of the lamps\nPart I Lamps\nArticle 1. Keepers\nEvery lamp has a keeper.\nPart II Night\nArticle 2\nNights are quiet."
    )
    assert shape(document) == [[1], [2]]
    assert document.clauses[0].paragraphs == ["Every lamp has a keeper."] or document.clauses[0].title == "Keepers"


def test_an_unknown_shape_is_kept_whole_with_a_warning():
    document = read("灯\n\n灯要有人管。\n夜里要安静。")
    assert document.title == "灯"
    assert document.clauses[0].paragraphs == ["灯要有人管。", "夜里要安静。"]
    assert "found no numbered parts or clauses" in document.warnings[0]


def test_what_a_part_says_on_its_own_line_is_kept():
    document = read("意见\n一、目标。全岛都亮。\n1.登记\n都要登记。\n二、做法\n2.数灯\n每年数。")
    assert shape(document) == [[None, 1], [2]]
    assert (document.parts[0].title, document.clauses[0].paragraphs) == ("目标", ["全岛都亮。"])


def test_a_single_line_before_the_date_is_the_title():
    document = read("点灯办法\n2026年3月1日\n一、登记\n都要登记。")
    assert (document.title, document.issued_by, document.issued_on) == ("点灯办法", [], "2026-03-01")


def test_a_text_without_a_title_says_so():
    assert "found no title" in read("一、登记\n都要登记。").warnings[-1]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"  \n\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "Word"),
        (b"\xd0\xcf\x11\xe0....", "Word"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"\x7fELF\x02", "program"),
        (bytes(range(256)) * 8, "save the text as UTF-8"),
        (b"\x00" * 999, "save the text as UTF-8"),
        (b"\xff\xfea", "UTF-16-LE"),
        (b"\x81" * 99, "UTF-8"),
        (b"a" * (LONGEST_BYTES + 1), "bytes"),
    ],
)
def test_what_is_no_text_ends_in_a_clear_word(content, word):
    with pytest.raises(TextError, match=word):
        read_text(content)


def test_the_tree_is_json_with_the_agreed_keys():
    tree = json.loads(json.dumps(read(SMALL).as_dict(), ensure_ascii=False))
    assert {"title", "parts", "warnings"} <= tree.keys()
    assert {"number", "title", "clauses"} <= tree["parts"][0].keys()
    assert {"number", "title", "paragraphs", "items", "bodies", "dates"} <= tree["parts"][0]["clauses"][0].keys()
    assert tree["parts"][1]["clauses"][0]["number"] == 2


def test_a_long_single_line_is_read():
    assert read("一、" + "灯" * 200_000).clauses[0].paragraphs


_PIECES = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "（1）",
        "第一条",
        "第一章",
        "第三节",
        "第二编",
        "Part I ",
        "Article 2 ",
        "目录",
        "。",
        "：",
        "\n",
        "\u3000",
        "灯",
        "2026年3月1日",
        "（此件公开发布）",
        "【",
        "】",
        "《",
        "a",
        "\t",
        "十",
        "〇",
        "1",
    ]
)


@given(st.lists(_PIECES, max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_the_reader_fall(text):
    if not text.strip():
        return
    document = read(text)
    assert document.parts
    json.dumps(document.as_dict())


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_the_reader_fall(content):
    with suppress(TextError):
        assert read_text(content).parts


@pytest.mark.parametrize(
    ("printed", "value"), [("九十九", 99), ("一百二十", 120), ("十一", 11), ("12345", None), ("XL", 40)]
)
def test_numerals_have_values(printed, value):
    assert value_of(printed) == value
