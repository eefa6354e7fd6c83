from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM
from amur.base.faults import Conflict, Invalid, NotFound
from amur.exchange import acts
from amur.exchange.models import Comparison, Difference
from amur.jobs.models import Job
from amur.ledger import reads as ledger
from amur.procedures.models import Case
from amur.registers.acts import write_record
from tests.exchange.conftest import HANDLER, ORDER, THEM, send_order, work
from tests.exchange.travelling import PHOTO, TRAVELLING, hash_of, named
from tests.procedures.pack import sync

pytestmark = [pytest.mark.django_db, pytest.mark.either]
OFFICE = {"by": HANDLER.by, "scope": HANDLER.scope}


@pytest.fixture
def listed(tmp_path, now):
    """Compare a list that came as a file."""

    def compare(text: str, rule: str = "orders", exchange: str = "hotline", at=now) -> Comparison:
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        return acts.compare_file(exchange, rule, path, now=at, **OFFICE)

    return compare


def open_ones() -> list[tuple[str, str, str, str, str]]:
    found = Difference.objects.filter(state="open").order_by("key")
    return [(one.kind, one.key, one.field, one.ours, one.theirs) for one in found]


def test_what_differs_is_kept_until_it_agrees_and_opens_a_task(orders, now, fire, listed):
    first, second = (send_order(now, 流水号=str(n), 工单编号=f"W-{n}") for n in (1, 2))
    fire(first, "sign")
    made = listed("工单编号,state\nW-1,1\nW-3,2\n")
    assert (made.theirs, made.ours, made.agreed, made.differing) == (2, 2, 0, 3)
    assert open_ones() == [
        ("differs", "W-1", "state", "signed", "sent_out"),
        ("missing_there", "W-2", "", "", ""),
        ("missing_here", "W-3", "", "", ""),
    ]
    tasks = Case.objects.filter(procedure="desk_task").order_by("number")
    assert [task.data["what"] for task in tasks] == ["differs W-1", "missing_there W-2", "missing_here W-3"]
    later = listed("工单编号,state\nW-1,2\nW-2,1\nW-3,2\n", at=now + timedelta(days=1))
    assert (later.agreed, later.differing) == (2, 1)
    assert [one.state for one in Difference.objects.order_by("key")] == ["agreed", "agreed", "open"]
    assert Case.objects.filter(procedure="desk_task").count() == 3, "the same difference is one task"
    fire(second, "send_back", reason="归别处", extra={"proposed": "council"})
    assert listed("工单编号,state\nW-1,2\n").differing == 0, "what was sent back need not be listed there"


def test_a_person_resolves_a_difference_with_a_reason(order, now, listed):
    listed("工单编号,state\n")
    row = Difference.objects.get()
    with pytest.raises(Invalid):
        acts.resolve_difference("hotline", row.pk, now=now, reason="", **OFFICE)
    for _ in range(2):
        row = acts.resolve_difference("hotline", row.pk, now=now, reason="对方次日导入", **OFFICE)
    assert (row.state, row.reason, row.resolved_by) == ("resolved", "对方次日导入", "11")
    entries = [one for one in ledger.entries_of(SYSTEM, row.key_subject) if one.kind == "exchange.resolved"]
    assert [one.body["key"] for one in entries] == [row.key], "twice is once, and it names what differs"
    listed("工单编号,state\n")
    assert Difference.objects.filter(state="open").count() == 1, "what shows again is a new one"
    with pytest.raises(NotFound):
        acts.resolve_difference("national", row.pk, now=now, reason="r", **OFFICE)


def test_a_faulty_list_is_refused_with_its_rows(order, now, listed):
    with pytest.raises(Invalid) as caught:
        listed("工单编号,state\nW-1,7\nW-1,1\n,1\n")
    assert [*caught.value.fields] == ["row 2, state", "row 3, order_no", "row 4, order_no"]
    assert not Comparison.objects.exists()


def test_the_list_is_asked_for_each_day_and_page_by_page(order, other_side, now):
    other_side.pages = [
        {"items": [{"工单编号": "W-1", "state": "1"}], "next": "2"},
        {"items": [{"工单编号": "W-2", "state": "1"}]},
    ]
    acts.look_after(now.replace(hour=17))  # one o'clock of the next day in Beijing
    assert not Job.objects.exists()
    for _ in range(2):
        acts.look_after(now)
    work(now)
    assert [told["after"] for _, told in other_side.came] == ["", "2"]
    assert Comparison.objects.get().way == "api"
    assert open_ones() == [("missing_here", "W-2", "", "", "")]
    acts.look_after(now)
    assert Comparison.objects.count() == 1


def test_a_list_that_cannot_be_read_is_asked_for_again_or_kept_as_failed(order, other_side, now):
    other_side.pages = [{"rows": []}, {"items": [{"工单编号": "W-1", "state": "77"}]}]
    acts.look_after(now)
    work(now)
    assert not Comparison.objects.exists()
    work(now + timedelta(minutes=1))
    made = Comparison.objects.get()
    assert "has no counterpart" in made.error
    assert not Difference.objects.exists()


def test_records_are_compared_by_their_keys_and_a_call_has_its_own_way(orders, now, listed):
    write_record(
        "lamps",
        "L1",
        {"number": "L1", "colour": "red"},
        by=HANDLER.by,
        now=now,
        valid_from=now.date(),
        reason="r",
        source="s",
        through="office",
    )
    listed("number,colour\nL1,blue\nL2,red\n", "lamps", "national")
    assert open_ones() == [("differs", "L1", "colour", "red", "blue"), ("missing_here", "L2", "", "", "")]
    assert Difference.objects.get(key="L1").key_subject.startswith("record:lamps:")
    with pytest.raises(NotFound):
        listed("number,colour\n", "nothing", "national")
    with pytest.raises(Conflict):
        acts.check_file("hotline", "closed", __file__, file_name="x", now=now, **OFFICE)


@pytest.fixture
def with_a_photograph(now) -> Case:
    """Return a case with a photograph that came with its order."""
    sync(now, TRAVELLING)
    acts.keep_file("hotline", hash_of(PHOTO), [PHOTO], by=THEM, now=now)
    came = acts.Came("api", THEM, named=True, files=(named(PHOTO),))
    row, _ = acts.receive("hotline", "order", ORDER, came=came, by=THEM, now=now)
    return row.case


def test_what_a_file_has_no_column_for_is_not_compared_and_the_comparison_says_so(with_a_photograph, now, listed):
    made = listed("工单编号,state\nW-1,1\n")
    assert (made.agreed, made.differing, made.not_compared) == (1, 0, ["files"])
    made = listed("工单编号,state,files\nW-1,1,\n")
    assert (made.agreed, made.differing, made.not_compared) == (0, 1, []), "an empty cell says that they have none"
    assert open_ones() == [("differs", "W-1", "files", hash_of(PHOTO), "")]
    told = [one.body.get("not_compared") for one in ledger.entries_of(SYSTEM, "exchange:hotline")]
    assert told == [["files"], None]


def test_a_difference_stands_on_where_its_field_is_no_longer_given(with_a_photograph, now, listed):
    listed("工单编号,state,files\nW-1,2,aa\n")
    assert [one[2] for one in sorted(open_ones())] == ["files", "state"]
    listed("工单编号,state\nW-1,1\n")
    assert [one[2] for one in open_ones()] == ["files"], "the state agrees, of the files nothing was said"
    listed(f"工单编号,state,files\nW-1,1,{hash_of(PHOTO)}\n")
    assert open_ones() == []


@pytest.mark.parametrize(
    ("items", "wanted"),
    [
        ([{}], (["files"], [])),
        ([{"files": None}], ([], ["W-1"])),
        ([{}, {"files": "aa"}], ([], ["W-1", "W-2"])),
    ],
)
def test_what_no_item_of_a_call_names_is_not_compared(with_a_photograph, other_side, now, items, wanted):
    send_order(now, 流水号="2", 工单编号="W-2")
    numbered = [{"工单编号": f"W-{number}", "state": "1"} | one for number, one in enumerate(items, 1)]
    other_side.pages = [{"items": numbered[:1], "next": "2"}, {"items": numbered[1:]}]
    acts.look_after(now)
    work(now)
    differing = [key for kind, key, *_ in open_ones() if kind == "differs"]
    assert (Comparison.objects.get().not_compared, differing) == wanted


def test_an_empty_list_of_a_call_leaves_no_field_out(with_a_photograph, other_side, now):
    acts.look_after(now)
    work(now)
    assert Comparison.objects.get().not_compared == []
    assert open_ones() == [("missing_there", "W-1", "", "", "")]
