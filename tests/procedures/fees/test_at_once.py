"""The cashier reports from several lines at once, and each payment is booked once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import msgspec
import pytest
from django.db import connections

from amur.base.faults import Conflict
from amur.procedures import acts
from amur.procedures.fees.cashier import Report
from amur.procedures.fees.counting import bill_of
from amur.procedures.fees.models import FeeBooking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def test_reports_that_come_at_once_are_booked_once_each(coded, pays, now):
    reports = [msgspec.convert(pays(100 + place, heard=False), Report) for place in range(3)]

    def hear(report: Report) -> None:
        try:
            for _ in range(20):
                with suppress(Conflict):  # busy: the cashier is asked to report it again
                    acts.hear_cashier(report, now=now)
                    return
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(hear, reports * 4))
    assert sorted(FeeBooking.objects.values_list("amount", flat=True)) == [100, 101, 102]
    assert bill_of(coded, now.date()).net == 303
