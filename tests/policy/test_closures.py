"""Closures: what a case or a record is pinned to, whatever the pack says later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from amur.base.acting import system
from amur.base.faults import NotFound
from amur.policy import acts, reads
from amur.policy.engine.closures import CLOSURE, Item, closure_body
from amur.policy.models import PackRelease, ReleaseDeclaration

pytestmark = pytest.mark.django_db
PROCEDURE = {"id": "licence", "pages": [{"fields": [{"id": "kind", "codelist": "kinds"}]}]}
KINDS = {"id": "kinds", "codes": [{"code": "a"}]}


def sync(now: datetime, **bodies: Any) -> PackRelease:
    said = {"procedure": PROCEDURE, "codelist": KINDS, "scheme": {"id": "number"}, **bodies}
    names = {"procedure": "licence", "codelist": "kinds", "scheme": "number"}
    items = [acts.Item(kind, names.get(kind, kind), body, f"{kind}.yaml") for kind, body in said.items()]
    with transaction.atomic():
        return acts.sync_release("lantern", "1.0.0", items, by=system("sync"), now=now)[0]


def test_a_changed_code_list_makes_another_closure_and_leaves_the_old_one(now: datetime) -> None:
    sync(now)
    before = reads.closure("procedure", "licence")
    old = reads.pinned(before, "codelist")
    sync(now, codelist={"id": "kinds", "codes": [{"code": "b"}]})
    after = reads.closure("procedure", "licence")
    assert after != before
    assert reads.declaration_by_hash(old["kinds"]) == KINDS
    assert reads.pinned(before, "codelist") == old
    assert reads.pinned(after, "codelist") != old
    assert reads.declaration("procedure", "licence")[0] == reads.declaration_by_hash(before)["of"]


def test_what_the_procedure_does_not_name_leaves_its_closure_alone(now: datetime) -> None:
    sync(now)
    before = reads.closure("procedure", "licence")
    sync(now, scheme={"id": "number", "modulus": 7}, calendar={"title": "x"})
    assert reads.closure("procedure", "licence") == before
    assert reads.pinned(before, "scheme") == {}


def test_a_release_that_an_earlier_kernel_stored_gets_its_closures(now: datetime) -> None:
    release = sync(now)
    ReleaseDeclaration.objects.filter(release=release, declaration__kind=CLOSURE).delete()
    assert sync(now) == release
    assert ReleaseDeclaration.objects.filter(release=release, declaration__kind=CLOSURE).count() == 1


def test_what_is_declared_nowhere_has_no_closure(now: datetime) -> None:
    sync(now)
    with pytest.raises(NotFound):
        reads.closure("procedure", "other")
    item = Item("register", "a", {"codelist": "nowhere"}, "a.register.yaml")

    assert closure_body(item, {}) == {"of": item.hash, "codelist": {}, "scheme": {}}
