"""What the tests of exchanges share: the pack, an officer, the other side, and a worker's turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from amur.base.acting import system
from amur.exchange import acts
from amur.exchange.acts import Came
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.procedures.models import Case
from tests.exchange.hotline import PACK
from tests.exchange.other_side import KEEPER_TOKEN, SECRET, TOKEN, OtherSide, serving
from tests.procedures.conftest import Officer
from tests.procedures.pack import sync

HANDLER = Officer("11", "handler")
THEM = system("exchange:hotline", client="api")
ORDER = {"流水号": "1", "工单编号": "W-1", "类别": "01", "matter": "路灯不亮", "caller": "某甲", "keeper": "keeper_a"}


@pytest.fixture
def orders(now: datetime):
    return sync(now, PACK)


@pytest.fixture
def other_side(settings):
    with serving(OtherSide()) as side:
        clients = {"platform": TOKEN, "keeper_a": KEEPER_TOKEN}
        said = {"url": side.url, "secret": SECRET, "clients": clients, "simulated": False}
        settings.EXCHANGES = {"hotline": said}
        yield side


def work(now: datetime) -> None:
    """Seal, let the subscriber hear, and run the jobs that are due, until nothing is left to do."""
    for _ in range(10):
        ledger.seal(now)
        heard = jobs.advance("exchange", acts.hear_of_acts, now, 500)
        if not heard + jobs.run_due(acts.HANDLERS, now, 50):
            return


def send_order(now: datetime, **changes: str) -> Case:
    """Let the hotline send an order out to us, by call."""
    came = Came("api", THEM, named=True)
    row, _ = acts.receive("hotline", "order", ORDER | changes, came=came, by=THEM, now=now)
    return row.case


@pytest.fixture
def order(orders, now) -> Case:
    return send_order(now)


@pytest.fixture
def fire(now) -> Callable[..., Case]:
    def one(case: Case, event: str, at: datetime | None = None, **options) -> Case:
        case.refresh_from_db()
        return HANDLER.fire(case, event, at or now, **options)

    return one
