"""The declarations of this room as its own types: procedures by id or by pinned hash, and the working calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from amur.base.legal_time import WorkCalendar
from amur.policy import reads as policy
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers import lookups

_NEVER = date(1, 1, 1)
_NO_CALENDAR = WorkCalendar.model_validate(
    {
        "title": {"zh": "未公布", "en": "Not published"},
        "published_from": _NEVER,
        "published_to": _NEVER,
        "source": "the pack declares no calendar",
    }
)


def active(procedure_id: str) -> tuple[str, ProcedureDeclaration]:
    """Return hash and declaration of a procedure of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    content_hash, _ = policy.declaration("procedure", procedure_id)
    return content_hash, pinned(content_hash)


def pinned(content_hash: str) -> ProcedureDeclaration:
    """Return the procedure that a case or a draft is pinned to."""
    return lookups.by_hash(ProcedureDeclaration, content_hash)


@dataclass(frozen=True, slots=True)
class Active:
    """What the active pack declares for this room, with the hash of its release."""

    release: str
    procedures: Mapping[str, ProcedureDeclaration]
    calendar: WorkCalendar


def everything() -> Active:
    """Return the procedures of the active pack and its calendar, with one query where they are known."""
    wanted = policy.active_hash()
    found = _known.get(wanted)
    if found is None:
        calendars = lookups.active(WorkCalendar, "calendar")
        calendar = next(iter(calendars.values()), _NO_CALENDAR)
        found = Active(wanted, lookups.active(ProcedureDeclaration, "procedure"), calendar)
        # Another process may have synced between the questions; such a mixture is answered and not kept.
        if policy.active_hash() == wanted:
            _known.clear()
            _known[wanted] = found
    return found


def calendar() -> WorkCalendar:
    """Return the working calendar; where the pack declares none, every date is provisional."""
    return everything().calendar


_known: dict[str, Active] = {}
