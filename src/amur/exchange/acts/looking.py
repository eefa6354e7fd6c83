"""What is looked after by itself: messages that can be sent now, lists that are due, files that waited too long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from amur.exchange import declared, other_side
from amur.exchange.acts.bringing import forget_incoming
from amur.exchange.acts.comparing import COMPARE, compare_now
from amur.exchange.acts.hearing import SEND, queue
from amur.exchange.acts.intakes import KEPT_FOR, TAKE_IN, forget_rows, go_on
from amur.exchange.acts.sending import send_message
from amur.exchange.models import Comparison, Intake, Message
from amur.jobs import acts as jobs
from amur.jobs.engine import Handler, inside, outside
from amur.people.reads import day_of
from amur.procedures.transactions import act

_AT_ONCE = 500
_STILL = timedelta(minutes=10)
"""A message that nothing has touched for so long is looked at again."""


def look_after(now: datetime) -> None:
    """Queue what waits and can be sent now, ask for the lists that are due, and forget the rows of old files."""
    active = declared.everything()
    for exchange in active.exchanges.values():
        is_there = other_side.standing(exchange.id) == "set_up"
        if is_there or other_side.standing(exchange.id) == "simulated":
            _wake(exchange.id, now)
        for rule in exchange.reconciliation if is_there else ():
            is_due = rule.daily_at is not None and localtime(now).hour >= rule.daily_at
            asked = Comparison.objects.filter(exchange=exchange.id, rule=rule.id, way="api", on=day_of(now))
            if is_due and not asked.exists():
                key = f"{COMPARE}:{exchange.id}:{rule.id}:{day_of(now)}"
                with act():
                    jobs.enqueue(COMPARE, {"exchange": exchange.id, "rule": rule.id}, now=now, key=key)
    forget_incoming(now)
    for run in Intake.objects.filter(changed_at__lt=now - KEPT_FOR).exclude(file_name="")[:_AT_ONCE]:
        with act():
            forget_rows(Intake.objects.select_for_update().get(pk=run.pk), now)


def _wake(exchange_id: str, now: datetime) -> None:
    """Queue messages that wait without a time at which they are tried again."""
    waiting = Message.objects.filter(exchange=exchange_id, state=Message.State.WAITING, next_at=None)
    for pk in list(waiting.filter(made_at__lt=now - _STILL).values_list("pk", flat=True)[:_AT_ONCE]):
        with act():
            row = Message.objects.select_for_update().get(pk=pk)
            if row.state == Message.State.WAITING and (row.claimed_until is None or row.claimed_until <= now):
                row.tries += 1
                row.save(update_fields=["tries"])
                queue(row, now)


HANDLERS: Mapping[str, Handler] = {SEND: outside(send_message), TAKE_IN: inside(go_on), COMPARE: outside(compare_now)}
"""What does the work of each kind of job of this room."""
