from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.exchange import acts, declared
from amur.exchange.acts import Told
from amur.exchange.models import Link, Message
from amur.ledger import acts as ledger
from amur.ledger.models import Entry
from amur.procedures.models import Case
from tests.exchange.conftest import HANDLER, THEM, send_order, work

pytestmark = pytest.mark.django_db


def only(name: str = "signed") -> Message:
    return Message.objects.get(message=name)


def test_what_happened_is_told_once_it_is_sealed_and_the_number_they_give_is_kept(order, other_side, fire, now):
    fire(order, "sign")
    assert not Message.objects.exists(), "nothing is told before it is sealed"
    work(now)
    work(now)
    assert len(other_side.came) == 1
    path, told = other_side.came[0]
    assert path == "/messages"
    assert (told["number"], told["event"], told["about"]) == (order.number, "sign", "case")
    assert told["fields"] == {"order_no": "W-1", "ours": order.number, "at": "2026-03-10T02:00:00Z"}
    row = only()
    assert (row.state, row.their_number, row.way) == ("received", "T1", "api")
    kinds = [*Entry.objects.filter(subject=order.key_subject).order_by("sequence").values_list("kind", flat=True)]
    assert kinds[-2:] == ["exchange.sent", "exchange.receipt"]


def test_a_return_says_why_and_to_whom_in_their_codes(order, other_side, fire, now):
    fire(order, "send_back", reason="归住建部门", extra={"proposed": "council"})
    work(now)
    assert other_side.fields() == [{"order_no": "W-1", "why": "归住建部门", "to": "D02"}]
    assert Case.objects.get().state == "returned"


def test_a_receipt_moves_the_case_and_a_later_message_waits_for_the_one_before(order, other_side, fire, now):
    other_side.answers = [(503, {}), (200, {"state": "received"}), (200, {"state": "received"})]
    fire(order, "sign")
    fire(order, "ask_more_time", reason="缺件", extra={"until": "2026-04-01"})
    work(now)
    assert [told["message"] for _, told in other_side.came] == ["signed"]
    assert only("more_time").state == "waiting"
    work(now + timedelta(minutes=2))
    assert [told["message"] for _, told in other_side.came] == ["signed", "signed", "more_time"]
    order.refresh_from_db()
    assert [event.event for event in order.events.order_by("version")][-1] == "more_time"


def test_what_does_not_get_through_is_tried_again_ever_later_until_a_person_does(order, other_side, fire, now):
    other_side.answers = [None, (200, "<html>"), (500, {})]
    fire(order, "sign")
    work(now)
    row = only()
    assert (row.state, row.attempts, row.next_at) == ("waiting", 1, now + timedelta(minutes=1))
    work(now + timedelta(minutes=1))
    assert only().next_at == now + timedelta(minutes=3)
    work(now + timedelta(minutes=3))
    row = only()
    assert (row.state, row.attempts) == ("failed", 3)
    assert row.error == "it answered 500, and not as agreed"
    assert len({told["id"] for _, told in other_side.came}) == 1, "the same message has the same id"
    again = acts.send_again("hotline", row.pk, by=HANDLER.by, scope=HANDLER.scope, now=now)
    assert acts.send_again("hotline", row.pk, by=HANDLER.by, scope=HANDLER.scope, now=now).tries == again.tries
    work(now + timedelta(hours=1))
    assert only().state == "received"
    assert len(other_side.has) == 1


def test_what_they_do_not_want_is_not_sent_again_by_itself(order, other_side, fire, now):
    other_side.answers = [(200, {"state": "refused", "reason": "工单已撤"})]
    fire(order, "sign")
    work(now)
    work(now + timedelta(days=1))
    assert len(other_side.came) == 1
    assert (only().state, only().reason) == ("refused", "工单已撤")
    other_side.answers = [(404, {})]
    case = send_order(now, 流水号="2", 工单编号="W-2")
    fire(case, "sign")
    work(now)
    assert Message.objects.get(case=case).state == "failed"


def test_a_receipt_that_comes_later_is_noted_once_and_never_contradicted(order, other_side, fire, now):
    other_side.answers = [(202, {"state": "taken"})]
    fire(order, "sign")
    work(now)
    row = only()
    assert (row.state, row.receipt_due_at) == ("sent", now + timedelta(hours=2))
    told = Told(row.pk, "received", "W-1")
    for _ in range(2):
        assert acts.note_receipt("hotline", told, by=THEM, now=now).state == "received"
    with pytest.raises(Conflict, match="otherwise"):
        acts.note_receipt("hotline", Told(row.pk, "refused", reason="no"), by=THEM, now=now)
    with pytest.raises(NotFound):
        acts.note_receipt("national", told, by=THEM, now=now)
    with pytest.raises(Invalid):
        acts.note_receipt("hotline", Told(row.pk, "refused"), by=THEM, now=now)


def test_the_first_number_stays_and_stands_for_one_case(order, orders, now):
    settled = Told(uuid4(), "received", "W-1")
    other = send_order(now, 流水号="2", 工单编号="W-2")
    Link.objects.filter(case=other).delete()
    row = Message.objects.create(
        exchange="hotline", message="signed", declaration_hash=declared.exchange("hotline")[0], case=other,
        number=other.number, event="sign", sequence=1, happened_at=now, made_at=now, entry_hash="a" * 64,
    )  # fmt: skip
    with pytest.raises(Conflict, match="stands for another case"):
        acts.note_receipt("hotline", replace(settled, message=row.pk), by=THEM, now=now)
    acts.note_receipt("hotline", replace(settled, message=row.pk, number="W-9"), by=THEM, now=now)
    assert Link.objects.get(case=other).number == "W-9"


def test_without_another_side_messages_wait_and_go_as_a_file(order, fire, now):
    fire(order, "sign")
    work(now)
    assert (only().state, only().error) == ("waiting", "no other side is set up here")
    made = acts.hand_over_as_file("hotline", "signed", by=HANDLER.by, scope=HANDLER.scope, now=now)
    assert [row.body["order_no"] for row in made] == ["W-1"]
    assert acts.hand_over_as_file("hotline", "signed", by=HANDLER.by, scope=HANDLER.scope, now=now) == ()
    told = Told(made[0].pk, "received", "W-1")
    row = acts.enter_receipt("hotline", told, by=HANDLER.by, scope=HANDLER.scope, now=now)
    assert (row.state, row.way) == ("received", "file")


def test_what_cannot_be_told_says_why_and_can_be_set_aside(orders, other_side, fire, now):
    case = send_order(now)
    Case.objects.filter(pk=case.pk).update(number="")
    Link.objects.all().delete()
    case.refresh_from_db()
    fire(case, "sign")
    work(now)
    row = only()
    assert (row.state, row.error) == ("waiting", "their number is not known yet")
    with pytest.raises(Invalid):
        acts.set_aside("hotline", row.pk, by=HANDLER.by, scope=HANDLER.scope, now=now, reason=" ")
    for _ in range(2):
        row = acts.set_aside("hotline", row.pk, by=HANDLER.by, scope=HANDLER.scope, now=now, reason="电话告知")
    assert (row.state, row.reason) == ("dropped", "电话告知")
    with pytest.raises(Conflict):
        acts.send_again("hotline", row.pk, by=HANDLER.by, scope=HANDLER.scope, now=now)


def test_what_is_personal_is_sealed_and_goes_with_the_case(order, other_side, fire, now):
    fire(order, "sign")
    fire(order, "reply", reason="已修复", extra={"answer": "张三家门口已亮"})
    work(now)
    assert other_side.fields()[1] == {"order_no": "W-1", "answer": "张三家门口已亮", "caller": "某甲"}
    stored = str([*Message.objects.values_list("body", flat=True)])
    assert "张三" not in stored
    assert "某甲" not in stored
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM exchange_message")
        assert "张三" not in str(cursor.fetchall())
    fire(send_order(now, 流水号="2", 工单编号="W-2"), "sign")
    Message.objects.filter(message="reply").update(state="waiting")
    ledger.forget(order.key_subject, by=THEM, now=now, reason="r", basis="b")
    work(now)
    rows = Message.objects.filter(case=order)
    assert {(str(row.body), row.their_number) for row in rows} == {("{}", "")}
    assert {row.state for row in rows} == {"received", "dropped"}
    assert not Link.objects.filter(case=order).exists()


def test_a_record_that_is_written_is_handed_over_too(orders, now):
    from amur.registers.acts import write_record

    for number, colour in (("L1", "red"), ("L2", "grey")):
        write_record(
            "lamps",
            number,
            {"number": number, "colour": colour, "keeper_name": "某乙"},
            by=HANDLER.by,
            now=now,
            valid_from=now.date(),
            reason="r",
            source="s",
            through="office",
        )
    work(now)
    made = acts.hand_over_as_file("national", "lamp", by=HANDLER.by, scope=HANDLER.scope, now=now)
    assert [row.body for row in made] == [{"key": "L1", "colour": "red", "since": "2026-03-10", "keeper": "某乙"}]
    assert made[0].key_subject.startswith("record:lamps:")


def test_only_who_looks_after_an_exchange_acts_on_it(order, fire, now):
    from tests.procedures.conftest import Officer

    fire(order, "sign")
    work(now)
    stranger = Officer("99", "decider")
    for do in (
        lambda: acts.send_again("hotline", only().pk, by=stranger.by, scope=stranger.scope, now=now),
        lambda: acts.hand_over_as_file("hotline", "signed", by=stranger.by, scope=stranger.scope, now=now),
    ):
        with pytest.raises((NotFound, Refused)):
            do()
