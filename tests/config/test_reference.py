"""The reference is what the code says: committed as it is made, complete, and without a link that leads nowhere."""

from __future__ import annotations

import re
import typing

import pytest

from amur.base.expressions import FUNCTIONS
from amur.base.fields import TYPES
from amur.config import generated, pack_verbs, preparation, reference
from amur.config.reference import modules
from amur.packs.engine.kinds import kinds
from amur.procedures import declarations as procedures
from tests.config.conftest import ROOT

PAGES = reference.pages()
_LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]+))?\)")


def test_the_committed_pages_are_those_of_the_code() -> None:
    assert generated.stale(ROOT / reference.FOLDER, PAGES, "*.md") == [], "run ./amur docs"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    for file, place in _LINK.findall(PAGES[name]):
        assert file in PAGES or (ROOT / reference.FOLDER / file).resolve().exists(), file
        if place:
            heads = {head.lower().strip("`") for head in re.findall(r"^#+ (.+)$", PAGES[file], re.MULTILINE)}
            assert place in heads, (file, place)


def test_every_kind_type_function_and_effect_has_its_place() -> None:
    for kind in kinds():
        assert f"\n## {kind}\n" in PAGES["declarations.md"]
    for name in TYPES:
        assert f"\n| `{name}` |" in PAGES["fields.md"]
        assert f"\n## {name}\n" in PAGES["fields.md"]
    for function in FUNCTIONS:
        assert f"| `{function.name}` |" in PAGES["expressions.md"]
    union, _ = typing.get_args(procedures.Effect)
    for effect in typing.get_args(union):
        assert f"### {effect.__name__}\n" in PAGES["effects.md"]
    for verb in ("check", "trace", "new", "docs", "pack diff", "pack schemas", "pack new", "policy import"):
        assert f"## `amur {verb}`" in PAGES["command.md"]
    assert "`GET /api/registers/{register_id}/records`" in PAGES["api.md"]
    assert all(f"]({name})" in PAGES["README.md"] for name in PAGES if name != "README.md")


def test_nothing_on_a_page_differs_from_run_to_run() -> None:
    assert not [name for name, text in PAGES.items() if " at 0x" in text]


def test_a_function_is_shown_with_its_types_as_they_are_written() -> None:
    shown = "\n".join(modules.functions("amur.policy.reads"))
    assert (
        "| `value(value_id: str, on: date) -> DatedValue` | Return a dated value as it is in force on a day." in shown
    )


def test_the_command_writes_the_pages_once(monkeypatch, capsys, tmp_path) -> None:
    monkeypatch.setattr(pack_verbs, "ROOT", tmp_path)
    monkeypatch.setattr(preparation, "start_django", lambda _: None)
    pack_verbs.docs()
    assert "fields.md" in capsys.readouterr().out
    pack_verbs.docs()
    assert capsys.readouterr().out == "No page has changed.\nNothing has changed.\n"
