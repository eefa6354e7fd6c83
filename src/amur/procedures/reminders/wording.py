"""What a reminder says, derived of its row and of the words of the pack."""

from __future__ import annotations

from dataclasses import dataclass

from amur.base.legal_time import span
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.editions import past_of
from amur.procedures.reminders.declarations import Rung
from amur.procedures.reminders.models import Reminder
from amur.procedures.wording import filled


@dataclass(frozen=True, slots=True)
class Said:
    """A reminder in words."""

    subject: str
    body: str


def edition_of(row: Reminder) -> ProcedureDeclaration:
    """Return the edition of the procedure by which a rung fired."""
    case = row.case
    past = (one for one in past_of(case) if row.fired_at <= one.at)
    return declared.pinned(next((one.declaration for one in past), case.declaration_hash))


def declared_rung(row: Reminder, definition: ProcedureDeclaration) -> Rung:
    """Return the rung of a row by the edition that holds it; since then its clock may have got another name."""
    named = [clock for clock in definition.clocks if clock.id == row.run.clock]
    rungs = [rung for clock in (*named, *definition.clocks) for rung in clock.remind]
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
