"""An agent or a proxy acts for somebody in one matter, from a first to a last day, until it is revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import PUBLIC, Actor, Mandate
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.people import acts, reads
from amur.people.acts.authorising import LONGEST_DAYS, Matter
from amur.people.models import Account, Authorisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("authority"), pytest.mark.either]


class Firm:
    """An enterprise with its owner Li, an agency with its owner Wang and its clerk Zhao, and Sun, who is a stranger."""

    def __init__(self, account, scheme, now) -> None:
        self.now, self.today = now, reads.day_of(now)
        self.li, self.wang, self.zhao, self.sun = (account(name) for name in ("li", "wang", "zhao", "sun"))
        self.by = Actor(str(self.li.pk), client="portal")
        joined = acts.join_enterprise(self.li.pk, scheme, "123", name="Lamps", by=self.by, now=now)
        self.firm = joined.enterprise
        agent = Actor(str(self.wang.pk))
        self.agency = acts.join_enterprise(self.wang.pk, scheme, "208", name="Papers", by=agent, now=now).enterprise
        acts.join_enterprise(self.zhao.pk, scheme, "208", name="", by=agent, now=now)

    def matter(self, first: int = 0, days: int = 9, **options) -> Matter:
        start = self.today + timedelta(days=first)
        return Matter("licence", start, start + timedelta(days=days), **options)

    def give(self, first: int = 0, days: int = 9, **options) -> Authorisation:
        options = {"by": self.by, "enterprise_id": self.firm.pk, "to_account": "wang"} | options
        if options.get("to_enterprise"):
            options["to_account"] = ""
        return acts.authorise(self.matter(first, days), now=self.now, **options)

    def mandates(self, account: Account, days: int = 0) -> tuple[Mandate, ...]:
        return reads.scope_of(account, self.now + timedelta(days=days)).mandates


@pytest.fixture
def firm(account, scheme, now) -> Firm:
    return Firm(account, scheme, now)


def test_the_owner_authorises_an_account_for_one_matter_from_a_first_to_a_last_day(firm):
    given = firm.give(first=1, days=2)
    assert [bool(firm.mandates(firm.wang, day)) for day in range(5)] == [False, True, True, True, False]
    assert firm.mandates(firm.wang, 1) == (Mandate(str(given.pk), str(firm.firm.pk), "licence"),)
    assert not firm.mandates(firm.sun, 1)
    assert not firm.mandates(firm.zhao, 1)


def test_an_agency_acts_by_all_its_members(firm):
    firm.give(to_enterprise="208")
    assert firm.mandates(firm.wang) == firm.mandates(firm.zhao)
    assert not firm.mandates(firm.sun)


def test_a_person_authorises_a_relative_as_proxy_for_one_case(firm):
    case = firm.matter(case_id="c1")
    given = acts.authorise(case, by=firm.by, now=firm.now, to_account="SUN", kind="proxy")
    assert firm.mandates(firm.sun) == (Mandate(str(given.pk), str(firm.li.pk), "licence", "c1", "proxy"),)


def test_only_an_owner_authorises_for_an_enterprise_and_nobody_passes_on_what_they_hold(firm):
    with pytest.raises(Refused) as error:
        firm.give(by=Actor(str(firm.zhao.pk)), enterprise_id=firm.agency.pk, to_account="sun")
    assert error.value.code == "not_your_enterprise"
    firm.give()
    with pytest.raises(Refused):
        firm.give(by=Actor(str(firm.wang.pk)), to_account="sun")
    with pytest.raises(NotFound):
        firm.give(by=Actor("anonymous"), enterprise_id="")


@pytest.mark.parametrize(
    ("options", "field", "code"),
    [
        ({"days": -1}, "valid_to", "reversed"),
        ({"first": -9, "days": 3}, "valid_to", "over"),
        ({"days": LONGEST_DAYS + 1}, "valid_to", "too_long"),
        ({"to_account": "nobody"}, "to", "unknown"),
        ({"to_enterprise": "999"}, "to", "unknown"),
        ({"to_account": ""}, "to", "required"),
        ({"to_enterprise": "123"}, "to", "yourself"),
        ({"enterprise_id": "", "to_account": "li"}, "to", "yourself"),
    ],
)
def test_what_is_no_authorisation_is_said_to_be_none(firm, options, field, code):
    with pytest.raises(Invalid) as error:
        firm.give(**options)
    assert error.value.fields[field][0] == code
    assert not Authorisation.objects.exists()


def test_both_see_it_and_both_end_it_at_once(firm):
    given = firm.give(to_enterprise="208")
    for account, sees in ((firm.li, True), (firm.wang, True), (firm.zhao, True), (firm.sun, False)):
        assert (given in reads.authorisations(reads.scope_of(account, firm.now))) is sees
    assert not reads.authorisations(PUBLIC)
    for account in (firm.zhao, firm.sun):
        with pytest.raises(NotFound):
            acts.revoke_authorisation(given.pk, by=Actor(str(account.pk)), now=firm.now)
    ended = acts.revoke_authorisation(given.pk, by=Actor(str(firm.wang.pk)), now=firm.now, key="k")
    assert acts.revoke_authorisation(given.pk, by=firm.by, now=firm.now + timedelta(days=1)).revoked_at == firm.now
    assert ended.revoked_at == firm.now
    assert not firm.mandates(firm.zhao)
    kinds = [entry.kind for entry in ledger.entries_of(PUBLIC, given.key_subject)]
    assert kinds == ["authorisation.given", "authorisation.revoked"]


def test_the_same_key_twice_is_one_authorisation(firm):
    assert firm.give(key="k").pk == firm.give(key="k").pk
    record = {"by": Actor(str(firm.sun.pk)), "now": firm.now, "key": "k"}
    assert acts.record_consent("licence", "Signed.", **record).pk == acts.record_consent("licence", "S.", **record).pk


def test_consent_on_paper_is_recorded_sealed_and_reaches_one_case_alone(firm):
    by = Actor(str(firm.sun.pk))
    with pytest.raises(Invalid):
        acts.record_consent("licence", " ", by=by, now=firm.now)
    given = acts.record_consent("licence", "Grandmother Qian signed.", by=by, now=firm.now, days=3)
    assert firm.mandates(firm.sun)[0].party == "", "there is no case yet, and so nobody to act for"
    acts.bind_authorisation(given, firm.firm.pk)
    assert firm.mandates(firm.sun)[0].party == f"case:{firm.firm.pk}"
    body = ledger.entries_of(reads.scope_of(firm.sun, firm.now), given.key_subject)[0].body
    assert "Qian" not in str(body)
    with pytest.raises(NotFound):
        acts.revoke_authorisation(given.pk, by=Actor("anonymous"), now=firm.now, as_party="case:other")
    acts.revoke_authorisation(given.pk, by=Actor("anonymous"), now=firm.now, as_party=f"case:{firm.firm.pk}")
    assert not firm.mandates(firm.sun)
    ledger_acts.forget(given.key_subject, by=by, now=firm.now, reason="over")
    assert Authorisation.objects.get().said == ""


def test_an_authorisation_serves_its_holder_in_its_matter_only(firm):
    given = firm.give(to_enterprise="208")
    on = firm.today
    assert reads.authorisation_for(str(given.pk), str(firm.zhao.pk), "licence", on).party == str(firm.firm.pk)
    for account, procedure, day in (
        (firm.sun, "licence", on),
        (firm.zhao, "filing", on),
        (firm.zhao, "licence", on + timedelta(days=10)),
    ):
        with pytest.raises(Refused) as error:
            reads.authorisation_for(str(given.pk), str(account.pk), procedure, day)
        assert error.value.code == "authorisation_over"
