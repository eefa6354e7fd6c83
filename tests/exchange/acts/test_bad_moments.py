"""Killed between any two steps, nothing is lost and nothing is there twice: of messages out, and of files in."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connections

from amur.exchange import acts
from amur.exchange.models import Intake, Link, Message, Received
from amur.jobs.models import Job
from amur.procedures.models import Case, CaseEvent
from tests.exchange.conftest import HANDLER, send_order, work
from tests.jobs.killing import die_at, in_a_child

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both, pytest.mark.no_cover]
LATER = timedelta(minutes=5)
"""After so long a lease is over, and a claim too."""


def killed_at(point: int, work_: partial) -> bool:
    return bool(in_a_child(lambda: (die_at(point), work_())))


def once_there_and_here(order: Case, other_side, number: int) -> None:
    """Check that each message arrived once, and moved its case once."""
    assert len(other_side.has) == number
    assert [row.state for row in Message.objects.filter(case=order)] == ["received", "received"]
    assert Link.objects.filter(case=order).count() == 1
    assert CaseEvent.objects.filter(case=order, event="more_time").count() == 1


def kill_and_look(order: Case, other_side, now, point: int, number: int) -> bool:
    HANDLER.fire(order, "sign", now)
    order.refresh_from_db()
    HANDLER.fire(order, "ask_more_time", now, reason="缺件", extra={"until": "2026-04-01"})
    killed = killed_at(point, partial(work, now))
    connections.close_all()
    for passed in (LATER, 2 * LATER, 3 * LATER):
        work(now + passed)
    once_there_and_here(order, other_side, number)
    return killed


@pytest.mark.parametrize(
    "points", [range(3, 400, 61), pytest.param(range(400), marks=pytest.mark.deep)], ids=["", "all"]
)
def test_killed_at_any_statement_a_message_arrives_once_and_its_receipt_is_kept_once(orders, other_side, now, points):
    killed = 0
    for place, point in enumerate(points, start=1):
        order = send_order(now, 流水号=str(point), 工单编号=f"W-{point}")
        if not kill_and_look(order, other_side, now, point, 2 * place):
            break
        killed += 1
        Job.objects.all().delete()
    assert killed > 1


@pytest.mark.parametrize(
    "points", [range(2, 400, 67), pytest.param(range(400), marks=pytest.mark.deep)], ids=["", "all"]
)
def test_killed_at_any_statement_a_row_of_a_file_is_taken_once(orders, now, tmp_path, points):
    killed = 0
    for point in points:
        path = tmp_path / f"{point}.csv"
        path.write_text(
            f"流水号,工单编号,类别,matter\na{point},A-{point},01,灯\nb{point},B-{point},99,灯\nc{point},C-{point},01,灯\n",
            encoding="utf-8",
        )
        office = {"by": HANDLER.by, "scope": HANDLER.scope, "now": now}
        run = acts.check_file("hotline", "order", path, file_name="x.csv", **office)
        died = killed_at(point, partial(acts.take_in, run.pk, **office))
        connections.close_all()
        run = acts.take_in(run.pk, **office)
        assert (run.state, run.taken, run.repeated, run.refused) == ("done", 2, 0, 1)
        assert Link.objects.filter(number__endswith=f"-{point}").count() == 2
        assert Received.objects.filter(intake=run).count() == 3
        if not died:
            break
        killed += 1
    assert killed > 1
    assert Case.objects.count() == 2 * Intake.objects.count()
