from __future__ import annotations

import copy

import pytest

from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.registers.checks import Known
from tests.procedures.lights import LIGHTS
from tests.procedures.samples import text

KNOWN = Known(codelists={"colours", "light_faults"}, roles={"handler"})


def faults_of(change):
    body = copy.deepcopy(LIGHTS)
    change(body)
    definition = ProcedureDeclaration.model_validate(body)
    return check_procedure(definition, KNOWN, Beside({}), ("bureau",), lambda path: (".".join(map(str, path)), 1))


def says(**options):
    return lambda body: body["open311"].update(options)


def test_a_service_that_others_can_use_has_no_faults():
    assert [str(fault) for fault in faults_of(lambda _: None)] == []


@pytest.mark.parametrize(
    ("change", "at", "kind"),
    [
        (says(closed=["mended", "declined", "nowhere"]), "open311.closed.2", "open311.state"),
        (says(words_shown_in=["nowhere"]), "open311.words_shown_in.0", "open311.state"),
        (says(closed=["mended"]), "open311.closed", "open311.closed"),
        (says(location="nowhere"), "open311.location", "open311.field"),
        (says(location="address"), "open311.location", "open311.field"),
        (says(reporter={"email": "link"}), "open311.reporter.email", "open311.personal"),
        (says(location=None, address=None), "open311", "open311.place"),
    ],
)
def test_what_is_wrong_with_a_service_is_said_with_its_place(change, at, kind):
    assert [(fault.file, fault.check) for fault in faults_of(change) if fault.check.startswith("open311")][:1] == [
        (at, kind)
    ]


def test_what_no_program_can_send_is_not_required():
    def requires(body):
        body["pages"][1]["fields"][3]["required"] = True
        body["pages"][1]["fields"].append({"id": "area", "type": "shape", "title": text("Area")})

    found = [fault.file for fault in faults_of(requires) if fault.check == "open311.required"]
    assert found == ["pages.1.fields.3", "pages.1.fields.9"]


def test_a_service_is_nothing_that_only_the_authority_opens():
    assert "open311.opened" in {fault.check for fault in faults_of(lambda body: body.update(opened_only=True))}
