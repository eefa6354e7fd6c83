from __future__ import annotations

import copy

import pytest

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.notices import signatures
from amur.procedures.notices.engine import declared_words, template_of
from amur.procedures.notices.models import Attempt, ChannelChoice, Delivery
from amur.procedures.notices.webhooks.models import Call, Dispatch, Subscription
from tests.procedures.beacon import BEACON
from tests.procedures.samples import LICENCE_BODY, text


def test_what_states_tell_has_the_name_of_the_state_and_of_the_way():
    found = {one.id: one for one in declared_words(BEACON)}
    told = found["supplement.enter.1"]
    assert told.at == ("states", 6, "enter", 0)
    assert template_of(BEACON, told.words).id == "supplement.enter.1"
    assert template_of(BEACON, told.words.model_copy()).id == "", "what was filled in part is no template"


def test_a_rung_of_a_clock_has_a_name_too():
    body = copy.deepcopy(LICENCE_BODY)
    body["clocks"][0]["remind"] = [{"at": -3, "to": "applicant", "subject": text("Soon"), "body": text("{number}")}]
    *_, last = declared_words(ProcedureDeclaration.model_validate(body))
    assert (last.id, last.at) == ("decision.remind-3.applicant", ("clocks", 0, "remind", 0))


def test_a_secret_that_is_no_base64_is_none():
    with pytest.raises(ValueError, match="base64"):
        signatures.key_of("whsec_%%%")


def test_rows_say_what_they_are_and_nothing_personal():
    rows = (
        Delivery(channel="sms", address="13800001234"),
        Attempt(outcome="lost", error="x"),
        ChannelChoice(channel="email", wanted=False),
        Subscription(owner_kind="body", owner_id="bureau"),
        Dispatch(sequence=3, event="accept", state="dead"),
        Call(outcome="deferred", status=503),
    )
    assert [str(row) for row in rows] == [
        "sms queued",
        "lost",
        "email off",
        "body bureau",
        "3 accept dead",
        "deferred 503",
    ]
