"""Compiles functions over numbers to machine code, and says which sources were compiled.

Numba keeps what it compiled beside the sources and looks only whether the file of the outermost function has changed.
Kernels here call functions of other files. So only the outermost is kept, and it closes over a fingerprint of all files
beside it, which Numba makes part of its key: code that was compiled from other sources is never run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
_LOOSE = {"nnan", "nsz", "reassoc", "contract"}
"""What lets a loop be worked on several points at once: finite numbers in any order, each off by a last digit or so."""

NOTHING_YET = -1e300
"""Where a maximum begins: less than any number of a path."""


def compiled(function: Kernel) -> Kernel:
    """Compile a function when it is first called; division by zero gives an infinity, as in NumPy."""
    return cast("Kernel", njit(nogil=True, error_model="numpy")(function))


def swept(function: Kernel) -> Kernel:
    """Compile a loop over the points of a path, whose sums and maxima may be taken in any order."""
    return cast("Kernel", njit(nogil=True, error_model="numpy", fastmath=_LOOSE)(function))


def kept(function: Kernel) -> Kernel:
    """Compile an outermost function, and keep what came of it for other processes.

    Where there is no folder to keep it in, each process compiles for itself.
    """
    try:
        return cast("Kernel", njit(nogil=True, error_model="numpy", cache=True)(function))
    except RuntimeError:
        return compiled(function)


def fingerprint(folder: Path) -> int:
    """Return a number that is another one when any source file in a folder is.

    >>> fingerprint(Path(__file__).parent) == fingerprint(Path(__file__).parent)
    True
    """
    found = hashlib.sha256()
    for file in sorted(folder.glob("*.py")):
        found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return int.from_bytes(found.digest()[:7])
