"""A year is played by the real acts, the same each time, up to today; what is late in it has its cause."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import transaction

from amur.base.acting import SYSTEM, system
from amur.base.faults import AmurError
from amur.ledger import reads as ledger
from amur.packs import acts, reads
from amur.packs.play.tour import TOUR
from amur.people.models import Account
from amur.procedures.lateness.models import LateCause
from amur.procedures.lateness.reads import is_late, open_late_by_cause
from amur.procedures.models import Case, CaseEvent

pytestmark = pytest.mark.django_db

BY = system("demonstration", client="cli")


@pytest.fixture
def play(year, now):
    acts.sync(year, by=BY, now=now)

    def played(**options):
        return acts.play_demonstration(by=BY, now=now, folder=year, **options)

    return played


def whole():
    """Return all that happened, without what chance gives anew each time."""
    cases = Case.objects.order_by("number").values_list("number", "state", "submitted_at", "changed_at", "channel")
    events = CaseEvent.objects.order_by("case__number", "version").values_list("event", "happened_at")
    return list(cases), list(events), list(LateCause.objects.order_by("case__number").values_list("cause", "said_at"))


def test_a_year_ends_today_has_its_late_cases_with_causes_and_is_the_same_again(play, now):
    heard = []
    with transaction.atomic():
        play(told=lambda done, days: heard.append((done, days)))
        first = whole()
        cases = {case.number: case for case in Case.objects.filter(procedure="lamp_registration")}
        assert len(cases) == 15
        assert all(now - timedelta(days=201) < one.submitted_at <= one.changed_at <= now for one in cases.values())
        late = [case for case in cases.values() if is_late(case, now)]
        # A quarter of fourteen: the three of the storm are the late ones, and each says why.
        assert len(late) == 3
        assert {case.pk for case in late} == set(LateCause.objects.values_list("case_id", flat=True))
        assert {case.data["keeper"] for case in late} == {"演示风暴"}
        assert {case.state for case in cases.values()} >= {"registered", "refused", "dropped", "received"}
        assert {"window", "portal"} == {case.channel for case in cases.values()}
        assert all("演示" in name for name in Account.objects.values_list("person__display_name", flat=True))
        assert heard == sorted(heard)
        assert ledger.verify_stored().holds
        assert open_late_by_cause(SYSTEM, at=now) == {}
        transaction.set_rollback(True)
    play()
    assert whole() == first


def test_each_role_has_an_account_that_opens_and_made_up_parties_have_none(play, year, now):
    accounts = {name: password for name, password, _ in play(percent=10)}
    assert authenticate(None, username="keeper", password=accounts["keeper"]) is not None
    [watcher] = [name for name in accounts if name.startswith("demo_watcher")]
    assert authenticate(None, username=watcher, password=accounts[watcher]) is not None
    assert not any(account.has_usable_password() for account in Account.objects.filter(username__startswith="houses_"))
    # Of a smaller year some of each course come.
    assert Case.objects.filter(procedure="lamp_registration").count() == 5


def test_the_tour_names_what_was_played(play):
    play(percent=10)
    [entry] = [one for one in ledger.entries_of(SYSTEM, "system") if one.kind == TOUR]
    stops = entry.body["stops"]
    told = Case.objects.get(subject="演示老店", procedure="lamp_registration")
    assert [(stop["page"], stop["of"]) for stop in stops] == [
        ("service", "lamp_registration"),
        ("case", told.number),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("{ between: [1, 700] }", "2000"), "course .*, the form: expected no refusal, found invalid: brightness"),
        (("then: { state: dropped }", "then: { state: asked }"), "course silent, step 2 state: expected asked"),
        (("steps: [enter] }\n  - id: asked", "steps: [{ fire: enter, then: { state: asked } }] }\n  - id: asked"), "course usual, step 1 state"),
    ],
)  # fmt: skip
def test_what_goes_wrong_says_where_and_leaves_nothing_behind(year, now, change, said):
    file = year / "01-lamps" / "lamps_of_a_year.arrivals.yaml"
    text = file.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change), encoding="utf-8")
    acts.sync(year, by=BY, now=now)
    with pytest.raises(AmurError, match=said):
        acts.play_demonstration(by=BY, now=now, folder=year, percent=30)
    assert not Account.objects.exists()


def test_arrivals_are_no_part_of_a_release(year):
    assert ("arrivals", "lamps_of_a_year") not in reads.edition(year)
