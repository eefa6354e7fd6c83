from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from amur.base.acting import SYSTEM, Actor
from amur.base.faults import Conflict, Invalid
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.ledger.models import Entry
from amur.procedures import acts, reads
from amur.procedures.models import Case, CaseEvent, Draft, Serial, Upload
from tests.procedures.pack import FORM, PDF, STRANGER, fill, sync
from tests.procedures.samples import LICENCE_BODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]


def test_a_case_holds_what_was_entered_and_is_pinned_to_its_form(filled, now):
    draft = filled()
    case = acts.submit(draft.id, by=STRANGER, now=now, key="k")
    case.refresh_from_db()
    assert (case.number, case.state, case.version) == ("2026-LAN-00001", "submitted", 1)
    assert case.declaration_hash == draft.declaration_hash
    assert case.data["watts"] == 12
    assert case.data["indoors"] is True
    assert (case.subject, case.region, case.body_id) == (FORM["name"], "230102", "bureau")
    assert case.data["plan"] == str(Upload.objects.get(case=case).pk)
    assert (case.accepted_at, case.due_on, case.closed_at) == (None, None, None)


def test_the_ledger_says_what_was_submitted_and_the_header_tells_nobody(submitted):
    case = submitted()
    first, second = Entry.objects.filter(subject=f"case:{case.id}").order_by("sequence")
    assert (first.kind, second.kind) == ("case.submitted", "case.form_kept")
    assert json.loads(first.content.body) == {
        "number": case.number,
        "procedure": "licence",
        "declaration": case.declaration_hash,
        "closure": case.closure_hash,
        "state": "submitted",
        "channel": "portal",
    }
    kept = json.loads(second.content.body)
    assert "keeper@example.org" not in second.content.body, "what is personal is sealed, so that it can be erased"
    assert kept["form"] | {"email": ledger_reads.reveal(f"case:{case.id}", kept["form"]["email"])} == case.data
    (upload,) = Upload.objects.all()
    named = [ledger_reads.reveal(upload.key_subject, file["file"]) for file in kept["uploads"]]
    assert named == [{"name": upload.name, "sha256": upload.sha256}]
    assert FORM["email"] not in first.header + second.header + first.content.body


def test_submitting_again_is_the_same_case_with_the_same_number_and_receipt(filled, now):
    draft = filled()
    cases = [acts.submit(draft.id, by=STRANGER, now=now) for _ in range(3)]
    assert len({case.id for case in cases}) == len({case.number for case in cases}) == 1
    assert len({acts.query_code(case) for case in cases}) == 1
    assert (Case.objects.count(), CaseEvent.objects.count(), Serial.objects.get().value) == (1, 1, 1)


def test_the_draft_of_a_case_keeps_no_second_copy_and_cannot_be_changed(filled, now):
    draft = filled()
    case = acts.submit(draft.id, by=STRANGER, now=now)
    assert (Draft.objects.get().raw, Draft.objects.get().data) == ({}, {})
    for attempt in (
        lambda: acts.save_step(draft.id, "lantern", FORM, version=draft.version, by=STRANGER, now=now),
        lambda: acts.attach(draft.id, "plan", [PDF], "late.pdf", by=STRANGER, now=now),
        lambda: acts.remove_upload(draft.id, Upload.objects.get().pk, by=STRANGER, now=now),
    ):
        with pytest.raises(Conflict) as error:
            attempt()
        assert (error.value.code, error.value.details["number"]) == ("draft_submitted", case.number)


def test_everything_required_is_asked_for_again(now):
    draft = acts.open_draft("licence", by=STRANGER, now=now)
    with pytest.raises(Invalid) as error:
        acts.submit(draft.id, by=STRANGER, now=now)
    assert set(error.value.fields) == {"name", "colour", "region", "number", "indoors", "plan"}
    assert {code for code, _ in error.value.fields.values()} == {"required"}
    assert (Case.objects.count(), Serial.objects.count()) == (0, 0)


def test_a_failed_submission_uses_up_no_number(filled, now):
    broken = acts.open_draft("licence", by=STRANGER, now=now)
    for _ in range(3):
        with pytest.raises(Invalid):
            acts.submit(broken.id, by=STRANGER, now=now)
    assert acts.submit(filled().id, by=STRANGER, now=now).number == "2026-LAN-00001"


def test_a_file_field_takes_no_id_that_was_typed(filled, submitted, now):
    other = Upload.objects.get(case=submitted())
    draft = acts.open_draft("licence", by=STRANGER, now=now)
    with pytest.raises(Invalid):
        acts.save_step(draft.id, "papers", {"plan": str(other.pk)}, version=1, by=STRANGER, now=now)
    draft.raw = FORM | {"plan": str(other.pk)}
    draft.save()
    with pytest.raises(Invalid) as error:
        acts.submit(draft.id, by=STRANGER, now=now)
    assert set(error.value.fields) == {"plan"}


def test_a_code_that_went_out_of_force_since_is_refused(filled, now):
    draft = filled()
    draft.raw = draft.raw | {"colour": "old"}
    draft.save()
    with pytest.raises(Invalid) as error:
        acts.submit(draft.id, by=STRANGER, now=now)
    assert error.value.fields["colour"][0] == "no_longer_in_list"


def test_a_form_that_changed_is_shown_again_before_it_is_submitted(filled, now):
    draft = filled()
    sync(now, {("procedure", "licence"): LICENCE_BODY | {"minutes": 11}}, "2.0.0")
    with pytest.raises(Conflict) as error:
        acts.submit(draft.id, by=STRANGER, now=now)
    assert error.value.code == "form_changed"
    assert Case.objects.count() == 0
    case = acts.submit(draft.id, by=STRANGER, now=now)
    assert case.data["name"] == FORM["name"]
    assert case.declaration_hash == Draft.objects.get().declaration_hash


def test_a_newer_form_does_not_change_a_running_case(submitted, now, handler):
    case = submitted()
    sync(now, {("procedure", "licence"): LICENCE_BODY | {"minutes": 11}}, "2.0.0")
    moved = handler.fire(case, "accept", now)
    assert moved.declaration_hash == case.declaration_hash
    assert reads.case_for_desk(SYSTEM, case.number).definition.minutes == 10


def test_numbers_follow_the_year_of_the_place(now):
    # The last hour of the year in UTC is the first day of the next where the authority is.
    late = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    first = acts.submit(fill(now).id, by=STRANGER, now=now)
    second = acts.submit(fill(now).id, by=STRANGER, now=now)
    assert (first.number, second.number) == ("2026-LAN-00001", "2026-LAN-00002")
    assert acts.submit(fill(late).id, by=STRANGER, now=late).number == "2027-LAN-00001"


def test_a_receipt_verifies_and_discloses_the_number_and_no_personal_data(submitted, now):
    case = submitted()
    with pytest.raises(Conflict):
        reads.receipt_of(SYSTEM, case.id)
    ledger.seal(now)
    receipt = json.dumps(reads.receipt_of(SYSTEM, case.id), ensure_ascii=False)
    assert case.number in receipt
    assert FORM["email"] not in receipt
    assert FORM["name"] not in receipt
    assert ledger_reads.verify_stored().holds


def test_the_case_of_an_account_and_its_actor_are_recorded(pack, now):
    account = Actor("acc-1", client="portal", request_id="r-1")
    case = acts.submit(fill(now, by=account, account_id="acc-1").id, by=account, now=now)
    entry = Entry.objects.filter(subject=f"case:{case.id}").first()
    act = json.loads(entry.content.act)
    assert account.as_dict().items() <= act.items()
    assert act["release"] == pack.hash
    assert case.account_id == "acc-1"


def test_a_submission_asks_the_database_little(filled, now, django_assert_max_num_queries):
    draft = filled()
    with django_assert_max_num_queries(45):
        acts.submit(draft.id, by=STRANGER, now=now)
