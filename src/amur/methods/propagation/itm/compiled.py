"""How the formulas of this folder become machine code, and when what was kept of them is thrown away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

import numba
from numba.core.caching import IndexDataCacheFile

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Return the function as machine code, made at its first call and kept beside its source.

    What is kept holds the machine code of all that the function calls. Numba looks at the file of the function alone
    when it asks whether that is still what the source says: after a change of another file of the folder, an upgrade
    would go on with the formulas of before, or fail on a type that is no longer there. What is kept is therefore
    named after all sources of the folder.
    """
    made = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    kept = getattr(made, "_cache", None)  # there is none where compiling is switched off
    if kept is not None:
        mark = _mark(Path(function.__code__.co_filename).parent)
        name = f"{kept._impl.filename_base}-{mark}"  # noqa: SLF001 – numba has no public way to say what code depends on
        file = IndexDataCacheFile(kept.cache_path, name, mark)  # type: ignore[no-untyped-call] # numba's is untyped
        kept._cache_file = file  # noqa: SLF001 – likewise
    return made  # type: ignore[return-value] # it is called like the function


@cache
def _mark(folder: Path) -> str:
    """Return a short hash of all sources of a folder."""
    said = hashlib.sha256()
    for file in sorted(folder.glob("*.py")):
        said.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return said.hexdigest()[:16]
