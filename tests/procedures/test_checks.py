from __future__ import annotations

import copy

import pytest

from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.registers.checks import Known
from amur.registers.declarations import RegisterDeclaration
from tests.procedures.samples import BASIS, LICENCE_BODY, LICENCES_BODY, text

KNOWN = Known(codelists={"colours"}, schemes={"keeper"}, roles={"handler", "decider"})
REGISTERS = {"licences": RegisterDeclaration.model_validate(LICENCES_BODY)}
GRANT, REFUSE, ANSWER = 3, 4, 2


def faults_of(change=lambda _: None, known=KNOWN, registers=REGISTERS, bodies=("bureau",)):
    body = copy.deepcopy(LICENCE_BODY)
    change(body)
    definition = ProcedureDeclaration.model_validate(body)
    return check_procedure(definition, known, Beside(registers), bodies, lambda path: (".".join(map(str, path)), 1))


def put(*path, value):
    def change(body):
        place = body
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def cut(*path):
    def change(body):
        place = body
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


def test_a_procedure_that_can_run_has_no_faults():
    assert [str(fault) for fault in faults_of()] == []


@pytest.mark.parametrize(
    ("change", "at", "kind"),
    [
        (put("initial", value="nowhere"), "initial", "procedure.state"),
        (put("body", value="nobody"), "body", "procedure.body"),
        (put("subject_field", value="nothing"), "subject_field", "procedure.field"),
        (put("region_field", value="nothing"), "region_field", "procedure.field"),
        (put("region_field", value="name"), "region_field", "field.type"),
        (put("transitions", 0, "from", value=["submitted", "x"]), "transitions.0.from.1", "procedure.state"),
        (put("transitions", 0, "to", value="x"), "transitions.0.to", "procedure.state"),
        (put("transitions", 0, "by", value="cook"), "transitions.0.by", "procedure.role"),
        (put("erasure", value={"by": "cook", "basis": [BASIS]}), "erasure.by", "procedure.role"),
        (
            put("transitions", GRANT, "not_by_actor_of", value=["x"]),
            "transitions.3.not_by_actor_of.0",
            "procedure.event",
        ),
        (put("clocks", 0, "pause", value=["x"]), "clocks.0.pause.0", "procedure.state"),
        (put("transitions", REFUSE, "reason", value="optional"), "transitions.4.reason", "procedure.reason"),
        (cut("transitions", GRANT, "basis"), "transitions.3", "procedure.basis"),
        (put("transitions", REFUSE, "by", value="applicant"), "transitions.4.by", "procedure.outcome"),
        (put("states", 1, "final", value=True), "states.1", "procedure.final"),
        (put("states", 4, "final", value=False), "states.4", "procedure.dead_end"),
        (
            put("transitions", GRANT, "effects", 0, "register", value="x"),
            "transitions.3.effects.0.register",
            "effect.register",
        ),
        (
            put("transitions", GRANT, "effects", 0, "key", value="case.owner"),
            "transitions.3.effects.0.key",
            "effect.path",
        ),
        (cut("transitions", GRANT, "effects", 0, "values", "name"), "transitions.3.effects.0.values", "effect.value"),
        (
            put("transitions", GRANT, "effects", 0, "values", "x", value="'a'"),
            "transitions.3.effects.0.values.x",
            "effect.value",
        ),
        (
            put("transitions", GRANT, "effects", 0, "values", "name", value="form.x"),
            "transitions.3.effects.0.values.name",
            "effect.path",
        ),
        (
            put("transitions", GRANT, "effects", 0, "values", "name", value="name"),
            "transitions.3.effects.0.values.name",
            "effect.path",
        ),
        (
            put("transitions", GRANT, "effects", 0, "values", "granted_on", value="form.name"),
            "transitions.3.effects.0.values.granted_on",
            "effect.type",
        ),
        (
            put("transitions", GRANT, "effects", 0, "values", "granted_on", value="case.number"),
            "transitions.3.effects.0.values.granted_on",
            "effect.type",
        ),
        (
            put("transitions", GRANT, "effects", 0, "values", "granted_on", value="form.lit_on"),
            "transitions.3.effects.0.values.granted_on",
            "effect.required",
        ),
        (put("pages", 0, "fields", 0, "max_length", value=201), "transitions.3.effects.0.values.name", "effect.length"),
        (
            put("transitions", GRANT, "effects", 1, "body", "en", value="{name}"),
            "transitions.3.effects.1.body",
            "effect.notice",
        ),
        (
            put("transitions", GRANT, "effects", 1, "body", "zh", value="{number"),
            "transitions.3.effects.1.body",
            "effect.notice",
        ),
        (put("pages", 0, "fields", 1, "codelist", value="x"), "pages.0.fields.1.codelist", "field.codelist"),
        (
            put("pages", 2, "fields", 0, "media_types", value=["video/mp4"]),
            "pages.2.fields.0.media_types.0",
            "field.media_type",
        ),
        (
            put("transitions", ANSWER, "asks", 0, value={"id": "colour", "type": "text", "title": text("Colour")}),
            "transitions.2.asks.0.type",
            "field.type",
        ),
        (put("clocks", 0, "stop", value=["granted", "refused"]), "clocks.0", "clock.end"),
        (put("clocks", 0, "stop", value=["submitted"]), "clocks.0", "clock.end"),
        (put("clocks", 0, "stop", value=["granted", "refused", "withdrawn", "accepted"]), "clocks.0", "clock.start"),
        (put("clocks", 0, "stop", value=["granted", "refused", "withdrawn", "supplement"]), "clocks.0", "clock.pause"),
        (put("clocks", 0, "promise_working_days", value=21), "clocks.0", "clock.promise"),
        (lambda body: body["clocks"].append(body["clocks"][0]), "clocks.1", "clock.name"),
        (put("clocks", 0, "extension", "by", value=["king"]), "clocks.0.extension.by.0", "procedure.role"),
        (
            put("clocks", 0, "extension", "notice", "body", "en", value="{x}"),
            "clocks.0.extension.notice.body",
            "effect.notice",
        ),
    ],
)
def test_each_fault_says_where_it_is_and_what_to_do(change, at, kind):
    found = faults_of(change)
    assert (at, kind) in {(fault.file, fault.check) for fault in found}
    assert all(fault.fix and fault.found for fault in found)


@pytest.mark.parametrize(
    ("unit", "given", "promised", "found"),
    [
        ("working_days", 20, 21, True),
        ("working_days", 20, 20, False),
        ("days", 30, 31, True),
        ("days", 30, 20, False),
        ("months", 1, 31, False),
        ("months", 1, 32, True),
        ("years", 1, 300, False),
    ],
)
def test_a_promise_that_is_surely_later_than_the_law_is_found(unit, given, promised, found):
    def change(body):
        clock = body["clocks"][0]
        del clock["working_days"]
        clock |= {unit: given, "promise_working_days": promised}
        clock |= {} if unit == "working_days" else {"last_day": "as_is"}

    assert ("clock.promise" in {fault.check for fault in faults_of(change)}) is found


def test_a_clock_that_promises_nothing_promises_not_too_much():
    assert faults_of(lambda body: body["clocks"][0].pop("promise_working_days")) == []


def test_a_state_that_no_case_reaches_is_found():
    lonely = {
        "id": "lonely",
        "title": {"zh": "孤", "en": "Lonely"},
        "answer": {"zh": "孤", "en": "Lonely"},
        "final": True,
    }
    (fault,) = faults_of(lambda body: body["states"].append(lonely))
    assert (fault.file, fault.check) == ("states.7", "procedure.unreachable")


def test_a_state_that_waits_for_an_applicant_who_can_do_nothing_is_found():
    def change(body):
        body["transitions"][ANSWER]["by"] = "handler"
        body["transitions"][6]["from"] = ["submitted"]

    (fault,) = faults_of(change)
    assert (fault.file, fault.check) == ("states.2", "procedure.waits")


def test_a_circle_without_an_end_is_found():
    def circle(body):
        for state in ("a", "b"):
            body["states"].append({"id": state, "title": {"zh": "圈", "en": "C"}, "answer": {"zh": "圈", "en": "C"}})
        for source, target in (("submitted", "a"), ("a", "b"), ("b", "a")):
            arrow = {
                "event": f"go_{target}",
                "title": {"zh": "去", "en": "Go"},
                "from": [source],
                "to": target,
                "by": "handler",
            }
            body["transitions"].append(arrow)

    assert {(fault.file, fault.check) for fault in faults_of(circle)} == {
        ("states.7", "procedure.no_end"),
        ("states.8", "procedure.no_end"),
    }


def test_a_procedure_without_an_end_is_found_once():
    def endless(body):
        for state in body["states"]:
            state["final"] = False

    kinds = [fault.check for fault in faults_of(endless)]
    assert kinds.count("procedure.end") == 1
    assert "procedure.no_end" not in kinds


def test_a_clock_that_nothing_stops_is_found():
    kinds = {fault.check for fault in faults_of(put("clocks", 0, "stop", value=["surrendered"]))}
    assert kinds == {"clock.end"}


def test_a_text_takes_any_value_and_a_literal_any_field():
    assert faults_of(put("transitions", GRANT, "effects", 0, "values", "remark", value="form.lit_on")) == []
    assert faults_of(put("transitions", GRANT, "effects", 0, "values", "remark", value="12")) == []


def test_texts_of_complete_languages_are_asked_for():
    known = Known(codelists={"colours"}, schemes={"keeper"}, roles={"handler", "decider"}, languages=("zh", "ja"))
    places = {fault.file for fault in faults_of(known=known)}
    assert {"title", "states.0.answer", "transitions.1.title", "pages.0.fields.0.title", "appeal.body"} <= places


WORDS = text("Not now")
RECORD = {"register": "licences", "key": "case.number"}


def effect(**declared):
    return put("transitions", GRANT, "effects", 1, value=declared)


@pytest.mark.parametrize(
    ("change", "at", "check", "said"),
    [
        (
            put("transitions", GRANT, "when", value="form.wats > 3"),
            "transitions.3.when",
            "guard",
            "column 6: there is no field 'wats'",
        ),
        (
            put("transitions", GRANT, "when", value="form.watts >\n  'x'"),
            "transitions.3.when",
            "guard",
            "line 1, column 12: cannot compare whole number and text",
        ),
        (put("transitions", GRANT, "when", value="form.watts"), "transitions.3.when", "guard", "not a yes or no"),
        (
            put("pages", 1, "when", value="form.indoors"),
            "pages.1.when",
            "condition",
            "reads 'indoors', which is asked later",
        ),
        (
            put("pages", 0, "fields", 1, "when", value="form.name =="),
            "pages.0.fields.1.when",
            "condition",
            "ends too early",
        ),
        (
            put("pages", 0, "fields", 1, "when", value="case.number == ''"),
            "pages.0.fields.1.when",
            "condition",
            "there is no 'case' here",
        ),
        (
            put("pages", 0, "fields", 1, "when", value="true || '" + "x" * 90),
            "pages.0.fields.1.when",
            "condition",
            "…",
        ),
        (
            put("transitions", ANSWER, "asks", 0, "when", value="form.remark == ''"),
            "transitions.2.asks.0.when",
            "condition",
            "asked later",
        ),
        (
            lambda body: body["pages"][2]["fields"].append(
                {"id": "twice", "type": "computed", "title": WORDS}
                | {"expression": "form.watts * 'a'", "result": {"type": "number"}}
            ),
            "pages.2.fields.1.expression",
            "computed",
            "cannot multiply",
        ),
        (
            lambda body: body["pages"][2]["fields"].append(
                {"id": "twice", "type": "computed", "title": WORDS}
                | {"expression": "form.watts", "result": {"type": "period"}}
            ),
            "pages.2.fields.1.expression",
            "computed",
            "group of values",
        ),
        (
            put("transitions", GRANT, "effects", 0, "values", "granted_on", value="add_days(today, 'x')"),
            "transitions.3.effects.0.values.granted_on",
            "effect.path",
            "add_days() does not take",
        ),
        (
            put("transitions", GRANT, "effects", 0, "key", value="form.watts + 1"),
            "transitions.3.effects.0.key",
            "effect.path",
            "not a text",
        ),
        (effect(do="start_clock", clock="nothing"), "transitions.3.effects.1.clock", "effect.clock", "unknown clock"),
        (
            effect(do="change_state", event="explode", **RECORD),
            "transitions.3.effects.1.event",
            "effect.event",
            "has no event",
        ),
        (
            effect(do="change_state", event="close", until="form.watts", **RECORD),
            "transitions.3.effects.1.until",
            "effect.type",
            "is not a date",
        ),
        (
            effect(do="change_state", event="close", until="form.watts * 2", **RECORD),
            "transitions.3.effects.1.until",
            "effect.path",
            "not a date",
        ),
        (
            effect(do="correct_record", valid_from="form.lit_on", values={"name": "form.name"}, **RECORD),
            "transitions.3.effects.1.values",
            "effect.value",
            "requires",
        ),
    ],
)
def test_a_fault_of_an_expression_says_its_column(change, at, check, said):
    def changed(body):
        change(body)
        for arrow in body["transitions"]:
            if "when" in arrow:
                arrow["otherwise"] = WORDS

    found = [fault for fault in faults_of(changed) if (fault.file, fault.check) == (at, check)]
    assert any(said in fault.found for fault in found), [str(fault) for fault in faults_of(changed)]
    assert all(fault.fix for fault in found)


def test_a_group_of_values_is_copied_and_not_computed():
    period = {"id": "term", "type": "period", "title": WORDS, "required": False}
    body = copy.deepcopy(LICENCES_BODY)
    body["fields"].append(period)
    registers = {"licences": RegisterDeclaration.model_validate(body)}
    change = put("transitions", GRANT, "effects", 0, "values", "term", value="today")
    assert "copy a field" in " ".join(fault.fix for fault in faults_of(change, registers=registers))


def test_an_expression_reads_the_dated_values_that_the_procedure_names():
    known = Known(codelists={"colours"}, schemes={"keeper"}, roles={"handler", "decider"}, values={"most": "integer"})

    def change(body):
        body["values"] = ["most"]
        body["transitions"][GRANT] |= {"when": "form.watts < value.most", "otherwise": WORDS}

    assert [str(fault) for fault in faults_of(change, known=known)] == []


def test_a_register_that_only_decisions_write_is_not_written_by_anything_else():
    registers = {"licences": RegisterDeclaration.model_validate(LICENCES_BODY | {"entry": "constitutive"})}
    (found,) = faults_of(registers=registers)
    assert (found.file, found.check) == ("transitions.5.effects.0.register", "effect.entry")
