from __future__ import annotations

import json
import uuid
from datetime import date, timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor, Grant, Scope
from amur.base.faults import NotFound
from amur.ledger.models import Entry
from amur.procedures import acts, reads
from amur.procedures.models import Case
from amur.procedures.queues.asked import VIEWS, Asked
from tests.procedures.pack import FORM, STRANGER, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]
DAY = date(2026, 3, 10)


@pytest.fixture
def refused(submitted, handler, decider, now):
    case = handler.fire(submitted(), "accept", now)
    return decider.fire(case, "refuse", now, reason="no lamp")


class TestByCode:
    def test_number_and_code_open_the_case_however_they_are_written(self, submitted):
        case = submitted()
        code = acts.query_code(case)
        for number in (case.number, f" {case.number.lower()} ", "２０２６－ＬＡＮ－０００01"):
            assert reads.case_by_code(number, code.lower()).id == case.id

    def test_a_wrong_code_and_a_wrong_number_are_the_same_answer(self, submitted):
        case, other = submitted(), submitted()
        code = acts.query_code(case)
        answers = set()
        for number, tried in (
            (case.number, acts.query_code(other)),
            ("2026-LAN-09999", code),
            ("", ""),
            ("\x00", "\ud800"),
            (case.number, ""),
        ):
            with pytest.raises(NotFound) as error:
                reads.case_by_code(number, tried)
            answers.add((error.value.code, error.value.message))
        assert len(answers) == 1

    def test_it_opens_that_case_alone(self, submitted):
        case, other = submitted(), submitted()
        scope = reads.scope_by_code(case.number, acts.query_code(case))
        assert reads.case_for_party(scope, case.number).id == case.id
        with pytest.raises(NotFound):
            reads.case_for_party(scope, other.number)
        with pytest.raises(NotFound):
            reads.case_for_desk(scope, case.number)

    def test_the_holder_may_do_what_the_party_may(self, submitted):
        case = submitted()
        view = reads.case_by_code(case.number, acts.query_code(case), on=DAY)
        assert [one.event for one in view.may] == ["withdraw"]
        assert (view.number, view.version, view.state.id) == (case.number, 1, "submitted")
        assert {field.id: value for field, value in view.answers}["name"] == FORM["name"]


class TestTheDesk:
    @pytest.mark.parametrize(
        "scope",
        [
            PUBLIC,
            Scope("party", "8"),
            Scope("office", "8", grants=(Grant("handler", "other"),)),
            Scope("office", "8", grants=(Grant("handler", "bureau", "230200"),)),
            Scope("office", "8", grants=(Grant("system_administrator", "bureau"),)),
            Scope("office", "8", grants=(Grant("cook", "bureau"),)),
            Scope("office", "8"),
        ],
    )
    def test_who_does_not_work_on_a_case_does_not_know_of_it(self, submitted, scope):
        case = submitted()
        for attempt in (
            lambda: reads.case_for_desk(scope, case.number),
            lambda: reads.timeline(scope, case.id),
            lambda: reads.why_due(scope, case.id),
            lambda: reads.receipt_of(scope, case.id),
            lambda: reads.notices_of(scope, case.id),
            lambda: reads.upload(scope, case.uploads.get().pk),
        ):
            with pytest.raises(NotFound):
                attempt()
        for view in VIEWS:
            found = reads.queue(scope, on=DAY, asked=Asked(view=view))
            assert found.rows == ()
            assert set(found.counts.values()) == {0}

    def test_what_an_officer_may_do_now_is_listed(self, submitted, handler, decider, now):
        case = submitted()
        assert [one.event for one in reads.case_for_desk(handler.scope, case.number).may] == ["accept"]
        assert [one.event for one in reads.case_for_desk(decider.scope, case.number).may] == ["refuse"]
        case = handler.fire(case, "accept", now)
        assert [one.event for one in reads.case_for_desk(decider.scope, case.number).may] == ["grant", "refuse"]
        case = decider.fire(case, "refuse", now, reason="no lamp")
        assert reads.case_for_desk(decider.scope, case.number).may == ()

    def test_a_clock_shows_what_is_left(self, submitted, handler, now):
        case = handler.fire(submitted(), "accept", now)
        (clock,) = reads.case_for_desk(handler.scope, case.number, on=date(2026, 4, 10)).clocks
        assert (clock.left, clock.is_late, clock.is_waiting) == (-2, True, False)
        handler.fire(case, "request_supplement", now, reason="?")
        (clock,) = reads.case_for_desk(handler.scope, case.number, on=date(2026, 4, 10)).clocks
        assert (clock.left, clock.is_late, clock.is_waiting) == (20, False, True)

    def test_reading_is_recorded_once_for_each_reader_and_hour(self, submitted, handler, now):
        case = submitted()

        def read(actor="11", **later):
            return acts.log_desk_read(case.id, by=Actor(actor, client="desk"), now=now + timedelta(**later))

        assert [read(), read(minutes=59), read(actor="22"), read(hours=1), read()] == [True, False, True, True, False]
        entries = Entry.objects.filter(subject=f"case:{case.id}", kind="ledger.content_read")
        assert entries.count() == 3

    def test_a_file_is_found_by_who_may_see_the_case(self, submitted, handler):
        case = submitted()
        upload, file = reads.upload(handler.scope, case.uploads.get().pk)
        assert upload.name == "方案.pdf"
        assert file.read().startswith(b"%PDF")
        for unknown in (uuid.uuid4(), fill(case.submitted_at).uploads.get().pk):
            with pytest.raises(NotFound):
                reads.upload(handler.scope, unknown)


class TestTheTimeline:
    def test_it_tells_in_the_words_of_the_pack_what_happened(self, refused):
        lines = reads.timeline(SYSTEM, refused.id)
        assert [line.title.en for line in lines] == ["Submitted", "Accept", "Refuse"]
        assert [line.state.id for line in lines] == ["submitted", "accepted", "refused"]
        assert [line.by_applicant for line in lines] == [True, False, False]
        assert [line.role for line in lines] == ["", "handler", "decider"]
        last = lines[-1]
        assert (last.reason, last.outcome, last.basis[0].article) == ("no lamp", "refused", "7")
        assert Entry.objects.filter(leaf__in=[line.entry_hash for line in lines]).count() == 3

    def test_a_party_never_reads_an_officials_name(self, refused, handler):
        party = reads.scope_by_code(refused.number, acts.query_code(refused))
        assert {line.actor_id for line in reads.timeline(party, refused.id)} == {""}
        assert [line.actor_id for line in reads.timeline(handler.scope, refused.id)] == ["anonymous", "11", "22"]

    def test_a_case_that_is_not_there_has_none(self):
        with pytest.raises(NotFound):
            reads.timeline(SYSTEM, uuid.uuid4())


class TestOwnCases:
    def test_a_party_lists_its_own_cases_and_those_of_its_enterprises(self, now, submitted):
        submitted()
        by = Actor("acc-1", client="portal")
        mine = acts.submit(fill(now, by=by, account_id="acc-1").id, by=by, now=now)
        firms = acts.submit(fill(now).id, by=STRANGER, now=now)
        Case.objects.filter(pk=firms.pk).update(enterprise_id="firm-1")
        scope = Scope("party", "acc-1", frozenset({"firm-1"}))
        assert {case.number for case in reads.cases_of(scope).rows} == {mine.number, firms.number}
        assert reads.cases_of(Scope("party", "acc-2")).rows == ()
        assert reads.cases_of(PUBLIC).rows == ()
        assert reads.case_for_party(scope, firms.number).id == firms.id

    def test_what_a_party_reads_of_a_decision_names_no_official(self, refused):
        view = reads.case_by_code(refused.number, acts.query_code(refused), on=DAY)
        assert view.decisions[0].reason == "no lamp"
        assert json.loads(json.dumps(view.decisions[0].basis))[0]["article"] == "7"
        assert view.decisions[0].by == ""
        assert reads.case_for_desk(SYSTEM, refused.number).decisions[0].by == "22"
