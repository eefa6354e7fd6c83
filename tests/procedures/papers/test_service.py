"""P18: a document is served – by post, by hand, in the portal – with its proof and its own clock, by its own people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor, Grant, Scope, system
from amur.base.erasure import Ground
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.acts.erasing import forget
from amur.procedures.correcting.acts import correct
from amur.procedures.models import Document
from amur.procedures.papers.models import Service, ServiceConsent
from tests.procedures.corrected import RULE_BODY
from tests.procedures.followups import LICENCE_PAPER
from tests.procedures.pack import STRANGER

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY = date(2026, 3, 10)
ELSEWHERE = Scope("office", "77", grants=(Grant("handler", "other", "230000"),))


def party(case) -> dict:
    key = f"case:{case.pk}"
    return {"by": Actor("anonymous", client="portal", on_behalf_of=key), "scope": Scope("party", parties={key})}


def office(officer) -> dict:
    return {"by": officer.by, "scope": officer.scope}


def kinds(case) -> list[str]:
    return [entry.kind for entry in ledger.entries_of(SYSTEM, case.key_subject)]


def view_on(case, day, number=None):
    return next(
        one for one in reads.service_of(SYSTEM, case.pk, day) if number in {None, one.document.number} and one.within
    )


def test_a_letter_is_sent_under_its_number_and_served_when_its_slip_comes_back(refused, handler, now):
    case, document = refused()
    sent = acts.send_by_post(document.number, tracking="EX 123", sent_on=TODAY, now=now, **office(handler), key="k")
    assert (sent.way, sent.sent_at, sent.served_at) == ("post", now, None)
    assert view_on(case, TODAY).is_open
    later = now + timedelta(days=3)
    acts.confirm_delivery(
        sent.pk, received_on=date(2026, 3, 12), receiver="王五", proof="S-9", now=later, **office(handler)
    )
    view = view_on(case, date(2026, 3, 30))
    assert view.document.served_at.isoformat() == "2026-03-12T04:00:00+00:00"
    assert view.services[0].details == {"tracking": "EX 123", "receiver": "王五", "proof": "S-9"}
    assert (view.clock.standing, view.is_open) == ("served", False)
    assert kinds(case)[-2:] == ["case.document_sent", "case.document_served"]
    entry = ledger.entries_of(SYSTEM, case.key_subject)[-1]
    assert entry.act["basis"] == "灯塔条例7"
    assert "王五" not in str(entry.body)
    ledger_acts.seal(later)
    assert ledger.verify_stored().holds


def test_the_same_key_is_one_letter_and_the_same_slip_is_one_service(refused, handler, now):
    case, document = refused()
    for _ in range(2):
        sent = acts.send_by_post(document.number, tracking="EX1", sent_on=TODAY, now=now, **office(handler), key="k")
        acts.confirm_delivery(sent.pk, received_on=TODAY, receiver="王五", now=now, **office(handler))
    assert Service.objects.count() == 1
    assert kinds(case).count("case.document_served") == 1


def test_a_letter_that_came_back_serves_nothing_and_another_one_does(refused, handler, now):
    case, document = refused()
    first = acts.send_by_post(document.number, tracking="EX1", sent_on=TODAY, now=now, **office(handler), key="a")
    for _ in range(2):
        acts.note_return(first.pk, reason="查无此人", now=now, **office(handler))
    with pytest.raises(Refused, match="came back"):
        acts.confirm_delivery(first.pk, received_on=TODAY, receiver="王五", now=now, **office(handler))
    assert view_on(case, TODAY).is_open
    second = acts.send_by_post(document.number, tracking="EX2", sent_on=TODAY, now=now, **office(handler), key="b")
    acts.confirm_delivery(second.pk, received_on=TODAY, receiver="王五", now=now, **office(handler))
    with pytest.raises(Refused, match="was delivered"):
        acts.note_return(second.pk, reason="不", now=now, **office(handler))
    assert kinds(case).count("case.document_came_back") == 1
    assert Document.objects.get(pk=document.pk).served_at == now


def test_what_is_handed_over_is_served_at_once_and_only_once(refused, handler, now):
    case, document = refused()
    for _ in range(2):
        acts.hand_over(document.number, receiver="王五", received_on=TODAY, now=now, **office(handler), key="k")
    assert view_on(case, TODAY).clock.standing == "served"
    with pytest.raises(Conflict):
        acts.hand_over(document.number, receiver="赵六", received_on=TODAY, now=now, **office(handler), key="other")


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"receiver": " ", "received_on": TODAY}, {"receiver": "required"}),
        ({"receiver": "王" * 201, "received_on": TODAY}, {"receiver": "too_long"}),
        ({"receiver": "王五", "received_on": date(2026, 3, 11)}, {"received_on": "too_late"}),
        ({"receiver": "王五", "received_on": date(2026, 3, 9)}, {"received_on": "too_early"}),
    ],
)
def test_what_is_missing_or_cannot_be_is_named_and_nothing_is_recorded(refused, handler, now, given, faults):
    case, document = refused()
    with pytest.raises(Invalid) as invalid:
        acts.hand_over(document.number, **given, now=now, **office(handler))
    assert {name: code for name, (code, _) in invalid.value.fields.items()} == faults
    assert not Service.objects.exists()
    assert "case.document_sent" not in kinds(case)


def test_nobody_takes_a_letter_before_it_was_sent(refused, handler, now):
    _, document = refused()
    later = now + timedelta(days=2)
    sent = acts.send_by_post(
        document.number, tracking="EX1", sent_on=date(2026, 3, 12), now=later, **office(handler), key="k"
    )
    with pytest.raises(Invalid):
        acts.confirm_delivery(sent.pk, received_on=date(2026, 3, 11), receiver="王五", now=later, **office(handler))


def test_who_does_not_work_on_the_case_serves_nothing(refused, handler, now):
    case, document = refused()
    sent = acts.send_by_post(document.number, tracking="EX1", sent_on=TODAY, now=now, **office(handler), key="k")
    for scope in (PUBLIC, ELSEWHERE, party(case)["scope"]):
        with pytest.raises(NotFound):
            acts.hand_over(document.number, receiver="王", received_on=TODAY, by=STRANGER, scope=scope, now=now)
        with pytest.raises(NotFound):
            acts.confirm_delivery(sent.pk, received_on=TODAY, receiver="王", by=STRANGER, scope=scope, now=now)
    for number in ("2026-BY-09999", ""):
        with pytest.raises(NotFound):
            acts.hand_over(number, receiver="王", received_on=TODAY, now=now, **office(handler))
    with pytest.raises(NotFound):
        acts.note_return(0, reason="王", now=now, **office(handler))


def test_its_own_clock_says_its_last_day_and_what_is_late(refused, handler, now):
    case, document = refused()
    assert view_on(case, TODAY).clock.last_day == date(2026, 3, 17)
    assert view_on(case, date(2026, 3, 17)).clock.standing == "waits"
    assert view_on(case, date(2026, 3, 18)).clock.standing == "late"
    (waiting,) = reads.to_serve(handler.scope, date(2026, 3, 18))
    assert (waiting.document.pk, waiting.case_number, waiting.clock.is_late) == (document.pk, case.number, True)
    assert reads.to_serve(ELSEWHERE, TODAY) == ()
    late = now + timedelta(days=10)
    acts.hand_over(document.number, receiver="王五", received_on=date(2026, 3, 20), now=late, **office(handler))
    assert view_on(case, date(2026, 4, 1)).clock.standing == "served_late"
    assert reads.to_serve(handler.scope, date(2026, 3, 18)) == ()


def test_what_was_voided_is_served_no_more_and_what_took_its_place_is(handed_in, handler, decider, now):
    case = handler.fire(handed_in(correction=RULE_BODY), "accept", now)
    case = decider.fire(case, "refuse", now, reason="太亮")
    old = Document.objects.get(document="refusal")
    assert [one.document.pk for one in reads.to_serve(decider.scope, TODAY)] == [old.pk]
    changes = {"expected_version": case.version, "reason": "量错了", "event": "grant", "now": now}
    correct(case.pk, case.version, **changes, **office(decider))
    new = Document.objects.get(document=LICENCE_PAPER["id"])
    assert [one.document.pk for one in reads.to_serve(decider.scope, TODAY)] == [new.pk]
    view = view_on(case, date(2026, 4, 1), old.number)
    assert (view.is_void, view.is_open, view.clock) == (True, False, None)
    with pytest.raises(Refused, match="took its place"):
        acts.hand_over(old.number, receiver="王五", received_on=TODAY, now=now, **office(decider))


def test_without_its_word_the_party_is_not_served_in_the_portal(refused, now):
    case, document = refused()
    assert acts.note_opening(document.number, now=now, **party(case)) is None
    with pytest.raises(Refused, match="not agreed"):
        acts.acknowledge_document(document.number, now=now, **party(case))
    assert Document.objects.get(pk=document.pk).served_at is None


def test_with_the_word_given_in_the_form_opening_serves_where_the_pack_says_so(refused, now, handler):
    case, document = refused(online="yes")
    assert kinds(case).count("case.online_service_agreed") == 1
    assert acts.note_opening(document.number, by=handler.by, scope=handler.scope, now=now) is None
    later = now + timedelta(days=1)
    for _ in range(2):
        acts.note_opening(document.number, now=later, **party(case))
    service = Service.objects.get()
    assert (service.way, service.sent_at, service.served_at) == ("portal", now, later)
    assert service.details == {"how": "opened"}
    assert Document.objects.get(pk=document.pk).served_at == later


def test_a_form_that_does_not_agree_is_no_word(refused):
    case, _ = refused(online="no")
    assert not ServiceConsent.objects.exists()
    assert "case.online_service_agreed" not in kinds(case)


def test_where_the_pack_does_not_say_so_opening_serves_nothing_and_the_partys_receipt_does(
    handed_in, handler, decider, now
):
    case = decider.fire(handler.fire(handed_in(), "accept", now), "grant", now)
    document = Document.objects.get(document="paper")
    acts.agree_to_online_service(case.pk, now=now, **party(case))
    assert acts.note_opening(document.number, now=now, **party(case)) is None
    for _ in range(2):
        acts.acknowledge_document(document.number, now=now, **party(case), key="k")
    assert Service.objects.get().details == {"how": "acknowledged"}
    with pytest.raises(NotFound):
        acts.acknowledge_document(document.number, by=handler.by, scope=handler.scope, now=now)


def test_the_word_is_given_later_and_taken_back_and_each_is_recorded_once(refused, now):
    case, document = refused()
    for _ in range(2):
        acts.agree_to_online_service(case.pk, now=now, **party(case))
    assert reads.online_service(SYSTEM, case.pk).given_at == now
    for _ in range(2):
        acts.withdraw_online_service(case.pk, now=now, **party(case))
    assert reads.online_service(SYSTEM, case.pk) is None
    assert kinds(case)[-2:] == ["case.online_service_agreed", "case.online_service_withdrawn"]
    assert acts.note_opening(document.number, now=now, **party(case)) is None
    with pytest.raises(NotFound):
        acts.agree_to_online_service(case.pk, by=STRANGER, scope=PUBLIC, now=now)


def test_who_took_a_letter_is_erased_with_the_case_and_nothing_is_served_any_more(refused, handler, now):
    case, document = refused()
    acts.send_by_post(document.number, tracking="EX1", sent_on=TODAY, now=now, **office(handler), key="k")
    forget(case, by=system("test"), now=now, ground=Ground("over", ""))
    assert Service.objects.get().details == {}
    assert reads.to_serve(handler.scope, TODAY) == ()
    with pytest.raises(Refused, match="erased"):
        acts.hand_over(document.number, receiver="王五", received_on=TODAY, now=now, **office(handler), key="l")
    ledger_acts.seal(now)
    assert ledger.verify_stored().holds
