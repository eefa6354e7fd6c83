"""What each reader may see, and in whose name they act."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from amur.base.acting import PUBLIC, SYSTEM, Grant, Scope
from amur.base.faults import Invalid, Refused
from amur.people import acts, reads
from amur.people.models import Appointment
from tests.people.conftest import REGIONS

pytestmark = pytest.mark.django_db


def test_a_day_begins_where_the_authority_is():
    assert reads.day_of(datetime(2026, 3, 9, 16, 0, tzinfo=UTC)) == date(2026, 3, 10)


@pytest.mark.parametrize("who", [None, AnonymousUser()])
def test_a_stranger_sees_what_is_public(who, now):
    assert reads.scope_of(who, now) == PUBLIC


def test_a_closed_account_sees_what_is_public(account, now):
    closed = account()
    closed.is_active = False
    assert reads.scope_of(closed, now) == PUBLIC


def test_an_account_without_an_office_sees_its_own(account, now):
    one = account()
    assert reads.scope_of(one, now) == Scope("party", str(one.pk))


def test_an_official_sees_what_the_office_reaches(authority, account, machine, now):
    one = account()
    acts.appoint(one.pk, "handler", "bureau", region="230100", by=machine, now=now)
    scope = reads.scope_of(one, now)
    assert (scope.kind, scope.grants) == ("office", (Grant("handler", "bureau", "230100"),))


def test_an_office_ends_with_its_last_day(authority, account, machine, now):
    one = account()
    acts.appoint(one.pk, "handler", "bureau", valid_to=reads.day_of(now), by=machine, now=now)
    assert reads.scope_of(one, now).kind == "office"
    assert reads.scope_of(one, now + timedelta(days=1)).kind == "party"


def test_an_office_of_a_body_that_was_succeeded_goes_on_in_the_successor(authority, account, now):
    one = account()
    Appointment.objects.create(account=one, role_id="handler", body_id="old_office", valid_from=date(2015, 1, 1))
    assert reads.scope_of(one, now).grants == (Grant("handler", "bureau", "230000"),)
    Appointment.objects.update(body_id="closed_office")
    assert reads.scope_of(one, now).grants == ()


def test_a_member_sees_the_enterprise(account, scheme, now):
    one = account()
    by = reads.actor_for(one, reads.scope_of(one, now), client="portal")
    joined = acts.join_enterprise(one.pk, scheme, "123", name="Demo", by=by, now=now)
    assert reads.scope_of(one, now).parties == {str(joined.enterprise_id)}


def test_a_scope_takes_two_questions(authority, account, machine, now, django_assert_num_queries):
    one = account()
    acts.appoint(one.pk, "handler", "bureau", by=machine, now=now)
    with django_assert_num_queries(2):
        reads.scope_of(one, now)


class TestAnActor:
    def test_of_an_office_names_role_and_body(self, account, now):
        one = account()
        scope = Scope("office", str(one.pk), grants=(Grant("handler", "bureau"),))
        actor = reads.actor_for(one, scope, role="handler", client="desk", request_id="r1")
        assert actor.as_dict() == {
            "actor_id": str(one.pk),
            "role": "handler",
            "body_id": "bureau",
            "client": "desk",
            "request_id": "r1",
        }

    def test_of_an_office_that_is_not_held_is_refused(self, account, now):
        scope = Scope("office", "a", grants=(Grant("handler", "bureau"),))
        with pytest.raises(Refused):
            reads.actor_for(account(), scope, role="handler", body_id="city_office", client="desk")
        with pytest.raises(Refused):
            reads.actor_for(None, PUBLIC, role="handler", client="desk")

    def test_for_an_enterprise_must_belong_to_it(self, account):
        one = account()
        scope = Scope("party", str(one.pk), parties=frozenset({"e"}))
        assert reads.actor_for(one, scope, on_behalf_of="e", client="portal").on_behalf_of == "e"
        with pytest.raises(Refused):
            reads.actor_for(one, scope, on_behalf_of="f", client="portal")

    def test_without_an_account_is_anonymous(self):
        assert reads.actor_for(AnonymousUser(), PUBLIC, client="portal").actor_id == "anonymous"


def test_regions_come_by_code_level_and_day(authority, now, machine):
    assert [region.code for region in reads.regions("prefecture")] == ["230100", "230200"]
    assert reads.region_titles()["230102"].en == "230102"
    assert reads.regions(on=date(2026, 1, 1)).count() == 4


def test_a_region_that_is_no_more_has_its_title_and_says_who_carries_on(authority, now, machine):
    ended = REGIONS[3].model_copy(update={"valid_to": date(2019, 6, 30), "successors": ("230100",)})
    assert acts.sync_regions([*REGIONS[:3], ended], by=machine, now=now) == ["230200"]
    assert reads.region_titles()["230200"].en == "230200"
    assert reads.regions_gone(date(2019, 7, 1)) == {"230200": ("230100",)}
    assert reads.regions_gone(date(2019, 6, 30)) == {}
    with pytest.raises(Invalid):
        acts.sync_regions([REGIONS[0].model_copy(update={"successors": ("999999",)})], by=machine, now=now)


def test_bodies_come_by_day(authority):
    assert {body.pk for body in reads.bodies(date(2026, 3, 10))} == {"bureau", "city_office"}
    assert reads.bodies().count() == 4
    assert reads.body_on("old_office", date(2026, 3, 10)).pk == "bureau"
    assert reads.body_on("closed_office", date(2026, 3, 10)) is None


def test_appointments_are_seen_by_administrators_and_by_who_holds_them(authority, account, machine, now):
    one, other = account("one"), account("other")
    acts.appoint(one.pk, "handler", "bureau", by=machine, now=now)
    acts.appoint(other.pk, "audit_administrator", "bureau", by=machine, now=now)
    assert reads.appointments(SYSTEM).count() == 2
    assert reads.appointments(reads.scope_of(other, now), on=reads.day_of(now)).count() == 2
    assert [found.account for found in reads.appointments(reads.scope_of(one, now))] == [one]
    assert not reads.appointments(PUBLIC)


def test_names_are_for_the_office_and_oneself(account):
    one, other = account("one"), account("other")
    ids = [str(one.pk), str(other.pk)]
    assert reads.names(SYSTEM, ids) == {ids[0]: "One", ids[1]: "Other"}
    assert reads.names(Scope("party", ids[0]), ids) == {ids[0]: "One"}
    assert reads.names(PUBLIC, ids) == {}
