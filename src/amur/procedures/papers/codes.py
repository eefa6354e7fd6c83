"""Codes that a machine reads on paper: QR for whoever checks a document, Code 128 for the scanners of offices; pure.

A drawing ends where its code ends, so that it stands in line with the text. The sheet leaves the white around it that
scanners need: four modules of a QR code, ten of a bar code.
"""

from __future__ import annotations

import io
from itertools import groupby
from urllib.parse import urlencode

import segno
from barcode import Code128

_HEIGHT = 40


def check_address(origin: str, *, number: str, entry: str, says: str) -> str:
    """Return what the QR code of a document holds: where it is checked, its number, its entry and what it commits to.

    >>> check_address("https://amur.example/", number="LIC-1", entry="ab", says="cd")
    'https://amur.example/verify/?entry=ab&document=LIC-1&says=cd'
    """
    held = {"entry": entry, "document": number, **({"says": says} if says else {})}
    return f"{origin.rstrip('/')}/verify/?{urlencode(held)}"


def qr(text: str) -> str:
    """Return a QR code as an SVG drawing.

    >>> qr("https://amur.example/")[:4]
    '<svg'
    """
    drawn = io.BytesIO()
    made = segno.make(text, error="m", micro=False, boost_error=False)
    made.save(drawn, kind="svg", border=0, xmldecl=False, svgns=True, nl=False, omitsize=True)
    return drawn.getvalue().decode()


def bars(text: str) -> str:
    """Return a Code 128 of printable ASCII as an SVG drawing, each bar as wide as it must be and no edge blurred.

    >>> drawn = bars("AB-1")
    >>> drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"'), drawn.count("M") > 10
    (True, True)
    """
    modules = Code128(text).build()[0]
    place, strokes = 0, []
    for mark, run in groupby(modules):
        width = len(list(run))
        if mark == "1":
            strokes.append(f"M{place} 0h{width}v{_HEIGHT}h-{width}z")
        place += width
    box = f"0 0 {place} {_HEIGHT}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><path d="{"".join(strokes)}" fill="#000"/></svg>'
