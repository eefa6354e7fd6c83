"""P18: the standard papers say what such a paper must say, from the case; each is numbered and issued with its event."""

from __future__ import annotations

import pytest

from amur.base.acting import SYSTEM
from amur.procedures import acts, reads
from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.models import Document
from amur.procedures.supplements.engine import ITEMS
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.papers.lettered import PAPERS, lettered
from tests.procedures.samples import LICENCES_BODY, text
from tests.procedures.test_checks import KNOWN, put

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def parts(document: Document, language: str = "en") -> dict[str, list[str]]:
    return {one["title"]: one["lines"] for one in document.content[language]["sections"]}


def test_what_is_handed_in_gets_its_receipt_with_the_list_of_what_came(handed_in):
    case = handed_in()
    receipt = Document.objects.get()
    assert (receipt.number, receipt.case, receipt.version) == ("2026-SJ-00001", case, 1)
    said = receipt.content["zh"]
    assert said["addressee"] == "移动灯一号："
    assert "收到不等于受理" in said["paragraphs"][0]
    assert case.number in said["paragraphs"][0]
    assert parts(receipt) == {"What was handed in": ["The form", "Plan"]}


def test_an_acceptance_tells_the_period_and_its_last_day(handed_in, handler, now):
    handler.fire(handed_in(), "accept", now)
    acceptance = Document.objects.get(document="acceptance")
    assert parts(acceptance)["By when"] == ["Decision: 20 working days, last day 8 April 2026."]
    assert parts(acceptance, "zh")["期限"] == ["办理期限：20 个工作日，最后一日2026年4月8日。"]


def test_a_request_for_a_supplement_lists_each_thing_and_says_that_the_time_waits(handed_in, handler, now):
    case = handler.fire(handed_in(), "accept", now)
    handler.fire(case, "request_supplement", now, reason="执照副本\n\n 平面图 ")
    wanted = Document.objects.get(document="supplement")
    assert parts(wanted, "zh") == {
        "需要补正的内容": ["执照副本", "平面图"],
        "依据": ["《灯塔条例》7"],
        "期限": ["办理期限：补正期间不计入期限。"],
    }


def test_what_was_asked_item_by_item_stands_on_the_paper_item_by_item(handed_in, handler, now):
    body = lettered()
    ask, answer = body["transitions"][1:3]
    ask |= {"supplement": {"answer": "answer"}, "reason": "optional"}
    answer["asks"] = []
    sync(now, {("procedure", "licence"): body})
    case = handler.fire(acts.submit(fill(now).id, by=STRANGER, now=now), "accept", now)
    asked = [{"part": "plan", "wrong": "看不清", "how": "PDF"}, {"part": "+words", "wrong": "为什么放在室内"}]
    handler.fire(case, "request_supplement", now, reason="请一并提交", extra={ITEMS: asked})
    wanted = Document.objects.get(document="supplement")
    assert parts(wanted)["What to supply"] == ["Plan: 看不清 (PDF)", "Explanation: 为什么放在室内"]
    assert parts(wanted)["What else is said"] == ["请一并提交"]
    assert parts(wanted, "zh")["需要补正的内容"][0] == "【Plan】：看不清（PDF）"


def test_a_refusal_tells_its_reasons_its_basis_and_where_to_contest_it(refused):
    _, document = refused("太亮")
    assert "refused on 10 March 2026" in document.content["en"]["paragraphs"][0]
    assert parts(document) == {
        "Reasons": ["太亮"],
        "Basis": ["Lantern Act 7"],
        "If you disagree": ["Appeal; 60 days; The council.", "Lantern Act 7"],
    }


def test_papers_are_in_the_languages_in_which_the_machine_speaks_them(handed_in):
    handed_in()
    assert set(Document.objects.get().content) == {"zh", "en"}


def test_an_event_that_issues_the_receipt_itself_is_left_to_do_so(now, handed_in, handler):
    body = lettered()
    body["transitions"][0]["effects"].append({"do": "issue_document", "document": "receipt"})
    sync(now, {("procedure", "licence"): body})
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    assert not reads.documents_of(SYSTEM, case.pk)
    handler.fire(case, "accept", now)
    assert [one.document for one in reads.documents_of(SYSTEM, case.pk)] == ["acceptance", "receipt"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"paper": None, "paragraphs": []}, "says nothing"),
        ({"opening_serves": True}, "opening_serves stands with serve_within"),
        ({"serve_within": {"basis": [{"title": {"zh": "法", "en": "Act"}}]}}, "write one of"),
        ({"serve_within": {"days": 3, "basis": [{"title": {"zh": "法", "en": "Act"}}]}}, "last_day stands with days"),
        ({"paper": "memo"}, "paper"),
    ],
)
def test_a_declaration_that_says_too_little_is_refused(change, found):
    with pytest.raises(ValueError, match=found):
        ProcedureDeclaration.model_validate(lettered(documents=[PAPERS[0] | change, *PAPERS[1:]]))


def faults_of(change):
    body = lettered()
    change(body)
    definition = ProcedureDeclaration.model_validate(body)
    registers = Beside({"licences": RegisterDeclaration.model_validate(LICENCES_BODY)})
    faults = check_procedure(definition, KNOWN, registers, ("bureau",), lambda path: (".".join(map(str, path)), 1))
    return [(fault.file, fault.check) for fault in faults]


def test_the_papers_are_whole():
    assert faults_of(lambda body: None) == []


@pytest.mark.parametrize(
    ("change", "at", "check"),
    [
        (put("documents", 1, "paper", value="decision"), "transitions.0.effects.1.document", "paper.outcome"),
        (put("transitions", 1, "reason", value="optional"), "transitions.1.effects.0.document", "paper.reason"),
        (put("transitions", 4, "reason", value="optional"), "transitions.4.effects.1.document", "paper.reason"),
        (put("online_service_field", value="email"), "online_service_field", "service.consent"),
        (put("documents", 0, "addressee", value=text("{nobody}")), "documents.0.addressee", "document.place"),
    ],
)
def test_a_paper_whose_event_does_not_say_what_it_must_tell_is_found(change, at, check):
    assert (at, check) in faults_of(change)


def test_a_consent_that_serves_nothing_is_found():
    def serve_nothing(body):
        for document in body["documents"]:
            document.pop("serve_within", None)
            document.pop("opening_serves", None)

    assert ("online_service_field", "service.unused") in faults_of(serve_nothing)
