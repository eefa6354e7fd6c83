"""Opinions of several bodies (P17): asked at once, with a quorum and a last day; a late one is kept and marked."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from amur.base.acting import SYSTEM, Actor, Grant, Scope, system
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.config.worker import HANDLERS
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.ledger.models import Entry
from amur.procedures import acts, reads
from amur.procedures.models import Case, Upload
from amur.procedures.opinions.acts import Sent
from amur.procedures.opinions.acts.closing import close_due
from amur.procedures.opinions.models import AskedBody, AskedRound, GivenOpinion
from tests.procedures.opinions.conftest import reviewer
from tests.procedures.opinions.samples import EXPERTS, LAND

pytestmark = pytest.mark.django_db


def run_jobs(now):
    return jobs.run_due(HANDLERS, now, 100)


def tally(case, name="land"):
    found = reads.opinion_rounds(SYSTEM, case.id, on=date(2026, 3, 10))
    return next(one.tally for one in found if one.row.round == name)


def test_an_event_asks_all_bodies_at_once_with_a_last_day_by_the_calendar(consulted):
    case = consulted()
    row = AskedRound.objects.get()
    assert sorted(row.asked.values_list("body_id", flat=True)) == ["fire_office", "land_office", "water_office"]
    assert (row.asked_on, row.due_on, row.provisional) == (date(2026, 3, 10), date(2026, 3, 17), False)
    entry = Entry.objects.get(leaf=row.entry_hash)
    assert json.loads(entry.content.body)["bodies"] == ["land_office", "water_office", "fire_office"]
    assert (case.state, entry.kind) == ("consulting", "case.opinions_asked")


def test_the_round_closes_when_all_have_answered_and_the_case_may_go_on(consulted, handler, decider, three, now):
    land, water, fire = three
    case = consulted()
    with pytest.raises(Refused, match="still being given"):
        handler.fire(case, "weigh", now)
    land.give("agree", now)
    water.give("conditions", now, text="keep the bank free")
    assert AskedRound.objects.get().closed_at is None
    fire.give("agree", now + timedelta(hours=1))
    assert AskedRound.objects.get().closed_at == now + timedelta(hours=1)
    case = handler.fire(case, "weigh", now + timedelta(hours=2))
    assert decider.fire(case, "grant", now + timedelta(hours=3)).state == "granted"


def test_an_objection_holds_back_what_the_guard_says(consulted, handler, decider, three, now):
    land, water, fire = three
    case = consulted()
    for one, verdict in ((land, "agree"), (water, "object"), (fire, "agree")):
        one.give(verdict, now, text="words")
    case = handler.fire(case, "weigh", now)
    with pytest.raises(Refused, match="A body objects"):
        decider.fire(case, "grant", now)


def test_a_guard_about_a_round_that_was_not_asked_refuses(consulted, handler, decider, three, now):
    land, water, fire = three
    case = consulted()
    for one in (land, water, fire):
        one.give("agree", now)
    case = handler.fire(case, "weigh", now)
    with pytest.raises(Refused) as refused:
        decider.fire(case, "grant_with_neighbours", now)
    assert refused.value.code == "guard_without_value"


def test_the_round_closes_once_at_its_last_day_even_after_a_restart(consulted, handler, land, water, now):
    case = consulted()
    land.give("agree", now)
    water.give("agree", now)
    run_jobs(now + timedelta(days=7))  # the last day, 10:00
    assert AskedRound.objects.get().closed_at is None
    late = now + timedelta(days=8)
    run_jobs(late)
    row = AskedRound.objects.get()
    assert row.closed_at == late
    # A worker that died after the act and before it wrote that it was done does it again.
    assert close_due(row.pk, by=handler.by, now=late + timedelta(days=1)) is None
    assert Entry.objects.filter(kind="case.opinions_closed").count() == 1
    assert tally(case).quorum_met
    assert handler.fire(case, "weigh", late).state == "weighing"


def test_a_worker_that_is_killed_while_it_closes_leaves_the_round_open_for_the_next(consulted, land, now, monkeypatch):
    consulted()
    land.give("agree", now)
    late, row = now + timedelta(days=8), AskedRound.objects.get()

    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("amur.procedures.opinions.acts.closing.ledger.record", killed)
        with pytest.raises(SystemExit):
            close_due(row.pk, by=system("opinions"), now=late)
    row.refresh_from_db()
    assert row.closed_at is None
    for _ in range(2):
        run_jobs(late)
    assert Entry.objects.filter(kind="case.opinions_closed").count() == 1


def test_a_look_that_comes_too_early_closes_nothing_and_looks_again(consulted, now):
    consulted()
    row = AskedRound.objects.get()
    assert close_due(row.pk, by=system("opinions"), now=now + timedelta(days=1)) is None
    run_jobs(now + timedelta(days=8))
    row.refresh_from_db()
    assert row.closed_at == now + timedelta(days=8)


def test_too_few_answers_leave_the_case_where_it_is_and_may_be_asked_again(consulted, handler, three, now):
    land, water, fire = three
    case = consulted()
    land.give("object", now, text="no")
    run_jobs(now + timedelta(days=8))
    at = now + timedelta(days=9)
    with pytest.raises(Refused, match="too few"):
        handler.fire(case, "weigh", at)
    case = handler.fire(case, "consult_again", at)
    assert AskedRound.objects.count() == 2
    for one in (land, water, fire):
        one.give("agree", at)
    assert tally(case).objections == 0
    assert handler.fire(case, "weigh", at).state == "weighing"


def test_what_is_being_asked_is_not_asked_twice_at_once(consulted, handler, now):
    case = handler.fire(consulted(), "ask_neighbours", now, extra={"neighbours": ["harbour"]})
    with pytest.raises(Refused, match="already"):
        handler.fire(case, "ask_neighbours", now, extra={"neighbours": ["airport"]})
    assert AskedRound.objects.filter(round="experts").count() == 1


@pytest.mark.parametrize("chosen", [[], ["harbour", "airport", "railway"], ["market"]])
def test_an_official_chooses_who_is_asked_within_what_is_declared(consulted, handler, now, chosen):
    case = consulted()
    with pytest.raises(Invalid) as fault:
        handler.fire(case, "ask_neighbours", now, extra={"neighbours": chosen})
    assert "neighbours" in fault.value.fields
    assert not AskedRound.objects.filter(round="experts").exists()
    handler.fire(case, "ask_neighbours", now, extra={"neighbours": ["airport", "railway"]})
    assert set(AskedBody.objects.filter(asked_round__round="experts").values_list("body_id", flat=True)) == {
        "airport",
        "railway",
    }


def test_silence_counts_as_no_objection_where_the_law_says_so(consulted, handler, now):
    case = handler.fire(consulted(), "ask_neighbours", now, extra={"neighbours": ["harbour", "airport"]})
    run_jobs(now + timedelta(days=20))
    found = tally(case, "experts")
    assert (found.silent, found.no_objection, found.agree, found.quorum_met) == (2, 2, 0, True)
    land = tally(case, "land")
    assert (land.silent, land.no_objection, land.quorum_met) == (3, 0, False)
    closed = [json.loads(one.content.body) for one in Entry.objects.filter(kind="case.opinions_closed")]
    assert {one["silence"] for one in closed} == {"none", "no_objection"}


def test_a_body_may_change_its_answer_until_the_round_is_closed_with_a_trace(consulted, land, water, fire, now):
    case = consulted()
    land.give("object", now, text="first words")
    land.give("agree", now, text="second words")
    assert [(one.turn, one.verdict, one.text) for one in land.asked().given.order_by("turn")] == [
        (1, "object", "first words"),
        (2, "agree", "second words"),
    ]
    water.give("agree", now)
    fire.give("agree", now)
    assert (tally(case).agree, tally(case).objections) == (3, 0)
    with pytest.raises(Refused) as refused:
        land.give("object", now, text="third")
    assert refused.value.code == "round_closed"
    assert Entry.objects.filter(kind="case.opinion_given").count() == 4


def test_the_same_key_again_is_one_answer(consulted, land, now):
    consulted()
    first = land.give("agree", now, key="one")
    assert land.give("object", now, key="one", text="x").pk == first.pk
    assert GivenOpinion.objects.count() == 1


def test_a_late_opinion_is_kept_and_marked_late(consulted, handler, three, now):
    land, water, fire = three
    case = consulted()
    land.give("agree", now)
    water.give("agree", now)
    at = now + timedelta(days=9)
    given = fire.give("object", at, text="too close")
    assert (given.late, given.counts) == (True, False)
    assert AskedRound.objects.get().closed_at == at  # no worker had come by: the answer finds that the time is over
    assert (tally(case).objections, tally(case).answered) == (0, 2)
    with pytest.raises(Refused, match="stands"):
        fire.give("agree", at)
    assert handler.fire(case, "weigh", at).state == "weighing"


def test_a_late_opinion_counts_where_declared_unless_the_case_has_moved_on(consulted, handler, now):
    case = handler.fire(consulted(), "ask_neighbours", now, extra={"neighbours": ["harbour", "airport"]})
    at = now + timedelta(days=20)
    run_jobs(at)
    harbour, airport = reviewer("harbour"), reviewer("airport")
    given = harbour.give("object", at, round_="experts", text="it blinds us")
    assert (given.late, given.counts, tally(case, "experts").objections) == (True, True, 1)
    handler.fire(case, "consult_again", at)
    moved = airport.give("object", at, round_="experts", text="so do we")
    assert (moved.late, moved.counts, tally(case, "experts").objections) == (True, False, 1)


def test_after_the_case_is_over_nothing_is_asked(consulted, decider, land, now):
    case = decider.fire(consulted(), "refuse", now, reason="no")
    with pytest.raises(Refused) as refused:
        land.give("agree", now)
    assert refused.value.code == "case_closed"
    assert case.state == "refused"


@pytest.mark.parametrize(
    ("verdict", "text", "fault"),
    [
        ("perhaps", "", "verdict"),
        ("object", "", "text"),
        ("conditions", "  ", "text"),
        ("agree", "x" * 5001, "text"),
    ],
)
def test_an_answer_that_lacks_something_is_refused_with_what(case_asked, verdict, text, fault):
    land, now = case_asked
    with pytest.raises(Invalid) as invalid:
        land.give(verdict, now, text=text)
    assert list(invalid.value.fields) == [fault]


def test_a_file_comes_with_an_answer_or_must_or_must_not(consulted, land, water, now, pdf):
    consulted(opinions=[LAND | {"file": "required"}, EXPERTS])
    with pytest.raises(Invalid) as missing:
        land.give("agree", now)
    assert missing.value.fields["file"][0] == "required"
    given = land.give("agree", now, file=Sent("../opinion.pdf", [pdf]))
    upload, stream = reads.opinion_file(land.scope, given.pk)
    with stream:
        assert (upload.name, stream.read()) == ("opinion.pdf", pdf)
    with pytest.raises(Invalid) as unknown:
        water.give("agree", now, file=Sent("x.exe", [b"MZ\x90\x00" * 40]))
    assert unknown.value.fields["file"][0] == "file_type"
    assert Upload.objects.filter(field="opinion").count() == 1
    with pytest.raises(NotFound):
        reads.opinion_file(water.scope, given.pk)


def test_a_round_that_takes_no_file_says_so(consulted, land, now, pdf):
    consulted(opinions=[LAND | {"file": "none"}, EXPERTS])
    with pytest.raises(Invalid) as fault:
        land.give("agree", now, file=Sent("a.pdf", [pdf]))
    assert list(fault.value.fields) == ["file"]


def test_a_date_beyond_the_calendar_ends_for_nobody_until_the_calendar_is_there(consulted, now):
    at = now.replace(month=12, day=29)
    consulted()  # asked in March
    row = AskedRound.objects.get()
    AskedRound.objects.filter(pk=row.pk).update(asked_on=at.date(), asked_at=at)
    assert close_due(row.pk, by=system("opinions"), now=at + timedelta(days=30)) is None
    row.refresh_from_db()
    assert (row.provisional, row.closed_at) == (True, None)


def test_until_the_calendar_is_there_the_worker_looks_once_a_day(consulted, now):
    at = now.replace(month=12, day=29)
    consulted()  # asked in March
    AskedRound.objects.update(asked_on=at.date(), asked_at=at)
    late = at + timedelta(days=30)
    assert run_jobs(late) == 1
    assert (run_jobs(late), run_jobs(late + timedelta(hours=23))) == (0, 0)
    assert run_jobs(late + timedelta(days=1)) == 1


def test_what_was_said_is_erased_with_the_case(consulted, land, decider, now, pdf):
    case = consulted()
    given = land.give("object", now, text="words-of-the-land", file=Sent("secret-name.pdf", [pdf]))
    decider.fire(case, "refuse", now, reason="no")
    assert "words-of-the-land" not in "".join(one.content.body or "" for one in Entry.objects.all())
    clerk = Scope("office", "33", grants=(Grant("eraser", "bureau", "230000"),))
    at = now.replace(year=now.year + 3) + timedelta(days=1)
    acts.erase_case_party(case.id, by=Actor("33", role="eraser"), scope=clerk, now=at, reason="over")
    given = GivenOpinion.objects.get()
    assert (given.text, given.verdict, given.upload.name) == ("", "object", "")
    with pytest.raises(NotFound, match="erased"):
        reads.opinion_file(SYSTEM, given.pk)
    ledger_acts.seal(at)
    assert ledger.verify_stored().holds


def test_whoever_moves_the_case_with_an_old_page_is_told(consulted, handler, three, now):
    land, water, fire = three
    case = consulted()
    for one in (land, water, fire):
        one.give("agree", now)
    assert Case.objects.get().version == case.version  # an answer does not take an open page away from its reader
    with pytest.raises(Conflict):
        handler.fire(case, "weigh", now, expected_version=case.version - 1)
