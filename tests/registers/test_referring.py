"""Records as forms and other records refer to them."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from amur.base.acting import Actor
from amur.base.declared import Text
from amur.base.fields import FieldError, field_of
from amur.registers import acts, referring
from amur.registers.lookups import lookups
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCES_BODY
from tests.registers.samples import PERMITS_BODY, happen

pytestmark = [pytest.mark.django_db]
BY = Actor("7", client="desk", role="handler")
TODAY = date(2026, 3, 10)
PERMIT = field_of(
    {"id": "permit", "type": "reference", "title": {"zh": "许可", "en": "Permit"}, "register_id": "permits"}
)


def write(now, register, key, **values):
    acts.write_record(register, key, values, by=BY, now=now, valid_from=TODAY, reason="r", source="S", through="filing")


def test_a_record_is_called_by_its_first_open_text_that_is_not_its_key(permits, now):
    write(now, "permits", "P-1", number="P-1", holder="甲公司", note="只限内部")
    found = lookups(TODAY)
    assert PERMIT.parse("P-1", found) == "P-1"
    assert PERMIT.display("P-1", "zh", found) == "甲公司"
    with pytest.raises(FieldError, match="does not hold"):
        PERMIT.parse("P-2", found)


def test_a_few_records_in_force_can_be_chosen_from(permits, now, monkeypatch):
    for number in ("P-2", "P-1"):
        write(now, "permits", number, number=number, holder=f"持有人 {number}")
    happen(now, "suspend", TODAY, "P-2", until=date(2026, 4, 1))
    listed = lookups(TODAY).listed("permits")
    assert {key: title.zh for key, title in listed.items()} == {"P-1": "持有人 P-1"}
    assert lookups(TODAY).records("permits", "P-2") == Text(zh="持有人 P-2", en="持有人 P-2")
    monkeypatch.setattr(referring, "_FEW", 0)
    assert lookups(TODAY).listed("permits") == {}
    assert lookups(TODAY).listed("nothing") == {}


def test_a_register_that_is_not_public_tells_no_titles(now):
    body = copy.deepcopy(PERMITS_BODY) | {"public": False}
    sync(now, {("register", "permits"): body}, "1.2.0")
    write(now, "permits", "P-1", number="P-1", holder="甲公司")
    assert lookups(TODAY).records("permits", "P-1") == Text(zh="P-1", en="P-1")
    assert lookups(TODAY).listed("permits") == {}


def test_a_title_in_several_languages_is_said_in_each(now):
    body = copy.deepcopy(LICENCES_BODY)
    body["fields"].append(
        {
            "id": "names",
            "type": "texts",
            "title": body["title"],
            "openness": "public",
            "languages": ["en", "ru"],
            "required": False,
        }
    )
    body["shows"] = ["names"]
    sync(now, {("register", "licences"): body}, "1.3.0")
    write(
        now,
        "licences",
        "L-1",
        name="灯",
        colour="red",
        keeper="987",
        granted_on="2026-03-10",
        state="in_force",
        names={"en": "Lamp", "ru": "Лампа"},
    )
    write(now, "licences", "L-2", name="灯", colour="red", keeper="987", granted_on="2026-03-10", state="in_force")
    assert referring.title_of("licences", "L-1") == Text(zh="Lamp", en="Lamp", ru="Лампа")
    assert referring.title_of("licences", "L-2") == Text(zh="L-2", en="L-2")
