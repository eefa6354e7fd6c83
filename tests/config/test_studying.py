"""The worker's thread: it runs what waits beside the loop, survives a lost database, and ends when the worker does."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from amur.config import studying, worker
from amur.jobs.models import Job
from amur.ledger import acts as ledger
from amur.packs import acts as packs
from amur.packs.play.demonstration import PLAYED
from amur.studies.models import Study
from tests.config.test_worker import _record
from tests.procedures.samples import text
from tests.studies.conftest import FIRMS, method


def test_it_runs_studies_until_the_worker_stops_and_survives_what_goes_wrong(monkeypatch):
    stopping, calls, pauses = threading.Event(), [], []
    answers = [OperationalError("gone"), ValueError("odd"), None, Study(pk=1, state="done")]

    def run_next(*, by, now, is_over):
        calls.append((by.actor_id, is_over()))
        answer = answers.pop(0)
        if not answers:
            stopping.set()
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(studying.studies, "run_next", run_next)
    monkeypatch.setattr(studying, "close_old_connections", lambda: None)
    monkeypatch.setattr(stopping, "wait", lambda seconds=None: pauses.append(seconds))
    studying.start(stopping).join(20)
    assert calls == [("system:studies", False)] * 4
    assert pauses == [5.0, 60.0, 2.0, 0.0]


@pytest.mark.django_db(transaction=True)
def test_a_played_demonstration_has_its_studies_queued_once_what_it_wrote_is_sealed(
    now, tmp_path, monkeypatch, settings
):
    from tests.procedures.pack import sync

    settings.DATA = tmp_path
    written = [{"id": "firms", "title": text("Firms"), "content": FIRMS}]
    sync(now, {("method", "market"): method(inputs=written)})
    (tmp_path / "demonstration.yaml").write_text(
        "marker: 演示\ncast: [{ id: a, name: 演示 甲 }]\nstudies:\n"
        "  - { method: market, title: { zh: 两种口径, en: Two }, parameters: { largest: 3 } }\n  - { method: gone, title: { zh: 没有, en: None } }\n"
    )
    settings.PACK = tmp_path
    monkeypatch.setattr(worker.packs, "ask_for_proof", lambda *, now: None)
    _record(now, PLAYED)
    ledger.seal(now)
    for _ in range(4):
        worker.turn(now)
    assert Job.objects.get(kind=packs.STUDIES).state == Job.State.DONE
    study = Study.objects.get()
    assert (study.title, study.parameters, study.publish_when_done) == ("两种口径", {"largest": 3}, True)
