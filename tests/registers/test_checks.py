from __future__ import annotations

import pytest

from amur.registers.checks import Known, check_register
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.samples import BASIS, LICENCES_BODY, text

OWNED = [*LICENCES_BODY["fields"], {"id": "owner", "type": "text", "title": text("Owner"), "personal": True}]
STATES = [{"id": "listed", "title": text("Listed")}, {"id": "lost", "title": text("Lost")}]
LOSE = {"event": "lose", "title": text("Lose"), "from": ["listed"], "to": "lost"}
SCAN = {"id": "scan", "type": "file", "title": text("Scan"), "media_types": ["image/png"]}
KNOWN = Known(codelists={"colours"}, schemes={"keeper"}, roles={"handler"})


def check(known=KNOWN, **changes):
    declaration = RegisterDeclaration.model_validate(LICENCES_BODY | changes)
    return check_register(declaration, known, lambda path: (".".join(map(str, path)), 1))


def test_a_register_that_hangs_together_has_no_faults():
    assert check(readers=["handler"]) == []


@pytest.mark.parametrize(
    ("known", "changes", "at", "kind"),
    [
        (Known(schemes={"keeper"}), {}, "fields.1.codelist", "field.codelist"),
        (Known(codelists={"colours"}), {}, "fields.2.scheme", "field.scheme"),
        (KNOWN, {"readers": ["cook"]}, "readers.0", "register.role"),
        (KNOWN, {"shows": ["name", "keeper"]}, "shows.1", "register.openness"),
        (KNOWN, {"kept_by": ["cook"]}, "kept_by.0", "register.role"),
        (KNOWN, {"erasure": {"by": "cook", "basis": [BASIS]}}, "erasure.by", "register.role"),
        (KNOWN, {"filters": ["name", "owner"], "fields": OWNED}, "filters.1", "register.filter"),
        (KNOWN, {"key": "owner", "fields": OWNED}, "key", "register.key"),
        (KNOWN, {"states": STATES}, "states.1", "register.state"),
        (KNOWN, {"states": STATES, "events": [LOSE]}, "states.1", "register.state"),
        (KNOWN, {"filters": ["state"]}, "filters.0", "register.filter"),
        (KNOWN, {"filters": ["scan"], "fields": [*LICENCES_BODY["fields"], SCAN]}, "filters.0", "register.filter"),
    ],
)
def test_each_fault_says_where_it_is_and_what_to_do(known, changes, at, kind):
    (fault,) = check(known, **changes)
    assert (fault.file, fault.check) == (at, kind)
    assert fault.fix


def test_a_register_that_is_not_public_may_show_what_is_restricted():
    assert check(public=False, shows=["keeper"]) == []


def test_a_public_register_has_something_public():
    fields = [{**field, "openness": "restricted"} for field in LICENCES_BODY["fields"]]
    kinds = {fault.file for fault in check(fields=fields)}
    assert kinds == {"public", "shows.0", "shows.1"}


def test_each_text_that_a_complete_language_lacks_is_found():
    known = Known(codelists={"colours"}, schemes={"keeper"}, languages=("zh", "en", "ru"))
    places = {fault.file for fault in check(known)}
    assert {"title", "summary", "basis.0.title", "fields.0.title"} <= places
    assert {fault.check for fault in check(known)} == {"text.missing"}
