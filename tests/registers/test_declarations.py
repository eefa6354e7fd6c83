from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.base.fields import field_of
from amur.registers.declarations import RegisterDeclaration, is_open
from tests.procedures.samples import LICENCES_BODY, text
from tests.registers.samples import PERMITS, PERMITS_BODY

REGISTER = RegisterDeclaration.model_validate(LICENCES_BODY)


def test_a_field_is_found_by_its_id():
    assert REGISTER.field("keeper").scheme == "keeper"
    with pytest.raises(KeyError):
        REGISTER.field("owner")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"fields": [*LICENCES_BODY["fields"], LICENCES_BODY["fields"][0]]}, "'name' twice"),
        ({"shows": ["owner"]}, "unknown field 'owner'"),
        ({"fields": []}, "at least 1"),
        ({"shows": []}, "at least 1"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_register_that_does_not_hang_together_is_refused(changes, why):
    with pytest.raises(ValidationError, match=why):
        RegisterDeclaration.model_validate(LICENCES_BODY | changes)


def event(**changes):
    return {"event": "bend", "title": text("Bend"), "from": ["in_force"], "to": "suspended"} | changes


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"filters": ["owner"]}, "filters names the unknown field 'owner'"),
        ({"key": "owner"}, "key names the unknown field 'owner'"),
        ({"holder": "owner"}, "holder names the unknown field 'owner'"),
        ({"key": "note"}, "key names the optional field 'note'"),
        ({"entry": "constitutive"}, "take kept_by away"),
        ({"states": []}, "found events and no states"),
        ({"states": [*PERMITS_BODY["states"], PERMITS_BODY["states"][0]]}, "state 'in_force' twice"),
    ],
)
def test_what_a_register_names_is_there_and_only_once(changes, why):
    with pytest.raises(ValidationError, match=why):
        RegisterDeclaration.model_validate(PERMITS_BODY | changes)


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([event(to="bent")], "unknown state 'bent'"),
        ([event(**{"from": ["bent"]})], "unknown state 'bent'"),
        ([event(**{"from": ["destroyed"]})], "final state 'destroyed'"),
        ([event(), event(to="revoked")], "leads on twice from 'in_force'"),
        ([event(does="end", to="in_force")], "cannot be in_force"),
        ([event(does="resume")], "must be in_force"),
        ([event(does="suspend")], "nothing resumes from 'suspended'"),
        ([event(does="transfer")], "transfers nothing"),
        ([event(changes=["holder"])], "say does: transfer"),
        ([event(does="transfer", changes=["owner"])], "unknown field 'owner'"),
        ([event(does="transfer", changes=["number"])], "a record keeps its key"),
        ([event(open_ended=True)], "suspends nothing"),
        ([event(does="expire"), event(event="lapse", does="expire", to="revoked")], "two events that expire"),
        ([event(does="renew", to="in_force")], "none that expires"),
    ],
)
def test_an_event_that_does_not_fit_is_refused(events, why):
    with pytest.raises(ValidationError, match=why):
        RegisterDeclaration.model_validate(PERMITS_BODY | {"events": events})


def test_a_merger_needs_to_know_the_holder():
    with pytest.raises(ValidationError, match="name the field of the holder"):
        RegisterDeclaration.model_validate(PERMITS_BODY | {"holder": None, "events": [event(does="merge")]})


def test_a_register_without_declared_states_has_two():
    assert [state.id for state in REGISTER.record_states] == ["current", "closed"]
    assert [one.event for one in REGISTER.record_events] == ["close", "lapse"]
    assert REGISTER.expiry is not None
    assert (PERMITS.initial_state.id, PERMITS.expiry.target) == ("in_force", "expired")


def test_a_state_that_is_declared_no_more_keeps_its_id_as_its_title():
    gone = PERMITS.state("melted")
    assert (gone.title.en, gone.in_force) == ("melted", False)


def test_an_event_is_found_by_its_id_and_the_state_that_it_leads_on_from():
    twice = [event(does="end", to="revoked"), event(does="end", to="expired", **{"from": ["suspended"]})]
    register = RegisterDeclaration.model_validate(PERMITS_BODY | {"events": twice})
    assert register.event("bend", "suspended").target == "expired"
    assert register.event("bend", "revoked").target == "revoked"
    assert register.event("fly") is None


def test_a_group_is_as_open_as_what_is_in_it():
    inner = {"id": "name", "type": "text", "title": text("Name")}
    group = {"id": "people", "type": "group", "title": text("People"), "fields": [inner]}
    assert not is_open(field_of(group))
    assert is_open(field_of({**group, "openness": "public", "fields": [{**inner, "openness": "public"}]}))
