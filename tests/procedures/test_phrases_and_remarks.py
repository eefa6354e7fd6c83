"""Words that an official keeps, and remarks on a case: whose they are, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import PUBLIC, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, declared, reads
from amur.procedures.models import Case, Upload
from amur.procedures.phrases import acts as phrases
from amur.procedures.phrases.models import OwnPhrase
from amur.procedures.remarks.models import Remark
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.signing.samples import HARBOUR_BODY

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(now) -> Case:
    sync(now, {("procedure", "licence"): HARBOUR_BODY})
    return acts.submit(fill(now).id, by=STRANGER, now=now)


def keep(who, now, title="Safe", text="It is safe, {subject}.", **options):
    return acts.keep_phrase(title, text, by=who.by, scope=who.scope, now=now, **options)


def note(who, case, now, text="Look at the plan.", **options):
    return acts.remark(case.id, text, by=who.by, scope=who.scope, now=now, **options)


def test_phrases_of_the_pack_are_filled_for_the_case_and_ones_own_come_after(case, handler, decider, now):
    keep(handler, now)
    keep(decider, now, title="Not mine")
    definition = declared.pinned(case.declaration_hash)
    found = reads.phrases_for(handler.scope, case, definition, language="en")
    assert [(one.title, one.text, one.is_own) for one in found] == [
        ("It is safe", "移动灯一号安全。", False),
        ("Safe", "It is safe, 移动灯一号.", True),
    ]
    found = reads.phrases_for(decider.scope, case, definition, language="zh-hans", event="refuse")
    assert [one.id for one in found][:2] == ["safe", "no"]


@pytest.mark.both
def test_a_phrase_is_kept_once_and_its_key_goes_with_it(handler, decider, now):
    kept = keep(handler, now, key="a")
    assert keep(handler, now, key="a") == kept
    assert "safe" not in str(list(OwnPhrase.objects.values_list())).lower()
    assert acts.remove_phrase(kept.pk, by=decider.by, scope=decider.scope, now=now) is False
    assert acts.remove_phrase(kept.pk, by=handler.by, scope=handler.scope, now=now) is True
    assert acts.remove_phrase(kept.pk, by=handler.by, scope=handler.scope, now=now) is False
    assert reads.own_phrases(handler.scope) == ()
    assert ledger.is_forgotten(f"phrase:{kept.pk}")


def test_a_phrase_has_a_name_and_words_and_there_are_not_too_many(handler, now, monkeypatch):
    with pytest.raises(Invalid) as error:
        keep(handler, now, title="", text="")
    assert set(error.value.fields) == {"title", "text"}
    monkeypatch.setattr(phrases, "MOST", 0)
    with pytest.raises(Refused) as error:
        keep(handler, now)
    assert error.value.code == "too_many_phrases"


def test_only_officials_keep_phrases(now):
    assert reads.own_phrases(PUBLIC) == ()
    with pytest.raises(Refused):
        acts.keep_phrase("A", "B", by=STRANGER, scope=Scope("party", "7"), now=now)


@pytest.mark.both
def test_a_remark_stands_on_a_case_or_on_a_page_of_its_file(case, handler, now):
    upload = Upload.objects.get(case=case)
    first = note(handler, case, now, key="a")
    assert note(handler, case, now, key="a") == first
    second = note(handler, case, now + timedelta(seconds=1), "Too dark.", about=str(upload.pk), page=2)
    found = reads.remarks(handler.scope, case.id)
    assert [(one.text, one.upload, one.page, one.role) for one in found] == [
        ("Look at the plan.", None, None, "handler"),
        ("Too dark.", upload, 2, "handler"),
    ]
    assert second.entry_hash != first.entry_hash


def test_a_remark_is_struck_through_by_whoever_made_it_and_stays(case, handler, now):
    chief = type(handler)("22", "chief")
    made = note(handler, case, now)
    with pytest.raises(Refused):
        acts.strike_remark(made.pk, by=chief.by, scope=chief.scope, now=now)
    acts.strike_remark(made.pk, by=handler.by, scope=handler.scope, now=now)
    acts.strike_remark(made.pk, by=handler.by, scope=handler.scope, now=now)
    found = reads.remarks(chief.scope, case.id)[0]
    assert (found.struck_at, found.text) == (now, "Look at the plan.")
    kinds = [entry.kind for entry in ledger.entries_of(handler.scope, case.key_subject)]
    assert kinds.count("remark.struck") == 1


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"text": " "}, Invalid),
        ({"page": 0}, Invalid),
        ({"about": "2026-XX-00001"}, NotFound),
        ({"about": "00000000-0000-4000-8000-000000000000"}, NotFound),
    ],
)
def test_a_remark_says_something_about_something_that_is_there(options, fault, case, handler, now):
    with pytest.raises(fault):
        note(handler, case, now, **options)


def test_others_make_no_remarks_and_strike_none(case, handler, now):
    made = note(handler, case, now)
    stranger = type(handler)("77", "handler", "elsewhere")
    with pytest.raises(NotFound):
        note(stranger, case, now)
    with pytest.raises(NotFound):
        acts.strike_remark(made.pk, by=stranger.by, scope=stranger.scope, now=now)
    with pytest.raises(NotFound):
        acts.strike_remark(case.pk, by=handler.by, scope=handler.scope, now=now)
    Case.objects.filter(pk=case.pk).update(erased_at=now)
    with pytest.raises(Refused):
        note(handler, case, now)
    assert Remark.objects.count() == 1
