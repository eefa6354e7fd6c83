"""The reference is what the code says: committed as it is made, complete, and without a link that leads nowhere."""

from __future__ import annotations

import re
import typing
from functools import cache

import pytest

from amur.base.expressions import FUNCTIONS
from amur.base.fields import TYPES
from amur.config import generated, pack_verbs, preparation, reference
from amur.config.reference import modules
from amur.packs.engine.kinds import kinds
from amur.procedures import declarations as procedures
from tests.config.conftest import ROOT

pytestmark = pytest.mark.xdist_group("reference")  # what one worker has made the others would make again

pages = cache(reference.pages)  # not while tests are collected, which every worker does
_LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]+))?\)")


def test_the_committed_pages_are_those_of_the_code() -> None:
    assert generated.stale(ROOT / reference.FOLDER, pages(), "*.md") == [], "run ./amur docs"


def test_every_link_of_a_page_leads_somewhere() -> None:
    for name, text in sorted(pages().items()):
        for file, place in _LINK.findall(text):
            assert file in pages() or (ROOT / reference.FOLDER / file).resolve().exists(), (name, file)
            if place:
                heads = {head.lower().strip("`") for head in re.findall(r"^#+ (.+)$", pages()[file], re.MULTILINE)}
                assert place in heads, (name, file, place)


def test_every_kind_type_function_and_effect_has_its_place() -> None:
    for kind in kinds():
        assert f"\n## {kind}\n" in pages()["declarations.md"]
    for name in TYPES:
        assert f"\n| `{name}` |" in pages()["fields.md"]
        assert f"\n## {name}\n" in pages()["fields.md"]
    for function in FUNCTIONS:
        assert f"| `{function.name}` |" in pages()["expressions.md"]
    union, _ = typing.get_args(procedures.Effect)
    for effect in typing.get_args(union):
        assert f"### {effect.__name__}\n" in pages()["effects.md"]
    for verb in ("check", "trace", "new", "docs", "pack diff", "pack schemas", "pack new", "policy import"):
        assert f"## `amur {verb}`" in pages()["command.md"]
    assert "`GET /api/registers/{register_id}/records`" in pages()["api.md"]
    assert all(f"]({name})" in pages()["README.md"] for name in pages() if name != "README.md")


def test_nothing_on_a_page_differs_from_run_to_run() -> None:
    assert not [name for name, text in pages().items() if " at 0x" in text]


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
