"""One account for each role of the active pack, for tests that walk everything with everybody."""

from __future__ import annotations

from datetime import datetime

from amur.base.acting import system
from amur.people import acts, reads
from amur.people.engine import ADMINISTRATORS
from amur.people.models import Account

PERSON = "person"
"""The account that holds no role at all."""

PASSWORD = "a long enough passphrase"


def one_account_per_role(now: datetime) -> dict[str, Account]:
    """Return an account for each role, appointed in the first body that has it, and one without any role.

    The name of an account is that of its role, its password is ``PASSWORD``. Bodies and roles are synced before.
    """
    machine = system("tests", client="cli")
    bodies = list(reads.bodies(reads.day_of(now)))
    accounts = {}
    for role in [PERSON, *(role.id for role in reads.roles())]:
        account = acts.open_account(
            username=role,
            email=f"{role}@example.org",
            display_name=role.replace("_", " "),
            password=PASSWORD,
            by=machine,
            now=now,
        )
        having = [body for body in bodies if not body.roles or role in (*body.roles, *ADMINISTRATORS)]
        if role != PERSON and having:
            acts.appoint(account.pk, role, having[0].pk, by=machine, now=now)
        accounts[role] = account
    return accounts
