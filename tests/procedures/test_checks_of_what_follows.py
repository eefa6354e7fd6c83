"""Faults of documents and opened cases are found before a pack runs, each where it stands."""

from __future__ import annotations

import copy

import pytest

from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.followups import GRANT, ISSUES, OPENS, SECOND_LOOK, licence
from tests.procedures.samples import LICENCES_BODY, text
from tests.procedures.test_checks import KNOWN, cut, put

DOCUMENT = ("documents", 0)
OPENING = ("transitions", GRANT, "effects", 3)


def faults_of(*changes, second=SECOND_LOOK, of="licence"):
    body = licence(ISSUES, OPENS)
    for change in changes:
        change(body)
    found = {one["id"]: ProcedureDeclaration.model_validate(one) for one in (body, second)}
    beside = Beside({"licences": RegisterDeclaration.model_validate(LICENCES_BODY)}, found)
    faults = check_procedure(found[of], KNOWN, beside, ("bureau",), lambda path: (".".join(map(str, path)), 1))
    return [(fault.file, fault.check) for fault in faults]


def test_what_is_whole_has_no_faults():
    assert faults_of() == []
    assert faults_of(of="second_look") == []


@pytest.mark.parametrize(
    ("change", "at", "check"),
    [
        (put(*DOCUMENT, "title", value=text("{nobody}")), "documents.0.title", "document.place"),
        (put(*DOCUMENT, "paragraphs", 1, value=text("{open")), "documents.0.paragraphs.1", "document.place"),
        (put(*DOCUMENT, "values", "name", value="form.nothing"), "documents.0.values.name", "effect.path"),
        (put(*DOCUMENT, "values", "name", value="form.watts * 2"), "documents.0.values.name", "effect.path"),
        (put(*DOCUMENT, "series", value="LAN"), "documents.0.series", "document.series"),
        (put("transitions", GRANT, "effects", 2, "document", value="other"), "documents.0", "document.unused"),
        (
            put("transitions", GRANT, "effects", 2, "document", value="other"),
            f"transitions.{GRANT}.effects.2.document",
            "effect.document",
        ),
        (put(*OPENING, "procedure", value="third"), f"transitions.{GRANT}.effects.3.procedure", "effect.procedure"),
        (cut(*OPENING, "values", "name"), f"transitions.{GRANT}.effects.3.values", "effect.value"),
        (
            put(*OPENING, "values", "size", value="form.watts"),
            f"transitions.{GRANT}.effects.3.values.size",
            "effect.value",
        ),
        (
            put(*OPENING, "values", "region", value="form.watts"),
            f"transitions.{GRANT}.effects.3.values.region",
            "effect.type",
        ),
        (
            put(*OPENING, "values", "name", value="form.email"),
            f"transitions.{GRANT}.effects.3.values.name",
            "personal.value",
        ),
    ],
)
def test_a_fault_is_found_where_it_stands(change, at, check):
    assert (at, check) in faults_of(change)


def test_a_procedure_that_nobody_applies_for_and_nothing_opens_is_found():
    assert faults_of(cut(*OPENING), of="second_look") == [("opened_only", "procedure.opened")]


def test_a_file_cannot_be_handed_over():
    second = copy.deepcopy(SECOND_LOOK)
    second["pages"][0]["fields"].append(
        {"id": "plan", "type": "file", "title": text("Plan"), "media_types": ["application/pdf"], "required": False}
    )
    given = faults_of(put(*OPENING, "values", "plan", value="form.plan"), second=second)
    assert given == [(f"transitions.{GRANT}.effects.3.values.plan", "effect.value")]


def test_a_document_tells_nothing_that_is_erased_before_it():
    called = {"id": "called", "type": "person", "of": "name", "title": text("Name"), "purpose": text("To reach you")}

    def asks(body):
        body["pages"][1]["fields"].append(called | {"retention_days": 30, "required": False})
        body["documents"][0]["values"]["called"] = "form.called"

    assert faults_of(asks) == [("documents.0.values.called", "personal.document")]


def test_a_document_is_named_once_and_found_by_its_name():
    body = licence(ISSUES)
    assert ProcedureDeclaration.model_validate(body).document("paper").series == "LIC"
    with pytest.raises(KeyError):
        ProcedureDeclaration.model_validate(body).document("other")
    body["documents"] = body["documents"] * 2
    with pytest.raises(ValueError, match="found document 'paper' twice"):
        ProcedureDeclaration.model_validate(body)
