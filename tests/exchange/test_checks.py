"""Each fault of an exchange is found where it stands, and a pack that says another system decides leads to it."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from amur.base.codelists import CodeList
from amur.exchange.checks import Beside, check_exchange, check_moved, check_system
from amur.exchange.declarations import ExchangeDeclaration
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from tests.exchange.hotline import HOTLINE, NATIONAL, PACK, WORK_ORDER, word

MODELS = {"procedure": ProcedureDeclaration, "register": RegisterDeclaration, "codelist": CodeList}
DOCS = Path(__file__).parents[2] / "docs" / "explanation" / "exchange.md"


def _named(kind: str) -> dict:
    return {name: MODELS[kind].model_validate(body) for (found, name), body in PACK.items() if found == kind}


BESIDE = Beside(
    _named("procedure"),
    _named("register"),
    _named("codelist"),
    {one["id"]: ExchangeDeclaration.model_validate(one) for one in (HOTLINE, NATIONAL)},
)
KNOWN = Known(codelists=frozenset(BESIDE.codelists), roles=frozenset({"handler", "keeper"}), languages=("zh", "en"))


def locate(path: tuple[str | int, ...]) -> tuple[str, int]:
    return ".".join(map(str, path)), 1


def faults(*changes: tuple[tuple[object, ...], object], of: dict = HOTLINE) -> list[str]:
    """Return the faults of the exchange with some things in it said otherwise: where, and which check."""
    body = copy.deepcopy(of)
    for at, value in changes:
        inner = body
        for step in at[:-1]:
            inner = inner[step]
        inner[at[-1]] = value
    found = check_exchange(ExchangeDeclaration.model_validate(body), KNOWN, BESIDE, {"bureau"}, locate)
    return [f"{one.file} {one.check}" for one in found]


def test_both_exchanges_have_no_fault():
    assert faults() == faults(of=NATIONAL) == []
    assert [*check_moved(BESIDE.procedures["work_order"], BESIDE, locate)] == []


@pytest.mark.parametrize(
    ("at", "value", "wanted"),
    [
        (("body",), "council", "body exchange.body"),
        (("by",), ["singer"], "by.0 exchange.role"),
        (("title",), {"zh": "题", "en": "T"}, None),
        (("codes", 0, "codelist"), "songs", "codes.0.codelist exchange.codelist"),
        (("codes", 0, "codes"), {"bureau": "1", "council": "2", "song": "3"}, "codes.0.codes.song exchange.code"),
        (("codes", 0, "codes"), {"bureau": "1"}, "codes.0.codes exchange.code"),
        (("outbound", 0, "procedure"), "song", "outbound.0.procedure exchange.procedure"),
        (("outbound", 0, "on"), ["sing"], "outbound.0.on.0 exchange.event"),
        (("outbound", 0, "when"), "form.matter", "outbound.0.when exchange.expression"),
        (("outbound", 0, "fields", 0, "value"), "form.song", "outbound.0.fields.0.value exchange.expression"),
        (("outbound", 2, "receipt", "fires"), "sign", "outbound.2.receipt.fires exchange.event"),
        (("inbound", 0, "fields", 2, "type"), "group", None),
        (("inbound", 0, "does", "procedure"), "song", "inbound.0.does.procedure exchange.procedure"),
        (("inbound", 0, "does", "values"), {"song": "message.kind"}, "inbound.0.does.values.song exchange.field"),
        (("inbound", 0, "does", "values", "matter"), "1", "inbound.0.does.values.matter exchange.expression"),
        (("inbound", 1, "does", "event"), "sing", "inbound.1.does.event exchange.event"),
        (("inbound", 1, "does", "event"), "sign", "inbound.1.does.event exchange.by"),
        (("inbound", 1, "does", "reason"), "1", "inbound.1.does.reason exchange.expression"),
        (("inbound", 3, "does", "acts_as"), "singer", "inbound.3.does.acts_as exchange.role"),
        (("inbound", 3, "does", "when"), "sender", "inbound.3.does.when exchange.expression"),
        (("inbound", 3, "senders"), "songs", "inbound.3.senders exchange.codelist"),
        (("reconciliation", 0, "procedure"), "song", "reconciliation.0.procedure exchange.procedure"),
        (("reconciliation", 0, "expected"), "1", "reconciliation.0.expected exchange.expression"),
        (("reconciliation", 0, "compare", 0, "ours"), "1", "reconciliation.0.compare.0.ours exchange.expression"),
        (("reconciliation", 0, "opens", "procedure"), "song", "reconciliation.0.opens.procedure exchange.procedure"),
    ],
)
def test_what_is_wrong_is_found_where_it_stands(at, value, wanted):
    if value == "group":
        value = {"id": "matter", "type": "group", "title": {"zh": "组", "en": "G"}, "fields": [word("a")]}
        at, wanted = at[:-1], "inbound.0.fields.2.type exchange.field"
        assert wanted in faults((at, value))
        return
    found = faults((at, value))
    assert wanted in found if wanted else found == []


def test_a_record_is_written_by_a_role_that_keeps_it_and_from_a_day():
    at = ("inbound", 0, "does")
    does = NATIONAL["inbound"][0]["does"]
    without = {name: value for name, value in does.items() if name != "acts_as"}
    assert faults((at, without), of=NATIONAL) == ["inbound.0.does exchange.role"]
    assert faults(((*at, "acts_as"), "keeper"), of=NATIONAL) == ["inbound.0.does.acts_as exchange.role"]
    assert faults(((*at, "valid_from"), "'x'"), of=NATIONAL) == ["inbound.0.does.valid_from exchange.expression"]
    assert faults((("outbound", 0, "register"), "songs"), of=NATIONAL) == ["outbound.0.register exchange.register"]
    assert faults((("reconciliation", 0, "register"), "songs"), of=NATIONAL) == [
        "reconciliation.0.register exchange.register"
    ]


def test_an_expression_fills_no_group_of_values():
    period = {"id": "term", "type": "period", "title": {"zh": "期", "en": "Term"}}
    task = copy.deepcopy(PACK[("procedure", "desk_task")])
    task["pages"][0]["fields"].append(period)
    beside = Beside({"desk_task": ProcedureDeclaration.model_validate(task)} | {
        "work_order": BESIDE.procedures["work_order"]
    }, BESIDE.registers, BESIDE.codelists, BESIDE.exchanges)  # fmt: skip
    body = copy.deepcopy(HOTLINE)
    body["reconciliation"][0]["opens"]["values"]["term"] = "difference.key"
    found = check_exchange(ExchangeDeclaration.model_validate(body), KNOWN, beside, {"bureau"}, locate)
    assert [one.found for one in found] == ["'term' is a group of values, which no expression gives"]


def test_an_arrow_of_another_system_is_fired_by_some_exchange():
    body = copy.deepcopy(WORK_ORDER)
    body["transitions"][3]["event"] = "sing"
    found = [*check_moved(ProcedureDeclaration.model_validate(body), BESIDE, locate)]
    assert [(one.file, one.check) for one in found] == [("transitions.3.event", "exchange.arrow")]


def test_a_system_that_decides_leads_to_an_exchange_about_the_carrier():
    order, lamps = BESIDE.procedures["work_order"], BESIDE.registers["lamps"]
    assert [*check_system(order, "procedure", BESIDE, locate), *check_system(lamps, "register", BESIDE, locate)] == []
    task = BESIDE.procedures["desk_task"]
    assert [*check_system(task, "procedure", BESIDE, locate)] == []
    for name, said in (("nothing", "unknown exchange"), ("hotline", "hands over nothing of")):
        wrong = task.model_copy(
            update={"system_of_record": order.system_of_record.model_copy(update={"exchange": name})}
        )
        assert said in next(check_system(wrong, "procedure", BESIDE, locate)).found


def test_the_examples_of_the_documentation_can_be_read():
    blocks = re.findall(r"```yaml\n(id: .*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1
    declared = ExchangeDeclaration.model_validate(YAML(typ="safe").load(blocks[0]))
    assert {name for _, name in declared.about} == {"licence", "licences"}
