"""P20: after each case its party gives one of five grades; a bad one is followed up within its time; nobody is scored."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.procedures import acts, datasets, reads
from amur.procedures.acts.erasing import Ground, forget
from amur.procedures.models import Notice
from amur.procedures.ratings.models import Rating, RatingAct
from amur.procedures.ratings.reads import ratings_dataset
from tests.procedures.appeals.conftest import party_of
from tests.procedures.pack import STRANGER, fill
from tests.procedures.rated import furnish

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ON = date(2026, 3, 10)


@pytest.fixture
def decided(now, handler, decider):
    """Return a function that decides on a licence which is rated."""

    def make(**changes):
        furnish(now, **changes)
        case = handler.fire(acts.submit(fill(now).id, by=STRANGER, now=now), "accept", now)
        return decider.fire(case, "refuse", now, reason="灯太暗")

    return make


def rate(case, grade, now, **options):
    return acts.rate_case(case.pk, grade, by=STRANGER, scope=party_of(case), now=now, **options)


def follow_up(case, handler, now, result="已致歉并退费"):
    return acts.follow_up_rating(case.pk, result, by=handler.by, scope=handler.scope, now=now)


def test_a_case_is_rated_by_its_code_once_it_is_decided(decided, submitted, now):
    case = decided()
    early = submitted()
    with pytest.raises(Refused) as fault:
        rate(early, 5, now)
    assert fault.value.code == "rating_too_early"
    row = rate(case, 5, now, reasons=["polite"], said="很好")
    assert (row.grade, row.reasons, row.said, row.bad_since) == (5, ["polite"], "很好", None)
    assert rate(case, 5, now, reasons=["polite"], said="很好").pk == row.pk
    assert RatingAct.objects.count() == 1
    assert Rating.objects.count() == 1


def test_it_is_rated_within_the_time_that_the_pack_says(decided, now):
    case = decided()
    assert reads.rating_of(party_of(case), case.pk, on=ON).last_day == date(2026, 4, 9)
    with pytest.raises(Refused) as fault:
        rate(case, 5, now + timedelta(days=31))
    assert fault.value.code == "rating_too_late"


def test_a_grade_is_changed_once(decided, now):
    case = decided()
    rate(case, 1, now)
    assert rate(case, 4, now).bad_since is None
    with pytest.raises(Refused) as fault:
        rate(case, 1, now)
    assert fault.value.code == "rating_changed"
    assert [one.what for one in RatingAct.objects.order_by("pk")] == ["given", "changed"]


@pytest.mark.parametrize(("grade", "reasons"), [(0, []), (6, []), (3, ["old"]), (3, ["nothing"])])
def test_there_are_five_grades_and_the_reasons_of_the_list(decided, now, grade, reasons):
    with pytest.raises(Invalid):
        rate(decided(), grade, now, reasons=reasons)


def test_nobody_else_rates_and_no_stranger_learns_of_it(decided, handler, now):
    case = decided()
    for scope in (PUBLIC, Scope("party", "8")):
        with pytest.raises(NotFound):
            acts.rate_case(case.pk, 5, by=STRANGER, scope=scope, now=now)
        with pytest.raises(NotFound):
            reads.rating_of(scope, case.pk, on=ON)
    with pytest.raises(Refused):
        acts.rate_case(case.pk, 5, by=handler.by, scope=handler.scope, now=now)


def test_a_bad_grade_waits_at_the_desk_with_a_clock_in_working_days(decided, handler, decider, now):
    case = decided()
    rate(case, 2, now, said="等了很久")
    (waiting,) = reads.to_follow_up(handler.scope, on=ON).rows
    assert (waiting.case, waiting.due.on, waiting.role) == (case, date(2026, 3, 17), "handler")
    assert waiting.row.said == "等了很久"
    assert reads.to_follow_up(decider.scope, on=ON).rows[0].role == ""
    for scope in (PUBLIC, Scope("office", "9", grants=())):
        assert not reads.to_follow_up(scope, on=ON).rows
    rate(case, 3, now)
    assert not reads.to_follow_up(handler.scope, on=ON).rows


def test_a_follow_up_is_told_to_the_party_whose_grade_is_asked_again(decided, handler, decider, now):
    case = decided()
    with pytest.raises(Conflict):
        follow_up(case, handler, now)
    rate(case, 1, now)
    with pytest.raises(Refused):
        follow_up(case, decider, now)
    with pytest.raises(Conflict):
        acts.rate_follow_up(case.pk, 4, by=STRANGER, scope=party_of(case), now=now)
    row = follow_up(case, handler, now)
    assert follow_up(case, handler, now).pk == row.pk
    assert Notice.objects.filter(case=case).latest("pk").body == f"{case.number}：已致歉并退费"
    assert not reads.to_follow_up(handler.scope, on=ON).rows
    view = reads.rating_of(party_of(case), case.pk, on=ON)
    assert (view.may_rate_again, view.refusal.code, view.row.result) == (True, "rating_followed_up", "已致歉并退费")
    after = acts.rate_follow_up(case.pk, 4, by=STRANGER, scope=party_of(case), now=now)
    assert acts.rate_follow_up(case.pk, 4, by=STRANGER, scope=party_of(case), now=now).pk == after.pk
    assert (after.grade, after.grade_after) == (1, 4)
    with pytest.raises(Conflict):
        acts.rate_follow_up(case.pk, 5, by=STRANGER, scope=party_of(case), now=now)


def test_figures_are_shown_from_so_many_ratings_on_and_name_nobody(decided, now):
    for grade in (5, 5):
        rate(decided(), grade, now)
    (few,) = reads.figures(PUBLIC)
    assert (few.counts, few.total, few.publish_from) == (None, 0, 3)
    rate(decided(), 1, now)
    (shown,) = reads.figures(PUBLIC)
    assert (shown.total, shown.counts, shown.satisfied) == (3, {5: 2, 4: 0, 3: 0, 2: 0, 1: 1}, 67)


def test_ratings_are_a_dataset_over_which_an_indicator_can_be_written(decided, handler, now):
    case = decided()
    rate(case, 5, now, said="很好")
    rate(case, 1, now, said="其实不好")
    ledger_acts.seal(now)
    follow_up(case, handler, now)
    acts.rate_follow_up(case.pk, 3, by=STRANGER, scope=party_of(case), now=now)
    ledger_acts.seal(now)
    with pytest.raises(Refused):
        ratings_dataset(PUBLIC)
    assert "ratings" in {one.name for one in datasets.datasets(SYSTEM)}
    found = ratings_dataset(SYSTEM)
    rows = [row for batch in found.batches(-1, ledger.head().size) for row in batch.to_pylist()]
    assert [row["grade"] for row in rows] == [5, 1, 1, 1]
    assert [row["grade_after"] for row in rows] == [None, None, None, 3]
    assert rows[-1] | {"_index": 0} == {
        "_index": 0,
        "_subject": case.key_subject,
        "number": case.number,
        "procedure": "licence",
        "body": "bureau",
        "region": "230102",
        "channel": "portal",
        "grade": 1,
        "is_bad": True,
        "rated_on": ON,
        "follow_up_due_on": date(2026, 3, 17),
        "followed_up_on": ON,
        "grade_after": 3,
    }


def test_no_word_stands_in_the_ledger_and_all_are_erased_with_the_case(decided, handler, now):
    case = decided()
    rate(case, 1, now, said="等了很久")
    follow_up(case, handler, now)
    told = " ".join(str(entry.body) for entry in ledger.entries_of(SYSTEM, case.key_subject))
    assert "等了很久" not in told
    assert "已致歉并退费" not in told
    case.refresh_from_db()
    forget(case, by=handler.by, now=now, ground=Ground("over", ""))
    row = Rating.objects.get(case=case)
    assert (row.said, row.result, row.grade) == ("", "", 1)


def test_a_bad_grade_of_a_case_that_was_erased_waits_for_nobody(decided, handler, now):
    case = decided()
    rate(case, 1, now)
    assert len(reads.to_follow_up(handler.scope, on=ON).rows) == 1
    case.refresh_from_db()
    forget(case, by=handler.by, now=now, ground=Ground("over", ""))
    assert not reads.to_follow_up(handler.scope, on=ON).rows
    with pytest.raises(Conflict) as fault:
        follow_up(case, handler, now)
    assert fault.value.code == "nothing_to_follow_up"


def test_no_table_of_ratings_knows_an_account_or_an_official():
    names = {field.name for model in (Rating, RatingAct) for field in model._meta.get_fields()}
    assert not names & {"account_id", "account", "actor_id", "by", "followed_up_by", "handler"}


def test_where_a_procedure_asks_for_no_rating_there_is_none(submitted, now):
    case = submitted()
    assert reads.rating_of(party_of(case), case.pk, on=ON) is None
    with pytest.raises(Refused):
        rate(case, 5, now)
    assert reads.figures(PUBLIC) == ()
