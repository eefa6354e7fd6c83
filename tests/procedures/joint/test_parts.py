"""Joint work (P17): the lead asks other bodies for their part, each gives it once, and sees no more than it must."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import Actor, Grant, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger.models import Entry
from amur.people.reads import day_of
from amur.procedures import acts, reads
from amur.procedures.joint.models import AskedPart
from amur.procedures.models import Upload
from amur.procedures.opinions.receiving import Sent

pytestmark = pytest.mark.django_db


def ask(case, officer, now, part="traces", body="police", **more):
    more = {"text": "Secure the lamp oil."} | more
    return acts.ask_part(case.id, part, body, by=officer.by, scope=officer.scope, now=now, **more)


def give(row, officer, now, **more):
    more = {"text": "Secured; see the list."} | more
    return acts.give_part(row.pk, by=officer.by, scope=officer.scope, now=now, **more)


def test_the_lead_asks_and_the_member_gives_its_part_in_time(opened, handler, police, now):
    case = opened()
    row = ask(case, handler, now)
    assert (row.due_on, row.role) == (date(2026, 3, 13), "investigator")
    seen = reads.asked_part(police.scope, row.pk, on=day_of(now))
    assert ([field.id for field, _ in seen.shared], seen.left, seen.row.asked) == (
        ["name", "plan"],
        3,
        "Secure the lamp oil.",
    )
    given = give(row, police, now + timedelta(days=1))
    assert (given.given, given.late) == ("Secured; see the list.", False)
    shown = reads.joint_of(handler.scope, case.id, on=day_of(now)).parts[0]
    assert (shown.row.given, shown.is_open) == ("Secured; see the list.", False)
    kinds = list(Entry.objects.filter(subject=case.key_subject).values_list("kind", flat=True))
    assert kinds[-2:] == ["case.part_asked", "case.part_given"]


def test_a_part_that_comes_after_its_last_day_is_marked_late(opened, handler, police, now):
    row = ask(opened(), handler, now)
    assert reads.asked_part(police.scope, row.pk, on=day_of(now + timedelta(days=6))).left == -1
    assert give(row, police, now + timedelta(days=6)).late


def test_a_member_sees_the_case_until_it_has_given_its_part_and_not_afterwards(opened, handler, police, now, pdf):
    case = opened()
    row, plan = ask(case, handler, now), Upload.objects.get(case=case)
    _, stream = reads.part_file(police.scope, row.pk, plan.pk, on=day_of(now))
    with stream:
        assert stream.read() == pdf
    give(row, police, now, file=Sent("list.pdf", [pdf]))
    seen = reads.asked_part(police.scope, row.pk, on=day_of(now))
    assert (seen.shared, seen.uploads) == ((), ())
    with pytest.raises(NotFound):
        reads.part_file(police.scope, row.pk, plan.pk, on=day_of(now))
    own = AskedPart.objects.get().upload_id
    for officer in (police, handler):
        reads.part_file(officer.scope, row.pk, own, on=day_of(now))[1].close()
    for look in (
        lambda: reads.case_for_desk(police.scope, case.number),
        lambda: reads.joint_of(police.scope, case.id, on=day_of(now)),
        lambda: reads.upload(police.scope, plan.pk),
    ):
        with pytest.raises(NotFound):
            look()


def test_a_part_is_given_once_and_asked_once_a_key(opened, handler, police, now):
    case = opened()
    row = ask(case, handler, now, key="k")
    assert ask(case, handler, now, key="k").pk == row.pk
    give(row, police, now)
    with pytest.raises(Conflict):
        give(row, police, now)
    assert AskedPart.objects.count() == 1


@pytest.mark.parametrize(
    ("part", "body", "text", "fault"),
    [
        ("nothing", "police", "x", NotFound),
        ("traces", "fire_office", "x", Invalid),
        ("traces", "bureau", "x", Invalid),
        ("traces", "police", " ", Invalid),
    ],
)
def test_what_cannot_be_asked_is_not(opened, handler, now, part, body, text, fault):  # noqa: PLR0917 -- four of one row
    case = opened()
    with pytest.raises(fault):
        ask(case, handler, now, part, body, text=text)
    assert not AskedPart.objects.exists()


def test_only_the_roles_that_are_named_ask_and_only_the_asked_body_answers(opened, handler, head, brigade, now):
    case = opened()
    with pytest.raises(Refused, match="only handler"):
        ask(case, head, now)
    row = ask(case, handler, now)
    with pytest.raises(NotFound):
        give(row, brigade, now)
    with pytest.raises(NotFound):
        acts.ask_part(case.id, "traces", "police", by=brigade.by, scope=brigade.scope, now=now, text="x")
    barred = Scope("office", "p", grants=(Grant("investigator", "police", "230000", barred="no_card"),))
    with pytest.raises(Refused, match="card"):
        acts.give_part(row.pk, by=brigade.by, scope=barred, now=now, text="x")


def test_a_file_is_sent_where_one_is_asked_for(opened, head, brigade, now, pdf):
    row = ask(opened(), head, now, "report", "fire_office")
    with pytest.raises(Invalid):
        give(row, brigade, now)
    assert give(row, brigade, now, file=Sent("report.pdf", [pdf])).upload is not None


def test_the_list_of_a_body_has_what_waits_first(opened, handler, police, now):
    case = opened()
    first = ask(case, handler, now, text="one")
    second = ask(case, handler, now, text="two")
    give(first, police, now)
    assert [one.row.pk for one in reads.parts_asked_of(police.scope, on=day_of(now))] == [second.pk, first.pk]
    assert not reads.parts_asked_of(handler.scope, on=day_of(now))


def test_nothing_is_asked_or_given_when_the_case_is_over(opened, handler, decider, police, now):
    case = opened()
    row = ask(case, handler, now)
    decider.fire(case, "refuse", now, reason="no")
    with pytest.raises(Refused):
        ask(case, handler, now)
    with pytest.raises(Refused):
        give(row, police, now)


def test_what_a_member_gave_is_erased_with_the_case(opened, handler, police, decider, now):
    case = opened()
    give(ask(case, handler, now, text="words-of-the-lead"), police, now, text="words-of-the-member")
    decider.fire(case, "refuse", now, reason="no")
    at = now.replace(year=now.year + 3) + timedelta(days=1)
    clerk = Scope("office", "33", grants=(Grant("eraser", "bureau", "230000"),))
    acts.erase_case_party(case.id, by=Actor("33", role="eraser"), scope=clerk, now=at, reason="over")
    row = AskedPart.objects.get()
    assert (row.asked, row.given) == ("", "")
