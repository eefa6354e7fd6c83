"""What the command does with indicators, in process."""

from __future__ import annotations

import json

import pytest

from amur.config import measuring
from amur.config.terminal import CommandError
from amur.indicators import acts
from amur.ledger import acts as ledger
from tests.conftest import FrozenClock
from tests.indicators.conftest import indicator
from tests.procedures.pack import sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def declared(clock: FrozenClock) -> None:
    sync(clock.now(), {("indicator", "lanterns"): indicator()})
    ledger.seal(clock.now())


def test_they_are_computed_and_shown(declared, capsys):
    assert measuring.compute(anew=False) == 0
    assert "lanterns: computed at ledger entry" in capsys.readouterr().out
    measuring.show("", as_json=True)
    (told,) = json.loads(capsys.readouterr().out)
    assert told["values"] == [
        {"dimensions": {}, "value": "0", "status": "measured", "standing": "no_target", "base": None}
    ]
    measuring.show("lanterns", as_json=False)
    assert "measured" in capsys.readouterr().out


def test_what_is_not_due_is_not_computed(declared, capsys):
    measuring.compute(anew=False)
    assert measuring.compute(anew=False) == 0
    assert "Nothing was due" in capsys.readouterr().out


def test_before_the_first_computation_nothing_is_made_up(declared, capsys):
    measuring.show("lanterns", as_json=False)
    assert "lanterns" in capsys.readouterr().out
    measuring.show("lanterns", as_json=True)
    assert json.loads(capsys.readouterr().out)[0]["values"] == []


def test_an_unknown_indicator_is_answered_with_those_that_there_are(declared):
    with pytest.raises(CommandError, match="Known: lanterns"):
        measuring.show("other", as_json=False)


def test_a_failure_and_a_damaged_file_are_told(clock, capsys):
    broken = indicator(sql="select cast('x' as integer) as value from ledger_entries")
    sync(clock.now(), {("indicator", "lanterns"): broken})
    ledger.seal(clock.now())
    assert measuring.compute(anew=False) == 1
    target = acts.folder()
    file = target.path / next(iter(target.manifest().files))
    file.write_bytes(bytes(file.stat().st_size))
    assert measuring.compute(anew=False) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "lanterns: the query failed" in told
    assert "1 files of the snapshot are not what it says" in told
