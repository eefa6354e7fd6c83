"""P12: in a role that needs a card nobody acts without one that is valid on the day; they read all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM, Actor
from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.people import acts, reads
from amur.people.declarations import CardDeclaration, RoleDeclaration
from amur.people.models import Card, Role
from tests.people.conftest import ROLES, SYSTEM_ACTOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authority"), pytest.mark.either]

SECURITY = Actor("s", role="security_administrator", client="desk")
CARD = CardDeclaration(title=Text(zh="行政执法证", en="Enforcement card"))


@pytest.fixture
def inspector(account, now):
    """Return an account that holds a role which needs a card."""
    one, needing = account("wu"), RoleDeclaration(id="handler", title=ROLES[0].title, card=CARD)
    acts.sync_roles([needing, ROLES[1]], by=SYSTEM_ACTOR, now=now)
    acts.appoint(one.pk, "handler", "bureau", by=SECURITY, now=now)
    return one


def enter(account, now, days: int = 30, **options) -> Card:
    today = reads.day_of(now)
    options = {"number": "01-230102-7", "by": SECURITY, "role": "handler"} | options
    first = options.pop("valid_from", today)
    role = options.pop("role")
    return acts.enter_card(
        account.pk, role, valid_from=first, valid_to=today + timedelta(days=days), now=now, **options
    )


def act(account, now, days: int = 0, *, only_reads: bool = False) -> Actor:
    at = now + timedelta(days=days)
    return reads.actor_for(account, reads.scope_of(account, at), role="handler", client="desk", reads=only_reads)


def test_without_a_card_they_read_and_do_not_act(inspector, now):
    assert Role.objects.get(pk="handler").card["en"] == "Enforcement card"
    scope = reads.scope_of(inspector, now)
    assert scope.reads_as("handler", body_id="bureau")
    assert not scope.holds("handler", body_id="bureau")
    assert act(inspector, now, only_reads=True).role == "handler"
    with pytest.raises(Refused, match="is not entered; the security administrator enters it") as refused:
        act(inspector, now)
    assert refused.value.code == "no_card"


def test_a_card_lets_them_act_on_its_days(inspector, now):
    enter(inspector, now)
    assert act(inspector, now).role == "handler"
    assert act(inspector, now, 30).role == "handler"
    with pytest.raises(Refused, match="has expired") as refused:
        act(inspector, now, 31)
    assert refused.value.code == "card_expired"
    enter(inspector, now, days=60, valid_from=reads.day_of(now) + timedelta(days=31))
    assert act(inspector, now, 31).role == "handler"


def test_whoever_stands_in_needs_a_card_of_their_own(inspector, account, now):
    enter(inspector, now)
    deputy, today = account("zheng"), reads.day_of(now)
    acts.appoint(deputy.pk, "decider", "bureau", by=SECURITY, now=now)
    acts.delegate(
        inspector.appointments.get().pk,
        deputy.pk,
        valid_from=today,
        valid_to=today,
        reason="away",
        by=Actor(str(inspector.pk)),
        now=now,
    )
    with pytest.raises(Refused):
        act(deputy, now)
    enter(deputy, now)
    assert act(deputy, now).on_behalf_of == str(inspector.pk)


def test_a_card_is_proved_and_its_number_is_sealed(inspector, now):
    card = enter(inspector, now, key="k")
    assert enter(inspector, now, key="k").pk == card.pk
    entry = ledger.entries_of(SYSTEM, inspector.subject)[-1]
    assert (entry.kind, entry.body["role"]) == ("account.card_entered", "handler")
    assert "230102" not in str(entry.body)
    assert "230102" not in str(Card.objects.values().get())
    assert Card.objects.get().number == "01-230102-7"


def test_a_card_is_ended_early_and_not_put_off(inspector, now):
    card, today = enter(inspector, now, key="k"), reads.day_of(now)
    with pytest.raises(Invalid):
        acts.end_card(card.pk, on=today - timedelta(days=1), by=SECURITY, now=now)
    acts.end_card(card.pk, on=today, by=SECURITY, now=now, key="e")
    assert acts.end_card(card.pk, on=today, by=SECURITY, now=now, key="e").valid_to == today
    with pytest.raises(Refused):
        act(inspector, now, 1)
    with pytest.raises(Conflict):
        acts.end_card(card.pk, on=today + timedelta(days=3), by=SECURITY, now=now)
    with pytest.raises(NotFound):
        acts.end_card(0, on=today, by=SECURITY, now=now)


def test_only_the_security_administrator_enters_cards_and_not_their_own(inspector, now):
    for by in (Actor("x", role="handler"), Actor(str(inspector.pk), role="security_administrator")):
        with pytest.raises(Refused):
            enter(inspector, now, by=by)
    with pytest.raises(NotFound):
        acts.enter_card(
            "00000000-0000-4000-8000-000000000000",
            "handler",
            number="1",
            valid_from=reads.day_of(now),
            valid_to=reads.day_of(now),
            by=SECURITY,
            now=now,
        )
    assert not Card.objects.exists()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"number": " "}, "number"),
        ({"number": "1" * 61}, "number"),
        ({"days": -1}, "valid_to"),
        ({"role": "decider"}, "role"),
    ],
)
def test_what_makes_no_sense_is_said_field_by_field(inspector, now, options, field):
    with pytest.raises(Invalid) as fault:
        enter(inspector, now, **options)
    assert set(fault.value.fields) == {field}


def test_cards_are_read_by_who_enters_them_and_by_their_own_holder(inspector, account, machine, now):
    enter(inspector, now)
    guard = account("feng")
    acts.appoint(guard.pk, "security_administrator", "bureau", by=machine, now=now)
    today = reads.day_of(now)
    guarding, own, other = (reads.scope_of(one, now) for one in (guard, inspector, account("chen")))
    assert [reads.cards(one).count() for one in (SYSTEM, guarding, own, other)] == [1, 1, 1, 0]
    assert [reads.needing_cards(one, on=today).count() for one in (SYSTEM, guarding, own, other)] == [1, 1, 0, 0]


def test_the_number_is_gone_with_the_account(inspector, machine, now):
    enter(inspector, now)
    office = inspector.appointments.get()
    acts.end_appointment(office.pk, on=reads.day_of(now), reason="left", by=SECURITY, now=now)
    acts.erase_account(inspector.pk, by=machine, now=now + timedelta(days=1), reason="asked", basis="law")
    assert Card.objects.get().number == ""
