from __future__ import annotations

import pytest

from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, DeskRead, Draft, Notice, Serial, Upload
from tests.procedures.conftest import Officer
from tests.procedures.pack import STRANGER, fill

pytestmark = pytest.mark.django_db


def test_each_row_says_what_it_is(pack, now):
    from amur.procedures import acts

    officer = Officer("11", "handler")
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    acts.log_desk_read(case.id, by=officer.by, now=now)
    case = Officer("22", "decider").fire(officer.fire(case, "accept", now), "refuse", now, reason="no lamp")
    said = {
        model.__name__: str(model.objects.first())
        for model in (Case, CaseEvent, ClockRun, Decision, Notice, Serial, Upload)
    }
    assert said == {
        "Case": "2026-LAN-00001",
        "CaseEvent": "1 submitted",
        "ClockRun": "decision due 2026-04-08",
        "Decision": "refused",
        "Notice": "2 accept.1",
        "Serial": "2026-LAN 1",
        "Upload": f"plan {str(case.uploads.get().pk)[:8]}",
    }
    assert str(DeskRead.objects.get()).startswith("11 at 2026-03-10")
    assert str(Draft.objects.get()).startswith("licence ")
