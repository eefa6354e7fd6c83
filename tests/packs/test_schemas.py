"""Schemas for editors: committed as they are made, named by every file of our packs, and agreeing with the checker."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from amur.config import generated, pack_verbs
from amur.packs.engine import read_yaml
from amur.packs.engine.kinds import kind_of, kinds
from amur.packs.engine.schemas import FOLDER, HEADER, file_name, header, schemas

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "packs"
FILES = sorted(file.relative_to(PACKS) for file in PACKS.glob("*/**/*.yaml"))


made = cache(schemas)  # not while tests are collected, which every worker does


@cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(made()[file_name(kind)])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def kind_at(file: Path) -> str:
    kind = kind_of("/".join(file.parts[1:]))
    assert kind is not None
    return kind.name


def test_the_committed_schemas_are_those_of_the_code() -> None:
    assert generated.stale(ROOT / FOLDER, made(), "*.schema.json") == [], "run ./amur pack schemas"


def test_every_kind_has_its_schema() -> None:
    assert set(made()) == {file_name(kind) for kind in kinds()}


def test_each_file_begins_with_the_schema_of_its_kind() -> None:
    for file in FILES:
        first = (PACKS / file).read_text(encoding="utf-8").partition("\n")[0]
        assert first == header(kind_at(file), len(file.parts)), file
        assert (PACKS / file).parent.joinpath(first.removeprefix(HEADER)).resolve().is_file(), file


def longest_of_each_kind() -> list[Path]:
    ordered = sorted(FILES, key=lambda file: (PACKS / file).stat().st_size)
    return list({kind_at(file): file for file in ordered}.values())


@pytest.mark.parametrize(
    "files", [longest_of_each_kind(), pytest.param(FILES, marks=pytest.mark.deep)], ids=["longest", "all"]
)
def test_each_file_without_faults_fits_its_schema(files: list[Path]) -> None:
    validators = {kind: validator(kind) for kind in {kind_at(file) for file in files}}
    for file in files:
        value = read_yaml(file.name, (PACKS / file).read_bytes()).value
        assert list(validators[kind_at(file)].iter_errors(value)) == [], file


@pytest.mark.parametrize("value", [13.1, "13", "13.01", "a.b"])
def test_an_editor_sees_an_id_that_lost_its_quotes(value: object) -> None:
    body = read_yaml("a", (PACKS / "lantern/01-lamps/lamps.register.yaml").read_bytes()).value
    assert isinstance(body, dict)
    found = validator("register").iter_errors(body | {"carries_out": [value]})
    assert [list(error.path) for error in found] == [["carries_out", 0]]


def test_writing_again_changes_nothing_and_what_is_no_longer_made_goes(monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setattr(pack_verbs, "ROOT", tmp_path)
    folder = tmp_path / "packs" / "island"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text("id: island\n", encoding="utf-8")
    (folder / "notes.yaml").write_text("id: island\n", encoding="utf-8")
    pack_verbs.schemas()
    assert {"register.schema.json", "packs/island/pack.yaml"} <= set(capsys.readouterr().out.split())
    said = (folder / "pack.yaml").read_text(encoding="utf-8")
    assert said == f"{header('pack', 2)}\nid: island\n"
    (tmp_path / FOLDER / "old.schema.json").write_text("{}", encoding="utf-8")
    pack_verbs.schemas()
    assert capsys.readouterr().out == "old.schema.json\n"
    pack_verbs.schemas()
    assert capsys.readouterr().out == "Nothing has changed.\n"
