"""Taking over what the pack declares."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import SYSTEM, Actor
from amur.base.faults import Invalid, Refused
from amur.ledger import reads as ledger
from amur.people import acts, reads
from amur.people.models import Body, Region, Role
from tests.people.conftest import BODIES, REGIONS, ROLES, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authority")]


def test_a_sync_without_a_change_writes_nothing(machine, now):
    before = len(ledger.entries_of(SYSTEM, "system"))
    assert acts.sync_regions(REGIONS, by=machine, now=now) == []
    assert acts.sync_roles(ROLES, by=machine, now=now) == []
    acts.sync_bodies(BODIES, by=machine, now=now)
    assert acts.sync_bodies(BODIES, by=machine, now=now) == []
    assert len(ledger.entries_of(SYSTEM, "system")) == before


def test_only_what_changed_is_written_and_told(machine, now):
    renamed = [BODIES[1].model_copy(update={"title": text("renamed")}), BODIES[0], *BODIES[2:]]
    assert acts.sync_bodies(renamed, by=machine, now=now) == ["bureau"]
    assert Body.objects.get(pk="bureau").titles["en"] == "renamed"
    entry = ledger.entries_of(SYSTEM, "system")[-1]
    assert (entry.kind, entry.body["changed"]) == ("bodies.synced", ["bureau"])


def test_what_the_pack_names_no_more_has_ended_and_stays(machine, now):
    yesterday = reads.day_of(now) - timedelta(days=1)
    acts.sync_bodies([BODIES[0], BODIES[1]], by=machine, now=now)
    assert Body.objects.get(pk="city_office").valid_to == yesterday
    assert Body.objects.get(pk="closed_office").valid_to == date(2020, 12, 31)
    acts.sync_regions(REGIONS[:3], by=machine, now=now)
    assert Region.objects.get(pk="230200").valid_to == yesterday
    assert [region.code for region in reads.regions("prefecture", reads.day_of(now))] == ["230100"]
    assert acts.sync_regions(REGIONS[:3], by=machine, now=now + timedelta(days=9)) == []


def test_what_the_pack_names_again_is_in_force_again(machine, now):
    acts.sync_bodies(BODIES[:2], by=machine, now=now)
    acts.sync_bodies(BODIES, by=machine, now=now)
    assert Body.objects.get(pk="city_office").valid_to is None


def test_the_three_administrators_are_always_there_and_a_pack_may_title_them(machine, now):
    acts.sync_roles([ROLES[0]], by=machine, now=now)
    assert {role.pk for role in reads.roles()} == {
        "handler", "system_administrator", "security_administrator", "audit_administrator",
    }  # fmt: skip
    assert not Role.objects.get(pk="decider").declared
    own = ROLES[0].model_copy(update={"id": "audit_administrator", "title": text("auditor")})
    acts.sync_roles([own], by=machine, now=now)
    assert Role.objects.get(pk="audit_administrator").titles["en"] == "auditor"


@pytest.mark.parametrize("act", [acts.sync_regions, acts.sync_roles, acts.sync_bodies])
def test_only_the_system_administrator_syncs(act, now):
    with pytest.raises(Refused):
        act([], by=Actor("a", role="security_administrator"), now=now)


@pytest.mark.parametrize("changes", [{"parent": "nowhere"}, {"successor": "nowhere"}, {"region": "999999"}])
def test_a_body_that_refers_to_nothing_is_refused_whole(machine, now, changes):
    with pytest.raises(Invalid):
        acts.sync_bodies([*BODIES, BODIES[1].model_copy(update={"id": "new", **changes})], by=machine, now=now)
    assert not Body.objects.filter(pk="new").exists()


def test_a_region_with_an_unknown_parent_is_refused(machine, now):
    with pytest.raises(Invalid):
        acts.sync_regions([REGIONS[1]], by=machine, now=now)
