"""Sync: a pack becomes what the installation runs, all of it or nothing, and the same pack again changes nothing."""

from pathlib import Path

import pytest
from django.db import transaction

from amur.base.acting import SYSTEM, system
from amur.base.faults import NotFound, Refused
from amur.jobs.models import Job
from amur.ledger import reads as ledger
from amur.packs import acts, reads
from amur.people import reads as people
from amur.people.models import Body, Region, Role
from amur.policy import reads as policy
from amur.policy.models import Declaration, PackRelease

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
BY = system("sync", client="cli")


def test_a_pack_is_synced_whole(now):
    release = acts.sync(ROOT / "packs" / "heilongjiang", by=BY, now=now)
    assert policy.active_release() == release
    today = people.day_of(now)
    assert [people.regions(level, today).count() for level in ("prefecture", "county")] == [13, 121]
    assert people.body_on("hlj_cyberspace_leading_group", people.day_of(now)).pk == "hlj_cyberspace_commission"
    assert {"handler", "decider", "system_administrator"} <= set(Role.objects.values_list("id", flat=True))
    assert [entry.kind for entry in ledger.entries_of(SYSTEM, f"release:{release.hash}")] == ["release.synced"]
    content_hash, body = policy.declaration("procedure", "new_service_filing")
    assert body["carries_out"] == ["3.7"]
    assert policy.declaration_by_hash(content_hash) == body
    assert policy.declarations("demonstration") == {}


def test_the_same_pack_again_changes_nothing(island, now):
    first = acts.sync(island, by=BY, now=now)
    before = (Declaration.objects.count(), len(ledger.entries_of(SYSTEM, "system")))
    assert acts.sync(island, by=BY, now=now) == first
    assert (Declaration.objects.count(), len(ledger.entries_of(SYSTEM, "system"))) == before
    assert len(ledger.entries_of(SYSTEM, f"release:{first.hash}")) == 1


def test_a_changed_file_makes_a_new_release_and_keeps_the_old_declaration(island, now):
    acts.sync(island, by=BY, now=now)
    old, body = policy.declaration("register", "lamps")
    untouched, _ = policy.declaration("scheme", "lamp_number")
    file = island / "01-lamps" / "lamps.register.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("灯册", "灯簿"), encoding="utf-8")
    acts.sync(island, by=BY, now=now)
    assert policy.declaration("register", "lamps")[0] != old
    assert policy.declaration_by_hash(old) == body
    assert policy.declaration("scheme", "lamp_number")[0] == untouched
    assert PackRelease.objects.filter(active=True).count() == 1


def test_going_back_makes_the_old_release_active_again(island, now):
    first = acts.sync(island, by=BY, now=now)
    file = island / "pack.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("version: 0.1.0", "version: 0.2.0"), encoding="utf-8")
    acts.sync(island, by=BY, now=now)
    file.write_text(text, encoding="utf-8")
    assert acts.sync(island, by=BY, now=now) == first
    assert PackRelease.objects.count() == 2
    assert len(ledger.entries_of(SYSTEM, f"release:{first.hash}")) == 2


def test_a_pack_with_faults_is_refused_and_nothing_is_written(island, now):
    (island / "roles.yaml").write_text("roles: []\n", encoding="utf-8")
    (island / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(acts.FaultyPack, match=r"notes.txt:1: \[file.unknown\]") as caught:
        acts.sync(island, by=BY, now=now)
    assert {fault.file for fault in caught.value.faults} >= {"roles.yaml", "notes.txt"}
    assert not PackRelease.objects.exists()
    assert not Region.objects.exists()


def test_many_faults_are_all_there_and_some_are_shown(island, now):
    for number in range(30):
        (island / f"{number}.txt").write_text("x", encoding="utf-8")
    with pytest.raises(acts.FaultyPack, match="and 10 more") as caught:
        acts.sync(island, by=BY, now=now)
    assert len(caught.value.faults) == 30


def test_a_fault_in_the_middle_leaves_the_old_release(island, now, monkeypatch):
    first = acts.sync(island, by=BY, now=now)

    def fail(*_, **__):
        raise RuntimeError("stopped")

    monkeypatch.setattr("amur.packs.acts.people.sync_bodies", fail)
    file = island / "pack.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("0.1.0", "0.2.0"), encoding="utf-8")
    with pytest.raises(RuntimeError), transaction.atomic():
        acts.sync(island, by=BY, now=now)
    assert policy.active_release() == first
    assert PackRelease.objects.count() == 1


def test_one_installation_runs_one_pack(island, now):
    acts.sync(island, by=BY, now=now)
    with pytest.raises(Refused, match="runs the pack 'lantern'"):
        acts.sync(ROOT / "packs" / "heilongjiang", by=BY, now=now)
    assert Body.objects.filter(pk="lamp_office").exists()
    assert not Body.objects.filter(pk="hlj_culture").exists()


def test_what_is_not_declared_is_not_found(island, now):
    with pytest.raises(NotFound):
        policy.declaration("register", "lamps")
    acts.sync(island, by=BY, now=now)
    with pytest.raises(NotFound):
        policy.declaration("register", "ships")
    with pytest.raises(NotFound):
        policy.declaration_by_hash("0" * 64)


def test_a_release_is_proved_once_by_playing_its_examples_and_the_ledger_says_so(island, now):
    release = acts.sync(island, by=BY, now=now)
    acts.ask_for_proof(now=now)
    acts.ask_for_proof(now=now)
    asked = Job.objects.get(kind=acts.PROVE)
    assert asked.payload == {"release": release.hash}
    assert policy.proofs(release) is None
    assert acts.prove(release.hash, by=BY, now=now, folder=island)
    assert policy.proofs(release) == dict.fromkeys(reads.load(island).ids("example"), True)
    assert ledger.entries_of(SYSTEM, f"release:{release.hash}")[-1].kind == "release.proved"
    acts.ask_for_proof(now=now)
    assert Job.objects.filter(kind=acts.PROVE).count() == 1


def test_a_folder_that_has_moved_on_proves_nothing_of_the_release_that_runs(island, now):
    release = acts.sync(island, by=BY, now=now)
    file = island / "01-lamps" / "lamps.register.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("灯册", "灯簿"), encoding="utf-8")
    assert not acts.prove(release.hash, by=BY, now=now, folder=island)
    assert not acts.prove("0" * 64, by=BY, now=now, folder=island)
    assert policy.proofs(release) is None


def test_without_a_pack_there_is_nothing_to_find(island, now):
    with pytest.raises(NotFound, match="amur sync"):
        acts.reindex(island, now=now)
