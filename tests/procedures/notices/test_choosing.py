from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from amur.base.acting import SYSTEM, Actor, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger.models import Entry
from amur.procedures import acts
from amur.procedures.models import Case, Notice
from amur.procedures.notices import reads
from amur.procedures.notices.models import ChannelChoice, Delivery
from tests.procedures.conftest import Officer
from tests.procedures.notices.telling import PHONE, licence, submit, work
from tests.procedures.pack import FORM, STRANGER, sync

pytestmark = pytest.mark.django_db

GATEWAY = {"URL": "http://127.0.0.1:9/", "SECRET": "whsec_", "TEMPLATE": "", "SIGNATURE": ""}
HANDLER = Officer("11", "handler")


@pytest.fixture
def case(now, settings) -> Case:
    settings.SMS = GATEWAY
    return submit(now)


def party(case: Case) -> Scope:
    return Scope("party", parties=frozenset({f"case:{case.pk}"}))


def choose(case: Case, now, **wanted: str) -> Case:
    return acts.choose_channels(case.pk, wanted, by=STRANGER, scope=party(case), now=now)


def channels() -> dict[str, str]:
    return {one.channel: one.address for one in Delivery.objects.all()}


def test_a_party_is_told_where_it_gave_an_address_for_that_and_nowhere_else(case, now):
    HANDLER.fire(case, "accept", now)
    assert channels() == {"email": FORM["email"], "sms": PHONE}


def test_an_address_given_for_something_else_is_not_written_to(now):
    body = licence()
    body["notices"] = {}
    sync(now, {("procedure", "licence"): body})
    from tests.procedures.pack import fill

    case = acts.submit(fill(now, mobile=PHONE).id, by=STRANGER, now=now)
    HANDLER.fire(case, "accept", now)
    assert channels() == {}
    assert Notice.objects.count() == 1


def test_what_a_party_chooses_later_holds_from_then_on(case, now):
    choose(case, now, email="other@example.org", sms="")
    HANDLER.fire(case, "accept", now)
    assert channels() == {"email": "other@example.org"}
    assert [(one.id, one.address, one.is_wanted) for one in reads.channels_of(party(case), case.pk)] == [
        ("email", "other@example.org", True),
        ("sms", PHONE, False),
    ]
    before = Entry.objects.count()
    choose(case, now, email="other@example.org", sms="")
    assert Entry.objects.count() == before, "the same choice twice is one"


def test_nobody_chooses_for_another_and_nothing_is_taken_for_an_address(case, now):
    with pytest.raises(NotFound):
        acts.choose_channels(case.pk, {"email": ""}, by=STRANGER, scope=Scope("party", "9"), now=now)
    with pytest.raises(Invalid) as fault:
        choose(case, now, email="nobody", sms="many", fax="1")
    assert set(fault.value.fields) == {"email", "sms", "fax"}


def test_an_official_sends_again_once_a_key_and_over_another_channel(case, now):
    HANDLER.fire(case, "accept", now)
    notice = Notice.objects.get()
    Delivery.objects.filter(channel="sms").delete()
    work(now)
    options = {"by": HANDLER.by, "scope": HANDLER.scope, "now": now + timedelta(hours=1)}
    first = acts.send_again(notice.pk, "email", key="k", **options)
    assert acts.send_again(notice.pk, "email", key="k", **options) == first
    assert acts.send_again(notice.pk, "email", key="other", **options) == first, "it still waits in the outbox"
    acts.send_again(notice.pk, "sms", key="s", **options)
    work(now + timedelta(hours=1))
    assert len(mail.outbox) == 2
    assert sorted(Delivery.objects.values_list("channel", flat=True)) == ["email", "email", "sms"]
    assert Entry.objects.filter(kind="case.notice_sent_again").count() == 2


def test_nothing_is_sent_again_to_nowhere_or_by_strangers(case, now):
    HANDLER.fire(case, "accept", now)
    notice = Notice.objects.get()
    with pytest.raises(NotFound):
        acts.send_again(notice.pk, "email", by=STRANGER, scope=party(case), now=now)
    Delivery.objects.all().delete()
    choose(case, now, email="", sms="")
    for channel in ("email", "sms", "fax"):
        with pytest.raises(Refused, match="no address"):
            acts.send_again(notice.pk, channel, by=HANDLER.by, scope=HANDLER.scope, now=now)


def test_what_was_told_keeps_its_words_when_the_pack_moves_on(case, now):
    HANDLER.fire(case, "accept", now)
    notice = Notice.objects.get()
    told = reads.template_words(SYSTEM, notice.pk)
    body = licence()
    body["transitions"][0]["effects"][0]["body"] = {"zh": "改了", "en": "Changed {number}"}
    sync(now, {("procedure", "licence"): body}, version="2.0.0")
    assert reads.template_words(SYSTEM, notice.pk) == told
    assert told.body.en == "Your case {number} is accepted."
    assert Notice.objects.get().body == f"【Your case {case.number} is accepted.】"
    later = submit_again(now)
    HANDLER.fire(later, "accept", now)
    other = Notice.objects.get(case=later)
    assert other.template == notice.template == "accept.1"
    assert other.template_version != notice.template_version


def submit_again(now) -> Case:
    from tests.procedures.pack import fill

    return acts.submit(fill(now).id, by=STRANGER, now=now)


def test_a_party_reads_what_it_was_told_in_one_place_and_others_nothing(case, now):
    Case.objects.filter(pk=case.pk).update(account_id="77")
    case.refresh_from_db()
    HANDLER.fire(case, "accept", now)
    mine, by = Scope("party", "77"), Actor("77")
    (notice,) = reads.inbox(mine).rows
    assert (reads.unread(mine), notice.read_at) == (1, None)
    acts.read_notice(notice.pk, by=by, scope=mine, now=now)
    again = acts.read_notice(notice.pk, by=by, scope=mine, now=now + timedelta(days=1))
    assert (reads.unread(mine), again.read_at) == (0, now)
    other = Scope("party", "78")
    assert reads.inbox(other).rows == ()
    for ask in (lambda: reads.notice(other, notice.pk), lambda: reads.template_words(other, notice.pk)):
        with pytest.raises(NotFound):
            ask()


def test_all_that_is_personal_is_sealed_and_goes_with_the_case(case, now):
    choose(case, now, email="other@example.org")
    Officer("22", "decider").fire(case, "refuse", now, reason="a reason of theirs")
    work(now)
    plain = ("other@example.org", PHONE, "a reason of theirs", case.number)
    tables = ("notice", "delivery", "attempt", "channelchoice")
    stored = {name: dump(f"procedures_{name}") for name in tables}
    for text in plain[:3]:
        assert not any(text in rows for rows in stored.values())
    case.refresh_from_db()
    from amur.base.erasure import Ground
    from amur.procedures.acts.erasing import forget

    forget(case, by=HANDLER.by, now=now, ground=Ground("over", ""))
    assert {(one.subject, one.body, one.short) for one in Notice.objects.all()} == {("", "", "")}
    assert {(one.address, one.error, one.receipt) for one in Delivery.objects.all()} == {("", "", "")}
    assert {one.address for one in ChannelChoice.objects.all()} == {""}
    sent = len(mail.outbox)
    work(now + timedelta(days=1))
    assert len(mail.outbox) == sent, "what still waited is sent no more"
    case.refresh_from_db()
    with pytest.raises(Refused):
        acts.send_again(Notice.objects.get().pk, "email", by=HANDLER.by, scope=HANDLER.scope, now=now)
    with pytest.raises(Refused):
        choose(case, now, email="a@example.org")


def dump(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return repr(cursor.fetchall())


def test_a_licence_without_notices_reads_as_it_always_did():
    from amur.procedures.declarations import ProcedureDeclaration
    from amur.procedures.notices.addresses import given

    body = copy.deepcopy(licence())
    del body["notices"]
    definition = ProcedureDeclaration.model_validate(body)
    assert given(Case(data={"email": "a@example.org"}), definition) == {"email": "a@example.org"}
