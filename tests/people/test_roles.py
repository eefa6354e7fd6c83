"""The helper makes what it says: each role once, and somebody without any."""

from __future__ import annotations

import pytest

from amur.people import reads
from tests.people.roles import PERSON, one_account_per_role

pytestmark = pytest.mark.django_db


def test_each_role_has_an_account_that_holds_it(authority, now):
    accounts = one_account_per_role(now)
    assert set(accounts) == {PERSON, *(role.id for role in reads.roles())}
    for role, account in accounts.items():
        scope = reads.scope_of(account, now)
        assert {grant.role for grant in scope.grants} == (set() if role == PERSON else {role})
