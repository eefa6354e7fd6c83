"""What the engine proposes between two editions, whatever texts they are."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.policy.engine.crosswalk import Placed, Row, Unit, links, propose, refs, regroup, rows_of, touched
from amur.policy.engine.crosswalk.changes import changed_words, words_changed

LAMPS = "全岛的灯每年数一次，数目由灯务所公布。"
NIGHT = "夜里十点以后不点路边的大灯，让人看得见星星。"
FERRY = "渡船的班次贴在码头，改动提前三日告知。"
BOOK = "每盏灯写进灯册，写明谁来管、多亮、立在哪里。"
BRIGHT = "过亮的灯不列入灯册，灯务所说明理由和申诉的办法。"

words = st.text("灯船星夜岛管数写路册明亮ab 。，1", min_size=1, max_size=24)
different = st.lists(words, max_size=9, unique_by=lambda text: "".join(text.split())).map(
    lambda found: [text for text in found if text.strip()]
)


def text(*said, clause="1", start=1, sort="paragraph"):
    """Return a clause of paragraphs; orders are their places in the edition."""
    return [Unit(start + n, sort, "", clause, str(n + 1), one, (start + 99, 0)) for n, one in enumerate(said)]


def kinds(rows):
    return Counter(row.kind for row in rows)


def of(rows, kind):
    return [(row.old, row.new) for row in rows if row.kind == kind]


def mirrored(rows):
    """Return rows as they are seen from the other edition."""
    other = {"repealed": "new", "new": "repealed", "split": "merged", "merged": "split"}
    return {(other.get(row.kind, row.kind), row.new, row.old, row.likeness, row.changed) for row in rows}


@given(st.lists(words, max_size=9))
def test_an_edition_is_the_same_as_itself(said):
    units = text(*said)
    rows = propose(units, units)
    assert [(row.kind, row.old, row.new) for row in rows] == [("same", (n.order,), (n.order,)) for n in units]


@given(different, st.randoms(use_true_random=False))
def test_what_only_changes_places_is_renumbered_and_nothing_else(said, random):
    shuffled = random.sample(said, len(said))
    rows = propose(text(*said), text(*shuffled))
    stay = sum(one == other for one, other in zip(said, shuffled, strict=True))
    assert kinds(rows) == +Counter(same=stay, renumbered=len(said) - stay)
    assert not any(row.changed for row in rows)


@given(different, st.data())
def test_what_is_taken_out_is_repealed_and_what_is_put_in_is_new(said, data):
    kept = [one for one in said if data.draw(st.booleans())]
    gone = propose(text(*said), text(*kept))
    assert kinds(gone)["repealed"] == len(said) - len(kept)
    assert kinds(propose(text(*kept), text(*said)))["new"] == len(said) - len(kept)
    assert not kinds(gone)["amended"]


@given(st.lists(words, max_size=8), st.lists(words, max_size=8))
def test_each_passage_stands_in_one_row_and_neither_edition_is_preferred(one, other):
    old, new = text(*one), text(*other)
    rows = propose(old, new)
    assert sorted(order for row in rows for order in row.old) == [unit.order for unit in old]
    assert sorted(order for row in rows for order in row.new) == [unit.order for unit in new]
    assert mirrored(propose(new, old)) == {(row.kind, row.old, row.new, row.likeness, row.changed) for row in rows}
    assert propose(old, new) == rows


@given(words, words)
def test_the_pieces_of_a_change_are_both_texts(old, new):
    pieces = changed_words(old, new)
    assert "".join(piece.text for piece in pieces if piece.how != "cut").split() == new.split()
    cut = "".join(piece.text for piece in pieces if piece.how != "added")
    assert "".join(cut.split()) == "".join(old.split())
    if any(piece.how == "cut" for piece in pieces):
        assert words_changed(old, new, 0, len(old))


def test_an_amended_passage_is_known_where_it_stands_and_where_it_moved_too():
    more = LAMPS.replace("每年数一次", "每年数两次")
    rows = propose(text(LAMPS, NIGHT), text(more, NIGHT))
    assert of(rows, "amended") == [((1,), (1,))]
    assert 90 <= rows[0].likeness < 100
    moved = propose(text(LAMPS, NIGHT), text(FERRY, more, NIGHT))
    assert of(moved, "renumbered") == [((1,), (2,)), ((2,), (3,))]
    assert of(moved, "new") == [((), (1,))]
    rewritten = "全岛的灯和路牌每年数一次，数目和去年的一起由港口公布。"
    assert of(propose(text(LAMPS, NIGHT), text(FERRY, rewritten, NIGHT)), "amended") == [((1,), (2,))]


def test_of_two_that_are_equally_alike_the_one_that_stays_is_taken():
    rows = propose(text("灯甲由港口管理", "灯乙由港口管理"), text("灯丙由港口管理", "灯丁由港口管理"))
    assert of(rows, "amended") == [((1,), (1,)), ((2,), (2,))]
    assert kinds(propose(text(LAMPS, NIGHT, LAMPS), text(NIGHT, LAMPS, LAMPS))) == Counter(same=1, renumbered=2)


def test_a_passage_in_two_is_split_and_two_in_one_are_merged():
    assert of(propose(text(BOOK + BRIGHT, NIGHT), text(BOOK, BRIGHT, NIGHT)), "split") == [((1,), (1, 2))]
    rows = propose(text(BOOK, BRIGHT, NIGHT), text(BOOK + BRIGHT, NIGHT))
    assert of(rows, "merged") == [((1, 2), (1,))]
    assert not rows[0].changed


def test_who_would_be_merged_and_split_at_once_is_left_to_the_person():
    rows = propose(text(BOOK + FERRY + NIGHT, BRIGHT), text(BOOK + FERRY + BRIGHT, NIGHT))
    assert [(row.kind, row.old, row.new) for row in rows] == [
        ("amended", (1,), (1,)),
        ("repealed", (2,), ()),
        ("new", (), (2,)),
    ]


def test_a_short_line_is_no_part_of_a_longer_one():
    assert of(propose(text(BOOK, "写明亮。"), text(BOOK + FERRY)), "repealed") == [((2,), ())]


def test_a_title_follows_what_stands_under_it():
    def titled(title, clause, *said):
        own = Unit(10 * int(clause), "clause", "1", clause, "", title, (10 * int(clause), 1))
        under = [Unit(own.order + n, "paragraph", "1", clause, str(n), one, own.above) for n, one in enumerate(said, 1)]
        return [own, *under]

    old = [*titled("灯册", "1", BOOK, BRIGHT), *titled("夜", "2", NIGHT)]
    new = [*titled("渡", "1", FERRY), *titled("登记与公示", "2", BOOK, BRIGHT), *titled("安静", "3", NIGHT)]
    rows = propose(old, new)
    assert of(rows, "amended") == [((10,), (20,)), ((20,), (30,))]
    assert of(rows, "new") == [((), (10,)), ((), (11,))]
    halves = propose(titled("灯", "1", LAMPS, NIGHT), [*titled("数", "1", LAMPS), *titled("夜间", "2", NIGHT)])
    assert of(halves, "repealed") == [((10,), ())]


def test_where_clauses_are_counted_anew_in_each_part_the_part_belongs_to_the_place():
    def parts(first, second):
        return [
            Unit(1, "paragraph", "1", "1", "1", first, (11, 21)),
            Unit(2, "paragraph", "2", "1", "1", second, (12, 22)),
        ]

    assert kinds(propose(parts(LAMPS, NIGHT), parts(NIGHT, LAMPS))) == Counter(renumbered=2)
    assert refs(parts(LAMPS, NIGHT)) == {1: "1/1.1", 2: "2/1.1"}
    assert refs([Unit(4, "part", "", "", "", "附则")]) == {4: "#4"}


def test_where_too_many_could_be_compared_only_those_near_are(monkeypatch):
    said = [BOOK + sign * 20 for sign in "甲乙丙丁戊己"]
    amended = [one.replace("多亮", "多少") for one in reversed(said)]
    whole = propose(text(*said), text(*amended))
    assert {abs(row.old[0] - row.new[0]) for row in whole} == {1, 3, 5}
    monkeypatch.setattr(links, "_MOST_PAIRS", 1)
    monkeypatch.setattr(links, "_WINDOW", 1)
    near = propose(text(*said), text(*amended))
    assert all(abs(row.old[0] - row.new[0]) <= 1 for row in near if row.old and row.new)


def test_a_passage_that_is_too_long_to_mark_is_shown_as_wholly_changed():
    pieces = changed_words("灯" * 20_001, "船" * 20_001)
    assert [piece.how for piece in pieces] == ["cut", "added"]


def test_what_only_came_in_cuts_nothing():
    assert [(piece.how, piece.text) for piece in changed_words("点灯。", "点大灯。")] == [
        ("kept", "点"),
        ("added", "大"),
        ("kept", "灯。"),
    ]


def test_a_person_regroups_rows_and_each_passage_still_stands_once():
    old, new = text(LAMPS, NIGHT, BOOK), text(LAMPS, NIGHT, BOOK)
    rows = rows_of(old, new, regroup(propose(old, new), [1, 2], [3]))
    assert [(row.kind, row.old, row.new) for row in rows] == [
        ("new", (), (1,)),
        ("new", (), (2,)),
        ("merged", (1, 2), (3,)),
        ("repealed", (3,), ()),
    ]


SPLIT = [Row("split", (1,), (1, 2), 80, True), Row("new", (), (3,), 0, True), Row("repealed", (2,), (), 0, True)]


def test_commitments_are_touched_where_their_passage_is():
    old, new = text(BOOK + BRIGHT, FERRY), text(BOOK, BRIGHT.replace("理由", "原因"), NIGHT)
    placed = [
        Placed("1.1", (1,), 0, len(BOOK)),
        Placed("1.2", (1,), len(BOOK), len(BOOK + BRIGHT)),
        Placed("1.3", (2,), 0, 4),
        Placed("1.4", (1,), whole=True),
        Placed("9.1", ()),
    ]
    found = {one.commitment: one for one in touched(placed, SPLIT, old, new)}
    assert [(one.how, one.own_words) for one in found.values()] == [
        ("split", False),
        ("split", True),
        ("repealed", True),
        ("amended", True),
        ("repealed", True),
    ]
    assert found["1.4"].rows == (0, 1)
    assert found["9.1"].is_lost


def test_what_only_moved_is_told_and_what_stayed_is_not():
    rows = [Row("renumbered", (1,), (2,), 100, False), Row("same", (2,), (1,), 100, False)]
    units = text(LAMPS, NIGHT)
    moved, *others = touched([Placed("1.1", (1,), 0, 3), Placed("1.2", (2,), 0, 3)], rows, units, units)
    assert (moved.commitment, moved.is_moved_only, moved.own_words, others) == ("1.1", True, False, [])


def test_commitments_may_be_placed_in_the_new_edition():
    old, new = text(LAMPS, NIGHT), text(LAMPS.replace("一次", "两次"), NIGHT, FERRY)
    rows = propose(old, new)
    placed = [Placed("1.1", (1,), 0, 9), Placed("1.2", (2,), 0, 3), Placed("1.3", (3,), 0, 3)]
    found = touched(placed, rows, old, new, side="new")
    assert [(one.commitment, one.how, one.own_words) for one in found] == [
        ("1.1", "amended", True),
        ("1.3", "new", True),
    ]
    assert touched([replace(placed[1], whole=True)], rows, old, new, side="new") == ()


@pytest.mark.parametrize("many", [1000])
def test_a_law_of_a_thousand_paragraphs_is_compared_at_once(many):
    said = [f"第{n}盏灯{BOOK[n % 7 :]}{'甲乙丙丁戊己庚辛'[n % 8] * (n % 5)}{n * n}" for n in range(many)]
    rows = propose(text(*said), text(*said[:500], FERRY, *said[500:]))
    assert kinds(rows) == Counter(same=500, new=1, renumbered=500)
