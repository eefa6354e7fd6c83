"""P12, conflict of interest: whoever stepped back from a case, or was withdrawn, has nothing to do with it any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM, Scope
from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.declared import everything, pinned
from amur.procedures.models import Case
from amur.procedures.recusal.models import Objection, Recusal
from amur.procedures.seeing import worked_on_by, works_on
from tests.procedures.recusal.case import PARTY, PARTY_ACTOR, official, owned, with_a_superior

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]

HANDLER, DECIDER, HEAD = (official(*one) for one in (("11", "handler"), ("22", "decider"), ("33", "head")))


@pytest.fixture
def case(submitted, now) -> Case:
    """Return a case that the handler accepted."""
    with_a_superior(now)
    found = owned(submitted())
    return acts.fire(found.id, "accept", **HANDLER.who(), now=now, expected_version=found.version)


def back(case: Case, now, who=HANDLER, **options):
    options = {"reason": "the applicant is my cousin"} | options
    return acts.step_back(case.id, **who.who(), now=now, **options)


def tries(case: Case, now, who) -> dict[str, object]:
    """Return every way in which an official could still have to do with a case."""
    options = {**who.who(), "now": now}
    return {
        "read": lambda: reads.case_for_desk(who.scope, case.number),
        "course": lambda: reads.timeline(who.scope, case.id),
        "file": lambda: reads.upload(who.scope, case.uploads.get().pk),
        "fire": lambda: acts.fire(case.id, "refuse", **options, expected_version=case.version, reason="x"),
        "extend": lambda: acts.extend_clock(
            case.id, "decision", 5, **options, expected_version=case.version, reason="x"
        ),
        "attach": lambda: acts.attach_to_case(case.id, "refuse", "plan", [b"x"], "a.pdf", **options),
        "erase": lambda: acts.erase_case_party(case.id, **options, reason="x"),
    }


@pytest.mark.either
def test_whoever_stepped_back_neither_reads_nor_does_anything_in_the_case(case, now):
    back(case, now, DECIDER)
    for attempt in tries(case, now, DECIDER).values():
        with pytest.raises(NotFound):
            attempt()
    case.refresh_from_db()
    assert (case.state, case.version, case.recused) == ("accepted", 2, ["22"])
    definition = pinned(case.declaration_hash)
    assert not works_on(DECIDER.scope, case, definition)
    assert works_on(HANDLER.scope, case, definition)


@pytest.mark.both
def test_the_queue_leaves_out_what_somebody_stepped_back_from(case, submitted, now):
    other = submitted()
    found = Case.objects.filter(worked_on_by(HANDLER.scope, everything().procedures))
    assert set(found) == {case, other}
    back(case, now)
    assert set(found.all()) == {other}
    own = Scope("office", "77", grants=HANDLER.scope.grants)
    assert set(Case.objects.filter(worked_on_by(own, everything().procedures))) == {other}


@pytest.mark.both
def test_stepping_back_is_proved_once_and_the_reason_is_sealed(case, now):
    first, again = back(case, now), back(case, now + timedelta(hours=1))
    assert first == again
    entries = [one for one in ledger.entries_of(SYSTEM, case.key_subject) if one.kind == "case.recused"]
    assert [one.leaf for one in entries] == [first.entry_hash]
    assert (entries[0].body["account"], entries[0].body["way"]) == ("11", "own")
    assert entries[0].act["role"] == "handler"
    assert "cousin" not in str(entries[0].body)
    assert "cousin" not in str(Recusal.objects.values().get())
    assert Recusal.objects.get().reason == "the applicant is my cousin"


@pytest.mark.either
def test_the_course_tells_of_it_and_only_who_decides_reads_why(case, now):
    back(case, now + timedelta(days=1))
    for scope, actor, reason in (
        (HEAD.scope, "11", "the applicant is my cousin"),
        (DECIDER.scope, "11", ""),
        (PARTY, "", ""),
    ):
        line = reads.timeline(scope, case.id)[-1]
        assert (line.title.en, line.actor_id, line.reason) == ("An official stepped back", actor, reason)
        assert (line.moved, line.version) == (False, 2)


@pytest.mark.either
def test_who_is_not_with_the_case_has_nothing_to_step_back_from(case, now):
    for who in (official("44", "handler", body_id="elsewhere"), official("45", "coordinator")):
        with pytest.raises(NotFound):
            back(case, now, who)
    with pytest.raises(Refused, match="nothing to step back from"):
        acts.step_back(case.id, by=HANDLER.by, scope=SYSTEM, now=now, reason="x")
    for reason in ("", " ", "x" * 2001):
        with pytest.raises(Invalid):
            back(case, now, reason=reason)


@pytest.mark.either
def test_the_role_that_the_pack_names_withdraws_an_official(case, now):
    made = acts.withdraw_official(case.id, "11", **HEAD.who(), now=now, reason="a complaint")
    assert acts.withdraw_official(case.id, "11", **HEAD.who(), now=now, reason="again") == made
    assert (made.way, made.by, made.role) == ("superior", "33", "head")
    with pytest.raises(NotFound):
        reads.case_for_desk(HANDLER.scope, case.number)
    (entry,) = (one for one in ledger.entries_of(SYSTEM, case.key_subject) if one.kind == "case.recused")
    assert entry.act["basis"] == "灯塔条例7"


@pytest.mark.either
def test_nobody_else_withdraws_and_nobody_decides_about_themselves(case, submitted, now):
    for who, account, code in ((DECIDER, "11", "wrong_role"), (HEAD, "33", "own_recusal")):
        with pytest.raises(Refused) as refused:
            acts.withdraw_official(case.id, account, **who.who(), now=now, reason="x")
        assert refused.value.code == code
    assert not Recusal.objects.exists()


@pytest.mark.either
def test_a_procedure_that_names_nobody_has_no_superior_and_no_objections(submitted, handler, decider, now):
    case = handler.fire(owned(submitted()), "accept", now)
    with pytest.raises(Refused) as refused:
        acts.withdraw_official(case.id, "11", by=decider.by, scope=decider.scope, now=now, reason="x")
    assert refused.value.code == "no_superior"
    with pytest.raises(Refused) as refused:
        acts.object_to_official(case.id, 2, by=PARTY_ACTOR, scope=PARTY, now=now, reason="x")
    assert refused.value.code == "no_superior"
    assert reads.contestable(PARTY, case.id) == ()
    assert acts.step_back(case.id, by=handler.by, scope=handler.scope, now=now, reason="x").way == "own"


def objects(case: Case, now, version: int = 2, **options) -> Objection:
    options = {"reason": "he is the rival's brother", "by": PARTY_ACTOR, "scope": PARTY} | options
    return acts.object_to_official(case.id, version, now=now, **options)


@pytest.mark.either
def test_an_objection_of_the_party_that_is_upheld_withdraws_the_official(case, now):
    assert reads.contestable(PARTY, case.id) == (2,)
    made = objects(case, now, key="k")
    assert objects(case, now, key="k") == made
    assert reads.contestable(PARTY, case.id) == ()
    assert made.account_id == "11"
    options = {**HEAD.who(), "now": now + timedelta(days=1), "reason": "it is so"}
    decided = acts.decide_objection(case.id, made.pk, upheld=True, **options)
    assert acts.decide_objection(case.id, made.pk, upheld=True, **options).decided_entry == decided.decided_entry
    with pytest.raises(Conflict):
        acts.decide_objection(case.id, made.pk, upheld=False, **options)
    assert Recusal.objects.get().way == "objection"
    with pytest.raises(NotFound):
        reads.case_for_desk(HANDLER.scope, case.number)
    titles = [line.title.en for line in reads.timeline(PARTY, case.id)][2:]
    assert titles[0] == "The party objected to an official"
    assert set(titles[1:]) == {"The objection was upheld", "An official was withdrawn at the party's objection"}
    (seen,) = reads.objections_of(PARTY, case.id)
    assert (seen.reason, seen.upheld, seen.answer, seen.account_id) == (
        "he is the rival's brother",
        True,
        "it is so",
        "",
    )


@pytest.mark.either
def test_a_dismissed_objection_leaves_the_official_with_the_case(case, now):
    made = objects(case, now)
    acts.decide_objection(case.id, made.pk, upheld=False, **HEAD.who(), now=now, reason="no ground")
    assert reads.case_for_desk(HANDLER.scope, case.number).number == case.number
    assert [line.title.en for line in reads.timeline(HANDLER.scope, case.id)][-1] == "The objection was dismissed"
    assert [line.reason for line in reads.timeline(HANDLER.scope, case.id)][-2:] == ["", ""]
    assert reads.objections_of(HANDLER.scope, case.id) == ()
    assert reads.objections_of(HEAD.scope, case.id)[0].account_id == "11"


@pytest.mark.either
def test_only_the_party_objects_and_only_to_an_official(case, now):
    for attempt, error in (
        (lambda: objects(case, now, scope=HANDLER.scope, by=HANDLER.by), Refused),
        (lambda: objects(case, now, scope=Scope("party", "78")), NotFound),
        (lambda: objects(case, now, version=1), Invalid),
        (lambda: objects(case, now, version=9), Invalid),
        (lambda: objects(case, now, reason=""), Invalid),
    ):
        with pytest.raises(error):
            attempt()
    made = objects(case, now)
    with pytest.raises(Conflict):
        objects(case, now)
    for who, error in ((HANDLER, Refused), (DECIDER, Refused), (official("11", "head"), Refused)):
        with pytest.raises(error):
            acts.decide_objection(case.id, made.pk, upheld=False, **who.who(), now=now, reason="x")
    with pytest.raises(NotFound):
        acts.decide_objection(case.id, 0, upheld=False, **HEAD.who(), now=now, reason="x")
    acts.withdraw_official(case.id, "11", **HEAD.who(), now=now, reason="x")
    acts.decide_objection(case.id, made.pk, upheld=True, **HEAD.who(), now=now, reason="it is done")
    assert Recusal.objects.count() == 1
    with pytest.raises(Refused):
        objects(case, now)


@pytest.mark.either
def test_nobody_works_on_a_case_of_their_own(case, now):
    own = official("77", "decider")
    with pytest.raises(NotFound):
        reads.case_for_desk(own.scope, case.number)
    with pytest.raises(Refused) as refused:
        acts.fire(case.id, "refuse", **own.who(), now=now, expected_version=2, reason="x")
    assert refused.value.code == "own_case"
    assert reads.case_for_party(own.scope, case.number).number == case.number


@pytest.mark.either
def test_what_was_said_is_gone_with_the_case(case, now):
    made = objects(case, now)
    acts.decide_objection(case.id, made.pk, upheld=True, **HEAD.who(), now=now, reason="it is so")
    acts.fire(case.id, "refuse", **DECIDER.who(), now=now, expected_version=2, reason="no")
    later = now + timedelta(days=366 * 11)
    acts.erase_case_party(case.id, **DECIDER.who(), now=later, reason="asked")
    assert list(Recusal.objects.values_list("reason")) == [("",)]
    assert list(Objection.objects.values_list("reason", "answer")) == [("", "")]
    assert [line.title.en for line in reads.timeline(HEAD.scope, case.id)][-1]


@pytest.mark.either
def test_who_can_be_withdrawn_is_told_to_who_withdraws_alone(case, now):
    today = now.date()
    assert reads.officials_of(HEAD.scope, case.id, on=today) == ()
    assert reads.officials_of(HANDLER.scope, case.id, on=today) == ()
    with pytest.raises(AmurError):
        reads.officials_of(Scope("public"), case.id, on=today)


@pytest.mark.either
def test_whoever_stepped_back_is_not_asked_for_an_opinion_or_a_part_of_it_either(case, now):
    from amur.procedures.joint import seeing as joint
    from amur.procedures.opinions import seeing as opinions
    from amur.procedures.opinions.models import AskedBody, AskedRound

    round_ = AskedRound(case=case, role="handler")
    asked = AskedBody(asked_round=round_, body_id="elsewhere")
    other = official("11", "handler", body_id="elsewhere")
    assert opinions.is_asked(other.scope, asked)
    assert joint.grants_of(other.scope, "handler", "elsewhere", case)
    acts.withdraw_official(case.id, "11", **HEAD.who(), now=now, reason="x")
    case.refresh_from_db()
    assert not opinions.is_asked(other.scope, asked)
    assert not joint.grants_of(other.scope, "handler", "elsewhere", case)
