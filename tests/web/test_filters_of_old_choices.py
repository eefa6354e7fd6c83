"""What a list may be narrowed by: what can no longer be chosen can still be looked for, and says that it has ended."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from amur.base.acting import PUBLIC, Grant, Scope, system
from amur.base.codelists import CodeList
from amur.base.declared import Text
from amur.base.fields import Lookups
from amur.people import acts
from amur.people.declarations import RegionDeclaration
from amur.procedures.queues.asked import Asked
from amur.registers.declarations import RegisterDeclaration
from amur.web.desk import narrowing
from amur.web.listing import controls_of
from tests.procedures.samples import LICENCES_BODY, text

TITLE = {"zh": "甲", "en": "A"}
ON = date(2026, 3, 10)


def test_a_register_is_narrowed_by_codes_and_regions_of_old_and_by_no_heading():
    codes = CodeList(
        id="colours",
        title=TITLE,
        source="demo",
        codes=[
            {"code": "warm", "title": TITLE, "heading": True},
            {"code": "red", "title": TITLE, "parent": "warm"},
            {"code": "old", "title": TITLE, "valid_to": "2020-12-31"},
        ],
    )
    fields = [{**field, "indexed": True} if field["id"] == "colour" else field for field in LICENCES_BODY["fields"]] + [
        {"id": "place", "type": "region", "openness": "public", "indexed": True, "title": text("Place")}
    ]
    declared = RegisterDeclaration.model_validate(LICENCES_BODY | {"fields": fields})
    titles = {code: Text(**TITLE) for code in ("230100", "230200")}
    found = Lookups(ON, codelists={"colours": codes}, regions=titles, gone={"230200": ("230100",)})
    with translation.override("en"):
        shown = {one.name: one for one in controls_of(PUBLIC, declared, {}, "en", found)}
    assert [(one.value, one.label) for one in shown["colour"].options] == [("red", "A"), ("old", "A (ended)")]
    assert [(one.value, one.label) for one in shown["place"].options] == [("230100", "A"), ("230200", "A (ended)")]


@pytest.mark.django_db
def test_the_queue_says_of_a_region_that_it_has_ended():
    declared = [
        RegionDeclaration(code="230000", level="province", title=TITLE),
        RegionDeclaration(code="230200", level="county", title=TITLE, valid_to=date(2019, 6, 30)),
        RegionDeclaration(code="990000", level="province", title=TITLE),
    ]
    acts.sync_regions(declared, by=system("cli", client="cli"), now=datetime(2026, 3, 10, tzinfo=UTC))
    scope = Scope("office", "a", grants=(Grant("handler", "bureau", "230000"),))
    with translation.override("en"):
        shown = next(one for one in narrowing.filters(scope, Asked(), ON) if one.name == "region")
    assert [(one.value, one.label) for one in shown.options] == [("230000", "A"), ("230200", "A (ended)")]
