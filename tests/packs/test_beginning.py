"""A new pack from an official text: it passes the check, holds no word of the text, and says what is to decide next."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from amur import cli
from amur.base.faults import AmurError
from amur.packs import beginning, deciding, reads, scaffolding
from amur.policy.declarations import PolicyDeclaration
from amur.policy.engine import read_text
from tests.packs.texts import LAW, RESTARTING, SHAPES
from tests.policy.samples import SMALL

SCHEMAS = Path(__file__).parents[2] / "docs" / "reference" / "schemas"
DAY = date(2026, 3, 10)


def begin(folder: Path, text: str | None) -> PolicyDeclaration:
    """Write a pack, see that it has no fault, and return what it says of the policy."""
    content = text.encode() if text is not None else None
    beginning.new_pack(folder, "harbour", content, schemas=SCHEMAS, on=DAY)
    assert reads.check(folder) == []
    return reads.load(folder).one(PolicyDeclaration)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_text_gives_a_pack_without_a_fault_and_a_commitment_a_paragraph(
    tmp_path: Path, shape: str
) -> None:
    declared, read = begin(tmp_path / "harbour", SHAPES[shape]), read_text(SHAPES[shape].encode())
    assert len(declared.commitments) == sum(max(1, len(clause.paragraphs)) for clause in read.clauses)
    assert {one.verdict for one in declared.commitments} == {"planned"}
    said = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "harbour").iterdir())
    for clause in read.clauses:
        assert all(paragraph not in said for paragraph in clause.paragraphs if len(paragraph) > 4)


def test_a_passage_is_pointed_at_by_its_place_and_bodies_and_dates_are_inferred(tmp_path: Path) -> None:
    declared = begin(tmp_path / "harbour", SMALL)
    by_id = {one.id: one for one in declared.commitments}
    assert list(by_id) == ["1.1", "2.1", "2.2", "3.1"]
    assert (by_id["2.2"].text.paragraph, by_id["2.2"].text.starts, by_id["2.2"].text.ends) == (2, 0, 10)
    assert (by_id["2.1"].bodies, by_id["2.1"].bodies_inferred) == (("body_1",), True)
    assert by_id["3.1"].bodies == ()
    assert "2026年底前" in by_id["2.2"].reason.zh
    assert "inferred" in by_id["2.2"].reason.en
    assert [part.number for part in declared.parts] == [1, 2]


def test_numbers_that_restart_are_counted_through_and_point_at_nothing(tmp_path: Path) -> None:
    declared = begin(tmp_path / "harbour", RESTARTING)
    assert [(clause.number, clause.part) for clause in declared.clauses] == [(1, 1), (2, 1), (3, 2)]
    assert all(one.text is None for one in declared.commitments)


def test_what_stands_outside_any_clause_is_counted_after_the_last_one(tmp_path: Path) -> None:
    declared = begin(tmp_path / "harbour", SHAPES["before clauses"])
    assert [(clause.number, clause.part) for clause in declared.clauses] == [(3, 1), (1, 1), (2, 1), (4, 2)]


def test_numbered_items_are_told_to_the_author(tmp_path: Path) -> None:
    begin(tmp_path / "harbour", LAW)
    assert "# The text numbers 2 items here" in (tmp_path / "harbour" / "policy.yaml").read_text(encoding="utf-8")


def test_a_text_that_no_pack_can_hold_is_refused_whole(tmp_path: Path) -> None:
    huge = "灯\n" + "".join(f"{number}.甲\n做好。\n" for number in range(1, 4000))
    with pytest.raises(AmurError, match="give it one part"):
        begin(tmp_path / "harbour", huge)
    assert not (tmp_path / "harbour").exists()


_PIECES = st.sampled_from(
    ["一、", "二、", "（一）", "1.", "2.", "第一条 ", "Part I ", "Article 2 ", "灯。", "亮 \x07灯\ufffe", '"a": {b}', "\\ #",
     '（甲局、乙 "丙"厅负责）', "2026年底前", "Lead: A: B, C", "\n", "\n", " | ", "\u2028", "- x"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(_PIECES, min_size=3, max_size=25).map("".join))
def test_no_text_gives_a_pack_with_a_fault(tmp_path_factory, text: str) -> None:
    begin(tmp_path_factory.mktemp("any") / "harbour", "灯的意见\n" + "每盏灯都要登记。" * 200 + "\n" + text)


def test_what_is_open_is_listed_in_order_and_goes_when_the_pack_says_it(tmp_path: Path) -> None:
    folder = tmp_path / "harbour"
    begin(folder, SMALL)
    listed = [one.id for one in deciding.open_decisions(reads.load(folder))]
    assert listed == ["authority", "sources", "regions", "bodies", "roles", "calendar", "clauses", "commitments",
                      "responsible", "nobody", "carriers"]  # fmt: skip
    english, chinese = (folder / deciding.FILES[language] for language in ("en", "zh"))
    assert "policy.yaml: 1.1, 2.1, 2.2, 3.1" in english.read_text(encoding="utf-8")
    assert "怎样落实" in chinese.read_text(encoding="utf-8")
    policy = folder / "policy.yaml"
    text = policy.read_text(encoding="utf-8").replace("    bodies_inferred: true\n", "")
    policy.write_text(text, encoding="utf-8")
    assert "responsible" not in [one.id for one in deciding.open_decisions(reads.load(folder))]
    scaffolding.new_file(folder, "register", "2.1", "lamps", schemas=SCHEMAS, on=DAY)
    by_id = {one.id: one for one in deciding.open_decisions(reads.load(folder))}
    assert [place.what for place in by_id["carriers"].places] == ["1.1", "2.2", "3.1"]
    assert {place.file for place in by_id["texts"].places} == {"02/lamps.register.yaml"}


def test_nothing_is_open_in_a_pack_that_says_all(island: Path) -> None:
    assert [one.id for one in deciding.open_decisions(reads.load(island))] == []


def test_what_the_front_pages_do_not_say_in_a_language_of_the_pack_is_listed_with_its_place(island):
    texts = island / "01-lamps" / "texts.ja.yaml"
    kept = [line for line in texts.read_text("utf-8").splitlines(keepends=True) if not line.startswith("  灯册: ")]
    texts.write_text("".join(kept), encoding="utf-8")
    (found,) = deciding.open_decisions(reads.load(island))
    assert found.id == "languages"
    assert [(one.what, one.file, one.line) for one in found.places] == [
        ("title (ja)", "01-lamps/lamps.register.yaml", 4)
    ]


def test_the_command_says_what_is_next_in_the_language_of_its_reader(tmp_path: Path, monkeypatch) -> None:
    folder, run = tmp_path / "harbour", CliRunner().invoke
    (tmp_path / "text.txt").write_text(SMALL, encoding="utf-8")
    made = run(cli.app, ["pack", "new", str(folder), "--from", str(tmp_path / "text.txt")])
    assert "DECISIONS.zh-CN.md" in made.output
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    assert "接下来要决定什么" in run(cli.app, ["pack", "next", str(folder)]).output
    monkeypatch.setenv("LANG", "C")
    assert "接下来要决定什么" in run(cli.app, ["pack", "next", str(folder)]).output
    said = json.loads(run(cli.app, ["pack", "next", str(folder), "--json", "--language", "en"]).output)
    assert said["decisions"][0]["title"] == "Whose policy it is"
    (folder / "DECISIONS.md").unlink()
    assert "DECISIONS.md" in run(cli.app, ["pack", "next", str(folder), "--write"]).output
    assert (folder / "DECISIONS.md").exists()
