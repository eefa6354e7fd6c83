"""Rows say what they are."""

from __future__ import annotations

from datetime import UTC, datetime

from amur.search.models import IndexedDocument, Residue


def test_a_row_names_what_it_was_made_of():
    assert str(IndexedDocument(kind="record:lamps", ref="L-1")) == "record:lamps L-1"


def test_what_is_left_is_said():
    assert str(Residue(removed=True)) == "removed text"
    assert str(Residue(replaced_at=datetime(2026, 3, 10, tzinfo=UTC))).startswith("text replaced at 2026-03-10")
