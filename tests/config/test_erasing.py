"""``amur erase``: what the operator of the machine may name, and what is said."""

from __future__ import annotations

from datetime import date

import pytest
from typer.testing import CliRunner

from amur.base.acting import Actor, Scope
from amur.base.faults import NotFound, Refused
from amur.cli import app
from amur.config import erasing, preparation
from amur.config.terminal import CommandError
from amur.ledger import reads as ledger
from amur.people import acts as people
from amur.people.models import Account
from amur.procedures import acts
from amur.procedures.models import Case
from amur.registers import acts as registers
from amur.registers.models import Record
from tests.procedures.pack import STRANGER, fill, sync

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
COURT = {"reason": "a court orders it", "basis": "judgment 12", "despite_retention": True}


@pytest.fixture
def case(now) -> Case:
    sync(now)
    made = acts.submit(fill(now).id, by=STRANGER, now=now)
    party = Scope("party", parties=frozenset({made.key_subject}))
    return acts.fire(made.id, "withdraw", by=STRANGER, scope=party, now=now, expected_version=1)


def test_a_case_by_its_number(case):
    said = erasing.erase(f"case:{case.number}", **COURT)
    assert ledger.forgotten(case.key_subject).leaf in said
    assert "email" not in Case.objects.get().data


def test_a_record_by_its_register_and_key(now):
    sync(now)
    why = {"by": STRANGER, "now": now, "reason": "r", "source": "s", "through": "filing"}
    values = {"name": "灯一", "colour": "red", "keeper": "123", "granted_on": "2026-03-10", "state": "in_force"}
    registers.write_record("licences", "L:1", values, valid_from=date(2026, 3, 10), **why)
    registers.close_record("licences", "L:1", valid_to=date(2026, 3, 10), **why)
    assert "is erased since" in erasing.erase("record:licences:L:1", **COURT)
    assert Record.objects.get().erased_at is not None


def test_an_account_by_its_name(now):
    people.open_account(
        username="wang", email="", display_name="王", by=Actor("a", role="system_administrator"), now=now
    )
    assert "account" in erasing.erase("account:WANG", reason="asked", basis="", despite_retention=False)
    assert not Account.objects.get().is_active


def test_what_is_not_there_or_may_not_be_erased_is_said(case):
    for subject in ("case", "policy:1", "edition:x"):
        with pytest.raises((CommandError, NotFound)):
            erasing.erase(subject, **COURT)
    with pytest.raises(CommandError, match="no account"):
        erasing.erase("account:nobody", **COURT)
    with pytest.raises(Refused, match="kept until"):
        erasing.erase(f"case:{case.number}", reason="asked", basis="x", despite_retention=False)


def test_the_command_asks_once_more(case, monkeypatch):
    monkeypatch.setattr(preparation, "start_django", lambda _: None)
    options = ["--reason", "a court orders it", "--basis", "judgment 12", "--despite-retention"]
    refused = CliRunner().invoke(app, ["erase", f"case:{case.number}", *options], input="n\n")
    assert refused.exit_code == 1
    assert Case.objects.get().erased_at is None
    done = CliRunner().invoke(app, ["erase", f"case:{case.number}", *options, "--yes"])
    assert done.exit_code == 0, done.output
    assert Case.objects.get().erased_at is not None
