"""What only the drawn may do is refused to others who hold the same role; whose card bears their number is one of them."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from amur.base.faults import Refused
from amur.people.models import Account, Card, Role
from amur.procedures import acts, reads
from amur.procedures.declarations import Transition
from amur.procedures.models import Case
from tests.procedures.conftest import Officer
from tests.procedures.draws.samples import BASE, KEEPER, LOOK_BODY, OFFICE, commit, enter, pass_on
from tests.procedures.draws.test_opening import FREELY, LOOSE, OPENS
from tests.procedures.pack import sync
from tests.procedures.samples import text


def opened_case(now, **draw) -> Case:
    body = copy.deepcopy(LOOSE)
    next(one for one in body["transitions"] if one["event"] == "accept")["drawn"] = True
    look = {**LOOK_BODY, **FREELY, "opens": OPENS, **draw}
    sync(now, {**BASE, ("draw", "look"): look, ("procedure", "licence"): body}, "1.1.0")
    enter(now, "lanterns", "L-1", keeper="123", watts=12, quarter="230102")
    for name in ("B-1", "B-2"):
        enter(now, "inspectors", name, trained=True)
    held = commit(now)
    pass_on(now)
    return acts.open_drawn(held.number, by=KEEPER, scope=OFFICE, now=now)[0]


def officer(name: str, card: str = "", last: date = date(2026, 12, 31)) -> Officer:
    account = Account.objects.create(username=name)
    if card:
        role = Role.objects.get_or_create(pk="handler", defaults={"titles": text("Handler")})[0]
        Card.objects.create(account=account, role=role, number=card, valid_from=date(2026, 1, 1), valid_to=last)
    return Officer(str(account.pk), "handler")


@pytest.mark.django_db(transaction=True)
def test_only_whoever_was_drawn_acts_and_another_of_the_same_role_is_told_why(now):
    case = opened_case(now)
    drawn, other, expired = officer("a", "B-1"), officer("b", "B-3"), officer("c", "B-2", date(2026, 2, 1))
    for one in (other, expired):
        with pytest.raises(Refused, match="drew others") as refused:
            one.fire(case, "accept", now)
        assert refused.value.code == "not_drawn"
        seen = reads.case_for_desk(one.scope, case.number)
        assert ("accept" in seen.held, [arrow.event for arrow in seen.may if arrow.event == "accept"]) == (True, [])
    assert "accept" in {arrow.event for arrow in reads.case_for_desk(drawn.scope, case.number).may}
    assert drawn.fire(case, "accept", now).state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_where_none_of_the_drawn_has_a_card_here_the_role_enters_what_they_did(now):
    case = opened_case(now)
    assert officer("b", "B-3").fire(case, "accept", now).state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_where_every_card_of_the_drawn_has_run_out_nobody_else_takes_over(now):
    case = opened_case(now)
    drawn, other = officer("a", "B-1", date(2026, 2, 1)), officer("b", "B-3")
    with pytest.raises(Refused, match="drew others"):
        other.fire(case, "accept", now)
    assert drawn.fire(case, "accept", now).state == "accepted"


@pytest.mark.django_db(transaction=True)
def test_a_case_that_no_draw_opened_binds_nobody(now):
    case = opened_case(now)
    officer("a", "B-1")
    other = officer("b", "B-3")
    case.drawn_by.delete()
    assert other.fire(case, "accept", now).state == "accepted"


@pytest.mark.parametrize("wrong", [{"by": "applicant"}, {"sign_off": "board"}])
def test_only_a_role_that_fires_it_itself_can_be_drawn(wrong):
    arrow = {"event": "look", "title": text("Look"), "from": ["a"], "to": "b", "by": "handler", "drawn": True}
    with pytest.raises(ValueError, match="take drawn out"):
        Transition.model_validate(arrow | wrong)
