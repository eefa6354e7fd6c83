"""An agent or a proxy fills in, follows and moves a case for somebody; the ledger says for whom, and by which channel."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import PUBLIC, Actor, Grant, Scope
from amur.base.faults import NotFound, Refused
from amur.base.identifiers import IdentifierScheme
from amur.ledger import reads as ledger
from amur.people import acts as people
from amur.people import reads
from amur.people.acts.authorising import Matter
from amur.people.models import Account, Authorisation
from amur.procedures import acts
from amur.procedures import reads as cases
from amur.procedures.models import Case
from tests.procedures.pack import PDF, STRANGER, fill
from tests.procedures.samples import KEEPER_BODY, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack"), pytest.mark.either]
HANDLER = Actor("11", role="handler", body_id="bureau", client="desk")


class Village:
    """Li owns an enterprise, Wang is authorised for it, Zhao is the proxy of the village, Sun has nothing to do with it."""

    def __init__(self, now) -> None:
        self.now, self.today = now, reads.day_of(now)
        self.li, self.wang, self.zhao, self.sun = (self._account(name) for name in ("li", "wang", "zhao", "sun"))
        scheme = IdentifierScheme.model_validate(KEEPER_BODY | {"id": "keeper", "title": text("keeper")})
        by = Actor(str(self.li.pk), client="portal")
        self.firm = people.join_enterprise(self.li.pk, scheme, "123", name="Lamps", by=by, now=now).enterprise
        matter = Matter("licence", self.today, self.today + timedelta(days=9))
        self.given = people.authorise(matter, by=by, now=now, enterprise_id=self.firm.pk, to_account="wang")

    def _account(self, name: str) -> Account:
        by = Actor("system:cli")
        return people.open_account(username=name, email=f"{name}@e.org", display_name=name, by=by, now=self.now)

    def by(self, account: Account) -> Actor:
        return Actor(str(account.pk), client="portal")

    def scope(self, account: Account, days: int = 0) -> Scope:
        return reads.scope_of(account, self.now + timedelta(days=days))

    def file(self, account: Account, authorisation: Authorisation) -> Case:
        draft = fill(self.now, by=self.by(account), account_id=str(account.pk), authorisation_id=str(authorisation.pk))
        return acts.submit(draft.id, by=self.by(account), now=self.now)

    def withdraw(self, case: Case, account: Account, days: int = 0) -> Case:
        return acts.fire(
            case.id,
            "withdraw",
            by=self.by(account),
            scope=self.scope(account, days),
            now=self.now + timedelta(days=days),
            expected_version=case.version,
        )


@pytest.fixture
def village(pack, now) -> Village:
    return Village(now)


def acts_told(case: Case) -> list[tuple[str, str, str]]:
    entries = ledger.entries_of(Scope("system"), case.key_subject)
    told = [(entry.kind, entry.act) for entry in entries if entry.act]
    return [(kind, act.get("on_behalf_of", ""), act.get("channel", "")) for kind, act in told]


def test_an_agent_files_for_the_enterprise_whose_case_it_is(village):
    case = village.file(village.wang, village.given)
    assert (case.channel, case.account_id, case.enterprise_id) == ("agent", "", str(village.firm.pk))
    assert ("case.submitted", str(village.firm.pk), "agent") in acts_told(case)
    assert cases.case_for_party(village.scope(village.li), case.number).id == case.id
    assert [row.number for row in cases.cases_of(village.scope(village.wang)).rows] == [case.number]
    assert not cases.cases_of(village.scope(village.sun)).rows


def test_what_an_agent_does_the_ledger_tells_on_behalf_of_the_party(village):
    case = village.withdraw(village.file(village.wang, village.given), village.wang)
    assert case.state == "withdrawn"
    assert acts_told(case)[-1][1:] == (str(village.firm.pk), "agent")
    [acting] = cases.agents_of(village.scope(village.li), case.id, on=village.today)
    assert (acting.name, acting.is_over, [kind for _, kind, _leaf in acting.acted]) == (
        "wang",
        False,
        ["case.submitted", "case.form_kept", "case.withdraw"],
    )


def test_an_expired_or_revoked_authorisation_refuses(village):
    case = village.file(village.wang, village.given)
    with pytest.raises(NotFound):
        village.withdraw(case, village.wang, days=10)
    draft = fill(village.now, by=village.by(village.wang), account_id=str(village.wang.pk), **_by(village.given))
    people.revoke_authorisation(village.given.pk, by=village.by(village.li), now=village.now)
    for attempt in (
        lambda: acts.submit(draft.id, by=village.by(village.wang), now=village.now),
        lambda: acts.attach(draft.id, "plan", [PDF], "a.pdf", by=village.by(village.wang), now=village.now),
        lambda: acts.open_draft(
            "licence",
            by=village.by(village.wang),
            now=village.now,
            account_id=str(village.wang.pk),
            **_by(village.given),
        ),
    ):
        with pytest.raises(Refused) as error:
            attempt()
        assert error.value.code == "authorisation_over"
    with pytest.raises(NotFound):
        cases.case_for_party(village.scope(village.wang), case.number)
    with pytest.raises(NotFound):
        cases.draft_of(village.scope(village.wang), draft.id)
    assert cases.agents_of(village.scope(village.li), case.id, on=village.today)[0].is_over


def test_an_official_who_is_the_agent_does_not_work_on_the_case(village):
    case = village.file(village.wang, village.given)
    mandates = village.scope(village.wang).mandates
    scope = Scope("office", str(village.wang.pk), grants=(Grant("handler", "bureau", "230000"),), mandates=mandates)
    with pytest.raises(NotFound):
        cases.case_for_desk(scope, case.number)
    assert case.number not in {row.number for row in cases.queue(scope, on=village.today).rows}


def test_a_proxy_files_for_somebody_who_agreed_on_paper_and_keeps_nothing(village):
    by = village.by(village.zhao)
    consent = people.record_consent("licence", "Grandmother Qian signed sheet 7.", by=by, now=village.now, days=5)
    case = village.file(village.zhao, consent)
    assert (case.channel, case.account_id, case.enterprise_id) == ("proxy", "", "")
    assert ("case.submitted", f"case:{case.id}", "proxy") in acts_told(case)
    scope = village.scope(village.zhao)
    assert cases.case_for_party(scope, case.number).id == case.id
    with pytest.raises(Refused) as error:
        cases.upload(scope, case.uploads.get().pk)
    assert error.value.code == "proxy_keeps_nothing"
    with pytest.raises(Refused) as error:
        village.file(village.zhao, consent)
    assert error.value.code == "authorisation_used"
    code = cases.scope_by_code(case.number, acts.query_code(case))
    assert cases.upload(code, case.uploads.get().pk)[0].field == "plan"
    assert cases.agents_of(code, case.id, on=village.today)[0].name == "zhao"
    people.revoke_authorisation(consent.pk, by=STRANGER, now=village.now, as_party=f"case:{case.id}")
    with pytest.raises(NotFound):
        cases.case_for_party(village.scope(village.zhao), case.number)


def test_what_was_said_of_a_consent_goes_with_the_case(village, handler, decider):
    consent = people.record_consent("licence", "Qian signed.", by=village.by(village.zhao), now=village.now)
    case = village.withdraw(village.file(village.zhao, consent), village.zhao)
    later = village.now + timedelta(days=366 * 50)
    assert acts.erasing.erase_due(later) == 1
    consent.refresh_from_db()
    assert (consent.said, case.number) == ("", Case.objects.get().number)


@pytest.mark.parametrize("channel", ["window", "hotline", "file"])
def test_an_official_enters_what_came_another_way_and_it_is_not_their_case(village, channel):
    draft = fill(village.now, by=HANDLER, account_id="11", channel=channel)
    case = acts.submit(draft.id, by=HANDLER, now=village.now)
    assert (case.channel, case.account_id) == (channel, "")
    assert ("case.submitted", "", channel) in acts_told(case)
    assert cases.case_for_desk(Scope("office", "11", grants=(Grant("handler", "bureau", "230000"),)), case.number)


@pytest.mark.parametrize("channel", ["window", "hotline", "file", "agent", "proxy", "pigeon"])
@pytest.mark.parametrize(
    "by",
    [STRANGER, Actor("7"), Actor("7", role="coordinator", body_id="bureau"), Actor("7", role="handler", body_id="x")],
)
def test_nobody_else_names_a_channel(village, channel, by):
    with pytest.raises(Refused) as error:
        acts.open_draft("licence", by=by, now=village.now, channel=channel)
    assert error.value.code == "channel_of_the_office"


def test_strangers_learn_nothing_of_who_acts_for_whom(village):
    case = village.file(village.wang, village.given)
    for scope in (PUBLIC, village.scope(village.sun)):
        with pytest.raises(NotFound):
            cases.agents_of(scope, case.id, on=village.today)
    assert cases.acts_for_another(village.scope(village.wang), case.id) == "agent"
    assert cases.acts_for_another(village.scope(village.li), case.id) == ""


def _by(given: Authorisation) -> dict[str, str]:
    return {"authorisation_id": str(given.pk)}
