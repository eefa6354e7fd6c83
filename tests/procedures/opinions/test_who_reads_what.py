"""An asked body reads what it is asked and nothing else of the case; after the round, its own answer alone."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from amur.base.acting import PUBLIC, Grant, Scope
from amur.base.faults import AmurError, NotFound
from amur.ledger import reads as ledger
from amur.people.reads import day_of
from amur.procedures import acts, reads
from amur.procedures.facts import party_by_code
from amur.procedures.models import Case, Upload
from amur.procedures.opinions.models import AskedBody
from tests.procedures.opinions.conftest import reviewer
from tests.procedures.pack import FORM

pytestmark = pytest.mark.django_db
NEVER = ("keeper@example.org", "123", FORM["colour"])
"""What the round does not share: the address, the number, the colour."""


def party_of(case: Case) -> Scope:
    return Scope("party", parties=frozenset({party_by_code(case)}))


def test_an_asked_body_sees_the_shared_fields_and_their_files_and_nothing_else(consulted, land, now, pdf):
    case = consulted()
    found = reads.asked(land.scope, land.asked().pk, on=day_of(now))
    assert [field.id for field, _ in found.shared] == ["name", "region", "plan"]
    assert [one.field for one in found.uploads] == ["plan"]
    told = repr([(field.id, value) for field, value in found.shared])
    assert not [mark for mark in NEVER if f"'{mark}'" in told]
    upload, stream = reads.shared_file(land.scope, land.asked().pk, found.uploads[0].pk, on=day_of(now))
    with stream:
        assert stream.read() == pdf
    assert upload.case_id == case.id


def test_every_other_read_of_the_case_knows_nothing_for_an_asked_body(consulted, land, now):
    """All reads of the room that take a scope are listed here by what they take, so that a new one is looked at too."""
    case = consulted()
    upload = Upload.objects.get(case=case)
    asked_of_others = AskedBody.objects.exclude(body_id="land_office").first()
    by_case = {
        name: read
        for name in reads.__all__
        if inspect.isfunction(read := getattr(reads, name)) and {"scope", "case_id"} <= _names(read)
    }
    assert {"opinion_rounds", "opinions_told", "timeline", "documents_of", "opened_by", "why_due"} <= set(by_case)
    for name, read in by_case.items():
        assert not _told_by(read, land.scope, case, now), name
    for look in (
        lambda: reads.case_for_desk(land.scope, case.number),
        lambda: reads.case_for_party(land.scope, case.number),
        lambda: reads.upload(land.scope, upload.pk),
        lambda: reads.asked(land.scope, asked_of_others.pk, on=day_of(now)),
        lambda: reads.shared_file(land.scope, asked_of_others.pk, upload.pk, on=day_of(now)),
    ):
        with pytest.raises(NotFound):
            look()
    assert not reads.cases_of(land.scope).rows
    assert not reads.queue(land.scope, on=day_of(now), at=now).rows


def _told_by(read: Callable[..., object], scope: Scope, case: Case, now: datetime) -> object:
    """Return what a read tells of a case: nothing where it says that there is none."""
    try:
        return read(scope, case.id, **_filled(read, now))
    except NotFound:
        return None


def _filled(read: Callable[..., object], now: datetime) -> dict[str, object]:
    """Return something for what else a read has to be told."""
    kinds = {"str": "x", "int": 1, "date": day_of(now), "datetime": now, "UUID": uuid.uuid4()}
    found = list(inspect.signature(read).parameters.values())[2:]
    return {one.name: kinds[str(one.annotation)] for one in found if one.default is inspect.Parameter.empty}


def _names(read: Callable[..., object]) -> set[str]:
    return set(inspect.signature(read).parameters)


def test_an_asked_body_moves_nothing(consulted, land, now):
    case = consulted()
    for event in ("weigh", "refuse", "withdraw", "ask_neighbours"):
        with pytest.raises(AmurError):
            land.fire(case, event, now, reason="x")
    assert Case.objects.get().version == case.version


def test_after_the_round_a_body_reads_its_own_answer_alone(consulted, land, water, fire, now):
    consulted()
    plan = Upload.objects.get(field="plan").pk
    land.give("agree", now, text="mine")
    water.give("object", now, text="theirs")
    fire.give("agree", now)
    found = reads.asked(land.scope, land.asked().pk, on=day_of(now))
    assert (found.shared, found.uploads, found.is_open) == ((), (), False)
    assert [one.text for one in found.own] == ["mine"]
    with pytest.raises(NotFound):
        reads.shared_file(land.scope, land.asked().pk, plan, on=day_of(now))


def test_a_round_whose_last_day_is_over_shows_nothing_before_a_worker_closes_it(consulted, land, now):
    consulted()
    assert reads.asked(land.scope, land.asked().pk, on=day_of(now + timedelta(days=7))).shared
    found = reads.asked(land.scope, land.asked().pk, on=day_of(now + timedelta(days=8)))
    assert (found.shared, found.left, found.refusal) == ((), None, None)


@pytest.mark.parametrize(
    "scope",
    [
        PUBLIC,
        Scope("office", "1", grants=(Grant("handler", "land_office", "230000"),)),
        Scope("office", "2", grants=(Grant("reviewer", "harbour", "230000"),)),
        Scope("office", "3", grants=(Grant("reviewer", "land_office", "230200"),)),
        Scope("party", "land_office-1"),
    ],
    ids=["stranger", "another role", "another body", "another region", "a party"],
)
def test_nobody_else_answers_for_a_body_or_sees_what_it_is_asked(consulted, land, scope, now):
    consulted()
    with pytest.raises(NotFound):
        reads.asked(scope, land.asked().pk, on=day_of(now))
    with pytest.raises(NotFound):
        acts.give_opinion(land.asked().pk, "agree", by=land.by, scope=scope, now=now)
    assert not reads.asked_of(scope, on=day_of(now)).rows
    assert reads.count_asked(scope) == 0


def test_the_list_of_what_is_asked_shows_the_open_first_and_counts_what_waits(consulted, handler, land, now):
    case = consulted()
    assert reads.count_asked(land.scope) == 1
    line = reads.asked_of(land.scope, on=day_of(now)).rows[0]
    assert (line.answered, line.is_open, line.left, line.asked.asked_round.case.number) == (False, True, 5, case.number)
    land.give("agree", now)
    assert reads.count_asked(land.scope) == 0
    assert reads.asked_of(land.scope, on=day_of(now)).rows[0].answered
    harbour = reviewer("harbour")
    handler.fire(case, "ask_neighbours", now, extra={"neighbours": ["harbour"]})
    assert reads.asked_of(harbour.scope, on=day_of(now)).counted == 1


def test_the_party_sees_that_bodies_are_asked_and_not_what_they_said_before_the_decision(
    consulted, handler, decider, three, now
):
    land, water, fire = three
    case = consulted()
    land.give("agree", now, text="a secret of the land office")
    party = party_of(case)
    told = reads.opinions_told(party, case.id)[0]
    assert ([one.body_id for one in told.bodies], told.asked_at, told.told) == (
        ["fire_office", "land_office", "water_office"],
        now,
        False,
    )
    assert {one.given for one in told.bodies} == {None}
    with pytest.raises(NotFound):
        reads.opinion_rounds(party, case.id, on=day_of(now))
    receipts = repr(reads.timeline(party, case.id))
    assert "secret" not in receipts
    water.give("agree", now)
    fire.give("agree", now)
    case = handler.fire(case, "weigh", now)
    assert not reads.opinions_told(party, case.id)[0].told
    decider.fire(case, "grant", now)
    told = reads.opinions_told(party, case.id)[0]
    assert {one.body_id: one.given.text for one in told.bodies}["land_office"] == "a secret of the land office"


def test_what_is_public_is_told_once_the_round_is_closed(consulted, handler, now):
    case = handler.fire(consulted(), "ask_neighbours", now, extra={"neighbours": ["harbour"]})
    party, name = party_of(case), "Neighbours"
    assert not _told(party, case, name).told
    reviewer("harbour").give("agree", now, round_="experts")
    assert _told(party, case, name).told


def _told(party, case, title):
    return next(one for one in reads.opinions_told(party, case.id) if one.title.en == title)


def test_which_way_an_answer_went_is_not_in_the_entry_that_the_party_reads(consulted, land, now):
    case = consulted()
    land.give("object", now, text="no")
    entry = next(one for one in ledger.entries_of(party_of(case), case.key_subject) if one.kind == "case.opinion_given")
    assert "object" not in repr(entry.body)
