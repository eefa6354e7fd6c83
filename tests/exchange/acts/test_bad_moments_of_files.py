"""Killed between any two steps, the files of a message and the message arrive once: those that go, and those that come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connections

from amur.exchange import acts
from amur.exchange.acts import Came
from amur.exchange.models import Link, Message, Received
from amur.jobs.models import Job
from amur.procedures import files
from amur.procedures.acts import attach_to_case
from amur.procedures.models import Case, Upload
from tests.exchange.conftest import HANDLER, ORDER, THEM, send_order, work
from tests.exchange.travelling import PHOTO, PLAN, TRAVELLING, hash_of, named
from tests.jobs.killing import die_at, in_a_child
from tests.procedures.pack import sync

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both, pytest.mark.no_cover]
LATER = timedelta(minutes=5)
"""After so long a lease is over, and a claim too."""


def killed_at(point: int, act: Callable[[], None]) -> bool:
    return bool(in_a_child(lambda: (die_at(point), act())))


@pytest.mark.parametrize(
    "points", [range(2, 200, 23), pytest.param(range(200), marks=pytest.mark.deep)], ids=["", "all"]
)
def test_killed_at_any_statement_files_that_come_are_here_once_and_so_is_their_message(now, points):
    sync(now, TRAVELLING)
    killed = 0
    for place, point in enumerate(points, start=1):
        photo = PHOTO + str(point).encode()
        told = ORDER | {"流水号": str(point), "工单编号": f"W-{point}"}

        def bring(photo: bytes = photo, told: dict[str, str] = told) -> None:
            for content in (photo, PLAN):
                acts.keep_file("hotline", hash_of(content), [content], by=THEM, now=now)
            both = (named(photo), named(PLAN, "plan", "a.pdf", media_type="application/pdf"))
            acts.receive("hotline", "order", told, came=Came("api", THEM, named=True, files=both), by=THEM, now=now)

        died = killed_at(point, bring)
        connections.close_all()
        bring()
        case = Link.objects.get(number=f"W-{point}").case
        kept = sorted(files.opened(one.pk).read() for one in Upload.objects.filter(case=case))
        assert kept == sorted([photo, PLAN])
        assert Case.objects.count() == Received.objects.filter(state="taken").count() == place
        if not died:
            break
        killed += 1
    assert killed > 1


@pytest.mark.parametrize(
    "points", [range(3, 500, 71), pytest.param(range(500), marks=pytest.mark.deep)], ids=["", "all"]
)
def test_killed_at_any_statement_files_that_go_arrive_before_their_message_and_it_arrives_once(
    other_side, now: datetime, points
):
    sync(now, TRAVELLING)
    killed = 0
    for place, point in enumerate(points, start=1):
        case = send_order(now, 流水号=str(point), 工单编号=f"W-{point}")
        HANDLER.fire(case, "sign", now)
        office = {"by": HANDLER.by, "scope": HANDLER.scope, "now": now}
        report = PLAN + str(point).encode()
        upload = attach_to_case(case.pk, "reply", "report", [report], "a.pdf", **office)
        case.refresh_from_db()
        HANDLER.fire(case, "reply", now, reason="已修复", extra={"answer": "已亮", "report": str(upload.pk)})
        died = killed_at(point, partial(work, now))
        connections.close_all()
        for passed in (LATER, 2 * LATER, 3 * LATER):
            work(now + passed)
        assert {row.state for row in Message.objects.filter(case=case)} == {"received"}
        replies = [one for one in other_side.has.values() if one.get("attachments")]
        assert len(replies) == place
        assert len({one["sha256"] for each in replies for one in each["attachments"]} - set(other_side.files)) == 0
        assert other_side.files[hash_of(report)] == report
        if not died:
            break
        killed += 1
        Job.objects.all().delete()
    assert killed > 1
