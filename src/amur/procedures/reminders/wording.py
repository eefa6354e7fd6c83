"""What a reminder says, derived of its row and of the words of the pack."""

from __future__ import annotations

from dataclasses import dataclass

from amur.base.legal_time import span
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.reminders.declarations import Rung
from amur.procedures.reminders.models import Reminder
from amur.procedures.wording import filled


@dataclass(frozen=True, slots=True)
class Said:
    """A reminder in words."""

    subject: str
    body: str


def declared_rung(row: Reminder, definition: ProcedureDeclaration) -> Rung:
    """Return the rung of a row; its case is pinned to the declaration that holds it."""
    rungs = definition.clock(row.run.clock).remind
    return next(rung for rung in rungs if (rung.at, rung.to) == (row.step, row.addressee))


def said(row: Reminder, definition: ProcedureDeclaration, rung: Rung, language: str, *, subject: str) -> Said:
    """Return what a rung said when it fired: the date and the state are those of that moment."""
    words = {
        "number": row.case.number,
        "subject": subject,
        "state": definition.state(row.state).title.say(language),
        "reason": "",
        "due_on": span(row.due_on, row.due_on, language),
        "items": "",
    }
    return Said(" ".join(filled(rung.subject.say(language), words).split()), filled(rung.body.say(language), words))
