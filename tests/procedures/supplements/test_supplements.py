from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.acting import SYSTEM, Grant, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.jobs import acts as jobs
from amur.ledger import reads as ledger
from amur.ledger.reads import is_forgotten
from amur.procedures import acts, files, reads
from amur.procedures.acts.clocks import LAPSE
from amur.procedures.models import Case, CaseEvent, ClockRun, Notice, Upload
from amur.procedures.supplements.engine import ITEMS as NAME
from amur.procedures.supplements.engine import PAPER, WORDS, read_items
from amur.procedures.supplements.models import SupplementItem, SupplementRequest
from tests.procedures.pack import PDF, STRANGER, sync
from tests.procedures.samples import BASIS, text
from tests.procedures.supplements.missing import ANSWER, ITEMS, REQUEST, itemised
from tests.procedures.test_checks import faults_of

DESK = Scope("office", "11", grants=(Grant("handler", "bureau", "230000"),))


@pytest.fixture
def accepted(pack, submitted, handler, now) -> Case:
    sync(now, {("procedure", "licence"): itemised()}, "2.0.0")
    return handler.fire(submitted(), "accept", now)


def ask(handler, case: Case, now, items=ITEMS, **options) -> Case:
    return handler.fire(case, "request_supplement", now, extra={NAME: items}, **options)


@pytest.fixture
def asked(accepted, handler, now) -> Case:
    return ask(handler, accepted, now)


def party(case: Case) -> Scope:
    return Scope("party", parties=frozenset({f"case:{case.id}"}))


def put(case: Case, place: int, now, raw="", **options) -> SupplementItem:
    return acts.answer_item(case.id, place, raw, by=STRANGER, scope=party(case), now=now, **options)


def attach(case: Case, place: int, now, content: bytes = PDF, name: str = "图.pdf") -> Upload:
    return acts.attach_to_item(case.id, place, [content], name, by=STRANGER, scope=party(case), now=now)


def send(case: Case, now, **options) -> Case:
    case.refresh_from_db()
    options = {"expected_version": case.version} | options
    return acts.fire(case.id, "answer", by=STRANGER, scope=party(case), now=now, **options)


@pytest.mark.django_db
def test_what_is_missing_is_listed_item_by_item_and_the_case_waits(asked, now):
    assert (asked.state, asked.version) == ("supplement", 3)
    assert ClockRun.objects.get(clock="decision").paused_on == date(2026, 3, 10)
    (request,) = reads.supplements_of(party(asked), asked.id)
    assert request.is_open
    assert [(one.title.zh, one.wrong, one.how, one.standing.required) for one in request.items] == [
        ("【Watts】", "十二瓦太暗", "整数", True),
        ("【Plan】", "看不清", "PDF，盖章", True),
        ("身份证复印件", "没有交", "", True),
        ("说明", "为什么放在室内", "", False),
    ]
    assert all(one.standing.given is False for one in request.items)


@pytest.mark.django_db
def test_the_notice_of_it_lists_the_items(pack, submitted, handler, now):
    body = itemised()
    told = {"do": "notify", "subject": text("Missing"), "body": text("{items} by {due_on}", "{items}")}
    body["transitions"][REQUEST]["effects"] = [told]
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    ask(handler, handler.fire(submitted(), "accept", now), now)
    assert Notice.objects.order_by("id").last().body == (
        "1. 【Watts】：十二瓦太暗（整数）\n2. 【Plan】：看不清（PDF，盖章）\n3. 身份证复印件：没有交\n4. 说明：为什么放在室内"
    )


@pytest.mark.django_db
def test_what_does_not_fit_any_more_is_named_when_it_is_sent(asked, now):
    for place in (1, 2, 3):
        put(asked, place, now, why="没有")
    item = SupplementItem.objects.get(place=1)
    item.answer = {"raw": "-5"}  # as if the rule had changed since
    item.save()
    with pytest.raises(Invalid) as fault:
        send(asked, now)
    assert fault.value.fields["items.1"][0] == "too_small"


@pytest.mark.django_db
def test_what_does_not_end_the_wait_leaves_the_request_and_its_draft(pack, submitted, handler, now):
    body = itemised()
    body["transitions"].append(
        {"event": "note", "title": text("Note"), "from": ["supplement"], "to": "supplement", "by": "handler"}
    )
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    case = ask(handler, handler.fire(submitted(), "accept", now), now)
    put(case, 1, now, "60")
    case = handler.fire(case, "note", now)
    assert reads.supplements_of(party(case), case.id)[0].done == 1
    assert reads.supplements_of(party(case), case.id)[0].is_open


@pytest.mark.django_db
def test_the_answer_is_refused_while_an_item_is_open_and_names_each(asked, now):
    put(asked, 1, now, "60")
    with pytest.raises(Invalid) as fault:
        send(asked, now)
    assert {name: code for name, (code, _) in fault.value.fields.items()} == {
        "items.2": "item_open",
        "items.3": "item_open",
    }
    asked.refresh_from_db()
    assert (asked.state, asked.data["watts"]) == ("supplement", 12)


@pytest.mark.django_db
def test_each_item_is_answered_as_it_is_asked_and_all_are_sent_at_once(asked, now):
    old = asked.data["plan"]
    put(asked, 1, now, "60")
    plan = attach(asked, 2, now)
    put(asked, 3, now, why="已经作废，补办中")
    put(asked, 4, now, "外面风大\n怕吹灭")
    assert Upload.objects.get(pk=plan.pk).case is None, "nothing is the office's before it is sent"
    case = send(asked, now + timedelta(days=2))
    assert (case.state, case.data["watts"], case.data["plan"]) == ("accepted", 60, str(plan.pk))
    assert {str(one) for one in Upload.objects.filter(case=case).values_list("pk", flat=True)} == {old, str(plan.pk)}
    assert ClockRun.objects.get(clock="decision").due_on == date(2026, 4, 10), "two working days later than 8 April"
    (request,) = reads.supplements_of(DESK, case.id)
    assert (request.answered, request.is_open, request.done) == (True, False, 4)
    assert [(one.standing.given, one.why, one.raw) for one in request.items] == [
        (True, "", None),
        (True, "", None),
        (False, "已经作废，补办中", None),
        (True, "", "外面风大\n怕吹灭"),
    ]
    assert CaseEvent.objects.get(event="answer").given == {"watts": 60, "plan": str(plan.pk)}


@pytest.mark.django_db
def test_a_file_that_the_form_does_not_ask_for_joins_the_case(asked, now):
    put(asked, 1, now, "60")
    attach(asked, 2, now)
    card = attach(asked, 3, now)
    case = send(asked, now)
    found = Upload.objects.get(pk=card.pk)
    assert (found.case_id, found.field) == (case.pk, "supplement_3")
    assert "supplement_3" not in case.data
    (request,) = reads.supplements_of(DESK, case.id)
    assert request.items[2].upload == found


@pytest.mark.django_db
def test_part_answers_are_kept_as_a_draft_that_only_the_party_reads(asked, now):
    put(asked, 1, now, "60")
    put(asked, 1, now + timedelta(days=1), "70")
    attach(asked, 2, now)
    mine, theirs = (reads.supplements_of(scope, asked.id)[0].items for scope in (party(asked), DESK))
    assert (mine[0].raw, mine[0].standing.given, mine[1].upload.name) == ("70", True, "图.pdf")
    assert [(one.raw, one.upload, one.standing.given) for one in theirs] == [(None, None, False)] * 4
    assert reads.asked_item(party(asked), asked.id, 1).raw == "70"
    for scope, place in ((DESK, 1), (party(asked), 9)):
        with pytest.raises(NotFound):
            reads.asked_item(scope, asked.id, place)


@pytest.mark.django_db
def test_a_change_of_mind_lets_the_reason_or_the_file_go(asked, now):
    first = attach(asked, 2, now)
    second = attach(asked, 2, now)
    assert list(Upload.objects.filter(field="plan", case=None).values_list("pk", flat=True)) == [second.pk]
    assert is_forgotten(f"upload:{first.pk}") or not Upload.objects.filter(pk=first.pk).exists()
    item = put(asked, 2, now, why="弄丢了")
    assert (item.upload, item.why) == (None, "弄丢了")
    item = put(asked, 1, now, why="不知道")
    item = put(asked, 1, now, "60")
    assert (item.why, item.answer) == ("", {"raw": "60"})


@pytest.mark.django_db
@pytest.mark.parametrize(("place", "raw", "code"), [(1, "-5", "too_small"), (1, "", "required"), (4, "", "required")])
def test_an_answer_that_its_field_does_not_take_is_refused(asked, now, place, raw, code):
    with pytest.raises(Invalid) as fault:
        put(asked, place, now, raw)
    ((found, _),) = fault.value.fields.values()
    assert found == code
    assert not reads.supplements_of(party(asked), asked.id)[0].done


@pytest.mark.django_db
def test_a_file_is_received_as_its_field_wants_it(asked, now):
    with pytest.raises(Invalid):
        attach(asked, 2, now, b"\x00\x01" * 99)
    with pytest.raises(Refused) as refused:
        put(asked, 2, now, "text")
    assert refused.value.code == "wants_file"
    with pytest.raises(NotFound):
        attach(asked, 1, now)
    with pytest.raises(Invalid) as fault:
        put(asked, 2, now, why="\u202e" * 3 + "x" * 2001)
    assert "why" in fault.value.fields


@pytest.mark.django_db
def test_nobody_but_the_party_answers_and_only_while_the_case_waits(asked, handler, now):
    other = Scope("party", parties=frozenset({"case:other"}))
    for scope in (other, DESK):
        with pytest.raises(NotFound):
            acts.answer_item(asked.id, 1, "60", by=STRANGER, scope=scope, now=now)
    handler.scope = party(asked)
    handler.fire(asked, "withdraw", now)
    with pytest.raises(NotFound):
        put(asked, 1, now, "60")


@pytest.mark.django_db
def test_a_second_request_is_refused_and_one_with_a_basis_is_not(asked, handler, now):
    for place in (1, 2, 3):
        put(asked, place, now, why="没有")
    case = send(asked, now)
    with pytest.raises(Refused) as refused:
        ask(handler, case, now)
    assert refused.value.code == "supplement_once"
    Case.objects.filter(pk=case.pk).update(declaration_hash=again_allowed(now))
    case = ask(handler, case, now, ITEMS[:1])
    assert [len(one.items) for one in reads.supplements_of(DESK, case.id)] == [1, 4]


def again_allowed(now) -> str:
    sync(now, {("procedure", "licence"): itemised(again=[BASIS])}, "3.0.0")
    return acts.open_draft("licence", by=STRANGER, now=now).declaration_hash


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("items", "faults"),
    [
        (None, {"items": "required"}),
        ([], {"items": "required"}),
        ([{}], {"items.0.part": "required", "items.0.wrong": "required"}),
        ([{"part": PAPER, "wrong": "x"}], {"items.0.title": "required"}),
        ([{"part": "nothing", "wrong": "x"}], {"items.0.part": "required"}),
        ([{"part": "plan", "wrong": "x"}] * 2, {"items.1.part": "twice"}),
        ([{"part": WORDS, "wrong": "x" * 2001}], {"items.0.wrong": "too_long"}),
        ([{"part": WORDS, "wrong": "x"}] * 21, {"items": "too_many"}),
    ],
)
def test_a_request_that_does_not_say_what_is_missing_is_refused(accepted, handler, now, items, faults):
    with pytest.raises(Invalid) as fault:
        handler.fire(accepted, "request_supplement", now, extra={} if items is None else {NAME: items})
    assert {name: code for name, (code, _) in fault.value.fields.items()} == faults
    accepted.refresh_from_db()
    assert (accepted.state, SupplementRequest.objects.count()) == ("accepted", 0)


@pytest.mark.django_db
def test_the_same_click_twice_asks_once(accepted, handler, now):
    for _ in range(2):
        ask(handler, accepted, now, key="click", expected_version=2)
    assert (SupplementRequest.objects.count(), SupplementItem.objects.count()) == (1, 4)
    with pytest.raises(Conflict):
        ask(handler, accepted, now, expected_version=2)


@pytest.mark.django_db(transaction=True)
def test_without_a_reply_in_time_the_law_takes_the_case_as_withdrawn(asked, now):
    sent = attach(asked, 2, now)
    put(asked, 1, now, "60")
    jobs.run_due({LAPSE: acts.HANDLERS[LAPSE]}, now + timedelta(days=6), 50)
    asked.refresh_from_db()
    assert asked.state == "supplement"
    jobs.run_due({LAPSE: acts.HANDLERS[LAPSE]}, now + timedelta(days=8), 50)
    asked.refresh_from_db()
    assert (asked.state, asked.data["watts"]) == ("withdrawn", 12)
    (request,) = reads.supplements_of(DESK, asked.id)
    assert (request.answered, request.is_open, request.done) == (False, False, 0)
    assert not Upload.objects.filter(pk=sent.pk).exists()
    with pytest.raises(FileNotFoundError):
        files.opened(sent.pk)


@pytest.mark.django_db
def test_a_file_that_waits_to_be_sent_is_not_swept_away(asked, now):
    sent = attach(asked, 2, now)
    acts.sweep_uploads(now + timedelta(days=3))
    assert Upload.objects.filter(pk=sent.pk).exists()


@pytest.mark.django_db
def test_what_was_asked_and_answered_is_sealed_and_goes_with_the_case(asked, handler, now):
    for place in (1, 2):
        put(asked, place, now, why="没有执照")
    put(asked, 3, now, why="张三保管")
    put(asked, 4, now, "李四说的")
    case = send(asked, now)
    secrets = ("十二瓦太暗", "身份证", "张三", "李四", "没有执照")
    with connection.cursor() as cursor:
        cursor.execute("SELECT title, wrong, how, why, answer FROM procedures_supplementitem")
        stored = str(cursor.fetchall())
    bodies = str([one.body for one in ledger.entries_of(SYSTEM, f"case:{case.pk}")])
    assert not [one for one in secrets if one in bodies or one in stored]
    case = acts.fire(case.id, "withdraw", by=STRANGER, scope=party(case), now=now, expected_version=case.version)
    acts.erase_due(now + timedelta(days=365 * 12))
    case.refresh_from_db()
    assert case.erased_at
    (request,) = reads.supplements_of(DESK, case.id)
    assert [(one.wrong, one.how, one.why, one.raw) for one in request.items] == [("", "", "", None)] * 4


def change(**supplement):
    def apply(body):
        body["transitions"][REQUEST]["supplement"] = {"answer": "answer"} | supplement

    return apply


def test_a_declared_supplement_has_no_faults():
    assert [str(fault) for fault in faults_of(change())] == []


def both(body, **others):
    change()(body)
    body["transitions"][REQUEST] |= others


@pytest.mark.parametrize(
    ("change", "at", "kind"),
    [
        (change(answer="grant"), "transitions.1.supplement.answer", "supplement.answer"),
        (lambda body: both(body, by="applicant"), "transitions.1.by", "supplement.by"),
        (lambda body: both(body, sign_off="x"), "transitions.1.sign_off", "supplement.signed"),
        (lambda body: both(body, to="submitted"), "transitions.1.to", "supplement.waits"),
        (
            lambda body: (change()(body), body["transitions"][ANSWER].update({"by": "handler"})),
            "transitions.1.supplement.answer",
            "supplement.answer",
        ),
    ],
)
def test_the_check_finds_a_supplement_that_nobody_can_ask_for_or_answer(change, at, kind):
    assert (at, kind) in {(fault.file, fault.check) for fault in faults_of(change)}


TEXTS = st.text(max_size=6)
ROWS = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("part", "title", "wrong", "how", "optional"), TEXTS))
    | st.fixed_dictionaries({"part": st.sampled_from(["plan", PAPER, WORDS]), "wrong": TEXTS, "title": TEXTS}),
    max_size=5,
)


@given(ROWS)
@settings(max_examples=100)
def test_whatever_is_typed_items_come_back_whole_or_with_what_is_wrong(rows):
    items, faults = read_items(rows, {"plan", "watts"}, 4)
    if not faults:
        assert 0 < len(items) == len(rows) <= 4
        assert all(item.wrong and (item.title or item.part != PAPER) for item in items)
        fields = [item.part for item in items if item.part not in {PAPER, WORDS}]
        assert len(fields) == len(set(fields))
