"""A long list is compared page by page: what a thousand cost in queries is no more than what their pages cost."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amur.exchange import acts
from amur.exchange.acts import comparing
from amur.exchange.models import Difference, Link
from amur.procedures.models import Case, Draft
from amur.registers.acts import write_record
from amur.registers.models import Record, RecordVersion
from tests.exchange.conftest import HANDLER

pytestmark = [pytest.mark.django_db, pytest.mark.either]
OFFICE = {"by": HANDLER.by, "scope": HANDLER.scope}
MANY, MOST_QUERIES = 1_000, 50


def queries_of(tmp_path, now, exchange: str, rule: str, text: str):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        made = acts.compare_file(exchange, rule, path, now=now, **OFFICE)
    return made, len(asked)


def test_a_thousand_records_cost_a_bounded_number_of_queries(orders, now, tmp_path):
    said = {"by": HANDLER.by, "now": now, "valid_from": now.date(), "reason": "r", "source": "s", "through": "office"}
    first = write_record("lamps", "L0", {"number": "L0", "colour": "red"}, **said)
    version = RecordVersion.objects.get(record__key="L0")
    records = [
        Record(register="lamps", key=f"L{n}", latest=1, present=1, recorded_at=now, state=version.state)
        for n in range(1, MANY)
    ]
    Record.objects.bulk_create(records)
    for row in records:
        version.pk, version.record, version.entry_hash = None, row, uuid.uuid4().hex
        row.copied = RecordVersion(
            **{f.attname: getattr(version, f.attname) for f in RecordVersion._meta.concrete_fields}
        )
    RecordVersion.objects.bulk_create([row.copied for row in records])
    lines = "".join(f"L{n},{'blue' if n == 7 else 'red'}\n" for n in range(2, MANY + 1))
    made, asked = queries_of(tmp_path, now, "national", "lamps", "number,colour\n" + lines)
    assert (made.theirs, made.ours, made.agreed, made.differing) == (MANY - 1, MANY, MANY - 3, 4)
    assert asked < MOST_QUERIES
    kept = {(one.kind, one.key) for one in Difference.objects.all()}
    assert kept == {("missing_there", "L0"), ("missing_there", "L1"), ("differs", "L7"), ("missing_here", f"L{MANY}")}
    assert first


def test_a_thousand_cases_cost_a_bounded_number_of_queries(order, now, tmp_path, monkeypatch):
    monkeypatch.setattr(comparing, "_PAGE", 400)
    known = {field.attname: getattr(order, field.attname) for field in Case._meta.concrete_fields}
    empty = {field.attname: getattr(order.draft, field.attname) for field in Draft._meta.concrete_fields}
    drafts = Draft.objects.bulk_create([Draft(**empty | {"id": uuid.uuid4()}) for _ in range(MANY - 1)])
    cases = [
        Case(**known | {"id": uuid.uuid4(), "number": f"N-{n}", "draft_id": draft.pk, "data": {}})
        for n, draft in enumerate(drafts, start=2)
    ]
    Case.objects.bulk_create(cases)
    link = Link.objects.get()
    told = {field.attname: getattr(link, field.attname) for field in Link._meta.concrete_fields}
    Link.objects.bulk_create(
        Link(**told | {"id": None, "case_id": case.pk, "number": f"W-{n}"}) for n, case in enumerate(cases, start=2)
    )
    lines = "".join(f"W-{n},1\n" for n in range(1, MANY + 1))
    made, asked = queries_of(tmp_path, now, "hotline", "orders", "工单编号,state\n" + lines)
    assert (made.theirs, made.ours, made.agreed, made.differing) == (MANY, MANY, MANY, 0)
    assert asked < MOST_QUERIES
