"""P12 on the desk: lending an office, a deputy for the days of a leave, taking it back; and the cards that roles need."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import system
from amur.base.declared import Text
from amur.people import acts, reads
from amur.people.declarations import CardDeclaration, RoleDeclaration
from amur.people.models import Card, Leave, Role, StandIn
from tests.web.house import BODY, House

pytestmark = [pytest.mark.django_db, pytest.mark.either]

PAGE, CARDS = "/en/desk/stand-ins/", "/en/desk/cards/"


def _id(house: House, who: str) -> str:
    return str(house.stage.cast[who].account.pk)


def _office(house: House, who: str) -> int:
    return house.stage.cast[who].account.appointments.get().pk


def _lend(house: House, **changes: str) -> dict[str, str]:
    today = reads.day_of(house.now)
    return {
        "do": "delegate",
        "lent_office": str(_office(house, "decider")),
        "lent_to": _id(house, "handler"),
        "lent_first": today.isoformat(),
        "lent_last": (today + timedelta(days=3)).isoformat(),
        "lent_reason": "a course",
        "key": "k",
    } | changes


def test_an_office_is_lent_shown_to_both_and_taken_back(house: House):
    client = house.client("decider")
    assert client.get(PAGE).status_code == 200
    for _ in range(2):
        assert client.post(PAGE, _lend(house)).status_code == 302
    lent = StandIn.objects.get()
    assert "a course" in client.get(PAGE).content.decode()
    theirs = house.client("handler").get(PAGE).content.decode()
    assert "For whom you stand in" in theirs
    assert "a course" not in theirs
    assert "for 演示 decider" in house.client("handler").get("/en/desk/").content.decode()
    assert client.post(PAGE, {"do": "revoke", "stand_in": str(lent.pk)}).status_code == 302
    assert "Nobody does now." in client.get(PAGE).content.decode()


def test_a_stand_in_decides_and_the_ledger_says_on_whose_behalf(house: House):
    from amur.base.acting import SYSTEM
    from amur.ledger import reads as ledger

    house.fire(house.case, "both", "accept", "handler")
    house.client("decider").post(PAGE, _lend(house, lent_procedure="new_service_filing"))
    sent = {"event": "file", "version": "2", "key": "f"}
    answer = house.client("handler").post(f"/desk/cases/{house.case.number}/", sent)
    assert answer.status_code == 302
    entry = next(one for one in ledger.entries_of(SYSTEM, house.case.key_subject) if one.kind == "case.file")
    assert (entry.act["actor_id"], entry.act["on_behalf_of"]) == (_id(house, "handler"), _id(house, "decider"))
    assert entry.act["role"] == "decider"


def test_separation_of_duties_counts_the_person_who_stands_in(house: House):
    house.fire(house.case, "handler", "accept", "handler")
    house.client("decider").post(PAGE, _lend(house))
    sent = {"event": "file", "version": "2", "key": "f"}
    answer = house.client("handler").post(f"/en/desk/cases/{house.case.number}/", sent)
    assert answer.status_code == 403
    assert "somebody else has to take this one" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lent_reason": ""}, "Say why in one sentence."),
        ({"lent_first": "soon"}, "Choose a day."),
        ({"lent_last": "2020-01-01"}, "The last day lies before the first."),
        ({"lent_to": "somebody"}, "Choose one."),
        ({"lent_office": "x"}, "Choose one."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lent(house: House, changes, told):
    answer = house.client("decider").post(PAGE, _lend(house, **changes))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not StandIn.objects.exists()


def test_a_deputy_is_named_and_holds_the_office_during_leave(house: House):
    client, today = house.client("decider"), reads.day_of(house.now).isoformat()
    sent = {"do": "deputy", "deputy_office": str(_office(house, "decider")), "deputy_to": _id(house, "handler")}
    assert client.post(PAGE, sent).status_code == 302
    again = client.post(PAGE, sent)
    assert again.status_code == 409
    assert "Take that back first." in again.content.decode()
    account = house.stage.cast["handler"].account
    assert not reads.scope_of(account, house.now).holds("decider", body_id=BODY)
    assert client.post(PAGE, {"do": "leave", "leave_first": today, "leave_last": today}).status_code == 302
    assert reads.scope_of(account, house.now).holds("decider", body_id=BODY)
    assert client.post(PAGE, {"do": "end_leave", "leave": str(Leave.objects.get().pk)}).status_code == 302
    assert not reads.scope_of(account, house.now).holds("decider", body_id=BODY)


def test_an_administrator_has_nothing_to_lend(house: House):
    assert "never lend theirs" in house.client("security").get(PAGE).content.decode()
    sent = _lend(house, lent_office=str(_office(house, "security")))
    assert house.client("security").post(PAGE, sent).status_code in {409, 422}
    assert not StandIn.objects.exists()


@pytest.fixture
def needing(house: House) -> House:
    """Let handlers need a card."""
    role = Role.objects.get(pk="handler")
    card = CardDeclaration(title=Text(zh="行政执法证", en="Enforcement card"))
    others = [RoleDeclaration(id=one.pk, title=Text.model_validate(one.titles)) for one in reads.roles()]
    plain = [one for one in others if one.id != "handler" and not one.id.endswith("_administrator")]
    handler = RoleDeclaration(id="handler", title=Text.model_validate(role.titles), card=card)
    acts.sync_roles([*plain, handler], by=system("sync", client="cli"), now=house.now)
    return house


def test_without_a_card_the_page_says_what_to_do_and_with_one_it_works(needing: House):
    address, sent = f"/en/desk/cases/{needing.case.number}/", {"event": "accept", "version": "1", "key": "a"}
    client = needing.client("handler")
    assert client.get(address).status_code == 200
    answer = client.post(address, sent)
    assert answer.status_code == 403
    assert "Ask the security administrator to enter it." in answer.content.decode()
    assert "no card" in client.get("/en/desk/").content.decode()
    today = reads.day_of(needing.now)
    guard = needing.client("security")
    assert "They cannot act today:" in guard.get(CARDS).content.decode()
    card = {
        "do": "enter",
        "holder": f"{_id(needing, 'handler')}:handler",
        "number": "01-2301-7",
        "card_first": today.isoformat(),
        "card_last": today.isoformat(),
    }
    assert guard.post(CARDS, card | {"number": ""}).status_code == 422
    assert guard.post(CARDS, card | {"holder": "x"}).status_code == 422
    assert guard.post(CARDS, card | {"card_last": "?"}).status_code == 422
    assert guard.post(CARDS, card).status_code == 302
    assert "01-2301-7" in guard.get(CARDS).content.decode()
    assert "01-2301-7" in client.get(CARDS).content.decode()
    assert "01-2301-7" not in needing.client("decider").get(CARDS).content.decode()
    assert client.post(address, sent).status_code == 302


def test_a_card_is_ended_by_the_security_administrator_alone(needing: House):
    account, today = needing.stage.cast["handler"].account, reads.day_of(needing.now)
    by = system("cli")
    last = today + timedelta(days=9)
    card = acts.enter_card(account.pk, "handler", number="1", valid_from=today, valid_to=last, by=by, now=needing.now)
    sent = {"do": "end", "card": str(card.pk)}
    assert needing.client("handler").post(CARDS, sent).status_code == 409
    assert needing.client("security").post(CARDS, {"do": "end", "card": "x"}).status_code == 422
    assert needing.client("security").post(CARDS, sent).status_code == 302
    assert Card.objects.get().valid_to == today
