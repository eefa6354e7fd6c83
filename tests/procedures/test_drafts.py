from __future__ import annotations

import copy
import uuid
from contextlib import suppress
from datetime import timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor, Scope
from amur.base.faults import Conflict, Invalid, NotFound
from amur.procedures import acts, files, reads
from amur.procedures.models import Draft, Upload
from tests.procedures.pack import FORM, STRANGER, fill, sync
from tests.procedures.samples import LICENCE_BODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]
ACCOUNT = Actor("acc-1", client="portal")


@pytest.fixture
def draft(pack, now):
    return acts.open_draft("licence", by=STRANGER, now=now)


def save(draft, now, step="lantern", version=None, by=STRANGER, **raw):
    return acts.save_step(draft.id, step, FORM | raw, version=version or draft.version, by=by, now=now)


def test_a_page_is_kept_as_typed_and_as_parsed(draft, now):
    saved = save(draft, now)
    assert saved.raw["watts"] == "１２"
    assert saved.data == {
        "name": "移动灯一号",
        "colour": "red",
        "region": "230102",
        "lit_on": "2026-04-01",
        "watts": 12,
    }
    assert saved.version == 2


def test_only_the_fields_of_the_page_are_saved(draft, now):
    save(draft, now, number="not of this page", evil="x")
    assert set(Draft.objects.get().raw) == {"name", "colour", "region", "lit_on", "watts"}


def test_faults_are_named_field_by_field_and_what_was_entered_is_kept(draft, now):
    with pytest.raises(Invalid) as error:
        save(draft, now, name="", colour="green", watts="0", lit_on="昨天")
    codes = {name: code for name, (code, _) in error.value.fields.items()}
    assert codes == {"name": "required", "colour": "not_in_list", "watts": "too_small", "lit_on": "not_a_date"}
    kept = Draft.objects.get()
    assert (kept.raw["colour"], kept.raw["lit_on"], kept.version) == ("green", "昨天", 2)
    assert kept.data == {"region": "230102"}


def test_what_was_right_and_is_now_wrong_is_no_longer_a_value(draft, now):
    saved = save(draft, now)
    with pytest.raises(Invalid):
        save(saved, now, watts="-1")
    assert "watts" not in Draft.objects.get().data


@pytest.mark.parametrize(
    "hostile", ["a\x00b", "a\ud800b", "\udfff", "<script>alert(1)</script>", "x" * 50_000, "\u202etxt"]
)
def test_hostile_input_is_kept_or_replaced_and_never_an_error_of_the_server(draft, now, hostile):
    with suppress(Invalid):
        save(draft, now, name=hostile)
    kept = Draft.objects.get()
    assert kept.raw["name"].replace("\u202e", "").isprintable()
    assert kept.data.get("name", hostile) == hostile, "a value is what was typed, or there is none"
    assert kept.raw["colour"] == "red"


def test_a_double_click_on_save_is_one_save(draft, now):
    first = save(draft, now)
    second = save(draft, now, version=draft.version)
    assert second.version == first.version == 2


def test_two_tabs_the_second_is_told_and_the_first_is_kept(draft, now):
    save(draft, now, name="第一")
    with pytest.raises(Conflict) as error:
        save(draft, now, version=1, name="第二")
    assert (error.value.code, error.value.details) == ("stale_version", {"version": 2})
    assert Draft.objects.get().raw["name"] == "第一"


def test_a_form_that_changed_is_taken_up_with_what_was_entered(draft, now):
    saved = save(draft, now)
    body = copy.deepcopy(LICENCE_BODY)
    fields = body["pages"][0]["fields"]
    del fields[4]
    fields[0]["max_length"] = 3
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    with pytest.raises(Conflict) as error:
        save(saved, now, step="keeper")
    assert (error.value.code, error.value.details["version"]) == ("form_changed", 4)
    taken = Draft.objects.get()
    assert taken.raw["number"] == FORM["number"], "what was entered just now is kept too"
    assert taken.raw["name"] == FORM["name"]
    assert "watts" not in taken.raw
    assert "name" not in taken.data, "it no longer fits and must be looked at again"
    assert save(taken, now, step="keeper").version == 5


def test_an_expired_draft_is_said_to_be_one(draft, now):
    later = now + timedelta(days=30)
    for attempt in (
        lambda: save(draft, later),
        lambda: acts.submit(draft.id, by=STRANGER, now=later),
        lambda: acts.attach(draft.id, "plan", [b"%PDF-1"], "a", by=STRANGER, now=later),
        lambda: acts.remove_upload(draft.id, uuid.uuid4(), by=STRANGER, now=later),
    ):
        with pytest.raises(Conflict) as error:
            attempt()
        assert error.value.code == "draft_expired"


def test_what_does_not_exist_is_not_found(draft, now):
    with pytest.raises(NotFound):
        acts.open_draft("ship", by=STRANGER, now=now)
    with pytest.raises(NotFound):
        save(draft, now, step="cargo")
    with pytest.raises(NotFound):
        acts.save_step(uuid.uuid4(), "lantern", {}, version=1, by=STRANGER, now=now)
    with pytest.raises(NotFound):
        acts.submit(uuid.uuid4(), by=STRANGER, now=now)


def test_the_draft_of_an_account_is_for_this_account_alone(pack, now):
    own = acts.open_draft("licence", by=ACCOUNT, now=now, account_id="acc-1")
    for attempt in (
        lambda: save(own, now),
        lambda: acts.submit(own.id, by=STRANGER, now=now),
        lambda: acts.attach(own.id, "plan", [b"%PDF-1"], "a", by=STRANGER, now=now),
        lambda: reads.draft_of(PUBLIC, own.id),
        lambda: reads.draft_of(Scope("party", "acc-2"), own.id),
        lambda: acts.open_draft("licence", by=STRANGER, now=now, account_id="acc-1"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert save(own, now, by=ACCOUNT).version == 2
    assert reads.draft_of(Scope("party", "acc-1"), own.id)[0].pk == own.pk
    assert reads.draft_of(SYSTEM, own.id)[1].id == "licence"


def test_a_draft_without_an_account_is_opened_by_its_id(draft):
    assert reads.draft_of(PUBLIC, draft.id)[0].pk == draft.pk
    with pytest.raises(NotFound):
        reads.draft_of(PUBLIC, uuid.uuid4())


def test_expired_drafts_are_forgotten_with_their_files_and_submitted_ones_are_not(pack, now):
    lost, kept = fill(now), fill(now)
    acts.submit(kept.id, by=STRANGER, now=now)
    paths = {draft.pk: files.path_of(uuid.UUID(draft.raw["plan"])) for draft in (lost, kept)}
    assert acts.forget_expired(now + timedelta(days=29)) == 0
    assert acts.forget_expired(now + timedelta(days=31)) == 1
    assert [draft.pk for draft in Draft.objects.all()] == [kept.pk]
    assert not paths[lost.pk].exists()
    assert paths[kept.pk].exists()
    assert Upload.objects.count() == 1


def test_services_are_those_of_the_active_pack():
    assert [service.id for service in reads.services()] == ["licence"]
    assert reads.service("licence").series == "LAN"
