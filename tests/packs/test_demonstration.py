"""The demonstration: played once, by the real acts, marked as made up, and ending today."""

import json
import re
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import authenticate

from amur.base.acting import PUBLIC, SYSTEM, system
from amur.base.faults import AmurError
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.packs import acts, reads
from amur.packs.declarations import DemonstrationDeclaration
from amur.people import engine
from amur.people.models import Account, Appointment, Role
from amur.procedures.appeals.models import Appeal
from amur.procedures.models import Case
from amur.registers import reads as registers
from tests.conftest import NOW
from tests.standing import GROUND

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
PACK = ROOT / "packs" / "heilongjiang"
BY = system("demonstration", client="cli")
ACCOUNTS = "demo-accounts.json"


@pytest.fixture(scope="session")
def standing_play(django_db_setup, django_db_blocker, tmp_path_factory):
    """Let the demonstration be played once for all tests that follow each other, and keep the file that it wrote."""
    kept = tmp_path_factory.mktemp("played") / ACCOUNTS

    def play():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(settings, "PACK", PACK)
            acts.sync(PACK, by=BY, now=NOW)
            lines = acts.play_demonstration(by=BY, now=NOW, percent=1)
        (settings.DATA / ACCOUNTS).replace(kept)
        return lines

    GROUND.offer("standing_play", play, django_db_blocker)
    yield kept
    GROUND.clear()


@pytest.fixture
def played(standing_play, db, monkeypatch):
    monkeypatch.setattr(settings, "PACK", PACK)
    shutil.copy(standing_play, settings.DATA / ACCOUNTS)
    yield GROUND.given()
    (settings.DATA / ACCOUNTS).unlink(missing_ok=True)


def test_four_filings_stand_in_four_states_and_end_today_and_one_was_contested(played, now):
    review = Case.objects.get(procedure="administrative_review", appeal__first__procedure="new_service_filing")
    assert (review.state, Appeal.objects.get(case=review).result) == ("decided", "upheld")
    cases = Case.objects.filter(procedure="new_service_filing").order_by("submitted_at")
    assert [case.state for case in cases] == ["filed", "refused", "supplement_requested", "received"]
    everything = Case.objects.exclude(procedure="news_licence")  # one that is renewed was given years ago
    early = now - timedelta(days=401)
    assert [one.number for one in everything if not early < one.submitted_at <= one.changed_at <= now] == []
    assert cases.last().submitted_at > now - timedelta(days=3)
    assert len(registers.records(PUBLIC, "new_services").rows) == 1


def test_one_cut_cable_is_one_answer_and_each_keeps_its_own_number(played):
    cut = [
        case
        for case in Case.objects.filter(procedure="user_appeal", state="replied")
        if case.data["operator"] == "demo_ni" and case.region == "231100"
    ]
    assert len(cut) >= 3
    assert {case.data["happened_on"] for case in cut} == {cut[0].data["happened_on"]}


def test_each_role_each_administrator_and_an_enterprise_have_an_account(played):
    roles = set(Appointment.objects.values_list("role_id", flat=True))
    assert {*Role.objects.filter(declared=True).values_list("id", flat=True)} == roles
    assert {"handler", "decider", *engine.ADMINISTRATORS} <= roles
    assert Account.objects.filter(memberships__isnull=False).exists()
    named = Appointment.objects.filter(account__username__in=[name for name, _, _ in played])
    assert {*named.values_list("role_id", flat=True)} == roles
    assert all(title and len(password) >= 16 for _, password, title in played)
    assert len({password for _, password, _ in played}) == len(played)


def test_the_passwords_open_the_accounts_and_are_kept_for_the_owner_only(played):
    name, password, _ = played[0]
    assert authenticate(None, username=name, password=password) is not None
    file = settings.DATA / ACCOUNTS
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [line["password"] for line in json.loads(file.read_text(encoding="utf-8"))] == [line[1] for line in played]


def test_it_is_played_once(played, now):
    assert acts.play_demonstration(by=BY, now=now) == played
    assert Case.objects.filter(procedure="new_service_filing").count() == 4


def test_it_says_so_when_the_passwords_are_gone(played, now):
    (settings.DATA / ACCOUNTS).unlink()
    with pytest.raises(AmurError, match="played before"):
        acts.play_demonstration(by=BY, now=now)


def test_the_ledger_says_for_ever_that_it_was_played_and_verifies(played, now):
    assert "demonstration.played" in [entry.kind for entry in ledger.entries_of(SYSTEM, "system")]
    ledger_acts.seal(now)
    assert ledger.verify_stored().holds


def test_everything_in_it_is_marked_as_made_up():
    declared = reads.load(PACK).one(DemonstrationDeclaration)
    text = (PACK / "demonstration.yaml").read_text(encoding="utf-8")
    assert all(declared.marker in player.name for player in declared.cast)
    assert all(code[2:6] == "2399" for code in re.findall(r"\b91[0-9A-Z]{16}\b", text))
    assert all(declared.marker in line for line in text.splitlines() if "service_name:" in line)
    assert not re.search(r"@(?!\S+\.example)", text)


def test_a_pack_without_a_demonstration_has_no_accounts(island, now):
    acts.sync(island, by=BY, now=now)
    assert acts.play_demonstration(by=BY, now=now, folder=island) == []


def test_a_step_that_goes_wrong_leaves_nothing_behind(island, now):
    text = """
marker: 演示
cast:
  - { id: house, name: 演示店家, enterprise: { scheme: lamp_number, identifier: 1250D, name: 演示店 } }
cases:
  - id: wrong
    days_before: 5
    steps:
      - { as: house, submit: lamp_registration, form: { lamp_number: 1250E } }
"""
    (island / "demonstration.yaml").write_text(text, encoding="utf-8")
    acts.sync(island, by=BY, now=now)
    with pytest.raises(AmurError, match="case wrong, step 1"):
        acts.play_demonstration(by=BY, now=now, folder=island)
    assert not Account.objects.exists()
    assert not (settings.DATA / ACCOUNTS).exists()


def test_what_lies_in_the_future_has_not_happened_yet(island, now):
    text = """
marker: 演示
cast:
  - { id: house, name: 演示店家 }
  - { id: keeper, name: 演示守册人, roles: [keeper_of_the_book], body: lamp_office }
cases:
  - id: fresh
    days_before: 1
    steps:
      - as: house
        submit: lamp_registration
        form: { lamp_number: 1250D, lamp_kind: electric, brightness: 9, keeper: 演示店, quarter: "500100" }
      - { after_working_days: 3 }
      - { as: keeper, fire: enter }
"""
    (island / "demonstration.yaml").write_text(text, encoding="utf-8")
    acts.sync(island, by=BY, now=now)
    acts.play_demonstration(by=BY, now=now, folder=island)
    (settings.DATA / ACCOUNTS).unlink()
    assert Case.objects.get().state == "received"
