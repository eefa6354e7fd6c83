from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.exchange import acts
from amur.exchange.acts import Came
from amur.exchange.models import Intake, Link, Received
from amur.ledger.models import Entry
from amur.procedures.models import Case
from amur.registers import reads as registers
from amur.registers.sheets import SheetFault
from tests.exchange.conftest import HANDLER, ORDER, THEM, send_order, work

pytestmark = [pytest.mark.django_db, pytest.mark.either]
OFFICE = {"by": HANDLER.by, "scope": HANDLER.scope}
HEAD = "流水号,工单编号,类别,诉求内容,来电人,keeper,来源渠道\n"


def receive(name: str, raw: dict, now, came: Came | None = None):
    return acts.receive("hotline", name, raw, came=came or Came("api", THEM), by=THEM, now=now)


@pytest.fixture
def csv(tmp_path):
    def write(text: str, name: str = "orders.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def check(path, now, name: str = "order", **options) -> Intake:
    return acts.check_file("hotline", name, path, file_name=path.name, now=now, **OFFICE, **options)


def test_an_order_opens_a_case_once_under_their_number(orders, now):
    case = send_order(now)
    assert send_order(now) == case
    assert (case.channel, case.data["matter"], case.data["caller"]) == ("hotline", "dark: 路灯不亮", "某甲")
    assert Link.objects.get(case=case).number == "W-1"
    entry = Entry.objects.get(subject=case.key_subject, kind="exchange.taken")
    assert "某甲" not in str(entry.content.body)
    with pytest.raises(Conflict, match="something else"):
        send_order(now, matter="别的事")
    with pytest.raises(Conflict, match="under this number"):
        send_order(now, 流水号="2")
    assert Case.objects.count() == 1


def test_a_code_without_a_counterpart_is_named_and_stops_the_message(orders, now):
    with pytest.raises(Invalid) as caught:
        send_order(now, 类别="77", 工单编号="")
    faults = caught.value.fields
    assert faults["kind"] == ("unknown_code", "the code '77' has no counterpart in 'kinds'")
    assert faults["order_no"][0] == "required"
    row = Received.objects.get()
    assert row.state == "refused"
    assert row.faults == [
        {"field": "order_no", "code": "required", "found": ""},
        {"field": "kind", "code": "unknown_code", "found": "the code '77' has no counterpart in 'kinds'"},
    ]
    send_order(now)
    assert [one.state for one in Received.objects.all()] == ["taken"], "what is right now is refused no more"


def test_an_order_is_done_again_when_they_say_so_and_closed(order, now, fire):
    fire(order, "sign")
    with pytest.raises(Refused, match="means nothing"):
        receive("redo", {"serial": "r1", "order_no": "W-1", "why": "仍不亮"}, now)
    fire(order, "reply", reason="已修复", extra={"answer": "已亮"})
    receive("redo", {"serial": "r1", "order_no": "W-1", "why": "仍不亮"}, now)
    order.refresh_from_db()
    event = order.events.order_by("-version").first()
    assert (order.state, event.reason, event.actor_id) == ("signed", "仍不亮", "system:exchange:hotline")
    with pytest.raises(Refused, match="another system"):
        fire(order, "more_time")
    fire(order, "reply", reason="换了灯泡", extra={"answer": "已亮"})
    receive("closed", {"serial": "c1", "order_no": "W-1"}, now)
    order.refresh_from_db()
    assert order.state == "closed"
    with pytest.raises(NotFound):
        receive("closed", {"serial": "c2", "order_no": "W-8"}, now)


def test_a_keeper_answers_its_own_orders_and_no_others(order, now, fire):
    fire(order, "sign")
    told = {"serial": "1", "number": order.number, "found": "灯泡坏", "why": "已更换"}
    for sender, fault in (("keeper_b", NotFound), ("nobody", Refused), ("", Refused)):
        with pytest.raises(fault):
            receive("answers", told, now, Came("api", THEM, sender=sender))
    receive("answers", told, now, Came("api", THEM, sender="keeper_a"))
    order.refresh_from_db()
    event = order.events.order_by("-version").first()
    assert (event.event, event.role, order.data["found"]) == ("answer_of_keeper", "keeper", "灯泡坏")


def test_a_file_is_tried_out_and_then_taken_in_row_by_row(orders, csv, now):
    path = csv(
        HEAD + "1,W-1,01,路灯不亮,某甲,keeper_a,电话\n2,W-2,77,井盖丢失,某乙,,网络\n"
        "3,,02,,某丙,,\n1,W-1,01,路灯不亮,某甲,keeper_a,电话\n"
    )
    run = check(path, now)
    assert not Case.objects.exists(), "nothing is taken in by trying it out"
    assert run.results["passed_over"] == ["来源渠道"]
    assert [(one["row"], one["field"], one["code"]) for one in run.results["findings"]] == [
        (3, "kind", "unknown_code"),
        (4, "order_no", "required"),
        (4, "matter", "required"),
    ]
    for _ in range(2):
        run = acts.take_in(run.pk, now=now, **OFFICE)
    assert (run.state, run.taken, run.repeated, run.refused) == ("done", 1, 1, 2)
    assert [(row.row, row.faults[0]["code"]) for row in Received.objects.filter(state="refused").order_by("row")] == [
        (3, "unknown_code"),
        (4, "required"),
    ]
    again = acts.take_in(check(path, now).pk, now=now, **OFFICE)
    assert (again.taken, again.repeated, again.refused) == (0, 2, 2)
    acts.drop_file(again.pk, now=now, **OFFICE)
    acts.look_after(now + timedelta(days=31))
    assert [one.rows for one in Intake.objects.all()] == [{}, {}]


def test_a_long_file_is_taken_in_by_the_worker_and_goes_on_where_it_stopped(orders, csv, now):
    run = check(csv(HEAD + "".join(f"{n},W-{n},01,灯{n},,,\n" for n in range(7))), now)
    acts.take_in(run.pk, now=now, limit=3, **OFFICE)
    assert Intake.objects.get().done == 3
    work(now)
    run = Intake.objects.get()
    assert (run.state, run.taken, Case.objects.count()) == ("done", 7, 7)
    with pytest.raises(NotFound):
        acts.take_in(run.pk, by=THEM, scope=type(HANDLER.scope)("public"), now=now)


def test_a_file_that_cannot_be_read_says_why(orders, csv, now):
    with pytest.raises(Refused, match="no column"):
        check(csv("流水号,类别\n1,01\n"), now)
    with pytest.raises(SheetFault):
        check(csv(""), now)
    with pytest.raises(Conflict, match="by call alone"):
        check(csv("serial,order_no\n1,W-1\n"), now, name="closed")
    with pytest.raises(NotFound):
        check(csv(HEAD), now, name="nothing")
    dropped = acts.drop_file(check(csv(HEAD), now).pk, now=now, **OFFICE)
    with pytest.raises(Conflict):
        acts.take_in(dropped.pk, now=now, **OFFICE)


def test_keepers_answer_in_bulk_by_a_workbook(orders, now, fire, tmp_path):
    from openpyxl import Workbook

    cases = [send_order(now, 流水号=str(n), 工单编号=f"W-{n}", keeper="keeper_a") for n in (1, 2)]
    for case in cases:
        fire(case, "sign")
    book = Workbook()
    book.active.append(["serial", "number", "found", "why"])
    for place, case in enumerate(cases):
        book.active.append([place, case.number, "灯泡坏", "已更换"])
    book.active.append(["9", "2026-ORD-99999", "x", "y"])
    book.save(tmp_path / "answers.xlsx")
    run = check(tmp_path / "answers.xlsx", now, name="answers", sender="keeper_a")
    run = acts.take_in(run.pk, now=now, **OFFICE)
    assert (run.taken, run.refused) == (2, 1)
    for case in cases:
        event = case.events.order_by("-version").first()
        assert (event.event, event.actor_id, event.role) == ("answer_of_keeper", "11", "keeper")


def test_a_message_writes_a_record_and_what_it_does_not_say_stays(orders, now):
    def told(**changes):
        raw = {"serial": "1", "number": "L1", "colour": "red", "until": "2026-12-31"} | changes
        return acts.receive("national", "lamp_there", raw, came=Came("file", HANDLER.by), by=HANDLER.by, now=now)

    row, is_new = told()
    assert is_new
    assert not told()[1]
    told(serial="2", colour="blue", until="")
    found = registers.record(HANDLER.scope, "lamps", "L1")
    assert (found.values, found.latest) == ({"number": "L1", "colour": "blue"}, 2)
    assert row.record.key == "L1"
    assert found.source == "全国灯册 2"


def test_an_order_may_come_by_file_with_the_names_of_fields(orders, csv, now):
    path = csv("serial\torder_no\tmatter\tkind\n1\tW-1\t'=暗\t01\n", "orders.tsv")
    run = acts.take_in(check(path, now).pk, now=now, **OFFICE)
    assert run.taken == 1
    assert ORDER["工单编号"] == Link.objects.get().number
