"""A draw is committed to, waits for a later head, is held once by the machine, and can be withdrawn but not undone."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.draws import engine
from amur.procedures.draws.models import Draw
from tests.procedures.draws.samples import ELSEWHERE, KEEPER, OFFICE, commit, declare, enter, furnish, pass_on
from tests.procedures.draws.test_recompute_draw_tool import recompute

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.either]


def keys_of(draw, ids):
    return [draw.hidden[one][1] if one in draw.hidden else one for one in ids]


def test_a_commitment_holds_the_lists_as_they_are_and_hides_who_is_not_public(ready, now):
    draw = commit(now)
    made = draw.commitment
    assert (draw.number, draw.status) == ("2026-LOOK-00001", "committed")
    assert [(one["id"], one["stratum"]) for one in made["objects"]] == [
        *((f"L-{n}", 0) for n in range(4)),
        ("L-4", 1),
        ("L-5", 1),
    ]
    assert sorted(keys_of(draw, made["people"])) == ["B-1", "B-2", "B-3"]
    assert made["rule"] == {"take": [2, 1], "each": 1, "balance": True}
    pairs = {(thing, draw.hidden[person][1], rule) for thing, person, rule in made["conflicts"]}
    assert pairs == {("L-1", "B-1", 0), ("L-0", "B-2", 1), ("L-2", "B-2", 1), ("L-4", "B-2", 2), ("L-5", "B-2", 2)}
    for hidden, (salt, key) in draw.hidden.items():
        assert hashlib.sha256(bytes.fromhex(salt) + key.encode()).hexdigest() == hidden
    (entry,) = ledger.entries_of(SYSTEM, f"draw:{draw.pk}")
    assert entry.body["commitment"] == made
    assert "B-1" not in json.dumps(entry.body)


def test_the_machine_holds_it_with_the_first_head_after_the_one_that_holds_the_commitment(ready, now):
    draw = commit(now)
    pass_on(now)
    draw.refresh_from_db()
    kinds = [entry.kind for entry in ledger.entries_of(SYSTEM, f"draw:{draw.pk}")]
    assert kinds == ["draw.committed", "draw.awaited", "draw.held"]
    heads = [head.size for head in ledger.checkpoints()]
    first = next(size for size in heads if size > draw.sealed_index)
    assert draw.sealed_size == first
    assert draw.head_size == next(size for size in heads if size > first)
    root = next(head.root for head in ledger.checkpoints() if head.size == draw.head_size)
    assert draw.result == engine.draw(draw.commitment, root)
    assert draw.status == "held"


def test_it_waits_for_its_head_and_is_drawn_once(ready, now):
    draw = commit(now)
    with pytest.raises(Conflict, match="not sealed yet"):
        acts.hold_draw(draw.number, by=KEEPER, scope=OFFICE, now=now)
    pass_on(now, rounds=1)
    with pytest.raises(Conflict, match="not sealed yet"):
        acts.hold_draw(draw.number, by=KEEPER, scope=OFFICE, now=now)
    pass_on(now)
    draw.refresh_from_db()
    again = acts.hold_draw(draw.number, by=KEEPER, scope=OFFICE, now=now + timedelta(days=1))
    assert (again.result, again.held_at) == (draw.result, now)


def test_the_same_key_commits_to_nothing_more(ready, now):
    assert commit(now, key="once").pk == commit(now, key="once").pk
    commit(now, key="twice")
    assert [draw.number for draw in Draw.objects.order_by("number")] == ["2026-LOOK-00001", "2026-LOOK-00002"]


def test_what_changes_after_the_commitment_changes_nothing(ready, now):
    draw = commit(now)
    enter(now, "lanterns", "L-7", keeper="House 7", watts=40, quarter="230102")
    enter(now, "inspectors", "B-7", trained=True)
    declare(now, "1.2.0", people={"register": "inspectors", "each": 2})
    pass_on(now)
    draw.refresh_from_db()
    assert all(len(line["people"]) == 1 for line in draw.result["drawn"])
    assert draw.commitment == ledger.entries_of(SYSTEM, f"draw:{draw.pk}")[0].body["commitment"]


def test_a_withdrawn_draw_stays_with_its_reason_and_is_drawn_all_the_same(ready, now):
    draw = commit(now)
    acts.withdraw_draw(draw.number, by=KEEPER, scope=OFFICE, now=now, reason=" a wrong\nregister ")
    pass_on(now)
    draw.refresh_from_db()
    assert (draw.status, draw.withdrawn_reason) == ("withdrawn", "a wrong register")
    assert draw.result is not None
    assert reads.draws(PUBLIC).rows[0].row.status == "withdrawn"
    acts.withdraw_draw(draw.number, by=KEEPER, scope=OFFICE, now=now, reason="a wrong register")
    with pytest.raises(Conflict, match="withdrawn before"):
        acts.withdraw_draw(draw.number, by=KEEPER, scope=OFFICE, now=now, reason="another")
    kinds = [entry.kind for entry in ledger.entries_of(SYSTEM, f"draw:{draw.pk}")]
    assert kinds.count("draw.withdrawn") == 1


@pytest.mark.parametrize(("reason", "code"), [(" ", "required"), ("x" * 501, "too_long")])
def test_a_draw_is_withdrawn_with_a_reason(ready, now, reason, code):
    draw = commit(now)
    with pytest.raises(Invalid) as fault:
        acts.withdraw_draw(draw.number, by=KEEPER, scope=OFFICE, now=now, reason=reason)
    assert fault.value.fields["reason"][0] == code
    assert Draw.objects.get().withdrawn_at is None


@pytest.mark.parametrize("scope", [PUBLIC, ELSEWHERE])
def test_only_the_office_of_the_draw_acts_on_it(ready, now, scope):
    with pytest.raises(NotFound):
        commit(now, scope=scope)
    draw = commit(now)
    with pytest.raises(NotFound):
        acts.hold_draw(draw.number, by=KEEPER, scope=scope, now=now)
    with pytest.raises(NotFound):
        acts.withdraw_draw(draw.number, by=KEEPER, scope=scope, now=now, reason="why")
    with pytest.raises(NotFound):
        acts.withdraw_draw("2026-LOOK-99999", by=KEEPER, scope=OFFICE, now=now, reason="why")


def test_nothing_is_drawn_from_nothing(now):
    declare(now)
    with pytest.raises(Refused, match="no object"):
        commit(now)
    enter(now, "lanterns", "L-1", keeper="House 1", watts=40, quarter="230102")
    with pytest.raises(Refused, match="no person"):
        commit(now)
    assert not Draw.objects.exists()


def test_an_impossible_draw_says_for_which_object_and_why(now):
    declare(now, objects={"register": "lanterns", "quota": {"share": 100}})
    enter(now, "lanterns", "L-1", keeper="House 1", watts=40, quarter="230102")
    enter(now, "inspectors", "B-1", trained=True, works_for="House 1")
    draw = commit(now)
    pass_on(now)
    view = reads.draw(PUBLIC, draw.number, on=now.date())
    assert view.row.status == "impossible"
    (line,) = view.drawn
    assert (line.name.key, line.left, [rule.title.en for rule in line.rules]) == ("L-1", 0, ["The same house"])


def test_strangers_see_numbers_and_the_office_sees_who_it_is(ready, now):
    draw = commit(now)
    pass_on(now)
    public = reads.draw(PUBLIC, draw.number, on=now.date())
    assert [(name.number, name.key, name.title) for name in public.people] == [(n, "", None) for n in (1, 2, 3)]
    assert "B-1" not in repr(reads.published(PUBLIC, draw.number))
    own = reads.draw(OFFICE, draw.number, on=now.date())
    assert sorted(name.key for name in own.people) == ["B-1", "B-2", "B-3"]
    assert own.may_hold
    assert not public.may_hold
    assert not any(name.key for name in reads.draw(ELSEWHERE, draw.number, on=now.date()).people)
    assert {name.title.en for line in public.drawn for name in [line.name]} <= {f"House {n}" for n in range(6)}


def test_a_stranger_recomputes_what_is_published(ready, now, tmp_path):
    draw = commit(now)
    assert reads.published(PUBLIC, draw.number)["receipt"] is None
    pass_on(now)
    published = reads.published(PUBLIC, draw.number)
    assert recompute(tmp_path, published) == (0, "The result is what the commitment and the head give.\n")
    assert published["receipt"]["disclosed"]["body"]["value"]["commitment"] == published["commitment"]
    published["commitment"]["people"].pop()
    assert recompute(tmp_path, published)[0] == 1


def test_names_are_forgotten_when_their_time_is_over_and_the_draw_stays_proved(ready, now, tmp_path):
    draw = commit(now)
    pass_on(now)
    assert acts.forget_names(now + timedelta(days=365)) == 0
    assert acts.forget_names(now + timedelta(days=367)) == 1
    assert acts.forget_names(now + timedelta(days=367)) == 0
    own = reads.draw(OFFICE, draw.number, on=now.date())
    assert not any(name.key for name in own.people)
    assert recompute(tmp_path, reads.published(PUBLIC, draw.number))[0] == 0
    assert ledger.verify_stored().holds


def test_an_expression_without_a_value_refuses_and_says_for_whom(now):
    declare(now, conflicts=[{"title": {"zh": "除", "en": "Division"}, "when": "object.watts / 0 > 1"}])
    furnish(now)
    with pytest.raises(Refused, match=r"has no value for L-0, B-1"):
        commit(now)
