from __future__ import annotations

import pytest

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.notices.checks import check_notices
from tests.procedures.notices.telling import licence
from tests.procedures.samples import text
from tests.procedures.test_checks import cut, put

SHORT = ("transitions", 0, "effects", 0, "short")


def faults_of(change=None):
    body = licence()
    if change:
        change(body)
    found = check_notices(ProcedureDeclaration.model_validate(body), lambda path: (".".join(map(str, path)), 1))
    return [(fault.file, fault.check) for fault in found]


def test_what_is_whole_has_no_faults():
    assert faults_of() == []
    assert faults_of(cut("notices")) == []
    assert faults_of(cut("notices", "sms")) == []


@pytest.mark.parametrize(
    ("change", "at", "check"),
    [
        (put("notices", "email", value="nothing"), "notices.email", "notices.address"),
        (put("notices", "sms", value="email"), "notices.sms", "notices.address"),
        (put(*SHORT, value=text("{number}: {reason}")), ".".join(map(str, SHORT)), "notices.short"),
        (put(*SHORT, value=text("{number}: {subject}")), ".".join(map(str, SHORT)), "notices.short"),
        (put(*SHORT, value=text("ok", "长" * 60)), ".".join(map(str, SHORT)), "notices.too_long"),
        (put(*SHORT, value=text("x" * 150, "短")), ".".join(map(str, SHORT)), "notices.too_long"),
    ],
)
def test_each_fault_is_found_where_it_stands(change, at, check):
    assert (at, check) in faults_of(change)


def test_a_number_for_messages_that_are_never_sent_is_a_fault():
    def nothing_short(body):
        for arrow in body["transitions"]:
            for effect in arrow.get("effects", ()):
                effect.pop("short", None)

    assert faults_of(nothing_short) == [("notices.sms", "notices.no_short")]
