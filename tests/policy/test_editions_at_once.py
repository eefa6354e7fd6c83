"""Two people put a crosswalk into effect at the same moment: on either database it happens once."""

import threading

import pytest
from django.db import connection

from amur.base.acting import SYSTEM
from amur.base.faults import Conflict
from amur.ledger import reads as ledger
from amur.policy import acts
from amur.policy.editions import reads
from amur.policy.editions.models import Crosswalk, Recheck
from tests.policy.two_editions import BY, OFFICE, two


@pytest.mark.django_db(transaction=True)
def test_two_who_put_it_into_effect_at_once_open_each_recheck_once(now):
    old, new = two(now)
    said = {"by": BY, "scope": OFFICE, "now": now}
    crosswalk, _ = acts.propose_crosswalk(old, new, **said)
    acts.confirm_rows(crosswalk.pk, [(tuple(row.old), tuple(row.new)) for row in reads.rows(crosswalk)], **said)
    faults = []

    def go():
        try:
            acts.put_into_effect(crosswalk.pk, version=2, **said)
        except Exception as fault:  # noqa: BLE001 -- whatever it is, it is shown below
            faults.append(fault)
        finally:
            connection.close()

    both = [threading.Thread(target=go) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [fault for fault in faults if not isinstance(fault, Conflict)] == []
    assert Recheck.objects.count() == 4
    kinds = [entry.kind for entry in ledger.entries_of(SYSTEM, crosswalk.subject)]
    assert kinds == ["crosswalk.proposed", "crosswalk.confirmed", "crosswalk.in_effect"]
    assert Crosswalk.objects.count() == 1
