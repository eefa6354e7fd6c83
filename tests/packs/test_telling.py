"""Faults in Chinese: every sentence that the code can say is in the catalogue, and is found again when it is filled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from amur.base.faults import Fault
from amur.packs import reads, telling
from amur.packs.telling import catalogue, collecting, listing
from amur.packs.telling.__main__ import main, renewed

HOLE = re.compile(r"\{(\d+)\}")
PACKS = Path(__file__).parents[2] / "packs"


@pytest.fixture(scope="module")
def known():
    """Return each sentence of the code with its Chinese form."""
    return {str(one.id): str(one.string) for one in renewed() if one.id}


def test_every_sentence_of_a_fault_has_a_chinese_form_with_the_same_holes(known):
    assert len(known) > 900
    lost = {text: said for text, said in known.items() if set(HOLE.findall(text)) != set(HOLE.findall(said))}
    assert lost == {}, "bring them in with python -m amur.packs.telling, and translate them in faults.po"
    assert all(re.search(r"[\u4e00-\u9fff]", said) for said in known.values())


def test_the_catalogue_holds_just_what_the_code_can_say(known, tmp_path, monkeypatch, capsys):
    kept = catalogue.path_of("zh").read_bytes()
    monkeypatch.setattr(catalogue, "path_of", lambda _: tmp_path / "zh_Hans" / "faults.po")
    main()
    assert "without translation" in capsys.readouterr().out
    fresh = (tmp_path / "zh_Hans" / "faults.po").read_text(encoding="utf-8")
    assert re.findall("^msgid .*", fresh, re.MULTILINE) == re.findall("^msgid .*", kept.decode(), re.MULTILINE)


def test_a_filled_sentence_is_found_again_and_filled_in_chinese(known):
    wrong = []
    for text, said in known.items():
        if "}{" in text.replace("{{", "").replace("}}", ""):
            continue
        filled, expected = (
            re.sub(r"\{(\d+)\}", lambda hole, marks=marks: f"{marks[0]}n{hole[1]}{marks[1]}", one)
            .replace("{{", "{")
            .replace("}}", "}")
            for one, marks in ((text, "''"), (said, "“”"))
        )
        if (told := catalogue.told(filled, "zh")) != expected and not told.startswith("'n1'："):
            wrong.append((filled, told))
    assert wrong == []


def test_a_fault_of_the_library_is_said_in_plain_words_in_both_languages(spoil, island):
    (island / "roles.yaml").write_text("roles: [{id: a", encoding="utf-8")
    faults = spoil("policy.yaml", ("target: countable", "target: many"), ("part: 1\n", "part: no\n"))
    chinese, english = ([telling.line_of(fault, language) for fault in faults] for language in ("zh", "en"))
    target = "policy.yaml:22: [declaration.value] commitments.1.target"
    assert f"{target}：发现“many”；请从中选择：hard, countable, direction" in chinese
    assert f"{target}: found 'many'; choose from hard, countable, direction" in english
    assert any(line.endswith("clauses.0.part：发现“no”；请写整数，不加引号") for line in chinese)
    assert any("[yaml.syntax] 缺了逗号或右括号 }" in line for line in chinese)


def test_a_roles_file_that_cannot_be_read_is_one_fault(island):
    (island / "roles.yaml").write_text("roles: [", encoding="utf-8")
    assert [(fault.file, fault.check) for fault in reads.check(island)] == [("roles.yaml", "yaml.syntax")]


def test_a_procedure_with_one_mistake_is_one_fault(spoil):
    file = "01-lamps/lamp_registration.procedure.yaml"
    assert [fault.check for fault in spoil(file, ("kind: procedure", "kind: prozedure"))] == ["declaration.value"]
    assert {fault.file for fault in spoil(file, content=b"id: [")} == {file}


def test_what_an_author_wrote_is_not_translated():
    fault = Fault(
        "a.yaml", 1, "text.missing", "no text in 'ru' for 'The lamp is no longer in the register.'", "translate it"
    )
    assert telling.say(fault, "zh")[0] == "“The lamp is no longer in the register.”没有“ru”的文字"
    assert telling.as_json([fault], "zh")[0]["do"] == "请翻译"


def test_every_rule_names_faults_that_there_are_and_every_fault_says_what_to_do():
    rows = {name: (found, fix) for name, found, fix in listing.rows()}
    assert {one for _, _, ids in listing.RULES for one in ids} <= rows.keys()
    assert len(rows) > 200
    assert all(re.fullmatch(r"[a-z0-9_{}]+(\.[a-z0-9_{}]+)?", name) for name in rows)
    assert rows["policy.body"] == ({"unknown body {1}"}, {"declare it in bodies.yaml"})
    assert rows["body.dates"][0] == {"valid_to {1} lies before valid_from {2}"}


def test_the_sentences_come_from_all_rooms():
    files = {one.file.partition("/")[0] for one in collecting.sentences()}
    assert files >= {"base", "indicators", "packs", "people", "policy", "procedures", "registers"}
