"""Erasing what is personal of a case: who may, when, and that nothing is left of it."""

from __future__ import annotations

import copy
import json
from datetime import timedelta

import pytest
from django.db import connection

from amur.base.acting import SYSTEM, Actor, Grant, Scope, system
from amur.base.faults import NotFound, Refused
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.ledger.models import Entry
from amur.procedures import acts, files, reads
from amur.procedures.models import Case, CaseEvent, Decision, Draft, Notice, Upload
from amur.procedures.notices.models import Delivery
from tests.procedures.pack import PDF, STRANGER, fill, sync
from tests.procedures.samples import BASIS, LICENCE_BODY, text

pytestmark = pytest.mark.django_db
CLERK = Actor("33", role="eraser", body_id="bureau", client="desk")
CLERKS = Scope("office", "33", grants=(Grant("eraser", "bureau", "230000"),))
REASON = "reason-with-a-name"


@pytest.fixture
def body():
    changed = copy.deepcopy(LICENCE_BODY)
    changed["retention_years"] = 3
    changed["erasure"] = {"by": "eraser", "basis": [BASIS]}
    changed["pages"][1]["fields"].append(
        {
            "id": "keeper_name",
            "type": "person",
            "of": "name",
            "title": text("Name of the keeper"),
            "purpose": text("To reach you"),
            "retention_days": 90,
        }
    )
    return changed


@pytest.fixture
def refused(body, now, handler, decider):
    """Return a case that was refused, with a name in its form, its file, its reason and its notices."""
    sync(now, {("procedure", "licence"): body})
    case = acts.submit(fill(now, keeper_name="李雷").id, by=STRANGER, now=now)
    case = handler.fire(case, "accept", now)
    return decider.fire(case, "refuse", now, reason=REASON)


def erase(case, now, **options):
    options = {"by": CLERK, "scope": CLERKS, "reason": "the party asked"} | options
    return acts.erase_case_party(case.id, now=now, **options)


def after(now, years=3, **more):
    return now.replace(year=now.year + years) + timedelta(days=1, **more)


def test_what_is_personal_is_erased_and_what_happened_stays(refused, now):
    upload = refused.uploads.get()
    erase(refused, after(now))
    case = Case.objects.get()
    assert {"email", "keeper_name"}.isdisjoint(case.data)
    assert (case.data["name"], case.data["watts"], case.state) == ("移动灯一号", 12, "refused")
    assert case.erased_at == after(now)
    assert [event.reason for event in CaseEvent.objects.all()] == ["", "", ""]
    assert Decision.objects.get().reason == ""
    assert Decision.objects.get().outcome == "refused"
    assert {(one.subject, one.body, one.short) for one in Notice.objects.all()} == {("", "", "")}
    assert {(one.address, one.receipt) for one in Delivery.objects.all()} == {("", "")}
    upload.refresh_from_db()
    assert (upload.name, upload.sha256) == ("", "")
    with pytest.raises(NotFound, match="erased"):
        reads.upload(SYSTEM, upload.id)


def test_sealed_values_that_others_kept_are_noise(refused, now):
    """What an old copy of the tables holds cannot be read any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM procedures_case")
        data = cursor.fetchone()[0]
        cursor.execute("SELECT reason FROM procedures_decision")
        reason = cursor.fetchone()[0]
    data = json.loads(data) if isinstance(data, str) else data
    subject = refused.key_subject
    assert ledger.reveal(subject, data["keeper_name"]) == "李雷"
    assert ledger.reveal(subject, reason) == REASON
    sealed_file = files.path_of(refused.uploads.get().pk).read_bytes()
    erase(refused, after(now))
    assert (
        ledger.reveal_all([(subject, data["keeper_name"]), (subject, data["email"]), (subject, reason)])
        == [ledger.ERASED] * 3
    )
    assert PDF[:20] not in sealed_file


def test_the_entry_says_on_what_ground_and_names_nobody(refused, now):
    erase(refused, after(now))
    found = ledger.forgotten(refused.key_subject)
    assert (found.at, found.basis, found.reason) == (after(now), "灯塔条例7", "the party asked")
    entry = Entry.objects.get(leaf=found.leaf)
    assert json.loads(entry.content.body)["also"] == [f"upload:{refused.uploads.get().pk}"]
    assert not {"李雷", REASON, "keeper@example.org"} & set(entry.content.body.split('"'))


def test_proof_and_earlier_receipts_stay_whole(refused, now):
    ledger_acts.seal(now)
    before = reads.receipt_of(SYSTEM, refused.id)
    erase(refused, after(now))
    ledger_acts.seal(after(now))
    assert ledger.verify_stored().holds
    assert reads.receipt_of(SYSTEM, refused.id)["disclosed"] == before["disclosed"]


def test_a_second_erasure_does_nothing(refused, now):
    erase(refused, after(now), key="a")
    count = Entry.objects.count()
    erase(refused, after(now, hours=5), key="b")
    assert Entry.objects.count() == count


def test_the_party_still_follows_the_case(refused, now):
    erase(refused, after(now))
    case = reads.case_by_code(refused.number, acts.query_code(refused))
    assert {field.id: value for field, value in case.answers}["name"] == "移动灯一号"
    assert all(field.personal_class == "none" for field, _ in case.answers)
    assert len(reads.timeline(SYSTEM, refused.id)) == 3


class TestWhoMay:
    def test_only_the_declared_role_where_the_case_lies(self, refused, now, handler):
        with pytest.raises(Refused, match="role that the pack names"):
            erase(refused, after(now), by=handler.by, scope=handler.scope)
        for grant in (Grant("eraser", "elsewhere", "230000"), Grant("eraser", "bureau", "230200")):
            with pytest.raises(NotFound):
                erase(refused, after(now), scope=Scope("office", "33", grants=(grant,)))
        with pytest.raises(NotFound):
            erase(refused, after(now), scope=Scope("public"))

    def test_where_no_role_is_named_only_the_machine_does_and_says_the_ground(self, now, pack, handler, decider):
        case = acts.submit(fill(now).id, by=STRANGER, now=now)
        case = decider.fire(case, "refuse", now, reason="no")
        when = after(now, 10)
        with pytest.raises(Refused, match="needs a reason and the ground"):
            erase(case, when, by=system("erase", client="cli"), scope=SYSTEM)
        erase(case, when, by=system("erase", client="cli"), scope=SYSTEM, basis="Act 47")
        assert ledger.forgotten(case.key_subject).basis == "Act 47"

    def test_a_case_that_is_not_there_is_not_found(self, pack, now):
        with pytest.raises(NotFound):
            acts.erase_case_party(Case().id, by=CLERK, scope=SYSTEM, now=now, reason="x")

    def test_an_open_case_is_needed(self, body, now):
        sync(now, {("procedure", "licence"): body})
        case = acts.submit(fill(now, keeper_name="李雷").id, by=STRANGER, now=now)
        with pytest.raises(Refused, match="open"):
            erase(case, after(now))

    def test_the_retention_time_is_respected_unless_another_ground_is_cited(self, refused, now):
        with pytest.raises(Refused, match="kept until 2029-03-10"):
            erase(refused, now)
        with pytest.raises(Refused, match="kept until"):
            erase(refused, now.replace(year=2029))
        erase(refused, now, despite_retention=True, basis="judgment 12")
        assert ledger.forgotten(refused.key_subject).basis == "judgment 12"

    def test_what_is_on_hold_stays(self, refused, now):
        ledger_acts.hold(refused.key_subject, by=CLERK, now=now, reason="a court asks")
        with pytest.raises(Refused, match="on hold"):
            erase(refused, after(now))
        assert Case.objects.get().data["keeper_name"] == "李雷"


class TestRetention:
    def test_each_thing_goes_when_its_time_is_over_and_once(self, refused, now):
        assert Case.objects.get().erase_on == (now + timedelta(days=90)).date()
        assert acts.erase_due(now + timedelta(days=90)) == 0
        assert acts.erase_due(now + timedelta(days=91)) == 1
        case = Case.objects.get()
        assert "keeper_name" not in case.data
        assert case.data["email"] == "keeper@example.org"
        assert Decision.objects.get().reason == REASON
        assert ledger.forgotten(case.key_subject) is None
        assert acts.erase_due(now + timedelta(days=92)) == 0
        assert acts.erase_due(after(now)) == 1
        assert "email" not in Case.objects.get().data
        assert acts.erase_due(after(now, hours=30)) == 0
        kinds = Entry.objects.filter(kind="subject.forgotten").order_by("sequence")
        assert [json.loads(one.content.body)["parts"] for one in kinds] == [["keeper_name"], []]

    def test_a_case_that_ended_before_there_were_times_is_found(self, refused, now):
        Case.objects.update(erase_on=None)
        assert acts.erase_due(now) == 0
        assert Case.objects.get().erase_on == (now + timedelta(days=90)).date()

    def test_what_is_on_hold_is_looked_at_again(self, refused, now):
        ledger_acts.hold(refused.key_subject, by=CLERK, now=now, reason="a court asks")
        assert acts.erase_due(after(now)) == 0
        ledger_acts.lift_hold(refused.key_subject, by=CLERK, now=now, reason="decided")
        assert acts.erase_due(after(now)) == 0
        assert acts.erase_due(after(now) + timedelta(days=2)) == 1

    def test_one_that_cannot_be_erased_does_not_hold_up_the_others(self, refused, now, monkeypatch, body):
        other = acts.submit(fill(now, keeper_name="韩梅").id, by=STRANGER, now=now)
        acts.fire(
            other.id, "withdraw", by=STRANGER, now=now, expected_version=1,
            scope=Scope("party", parties=frozenset({f"case:{other.id}"})),
        )  # fmt: skip
        real = ledger_acts.forget

        def forget(subject, **options):
            if subject == refused.key_subject:
                raise Refused("ledger.key_unfit", "the key is away")
            return real(subject, **options)

        monkeypatch.setattr(ledger_acts, "forget", forget)
        acts.tidy(after(now))
        assert [case.erased_at is None for case in Case.objects.order_by("number")] == [True, False]


class TestFiles:
    def test_the_files_go_by_a_job_that_is_tried_again(self, refused, now, monkeypatch):
        upload = refused.uploads.get()
        erase(refused, after(now))
        assert files.path_of(upload.pk).exists()
        real = files.erase

        def fail(_):
            raise OSError("the disk is away")

        monkeypatch.setattr(files, "erase", fail)
        jobs.run_due(acts.HANDLERS, after(now), 20)
        assert files.path_of(upload.pk).exists()
        monkeypatch.setattr(files, "erase", real)
        jobs.run_due(acts.HANDLERS, after(now, hours=1), 20)
        assert not files.path_of(upload.pk).exists()

    def test_messages_that_were_written_as_files_go_along(self, refused, now, settings, tmp_path):
        settings.EMAIL_BACKEND = "amur.procedures.mailed.OneFileEach"
        settings.EMAIL_FILE_PATH = tmp_path / "mail"
        jobs.run_due(acts.HANDLERS, now, 20)
        assert len(list((tmp_path / "mail").iterdir())) == 2
        (tmp_path / "mail" / "other").write_text("Message-ID: <other>")
        erase(refused, after(now))
        jobs.run_due(acts.HANDLERS, after(now), 20)
        assert [path.name for path in (tmp_path / "mail").iterdir()] == ["other"]

    def test_a_notice_that_waits_is_not_sent_any_more(self, refused, now, mailoutbox):
        erase(refused, after(now))
        jobs.run_due(acts.HANDLERS, after(now), 20)
        assert mailoutbox == []


def sealed_entry(subject, kind="subject.forgotten"):
    ledger_acts.seal(timezone_now())
    return next(
        entry for entry in ledger.sealed_after(SYSTEM, -1, 1000) if entry.subject == subject and entry.kind == kind
    )


def timezone_now():
    return Entry.objects.order_by("-recorded_at").first().recorded_at


def test_what_was_forgotten_elsewhere_is_cleared_away(refused, now):
    """As after a restored backup, where the ledger alone forgets."""
    ledger_acts.forget(refused.key_subject, by=CLERK, now=now, reason="again")
    entry = sealed_entry(refused.key_subject)
    for _ in range(2):
        acts.hear_of_forgetting(entry, now)
    case = Case.objects.get()
    assert (case.erased_at, "email" in case.data) == (now, False)
    acts.hear_of_forgetting(sealed_entry(refused.key_subject, "case.refuse"), now)


def test_one_forgotten_value_leaves_the_rest_of_the_case(refused, now):
    ledger_acts.forget(refused.key_subject, by=CLERK, now=now, reason="again", parts=["keeper_name"])
    acts.hear_of_forgetting(sealed_entry(refused.key_subject), now)
    assert Case.objects.get().erased_at is None


class TestWhatWasWrittenBefore:
    """Rows of a version that did not seal yet."""

    @pytest.fixture
    def plain(self, refused):
        with connection.cursor() as cursor:
            data = json.dumps(refused.data | {"keeper_name": "李雷", "email": "keeper@example.org"})
            cursor.execute("UPDATE procedures_case SET data = %s", [data])
            cursor.execute("UPDATE procedures_caseevent SET reason = %s", ["plain reason"])
            cursor.execute("UPDATE procedures_upload SET name = %s", ["plan.pdf"])
        files.path_of(refused.uploads.get().pk).write_bytes(PDF)
        return Case.objects.get()

    def test_they_are_read_as_they_are(self, plain):
        assert (plain.data["keeper_name"], plain.data["email"]) == ("李雷", "keeper@example.org")
        assert CaseEvent.objects.first().reason == "plain reason"
        upload, file = reads.upload(SYSTEM, plain.uploads.get().pk)
        assert (upload.name, file.read()) == ("plan.pdf", PDF)

    def test_they_are_sealed_when_they_are_next_saved(self, plain):
        assert plain.data
        plain.save()
        with connection.cursor() as cursor:
            cursor.execute("SELECT data FROM procedures_case")
            assert "李雷" not in str(cursor.fetchone()[0])

    def test_they_are_erased_with_what_the_ledger_holds_in_plain_words(self, plain, now):
        from django.db import transaction

        with transaction.atomic():
            old = ledger_acts.record(
                subject=plain.key_subject, kind="case.form_kept", by=CLERK, now=now, body={"form": {"email": "a@b.c"}}
            )
        erase(plain, after(now))
        old.content.refresh_from_db()
        assert old.content.body is None
        assert "email" not in Case.objects.get().data
        assert CaseEvent.objects.first().reason == ""
        ledger_acts.seal(after(now))
        assert ledger.verify_stored().holds

    def test_they_follow_a_subject_that_was_forgotten_elsewhere(self, plain, now):
        from django.db import transaction

        with transaction.atomic():
            old = ledger_acts.record(
                subject=plain.key_subject, kind="case.form_kept", by=CLERK, now=now, body={"form": {"email": "a@b.c"}}
            )
        ledger_acts.forget(plain.key_subject, by=CLERK, now=now, reason="again")
        acts.hear_of_forgetting(sealed_entry(plain.key_subject), now)
        old.content.refresh_from_db()
        assert old.content.body is None

    def test_they_are_sealed_all_at_once_by_the_command(self, plain):
        found = acts.seal_what_is_plain()
        assert (found["Case"], found["CaseEvent"], found["Upload"]) == (1, 3, 1)
        assert set(acts.seal_what_is_plain().values()) == {0}
        with connection.cursor() as cursor:
            for table, column in (("case", "data"), ("caseevent", "reason"), ("upload", "name")):
                cursor.execute(f"SELECT {column} FROM procedures_{table}")
                stored = str(cursor.fetchall())
                assert not [word for word in ("李雷", "plain reason", "plan.pdf") if word in stored]
        assert Case.objects.get().data["keeper_name"] == "李雷"


class TestNoPathKeepsAPlainValue:
    def test_a_query_that_knows_no_row_is_refused(self, refused):
        for model, change in (
            (Case, {"data": {"email": "a@b.c"}}),
            (CaseEvent, {"reason": "x"}),
            (Draft, {"raw": {"a": "b"}}),
            (Notice, {"body": "x"}),
            (Delivery, {"address": "a@b.c"}),
            (Upload, {"name": "x"}),
        ):
            with pytest.raises(TypeError, match="sealed for its row"):
                model.objects.update(**change)

    def test_rows_that_are_made_in_bulk_are_sealed(self, refused, now):
        Notice.objects.bulk_create(
            Notice(
                case=refused, version=9, subject="主题", body="正文", language="zh", template_hash="x",
                created_at=now, short="短",
            )
            for _ in range(2)
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SELECT subject, body, short FROM procedures_notice WHERE version = 9")
            assert all(value.startswith("sealed:1:") for row in cursor.fetchall() for value in row)
        assert {one.body for one in Notice.objects.filter(version=9)} == {"正文"}

    def test_a_query_for_values_gives_what_is_stored(self, refused):
        (data,) = Case.objects.values_list("data", flat=True)
        assert data["name"] == "移动灯一号"
        assert data["email"].startswith("sealed:1:")
        assert data["keeper_name"].startswith("sealed:1:keeper_name:")

    def test_a_value_that_is_read_later_is_opened_too(self, refused):
        event = CaseEvent.objects.defer("reason").get(event="refuse")
        assert event.reason == REASON
        assert Case.objects.defer("data").get().data["keeper_name"] == "李雷"


class TestReadingCostsLittle:
    def test_a_long_course_takes_one_query_for_its_keys(
        self, body, now, handler, decider, django_assert_max_num_queries
    ):
        sync(now, {("procedure", "licence"): body})
        case = handler.fire(acts.submit(fill(now, keeper_name="李雷").id, by=STRANGER, now=now), "accept", now)
        party = Scope("party", parties=frozenset({case.key_subject}))
        for number in range(4):
            case = handler.fire(case, "request_supplement", now, reason=f"what {number}")
            case = acts.fire(
                case.id, "answer", by=STRANGER, scope=party, now=now, expected_version=case.version,
                extra={"remark": "here"},
            )  # fmt: skip
        reads.timeline(SYSTEM, case.id)
        with django_assert_max_num_queries(5):
            assert sum(bool(line.reason) for line in reads.timeline(SYSTEM, case.id)) == 4
        with django_assert_max_num_queries(3):
            assert all(one.body for one in reads.notices_of(SYSTEM, case.id))
