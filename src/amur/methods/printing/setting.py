"""Setting type: from blocks to a PDF that archives and screen readers take (PDF/A-2a, PDF/UA-1).

Data enters as JSON and is text on the sheet, never markup; drawings are the project's own. The same blocks give the
same bytes: the day in the file is that of the results, and the font comes from a package, not from the machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from amur.base.glyphs import FOLDER, legible

_SHEETS = Path(__file__).parent / "sheets"
_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_NO_DAY = datetime(1980, 1, 1, tzinfo=UTC)
"""The day in the file of what says none; it is not printed."""
_OURS = frozenset({"svg"})
"""What is no text of anybody."""
_HASH = re.compile(r"[0-9a-f]{64}")
"""It is copied, so it must stay whole; the sheet sets it small."""
_BREAK = "\u200b"
_WIDEST, _WIDEST_IN_CELL, _NEARLY = 48, 16, 1.25
_RUN = re.compile(r"[!-~\u00a1-\u2e7f]+")
"""Letters without a place to break a line: long ones would run over the edge."""


def pdf(data: Mapping[str, Any], *, made_at: datetime | None) -> bytes:
    """Return a report with its data as a PDF that was made at an instant."""
    made = typst.compile(
        _SHEETS / "report.typ",
        root=_SHEETS,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(drawn(data), ensure_ascii=False, allow_nan=False)},
        pdf_standards=[*_STANDARDS],
        timestamp=(made_at or _NO_DAY).replace(microsecond=0),
    )
    return bytes(made)


def drawn(value: Any, widest: int = _WIDEST) -> Any:
    r"""Return data with every text in it such as the font can draw and a line can hold; a drawing stays as it is.

    >>> drawn({"title": "覆盖\x00", "cells": ["a", 1, None], "svg": "<svg\x20/>"})
    {'title': '覆盖〔U+0000〕', 'cells': ['a', 1, None], 'svg': '<svg />'}
    """
    if isinstance(value, str):
        return breakable(legible(value), widest)
    if isinstance(value, Mapping):
        return {
            name: one if name in _OURS else drawn(one, _WIDEST_IN_CELL if name == "cells" else widest)
            for name, one in value.items()
        }
    if isinstance(value, Sequence):
        return [drawn(one, widest) for one in value]
    return value


def breakable(text: str, widest: int) -> str:
    r"""Return a text in which each run of letters that is wider may be broken at the end of a line.

    >>> breakable("abcdef gh", 4) == "abcd\u200bef gh"
    True
    """
    return text if _HASH.fullmatch(text) else _RUN.sub(lambda run: _BREAK.join(_parts(run[0], widest)), text)


def _parts(text: str, size: int) -> list[str]:
    if len(text) <= size * _NEARLY:
        return [text]
    return [text[start : start + size] for start in range(0, len(text), size)]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
