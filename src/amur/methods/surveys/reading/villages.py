"""Villages from a table, and their points from another: each row looked at, each fault told with row and field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.counties import OUTSIDE, Counties, counties_of
from amur.methods.coverage.datums import DATUMS, Datum
from amur.methods.coverage.sites import DATUM, EAST, NORTH, placed
from amur.methods.coverage.villages import (
    COMMITTEE,
    KINDS,
    SETTLEMENT,
    Numbers,
    Place,
    Points,
    Villages,
    Words,
    villages,
)
from amur.methods.filing.columns import Column, plain
from amur.methods.filing.tables import Faults, Flags, Table
from amur.methods.filing.worded import Worded, worded
from amur.methods.surveys.reading.references import Reference

_ID = Column(
    "id", ("village", "village_id", "code", "编号", "村编号", "行政村代码", "村代码", "代码"),
    kind="text", is_unique=True,
)  # fmt: skip
_NAME = Column("name", ("village_name", "名称", "村名", "行政村", "行政村名称"), kind="text", is_needed=False)
_COUNTY = Column("county", ("county_code", "区县", "县", "县代码", "区县代码", "区划代码"), kind="text")
_EAST = Column("longitude", EAST.headers, EAST.units, EAST.least, EAST.most, is_needed=False)
_NORTH = Column("latitude", NORTH.headers, NORTH.units, NORTH.least, NORTH.most, is_needed=False)
_HOUSEHOLDS = Column("households", ("户数", "家庭户数", "总户数"), ("户", "households"), least=1, most=1e6)
_PEOPLE = Column(
    "people", ("population", "人口", "人口数", "常住人口"), ("人", "people"), least=0, most=1e7, is_needed=False
)
_WITHOUT = Column("without", ("has_no", "没有", "无"), kind="text", is_needed=False)
VILLAGES = (_ID, _NAME, _COUNTY, _EAST, _NORTH, DATUM, _HOUSEHOLDS, _PEOPLE, _WITHOUT)
"""What a row may say of a village; longitude and latitude are those of its committee.

A village has a household at least. ``without`` names kinds of points that it is known to have none of.
"""
_VILLAGE = Column("village", ("village_id", "村编号", "行政村代码", "村代码", "行政村"), kind="text")
_KIND = Column("kind", ("type", "类别", "类型"), kind="text")
_DWELLINGS = Column("households", _HOUSEHOLDS.headers, _HOUSEHOLDS.units, least=0, most=1e6, is_needed=False)
PLACES = (_VILLAGE, _KIND, EAST, NORTH, DATUM, _DWELLINGS)
"""What a row may say of a point of a village; households are those of a settlement."""
_KINDS: Mapping[str, str] = {
    **{one: one for one in KINDS},
    **dict.fromkeys(("村委会", "村民委员会", "villagecommittee"), "committee"),
    **dict.fromkeys(("学校", "小学", "村小学", "中学"), "school"),
    **dict.fromkeys(("卫生室", "村卫生室", "卫生院", "诊所"), "clinic"),
    **dict.fromkeys(("自然村", "自然屯", "屯", "居民点", "hamlet"), "settlement"),
}
_BETWEEN = re.compile(r"[\s,;、，；|/]+")


@dataclass(frozen=True, slots=True, eq=False)
class ReadVillages:
    """Villages with their names."""

    villages: Villages
    names: Words


def read_villages(
    of_villages: Reference, of_places: Reference | None = None, *, counties: Counties | None = None
) -> ReadVillages:
    """Return villages from a table, and from another one schools, clinics and settlements, or committees too.

    With ``counties`` each village has to be of one of them and each point to lie in some.

    Raises:
        TableError: with every row and field that is wrong: a village without households, a number that is negative,
            missing or not finite, a code of no county, a point of no village, a second committee.
        AmurError: if it is no table, or lacks a column.
    """
    table = of_villages.table(VILLAGES)
    ids, names, codes = (table.texts(one).to_pylist() for one in (_ID, _NAME, _COUNTY))
    table.refuse_repeated([table.columns["id"]], worded("village"))
    east, north = placed(table, datum_of(of_villages), is_needed=False)
    households, people = table.numbers(_HOUSEHOLDS), table.numbers(_PEOPLE)
    has_seat = ~np.isnan(east) | ~np.isnan(north)
    table.faults.add(
        np.isnan(east) != np.isnan(north), "longitude", lambda _: worded("half_a_place"),
        worded("both_or_neither"),
    )  # fmt: skip
    _in_counties(table.faults, east, north, counties)
    if counties is not None:
        is_odd = np.array([bool(one) and one not in set(counties.codes.tolist()) for one in codes], bool)
        table.faults.add(is_odd, "county", lambda at: worded("text", typed=codes[at]), worded("county_of_map"))
    without = _without(table, ids)
    table.faults.refuse()
    seats = [Place(ids[row], "committee", north[row], east[row]) for row in np.flatnonzero(has_seat).tolist()]
    more = [] if of_places is None else _places(of_places, ids, {one.village for one in seats}, without, counties)
    made = villages(
        ids, codes, households.tolist(), [*seats, *more], people=np.nan_to_num(people).tolist(), without=without
    )
    return ReadVillages(made, np.array([name or id_ for name, id_ in zip(names, ids, strict=True)], np.str_))


def datum_of(reference: Reference) -> Datum:
    """Return the datum of a reference's places: what its field ``datum`` says, or WGS 84.

    Raises:
        AmurError: if there is no such datum.
    """
    said = reference.options.text("datum", "WGS84")
    found = DATUMS.get(plain(said))
    if found is None:
        raise AmurError(
            "no_datum",
            f"{reference.what}.datum: found {said!r}; write one of WGS84, CGCS2000, GCJ-02, BD-09",
            name=reference.what,
            found=said,
        )
    return found


def _without(table: Table, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return pairs of village and kind of which it has none; a word that is no kind is told."""
    said = [[word for word in _BETWEEN.split(one) if word] for one in table.texts(_WITHOUT).to_pylist()]
    odd = np.array([any(_kind_of(word) is None for word in words) for words in said], bool)
    wanted = worded("name_some_of", names=", ".join(KINDS))
    table.faults.add(odd, _WITHOUT.field, lambda at: worded("text", typed=" ".join(said[at])[:80]), wanted)
    return [(ids[row], str(_kind_of(word))) for row, words in enumerate(said) for word in words]


def _kind_of(word: str) -> str | None:
    return _KINDS.get(plain(word))


def _in_counties(faults: Faults, east: Numbers, north: Numbers, counties: Counties | None) -> None:
    """Tell of points that lie in no county."""
    rows = np.flatnonzero((np.abs(east) <= EAST.most) & (np.abs(north) <= NORTH.most))
    if counties is None or not len(rows):
        return
    is_out: Flags = np.zeros(len(east), bool)
    is_out[rows] = counties_of(counties, Points(north[rows], east[rows])) == OUTSIDE
    faults.add(
        is_out, "longitude",
        lambda at: worded("outside_counties", east=f"{east[at]:.6f}", north=f"{north[at]:.6f}"),
        worded("look_at_place"),
    )  # fmt: skip


def _places(
    reference: Reference,
    ids: Sequence[str],
    seated: Collection[str],
    without: Collection[tuple[str, str]],
    counties: Counties | None,
) -> list[Place]:
    table = reference.table(PLACES)
    of, said = table.texts(_VILLAGE).to_pylist(), table.texts(_KIND).to_pylist()
    kinds = [_kind_of(one) for one in said]
    known = set(ids)

    def tell(is_wrong: Sequence[bool], field: str, found: Sequence[str], fix: Worded) -> None:
        table.faults.add(np.array(is_wrong, bool), field, lambda at: worded("text", typed=found[at][:80]), fix)

    tell([bool(one) and one not in known for one in of], "village", of, worded("village_of_table"))
    tell(
        [bool(one) and kind is None for one, kind in zip(said, kinds, strict=True)],
        "kind", said, worded("write_one_of", names=", ".join(KINDS)),
    )  # fmt: skip
    east, north = placed(table, datum_of(reference))
    _in_counties(table.faults, east, north, counties)
    sizes = table.numbers(_DWELLINGS)
    pairs, denied = list(zip(of, kinds, strict=True)), set(without)
    tell([pair in denied for pair in pairs], "kind", said, worded("said_to_have_none"))
    is_seat = [kind == KINDS[COMMITTEE] for kind in kinds]
    taken, again = set(seated), []
    for village, is_one in zip(of, is_seat, strict=True):
        again.append(is_one and village in taken)
        taken |= {village} if is_one else set()
    tell(again, "kind", said, worded("second_committee"))
    table.faults.refuse()
    return [
        Place(village, str(kind), *spot, size if kind == KINDS[SETTLEMENT] and not np.isnan(size) else None)
        for (village, kind), spot, size in zip(
            pairs, zip(north.tolist(), east.tolist(), strict=True), sizes.tolist(), strict=True
        )
    ]
