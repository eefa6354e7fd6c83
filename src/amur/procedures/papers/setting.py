"""Setting type: from a sheet of ours and data to a PDF that archives and screen readers take (PDF/A-2a, PDF/UA-1).

Data enters as JSON and is text on the sheet, never markup. The same data and instant give the same bytes. Nothing is
read but the sheets and the font of the package; nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

import typst

from amur.base.canonical import Json
from amur.base.glyphs import FOLDER, legible

Sheet = Literal["letter", "form", "guide"]

_SHEETS = Path(__file__).parent / "sheets"
_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def pdf(sheet: Sheet, data: Mapping[str, Json], *, made_at: datetime) -> bytes:
    """Return a sheet with its data as a PDF that was made at an instant."""
    made = typst.compile(
        _SHEETS / f"{sheet}.typ",
        root=_SHEETS,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(drawn(data), ensure_ascii=False)},
        pdf_standards=[*_STANDARDS],
        timestamp=made_at.replace(microsecond=0),
    )
    return bytes(made)


def drawn(value: Json | Mapping[str, Json]) -> Json:
    r"""Return data with every text in it such as the font can draw.

    >>> drawn({"title": "告知\x00", "lines": ["a", 1, None]})
    {'title': '告知〔U+0000〕', 'lines': ['a', 1, None]}
    """
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, Mapping):
        return {name: drawn(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [drawn(one) for one in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
