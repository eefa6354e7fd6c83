"""What an author begins with: it passes the check, its example fails and says why, and nothing is overwritten."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from amur.base.faults import AmurError
from amur.config import scaffolding as verbs
from amur.config.terminal import CommandError
from amur.packs import beginning, reads, scaffolding
from amur.packs.engine.schemas import HEADER

SCHEMAS = Path(__file__).parents[2] / "docs" / "reference" / "schemas"
DAY = date(2026, 3, 10)
TEXT = (
    "关于点灯的意见\n\n一、总的要求\n1.为什么。为了看得见。\n二、怎么做\n2.登记。每盏灯登记。\n3.数灯。每年数一次。\n"
)


def make(folder: Path, kind: str, clause: str = "1", name: str = "thing") -> list[str]:
    written = scaffolding.new_file(folder, kind, clause, name, schemas=SCHEMAS, on=DAY)
    return [path.relative_to(folder).as_posix() for path in written]


@pytest.mark.parametrize("kind", scaffolding.kinds())
def test_what_is_written_passes_the_check_and_names_its_schema(island: Path, kind: str) -> None:
    for file in make(island, kind):
        first = (island / file).read_text(encoding="utf-8").partition("\n")[0]
        assert (island / file).parent.joinpath(first.removeprefix(HEADER)).resolve().is_file()
    assert reads.check(island) == []


def test_a_pack_in_more_languages_gets_texts_in_all_of_them(island: Path) -> None:
    for file in sorted(island.glob("**/*.yaml")):
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.replace("language: en, status", "language: ru, status: reviewed }\n  - { language: en, status")
        )
    before = {(fault.file, fault.line) for fault in reads.check(island)}
    for kind in scaffolding.kinds():
        make(island, kind, name=f"a_{kind}")
    assert {(fault.file, fault.line) for fault in reads.check(island)} == before


@pytest.mark.deep
def test_the_examples_fail_and_say_what_was_expected(island: Path) -> None:
    for kind in ("procedure", "register", "indicator", "method"):
        make(island, kind, name=f"a_{kind}")
    results = {result.id: result for result in reads.run_examples(island) if result.id.startswith("a_")}
    assert len(results) == 4
    for result in results.values():
        assert not result.passed
        assert result.proves == ("1.1",)
        assert all("expected" in failure for failure in result.failures)


def test_a_verdict_goes_where_something_carries_the_commitment_out(island: Path) -> None:
    assert make(island, "register", "2") == [
        "02-quiet-nights/thing.register.yaml",
        "02-quiet-nights/thing.example.yaml",
        "policy.yaml",
    ]
    assert "no_duty" not in (island / "policy.yaml").read_text(encoding="utf-8")
    assert reads.check(island) == []


def test_a_verdict_that_stands_among_other_things_on_its_line_is_left_to_the_author(island: Path) -> None:
    policy = island / "policy.yaml"
    text = policy.read_text(encoding="utf-8")
    at = text.index('  - id: "2.1"')
    one = '  - { id: "2.1", title: { zh: 星, en: Stars }, target: hard, kinds: [register], verdict: planned, reason: { zh: 否, en: No } }\n'
    policy.write_text(text[:at] + one, encoding="utf-8")
    assert "policy.yaml" not in make(island, "register", "2.1")
    assert [fault.check for fault in reads.check(island)] == ["policy.verdict"]


@pytest.mark.parametrize(
    ("kind", "clause", "name", "said"),
    [
        ("workflow", "1", "thing", "no kind 'workflow'.*indicator, method, procedure, register"),
        ("register", "7", "thing", "no clause '7'.*1 Every lamp has a keeper, 2 Quiet nights"),
        ("register", "1.7", "thing", "no commitment '1.7'.*1.1, 1.2, 1.3, 1.4, 2.1"),
        ("register", "1", "Thing-1", "no id"),
        ("register", "1", "lamps", "is there already; nothing was written"),
    ],
)
def test_what_does_not_exist_or_exists_already_is_said(
    island: Path, kind: str, clause: str, name: str, said: str
) -> None:
    before = sorted(island.glob("**/*"))
    with pytest.raises(AmurError, match=said):
        make(island, kind, clause, name)
    assert sorted(island.glob("**/*")) == before


def test_a_pack_that_cannot_be_read_is_no_place_to_begin(island: Path) -> None:
    (island / "policy.yaml").write_text("title: [", encoding="utf-8")
    with pytest.raises(AmurError, match=r"policy.yaml:\d"):
        make(island, "register")


def test_a_new_pack_passes_the_check_and_takes_the_numbers_of_an_official_text(tmp_path: Path) -> None:
    folder = tmp_path / "harbour"
    beginning.new_pack(folder, "harbour", TEXT.encode(), schemas=SCHEMAS, on=DAY)
    assert reads.check(folder) == []
    said = (folder / "policy.yaml").read_text(encoding="utf-8")
    assert [f'id: "{number}.1"' in said for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "登记" not in said
    assert make(folder, "procedure", "3")[0] == "03/thing.procedure.yaml"
    assert reads.check(folder) == []
    with pytest.raises(AmurError, match="is there already"):
        beginning.new_pack(folder, "harbour", None, schemas=SCHEMAS, on=DAY)


def test_the_command_names_what_it_wrote_and_what_comes_next(island: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    verbs.new_file(island, "register", "1", "thing")
    assert capsys.readouterr().out.splitlines()[:2] == [
        "island/01-lamps/thing.register.yaml",
        "island/01-lamps/thing.example.yaml",
    ]
    verbs.new_pack(tmp_path / "harbour", None)
    assert "./amur check harbour" in capsys.readouterr().out
    assert reads.check(tmp_path / "harbour") == []
    with pytest.raises(CommandError, match="is no folder"):
        verbs.new_file(tmp_path / "nowhere", "register", "1", "thing")
