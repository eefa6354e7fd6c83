"""The act that fires rungs of a ladder: each once, with its row, its entry and what is said, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from amur.base.acting import SYSTEM, Actor, system
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.base.legal_time import span
from amur.jobs import acts as jobs
from amur.jobs.engine import Handler, inside, outside
from amur.ledger import acts as ledger
from amur.ledger import rows
from amur.people import reads as people
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared, mailed
from amur.procedures.acts.clocks import next_lapse
from amur.procedures.clocks import Message
from amur.procedures.declarations import APPLICANT, ProcedureDeclaration
from amur.procedures.models import Case, ClockRun
from amur.procedures.notices.acts import tell
from amur.procedures.notices.engine import template_of
from amur.procedures.reminders.declarations import Rung
from amur.procedures.reminders.models import Reminder
from amur.procedures.reminders.watching import REMIND, ladders, watch_rungs
from amur.procedures.reminders.wording import declared_rung, edition_of, said
from amur.procedures.runs import open_runs_of
from amur.procedures.seeing import works_on
from amur.procedures.transactions import act
from amur.procedures.wording import filled

MAIL = "procedures.reminder_mail"
"""The kind of the job that writes to an official whose address is known."""


def remind(case_id: UUID, *, by: Actor, now: datetime) -> int:
    """Fire the rungs of a case that are due; return how many. A run that has ended fires none, nor one that has lapsed.

    Each happens once for its run, however often and from how many workers it is called.
    """
    with act():
        case = rows.locked(Case, case_id)
        if case is None or case.closed_at is not None:
            return 0
        definition = declared.pinned(case.declaration_hash)
        at = max(now, case.changed_at)
        open_runs = open_runs_of(case)
        lapsed = next_lapse(case, definition, open_runs)
        if lapsed is not None and lapsed.at <= at:
            return 0
        found = ladders(definition, open_runs).items()
        due = [(run, run.due_on, rung) for run, ladder in found if run.due_on for rung in ladder.due(at)]
        for run, due_on, rung in due:
            _fire(case, definition, run, rung, due_on=due_on, by=by, now=at)
        if due:
            watch_rungs(case, definition, open_runs, at)
        return len(due)


def _fire(
    case: Case, definition: ProcedureDeclaration, run: ClockRun, rung: Rung, *, due_on: date, by: Actor, now: datetime
) -> None:
    row = Reminder.objects.create(
        case=case,
        run=run,
        step=rung.at,
        addressee=rung.to,
        state=case.state,
        due_on=due_on,
        due_at=run.due_at,
        fired_at=now,
        entry_hash=_record(case, run, rung, by=by, now=now),
    )
    if rung.to == APPLICANT:
        key = f"case:{case.id}:rung:{run.pk}:{rung.at:+d}:{rung.to}"
        which = template_of(definition, rung)
        tell(case, definition, _dated(rung, row, case.language), "", key=key, now=now, template=which)
        return
    for account in _addresses(case, definition, rung.to, now):
        jobs.enqueue(MAIL, {"reminder": row.pk, "account": account}, now=now, key=f"reminder:{row.pk}:{account}")


def _record(case: Case, run: ClockRun, rung: Rung, *, by: Actor, now: datetime) -> str:
    entry = ledger.record(
        subject=case.key_subject,
        kind="case.reminded",
        by=by,
        now=now,
        body={
            "number": case.number,
            "clock": run.clock,
            "rung": rung.at,
            "to": rung.to,
            "due_on": run.due_on.isoformat() if run.due_on else None,
            "declaration": case.declaration_hash,
        },
        release=policy.active_hash(),
    )
    return entry.leaf


def _dated(rung: Rung, row: Reminder, language: str) -> Message:
    """Return what a rung says, with the date of its own clock: the case may be due by another."""
    words = {"due_on": span(row.due_on, row.due_on, language)}
    subject, body = (filled(text.say(language), words) for text in (rung.subject, rung.body))
    short = filled(rung.short.say(language), words) if rung.short else ""
    return Message(
        subject=Text(zh=subject, en=subject),
        body=Text(zh=body, en=body),
        short=Text(zh=short, en=short) if short else None,
    )


def _addresses(case: Case, definition: ProcedureDeclaration, role: str, now: datetime) -> Iterator[str]:
    """Yield the accounts that hold a role, work on the case, and have an address; who has stepped back does not."""
    held = people.appointments(SYSTEM, on=day_of(now)).filter(role_id=role, body_id=case.body_id)
    for one in held.select_related("account").order_by("account_id"):
        if (
            one.account.is_active
            and one.account.email
            and works_on(people.scope_of(one.account, now), case, definition)
        ):
            yield str(one.account_id)


def send_to_official(payload: Mapping[str, Json], _: datetime, key: str) -> None:
    """Write to an official in the words of the pack, with the number of the case alone: its party stays on the desk.

    Raises:
        NotFound: if there is no such reminder.
    """
    row = Reminder.objects.filter(pk=str(payload["reminder"])).select_related("case").first()
    if row is None:
        raise NotFound("no_reminder", f"there is no reminder {payload['reminder']}")
    held = people.appointments(SYSTEM).filter(role_id=row.addressee, account_id=str(payload["account"]))
    one = held.select_related("account").first()
    definition = edition_of(row)
    if one is None or not one.account.email or not one.account.is_active:
        return
    words = said(row, definition, declared_rung(row, definition), settings.LANGUAGE_CODE, subject=row.case.number)
    message_id = f"<{key}@amur.invalid>"
    mailed.send(EmailMessage(words.subject, words.body, to=[one.account.email], headers={"Message-ID": message_id}))


def look_for_rungs(payload: Mapping[str, Json], now: datetime) -> None:
    """Fire what is due of a case; what happened meanwhile decides."""
    remind(UUID(str(payload["case"])), by=system("clocks"), now=now)


HANDLERS: Mapping[str, Handler] = {REMIND: inside(look_for_rungs), MAIL: outside(send_to_official)}
"""What the worker does for reminders."""
