"""What rows are called, and how accounts are told apart."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from amur.people.models import Account, Appointment, Body, Enterprise, Membership, Performed, Person, Region, Role


def test_rows_have_names():
    account = Account(username="wang")
    enterprise = Enterprise(name="Demo")
    rows = [
        account,
        Person(display_name="王"),
        Region(code="230000"),
        Role(id="handler"),
        Body(id="bureau"),
        enterprise,
        Membership(account=account, enterprise=enterprise, role="owner"),
        Appointment(account=account, role_id="handler", body_id="bureau"),
        Performed(act="appoint", key="k"),
    ]
    assert [str(row) for row in rows] == [
        "wang", "王", "230000", "handler", "bureau", "Demo", "wang owner of Demo", "wang handler in bureau", "appoint k",
    ]  # fmt: skip
    assert account.subject == f"account:{account.pk}"


@pytest.mark.django_db
def test_two_names_that_differ_in_case_only_are_one():
    Account.objects.create_user("Wang", "Wang@EXAMPLE.org", "secret")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create_user("wANG")
    found = Account.objects.get_by_natural_key("WANG")
    assert (found.email, found.check_password("secret")) == ("Wang@example.org", True)


@pytest.mark.django_db
def test_an_account_without_a_password_cannot_be_entered_by_one():
    assert not Account.objects.create_user("li").has_usable_password()
