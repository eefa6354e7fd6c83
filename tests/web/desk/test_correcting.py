"""P22 in the browser: a mistake is voided at the desk, and everybody who looks reads that it was and what took its place."""

from __future__ import annotations

import hashlib
import json

import pytest

from amur.policy.models import Declaration
from amur.procedures.models import Case, Document
from tests.web.house import House

pytestmark = [pytest.mark.django_db, pytest.mark.either]
NOTICE = {
    "subject": {"zh": "更正", "en": "Put right"},
    "body": {"zh": "{number}：{reason}", "en": "{number}: {reason}"},
}


def _rule(house: House, **more: object) -> Case:
    """Let the procedure of the decided case say how a mistake is put right; return the case."""
    case = Case.objects.get(pk=house.filed.pk)
    pinned = Declaration.objects.get(hash=case.declaration_hash)
    body = json.loads(pinned.body)
    event = case.events.order_by("version").last()
    arrow = next(one for one in body["transitions"] if one["event"] == event.event)
    body["correction"] = {
        "by": ["decider"],
        "basis": body["basis"][:1],
        "events": [{"event": event.event}],
        "fields": [body["subject_field"]],
        "notice": NOTICE,
    } | more
    assert arrow["by"] != "applicant"
    text = json.dumps(body)
    known = hashlib.sha256(text.encode()).hexdigest()
    fresh = Declaration.objects.create(kind=pinned.kind, declared_id=pinned.declared_id, hash=known, body=text)
    Case.objects.filter(pk=case.pk).update(declaration_hash=fresh.hash)
    return Case.objects.get(pk=case.pk)


def _address(case: Case) -> str:
    return f"/en/desk/cases/{case.number}/correction/"


def test_a_decision_is_voided_and_party_office_and_strangers_read_it(house):
    case, client = _rule(house), house.client("decider")
    paper = Document.objects.filter(case=case).order_by("id").last()
    page = client.get(f"/en/desk/cases/{case.number}/").content.decode()
    assert _address(case) in page
    assert "Void the last step:" in client.get(_address(case)).content.decode()
    sent = {"do": "void", "version": case.version, "key": "k"}
    assert client.post(_address(case), sent).status_code == 422
    assert client.post(_address(case), sent | {"version": 1, "reason": "x"}).status_code == 409
    done = client.post(_address(case), sent | {"reason": "The wrong file."}, follow=True).content.decode()
    assert "The mistake is put right." in done
    assert "<del>" in done
    assert "The wrong file." in done
    party = house.client("firm").get(f"/en/cases/{case.number}/").content.decode()
    assert "<del>" in party
    assert "Voided on" in party
    if paper is not None:
        shown = client.get(f"/en/desk/cases/{case.number}/documents/{paper.number}/").content.decode()
        assert "This document is void" in shown


def test_answers_are_put_right(house):
    case, client = _rule(house), house.client("decider")
    name = json.loads(Declaration.objects.get(hash=case.declaration_hash).body)["subject_field"]
    sent = {"do": "answers", "version": case.version, "why": "Misspelt.", name: "New name"}
    assert client.post(_address(case), sent).status_code == 302
    assert Case.objects.get(pk=case.pk).data[name] == "New name"


def test_a_proposal_waits_for_a_second_person_and_is_withdrawn(house):
    case, client = _rule(house, separation=True), house.client("decider")
    sent = {"do": "void", "version": case.version, "reason": "The wrong file."}
    assert client.post(_address(case), sent).status_code == 302
    page = client.get(_address(case)).content.decode()
    assert "The wrong file." in page
    assert "Void the last step:" in page, "whoever agrees reads what is voided"
    assert "Agree and put it right" not in page
    assert "A correction waits for a second person." in client.get(f"/en/desk/cases/{case.number}/").content.decode()
    client.post(_address(case), {"do": "withdraw", "version": case.version})
    assert "Void the last step:" in client.get(_address(case)).content.decode()


def test_where_the_procedure_says_nothing_there_is_no_such_page(house):
    address = f"/en/desk/cases/{house.filed.number}/"
    assert "correction/" not in house.client("decider").get(address).content.decode()
    assert house.client("decider").get(f"{address}correction/").status_code == 404
