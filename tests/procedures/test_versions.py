"""What the answers of a case were before they were changed."""

from __future__ import annotations

import pytest

from amur.base.acting import Actor
from amur.procedures import acts, reads

pytestmark = pytest.mark.django_db


def test_answers_are_known_as_they_were_sent_and_after_each_change(submitted, handler, now):
    case = handler.fire(submitted(), "accept", now)
    case = handler.fire(case, "request_supplement", now, reason="The colour is wrong.")
    party = reads.scope_by_code(case.number, acts.query_code(case))
    by = Actor("anonymous", on_behalf_of=f"case:{case.id}", client="portal")
    given = {"colour": "blue", "remark": "Blue it is."}
    acts.fire(case.id, "answer", by=by, scope=party, now=now, expected_version=case.version, extra=given)
    first, second = reads.answers_by_version(handler.scope, case.id)
    assert (first.version, first.values["colour"], first.values["email"]) == (1, "red", "keeper@example.org")
    assert (second.version, second.values["colour"], second.changed) == (4, "blue", {"colour", "remark"})
    assert reads.answers_by_version(party, case.id) == ()
