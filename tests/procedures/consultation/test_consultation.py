"""Anybody comments on what is planned; the authority says what it took up and why not; what was written is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.consultation.checks import check_consultation
from amur.procedures.consultation.declarations import ConsultationDeclaration
from amur.procedures.consultation.models import Comment, Summary
from amur.procedures.consultation.reads import Point
from amur.registers.checks import Known
from tests.procedures.consulting import CONSULTATION, furnish
from tests.procedures.pack import STRANGER

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PLAN = "colours_plan"
AFTER = datetime(2026, 4, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def plan(now):
    furnish(now)


def say(now, text="蓝色太暗", **options):
    return acts.comment(PLAN, text, **({"by": STRANGER, "scope": PUBLIC, "now": now} | options))


def answer(handler, now=AFTER, serials=(1,), text="综述", **options):
    point = Point("要求取消蓝色", "no", "蓝色在雾中可见", tuple(serials))
    return acts.publish_summary(PLAN, text, [point], by=handler.by, scope=handler.scope, now=now, **options)


def withhold(handler, now, serial=1, reason="含他人身份证号"):
    law = "个人信息保护法第二十五条"
    return acts.withhold_comment(PLAN, serial, by=handler.by, scope=handler.scope, now=now, reason=reason, law=law)


def test_anybody_comments_with_or_without_a_name_and_once_a_key(now):
    first = say(now, key="k")
    assert say(now, key="k").pk == first.pk
    named = say(now, "同意", name="甲", publish="named")
    assert (first.serial, first.name, named.serial, named.name) == (1, "", 2, "甲")
    assert reads.consultation(PUBLIC, PLAN, on=date(2026, 3, 10)).received == 2


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"text": " "}, "text"),
        ({"publish": "named"}, "name"),
        ({"publish": "x"}, "publish"),
        ({"channel": "x"}, "channel"),
    ],
)
def test_what_is_missing_is_said(now, options, field):
    with pytest.raises(Invalid) as fault:
        say(now, **options)
    assert field in fault.value.fields


@pytest.mark.parametrize("days", [-10, 22])
def test_it_is_open_from_its_first_to_its_last_day(now, days):
    with pytest.raises(Refused) as fault:
        say(now + timedelta(days=days))
    assert fault.value.code == "consultation_closed"


def test_a_letter_is_entered_by_whoever_answers_even_after_the_last_day(now, handler, decider):
    with pytest.raises(Refused):
        say(now, channel="letter")
    with pytest.raises(Refused):
        say(now, channel="letter", by=decider.by, scope=decider.scope)
    entered = say(AFTER, channel="letter", by=handler.by, scope=handler.scope)
    assert entered.channel == "letter"
    answer(handler)
    with pytest.raises(Refused):
        say(AFTER, channel="letter", by=handler.by, scope=handler.scope)


def test_comments_are_shown_at_the_end_as_their_writers_agreed(now, handler):
    say(now, "具名", name="甲", publish="named")
    say(now, "匿名", name="乙", publish="unnamed")
    say(now, "不公开", name="丙", publish="not")
    say(now, "含他人信息", name="丁", publish="named")
    withhold(handler, now, 4)
    assert not reads.comments_of(PUBLIC, PLAN).rows
    answer(handler, serials=(1, 2, 3, 4))
    shown = reads.comments_of(PUBLIC, PLAN).rows
    assert [(one.name, one.text) for one in shown] == [("甲", "具名"), ("", "匿名"), ("", ""), ("", "")]
    assert (shown[3].is_withheld, shown[3].law) == (True, "个人信息保护法第二十五条")
    assert [one.name for one in reads.comments_of(handler.scope, PLAN).rows] == ["甲", "乙", "丙", "丁"]


def test_a_comment_is_withheld_only_for_a_law_and_with_a_reason_by_whoever_answers(now, handler, decider):
    say(now)
    with pytest.raises(NotFound):
        withhold(decider, now)
    with pytest.raises(NotFound):
        withhold(handler, now, 9)
    with pytest.raises(Invalid):
        withhold(handler, now, reason="")
    assert withhold(handler, now).pk == withhold(handler, now).pk
    with pytest.raises(Conflict):
        withhold(handler, now, reason="另一个理由")
    columns = {field.name for field in Comment._meta.get_fields()}
    assert not columns & {"category", "topic", "tone", "stance", "opinion", "label", "score", "account_id"}


def test_the_summary_comes_after_the_last_day_and_answers_every_comment(now, handler, decider):
    say(now)
    say(now, "同意")
    with pytest.raises(Refused):
        answer(handler, now)
    with pytest.raises(NotFound):
        answer(decider)
    for serials, code in (((1,), "unanswered"), ((1, 2, 7), "unknown_comment")):
        with pytest.raises(Invalid) as fault:
            answer(handler, serials=serials)
        assert fault.value.fields["serials"][0] == code
    with pytest.raises(Invalid):
        acts.publish_summary(
            PLAN, "综述", [Point("甲", "maybe", "乙", (1, 2))], by=handler.by, scope=handler.scope, now=AFTER
        )
    first = answer(handler, serials=(1, 2))
    assert answer(handler, serials=(1, 2)).pk == first.pk
    assert answer(handler, serials=(1, 2), text="更正").pk != first.pk
    found = reads.consultation(PUBLIC, PLAN, on=date(2026, 4, 2))
    assert (found.phase, found.summary.text, found.points[0].taken_up) == ("closed", "更正", "no")
    assert found.answer_due.on == date(2026, 4, 29)
    assert Summary.objects.count() == 2


def test_the_ledger_holds_no_word_and_no_account_of_a_writer(now):
    row = say(now, "蓝色太暗", name="甲乙", by=Actor("77", client="portal"))
    (entry,) = ledger.entries_of(SYSTEM, row.key_subject)
    assert entry.kind == "consultation.commented"
    for word in ("蓝色太暗", "甲乙"):
        assert word not in str(entry.body)
    assert "77" not in str(entry.act)


def test_what_was_written_is_erased_when_its_time_is_over_and_the_summary_stays(now, handler):
    row = say(now, "具名", name="甲", publish="named")
    answer(handler)
    acts.tidy(datetime(2026, 7, 9, 2, tzinfo=UTC))
    row.refresh_from_db()
    assert row.text == "具名"
    acts.tidy(datetime(2026, 7, 11, 2, tzinfo=UTC))
    row.refresh_from_db()
    assert (row.text, row.name) == ("", "")
    (shown,) = reads.comments_of(PUBLIC, PLAN).rows
    assert shown.is_erased
    assert reads.consultation(PUBLIC, PLAN, on=date(2026, 7, 11)).points[0].said == "要求取消蓝色"


def test_only_whoever_answers_reads_one_before_the_end(now, handler, decider):
    say(now, "不公开", publish="not")
    assert reads.comment_by_number(handler.scope, PLAN, 1).text == "不公开"
    for scope, serial in ((decider.scope, 1), (PUBLIC, 1), (handler.scope, 2)):
        with pytest.raises(NotFound):
            reads.comment_by_number(scope, PLAN, serial)
    assert [one.declaration.id for one in reads.answered_by(handler.scope, on=date(2026, 3, 10))] == [PLAN]
    assert reads.answered_by(decider.scope, on=date(2026, 3, 10)) == ()
    with pytest.raises(NotFound):
        reads.consultation(PUBLIC, "nothing", on=date(2026, 3, 10))


def test_a_declared_consultation_is_checked():
    def faults(**changes):
        declared = ConsultationDeclaration.model_validate(CONSULTATION | changes)
        known = Known(roles={"handler"})
        return [one.check for one in check_consultation(declared, known, {"bureau"}, lambda path: (str(path), 1))]

    assert faults() == []
    assert faults(body="nobody", by=["nobody"]) == ["consultation.body", "consultation.role"]
    with pytest.raises(ValueError, match="before it opens"):
        faults(closes_on="2026-02-01")
