"""A PDF that somebody handed in is drawn page by page, judged by another reader of PDF."""

from __future__ import annotations

import subprocess

import pypdfium2
import pytest
import typst

from amur.procedures.papers import drawing, leafing

BROKEN = b"%PDF-1.7\nplan\n%%EOF\n"


def _made(pages: int) -> bytes:
    return typst.compile(b" #pagebreak() ".join(b"Page %d" % one for one in range(pages)), format="pdf")


@pytest.mark.parametrize("pages", [1, 2, 7, 64])
def test_as_many_pages_are_found_as_another_reader_finds(pages: int):
    made = _made(pages)
    with pypdfium2.PdfDocument(made) as other:
        assert int(drawing.answer("count", made)) == len(other) == pages


def test_each_page_is_drawn_and_none_beyond_the_last():
    made = _made(2)
    first, second, third = (drawing.answer(one, made) for one in ("1", "2", "3"))
    assert first.startswith(b"\x89PNG")
    assert second.startswith(b"\x89PNG")
    assert (first == second, third) == (False, b"")


def test_what_is_no_whole_pdf_has_no_pages_and_no_picture():
    assert (drawing.answer("count", BROKEN), drawing.answer("1", BROKEN)) == (b"0", b"")


def test_the_program_draws_in_a_process_of_its_own():
    made = _made(2)
    assert (leafing.page_count(made), leafing.page_drawn(made, 2)[:4]) == (2, b"\x89PNG")
    assert (leafing.page_count(BROKEN), leafing.page_drawn(BROKEN, 1)) == (0, b"")


def test_what_takes_too_long_or_breaks_is_no_picture(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leafing, "_SECONDS", 0.001)
    assert leafing.page_drawn(_made(1), 1) == b""
    monkeypatch.setattr(subprocess, "run", lambda *_a, **_k: subprocess.CompletedProcess([], -9, b"half"))
    assert leafing.page_drawn(_made(1), 1) == b""
