"""What the command does with editions, in process: compare, propose, confirm, adopt, and close what is to be looked at."""

from __future__ import annotations

import hashlib
import json

import pytest
from typer.testing import CliRunner

from amur.base.acting import Actor
from amur.base.faults import Refused
from amur.cli import app
from amur.config import edition_work, pack_verbs
from amur.config.edition_work import Chosen
from amur.config.terminal import CommandError
from amur.people.models import Account
from amur.policy.editions.models import Recheck
from tests.conftest import FrozenClock
from tests.policy.two_editions import HARBOUR, NEW, OFFICE, OLD, two

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.fixture
def pair(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return the beginnings of two editions; whoever is named acts in the office that confirms."""
    people = {"office": OFFICE, "harbour": HARBOUR}
    monkeypatch.setattr(edition_work, "_person", lambda name: (Actor(name, client="cli"), people[name]))
    return tuple(one.sha256[:10] for one in two(clock.now()))


def told(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_two_editions_are_compared_and_nothing_is_kept(pair, capsys):
    edition_work.compare(*pair, as_json=True)
    found = told(capsys)
    assert (found["state"], found["counts"]["amended"], found["counts"]["repealed"]) == ("proposed", 2, 1)
    row = next(one for one in found["rows"] if one["old"] and one["old"][0]["ref"] == "2(1)")
    assert {"how": "cut", "text": "一"} in row["pieces"]
    touched = {one["commitment"]: one for one in found["touched"]}
    assert touched["1.1"]["carriers"][0]["file"] == "01-lamps/lamps.register.yaml"
    assert touched["3.1"]["moved_only"]
    edition_work.compare(*pair, as_json=False)
    said = capsys.readouterr().out
    assert "Nothing of this is kept" in said
    assert "[-一-]" in said
    edition_work.editions(as_json=True)
    assert (len(told(capsys)["editions"]), Recheck.objects.count()) == (2, 0)


def test_a_draft_is_confirmed_corrected_and_adopted_by_command(pair, capsys, tmp_path):
    with pytest.raises(CommandError, match="no draft"):
        edition_work.confirm(*pair, "office", Chosen(everything=True), as_json=True)
    edition_work.propose(*pair, "office", as_json=True)
    assert told(capsys)["undecided"] == 13
    edition_work.confirm(*pair, "office", Chosen(unchanged=True), as_json=False)
    assert "5 rows are not decided" in capsys.readouterr().out
    file = tmp_path / "rows.json"
    file.write_text('[{"old": ["3.2"], "new": ["4.2"]}, {"old": ["2（1）"], "new": ["3(1)"]}]', encoding="utf-8")
    edition_work.confirm(*pair, "office", Chosen(rows=file), as_json=True)
    found = told(capsys)
    assert [row["corrected"] for row in found["rows"] if row["kind"] == "amended"] == [False, False, True]
    edition_work.editions(as_json=False)
    assert "rows undecided" in capsys.readouterr().out
    edition_work.confirm(*pair, "office", Chosen(everything=True), as_json=True)
    edition_work.adopt(*pair, "office", told(capsys)["version"], as_json=False)
    capsys.readouterr()
    edition_work.editions(as_json=False)
    assert "in effect" in capsys.readouterr().out
    edition_work.rechecks(closed=False, as_json=True)
    assert [one["commitment"] for one in told(capsys)["rechecks"]] == ["1.1", "1.2", "2.1", "3.2"]
    edition_work.recheck("3.2", "changed", "改成立牌子", "harbour", as_json=True)
    assert (told(capsys)["verdict"], Recheck.objects.get(commitment="3.2").closed_body) == ("changed", "harbour_watch")
    edition_work.recheck("1.1", "holds", "看过", "office", as_json=False)
    edition_work.rechecks(closed=True, as_json=False)
    assert "changed" in capsys.readouterr().out
    with pytest.raises(CommandError, match=r"No re-check of 3\.2"):
        edition_work.recheck("3.2", "holds", "看过", "office", as_json=True)


def test_who_imports_a_second_edition_is_told_how_to_compare_it(clock: FrozenClock, tmp_path, capsys):
    for name, text in (("old.txt", OLD), ("new.txt", NEW)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        pack_verbs.import_policy(tmp_path / name, dry_run=False, as_json=False)
        said = capsys.readouterr().out
    one, other = (hashlib.sha256(text.encode()).hexdigest()[:12] for text in (OLD, NEW))
    assert f"amur policy compare {one} {other}" in said


@pytest.mark.parametrize("content", ["{", "[1]", '[{"old": ["3.9"], "new": []}]'])
def test_a_file_of_rows_that_cannot_be_read_changes_nothing(pair, content, tmp_path):
    edition_work.propose(*pair, "office", as_json=True)
    file = tmp_path / "rows.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError):
        edition_work.confirm(*pair, "office", Chosen(rows=file), as_json=True)


def test_the_command_lets_nobody_decide_whom_the_pages_do_not(clock: FrozenClock, capsys):
    pair = [one.sha256 for one in two(clock.now())]
    with pytest.raises(CommandError, match="No account"):
        edition_work.propose(*pair, "nobody", as_json=True)
    Account.objects.create_user("somebody")
    with pytest.raises(Refused):
        edition_work.propose(*pair, "Somebody", as_json=True)


def test_each_verb_says_what_it_does():
    said = CliRunner().invoke(app, ["policy", "--help"]).output
    assert all(verb in said for verb in ("editions", "compare", "propose", "confirm", "adopt", "rechecks", "recheck"))
