"""What an exchange may not say, and what a carrier says of the system whose record counts."""

from __future__ import annotations

import copy

import pytest
from pydantic import ValidationError

from amur.base.declared import Carrier, SystemOfRecord
from amur.exchange.declarations import ExchangeDeclaration
from tests.exchange.hotline import HOTLINE, NATIONAL, word

TITLE = {"zh": "系统", "en": "System"}


def declare(*at: object, value: object = None, of: dict = HOTLINE) -> ExchangeDeclaration:
    """Return the exchange with one thing in it said otherwise."""
    body = copy.deepcopy(of)
    inner = body
    for step in at[:-1]:
        inner = inner[step]
    if at:
        inner[at[-1]] = value
    return ExchangeDeclaration.model_validate(body)


def test_what_it_is_about_and_what_it_names_is_found():
    found = declare()
    assert found.about == {("procedure", "work_order")}
    assert declare(of=NATIONAL).about == {("register", "lamps")}
    assert found.code_map("kinds").codes == {"dark": "01", "broken": "02"}
    assert (found.sends("reply").id, found.hears("redo").id, found.compares("orders").id) == ("reply", "redo", "orders")
    assert found.compares("orders").field("nothing") is None
    for look in (found.code_map, found.sends, found.hears, found.compares):
        with pytest.raises(KeyError):
            look("nothing")


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (("codes", 1, "codes"), {"a": "1", "b": "1"}, "say in back"),
        (("codes", 1, "back"), {"01": "grey"}, "no code of this map"),
        (("outbound", 0, "fields", 2, "codes"), "bodies", "a code is text"),
        (("outbound", 0, "fields", 0, "join"), ";", "only texts are joined"),
        (("outbound", 0, "receipt"), {}, "within hours or within working_days"),
        (("outbound", 0, "receipt"), {"hours": 1, "working_days": 1}, "within hours or within working_days"),
        (("outbound", 0, "register"), "lamps", "about a procedure or about a register"),
        (("outbound", 0, "fields", 1, "name"), "order_no", "twice"),
        (("outbound", 1, "id"), "signed", "outbound message 'signed' twice"),
        (("inbound", 0, "columns"), {"song": "x"}, "unknown field 'song'"),
        (("inbound", 0, "message_id"), "caller", "no required field"),
        (("inbound", 0, "message_id"), "song", "no required field"),
        (("inbound", 0, "codes", "kind"), "songs", "unknown code map 'songs'"),
        (("inbound", 0, "id"), "receipts", "receipts for our messages"),
        (("inbound", 0, "fields"), [word("serial"), word("serial")], "field 'serial' twice"),
        (("reconciliation", 0, "ours"), "key", "correct ours"),
        (("reconciliation", 0, "by"), ["file"], "daily_at asks by call"),
        (("reconciliation", 0, "key"), "song", "no field of the list"),
        (("reconciliation", 0, "compare", 0, "field"), "song", "no field of the list"),
        (("reconciliation", 0, "register"), "lamps", "about a procedure or about a register"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(at, value, said):
    with pytest.raises(ValidationError, match=said):
        declare(*at, value=value)


def test_an_exchange_says_something_and_a_receipt_of_a_record_moves_no_case():
    body = {name: value for name, value in HOTLINE.items() if name not in {"outbound", "inbound", "reconciliation"}}
    with pytest.raises(ValidationError, match="declare what goes to and fro"):
        ExchangeDeclaration.model_validate(body)
    with pytest.raises(ValidationError, match="about a record"):
        declare("outbound", 0, "receipt", value={"hours": 1, "fires": "x"}, of=NATIONAL)


def test_a_carrier_names_the_exchange_or_says_all_of_it():
    carrier = {"id": "licence", "title": TITLE, "carries_out": ["1.1"]}
    whole = {"whose": "national", "title": TITLE, "decides": TITLE, "no_exchange": TITLE}
    for said in ({"exchange": "hotline"}, whole):
        found = Carrier.model_validate(carrier | {"system_of_record": said}).system_of_record
        assert isinstance(found, SystemOfRecord)
    for said, why in (
        ({"exchange": "hotline", **whole}, "the exchange says"),
        ({"whose": "national"}, "say all of it"),
    ):
        with pytest.raises(ValidationError, match=why):
            SystemOfRecord.model_validate(said)
    with pytest.raises(ValidationError):
        Carrier.model_validate(carrier | {"system_of_record": "theirs"})
