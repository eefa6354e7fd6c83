"""Acting for an enterprise."""

from __future__ import annotations

import pytest

from amur.base.acting import SYSTEM, Actor
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.people import acts
from amur.people.models import Enterprise, Membership

pytestmark = pytest.mark.django_db


def _of(account):
    return Actor(str(account.pk), client="portal")


def _join(account, scheme, now, *, by=None, **values):
    options = {"identifier": "123", "name": "Demo  Company", **values}
    return acts.join_enterprise(
        account.pk, scheme, options.pop("identifier"), by=by or _of(account), now=now, **options
    )


def test_whoever_brings_in_an_enterprise_owns_it(account, scheme, now):
    made = _join(account(), scheme, now, identifier=" 1 23 ")
    assert (made.role, made.enterprise.identifier, made.enterprise.name) == ("owner", "123", "Demo Company")
    entry = ledger.entries_of(SYSTEM, made.account.subject)[-1]
    assert (entry.kind, entry.body["role"]) == ("account.joined_enterprise", "owner")


def test_who_knows_the_identifier_alone_does_not_get_in(account, scheme, now):
    _join(account("one"), scheme, now)
    with pytest.raises(Refused, match="ask its owner"):
        _join(account("other"), scheme, now)
    assert Membership.objects.count() == 1


def test_an_owner_lets_others_in_as_agents_who_let_nobody_in(account, scheme, now):
    owner, agent, third = account("owner"), account("agent"), account("third")
    _join(owner, scheme, now)
    assert _join(agent, scheme, now, by=_of(owner)).role == "agent"
    with pytest.raises(Refused):
        _join(third, scheme, now, by=_of(agent))


def test_the_machine_lets_in_whom_its_operator_names(account, scheme, now, machine):
    assert _join(account("one"), scheme, now, by=machine).role == "owner"
    assert _join(account("two"), scheme, now, by=machine).role == "agent"


def test_nobody_brings_in_an_enterprise_for_somebody_else(account, scheme, now):
    with pytest.raises(Refused):
        _join(account("one"), scheme, now, by=_of(account("other")))
    assert not Enterprise.objects.exists()


def test_a_member_who_comes_again_has_the_same_membership(account, scheme, now):
    one = account()
    first = _join(one, scheme, now, key="k")
    assert _join(one, scheme, now, key="k") == _join(one, scheme, now) == first
    assert len(ledger.entries_of(SYSTEM, one.subject)) == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"identifier": "124"}, "identifier"),
        ({"identifier": ""}, "identifier"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "\0"}, "name"),
    ],
)
def test_what_cannot_be_accepted_is_said_by_field(account, scheme, now, values, field):
    with pytest.raises(Invalid) as caught:
        _join(account(), scheme, now, **values)
    assert set(caught.value.fields) == {field}


def test_an_account_that_is_closed_or_not_there_joins_nothing(account, scheme, now):
    one = account()
    type(one).objects.update(is_active=False)
    with pytest.raises(NotFound):
        _join(one, scheme, now)
