"""Every kind of entry that the code writes has words: a page never shows a code to a reader."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import amur
from amur.web.open.kinds import kind_words

SOURCES = Path(amur.__file__).parent
_OF_THE_MACHINE = {"job.discarded", "job.revived", "ledger.key_introduced"}
"""What stands in no case and in no record, and only the technical log of the ledger lists."""


def _written() -> Iterator[str]:
    for path in sorted(SOURCES.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) == "record":
                for one in call.keywords:
                    if one.arg == "kind" and isinstance(one.value, ast.Constant):
                        yield str(one.value.value)


def test_every_kind_that_is_written_is_told_in_words():
    kinds = set(_written())
    assert "case.form_kept" in kinds
    assert sorted(kind for kind in kinds - _OF_THE_MACHINE if kind_words(kind) == kind) == []


@pytest.mark.parametrize("kind", ["authorisation.given", "appeal.lodged", "draft.agreed", "hearing.called"])
def test_a_kind_that_is_put_together_is_told_in_words_too(kind: str):
    assert kind_words(kind) != kind
