from __future__ import annotations

import json
from datetime import date

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor, Scope
from amur.base.erasure import Ground
from amur.base.faults import Conflict, Invalid, Refused
from amur.procedures import acts, files, reads
from amur.procedures.acts.erasing import forget
from amur.procedures.checks import check_procedure
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.models import Case, Document, Upload
from amur.procedures.onething.reads import one_thing_of
from amur.procedures.transactions import act
from tests.procedures.onething.shop import FOOD_BODY, PREMISES_BODY, SIGN_BODY, items, shop
from tests.procedures.pack import PDF, STRANGER, sync
from tests.procedures.samples import CALENDAR_BODY
from tests.procedures.test_checks import KNOWN, cut, put

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PARTS = {one["id"]: ProcedureDeclaration.model_validate(one) for one in (PREMISES_BODY, SIGN_BODY, FOOD_BODY)}


def faults_of(change=lambda _: None):
    body = shop()
    change(body)
    definition = ProcedureDeclaration.model_validate(body)
    locate = lambda path: (".".join(map(str, path)), 1)  # noqa: E731 -- as short as it is used
    return check_procedure(definition, KNOWN, Beside({}, PARTS | {"shop": definition}), ("bureau",), locate)


def test_one_thing_has_no_faults():
    assert [str(fault) for fault in faults_of()] == []


def fields(*changes):
    """Change the fields of the one form: name, region, tables, words, plan."""
    return lambda body: [body["pages"][0]["fields"][place].update(change) for place, change in changes]


@pytest.mark.parametrize(
    ("change", "at", "kind"),
    [
        (cut("one_thing"), "transitions.1.by", "one_thing.unused"),
        (put("one_thing", "opens", value="x"), "one_thing.opens", "one_thing.event"),
        (put("one_thing", "done", value="accept"), "one_thing.done", "one_thing.by"),
        (put("transitions", 1, "reason", value="optional"), "one_thing.done", "one_thing.asks"),
        (put("one_thing", "withdraws", value="accept"), "one_thing.withdraws", "one_thing.by"),
        (
            put("one_thing", "children", 1, "procedure", value="premises"),
            "one_thing.children.1.procedure",
            "one_thing.twice",
        ),
        (put("one_thing", "children", 0, "after", value=["food"]), "one_thing.children.0.after", "one_thing.after"),
        (put("one_thing", "children", 1, "when", value="form.words"), "one_thing.children.1.when", "one_thing.when"),
        (
            put("one_thing", "children", 0, "procedure", value="x"),
            "one_thing.children.0.procedure",
            "one_thing.procedure",
        ),
        (cut("one_thing", "children", 0, "values"), "one_thing.children.0", "one_thing.field"),
        (put("one_thing", "children", 2, "withdraw", value="grant"), "one_thing.children.2", "one_thing.withdraw"),
        (fields((0, {"type": "date", "max_length": 9})), "", ""),
        (fields((4, {"media_types": ["image/png"]})), "one_thing.children.0.values", "effect.type"),
        (fields((4, {"required": False})), "one_thing.children.0.values", "effect.required"),
        (
            put("one_thing", "children", 0, "values", value={"seats": "form.tables", "plan": "form.name"}),
            "one_thing.children.0.values",
            "effect.type",
        ),
    ],
)
def test_what_is_wrong_with_one_thing_is_found_where_it_stands(change, at, kind):
    if not kind:
        with pytest.raises(ValueError, match="max_length"):
            faults_of(change)
        return
    assert (at, kind) in {(fault.file, fault.check) for fault in faults_of(change)}


def test_the_same_field_of_another_type_is_found():
    def change(body):
        body["pages"][0]["fields"][2] = body["pages"][0]["fields"][2] | {"id": "seats", "type": "money"}
        body["pages"][0]["fields"][2].pop("minimum")
        body["pages"][0]["fields"][2]["currency"] = "CNY"
        body["one_thing"]["children"][0]["values"] = {}

    found = {(fault.file, fault.check) for fault in faults_of(change)}
    assert ("one_thing.children.0.seats", "effect.type") in found


@pytest.fixture
def begun(now, handler):
    """Return a function that submits the one form and accepts it."""

    def make(*, accept: bool = True, **answers: str) -> Case:
        sync(now, items(), "2.0.0")
        draft = acts.open_draft("shop", by=STRANGER, now=now)
        acts.attach(draft.id, "plan", [PDF], "图.pdf", by=STRANGER, now=now)
        form = {"name": "小店", "region": "230102", "tables": "3"} | answers
        draft = acts.save_step(draft.id, "all", form, version=draft.version, by=STRANGER, now=now)
        case = acts.submit(draft.id, by=STRANGER, now=now)
        return handler.fire(case, "accept", now) if accept else case

    return make


def part(whole: Case, name: str) -> Case:
    return Case.objects.get(origin=whole, procedure=name)


def standings(whole: Case, now) -> list[str]:
    return [one.standing for one in one_thing_of(SYSTEM, whole.pk, now.date()).parts]


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_one_form_opens_the_cases_whose_turn_it_is(begun, now):
    whole = begun(words="灯")
    assert standings(whole, now) == ["open", "open", "waiting"]
    premises = part(whole, "premises")
    assert {name: value for name, value in premises.data.items() if name != "plan"} == {
        "name": "小店",
        "region": "230102",
        "seats": 12,
    }
    assert part(whole, "sign").data == {"name": "小店", "region": "230102", "words": "灯"}
    assert (premises.due_on.isoformat(), part(whole, "sign").due_on.isoformat()) == ("2026-03-24", "2026-03-13")
    found = one_thing_of(SYSTEM, whole.pk, now.date())
    assert (found.due_on.isoformat(), again(whole).due_on.isoformat(), found.over) == ("2026-03-24", "2026-03-24", 0)


def test_each_case_holds_a_copy_of_its_own_of_a_file_that_was_sent_once(begun, decider, now):
    whole = begun()
    premises = part(whole, "premises")
    copied = Upload.objects.get(case=premises)
    first = Upload.objects.get(case=whole)
    assert (copied.name, copied.sha256, premises.data["plan"]) == ("图.pdf", first.sha256, str(copied.pk))
    assert copied.pk != first.pk
    decider.fire(premises, "refuse", now, reason="不符合")
    with act():
        forget(again(premises), by=decider.by, now=now, ground=Ground("over", ""))
    assert files.opened(first.pk).read() == PDF


def test_a_case_that_nobody_needs_is_not_opened(begun, now):
    whole = begun()
    assert standings(whole, now) == ["open", "not_needed", "waiting"]
    assert not Case.objects.filter(procedure="sign").exists()


def test_what_comes_after_is_opened_when_what_is_before_was_granted(begun, decider, now):
    whole = begun()
    decider.fire(part(whole, "premises"), "grant", now)
    assert standings(whole, now) == ["granted", "not_needed", "open"]
    assert again(whole).due_on.isoformat() == "2026-03-31"
    decider.fire(part(whole, "food"), "grant", now)
    whole = again(whole)
    assert (whole.state, whole.decisions.get().outcome) == ("opened", "granted")
    said = json.dumps(Document.objects.get(case=whole).content, ensure_ascii=False)
    assert "Permit for food" in said
    assert "not needed" in said


def test_the_whole_is_due_when_its_last_case_is_whatever_moves_that_and_on_no_day_at_the_end(begun, now):
    whole = begun()
    busy = CALENDAR_BODY | {"holidays": [*CALENDAR_BODY["holidays"], "2026-03-16", "2026-03-17"]}
    sync(now, items() | {("calendar", "calendar"): busy}, "3.0.0")
    acts.recount(now=now)
    assert (part(whole, "premises").due_on, again(whole).due_on) == (date(2026, 3, 26), date(2026, 3, 26))
    assert take_back(whole, now).due_on is None


def test_one_refusal_ends_what_follows_it_and_is_explained(begun, decider, now):
    whole = begun(words="灯")
    decider.fire(part(whole, "premises"), "refuse", now, reason="没有第二个出口")
    assert standings(whole, now) == ["refused", "open", "not_opened"]
    assert again(whole).state == "under_way"
    decider.fire(part(whole, "sign"), "grant", now)
    whole = again(whole)
    assert (whole.state, whole.decisions.get().outcome) == ("not_opened", "refused")
    assert "没有第二个出口" in json.dumps(Document.objects.get(case=whole).content, ensure_ascii=False)
    assert [one.decision.reason for one in one_thing_of(SYSTEM, whole.pk, now.date()).refused] == ["没有第二个出口"]


def party(case: Case) -> tuple[Actor, Scope]:
    scope = reads.scope_by_code(case.number, acts.query_code(case))
    return Actor("anonymous", client="portal", on_behalf_of=f"case:{case.pk}"), scope


def take_back(whole: Case, now) -> Case:
    by, scope = party(whole)
    return acts.fire(whole.pk, "take_back", by=by, scope=scope, now=now, expected_version=again(whole).version)


def test_all_that_is_open_is_taken_back_together(begun, decider, now):
    whole = begun(words="灯")
    decider.fire(part(whole, "sign"), "grant", now)
    whole = take_back(whole, now)
    assert (whole.state, part(whole, "premises").state, part(whole, "sign").state) == (
        "taken_back",
        "withdrawn",
        "granted",
    )
    assert standings(whole, now) == ["ended", "granted", "not_opened"]


def test_nothing_is_taken_back_where_one_case_cannot_be(begun, now):
    whole = begun(words="灯")
    Case.objects.filter(pk=part(whole, "premises").pk).update(state="granted")
    with pytest.raises(Refused) as caught:
        take_back(whole, now)
    assert caught.value.code == "not_taken_back"
    assert part(whole, "sign").state == "looked_at"


def test_what_was_taken_back_before_it_was_accepted_opens_nothing(begun, now):
    whole = take_back(begun(accept=False), now)
    assert (whole.state, Case.objects.filter(origin=whole).count()) == ("taken_back", 0)


def test_nobody_ends_one_thing_but_its_cases(begun, handler, now):
    whole = begun()
    with pytest.raises(Refused) as caught:
        handler.fire(again(whole), "done", now)
    assert caught.value.code == "only_by_cases"


def test_an_answer_that_a_case_does_not_take_stops_the_acceptance_of_all(begun, handler, now):
    whole = begun(accept=False, words="灯" * 20)
    body = SIGN_BODY | {"pages": [SIGN_BODY["pages"][0] | {"fields": [*SIGN_BODY["pages"][0]["fields"]]}]}
    body["pages"][0]["fields"][2] = body["pages"][0]["fields"][2] | {"max_length": 3}
    sync(now, items() | {("procedure", "sign"): body}, "3.0.0")
    with pytest.raises(Invalid):
        handler.fire(whole, "accept", now)
    assert again(whole).state == "received"
    assert not Case.objects.filter(origin=whole).exists()


def test_a_case_that_is_decided_later_leaves_one_thing_that_is_over_as_it_is(begun, decider, now):
    whole = begun()
    Case.objects.filter(pk=whole.pk).update(closed_at=now)
    decider.fire(part(whole, "premises"), "grant", now)
    assert not Case.objects.filter(procedure="food").exists()


def test_who_may_not_know_of_it_reads_nothing_of_it(begun, now):
    whole = begun()
    assert one_thing_of(PUBLIC, whole.pk, now.date()) is None
    assert one_thing_of(SYSTEM, part(whole, "premises").pk, now.date()) is None


def test_two_officials_deciding_at_once_are_told_apart_by_the_version(begun, decider, now):
    premises = part(begun(), "premises")
    decider.fire(premises, "grant", now)
    with pytest.raises((Conflict, Refused)):
        decider.fire(premises, "grant", now)
