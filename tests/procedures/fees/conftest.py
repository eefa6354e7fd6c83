from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from amur.jobs import acts as jobs
from amur.people.reads import day_of
from amur.procedures import acts
from amur.procedures.fees import cashier
from amur.procedures.fees.models import FeeDemand, FeeRefund
from amur.procedures.models import Case
from tests.procedures.conftest import Officer
from tests.procedures.fees.cashier import SECRET, Till, open_till, signed
from tests.procedures.fees.charged import accept, demand_of, furnish


@pytest.fixture
def till(settings):
    """Let fees be paid at a cashier on this machine."""
    made = Till()
    with open_till(made) as port:
        settings.CASHIER = {"URL": f"http://127.0.0.1:{port}", "SECRET": SECRET}
        yield made


@pytest.fixture
def case(now) -> Case:
    furnish(now)
    return accept(now)


@pytest.fixture
def coded(case, till, now) -> FeeDemand:
    """Return a demand that has its code."""
    work(now)
    return demand_of(case)


@pytest.fixture
def keeper() -> Officer:
    return Officer("33", "cashkeeper")


@pytest.fixture
def report(till) -> Callable[..., None]:
    """Return a function by which the cashier reports, as the open door hears it."""

    def tell(said, at, secret: str = SECRET) -> None:
        headers, body = signed(said, at, secret)
        found = cashier.report_of(headers, body, at)
        if found is None:
            raise PermissionError("not signed")
        acts.hear_cashier(found, now=at)

    return tell


@pytest.fixture
def pays(coded, till, report, now) -> Callable[..., dict]:
    """Return a function by which the party pays, which the cashier reports at once; the report is returned."""

    def pay(amount, on=None, *, at=now, heard=True, **changes) -> dict:
        said = till.pays(coded.code, amount, on or day_of(now), **changes)
        if heard:
            report(said, at)
        return said

    return pay


@pytest.fixture
def gives(coded, keeper, now) -> Callable[..., FeeRefund]:
    """Return a function by which the office gives money back."""

    def give(amount, reason="多缴", **options) -> FeeRefund:
        return acts.refund_fee(coded.pk, amount, by=keeper.by, scope=keeper.scope, now=now, reason=reason, **options)

    return give


def work(now, rounds: int = 1) -> None:
    """Do the jobs that are due, and those that failed again after a while."""
    for place in range(rounds):
        jobs.run_due(acts.HANDLERS, now + timedelta(hours=place), 50)
