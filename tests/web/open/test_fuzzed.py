"""Whatever is asked of the interface, it answers as its description says, and never breaks: by schemathesis."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings

from amur.config.wsgi import application
from amur.web.open.api import gate
from tests.web.house import REGISTER, House

pytestmark = pytest.mark.django_db

_ALL = {"deadline": None, "phases": (Phase.explicit, Phase.generate), "suppress_health_check": list(HealthCheck)}
_HOST = {"Host": "localhost"}


@pytest.fixture
def described(house: House, monkeypatch: pytest.MonkeyPatch):
    """Return the description of an interface that has something to tell and does not count the questions."""
    monkeypatch.setattr(gate.ByAddress, "allow_request", lambda *_: True)
    # The end of a request closes the connection, and with it the transaction that this test lives in.
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/open/api/v1/openapi.json", application, headers=_HOST)
    for signal in ends:
        signal.connect(close_old_connections)


def _ask(described, count: int, *, same: bool) -> int:
    """Put so many questions to each operation; return how many operations there are."""
    operations = [found.ok() for found in described.get_all_operations()]
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(max_examples=count, derandomize=same, **_ALL)
        def question(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=_HOST)
            if case.path_parameters and "register_id" in case.path_parameters:
                case.path_parameters["register_id"] = REGISTER
                case.call_and_validate(headers=_HOST)

        question()
    return len(operations)


def test_a_few_questions_to_every_operation_are_answered_as_described(described):
    assert _ask(described, 6, same=True) == 36


@pytest.mark.deep
def test_many_questions_to_every_operation_are_answered_as_described(described):
    assert _ask(described, 150, same=False) == 36
