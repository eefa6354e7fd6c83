"""What an arrow asks beside its reason: a value may follow from the others."""

from __future__ import annotations

import copy

import pytest

from amur.base.faults import Invalid, Refused
from amur.procedures.models import CaseEvent
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCE_BODY
from tests.procedures.test_events import apply

pytestmark = pytest.mark.django_db


def test_what_an_arrow_asks_may_be_computed_and_is_typed_by_nobody(submitted, handler, now):
    body = copy.deepcopy(LICENCE_BODY)
    answer = next(one for one in body["transitions"] if one["event"] == "answer")
    title = {"zh": "按期", "en": "In time"}
    said = {"expression": "today <= add_working_days(form.seen_on, 2)", "result": {"type": "yes_no"}}
    answer["asks"] += [
        {"id": "seen_on", "type": "date", "title": title},
        {"id": "in_time", "type": "computed", "title": title} | said,
        {
            "id": "twice",
            "type": "computed",
            "title": title,
            "expression": "form.watts * 2",
            "result": {"type": "number"},
        },
    ]
    answer |= {"when": "form.in_time", "otherwise": {"zh": "太晚", "en": "Too late"}}
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    case = handler.fire(handler.fire(submitted(), "accept", now), "request_supplement", now, reason="?")
    with pytest.raises(Invalid) as error:
        apply(case, "answer", now, extra={"remark": "x", "seen_on": "2026-03-09", "in_time": "yes"})
    assert error.value.fields["in_time"][0] == "computed"
    with pytest.raises(Refused, match="Too late"):
        apply(case, "answer", now, extra={"remark": "x", "seen_on": "2026-03-02"})
    case = apply(case, "answer", now, extra={"remark": "x", "seen_on": "2026-03-09"})
    assert (case.data["in_time"], case.data["twice"]) == (True, 2 * case.data["watts"])
    assert CaseEvent.objects.get(event="answer").given["in_time"] is True
