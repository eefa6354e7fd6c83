"""A fee is demanded with its values, paid at a cashier outside, booked once, and given back or let go with a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import SYSTEM, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.config import cashier as settings_of_cashier
from amur.ledger import reads as ledger
from amur.ledger.models import Entry
from amur.procedures import acts, reads
from amur.procedures.acts.erasing import Ground, forget
from amur.procedures.fees.counting import bill_of
from amur.procedures.fees.models import FeeBooking, FeeDay, FeeDemand, FeeRefund
from amur.procedures.models import Case
from amur.procedures.notices.signatures import secret_text
from tests.procedures.conftest import Officer
from tests.procedures.fees.cashier import SECRET
from tests.procedures.fees.charged import FEE, VALUES, accept, demand_of, furnish, licence
from tests.procedures.fees.conftest import work
from tests.procedures.pack import sync

pytestmark = [pytest.mark.django_db, pytest.mark.either]
KEEPER = Officer("33", "cashkeeper")
ON = date(2026, 3, 10)
DUE = date(2026, 3, 24)
"""Ten working days after the tenth of March."""
AMOUNT = 10_600
"""100.00 and 12 watts of 0.50."""


def told(case) -> str:
    return " ".join(f"{one.kind} {one.body}" for one in ledger.entries_of(SYSTEM, case.key_subject))


@pytest.mark.both
def test_an_event_demands_the_amount_with_the_values_that_it_used(case):
    row = demand_of(case)
    assert (row.amount, row.whole, row.due_on, row.per_day, row.cap) == (AMOUNT, AMOUNT, DUE, "0.03", AMOUNT)
    assert [one["id"] for one in row.values_used] == ["base_fee", "watt_fee", "late_rate"]
    assert "fee.demanded" in told(case)
    (view,) = reads.fees_of(SYSTEM, case.pk, on=ON)
    assert (view.status, view.bill.owed, view.exemption) == ("open", AMOUNT, None)


def test_a_dated_change_later_and_another_release_leave_the_demand_as_it_is(case, now):
    sync(now, {("procedure", "licence"): licence(amount="9999999")}, version="9.0.0")
    later = date(2027, 2, 1)
    assert bill_of(demand_of(case), later).amount == AMOUNT
    assert reads.fees_of(SYSTEM, case.pk, on=later)[0].row.amount == AMOUNT


@pytest.mark.parametrize(
    ("watts", "indoors", "amount", "exemption"),
    [("4", "yes", 0, "indoors"), ("6", "yes", 5150, "small"), ("4", "no", 5100, "small"), ("7", "yes", 10_350, None)],
)
def test_whoever_is_exempt_pays_less_or_nothing_and_why_is_sealed(now, watts, indoors, amount, exemption):
    furnish(now)
    case = accept(now, watts=watts, indoors=indoors)
    (view,) = reads.fees_of(SYSTEM, case.pk, on=ON)
    assert view.bill.amount == amount
    assert (view.exemption.id if view.exemption else None) == exemption
    assert view.status == ("open" if amount else "nothing")
    assert "indoors" not in told(case).split("fee.demanded")[1]
    if not amount:
        Officer("22", "decider").fire(case, "grant", now)


def test_what_has_no_amount_is_not_demanded_and_nothing_of_the_event_happens(now):
    furnish(now)
    with pytest.raises(Refused) as fault:
        accept(now, watts="")
    assert fault.value.code == "fee_without_amount"
    assert not FeeDemand.objects.exists()


def test_a_guard_waits_for_the_receipt(case, now, decider, pays):
    with pytest.raises(Refused) as fault:
        decider.fire(case, "grant", now)
    assert (fault.value.code, fault.value.details["en"]) == ("guard", "Pay first.")
    pays(AMOUNT)
    assert decider.fire(case, "grant", now).state == "granted"


def test_before_the_demand_nothing_is_paid_and_a_sum_has_no_value(now):
    for guard, code in (("fees.licence.paid", "guard"), ("fees.licence.amount == 0", "guard_without_value")):
        body = licence(on=["grant"])
        body["transitions"][0] |= {"when": guard, "otherwise": body["transitions"][3].pop("otherwise")}
        del body["transitions"][3]["when"]
        sync(now, {("procedure", "licence"): body, **VALUES}, version=f"1.{len(guard)}.0")
        with pytest.raises(Refused) as fault:
            accept(now)
        assert fault.value.code == code


def test_the_cashier_gives_a_code_and_is_told_of_nobody(coded, till, now):
    assert coded.code == "PAY0000"
    ((path, said),) = till.asked
    assert path == "/demands"
    assert (said["owed"], said["currency"], said["due_on"]) == (AMOUNT, "CNY", "2026-03-24")
    assert "移动灯一号" not in str(said)
    assert "keeper@example.org" not in str(said)
    work(now, 2)
    assert len(till.asked) == 1
    assert till.forged == 0


def test_a_cashier_that_is_away_is_asked_again_and_one_that_refuses_is_not(case, till, now):
    till.refuses = 503
    work(now)
    assert demand_of(case).error == "it answered 503"
    till.refuses = 0
    work(now + timedelta(minutes=5))
    assert (demand_of(case).code, demand_of(case).error) == ("PAY0000", "")
    other = accept(now)
    till.refuses = 422
    work(now + timedelta(minutes=9))
    asked = len(till.asked)
    work(now + timedelta(hours=2))
    assert len(till.asked) == asked
    assert "422" in demand_of(other).error


def test_an_answer_that_is_none_leaves_the_demand_without_a_code(case, till, now, monkeypatch):
    for said in ({"nothing": 1}, {"code": ""}, {"code": "x" * 65}):
        monkeypatch.setattr(till, "answer", lambda *_, said=said: (200, said))
        work(now, 9)
        assert demand_of(case).code == ""
    assert "cannot be read" in demand_of(case).error


def test_a_code_that_another_demand_has_is_not_taken(coded, till, now, monkeypatch):
    other = accept(now)
    monkeypatch.setattr(till, "answer", lambda *_: (200, {"code": coded.code}))
    work(now, 2)
    assert demand_of(other).code == ""


def test_a_fixed_sum_for_being_late_and_a_cap_are_frozen_as_sums(now):
    surcharge = {"title": FEE["title"], "fixed": "value.watt_fee * 100", "cap": {"amount": "value.base_fee"}}
    furnish(now, surcharge=surcharge | {"basis": FEE["basis"]})
    row = demand_of(accept(now))
    assert (row.per_day, row.fixed, row.cap) == ("", 5000, 10_000)
    assert bill_of(row, DUE + timedelta(days=9)).surcharge == 5000


@pytest.mark.parametrize(
    "change", [{"amount": "0 - value.base_fee"}, {"amount": "value.base_fee * 1000000000000"}], ids=["below", "above"]
)
def test_a_sum_below_nothing_or_beyond_all_sense_stops_the_event(now, change):
    furnish(now, **change)
    with pytest.raises(Refused) as fault:
        accept(now)
    assert fault.value.code == "fee_without_amount"


def test_a_share_above_the_whole_stops_the_event(now):
    rate = VALUES["value", "late_rate"]
    entries = [rate["entries"][0] | {"value": "1.5"}]
    sync(now, {("procedure", "licence"): licence(), **VALUES, ("value", "late_rate"): rate | {"entries": entries}})
    with pytest.raises(Refused) as fault:
        accept(now)
    assert fault.value.code == "fee_without_amount"


def test_the_settings_of_a_cashier_are_checked_when_they_are_read():
    whole = {"AMUR_CASHIER_URL": "https://cashier.example/", "AMUR_CASHIER_SECRET": SECRET}
    assert settings_of_cashier.from_environment({}) == {"URL": "", "SECRET": ""}
    assert settings_of_cashier.from_environment(whole)["SECRET"] == SECRET
    for wrong, said in (
        ({"AMUR_CASHIER_URL": "http://cashier.example/"}, "use https://"),
        ({"AMUR_CASHIER_SECRET": "short"}, "24 bytes"),
    ):
        with pytest.raises(ValueError, match=said):
            settings_of_cashier.from_environment(whole | wrong)


def test_without_a_cashier_a_demand_waits_and_says_so(case, now):
    work(now)
    assert demand_of(case).error == "no cashier is set up; set AMUR_CASHIER_URL"


@pytest.mark.both
def test_a_payment_that_is_reported_twice_is_booked_once(case, report, now, pays):
    said = pays(AMOUNT, heard=False)
    for seconds in range(3):
        report(said, now + timedelta(seconds=seconds))
    booked = FeeBooking.objects.get()
    assert (booked.amount, booked.receipt, booked.payer, booked.receipt_check) == (AMOUNT, "票000001", "王小明", "7f3a")
    assert Entry.objects.filter(kind="fee.payment").count() == 1
    with pytest.raises(Conflict) as fault:
        report(said | {"amount": 1}, now)
    assert fault.value.code == "fee_contradiction"
    (view,) = reads.fees_of(SYSTEM, case.pk, on=ON)
    assert (view.status, view.row.settled) == ("paid", True)


def test_a_forged_report_and_an_impossible_one_book_nothing(coded, report, now, pays):
    said = pays(AMOUNT, heard=False)
    with pytest.raises(PermissionError):
        report(said, now, secret_text(b"somebody else's secret, 32 bytes"))
    for change in (
        {"amount": 0},
        {"amount": -5},
        {"currency": "EUR"},
        {"on": "2026-03-11"},
        {"receipt": ""},
        {"id": ""},
    ):
        with pytest.raises(Invalid) as fault:
            report(said | change, now)
        assert set(fault.value.fields) == set(change)
    with pytest.raises(NotFound):
        report(said | {"code": "PAY9999"}, now)
    with pytest.raises(NotFound):
        report(said | {"demand": str(coded.pk), "code": "PAY9999"}, now)
    assert not FeeBooking.objects.exists()


def test_a_part_leaves_the_rest_owed_and_the_cashier_is_told_how_much(case, till, now, pays):
    pays(4000)
    (view,) = reads.fees_of(SYSTEM, case.pk, on=ON)
    assert (view.status, view.bill.owed) == ("part", 6600)
    work(now)
    assert till.asked[-1][1]["owed"] == 6600


def test_a_payment_in_time_that_is_reported_late_costs_nothing_more(coded, now, pays):
    later = now + timedelta(days=20)
    assert bill_of(coded, date(2026, 3, 30)).surcharge == 1908
    pays(AMOUNT, DUE, at=later)
    assert bill_of(coded, date(2026, 3, 30)).owed == 0


def test_late_payment_costs_a_share_for_each_day_and_never_more_than_the_cap(coded, case, till, now):
    (view,) = reads.fees_of(SYSTEM, case.pk, on=DUE + timedelta(days=2))
    assert [(one.since, one.days, one.base, one.amount) for one in view.bill.lines] == [
        (date(2026, 3, 25), 2, AMOUNT, 636)
    ]
    assert view.status == "late"
    assert bill_of(coded, date(2028, 1, 1)).owed == 2 * AMOUNT
    acts.tidy(now + timedelta(days=16))
    work(now + timedelta(days=16))
    assert [said["owed"] for path, said in till.asked if path == "/demands"] == [AMOUNT, AMOUNT + 636]


def test_what_was_paid_too_much_goes_back_when_the_cashier_confirms(till, report, now, pays, gives):
    pays(AMOUNT + 900)
    case = Case.objects.get()
    (view,) = reads.fees_of(KEEPER.scope, case.pk, on=ON)
    assert (view.bill.over, view.role, view.status) == (900, "cashkeeper", "paid")
    refund = gives(900)
    assert gives(900).pk == refund.pk
    with pytest.raises(Conflict):
        gives(5)
    work(now)
    assert till.refunds[str(refund.pk)]["amount"] == 900
    said = {"kind": "refund", "id": "r-7", "refund": str(refund.pk), "amount": 900, "currency": "CNY"}
    with pytest.raises(Conflict):
        report(said | {"amount": 901}, now)
    for _ in range(2):
        report(said, now)
    with pytest.raises(Conflict):
        report(said | {"kind": "refund_refused"}, now)
    (view,) = reads.fees_of(KEEPER.scope, case.pk, on=ON)
    assert (view.bill.over, view.bill.owed, view.bill.net, view.status) == (0, 0, AMOUNT, "paid")
    assert "多缴" not in told(case)


def test_a_fee_that_is_given_back_whole_is_not_owed_again(case, till, now, pays, gives):
    till.gives_back = "confirmed"
    pays(AMOUNT)
    gives(AMOUNT, key="k")
    work(now)
    assert gives(AMOUNT, key="k").state == "confirmed"
    (view,) = reads.fees_of(SYSTEM, case.pk, on=date(2026, 9, 1))
    assert (view.bill.owed, view.bill.net, view.status) == (0, 0, "waived")
    with pytest.raises(Invalid):
        gives(1)


def test_a_refund_that_the_cashier_refuses_changes_nothing_and_can_be_asked_again(till, report, now, pays, gives):
    pays(AMOUNT)
    first = gives(AMOUNT)
    till.refuses = 409
    work(now)
    first.refresh_from_db()
    assert (first.state, "409" in first.error) == ("refused", True)
    till.refuses = 0
    second = gives(AMOUNT)
    assert second.pk != first.pk
    for _ in range(2):
        report({"kind": "refund_refused", "refund": str(second.pk), "error": "账户已注销"}, now)
    assert FeeRefund.objects.get(pk=second.pk).state == "refused"
    assert bill_of(first.demand, ON).net == AMOUNT
    with pytest.raises(NotFound):
        report({"kind": "refund", "refund": "nothing"}, now)


def test_the_office_lets_go_with_a_reason_and_a_basis(coded, case, keeper, now):
    let = {
        "by": keeper.by,
        "scope": keeper.scope,
        "now": now,
        "of": "amount",
        "reason": "遭遇火灾",
        "basis": "条例第9条",
    }
    for wrong in ({"reason": ""}, {"basis": " "}):
        with pytest.raises(Invalid):
            acts.waive_fee(coded.pk, 100, **(let | wrong))
    for sum_ in (0, -1, AMOUNT + 1):
        with pytest.raises(Invalid):
            acts.waive_fee(coded.pk, sum_, **let)
    first = acts.waive_fee(coded.pk, 600, key="k", **let)
    assert acts.waive_fee(coded.pk, 600, key="k", **let).pk == first.pk
    late = now + timedelta(days=15)
    with pytest.raises(Invalid):
        acts.waive_fee(coded.pk, 301, **(let | {"of": "surcharge", "now": late}))
    acts.waive_fee(coded.pk, 300, **(let | {"of": "surcharge", "now": late}))
    assert bill_of(coded, DUE + timedelta(days=1)).owed == 10_000
    acts.waive_fee(coded.pk, 10_000, **(let | {"now": late}))
    assert reads.fee_of(SYSTEM, case.pk, "licence", on=DUE + timedelta(days=1)).status == "waived"
    assert "遭遇火灾" not in told(case)
    assert FeeBooking.objects.latest("pk").basis == ["条例第9条"]


def test_only_the_role_that_the_pack_names_gives_back_and_lets_go(coded, handler, now):
    let = {"now": now, "reason": "a", "basis": "b"}
    with pytest.raises(Refused):
        acts.waive_fee(coded.pk, 1, by=handler.by, scope=handler.scope, of="amount", **let)
    for scope in (Scope("public"), Scope("party", "9")):
        with pytest.raises(NotFound):
            acts.refund_fee(coded.pk, 1, by=handler.by, scope=scope, now=now, reason="a")


def test_what_is_open_falls_away_when_the_party_withdraws(coded, case, now, pays):
    pays(100)
    body = licence()
    event = next(one["event"] for one in body["transitions"] if one["event"] == "withdraw")
    acts.fire(
        case.pk,
        event,
        by=Officer("1", "x").by,
        scope=Scope("party", parties=frozenset({f"case:{case.pk}"})),
        now=now,
        expected_version=case.version,
    )
    (view,) = reads.fees_of(SYSTEM, case.pk, on=ON)
    assert (view.bill.owed, view.bill.net, view.status) == (0, 100, "paid")
    pays(50)
    assert bill_of(coded, ON).over == 50


@pytest.mark.both
def test_a_day_is_compared_what_was_not_heard_is_booked_and_what_differs_is_kept(till, keeper, now, pays):
    pays(1000)
    pays(77)
    till.payments.pop()
    pays(2000, heard=False, id="p-lost")
    till.pays("PAY9999", 5, ON, id="p-strange")
    pays(3, heard=False, id="p-1")
    tomorrow = now + timedelta(days=1)
    for _ in range(2):
        acts.tidy(tomorrow)
        work(tomorrow)
    day = FeeDay.objects.get()
    assert (day.day, day.count, day.found) == (ON, 4, 1)
    assert [(one["what"], one["reference"]) for one in day.differences] == [
        ("no_demand", "p-strange"),
        ("fee_contradiction", "p-1"),
        ("not_at_cashier", "p-2"),
    ]
    view = reads.day_of_fees(keeper.scope, ON)
    assert view.sums == {"CNY": (3077, 0)}
    assert [one.amount for one in view.bookings] == [1000, 77, 2000]
    assert reads.day_of_fees(Officer("44", "cashkeeper", region="230200").scope, ON).bookings == ()
    for scope in (Officer("11", "handler").scope, Scope("public")):
        with pytest.raises(NotFound):
            reads.day_of_fees(scope, ON)


@pytest.mark.both
def test_who_paid_and_why_goes_with_the_case_and_the_sums_stay(case, now, pays, gives):
    pays(AMOUNT)
    gives(5, "王小明多缴")
    assert "王小明" not in told(case)
    assert "票000001" not in told(case)
    case.refresh_from_db()
    forget(case, by=KEEPER.by, now=now, ground=Ground("over", ""))
    booked = FeeBooking.objects.get()
    assert (booked.payer, booked.receipt_check, booked.amount) == ("", "", AMOUNT)
    assert FeeRefund.objects.get().reason == ""
    pays(9)
    assert bill_of(demand_of(case), ON).net == AMOUNT + 9
    assert FeeBooking.objects.latest("pk").payer == ""
    with pytest.raises(Refused):
        acts.waive_fee(
            demand_of(case).pk, 1, by=KEEPER.by, scope=KEEPER.scope, now=now, of="amount", reason="a", basis="b"
        )
