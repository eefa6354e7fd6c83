"""Drafts are the office's own: no party reads one, no ledger body tells one, and they are erased with their case."""

from __future__ import annotations

import json

import pytest

from amur.base.acting import SYSTEM, Actor, Grant, Scope
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.models import Case, Upload
from amur.procedures.remarks.models import Remark
from amur.procedures.signing.erasing import clear_parts
from amur.procedures.signing.models import SignOff, SignOffLine

pytestmark = pytest.mark.django_db
SECRET = "a word that nobody reads"
CLERK = Actor("33", role="eraser", body_id="bureau", client="desk")
CLERKS = Scope("office", "33", grants=(Grant("eraser", "bureau", "230000"),))


@pytest.fixture
def drafted(at_decision):
    office = at_decision()
    office.drafts(reason=SECRET, extra={"terms": SECRET, "term_years": "3"})
    office.acts(acts.sign_draft, "chief", remark=SECRET, reason=f"{SECRET} again", extra={"terms": f"{SECRET}!"})
    handler = office["handler"]
    acts.remark(office.case.id, SECRET, by=handler.by, scope=handler.scope, now=office.now)
    return office


def rows(*models):
    """Return all that the tables hold, as the database has it."""
    return str([list(model.objects.values_list()) for model in models])


def test_a_party_is_told_of_no_draft(drafted):
    party = reads.scope_by_code(drafted.case.number, acts.query_code(drafted.case))
    assert reads.sign_offs(party, drafted.case.id, now=drafted.now) == ()
    assert reads.to_draft(party, drafted.case.id) == {}
    assert reads.remarks(party, drafted.case.id) == ()
    assert reads.waiting(party, on=drafted.now.date()).rows == ()


@pytest.mark.both
def test_neither_tables_nor_ledger_hold_a_draft_in_plain_words(drafted):
    entries = ledger.entries_of(SYSTEM, drafted.case.key_subject)
    bodies = json.dumps([entry.body for entry in entries])
    assert SECRET not in rows(SignOff, SignOffLine, Remark)
    told = [entry for entry in entries if entry.kind.startswith(("sign_off.", "remark."))]
    assert len(told) == 5
    assert SECRET not in bodies
    assert not any("grant" in json.dumps(entry.body) for entry in told)


@pytest.mark.both
def test_drafts_and_remarks_are_erased_with_their_case(drafted):
    now = drafted.now
    drafted.signs("lawyer", "leader")
    party = reads.scope_by_code(drafted.case.number, acts.query_code(drafted.case))
    by = Actor("anonymous", on_behalf_of=f"case:{drafted.case.id}", client="portal")
    case = Case.objects.get()
    acts.fire(case.id, "surrender", by=by, scope=party, now=now, expected_version=case.version)
    options = {"by": CLERK, "scope": CLERKS, "now": now, "reason": "the party asked"}
    acts.erase_case_party(case.id, basis="the court", despite_retention=True, **options)
    for row in (*SignOff.objects.all(), *SignOffLine.objects.all()):
        texts = [getattr(row, name, "") for name in ("reason", "text", "before", "after")]
        assert (texts, getattr(row, "given", {}), getattr(row, "changes", {})) == ([""] * 4, {}, {})
    assert [one.text for one in Remark.objects.all()] == [""]
    assert SignOffLine.objects.filter(verb="signed").count() == 3
    assert Upload.objects.filter(case=case).exists()


def test_a_field_whose_own_time_is_over_leaves_drafts_too(drafted):
    clear_parts(drafted.case, {"terms"})
    draft = SignOff.objects.get(chain="decision")
    assert "terms" not in draft.given
    assert all("terms" not in line.changes for line in draft.lines.all())
