"""What is known of finders: the pack declares them, so everybody sees all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from amur.base.acting import Scope
from amur.base.codelists import CodeList
from amur.base.faults import Invalid, NotFound
from amur.procedures.finders import engine
from amur.procedures.finders.declarations import FinderDeclaration
from amur.procedures.finders.engine import Standing, Table
from amur.registers import lookups


def finders(scope: Scope) -> tuple[FinderDeclaration, ...]:
    """Return all finders of the active pack."""
    del scope  # declared by the pack, which is public as a whole
    return tuple(lookups.active(FinderDeclaration, "finder").values())


def finder(scope: Scope, finder_id: str) -> FinderDeclaration:
    """Return a finder of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    found = next((one for one in finders(scope) if one.id == finder_id), None)
    if found is None:
        raise NotFound("no_finder", f"there is no finder {finder_id!r}")
    return found


def table(scope: Scope, finder_id: str, *, on: date) -> Table:
    """Return the table of a finder on a day.

    Raises:
        NotFound: if there is none of this id.
        Invalid: if it says nothing yet on that day.
    """
    declared = finder(scope, finder_id)
    if on < declared.valid_from:
        raise Invalid(
            {"on": ("too_early", f"this table begins on {declared.valid_from}; ask for that day or a later one")}
        )
    return engine.table_on(declared, codelists(), on)


def standing(scope: Scope, finder_id: str, answers: Mapping[str, str], *, on: date) -> Standing:
    """Return how far answers lead on a day: to a question, or to what comes out.

    Raises:
        NotFound: if there is none of this id.
        Invalid: if it says nothing yet on that day.
    """
    return engine.standing(table(scope, finder_id, on=on), answers)


def leading_to(scope: Scope, procedure_id: str) -> tuple[FinderDeclaration, ...]:
    """Return the finders that lead to a procedure."""
    return tuple(one for one in finders(scope) if any(out.procedure_id == procedure_id for out in one.outcomes))


def codelists() -> Mapping[str, CodeList]:
    """Return the code lists of the active pack."""
    return lookups.active(CodeList, "codelist")
