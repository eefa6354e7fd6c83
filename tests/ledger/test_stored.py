"""Rows that store themselves by statements made once are stored as Django's own ``save`` stores them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from amur.jobs.models import Job
from amur.ledger import rows
from amur.procedures.models import Draft, Serial

pytestmark = [pytest.mark.django_db, pytest.mark.both]
AT = datetime(2026, 3, 10, 1, 2, 3, 456_789, tzinfo=UTC)


def a_draft(**changes) -> Draft:
    return Draft(procedure="licence", declaration_hash="a", created_at=AT, updated_at=AT, expires_at=AT, **changes)


def test_a_new_row_gets_its_number_and_comes_back_whole():
    job = Job.objects.create(kind="demo", payload={"灯": [1]}, created_at=AT)
    assert (job.pk is None, job._state.adding) == (False, False)
    found = Job.objects.get(pk=job.pk)
    assert {one.attname: getattr(found, one.attname) for one in Job._meta.fields} == {
        one.attname: getattr(job, one.attname) for one in Job._meta.fields
    }


def test_what_is_personal_is_sealed_in_the_row():
    draft = a_draft(raw={"name": "王伟"})
    draft.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw FROM procedures_draft")
        assert "name" not in str(cursor.fetchone()[0])
    assert Draft.objects.get(pk=draft.pk).raw == {"name": "王伟"}


def test_only_the_named_columns_are_changed_and_without_names_all():
    job = Job.objects.create(kind="demo", created_at=AT)
    job.attempts, job.kind = 3, "other"
    job.save(update_fields=["attempts"])
    assert Job.objects.values_list("kind", "attempts").get() == ("demo", 3)
    job.save()
    assert Job.objects.values_list("kind", "attempts").get() == ("other", 3)


def test_a_row_that_is_gone_is_said_so_by_name_and_stored_anew_as_a_whole():
    job = Job.objects.create(kind="demo", created_at=AT)
    Job.objects.all().delete()
    with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
        job.save(update_fields=["kind"])
    job.save()
    assert Job.objects.get().pk == job.pk


def test_what_is_rare_is_left_to_django():
    Serial(series="a", value=1).save()  # a key of its own: there may be such a row
    Serial(series="a", value=2).save()
    assert Serial.objects.get().value == 2
    Job(pk=7, kind="demo", created_at=AT).save()
    part = Job.objects.only("kind").get(pk=7)
    part.kind = "other"
    part.save()
    Job.objects.get(pk=7).save(using="default", force_update=True)
    job = Job.objects.get(pk=7)
    job.attempts = models.F("attempts") + 1
    job.save(update_fields=["attempts"], force_update=True)
    assert Job.objects.values_list("kind", "attempts").get() == ("other", 1)


def test_a_second_of_what_must_be_one_breaks_the_transaction():
    Job.objects.create(kind="demo", key="once", created_at=AT)
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            Job(kind="demo", key="once", created_at=AT).save()
        assert transaction.get_rollback()
        transaction.set_rollback(False)
        if connection.vendor == "postgresql":
            transaction.set_rollback(True)


def test_a_row_whose_place_is_taken_is_not_stored_and_says_so():
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        assert rows.store_if_new(first := Job(kind="demo", key="once", created_at=AT))
        assert not rows.store_if_new(again := Job(kind="other", key="once", created_at=AT))
        assert rows.store_if_new(draft := a_draft())
    assert len(asked) == 3
    assert (first._state.adding, again._state.adding, again.pk) == (False, True, None)
    assert [Job.objects.get().pk, Draft.objects.get().pk] == [first.pk, draft.pk]
