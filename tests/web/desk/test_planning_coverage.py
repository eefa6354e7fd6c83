"""Studies of coverage at the desk: shares by definition, who flips and why, and two of them side by side."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
from html import unescape
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client

from amur.base.acting import system
from amur.studies import acts
from amur.studies.acts import Given
from amur.studies.models import Study
from amur.studies.reads import folder
from tests.web.planned import BRING, Office
from tests.web.portal.surveyed import written

pytestmark = [pytest.mark.django_db, pytest.mark.either]
DESK = "/en/desk/planning/"
PAIR = "edge_90~buffer_5km"
FLIPS = (
    "id,county,first,second,by_first,by_second,why_first,why_second,why_first_code,why_second_code\n"
    "v1,230101,village_rule,edge_90,covered,not covered,the nearest site is 3.94 km away,"
    '"the school has -112.4 dBm, too weak",site_near::3.94,weak:school:-112.4\n'
    "v2,230101,edge_90,buffer_5km,not known,covered,it is not known where the committee is,"
    "the nearest site is 3.94 km away,no_committee::,site_near::3.94\n"
    "v3,230102,edge_90,buffer_5km,covered,not covered,the nearest site is 3.94 km away,"
    '"the nearest site is 7.10 km away, too far",site_near::3.94,site_far::7.10\n'
)


@pytest.fixture
def office(clock, now) -> Office:
    for one in ("default", "counts"):
        caches[one].clear()
    return Office(now)


def _client(office: Office) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(office.accounts["planner"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def _surveyed(office: Office, title: str, work: Path, *, counties: int = 4) -> Study:
    """Queue a survey and let the worker bring made-up results for it."""
    acts.queue(
        "survey",
        by=office.actor("planner"),
        scope=office.scope("planner"),
        now=office.now,
        title=title,
        files={"survey": Given("survey.json", [title.encode()])},
    )
    made = written(work, counties=counties)
    (made / "flips.csv").write_text(FLIPS, encoding="utf-8")
    into = work / title
    shutil.move(made, into / "results")
    outcome = {
        "failed": "",
        "figures": {"people": 1000.0, "people_village_rule": 0.5},
        "simulated": [],
        "sources": [],
        "inputs": {},
    }
    (into / "outcome.json").write_text(json.dumps(outcome | {"seconds": 1.0, "memory_mb": 1}), encoding="utf-8")
    command = (sys.executable, "-I", "-S", "-c", BRING, str(into))
    done = acts.run_next(by=system("worker"), now=office.now, command=command)
    assert done is not None
    assert done.state == "done", done.reason
    return done


def _words(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_shares_stand_side_by_side_by_definition(office, tmp_path):
    done = _surveyed(office, "Now", tmp_path)
    answer = _client(office).get(f"{DESK}{done.pk}/")
    words = _words(answer)
    assert "Covered, by definition" in words
    shares = list(csv.DictReader((tmp_path / "Now" / "results" / "shares.csv").open(encoding="utf-8")))
    people = next(
        one for one in shares if (one["county"], one["definition"], one["measure"]) == ("", "edge_90", "people")
    )
    assert f"{float(people['share']) * 100:.1f} %" in words
    assert "示例监管口径" in words, "a source in one language stands as it is"
    assert "Clause 1 of a sample" in words
    assert "示例文件第一条" not in words
    for name in ("shares.csv", "flips.csv", "villages.csv"):
        assert f"{DESK}{done.pk}/files/{name}" in answer.content.decode()


def test_who_flips_is_listed_pair_by_pair_with_both_reasons(office, tmp_path):
    done = _surveyed(office, "Now", tmp_path)
    client = _client(office)
    first = _words(client.get(f"{DESK}{done.pk}/"))
    assert "v3" in first, "the pair with most flips comes first"
    assert "the nearest site is 7.10 km away, too far" in first
    other = _words(client.get(f"{DESK}{done.pk}/?pair=village_rule~edge_90"))
    assert "v1" in other
    assert "v3" not in other
    assert "the school has −112.4 dBm, too weak" in other
    chinese = _words(client.get(f"{DESK.removeprefix('/en')}{done.pk}/?pair=village_rule~edge_90"))
    assert "学校处为 −112.4 dBm，太弱" in chinese


def test_who_flips_is_called_by_name_with_the_id_where_names_repeat(office, tmp_path, monkeypatch):
    flips = FLIPS
    for at, county in (("v1", "0"), ("v2", "0"), ("v3", "1")):
        flips = flips.replace(f"{at},", f"99000{county}/{at[1]},")
    monkeypatch.setitem(globals(), "FLIPS", flips)
    done = _surveyed(office, "Now", tmp_path, counties=2)
    page = _client(office).get(f"{DESK}{done.pk}/").content.decode()
    listed = page.partition('id="flips"')[2]
    assert re.findall(r'<th scope="row"><span class="amur-break">(?:<[^>]+>)*([^<]+)', listed) == ["村00002", "村00003"]
    assert "990000/2" in listed, "another county has a village of that name"
    alone = _surveyed(office, "Alone", tmp_path, counties=1)
    listed = _client(office).get(f"{DESK}{alone.pk}/").content.decode().partition('id="flips"')[2]
    assert "村00002" in listed
    assert "990000/2" not in listed


def test_two_surveys_are_compared_in_points(office, tmp_path):
    first, second = _surveyed(office, "Before", tmp_path), _surveyed(office, "After", tmp_path, counties=2)
    words = _words(_client(office).get(f"{DESK}compare/?of={first.pk}&of={second.pk}"))
    assert re.search(r"edge_90|dBm with 90 % probability", words)
    assert re.search(r"[+−][\d.]+ points|the same", words)
    assert "different" in words, "the two were asked with different declarations"


def test_where_shares_are_damaged_figures_stand_by_the_titles_of_their_definitions(office, tmp_path):
    first, second = _surveyed(office, "Before", tmp_path), _surveyed(office, "After", tmp_path, counties=2)
    for one in (first, second):
        (folder().path / one.result_hash / "shares.csv").write_text("spoiled")
    client = _client(office)
    for path in (f"{first.pk}/", f"compare/?of={first.pk}&of={second.pk}"):
        page = _words(client.get(DESK + path))
        assert "shares.csv" in page
        assert "Share of people covered · Village rule 50 %" in page
