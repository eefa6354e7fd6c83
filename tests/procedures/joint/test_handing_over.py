"""Hand-over of a case (P17): a signed pack that anybody verifies, offered by one body and confirmed by the other."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from amur.base.acting import Actor, Grant, Scope, system
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.config.worker import HANDLERS
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.ledger.models import Entry
from amur.people.reads import day_of
from amur.procedures import acts, files, reads
from amur.procedures.facts import party_by_code
from amur.procedures.joint.acts import lapse_hand_over
from amur.procedures.joint.models import HandOver
from amur.procedures.models import Case, Upload
from tests.procedures.conftest import Officer
from tests.procedures.joint.samples import JOINT_BODY
from tests.procedures.pack import FORM

pytestmark = pytest.mark.django_db


def offer(case, officer, now, to="police", **more):
    more = {"expected_version": case.version} | more
    return acts.offer_case(case.id, to, by=officer.by, scope=officer.scope, now=now, **more)


def confirm(row, officer, now, manifest=None, **more):
    hashed = row.manifest_hash if manifest is None else manifest
    return acts.confirm_hand_over(row.pk, hashed, by=officer.by, scope=officer.scope, now=now, **more)


def opened_pack(officer, row) -> zipfile.ZipFile:
    _, stream = reads.pack(officer.scope, row.pk)
    with stream:
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def rehash(archive: zipfile.ZipFile, listing: str) -> set[str]:
    """Hash again what a manifest lists, as a stranger does who knows no Amur; return the paths."""
    paths = set()
    for line in archive.read(listing).decode().splitlines():
        found, path = line.split(maxsplit=1)
        assert hashlib.sha256(archive.read(path)).hexdigest() == found, path
        paths.add(path)
    return paths


def test_the_pack_is_a_bag_that_a_stranger_hashes_again_and_whose_signature_holds(opened, head, receiver, now, pdf):
    case = opened()
    ledger_acts.seal(now)
    archive = opened_pack(receiver, offer(case, head, now))
    payload = rehash(archive, "manifest-sha256.txt")
    assert payload == {name for name in archive.namelist() if name.startswith("data/")}
    assert rehash(archive, "tagmanifest-sha256.txt") == {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"}
    assert archive.read("bagit.txt").decode().splitlines()[0] == "BagIt-Version: 1.0"
    signed = json.loads(archive.read("signature.json"))
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed["public_key"]))
    public.verify(bytes.fromhex(signed["signature"]), signed["body"].encode())
    said = json.loads(signed["body"])
    assert said["sha256"] == hashlib.sha256(archive.read("tagmanifest-sha256.txt")).hexdigest()
    assert (said["from"], said["to"], said["number"]) == ("bureau", "police", case.number)
    plan = Upload.objects.get(case=case, field="plan")
    assert archive.read(f"data/files/{plan.pk}") == pdf
    told = json.loads(archive.read("data/case.json"))
    assert (told["form"]["name"], told["form"]["email"]) == (FORM["name"], FORM["email"])
    assert [one["event"] for one in told["events"]] == ["submitted", "accept"]


def test_the_pack_brings_a_proof_of_each_entry(opened, head, receiver, now, tmp_path):
    case = opened()
    ledger_acts.seal(now)
    archive = opened_pack(receiver, offer(case, head, now))
    proofs = [json.loads(archive.read(name)) for name in archive.namelist() if "/ledger/" in name]
    assert len(proofs) == Entry.objects.filter(subject=case.key_subject).count() - 1  # the offer itself came after it
    assert all(one["format"] == "amur-receipt/1" for one in proofs)
    assert {json.loads(one["header"])["kind"] for one in proofs} >= {"case.submitted", "case.accept"}
    assert verified(tmp_path, archive) == (0, f"receipts {len(proofs)} of {len(proofs)} entries")


def verified(folder: Path, archive: zipfile.ZipFile, **changed: bytes) -> tuple[int, str]:
    """Give a pack to the program that strangers use; return its exit code and what it says of receipts."""
    path = folder / "pack.zip"
    with zipfile.ZipFile(path, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, changed.get(Path(name).stem, archive.read(name)))
    tool = Path(__file__).resolve().parents[3] / "tools" / "verify_pack.py"
    done = subprocess.run([sys.executable, tool, path], check=False, capture_output=True, text=True)
    return done.returncode, next((line for line in done.stdout.splitlines() if line.startswith("receipts")), "")


@pytest.mark.parametrize("changed", ["case", "bag-info", "manifest-sha256", "signature"])
def test_a_pack_of_which_anything_was_changed_is_found_out(opened, head, receiver, now, tmp_path, changed):  # noqa: PLR0917 -- four of them are bodies and a place
    archive = opened_pack(receiver, offer(opened(), head, now))
    assert verified(tmp_path, archive)[0] == 0
    assert verified(tmp_path, archive, **{changed: b"{}"})[0] in {1, 2}


def test_both_sides_have_the_manifest_in_the_ledger_and_the_case_is_the_receivers(opened, head, receiver, handler, now):
    case = opened()
    row = offer(case, head, now)
    assert (row.state, row.due_on, row.version) == ("offered", date(2026, 3, 17), case.version)
    confirm(row, receiver, now + timedelta(hours=1))
    entries = Entry.objects.filter(subject=case.key_subject).order_by("sequence")
    told = {one.kind: json.loads(one.content.body) for one in entries}
    assert told["case.hand_over_offered"]["manifest"] == told["case.hand_over_confirmed"]["manifest"]
    assert told["case.hand_over_confirmed"]["offered"] == row.offered_entry
    assert Case.objects.get().body_id == "police"
    assert reads.case_for_desk(receiver.scope, case.number).number == case.number
    with pytest.raises(NotFound):
        reads.case_for_desk(handler.scope, case.number)
    assert receiver.fire(Case.objects.get(), "consult", now + timedelta(hours=2)).state == "consulting"
    party = Scope("party", parties=frozenset({party_by_code(case)}))
    assert [one.to_body for one in reads.responsible(party, case.id)] == ["police"]


def test_before_it_is_confirmed_the_receiver_reads_the_pack_and_not_the_case(opened, head, receiver, now):
    case = opened()
    row = offer(case, head, now)
    found = reads.offer(receiver.scope, row.pk, on=day_of(now))
    assert (found.takes, found.left) == (True, 5)
    assert {path for path, _, _ in found.listed} >= {"data/case.json", "data/declaration.json"}
    with pytest.raises(NotFound):
        reads.case_for_desk(receiver.scope, case.number)
    for body, role in (("bureau_of_the_south", "handler"), ("police", "investigator"), ("harbour", "handler")):
        stranger = Scope("office", "x", grants=(Grant(role, body, "230000"),))
        for look in (
            lambda scope=stranger: reads.offer(scope, row.pk, on=day_of(now)),
            lambda scope=stranger: reads.pack(scope, row.pk),
            lambda scope=stranger: acts.confirm_hand_over(
                row.pk, row.manifest_hash, by=receiver.by, scope=scope, now=now
            ),
        ):
            with pytest.raises(NotFound):
                look()
        assert not reads.offers_of(stranger, on=day_of(now))


def test_a_refusal_has_a_reason_and_leaves_the_case_where_it_was(opened, head, receiver, now):
    case = opened()
    row = offer(case, head, now)
    with pytest.raises(Invalid):
        acts.refuse_hand_over(row.pk, by=receiver.by, scope=receiver.scope, now=now, reason=" ")
    for _ in range(2):
        acts.refuse_hand_over(row.pk, by=receiver.by, scope=receiver.scope, now=now, reason="not in our waters")
    row.refresh_from_db()
    assert (row.state, row.reason, Case.objects.get().body_id) == ("refused", "not in our waters", "bureau")
    assert "not in our waters" not in "".join(one.content.body for one in Entry.objects.all())
    with pytest.raises(NotFound):
        reads.pack(receiver.scope, row.pk)
    with pytest.raises(Conflict):
        confirm(row, receiver, now)
    assert offer(case, head, now, "bureau_of_the_south").state == "offered"


def test_an_offer_of_a_case_that_moved_is_not_confirmed_and_gives_way_to_a_new_one(
    opened, head, handler, receiver, now
):
    case = opened()
    row = offer(case, head, now)
    with pytest.raises(Conflict, match="offered already"):
        offer(case, head, now, "bureau_of_the_south")
    case = handler.fire(case, "consult", now)
    assert reads.offer(receiver.scope, row.pk, on=day_of(now)).stale
    with pytest.raises(Conflict, match="moved since"):
        confirm(row, receiver, now)
    again = offer(case, head, now)
    row.refresh_from_db()
    assert (row.state, again.state) == ("withdrawn", "offered")
    assert confirm(again, receiver, now).state == "confirmed"


def test_nobody_confirms_what_they_did_not_check(opened, head, receiver, now):
    row = offer(opened(), head, now)
    with pytest.raises(Invalid):
        confirm(row, receiver, now, manifest="0" * 64)
    first = confirm(row, receiver, now)
    assert confirm(row, receiver, now + timedelta(days=1)).ended_at == first.ended_at


def test_an_offer_lapses_once_after_its_last_day(opened, head, receiver, now):
    row = offer(opened(), head, now)
    late = now + timedelta(days=8)
    with pytest.raises(Conflict, match="over"):
        confirm(row, receiver, late)
    jobs.run_due(HANDLERS, late, 100)
    assert lapse_hand_over(row.pk, by=system("joint"), now=late) is None
    assert HandOver.objects.get().state == "lapsed"
    assert Entry.objects.filter(kind="case.hand_over_lapsed").count() == 1


def test_an_offer_beyond_the_calendar_ends_for_nobody_and_is_looked_at_once_a_day(opened, head, now):
    at = now.replace(month=12, day=29)
    HandOver.objects.filter(pk=offer(opened(), head, now).pk).update(offered_at=at)
    late = at + timedelta(days=30)
    while jobs.run_due(HANDLERS, now + timedelta(days=20), 100):
        pass
    assert jobs.run_due(HANDLERS, late, 100) == 1
    assert jobs.run_due(HANDLERS, late + timedelta(hours=23), 100) == 0
    assert HandOver.objects.get().state == "offered"


def test_an_offer_is_taken_back_by_whoever_may_make_it(opened, head, handler, receiver, now):
    row = offer(opened(), head, now)
    with pytest.raises(Refused):
        acts.withdraw_hand_over(row.pk, by=handler.by, scope=handler.scope, now=now)
    with pytest.raises(NotFound):
        acts.withdraw_hand_over(row.pk, by=receiver.by, scope=receiver.scope, now=now)
    for _ in range(2):
        assert acts.withdraw_hand_over(row.pk, by=head.by, scope=head.scope, now=now).state == "withdrawn"


@pytest.mark.parametrize(("to", "fault"), [("harbour", Invalid), ("bureau", Invalid)])
def test_a_case_goes_to_no_body_that_does_not_take_it(opened, head, now, to, fault):
    case = opened()
    with pytest.raises(fault):
        offer(case, head, now, to)


def test_a_case_is_handed_over_by_the_named_role_in_the_named_states_from_the_page_as_it_is(
    opened, head, handler, decider, now
):
    case = opened()
    with pytest.raises(Refused, match="only head"):
        offer(case, handler, now)
    with pytest.raises(Conflict, match="moved"):
        offer(case, head, now, expected_version=case.version - 1)
    one = offer(case, head, now, key="k")
    assert offer(case, head, now, key="k").pk == one.pk
    acts.withdraw_hand_over(one.pk, by=head.by, scope=head.scope, now=now)
    case = decider.fire(case, "refuse", now, reason="no")
    with pytest.raises(Refused, match="over"):
        offer(case, head, now)


def test_a_state_that_is_not_named_and_a_procedure_without_joint_work_hand_nothing_over(opened, head, now):
    body = {"joint": {"hand_over": {**JOINT_BODY["hand_over"], "states": ["submitted"]}}}
    with pytest.raises(Refused, match="this state"):
        offer(opened(**body), head, now)


def test_a_procedure_without_a_hand_over_has_none(opened, handler, now):
    case = opened(joint={"parts": JOINT_BODY["parts"]})
    with pytest.raises(Refused, match="does not let"):
        offer(case, handler, now)


def test_the_pack_and_what_was_written_are_erased_with_the_case(opened, head, handler, receiver, now):
    case = opened()
    acts.ask_part(case.id, "traces", "police", by=handler.by, scope=handler.scope, now=now, text="words-of-the-lead")
    row = offer(case, head, now)
    acts.refuse_hand_over(row.pk, by=receiver.by, scope=receiver.scope, now=now, reason="words-of-the-police")
    Officer("22", "decider").fire(case, "refuse", now, reason="no")
    at = now.replace(year=now.year + 3) + timedelta(days=1)
    clerk = Scope("office", "33", grants=(Grant("eraser", "bureau", "230000"),))
    acts.erase_case_party(case.id, by=Actor("33", role="eraser"), scope=clerk, now=at, reason="over")
    row = HandOver.objects.get()
    assert (row.reason, row.manifest, row.case.asked_parts.get().asked) == ("", {}, "")
    with pytest.raises(NotFound, match="erased"):
        reads.pack(head.scope, row.pk)
    jobs.run_due(HANDLERS, at, 100)
    assert not files.path_of(row.upload_id).exists()
    ledger_acts.seal(at)
    assert ledger.verify_stored().holds
