"""How the values of a version are kept: every read and every write of ``RecordVersion.data`` passes here.

What is kept is what the declaration of the version's own time says it is; ``subject`` is the ledger's name of the
record. Not here: what a reader may see of the values.
"""

from __future__ import annotations

from collections.abc import Mapping

from amur.base.canonical import Json
from amur.registers.declarations import RegisterDeclaration


def stored(declaration: RegisterDeclaration, data: Mapping[str, Json], subject: str) -> dict[str, Json]:
    """Return values as the table keeps them."""
    del declaration, subject
    return dict(data)


def read(declaration: RegisterDeclaration, kept: Mapping[str, Json], subject: str) -> dict[str, Json]:
    """Return values as they were given to ``stored``."""
    del declaration, subject
    return dict(kept)
