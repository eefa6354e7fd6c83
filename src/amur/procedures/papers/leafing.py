"""Pages of a PDF that somebody handed in, as pictures: nothing of the file itself comes to a browser, so nothing runs.

Each is drawn in a process of its own, as ``drawing.py`` says. What cannot be drawn in its time counts as no picture.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PROGRAM = Path(__file__).with_name("drawing.py")
_SECONDS = 20


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has; 0 if they cannot be drawn."""
    return int(_asked("count", pdf) or 0)


def page_drawn(pdf: bytes, page: int) -> bytes:
    """Return a page of a PDF as a PNG; nothing if there is no such page or it cannot be drawn."""
    return _asked(str(page), pdf)


def _asked(what: str, pdf: bytes) -> bytes:
    command = [sys.executable, "-I", str(_PROGRAM), what]
    try:
        done = subprocess.run(command, input=pdf, capture_output=True, timeout=_SECONDS, check=False, env={}, cwd="/")  # noqa: S603  # our own program; what was handed in is its input alone
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""
