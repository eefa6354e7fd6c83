"""The page of a service: time, fee, what is asked, what follows, on which basis."""

from __future__ import annotations

import pytest

from amur.procedures import reads
from amur.procedures.declarations import ProcedureDeclaration
from amur.web.portal import services, times
from tests.procedures.samples import LICENCE, LICENCE_BODY
from tests.web.house import PROCEDURE, REGISTER, House

pytestmark = pytest.mark.django_db


def test_a_service_says_what_to_know_before_starting(house: House):
    page = house.client().get(f"/en/services/{PROCEDURE}/").content.decode()
    for words in (
        "10 working days",
        "by law 20 working days",
        "No fee",
        "15 minutes",
        "Upload the plan of the service",
    ):
        assert words in page


def test_a_service_leads_to_its_commitment_its_register_and_the_law(house: House):
    page = house.client().get(f"/en/services/{PROCEDURE}/").content.decode()
    assert 'href="/en/board/clauses/3/"' in page
    assert f'href="/en/registers/{REGISTER}/"' in page
    assert "Telecommunications Regulations" in page
    assert "not yet checked against the source" in page


def test_a_service_that_nobody_declared_is_not_there(house: House):
    assert house.client().get("/services/no_such_service/").status_code == 404
    assert house.client().post("/services/no_such_service/apply/").status_code == 404


def test_steps_ahead_leave_out_what_can_only_follow_a_decision():
    body = LICENCE_BODY | {
        "clocks": [
            *LICENCE_BODY["clocks"],
            LICENCE_BODY["clocks"][0] | {"id": "later", "start": ["granted"], "pause": [], "stop": ["surrendered"]},
        ]
    }
    declared = ProcedureDeclaration.model_validate(body)
    assert "later" not in [clock.id for clock in times.clocks_to_decision(declared)]
    assert times.clocks_to_decision(LICENCE)


def test_a_service_without_a_clock_promises_nothing():
    declared = ProcedureDeclaration.model_validate(LICENCE_BODY | {"clocks": []})
    assert times.promise(declared) == ""
    assert len(services.facts(declared)) == 2
    assert [knot.title for knot in services.steps_ahead(declared)] == [services.steps_ahead(LICENCE)[-1].title]


def test_a_period_in_which_it_is_the_applicants_turn_is_not_how_long_it_takes(house: House):
    declared = reads.service("operator_complaint")
    assert "users_word" in [clock.id for clock in times.clocks_to_decision(declared)]
    assert times.longest_clock(declared).id == "operator_answer"


def test_a_clock_that_waits_for_others_does_not_say_that_it_waits_for_the_applicant(house: House):
    steps = {knot.title: knot.text for knot in services.steps_ahead(reads.service("user_appeal"))}
    assert "等您" in steps["决定受理不受理"]
    assert "等您" not in steps["答复申诉人"]
