"""Statements made once for a model do what the ORM does, on either database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from amur.ledger import rows
from amur.procedures import declared
from amur.procedures.models import Case, CaseEvent
from tests.procedures.pack import sync

pytestmark = [pytest.mark.django_db, pytest.mark.both]
AT = datetime(2026, 3, 10, 1, 2, 3, 456_789, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _declared():
    sync(AT)


def a_case(**changes) -> Case:
    case = Case(
        number=f"LAN-{uuid4().hex}",
        procedure="licence",
        declaration_hash=declared.active("licence")[0],
        state="submitted",
        configuration={"active": ["a"], "灯": 1},
        data={},
        subject="灯",
        body_id="bureau",
        channel="portal",
        language="zh-hans",
        submitted_at=AT,
        changed_at=AT,
        due_on=date(2026, 4, 8),
        **changes,
    )
    case.save(force_insert=True)
    return case


def an_event(case: Case, version: int = 1, **changes) -> CaseEvent:
    given = {"entry_hash": uuid4().hex, "reason": "看过了", "given": {}, **changes}
    return CaseEvent(
        case=case, version=version, event="accept", target="accepted", actor_id="1", happened_at=AT, **given
    )


def columns(row) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_row_is_read_as_the_orm_reads_it():
    case = a_case(accepted_at=AT)
    with transaction.atomic():
        assert columns(rows.locked(Case, case.pk)) == columns(Case.objects.get(pk=case.pk))
        assert rows.locked(Case, uuid4()) is None


def test_a_row_is_stored_and_sealed_as_the_orm_stores_it():
    case = a_case()
    with transaction.atomic():
        rows.store(an_event(case))
    kept = CaseEvent.objects.get(case=case)
    assert (kept.reason, kept.happened_at, kept.configuration) == ("看过了", AT, {})
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM procedures_caseevent WHERE id = %s", [kept.pk])
        assert "看过了" not in cursor.fetchone()[0]


def test_only_the_named_columns_change():
    case = a_case()
    case.state, case.subject, case.closed_at = "granted", "别的", AT
    with transaction.atomic():
        rows.change(case, ("state", "closed_at"))
    found = Case.objects.get(pk=case.pk)
    assert (found.state, found.subject, found.closed_at) == ("granted", "灯", AT)


def test_of_a_locked_row_only_what_is_other_than_was_read_is_stored():
    case = a_case(accepted_at=AT)
    with transaction.atomic(), CaptureQueriesContext(connection) as watched:
        found = rows.locked(Case, case.pk)
        found.state, found.accepted_at, found.configuration = "granted", datetime(2026, 3, 10, tzinfo=UTC), {}
        rows.change(found, ("state", "due_rank", "turn", "accepted_at", "due_on", "configuration", "recused"))
    stored = watched[-1]["sql"].partition(" WHERE ")[0]
    assert all(name in stored for name in ('"state"', '"turn"', '"accepted_at"', '"configuration"'))
    assert not any(name in stored for name in ('"due_rank"', '"due_on"'))
    kept = Case.objects.get(pk=case.pk)
    assert (kept.state, kept.accepted_at, kept.configuration) == ("granted", found.accepted_at, {})


def test_a_value_that_was_changed_in_its_place_is_stored():
    case = a_case()
    with transaction.atomic():
        found = rows.locked(Case, case.pk)
        found.configuration["active"].append("b")
        rows.change(found, ("configuration",))
    assert Case.objects.get(pk=case.pk).configuration == {"active": ["a", "b"], "灯": 1}


def test_where_nothing_is_other_nothing_is_stored():
    case = a_case()
    with transaction.atomic(), CaptureQueriesContext(connection) as watched:
        rows.change(rows.locked(Case, case.pk), ("state", "due_on"))
    assert len(watched) == 1


def test_what_was_read_is_forgotten_when_the_row_is_saved_in_another_way():
    case = a_case()
    with transaction.atomic():
        found = rows.locked(Case, case.pk)
        found.state = "accepted"
        found.save(update_fields=["state"])
        found.state = "submitted"
        rows.change(found, ("state",))
    assert Case.objects.get(pk=case.pk).state == "submitted"


def test_a_row_is_made_as_its_model_makes_it():
    case = a_case()
    values = {field.attname: getattr(an_event(case), field.attname) for field in CaseEvent._meta.concrete_fields}
    values = {name: value for name, value in values.items() if name not in {"id", "case_id"}} | {"entry_hash": "e"}
    made = rows.made(CaseEvent, case=case, **values)
    assert (made.pk, made.case_id, made.case, made.reason) == (None, case.pk, case, "看过了")
    rows.store(made)
    assert columns(CaseEvent.objects.get(entry_hash="e")) | {"id": None} == columns(made)
    with pytest.raises(TypeError, match="CaseEvent has "):
        rows.made(CaseEvent, case=case)


def test_a_row_that_is_gone_cannot_be_changed():
    case = a_case()
    Case.objects.filter(pk=case.pk).delete()
    with transaction.atomic(), pytest.raises(ObjectDoesNotExist, match="not there any more"):
        rows.change(case, ("state",))


def test_what_the_database_refuses_is_an_error_of_django():
    case = a_case()
    rows.store(an_event(case))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.store(an_event(case))
    assert CaseEvent.objects.filter(case=case).count() == 1


def test_whoever_counts_queries_counts_these_too():
    case = a_case()
    with transaction.atomic(), CaptureQueriesContext(connection) as watched:
        rows.locked(Case, case.pk)
        rows.change(case, ("state",))
    assert len(watched) == 2
