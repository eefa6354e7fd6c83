"""What stands beside a case is read by the edition of its day; what the next edition could not go on with is refused."""

from __future__ import annotations

import pytest

from amur.base.acting import SYSTEM, Scope
from amur.procedures import acts, reads
from amur.procedures.appeals.models import Appeal
from amur.procedures.fees.models import FeeDemand
from amur.procedures.hearings.models import Hearing
from amur.procedures.joint.models import HandOver
from amur.procedures.migrating.acts import migrate_case
from amur.procedures.migrating.beside import without_words
from amur.procedures.migrating.planning import edition_of
from amur.procedures.migrating.reads import dry_run
from amur.procedures.models import Case, Decision, Upload
from amur.procedures.reminders.reads import reminders_of
from amur.procedures.signing.models import SignOff, SignOffLine
from amur.procedures.supplements.engine import ITEMS as NAME
from amur.procedures.ties.models import Tie
from amur.procedures.window.models import Intake
from tests.procedures.commitment.promising import PROMISING
from tests.procedures.missing.bringing import BRINGING
from tests.procedures.pack import STRANGER, sync
from tests.procedures.reminders.ladder import morning, reminding, work
from tests.procedures.renewed import LICENCE_MAP, LICENCE_NEXT
from tests.procedures.samples import LICENCE
from tests.procedures.signing.samples import CHAIN
from tests.procedures.supplements.missing import ITEMS, itemised

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def renew(now):
    changes = {("procedure", "licence"): LICENCE_NEXT, ("migration", "licence_next"): LICENCE_MAP}
    sync(now, changes, version="2.0.0")
    return edition_of("licence_next")


def _demand(case, now):
    terms = {"currency": "CNY", "whole": 100, "amount": 100, "due_on": now.date()}
    FeeDemand.objects.create(case=case, fee="stamp", demanded_at=now, entry_hash="f" * 64, **terms)


def _signed(case, now):
    told = {"role": "handler", "body_id": case.body_id, "drafted_by": "1", "begun_at": now, "held_since": now}
    told |= {"version": 1, "case_version": 1}
    return SignOff.objects.create(case=case, chain=CHAIN.id, event="grant", ended_at=now, ended="happened", **told)


def _offered(case, now):
    upload = Upload.objects.filter(case=case).first()
    told = {"from_body": case.body_id, "to_body": "other", "role": "handler", "offered_by": "1", "due_on": now.date()}
    HandOver.objects.create(case=case, upload=upload, version=1, offered_at=now, offered_entry="h" * 64, **told)


def _tied(kind, now, **more):
    def make(case, other):
        Tie.objects.create(kind=kind, case=other, lead=case, made_by="1", made_at=now, entry="t" * 64, **more)

    return make


def test_a_dry_run_names_what_the_next_edition_could_not_go_on_with(submitted, now):
    case, other, third = (submitted(name=name) for name in ("灯一", "灯二", "灯三"))
    edition = renew(now)
    assert [one.becomes for one in dry_run(SYSTEM, edition, now)] == ["moves"] * 3
    _demand(case, now)
    _signed(case, now)
    _offered(case, now)
    _tied(Tie.Kind.JOINED, now)(case, other)
    _tied(Tie.Kind.MERGED, now, undo_until=now.date())(case, third)
    Hearing.objects.create(case=case, state="asked", begun_at=now)
    Intake.objects.create(case=case, taken_by="1", taken_at=now, entry_hash="i" * 64)
    told = {one.number: one for one in dry_run(SYSTEM, edition, now)}
    assert told[case.number].becomes == "refused"
    assert [one.code for one in told[case.number].why] == [
        "open.hand_over",
        "open.merge",
        "sign_off.no_place",
        "fee.no_place",
        "tie.no_place",
        "hearing.no_place",
        "window.no_place",
    ]
    assert [one.code for one in told[other.number].why] == ["tie.no_place"]
    assert told[third.number].becomes == "moves"


@pytest.mark.parametrize(
    ("old", "data", "code"),
    [
        (PROMISING, {"by_promise": True}, "commitment.no_place"),
        (BRINGING, {"plan_later": True}, "missing.no_place"),
    ],
)
def test_what_a_party_promised_keeps_its_rules(submitted, old, data, code):
    case = submitted()
    case.data |= data
    assert [one.code for one in without_words(case, old, LICENCE)] == [code]
    assert list(without_words(case, old, old)) == []


def test_a_draft_that_was_signed_needs_its_event_and_its_steps(submitted, now):
    case = submitted()
    draft = _signed(case, now)
    new = LICENCE.model_copy(update={"sign_offs": (CHAIN,)})
    assert list(without_words(case, new, new)) == []
    told = {"number": 1, "version": 1, "verb": "signed", "event": "grant", "actor_id": "1", "at": now}
    SignOffLine.objects.create(sign_off=draft, case=case, step="gone", entry_hash="l" * 64, **told)
    assert [one.what for one in without_words(case, new, new)] == ["gone"]


def test_an_appeal_that_is_heard_in_a_case_needs_a_procedure_that_hears(submitted, now):
    case, first = submitted(name="灯一"), submitted(name="灯二")
    told = {"outcome": "refused", "by": "1", "decided_at": now, "entry_hash": "d" * 64}
    decision = Decision.objects.create(case=first, **told)
    Appeal.objects.create(case=case, first=first, decision=decision, lodged_at=now, suspends="no")
    assert [one.code for one in without_words(case, LICENCE, LICENCE)] == ["appeal.no_place"]


def test_a_request_that_was_answered_is_read_by_the_edition_of_its_day(submitted, handler, now):
    sync(now, {("procedure", "licence"): itemised()})
    case = handler.fire(submitted(), "accept", now)
    handler.fire(case, "request_supplement", now, extra={NAME: ITEMS[:1]})
    party = Scope("party", parties=frozenset({f"case:{case.id}"}))
    acts.answer_item(case.id, 1, "60", by=STRANGER, scope=party, now=now)
    acts.fire(case.id, "answer", by=STRANGER, scope=party, now=now, expected_version=3)
    before = reads.supplements_of(handler.scope, case.id)
    edition = renew(now)
    assert migrate_case(case.pk, edition, by=STRANGER, scope=SYSTEM, now=now).dropped == ("watts",)
    assert reads.supplements_of(handler.scope, case.id) == before


def test_a_reminder_that_fired_before_is_read_by_the_edition_of_its_day(submitted, handler, now):
    sync(now, {("procedure", "licence"): reminding()})
    case = handler.fire(submitted(), "accept", now)
    work(morning(4, 2))
    before = reminders_of(handler.scope, [case.pk], "en")
    assert [one.addressee for one in before] == ["handler", "applicant"]
    edition = renew(now)
    assert migrate_case(case.pk, edition, by=STRANGER, scope=SYSTEM, now=morning(4, 3)).becomes == "moves"
    assert Case.objects.get().state == "examined"
    assert [(one.subject, one.body) for one in reminders_of(handler.scope, [case.pk], "en")] == [
        (one.subject, one.body) for one in before
    ]
