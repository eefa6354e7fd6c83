from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from amur.procedures import acts
from amur.procedures.models import Case
from amur.procedures.opinions.models import AskedBody, GivenOpinion
from tests.procedures.conftest import Officer
from tests.procedures.opinions.samples import items
from tests.procedures.pack import STRANGER, fill, sync


class Reviewer(Officer):
    """Somebody of an asked body, who answers as the desk does."""

    def asked(self, round_: str = "land") -> AskedBody:
        body = self.scope.grants[0].body_id
        return AskedBody.objects.filter(asked_round__round=round_, body_id=body).latest("asked_round__turn")

    def give(self, verdict: str, now, *, round_: str = "land", **options) -> GivenOpinion:
        return acts.give_opinion(self.asked(round_).pk, verdict, by=self.by, scope=self.scope, now=now, **options)


def reviewer(body: str, account: str = "") -> Reviewer:
    return Reviewer(account or f"{body}-1", "reviewer", body)


@pytest.fixture
def land() -> Reviewer:
    return reviewer("land_office")


@pytest.fixture
def water() -> Reviewer:
    return reviewer("water_office")


@pytest.fixture
def fire() -> Reviewer:
    return reviewer("fire_office")


@pytest.fixture
def consulted(now, handler) -> Callable[..., Case]:
    """Return a function that brings a case to where its three bodies are asked."""

    def make(**changes) -> Case:
        sync(now, items(**changes))
        case = acts.submit(fill(now).id, by=STRANGER, now=now)
        case = handler.fire(case, "accept", now)
        return handler.fire(case, "consult", now)

    return make


@pytest.fixture
def three(land, water, fire) -> tuple[Reviewer, Reviewer, Reviewer]:
    """Return somebody of each of the three bodies."""
    return land, water, fire


@pytest.fixture
def case_asked(consulted, land, now) -> tuple[Reviewer, datetime]:
    """Return somebody who is asked, and when."""
    consulted()
    return land, now
