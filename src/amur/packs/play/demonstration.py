"""The demonstration: what happened up to today, played once through the real acts; all of it is made up and says so."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from amur.base.acting import Actor
from amur.base.faults import AmurError
from amur.base.journal import journal
from amur.ledger import acts as ledger
from amur.packs.declarations import DemonstrationCase, DemonstrationDeclaration, Step
from amur.packs.play.expectations import differences
from amur.packs.play.stage import Stage, at_opening, calendar
from amur.packs.play.steps import perform
from amur.people import reads as people
from amur.people.models import Account

ACCOUNTS = "demo-accounts.json"
"""The file in the data folder that keeps the passwords; only its owner may read it."""

PLAYED = "demonstration.played"
"""The entry that says for ever that this installation holds made-up data."""

_ENTERS_BEFORE_DAYS = 401
_PASSWORD_BYTES = 12
_ITS_OWN = Step.model_fields["case"].default
_log = journal("packs")

AccountLine = tuple[str, str, str]


def play(declared: DemonstrationDeclaration, file: Path, *, by: Actor, now: datetime) -> list[AccountLine]:
    """Play the demonstration in one transaction, unless it was played before; return its accounts.

    Raises:
        AmurError: if it was played and the file of the accounts is gone, or if a step goes wrong.
    """
    if Account.objects.filter(username__in=[player.id for player in declared.cast]).exists():
        return _read(file)
    passwords = {player.id: secrets.token_urlsafe(_PASSWORD_BYTES) for player in declared.cast}
    with transaction.atomic():
        entry = {"cast": len(declared.cast), "cases": len(declared.cases)}
        ledger.record(subject="system", kind=PLAYED, by=by, now=now, body=entry)
        today = people.day_of(now)
        stage = Stage(at_opening(today - timedelta(days=_ENTERS_BEFORE_DAYS)), calendar(), until=now)
        for player in declared.cast:
            stage.enter(player, by=by, key="demonstration", password=passwords[player.id])
        for case in sorted(declared.cases, key=lambda case: -case.days_before):
            stage.now = min(at_opening(today - timedelta(days=case.days_before)), now)
            _play_case(case, stage)
        accounts = [
            (player.id, passwords[player.id], f"{player.title.zh} {player.title.en}" if player.title else player.name)
            for player in declared.cast
        ]
        _write(file, accounts)
    return accounts


def _play_case(case: DemonstrationCase, stage: Stage) -> None:
    """Play a case as far as the present; what would happen later has not happened yet."""
    for place, step in enumerate(case.steps):
        following = step.model_copy(update={"case": case.id}) if step.case == _ITS_OWN else step
        if (step.submit or step.fire or step.contest) and stage.is_over:
            return
        refused = perform(following, stage, f"demonstration:{case.id}:{place}")
        if stage.is_over:
            return
        for difference in differences(following, stage, refused):
            where = ".".join(map(str, difference.path))
            raise AmurError(
                "demonstration_failed",
                f"demonstration.yaml, case {case.id}, step {place + 1} {where}: "
                f"expected {difference.expected}, found {difference.found}",
            )


def _write(file: Path, accounts: list[AccountLine]) -> None:
    """Keep the accounts where only the owner of the installation reads them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [dict(zip(("username", "password", "title"), account, strict=True)) for account in accounts]
    fresh = file.with_name(f".{file.name}")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(lines, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(file)
    _log.info("the accounts of the demonstration are in %s", file)


def _read(file: Path) -> list[AccountLine]:
    try:
        lines = json.loads(file.read_text(encoding="utf-8"))
        return [(line["username"], line["password"], line["title"]) for line in lines]
    except (OSError, ValueError, KeyError, TypeError):
        raise AmurError(
            "demonstration_accounts_lost",
            f"the demonstration was played before, but {file} cannot be read; use an empty data folder to play it anew",
        ) from None
