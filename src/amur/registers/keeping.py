"""How the values of a version are kept: every read and every write of ``RecordVersion.data`` passes here.

What is personal is sealed under the key of the record, so that destroying the key erases it from every version and
every copy. What is kept is what the declaration of the version's own time says it is; ``subject`` is the ledger's name
of the record. Not here: what a reader may see of the values.
"""

from __future__ import annotations

from collections.abc import Mapping

from amur.base.canonical import Json
from amur.base.fields.retention import key_parts
from amur.ledger import acts as ledger
from amur.ledger import keys
from amur.ledger.engine import part_of
from amur.ledger.kept import opened_values
from amur.registers.declarations import RegisterDeclaration


def stored(declaration: RegisterDeclaration, data: Mapping[str, Json], subject: str) -> dict[str, Json]:
    """Return values as the table and the ledger keep them: what is personal is sealed.

    Raises:
        Refused: ``ledger.forgotten`` if what is personal of this record was erased before.
    """
    parts = key_parts(declaration.fields)
    return {
        name: ledger.protect(subject, value, part=parts[name]) if name in parts and value is not None else value
        for name, value in data.items()
    }


def read(declaration: RegisterDeclaration, kept: Mapping[str, Json], subject: str) -> dict[str, Json]:
    """Return values as they were given to ``stored``; what was erased is absent.

    A value that was written before there were keys is read as it is.

    Raises:
        Refused: if a value was altered, or its key did not come along with the database.
    """
    sealed = [name for name in key_parts(declaration.fields) if part_of(kept.get(name)) is not None]
    if not sealed:
        return dict(kept)
    return opened_values(subject, kept, sealed, keys.keys_of([subject]).get(subject, {}))
