"""Killed between two files, those that were given are given once, and of an archive nothing is taken in by half."""

from __future__ import annotations

import os
import signal
import zipfile
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import Value
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from amur.exchange import acts
from amur.exchange.models import Attachment, Incoming, Intake, Link, Message
from amur.procedures import files
from amur.procedures.acts import attach_to_case
from amur.procedures.models import Case, Upload
from tests.exchange.conftest import HANDLER, send_order, work
from tests.exchange.other_side import SECRET, OtherSide, serving
from tests.exchange.travelling import PHOTO, PLAN, TRAVELLING, hash_of
from tests.jobs.killing import die_at, in_a_child
from tests.procedures.pack import sync

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both, pytest.mark.no_cover]
OFFICE = {"by": HANDLER.by, "scope": HANDLER.scope}
LATER = timedelta(minutes=5)
"""After so long a lease is over, and a claim too."""


@pytest.fixture(autouse=True)
def _pack(now):
    sync(now, TRAVELLING)


@dataclass
class Deadly(OtherSide):
    """Kills whoever sends to it while the second file is on its way, once: after it has that file, or before."""

    keeps: bool = False
    sender: Any = field(default_factory=lambda: Value("i", 0))

    def _take_file(self, sha256, at, headers, body):
        sender, is_second = self.sender.value, len(self.files) == 1
        if sender and is_second:
            self.sender.value = 0
            if self.keeps:
                super()._take_file(sha256, at, headers, body)
            os.kill(sender, signal.SIGKILL)
            return None
        return super()._take_file(sha256, at, headers, body)


@pytest.mark.parametrize("keeps", [False, True], ids=["before it is there", "after it is there"])
def test_killed_between_two_files_the_first_is_not_given_again_and_the_message_goes_once(settings, now, keeps):
    with serving(Deadly(keeps=keeps)) as side:
        settings.EXCHANGES = {"hotline": {"url": side.url, "secret": SECRET, "clients": {}, "simulated": False}}
        case = send_order(now)
        HANDLER.fire(case, "sign", now)
        upload = attach_to_case(case.pk, "reply", "report", [PLAN], "a.pdf", now=now, **OFFICE)
        case.refresh_from_db()
        HANDLER.fire(case, "reply", now, reason="已修复", extra={"answer": "已亮", "report": str(upload.pk)})

        def send() -> None:
            side.sender.value = os.getpid()
            work(now)

        assert in_a_child(send) == signal.SIGKILL
        connections.close_all()
        reply = Message.objects.get(message="reply")
        states = Attachment.objects.filter(message=reply).order_by("place").values_list("name", "state")
        assert (reply.state, [*states]) == ("waiting", [("REPORT", "given"), ("NOTE", "waiting")])
        assert len(side.has) == 1, "the message does not go before its files"
        for passed in (LATER, 2 * LATER):
            work(now + passed)
        reply.refresh_from_db()
        assert (reply.state, {state for _, state in states.all()}) == ("received", {"confirmed"})
        given = [told["sha256"] for path, told in side.came if path == "/attachments"]
        assert given.count(hash_of(PLAN)) == 1
        assert [one["message"] for one in side.has.values()] == ["signed", "reply"]
        assert {one["sha256"] for one in side.has[str(reply.pk)]["attachments"]} == set(side.files)


def archive_of(path: Path, number: int) -> Path:
    photo = PHOTO + str(number).encode()
    rows = [f"{number},photo,a.png,image/png,{len(photo)},{hash_of(photo)}"]
    rows += [f"{number},plan,a.pdf,application/pdf,{len(PLAN)},{hash_of(PLAN)}"]
    with zipfile.ZipFile(path / f"{number}.zip", "w") as out:
        out.writestr("messages.csv", f"流水号,工单编号,类别,matter\n{number},W-{number},01,灯\n")
        out.writestr("attachments.csv", "\n".join(["message,name,file_name,media_type,size,sha256", *rows]))
        for content in (photo, PLAN):
            out.writestr(f"files/{hash_of(content)}", content)
    return path / f"{number}.zip"


@pytest.mark.parametrize(
    "points", [range(1, 400, 31), pytest.param(range(400), marks=pytest.mark.deep)], ids=["", "all"]
)
def test_killed_at_any_statement_an_archive_that_is_looked_through_is_not_begun_and_leaves_nothing(
    now, tmp_path, points
):
    killed = 0
    for place, point in enumerate(points, start=1):
        path = archive_of(tmp_path, point)

        def look(path: Path = path) -> Intake:
            return acts.check_file("hotline", "order", path, file_name=path.name, now=now, **OFFICE)

        died = in_a_child(lambda at=point, act=look: (die_at(at), act()))
        connections.close_all()
        assert Case.objects.count() == place - 1, "nothing of it is taken in"
        run = acts.take_in(look().pk, now=now, **OFFICE)
        assert (run.state, run.taken, run.refused) == ("done", 1, 0)
        case = Link.objects.get(number=f"W-{point}").case
        with files.opened(case.data["photo"]) as stream:
            assert stream.read() == PHOTO + str(point).encode()
        if not died:
            break
        killed += 1
    assert killed > 1
    acts.look_after(now + timedelta(hours=23))
    assert Incoming.objects.exists(), "a kill leaves files that nothing names"
    acts.look_after(now + timedelta(hours=25))
    let_in = {str(pk) for pk in Intake.objects.filter(state="checked").values_list("pk", flat=True)}
    left = Incoming.objects.all()
    assert {one.batch for one in left} <= let_in, "after a day those alone wait that somebody may let in yet"
    assert Upload.objects.filter(case=None).count() == left.count()
