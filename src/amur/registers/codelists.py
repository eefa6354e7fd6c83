"""The code lists of the active pack, for everybody: the pack declares them and is public as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amur.base.acting import Scope
from amur.base.codelists import CodeList
from amur.base.faults import NotFound
from amur.registers.declarations import RegisterDeclaration
from amur.registers.declared import active
from amur.registers.reads import registers


def codelists(scope: Scope) -> tuple[CodeList, ...]:
    """Return all code lists, in the order of their ids."""
    del scope  # declared by the pack, which is public as a whole
    found: Mapping[str, CodeList] = active(CodeList, "codelist")
    return tuple(found[name] for name in sorted(found))


def codelist(scope: Scope, codelist_id: str) -> CodeList:
    """Return a code list.

    Raises:
        NotFound: if there is none of this id.
    """
    found = next((one for one in codelists(scope) if one.id == codelist_id), None)
    if found is None:
        raise NotFound("no_codelist", f"there is no code list {codelist_id!r}")
    return found


def used_by(scope: Scope, codelist_id: str) -> Iterator[RegisterDeclaration]:
    """Yield the registers that the reader may see and whose records have codes of a list."""
    for register in registers(scope):
        if any(getattr(field, "codelist", None) == codelist_id for field in register.fields):
            yield register
