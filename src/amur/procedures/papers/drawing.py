"""The program that draws a page of a PDF, run in a process of its own: ``drawing.py count`` or ``drawing.py PAGE``.

It reads the file from its input and keeps it in memory alone. It imports nothing of Amur, so there is no key and no
table in its process, and has few seconds and little memory: whoever made the file may mean ill.
"""

from __future__ import annotations

import os
import resource
import sys
from typing import Any

import typst

_SECONDS, _BYTES = 10, 2 * 2**30
_MOST_PAGES = 4096
_WIDTH = "210mm"
_DOTS_AN_INCH = 110
_IN_MEMORY: dict[str, Any] = {"root": "/dev/fd"}
"""Where the sheet finds the file. The hints of the package want a root of the sheet's own type, and it takes a path."""


def count(pdf: int) -> int:
    """Return how many pages the PDF of a descriptor has; 0 if it cannot be read, or is longer than anybody leafs."""
    first = 1
    while first < _MOST_PAGES and has(pdf, first):
        first *= 2
    least, most = first // 2, first
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (middle, most) if has(pdf, middle) else (least, middle)
    return least


def has(pdf: int, page: int) -> bool:
    """Say whether a PDF has a page; it is laid out and not drawn."""
    try:
        typst.query(_sheet(pdf, page), "<page>", ignore_system_fonts=True, **_IN_MEMORY)
    except RuntimeError:
        return False
    return True


def drawn(pdf: int, page: int) -> bytes:
    """Return a page as a PNG; nothing if there is none or it cannot be drawn."""
    try:
        sheet = _sheet(pdf, page)
        return bytes(typst.compile(sheet, format="png", ppi=_DOTS_AN_INCH, ignore_system_fonts=True, **_IN_MEMORY))
    except RuntimeError:
        return b""


def in_memory(pdf: bytes) -> int:
    """Return the descriptor of a file that is in memory alone."""
    descriptor = os.memfd_create("paper")
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(pdf)
    return descriptor


def answer(asked: str, pdf: bytes) -> bytes:
    """Return what was asked: ``count``, or the number of a page to draw."""
    descriptor = in_memory(pdf)
    try:
        return str(count(descriptor)).encode() if asked == "count" else drawn(descriptor, int(asked))
    finally:
        os.close(descriptor)


def _sheet(pdf: int, page: int) -> bytes:
    image = f'#image("{pdf}", format: "pdf", page: {page:d}, width: {_WIDTH}) <page>'
    return f"#set page(width: auto, height: auto, margin: 0pt)\n{image}\n".encode()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    sys.stdout.buffer.write(answer(sys.argv[1], sys.stdin.buffer.read()))
