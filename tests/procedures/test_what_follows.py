"""Cases that open others and documents that are issued: with the event that does it, or not at all."""

from __future__ import annotations

import copy

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor, Grant, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.people.models import Body
from amur.procedures import acts, reads
from amur.procedures.models import Case, ClockRun, Document, Serial
from tests.procedures.followups import GRANT, ISSUES, OPENS, SECOND_LOOK, items
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.samples import BASIS, text

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ELSEWHERE = Scope("office", "77", grants=(Grant("handler", "other", "230000"),))


@pytest.fixture
def granted(now, handler, decider):
    """Return a function that grants a licence with these effects."""

    def grant(*effects, second=None, reason="", **answers) -> Case:
        sync(now, items(*effects, second=second))
        case = acts.submit(fill(now, **answers).id, by=STRANGER, now=now)
        return decider.fire(handler.fire(case, "accept", now), "grant", now, reason=reason)

    return grant


def test_an_opened_case_begins_with_what_its_origin_says_and_belongs_to_the_same_party(granted, now):
    case = granted(OPENS)
    second = Case.objects.get(procedure="second_look")
    assert second.number.endswith("-LOOK-00001")
    assert second.origin == case
    assert (second.account_id, second.channel, second.language) == (case.account_id, case.channel, case.language)
    assert second.data == {
        "name": "移动灯一号",
        "region": "230102",
        "look_on": "2026-09-10",
        "watts": 12,
        "email": "keeper@example.org",
    }
    assert (second.state, second.region, second.subject) == ("waiting", "230102", "移动灯一号")
    assert ClockRun.objects.get(case=second).started_on.isoformat() == "2026-03-10"
    assert second.due_on.isoformat() == "2026-10-10"
    assert [case.pk for case in reads.opened_by(SYSTEM, case.pk)] == [second.pk]
    assert reads.opened_from(SYSTEM, second.pk) == case
    assert reads.opened_from(SYSTEM, case.pk) is None
    assert second.accepted_at == now


def test_its_course_begins_with_its_origin_and_its_receipt_verifies(granted, now):
    case = granted(OPENS)
    second = Case.objects.get(procedure="second_look")
    (first,) = reads.timeline(SYSTEM, second.pk)
    assert first.title.en == f"Opened by {case.number}"
    assert not first.by_applicant
    ledger_acts.seal(now)
    assert ledger.verify_stored().holds
    entry = ledger.entries_of(SYSTEM, second.key_subject)[0]
    assert entry.kind == "case.opened"
    assert entry.body["origin"] == case.number
    assert reads.receipt_of(SYSTEM, second.pk)["disclosed"]["body"]["value"]["number"] == second.number


def test_its_party_follows_it_by_its_own_query_code_and_nobody_else_knows_of_it(granted):
    granted(OPENS)
    second = Case.objects.get(procedure="second_look")
    assert reads.case_by_code(second.number, acts.query_code(second)).id == second.pk
    for scope in (PUBLIC, Scope("party", "8"), ELSEWHERE):
        with pytest.raises(NotFound):
            reads.opened_from(scope, second.pk)


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"watts": "3"}, {"watts": "too_small"}),
        ({"watts": "700"}, {"lamp": "required"}),
    ],
)
def test_what_the_opened_form_asks_and_does_not_get_stops_the_event(granted, answers, faults):
    with pytest.raises(Invalid) as stopped:
        granted(OPENS, **answers)
    assert {name: code for name, (code, _) in stopped.value.fields.items()} == faults
    assert Case.objects.get().state == "accepted"
    assert not Serial.objects.filter(series__endswith="LOOK").exists()


def test_an_answer_that_the_opened_form_does_not_know_is_named(granted):
    with pytest.raises(Invalid) as stopped:
        granted(OPENS | {"values": OPENS["values"] | {"size": "form.watts"}})
    assert stopped.value.fields["size"][0] == "unknown_field"


def test_nobody_applies_for_what_other_cases_open(granted, now):
    granted(OPENS)
    assert [service.id for service in reads.services()] == ["licence"]
    with pytest.raises(Refused) as refused:
        acts.open_draft("second_look", by=STRANGER, now=now)
    assert refused.value.code == "opened_only"


def test_a_file_that_an_event_of_an_opened_case_asks_for_is_its_own(granted, now, handler):
    asks = copy.deepcopy(SECOND_LOOK)
    asks["transitions"][0]["asks"] = [
        {"id": "picture", "type": "file", "title": text("Picture"), "media_types": ["application/pdf"]}
    ]
    granted(OPENS, second=asks)
    second = Case.objects.get(procedure="second_look")
    upload = acts.attach_to_case(
        second.pk, "look", "picture", [b"%PDF-1.7\nx\n%%EOF\n"], "a.pdf", by=handler.by, scope=handler.scope, now=now
    )
    assert handler.fire(second, "look", now, extra={"picture": str(upload.pk)}).state == "seen"


def test_a_document_says_what_its_template_says_in_each_language_that_it_is_whole_in(granted, now):
    Body.objects.create(id="bureau", titles={"zh": "灯笼局", "en": "Bureau of lanterns"})
    case = granted(ISSUES, reason="合格")
    (document,) = reads.documents_of(SYSTEM, case.pk)
    assert document.number == "2026-LIC-00001"
    assert sorted(document.content) == ["en", "zh"]
    english, chinese = document.content["en"], document.content["zh"]
    assert english["paragraphs"] == [
        "移动灯一号 (Red), 24 watts.",
        "Accepted on 10 March 2026, licensed on 10 March 2026.",
        f"2026-LIC-00001 {case.number} Bureau of lanterns keeper@example.org 甲: 合格",
    ]
    assert chinese["paragraphs"][1] == "2026年3月10日受理，2026年3月10日许可。"
    assert (chinese["title"], chinese["issuer"], chinese["issued_on"]) == ("灯笼许可证", "灯笼局", "2026年3月10日")
    assert document.issued_at == now


def test_the_number_of_a_document_is_used_up_only_if_its_event_happens(granted):
    impossible = OPENS | {"values": {name: OPENS["values"][name] for name in ("name", "region")}}
    with pytest.raises(Invalid):
        granted(ISSUES, impossible)
    assert not Document.objects.exists()
    assert not Serial.objects.filter(series__endswith="LIC").exists()


def test_a_value_that_is_not_there_stands_empty_and_one_that_cannot_be_stops_the_event(granted):
    with pytest.raises(Refused) as refused:
        granted(ISSUES, watts="")
    assert refused.value.code == "effect_without_value"
    case = granted(ISSUES, email="")
    assert " None" not in str(reads.documents_of(SYSTEM, case.pk)[0].content)


def test_a_document_is_read_by_its_party_and_its_office_and_verified_by_anybody_with_its_receipt(granted, now, handler):
    case = granted(ISSUES)
    party = reads.scope_by_code(case.number, acts.query_code(case))
    for scope in (party, handler.scope):
        assert reads.document_of(scope, case.pk, "2026-LIC-00001").document == "paper"
    for scope in (PUBLIC, Scope("party", "8"), ELSEWHERE):
        with pytest.raises(NotFound):
            reads.document_of(scope, case.pk, "2026-LIC-00001")
    with pytest.raises(NotFound):
        reads.document_of(party, case.pk, "2026-LIC-00002")
    ledger_acts.seal(now)
    receipt = ledger.receipt(party, case.documents.get().entry_hash, disclose=["body"])
    assert receipt["disclosed"]["body"]["value"]["document_number"] == "2026-LIC-00001"
    assert "移动灯" not in str(receipt)


def test_a_document_is_erased_with_its_case_and_its_number_and_proof_stay(now, handler, decider):
    body = items(ISSUES)
    body["procedure", "licence"]["erasure"] = {"by": "eraser", "basis": [BASIS]}
    body["procedure", "licence"]["transitions"][GRANT + 1]["effects"] = [ISSUES]
    sync(now, body)
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    case = decider.fire(handler.fire(case, "accept", now), "refuse", now, reason="no")
    clerk, clerks = Actor("33", role="eraser"), Scope("office", "33", grants=(Grant("eraser", "bureau", "230000"),))
    acts.erase_case_party(
        case.pk, by=clerk, scope=clerks, now=now, reason="asked", basis="the Act", despite_retention=True
    )
    (document,) = reads.documents_of(SYSTEM, case.pk)
    assert (document.number, document.content) == ("2026-LIC-00001", {})
    ledger_acts.seal(now)
    assert ledger.verify_stored().holds


def test_whoever_may_not_do_a_step_sends_no_file_for_it_either(granted, now, handler):
    asks = copy.deepcopy(SECOND_LOOK)
    picture = {"id": "picture", "type": "file", "title": text("Picture"), "media_types": ["application/pdf"]}
    asks["transitions"] = [
        {"event": "go", "title": text("Go"), "from": ["waiting"], "to": "waiting", "by": "handler"},
        asks["transitions"][0] | {"asks": [picture], "not_by_actor_of": ["go"]},
    ]
    granted(OPENS, second=asks)
    second = handler.fire(Case.objects.get(procedure="second_look"), "go", now)
    with pytest.raises(Refused) as refused:
        acts.attach_to_case(
            second.pk, "look", "picture", [b"%PDF-1.7\n"], "a.pdf", by=handler.by, scope=handler.scope, now=now
        )
    assert refused.value.code == "separation_of_duties"
