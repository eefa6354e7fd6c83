"""P25: views that officials keep."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from amur.base.acting import Actor, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.people.models import Account
from amur.procedures import acts
from amur.procedures.queues.asked import Asked
from amur.procedures.queues.engine import MOST_SAVED
from amur.procedures.queues.models import SavedView
from amur.procedures.queues.reads import saved_views

pytestmark = pytest.mark.django_db
ME, MINE = Actor("7"), Scope("office", "7")
LATE = Asked(view="late", region="230100", mine=True, received_from=date(2026, 3, 1), size=100)


def names(scope=MINE):
    return [(one.name, one.is_default) for one in saved_views(scope)]


def test_a_view_is_kept_with_its_filters_and_without_what_was_typed_into_the_search(now):
    acts.save_view(" 逾期　哈尔滨 ", Asked(view="late", region="230100", query="王某"), by=ME, now=now)
    (kept,) = saved_views(MINE)
    assert (kept.name, kept.asked) == ("逾期 哈尔滨", Asked(view="late", region="230100"))
    assert "王某" not in str(list(SavedView.objects.values_list()))


def test_everything_that_narrows_comes_back(now):
    acts.save_view("all of it", LATE, by=ME, now=now)
    assert saved_views(MINE)[0].asked == LATE


def test_the_same_again_is_there_and_another_under_its_name_is_refused(now):
    first = acts.save_view("a", LATE, by=ME, now=now)
    assert acts.save_view("a", LATE, by=ME, now=now) == first
    with pytest.raises(Invalid):
        acts.save_view("a", Asked(), by=ME, now=now)


def test_each_official_has_views_of_their_own(now):
    view = acts.save_view("a", LATE, by=ME, now=now)
    other = Actor("8")
    acts.save_view("a", Asked(), by=other, now=now)
    for attempt in (
        lambda: acts.rename_view(view.pk, "b", by=other, now=now),
        lambda: acts.open_with_view(view.pk, by=other, now=now),
        lambda: acts.rename_view(uuid.uuid4(), "b", by=ME, now=now),
    ):
        with pytest.raises(NotFound):
            attempt()
    acts.delete_view(view.pk, by=other, now=now)
    assert names() == [("a", False)]
    assert names(Scope("public")) == []


def test_one_view_at_most_opens_the_desk(now):
    first = acts.save_view("a", LATE, by=ME, now=now, is_default=True)
    second = acts.save_view("b", Asked(), by=ME, now=now, is_default=True)
    assert names() == [("a", False), ("b", True)]
    acts.open_with_view(first.pk, by=ME, now=now)
    assert names() == [("a", True), ("b", False)]
    acts.open_with_view(None, by=ME, now=now)
    assert names() == [("a", False), ("b", False)]
    acts.delete_view(second.pk, by=ME, now=now)
    assert names() == [("a", False)]


def test_a_view_is_named_anew_unless_the_name_is_taken(now):
    view = acts.save_view("a", LATE, by=ME, now=now)
    acts.save_view("b", Asked(), by=ME, now=now)
    assert acts.rename_view(view.pk, "c", by=ME, now=now).name == "c"
    with pytest.raises(Invalid):
        acts.rename_view(view.pk, "b", by=ME, now=now)


@pytest.mark.parametrize(
    ("name", "code"), [("  ", "required"), ("x" * 61, "too_long"), ("a\x00b", "control_characters")]
)
def test_a_name_that_is_none_is_refused(now, name, code):
    with pytest.raises(Invalid) as found:
        acts.save_view(name, LATE, by=ME, now=now)
    assert found.value.fields["name"][0] == code


def test_nobody_keeps_more_than_there_is_room_for(now):
    for number in range(MOST_SAVED):
        acts.save_view(str(number), LATE, by=ME, now=now)
    with pytest.raises(Refused):
        acts.save_view("one more", LATE, by=ME, now=now)


def test_the_views_of_a_closed_account_are_forgotten(now):
    gone, there = Account.objects.create_user("gone"), Account.objects.create_user("there")
    for account in (gone, there):
        acts.save_view("a", LATE, by=Actor(str(account.pk)), now=now)
    Account.objects.filter(pk=gone.pk).update(is_active=False)
    assert acts.forget_views(now) == 1
    assert SavedView.objects.get().account_id == str(there.pk)
