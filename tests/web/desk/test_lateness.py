"""Why a case is late: said on the desk by whoever works on it, counted on the board, and nobody is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import FrozenClock
from tests.web.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(house: House, clock: FrozenClock) -> House:
    """Return the house half a year later: the case that waited is late."""
    clock.set(house.now + timedelta(days=180))
    return house


def test_a_case_in_time_has_nothing_to_explain(house: House):
    client = house.client("handler")
    assert 'id="lateness"' not in client.get(f"/en/desk/cases/{house.case.number}/").content.decode()
    assert client.get(f"/en/desk/cases/{house.case.number}/lateness/").status_code == 404


def test_whoever_works_on_a_late_case_says_why_and_the_board_counts_it(late: House):
    client, address = late.client("handler"), f"/en/desk/cases/{late.case.number}/lateness/"
    assert "nobody has said it yet" in client.get(f"/en/desk/cases/{late.case.number}/").content.decode()
    assert client.post(address, {"cause": "workload", "key": "k"}).status_code == 302
    assert "Many cases at one time" in client.get(f"/en/desk/cases/{late.case.number}/").content.decode()
    board = late.client().get("/en/board/figures/late/").content.decode()
    assert "Many cases at one time" in board
    assert "What lies with each body" in board
    assert "演示 handler" not in board


def test_a_cause_that_is_not_listed_is_asked_for_again(late: House):
    answer = late.client("handler").post(f"/en/desk/cases/{late.case.number}/lateness/", {"cause": "the moon"})
    assert answer.status_code == 422
    assert "Choose why it is late." in answer.content.decode()


def test_before_anybody_said_why_the_board_says_so(late: House):
    assert "nobody has said it yet" in late.client().get("/en/board/figures/late/").content.decode()
