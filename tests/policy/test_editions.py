"""A crosswalk between two editions: proposed, decided by a person, in effect once, with re-checks that are closed once."""

import pytest
from django.db import transaction

from amur.base.acting import PUBLIC, SYSTEM, Grant, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.policy import acts
from amur.policy.editions import reads
from amur.policy.editions.models import CrosswalkRow, Recheck
from tests.policy.two_editions import BY, HARBOUR, NEW, OFFICE, OLD, items, take_in, two

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def said(now, scope=OFFICE, **more):
    return {"by": BY, "scope": scope, "now": now} | more


def propose(now, **more):
    old, new = two(now, **more)
    return acts.propose_crosswalk(old, new, **said(now))[0]


def rows_of(crosswalk):
    here, there = (reads.refs(edition) for edition in (crosswalk.old, crosswalk.new))
    return {
        (" ".join(here[n] for n in row.old), " ".join(there[n] for n in row.new)): row for row in reads.rows(crosswalk)
    }


def sides(row):
    return tuple(row.old), tuple(row.new)


def confirm_all(crosswalk, now):
    acts.confirm_rows(crosswalk.pk, [sides(row) for row in reads.rows(crosswalk)], **said(now))
    crosswalk.refresh_from_db()


def in_effect(now, **more):
    crosswalk = propose(now, **more)
    confirm_all(crosswalk, now)
    return acts.put_into_effect(crosswalk.pk, version=crosswalk.version, **said(now))


def kinds_in(subject):
    return [entry.kind for entry in ledger.entries_of(SYSTEM, subject)]


def test_what_became_of_each_passage_is_proposed_once(now):
    crosswalk = propose(now)
    found = {refs: row.kind for refs, row in rows_of(crosswalk).items()}
    assert found == {
        ("P1", "P1"): "same",
        ("1", "1"): "same",
        ("1.1", "1.1"): "amended",
        ("", "2"): "new",
        ("1.2", "2.1"): "renumbered",
        ("2", "3"): "renumbered",
        ("2(1)", "3(1)"): "amended",
        ("2(2)", "3(2)"): "renumbered",
        ("P2", "P2"): "same",
        ("3", "4"): "renumbered",
        ("3.1", "4.1"): "renumbered",
        ("3.2", ""): "repealed",
        ("", "4.2"): "new",
    }
    again, is_new = acts.propose_crosswalk(crosswalk.old, crosswalk.new, **said(now))
    assert (again, is_new, kinds_in(crosswalk.subject)) == (crosswalk, False, ["crosswalk.proposed"])
    assert str(next(iter(reads.rows(crosswalk)))).startswith("same")
    assert crosswalk.old.sha256[:12] in str(crosswalk)


def test_a_draft_is_seen_by_officials_only_and_what_took_effect_by_everybody(now):
    crosswalk = propose(now)
    with pytest.raises(NotFound):
        reads.crosswalk(PUBLIC, crosswalk.pk)
    assert reads.crosswalk(HARBOUR, crosswalk.pk) == crosswalk
    assert reads.undecided() == {crosswalk.pk: 13}
    assert reads.between(PUBLIC, crosswalk.old, crosswalk.new) is None
    confirm_all(crosswalk, now)
    acts.put_into_effect(crosswalk.pk, version=crosswalk.version, **said(now))
    assert reads.between(PUBLIC, crosswalk.old, crosswalk.new) == crosswalk
    assert reads.undecided() == {}


@pytest.mark.parametrize(
    "scope", [PUBLIC, HARBOUR, Scope("office", "a", grants=(Grant("coordinator", "harbour_watch"),))]
)
def test_only_the_office_that_the_pack_names_decides(now, scope):
    crosswalk = propose(now)
    for refused in (
        lambda: acts.propose_crosswalk(crosswalk.old, crosswalk.new, **said(now, scope)),
        lambda: acts.confirm_rows(crosswalk.pk, [], **said(now, scope)),
        lambda: acts.correct_row(crosswalk.pk, [3], [], **said(now, scope)),
        lambda: acts.put_into_effect(crosswalk.pk, version=1, **said(now, scope)),
    ):
        with pytest.raises(Refused, match="the role 'coordinator'"):
            refused()


def test_without_an_office_nobody_decides(now):
    with pytest.raises(Refused, match="names no office"):
        propose(now, editions=False)


def test_rows_are_confirmed_as_they_were_seen_and_twice_is_once(now):
    crosswalk = propose(now)
    row = rows_of(crosswalk)["1.1", "1.1"]
    assert acts.confirm_rows(crosswalk.pk, [sides(row), sides(row)], **said(now, key="k")) == 1
    assert acts.confirm_rows(crosswalk.pk, [sides(row)], **said(now, key="k")) == 0
    crosswalk.refresh_from_db()
    assert (crosswalk.version, kinds_in(crosswalk.subject)[1:]) == (2, ["crosswalk.confirmed"])
    acts.correct_row(crosswalk.pk, row.old, [], **said(now))
    with pytest.raises(Conflict, match="corrected meanwhile"):
        acts.confirm_rows(crosswalk.pk, [sides(row)], **said(now))


def test_a_correction_is_decided_by_itself_and_what_loses_its_counterpart_waits(now):
    crosswalk = propose(now)
    confirm_all(crosswalk, now)
    repealed, new = rows_of(crosswalk)["3.2", ""], rows_of(crosswalk)["", "4.2"]
    acts.correct_row(crosswalk.pk, repealed.old, new.new, **said(now))
    joined = rows_of(crosswalk)["3.2", "4.2"]
    assert (joined.kind, joined.corrected, joined.decided_by) == ("amended", True, BY.actor_id)
    assert not CrosswalkRow.objects.filter(decided_at=None).exists()
    apart = acts.correct_row(crosswalk.pk, repealed.old, [], **said(now))
    assert [row.decided_at is None for row in (rows_of(apart)["3.2", ""], rows_of(apart)["", "4.2"])] == [False, True]
    version = apart.version
    assert acts.correct_row(crosswalk.pk, repealed.old, [], **said(now)).version == version
    acts.correct_row(crosswalk.pk, [], new.new, **said(now))
    assert not rows_of(crosswalk)["", "4.2"].corrected
    entries = ledger.entries_of(SYSTEM, crosswalk.subject)
    assert [entry.kind for entry in entries] == ["crosswalk.proposed", "crosswalk.confirmed"] + 3 * [
        "crosswalk.corrected"
    ]


def test_a_correction_that_makes_no_sense_is_refused(now):
    crosswalk = propose(now)
    found = rows_of(crosswalk)
    title, paragraph = found["1", "1"].old[0], found["1.1", "1.1"].old[0]
    for olds, news, code in (
        ([], [], "uneven"),
        ([paragraph, paragraph + 1], [3, 4], "uneven"),
        ([999], [], "unknown_passage"),
        ([title], found["1.1", "1.1"].new, "title_and_text"),
    ):
        with pytest.raises(Invalid) as refused:
            acts.correct_row(crosswalk.pk, olds, news, **said(now))
        assert [fault for fault, _ in refused.value.fields.values()] == [code]
    with pytest.raises(Invalid):
        acts.propose_crosswalk(crosswalk.old, crosswalk.old, **said(now))
    with pytest.raises(Invalid):
        acts.confirm_rows(crosswalk.pk, [], **said(now, key="k" * 201))
    with pytest.raises(NotFound):
        acts.confirm_rows("00000000-0000-4000-8000-000000000000", [], **said(now))


def test_nothing_takes_effect_before_each_row_is_decided_and_seen(now):
    crosswalk = propose(now)
    with pytest.raises(Refused, match="13 rows are not decided"):
        acts.put_into_effect(crosswalk.pk, version=1, **said(now))
    confirm_all(crosswalk, now)
    with pytest.raises(Conflict, match="changed meanwhile"):
        acts.put_into_effect(crosswalk.pk, version=1, **said(now))
    assert not Recheck.objects.exists()
    effective = acts.put_into_effect(crosswalk.pk, version=2, **said(now))
    assert acts.put_into_effect(crosswalk.pk, version=1, **said(now)) == effective
    assert Recheck.objects.count() == 4
    assert kinds_in(crosswalk.subject)[-1:] == ["crosswalk.in_effect"]
    for late in (
        lambda: acts.correct_row(crosswalk.pk, [3], [], **said(now)),
        lambda: acts.confirm_rows(crosswalk.pk, [], **said(now)),
    ):
        with pytest.raises(Conflict, match="in effect"):
            late()


def test_each_commitment_that_is_touched_is_looked_at_again_with_its_carriers_and_by_a_day(now):
    in_effect(now)
    found = {one.commitment: one for one in reads.rechecks(PUBLIC)}
    assert {name: (one.how, one.own_words) for name, one in found.items()} == {
        "1.1": ("amended", False),
        "1.2": ("amended", True),
        "2.1": ("amended", True),
        "3.2": ("repealed", True),
    }
    assert found["1.1"].carriers == [{"kind": "register", "id": "lamps", "file": "01-lamps/lamps.register.yaml"}]
    assert found["1.1"].due_on > now.date()
    assert kinds_in(found["1.1"].subject) == ["recheck.opened"]
    assert list(reads.open_by_commitment(PUBLIC)) == ["1.1", "1.2", "2.1", "3.2"]


def test_what_only_moved_is_told_and_opens_nothing(now):
    crosswalk = propose(now)
    found = reads.touched(crosswalk.old, crosswalk.new, reads.as_rows(reads.rows(crosswalk)))
    assert [one.commitment.id for one in found if one.touch.is_moved_only] == ["1.3", "3.1"]
    assert [one.carriers[0].file for one in found if one.carriers] == 2 * ["01-lamps/lamps.register.yaml"]


def test_a_pack_that_knows_the_new_edition_is_touched_where_that_differs(now):
    crosswalk = propose(now, known=NEW)
    found = reads.touched(crosswalk.old, crosswalk.new, reads.as_rows(reads.rows(crosswalk)))
    assert [(one.commitment.id, one.touch.how) for one in found][:2] == [("1.1", "amended"), ("1.2", "amended")]


def test_a_pack_that_knows_no_hash_is_about_the_text_of_its_title_clause_by_clause(now):
    crosswalk = propose(now, known="")
    rows = reads.as_rows(reads.rows(crosswalk))
    found = reads.touched(crosswalk.old, crosswalk.new, rows)
    assert {one.commitment.id for one in found} == {"1.1", "1.2", "1.3", "2.1", "3.1", "3.2"}
    with transaction.atomic():
        acts.sync_release("isle", "1.0.0", items(title="另一件事"), by=BY, now=now)
    assert reads.touched(crosswalk.old, crosswalk.new, rows) == ()


def test_commitments_are_followed_through_the_editions_between(now):
    first = in_effect(now)
    third = take_in(NEW.replace("每年数两次灯", "每月数两次灯"), now)
    crosswalk, _ = acts.propose_crosswalk(first.new, third, **said(now))
    rows = reads.as_rows(reads.rows(crosswalk))
    assert [(one.commitment.id, one.touch.how) for one in reads.touched(first.new, third, rows)] == [
        ("2.1", "amended"),
        ("3.2", "repealed"),
    ]
    other = take_in(OLD.replace("灯屿", "船屿"), now)
    assert reads.touched(other, third, []) == ()


def test_a_recheck_is_closed_once_by_a_body_that_answers_for_it(now):
    in_effect(now)
    found = {one.commitment: one for one in reads.rechecks(PUBLIC)}
    with pytest.raises(Refused):
        acts.close_recheck(found["1.2"].pk, "holds", "看过", **said(now, HARBOUR))
    closed = acts.close_recheck(found["3.2"].pk, "no_duty", " 鸣笛  一句删了 ", **said(now, HARBOUR, key="k"))
    assert (closed.remark, closed.closed_at, str(closed)) == ("鸣笛 一句删了", now, "3.2 no_duty")
    assert acts.close_recheck(found["3.2"].pk, "no_duty", "鸣笛 一句删了", **said(now, OFFICE)) == closed
    with pytest.raises(Conflict, match="closed before"):
        acts.close_recheck(found["3.2"].pk, "holds", "又看了", **said(now, OFFICE))
    assert kinds_in(closed.subject) == ["recheck.opened", "recheck.closed"]
    assert [one.commitment for one in reads.rechecks(PUBLIC, only_open=True)] == ["1.1", "1.2", "2.1"]
    with pytest.raises(NotFound):
        acts.close_recheck("00000000-0000-4000-8000-000000000000", "holds", "看过", **said(now))
    for verdict, remark, field in (
        ("fine", "看过", "verdict"),
        ("holds", " ", "remark"),
        ("holds", "长" * 1001, "remark"),
    ):
        with pytest.raises(Invalid) as refused:
            acts.close_recheck(found["1.1"].pk, verdict, remark, **said(now))
        assert list(refused.value.fields) == [field]


def test_editions_are_listed_and_found_by_the_beginning_of_their_hash(now):
    old, new = two(now)
    assert {one.sha256: reads.paragraphs()[one.pk] for one in reads.editions(PUBLIC)} == {old.sha256: 4, new.sha256: 4}
    assert reads.edition(PUBLIC, new.sha256[:8]) == new
    assert reads.edition(PUBLIC, "current") == old
    for reference in ("", "zz"):
        with pytest.raises(NotFound, match="amur policy editions"):
            reads.edition(PUBLIC, reference)
    with pytest.raises(NotFound):
        reads.recheck(PUBLIC, "00000000-0000-4000-8000-000000000000")


def test_before_the_first_sync_there_is_no_office_and_nothing_is_touched(now):
    old, new = take_in(OLD, now), take_in(NEW, now)
    assert (reads.office(), reads.touched(old, new, [])) == (None, ())
