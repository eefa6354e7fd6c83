"""P25: what an office sees of its cases, in which order, narrowed by what, and what that costs."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from amur.base.acting import SYSTEM, Grant, Scope
from amur.procedures import acts, declared, reads
from amur.procedures.models import Case
from amur.procedures.queues.asked import VIEWS, Asked
from amur.procedures.queues.looking import Look, _Query
from tests.procedures.conftest import Officer
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCE_BODY, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]
DAY = date(2026, 3, 10)
SECOND = LICENCE_BODY | {"id": "second", "series": "SEC", "title": text("Another licence"), "urgent_within": 10}


def numbers(found):
    return [row.number for row in found.rows]


def asked(scope, day=DAY, **wanted):
    at = wanted.pop("at", None)
    place = wanted.pop("place", "")
    return reads.queue(scope, on=day, at=at, asked=Asked(**wanted), place=place)


@pytest.fixture
def refused(submitted, handler, decider, now):
    case = handler.fire(submitted(), "accept", now)
    return decider.fire(case, "refuse", now, reason="no lamp")


@pytest.fixture
def copies(submitted, now):
    """Return a function that copies a case many times: its number, subject, region and dates as told."""
    case = Case.objects.get(pk=submitted().pk)
    kept = {field.attname: case.__dict__[field.attname] for field in Case._meta.concrete_fields}

    def make(count, **changes):
        first, rows = Case.objects.count(), []
        for number in range(count):
            own = {"id": uuid.uuid4(), "draft_id": None, "number": f"2026-LAN-1{first + number:05}"}
            told = {name: change(number) if callable(change) else change for name, change in changes.items()}
            rows.append(Case(**{**kept, **own, **told}))
        return Case.objects.bulk_create(rows)

    return make


class TestTheOrder:
    def test_what_is_due_first_stands_first_and_what_waits_is_apart(self, submitted, handler, now):
        later = handler.fire(submitted(), "accept", now + timedelta(days=3))
        sooner = handler.fire(submitted(), "accept", now)
        fresh = submitted()
        waiting = handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="?")
        found = asked(handler.scope)
        assert numbers(found) == [sooner.number, later.number, fresh.number]
        assert [row.left for row in found.rows] == [20, 23, None]
        assert numbers(asked(handler.scope, view="waiting")) == [waiting.number]
        assert numbers(asked(handler.scope, date(2026, 4, 9), view="late")) == [sooner.number]
        assert found.counts == {"open": 3, "urgent": 0, "late": 0, "waiting": 1, "closed": 0, "all": 4}

    def test_a_case_that_asks_nothing_of_any_office_is_not_to_do(self, submitted, handler, decider, now):
        granted = decider.fire(handler.fire(submitted(), "accept", now), "grant", now)
        fresh = submitted()
        for view in ("open", "waiting", "late", "urgent", "closed"):
            assert granted.number not in numbers(asked(handler.scope, view=view))
        assert numbers(asked(handler.scope, view="all")) == [granted.number, fresh.number]

    def test_closed_cases_are_kept_apart(self, refused, submitted, handler):
        fresh = submitted()
        assert numbers(asked(handler.scope)) == [fresh.number]
        (row,) = asked(handler.scope, view="closed").rows
        assert (row.number, row.left, row.state.id) == (refused.number, None, "refused")
        assert numbers(asked(handler.scope, view="all")) == [fresh.number, refused.number]

    def test_whatever_moves_a_case_moves_it_in_the_queue(self, submitted, handler, decider, now):
        case = submitted()
        stood = []

        def stands():
            case.refresh_from_db()
            stood.append((case.turn, case.due_rank < 2**62))

        stands()
        handler.fire(case, "accept", now)
        stands()
        acts.extend_clock(
            case.id, "decision", 5, by=decider.by, scope=decider.scope, now=now, expected_version=2, reason="?"
        )
        before = case.due_rank
        stands()
        handler.fire(case, "request_supplement", now, reason="?")
        assert case.due_rank > before
        stands()
        decider.fire(Case.objects.get(pk=submitted().pk), "refuse", now, reason="no")
        acts.fire(
            case.id,
            "withdraw",
            by=handler.by,
            scope=Scope("party", parties=frozenset({f"case:{case.id}"})),
            now=now,
            expected_version=case.version,
        )
        stands()
        assert stood == [
            ("office", False), ("office", True), ("office", True), ("applicant", False), ("closed", False),
        ]  # fmt: skip

    def test_a_case_of_a_nested_or_unknown_state_is_nobodys_until_its_declaration_says_otherwise(self, submitted):
        case = submitted()
        case.state = "somewhere"
        case.save(update_fields=["state"])
        assert Case.objects.get(pk=case.pk).turn == "nobody"

    def test_an_instant_is_late_when_it_has_passed_and_a_day_when_it_is_over(self, copies, handler):
        copies(1, due_on=DAY, due_at=datetime(2026, 3, 10, 2, 0, tzinfo=UTC), subject="instant")
        copies(1, due_on=DAY, due_at=None, subject="day")
        for at, late in (
            (datetime(2026, 3, 10, 2, 0, tzinfo=UTC), []),
            (datetime(2026, 3, 10, 2, 0, 1, tzinfo=UTC), ["instant"]),
            (datetime(2026, 3, 10, 15, 59, 59, 999_999, tzinfo=UTC), ["instant"]),
            (datetime(2026, 3, 10, 16, 0, tzinfo=UTC), ["instant", "day"]),
        ):
            found = asked(handler.scope, at=at, view="late")
            assert [row.subject for row in found.rows] == late


class TestWhatIsUrgent:
    @pytest.mark.parametrize("day", range(2, 14))
    def test_it_is_what_is_late_or_within_the_days_of_its_procedure_and_its_light_agrees(self, copies, handler, day):
        copies(12, due_on=lambda number: date(2026, 3, 4) + timedelta(days=number))
        found = asked(handler.scope, date(2026, 3, day), view="urgent")
        everything = asked(handler.scope, date(2026, 3, day), view="all")
        near = [row for row in everything.rows if row.left is not None and row.left <= 5]
        assert numbers(found) == [row.number for row in near]
        assert [row.is_soon or row.left < 0 for row in found.rows] == [True] * len(near)
        assert found.counts["urgent"] == len(near)

    def test_each_procedure_says_its_own_days(self, copies, handler, now):
        sync(now, {("procedure", "second"): SECOND}, version="1.1.0")
        pinned = declared.active("second")[0]
        copies(10, due_on=lambda number: DAY + timedelta(days=2 * number))
        copies(10, due_on=lambda number: DAY + timedelta(days=2 * number), procedure="second", declaration_hash=pinned)
        found = asked(handler.scope, view="urgent")
        assert {row.procedure.en: row.left for row in found.rows} == {"Licence of a lantern": 4, "Another licence": 10}
        assert all(row.is_soon for row in found.rows)

    def test_a_period_that_waits_or_was_extended_is_looked_at_anew(self, submitted, handler, decider, now):
        case = handler.fire(submitted(), "accept", now)
        near = date(2026, 4, 3)
        assert numbers(asked(decider.scope, near, view="urgent")) == [case.number]
        acts.extend_clock(
            case.id, "decision", 10, by=decider.by, scope=decider.scope, now=now, expected_version=2, reason="?"
        )
        assert numbers(asked(decider.scope, near, view="urgent")) == []
        assert numbers(asked(decider.scope, date(2026, 4, 17), view="urgent")) == [case.number]
        case.refresh_from_db()
        handler.fire(case, "request_supplement", now, reason="?")
        assert numbers(asked(decider.scope, date(2026, 4, 17), view="urgent")) == []

    def test_hours_are_urgent_from_a_day_before(self, copies, handler):
        at = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
        copies(2, due_at=lambda number: at + timedelta(hours=24, seconds=number), due_on=date(2026, 3, 11))
        found = asked(handler.scope, at=at, view="urgent")
        assert [(row.left, row.measure, row.is_soon) for row in found.rows] == [(24 * 3600, "seconds", True)]


class TestWhoSeesWhat:
    def test_a_region_sees_its_own(self, submitted):
        here, there = submitted(region="230102"), submitted(region="230200")
        assert numbers(asked(Officer("1", "handler", region="230100").scope)) == [here.number]
        assert numbers(asked(Officer("1", "handler", region="230200").scope)) == [there.number]
        assert len(asked(Officer("1", "handler", region="").scope).rows) == 2
        assert len(asked(SYSTEM).rows) == 2

    def test_what_lies_in_no_region_belongs_to_all_who_hold_one(self, copies):
        copies(3, region=lambda number: ("", "230102", "230200")[number], subject="copy")
        for region, seen in (("230200", 2), ("230100", 2), ("", 3)):
            found = asked(Officer("1", "handler", region=region).scope, query="copy")
            assert len(found.rows) == seen

    def test_offices_in_several_bodies_and_regions_are_put_together_and_no_case_comes_twice(self, copies):
        copies(40, region=lambda number: ("230102", "230200")[number % 2], body_id=lambda n: ("bureau", "b")[n // 20])
        grants = (
            Grant("handler", "bureau", "230100"),
            Grant("decider", "bureau", "230102"),
            Grant("handler", "b", "230200"),
            Grant("cook", "b", ""),
        )
        found = asked(Scope("office", "1", grants=grants), size=100)
        mine = Case.objects.filter(body_id="bureau", region="230102") | Case.objects.filter(
            body_id="b", region="230200"
        )
        assert sorted(numbers(found)) == sorted(mine.values_list("number", flat=True))


class TestNarrowing:
    @pytest.mark.parametrize("query", ["移", "移动灯", "移動燈", "00001", "lan-00001", "移动 2026", "0001"])
    def test_cases_are_found_by_number_and_subject(self, submitted, handler, query):
        case = submitted()
        submitted(name="别的")
        assert numbers(asked(handler.scope, query=query)) == [case.number]

    def test_a_filter_leaves_what_it_says_and_filters_combine(self, submitted, handler, decider, now):
        here, there = submitted(region="230102"), submitted(region="230200")
        accepted = handler.fire(submitted(region="230200"), "accept", now)
        for wanted, left in (
            ({"region": "230200"}, [accepted, there]),
            ({"region": "230100"}, [here]),
            ({"region": "239900"}, []),
            ({"state": "accepted"}, [accepted]),
            ({"state": "accepted", "region": "230100"}, []),
            ({"procedure": "licence", "state": "submitted"}, [here, there]),
            ({"procedure": "other"}, []),
            ({"channel": "portal", "region": "230102"}, [here]),
            ({"channel": "window"}, []),
            ({"light": "undated"}, [here, there]),
            ({"light": "later"}, [accepted]),
            ({"light": "late"}, []),
            ({"mine": True}, [accepted]),
            ({"received_from": DAY, "received_to": DAY}, [accepted, here, there]),
            ({"received_from": DAY + timedelta(days=1)}, []),
            ({"received_to": DAY - timedelta(days=1)}, []),
        ):
            found = asked(handler.scope, **wanted)
            assert sorted(numbers(found)) == sorted(case.number for case in left), wanted
            assert found.counted == len(left)
            assert found.counts["open"] == 3
        assert numbers(asked(decider.scope, mine=True)) == []

    def test_a_light_as_a_filter_is_the_light_that_is_shown(self, copies, handler):
        copies(30, due_on=lambda number: DAY + timedelta(days=number - 5) if number % 6 else None)
        shown: dict[str, list[str]] = {"late": [], "soon": [], "later": [], "undated": []}
        for row in asked(handler.scope, size=100).rows:
            kind = "undated" if row.left is None else "late" if row.left < 0 else "soon" if row.is_soon else "later"
            shown[kind].append(row.number)
        for light, seen in shown.items():
            assert numbers(asked(handler.scope, light=light, size=100)) == seen

    def test_a_region_that_is_not_the_readers_shows_nothing(self, submitted):
        submitted(region="230102")
        assert numbers(asked(Officer("1", "handler", region="230200").scope, region="230102")) == []


class TestThePages:
    @pytest.mark.both
    @pytest.mark.parametrize("view", VIEWS)
    def test_leafing_forth_and_back_shows_every_case_once_in_one_order(self, copies, handler, now, view):
        copies(
            90,
            due_on=lambda n: DAY + timedelta(days=n % 7 - 3) if n % 3 else None,
            submitted_at=lambda n: now - timedelta(hours=n % 5),
            changed_at=lambda n: now - timedelta(hours=n % 4),
            state=lambda n: ("submitted", "supplement", "refused")[n % 3],
            closed_at=lambda n: now if n % 3 == 2 else None,
        )
        whole = numbers(asked(handler.scope, view=view, size=200))
        forth, place = [], ""
        while True:
            page = asked(handler.scope, view=view, place=place)
            forth += numbers(page)
            if not page.next:
                break
            place = page.next
        assert forth == whole
        assert len({*whole}) == len(whole) == page.counted
        back = numbers(page)
        while page.previous:
            page = asked(handler.scope, view=view, place=page.previous)
            back = numbers(page) + back
        assert back == whole

    def test_a_case_that_comes_meanwhile_shifts_nobody(self, copies, handler, submitted):
        copies(30)
        first = asked(handler.scope)
        copies(3, due_on=DAY)
        second = asked(handler.scope, place=first.next)
        assert not {*numbers(first)} & {*numbers(second)}
        assert len(second.rows) == 6

    def test_a_place_that_cannot_be_read_is_the_beginning(self, copies, handler):
        copies(30)
        assert numbers(asked(handler.scope, place="a.b.c")) == numbers(asked(handler.scope))

    def test_counts_stop_at_a_thousand_and_a_long_queue_can_be_leafed_through(self, copies, handler):
        copies(1_050, subject="a", due_on=lambda n: DAY + timedelta(days=n % 50 + 30))
        found = asked(handler.scope)
        assert (found.counts["open"], found.total, len(found.rows)) == (1_001, "1000+", 25)
        found = asked(handler.scope, size=200)
        for _ in range(5):
            found = asked(handler.scope, place=found.next, size=200)
        assert (len(found.rows), found.next) == (51, "")

    def test_a_page_takes_three_queries_however_it_is_asked_for(self, copies, handler, django_assert_max_num_queries):
        copies(60)
        place = asked(handler.scope).next
        for wanted in ({}, {"place": place}, {"query": "移动", "view": "all"}, {"mine": True}, {"region": "230100"}):
            with django_assert_max_num_queries(3):
                asked(handler.scope, **wanted)


class TestTheIndexes:
    """That the database reads what it is meant to; it shows nowhere else until there are many cases."""

    @pytest.fixture
    def many(self, copies, now):
        copies(
            3_000,
            region=lambda n: ("230102", "230200", "230102")[n % 3],
            due_on=lambda n: DAY + timedelta(days=n % 60) if n % 3 == 0 else None,
            changed_at=lambda n: now - timedelta(minutes=n),
            state=lambda n: ("submitted", "supplement", "refused")[n % 3],
            closed_at=lambda n: now if n % 3 == 2 else None,
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE procedures_case")

    def plan(self, scope, *, gathered, **wanted):
        from amur.procedures.queues import reaching

        found = declared.everything()
        now = reaching.now_of(datetime(2026, 3, 10, 2, tzinfo=UTC), found.procedures, found.calendar, UTC)
        look = Look(found.release, scope, Asked(**wanted), now.groups, UTC, found.procedures)
        return _Query(look, now).keys(None, gathered=gathered).explain()

    @pytest.mark.both
    def test_a_page_is_read_along_the_order_of_its_view_and_what_is_rare_is_gathered_by_region(self, many):
        scope = Officer("1", "handler", region="230000").scope
        for view, index in (
            ("open", "case_by_turn"),
            ("waiting", "case_by_turn"),
            ("late", "case_by_due"),
            ("urgent", "case_by_due"),
            ("all", "case_by_due"),
            ("closed", "case_by_end"),
        ):
            assert index in self.plan(scope, gathered=False, view=view), view
        rare = self.plan(Officer("1", "handler", region="230102").scope, gathered=True, view="all", query="没有")
        assert "case_in_reach" in rare
