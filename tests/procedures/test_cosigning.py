"""A form that others must agree to: to exactly these words, each by a code of their own, or it is not submitted."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from amur.base.acting import SYSTEM
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.jobs.models import Job
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.checks import check_procedure
from amur.procedures.cosigning.acts import ASK, send_code
from amur.procedures.cosigning.models import CoSignature
from amur.procedures.cosigning.saying import code_of, says
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.models import Case, Draft
from tests.procedures.pack import FORM, STRANGER, fill, sync
from tests.procedures.samples import BASIS, LICENCE_BODY, text
from tests.procedures.test_checks import KNOWN, REGISTERS

pytestmark = [pytest.mark.django_db, pytest.mark.either]
SIGNERS = [{"id": "partner", "title": text("Partner", "合伙人"), "contact": "email"}]


def body_of(signers: list[dict[str, Any]] = SIGNERS) -> dict[str, Any]:
    return copy.deepcopy(LICENCE_BODY) | {"cosign": {"signers": signers, "within_days": 7, "basis": [BASIS]}}


@pytest.fixture
def draft(now) -> Draft:
    sync(now, {("procedure", "licence"): body_of()})
    return fill(now)


def ask(draft: Draft, now) -> CoSignature:
    [row] = acts.ask_co_signers(draft.id, by=STRANGER, now=now, address="https://example.org/agree/")
    return row


def answer(row: CoSignature, now, agrees: bool = True, **options: str) -> CoSignature:
    return acts.answer_co_signature(code_of(row.pk), agrees=agrees, by=STRANGER, now=now, **options)


def test_a_case_begins_only_when_all_agreed_to_exactly_these_words(draft, now):
    with pytest.raises(Refused) as error:
        acts.submit(draft.id, by=STRANGER, now=now)
    assert (error.value.code, error.value.details["missing"]) == ("agreement_missing", "partner")
    row = ask(draft, now)
    assert ask(draft, now).pk == row.pk, "who was asked about these words is not asked again"
    found = reads.co_signature_by_code(code_of(row.pk), now=now)
    assert (found.is_as_asked, found.draft.data["name"]) == (True, FORM["name"])
    assert answer(row, now).state == answer(row, now).state == "agreed"
    hashed = says(draft)
    case = acts.submit(draft.id, by=STRANGER, now=now)
    bodies = {entry.kind: entry.body for entry in ledger.entries_of(SYSTEM, case.key_subject)}
    assert bodies["case.co_signed"] == {"says": hashed} == {"says": row.says}
    with pytest.raises(NotFound):
        reads.co_signature_by_code(code_of(row.pk), now=now)


def test_any_later_change_asks_again(draft, now):
    row = ask(draft, now)
    answer(row, now)
    draft = acts.save_step(draft.id, "lantern", FORM | {"watts": "13"}, version=draft.version, by=STRANGER, now=now)
    with pytest.raises(Refused):
        acts.submit(draft.id, by=STRANGER, now=now)
    assert not reads.co_signature_by_code(code_of(row.pk), now=now).is_as_asked
    with pytest.raises(Conflict) as error:
        answer(row, now)
    assert error.value.code == "form_moved"
    again = ask(draft, now)
    row.refresh_from_db()
    assert (again.pk != row.pk, row.state) == (True, "void")
    answer(again, now)
    assert acts.submit(draft.id, by=STRANGER, now=now).number


def test_another_file_is_a_change_too(draft, now):
    answer(ask(draft, now), now)
    acts.attach(draft.id, "plan", [b"%PDF-1.7\n" + b"y" * 3000 + b"\n%%EOF\n"], "b.pdf", by=STRANGER, now=now)
    with pytest.raises(Refused):
        acts.submit(draft.id, by=STRANGER, now=now)


def test_whoever_declines_says_why_and_the_form_is_not_submitted(draft, now):
    row = ask(draft, now)
    with pytest.raises(Invalid):
        answer(row, now, agrees=False, reason=" ")
    assert answer(row, now, agrees=False, reason="The lamp is Qian's.").reason == "The lamp is Qian's."
    with pytest.raises(Conflict) as error:
        answer(row, now)
    assert error.value.code == "answered"
    with pytest.raises(Refused):
        acts.submit(draft.id, by=STRANGER, now=now)
    entries = ledger.entries_of(SYSTEM, draft.key_subject)
    assert [entry.kind for entry in entries] == ["draft.co_signer_asked", "draft.declined"]
    assert "Qian" not in str([entry.body for entry in entries])
    assert ask(draft, now).pk != row.pk, "they may be asked once more"


def test_an_agreement_and_its_code_expire(draft, now):
    row = ask(draft, now)
    answer(row, now)
    later = now + timedelta(days=8)
    with pytest.raises(NotFound):
        reads.co_signature_by_code(code_of(row.pk), now=later)
    with pytest.raises(Refused):
        acts.submit(draft.id, by=STRANGER, now=later)
    assert not Case.objects.exists()


def test_each_is_sent_a_code_of_their_own_once(draft, now):
    row = ask(draft, now)
    [job] = Job.objects.filter(kind=ASK)
    assert FORM["email"] not in str(job.payload)
    send_code(job.payload, now, "")
    assert (mail.outbox[0].to, code_of(row.pk) in mail.outbox[0].body) == ([FORM["email"]], True)
    answer(row, now)
    send_code(job.payload, now, "")
    assert len(mail.outbox) == 1


def test_without_an_address_nobody_is_asked(now):
    sync(now, {("procedure", "licence"): body_of()})
    with pytest.raises(Invalid) as error:
        ask(fill(now, email=""), now)
    assert set(error.value.fields) == {"email"}


def test_where_nobody_must_agree_nobody_is_asked(pack, now):
    with pytest.raises(Refused) as error:
        ask(fill(now), now)
    assert error.value.code == "nobody_to_agree"


def test_a_draft_that_expires_takes_its_co_signatures_with_it(draft, now):
    ask(draft, now)
    assert acts.drafts.forget_expired(now + timedelta(days=40)) == 1
    assert not CoSignature.objects.exists()


def test_a_pack_is_told_what_is_wrong_with_it():
    wrong = [*SIGNERS, SIGNERS[0] | {"contact": "name"}]
    definition = ProcedureDeclaration.model_validate(body_of(wrong))
    faults = check_procedure(definition, KNOWN, Beside(REGISTERS), ("bureau",), lambda path: (str(path), 1))
    assert {fault.check for fault in faults} == {"cosign.contact", "cosign.id"}
