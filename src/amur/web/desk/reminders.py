"""What officials were reminded of: on the page of a case, and beside its row in the queue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from amur.base.declared import Text
from amur.people import reads as people
from amur.procedures import declared, reads
from amur.procedures.reads import CaseView, Reminded
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.requests import AmurRequest


@dataclass(frozen=True, slots=True)
class Line:
    """A reminder and the title of the role that it told."""

    reminder: Reminded
    role: Text | None


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return the reminders of a case, if its clocks remind."""
    if not any(clock.remind for clock in found.definition.clocks):
        return None
    told = reads.reminders_of(request.scope, [found.id], forms.language())
    roles = people.role_titles() if told else {}
    lines = [Line(one, roles.get(one.addressee)) for one in told]
    return Panel("desk/panels/reminders.html", {"reminders": lines}) if lines else None


def latest(request: AmurRequest, case_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return of which cases the reader was reminded, each with the subject of the latest reminder."""
    found: dict[UUID, str] = {}
    if not any(clock.remind for one in declared.everything().procedures.values() for clock in one.clocks):
        return found
    for one in reads.reminders_of(request.scope, case_ids, forms.language()):
        if one.is_mine:
            found.setdefault(one.case_id, one.subject)
    return found
