"""Guards, what a form asks, computed values and what effects write: expressions over a case that can only be right."""

from __future__ import annotations

import copy
from datetime import date, timedelta

import pytest

from amur.base.acting import PUBLIC
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import Lookups
from amur.ledger.models import Entry
from amur.procedures import acts, conditions, reads
from amur.procedures.conditions import Moment
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.models import Case, ClockRun, Upload
from amur.registers import reads as registers
from amur.registers.models import RecordVersion
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.samples import LICENCE, LICENCE_BODY, LICENCES_BODY, text

ACCEPT, GRANT, SURRENDER = 0, 3, 5
BRIGHT = text("A lantern of more than 100 watts is not accepted here.", "一百瓦以上的灯不在这里受理。")


def body_with(*changes):
    body = copy.deepcopy(LICENCE_BODY)
    for change in changes:
        change(body)
    return body


def guard(when, place=ACCEPT):
    def change(body):
        body["transitions"][place] |= {"when": when, "otherwise": BRIGHT}

    return change


def moment(form=None, **options) -> Moment:
    return Moment(LICENCE.data_fields, form or {}, date(2026, 3, 10), **options)


def arrow(**options) -> Transition:
    return Transition.model_validate(
        {"event": "go", "title": text("Go"), "from": ["a"], "to": "b", "by": "handler", "otherwise": BRIGHT} | options
    )


@pytest.mark.parametrize(
    ("when", "form", "code"),
    [
        ("form.watts <= 100", {"watts": 60}, None),
        ("form.watts <= 100", {"watts": 101}, "guard"),
        ("form.watts <= 100", {}, "guard_without_value"),
        ("!has(form.watts) || form.watts <= 100", {}, None),
        ("form.watts / 0 == 1", {"watts": 1}, "guard_without_value"),
        ("form.lit_on > today", {"lit_on": "2026-04-01"}, None),
        ("form.lit_on > today", {"lit_on": "2026-03-10"}, "guard"),
        ("form.colour == 'red' && form.indoors", {"colour": "red", "indoors": True}, None),
        ("case.state == ''", {}, None),
        ("case.accepted_on < today", {}, "guard_without_value"),
        ("form.nothing == 1", {}, "guard_without_value"),
        ("form.watts", {"watts": 1}, "guard_without_value"),
    ],
)
def test_a_guard_lets_pass_only_what_it_holds_for(when, form, code):
    refusal = conditions.refusal(arrow(when=when), moment(form))
    assert (refusal.code if refusal else None) == code


def test_a_transition_without_a_guard_is_not_held_back_and_a_guard_says_why():
    assert conditions.refusal(arrow(otherwise=None), moment()) is None
    refusal = conditions.refusal(arrow(when="false"), moment())
    assert (refusal.message, refusal.details["zh"]) == (BRIGHT["en"], BRIGHT["zh"])
    for wrong in ({"when": "true", "otherwise": None}, {"when": ""}):
        with pytest.raises(ValueError, match="stand together"):
            arrow(**wrong)


def test_a_guard_over_what_is_asked_waits_until_it_was_asked():
    asks = [{"id": "limit", "type": "number", "title": text("Limit")}]
    asking = arrow(when="form.limit > 3", asks=asks)
    fields = (*LICENCE.data_fields, *asking.asks)
    then = Moment(fields, {}, date(2026, 3, 10))
    assert conditions.refusal(asking, then) is None
    assert conditions.refusal(asking, then, {"limit": 4}) is None
    assert conditions.refusal(asking, then, {"limit": 3}).code == "guard"
    assert conditions.refusal(asking, then, {}).code == "guard_without_value"


def test_dated_values_are_read_where_an_expression_names_them():
    asked: list[str] = []

    def dated():
        asked.append("value")
        return {"most": 100}

    then = moment({"watts": 60}, value_types={"most": "integer"}, dated=dated)
    assert then.holds("form.watts == 60")
    assert asked == []
    assert then.holds("form.watts < value.most")
    assert asked == ["value"]

    def missing():
        raise Refused("value_gap", "the pack does not say")

    refusal = conditions.refusal(arrow(when="value.most > 1"), moment(value_types={"most": "integer"}, dated=missing))
    assert refusal.code == "value_gap"


def with_conditions(body):
    body["pages"][0]["fields"][4] |= {"when": "form.colour == 'red'", "required": True}
    body["pages"][1]["when"] = "form.watts > 10"
    body["pages"][1]["fields"][2]["when"] = "form.number == '123'"


def test_a_form_asks_what_its_conditions_hold_for_and_nothing_that_hangs_on_a_hidden_answer():
    definition = ProcedureDeclaration.model_validate(body_with(with_conditions))

    def ids(form: dict[str, Json]) -> list[str]:
        then = Moment(definition.fields, form, date(2026, 3, 10))
        return [field.id for field in conditions.asked(definition, then)]

    always = ["name", "colour", "region", "lit_on"]
    assert ids({}) == [*always, "plan"]
    assert ids({"colour": "red"}) == [*always, "watts", "plan"]
    assert ids({"colour": "red", "watts": 12}) == [*always, "watts", "number", "email", "plan"]
    assert ids({"colour": "red", "watts": 12, "number": "123"})[-2:] == ["indoors", "plan"]
    assert ids({"colour": "blue", "watts": 12, "number": "123"}) == [*always, "plan"]


def computing(expression, result):
    def change(body):
        declared = {"id": "told", "type": "computed", "title": text("Told"), "expression": expression, "result": result}
        body["pages"][2]["fields"].append(declared)

    return change


@pytest.mark.parametrize(
    ("expression", "result", "form", "expected"),
    [
        ("form.watts * 2", {"type": "number"}, {"watts": 12}, 24),
        ("form.watts * 2", {"type": "number"}, {"told": 9}, None),
        ("add_days(form.lit_on, 30)", {"type": "date"}, {"lit_on": "2026-04-01"}, "2026-05-01"),
        ("form.watts > 10", {"type": "yes_no"}, {"watts": 12}, True),
    ],
)
def test_a_computed_field_follows_from_the_others(expression, result, form, expected):
    definition = ProcedureDeclaration.model_validate(body_with(computing(expression, result)))
    found = conditions.computed(definition.fields, Moment(definition.fields, form, date(2026, 3, 10)))
    assert found.get("told") == expected


def test_a_computed_field_that_errs_refuses_and_one_of_a_group_of_values_is_left_alone():
    wrong = ProcedureDeclaration.model_validate(body_with(computing("1 / form.watts", {"type": "number"})))
    with pytest.raises(Refused, match="cannot be computed: divided by zero"):
        conditions.computed(wrong.fields, Moment(wrong.fields, {"watts": 0}, date(2026, 3, 10)))
    small = ProcedureDeclaration.model_validate(body_with(computing("form.watts", {"type": "number", "minimum": 5})))
    found = Lookups(date(2026, 3, 10))
    with pytest.raises(Refused, match="cannot be computed"):
        conditions.computed(small.fields, Moment(small.fields, {"watts": 3}, date(2026, 3, 10)), found)
    group = ProcedureDeclaration.model_validate(body_with(computing("form.watts", {"type": "period"})))
    assert conditions.computed(group.fields, Moment(group.fields, {"watts": 0}, date(2026, 3, 10))) == {"watts": 0}


def test_what_an_effect_takes_is_copied_by_a_path_and_computed_otherwise():
    from amur.base.expressions import Kind, Struct

    then = moment({"name": "灯", "watts": 12})
    assert conditions.taken("form.lit_on", Kind.DATE, then) is None
    assert conditions.taken("'in_force'", Kind.TEXT, then) == "in_force"
    assert conditions.taken("form.name + '号'", Kind.TEXT, then) == "灯号"
    assert conditions.taken("add_days(today, 1)", Kind.DATE, then) == "2026-03-11"
    for source, kind in (
        ("form.watts / 0", Kind.INTEGER),
        ("form.lit_on < today", Kind.BOOLEAN),
        ("today", Struct(())),
    ):
        with pytest.raises(Refused, match="has no value"):
            conditions.taken(source, kind, then)


@pytest.mark.django_db
class TestWithCases:
    def sync(self, now, *changes, register=None):
        items = {("procedure", "licence"): body_with(*changes)}
        if register is not None:
            body = copy.deepcopy(LICENCES_BODY)
            register(body)
            items["register", "licences"] = body
        return sync(now, items)

    def submitted(self, now, **form) -> Case:
        return acts.submit(fill(now, **form).id, by=STRANGER, now=now)

    def test_a_guard_that_does_not_hold_refuses_and_the_desk_says_why_before(self, now, handler):
        self.sync(now, guard("form.watts <= 100"))
        bright, dim = self.submitted(now, watts="200"), self.submitted(now, watts="60")
        view = reads.case_for_desk(handler.scope, bright.number, on=date(2026, 3, 10))
        assert "accept" not in [one.event for one in view.may]
        assert view.held["accept"].message == BRIGHT["en"]
        with pytest.raises(Refused) as refused:
            handler.fire(bright, "accept", now)
        assert refused.value.code == "guard"
        assert Entry.objects.filter(kind="case.accept").count() == 0
        assert "accept" in [one.event for one in reads.case_for_desk(handler.scope, dim.number).may]
        assert handler.fire(dim, "accept", now).state == "accepted"

    def test_a_guard_that_errs_refuses_with_its_reason(self, now, handler):
        self.sync(now, guard("form.watts <= 100"))
        case = self.submitted(now, watts="")
        with pytest.raises(Refused, match=r"form\.watts has no value"):
            handler.fire(case, "accept", now)

    def test_what_is_not_asked_is_not_required_and_what_was_entered_there_is_dropped(self, now):
        self.sync(now, with_conditions)
        case = self.submitted(now, colour="blue", watts="12")
        assert "watts" not in case.data
        assert not {"number", "email", "indoors"} & set(case.data)
        case = self.submitted(now, colour="red", watts="12")
        assert (case.data["watts"], case.data["number"]) == (12, "123")

    def test_a_file_that_is_not_asked_is_no_part_of_the_case(self, now):
        self.sync(now, lambda body: body["pages"][2].update(when="form.colour == 'blue'"))
        case = self.submitted(now, colour="red")
        assert "plan" not in case.data
        assert Upload.objects.filter(case=case).count() == 0

    def test_what_a_condition_asks_is_required_then(self, now):
        self.sync(now, with_conditions)
        with pytest.raises(Invalid) as error:
            self.submitted(now, colour="red", watts="")
        assert error.value.fields["watts"][0] == "required"

    def test_a_computed_value_is_kept_with_the_form(self, now):
        self.sync(now, computing("form.watts * 2", {"type": "number"}))
        assert self.submitted(now, watts="12").data["told"] == 24

    def test_what_an_event_asks_hangs_on_answers(self, now, handler):
        def asking(body):
            title = text("Why so bright")
            body["transitions"][ACCEPT]["asks"] = [
                {"id": "why", "type": "text", "title": title, "when": "form.watts > 100"},
                {"id": "more", "type": "text", "title": title, "when": "form.why == 'other'"},
            ]

        self.sync(now, asking)
        dim, bright = self.submitted(now, watts="60"), self.submitted(now, watts="200")
        assert "why" not in handler.fire(dim, "accept", now, extra={"why": "no reason"}).data
        with pytest.raises(Invalid):
            handler.fire(bright, "accept", now)
        with pytest.raises(Invalid):
            handler.fire(bright, "accept", now, extra={"why": "other"})
        assert handler.fire(bright, "accept", now, extra={"why": "fog"}).data["why"] == "fog"

    def test_an_effect_writes_computed_values(self, now, handler, decider):
        def writing(body):
            body["transitions"][GRANT]["effects"][0]["values"] |= {
                "remark": "form.name + '：' + string(form.watts * 2)",
                "granted_on": "add_working_days(case.decided_on, 5)",
            }

        self.sync(now, writing)
        case = decider.fire(handler.fire(self.submitted(now, watts="12"), "accept", now), "grant", now)
        version = RecordVersion.objects.get(record__key=case.number)
        assert registers.record(PUBLIC, "licences", case.number).values["granted_on"] == "2026-03-17"
        assert version.data["remark"].endswith("：24")

    def test_an_effect_without_a_value_leaves_the_case_where_it_was(self, now, handler, decider):
        def writing(body):
            body["transitions"][GRANT]["effects"][0]["values"]["remark"] = "string(form.watts)"

        self.sync(now, writing)
        case = handler.fire(self.submitted(now, watts=""), "accept", now)
        with pytest.raises(Refused, match="has no value"):
            decider.fire(case, "grant", now)
        assert Case.objects.get().state == "accepted"
        assert RecordVersion.objects.count() == 0

    def test_a_record_is_corrected_from_a_day_in_the_past(self, now, handler, decider):
        def correcting(body):
            grant = copy.deepcopy(body["transitions"][GRANT]["effects"][0])
            grant |= {"do": "correct_record", "key": "case.number", "valid_from": "add_days(today, -3)"}
            grant["values"]["name"] = "form.name + '（更正）'"
            body["transitions"][SURRENDER]["to"] = "granted"
            body["transitions"][SURRENDER]["effects"] = [grant]

        self.sync(now, correcting)
        case = decider.fire(handler.fire(self.submitted(now), "accept", now), "grant", now)
        scope = reads.scope_by_code(case.number, acts.query_code(case))
        later = now + timedelta(days=5)
        acts.fire(case.id, "surrender", by=STRANGER, scope=scope, now=later, expected_version=case.version)
        view = registers.record(PUBLIC, "licences", case.number)
        assert view.values["name"].endswith("（更正）")
        assert view.valid_from == date(2026, 3, 12)

    def test_a_record_that_nobody_knows_is_not_corrected(self, now, handler):
        def correcting(body):
            values = body["transitions"][GRANT]["effects"][0]["values"] | {"granted_on": "today"}
            body["transitions"][ACCEPT]["effects"] = [
                {"do": "correct_record", "register": "licences", "key": "case.number", "valid_from": "today"}
                | {"values": values}
            ]

        self.sync(now, correcting)
        with pytest.raises((NotFound, Conflict)):
            handler.fire(self.submitted(now), "accept", now)
        assert Case.objects.get().state == "submitted"

    def test_a_new_record_is_new_and_a_known_one_is_known(self, now, handler, decider):
        def existing(body):
            body["transitions"][GRANT]["effects"][0]["when"] = "existing"

        self.sync(now, existing)
        case = handler.fire(self.submitted(now), "accept", now)
        with pytest.raises(NotFound):
            decider.fire(case, "grant", now)

    def test_a_record_changes_its_state_by_an_event_of_its_register(self, now, handler, decider):
        def states(body):
            body["states"] = [
                {"id": "valid", "title": text("In force")},
                {"id": "suspended", "title": text("Suspended"), "in_force": False},
            ]
            body["events"] = [
                {"event": "suspend", "title": text("Suspend"), "from": ["valid"], "to": "suspended", "does": "suspend"},
                {"event": "resume", "title": text("Resume"), "from": ["suspended"], "to": "valid", "does": "resume"},
            ]

        def suspending(body):
            body["transitions"][SURRENDER] |= {"to": "granted", "effects": [
                {"do": "change_state", "register": "licences", "key": "case.number", "event": "suspend",
                 "until": "add_days(today, 30)"},
            ]}  # fmt: skip

        self.sync(now, suspending, register=states)
        case = decider.fire(handler.fire(self.submitted(now), "accept", now), "grant", now)
        scope = reads.scope_by_code(case.number, acts.query_code(case))
        acts.fire(case.id, "surrender", by=STRANGER, scope=scope, now=now, expected_version=case.version)
        assert registers.record(PUBLIC, "licences", case.number).state == "suspended"

    def test_an_event_starts_a_clock_once(self, now, handler, decider):
        def starting(body):
            second = copy.deepcopy(body["clocks"][0]) | {"id": "payment", "start": ["surrendered"]}
            body["clocks"].append(second | {"pause": [], "stop": ["refused", "withdrawn", "granted"]})
            body["transitions"][ACCEPT]["effects"] = [{"do": "start_clock", "clock": "payment"}] * 2

        self.sync(now, starting)
        case = handler.fire(self.submitted(now), "accept", now)
        assert ClockRun.objects.filter(case=case, clock="payment").count() == 1
        assert Case.objects.get().due_on is not None
        decider.fire(case, "refuse", now, reason="no")
        assert ClockRun.objects.filter(case=case, ended_on=None).count() == 0

    def test_a_guard_reads_a_dated_value_and_working_days(self, now, handler):
        value = {
            "id": "most",
            "kind": "value",
            "title": text("Most watts"),
            "type": "integer",
            "entries": [{"valid_from": "2026-01-01", "value": 100, "basis": LICENCE_BODY["basis"][0]}],
        }
        rate = value | {"id": "rate", "type": "decimal", "entries": [value["entries"][0] | {"value": "0.5"}]}

        def change(body):
            body["values"] = ["most", "rate"]
            guard("double(form.watts) * value.rate < double(value.most) && is_working_day(today)")(body)

        items = {("procedure", "licence"): body_with(change), ("value", "most"): value, ("value", "rate"): rate}
        sync(now, items)
        dim, bright = self.submitted(now, watts="199"), self.submitted(now, watts="200")
        assert handler.fire(dim, "accept", now).state == "accepted"
        with pytest.raises(Refused):
            handler.fire(bright, "accept", now)

    def test_a_register_that_only_decisions_write_is_closed_to_what_decides_nothing(self, now, handler, decider):
        self.sync(now, register=lambda body: body.update(entry="constitutive"))
        case = decider.fire(handler.fire(self.submitted(now), "accept", now), "grant", now)
        scope = reads.scope_by_code(case.number, acts.query_code(case))
        with pytest.raises(Refused):
            acts.fire(case.id, "surrender", by=STRANGER, scope=scope, now=now, expected_version=case.version)
        assert Case.objects.get().state == "granted"

    def test_a_record_needs_a_key(self, now, handler):
        def keyless(body):
            body["transitions"][ACCEPT]["effects"] = [
                {"do": "close_record", "register": "licences", "key": "form.email"}
            ]

        self.sync(now, keyless)
        with pytest.raises(Invalid):
            handler.fire(self.submitted(now, email=""), "accept", now)
