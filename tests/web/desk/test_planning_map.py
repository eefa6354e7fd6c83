"""What the map of a result is handed: the points that its files tell of, in words, and outlines only where there are any."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter

import pytest
from django.core.cache import caches
from django.test import Client

from amur.studies import reads
from amur.studies.models import Study
from tests.web.planned import CENTRES, OUTLINES, Office

pytestmark = [pytest.mark.django_db, pytest.mark.either]
DESK = "/en/desk/planning/"


@pytest.fixture
def office(clock, now) -> Office:
    caches["counts"].clear()
    caches["default"].clear()
    return Office(now)


def _done(office: Office, title: str, *, method: str = "masts", values: dict[str, str] | None = None, **files) -> Study:
    office.ask(title, values, method=method, **files)
    done = office.work()
    assert done is not None
    assert done.state == "done", done.reason
    return done


def _of_map(page) -> dict[str, str]:
    """Return what the map of a page is told by its element."""
    found = re.search(r"<figure ([^>]* data-planmap [^>]*)>", page.content.decode())
    assert found, "the page has a map"
    return {name: html.unescape(said) for name, said in re.findall(r'data-([\w-]+)="([^"]*)"', found[1])}


def _rows(client: Client, study: Study, name: str) -> list[dict[str, str]]:
    answer = client.get(f"{DESK}{study.pk}/files/{name}")
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"), newline="")))


def test_the_points_are_the_sites_and_places_of_the_plan_that_is_shown(office):
    client, study = office.client(), _done(office, "Base")
    for number in (1, 6):
        at = _of_map(client.get(f"{DESK}{study.pk}/?plan={number}"))["points"]
        assert at == f"{DESK}{study.pk}/points.json?plan={number}"
        found = client.get(at).json()
        sites, places = (_rows(client, study, f"{number}-{name}.csv") for name in ("sites", "places"))
        assert {name: (east, north) for east, north, name, _said in found["layers"]["site"]} == {
            one["id"]: (float(one["longitude"]), float(one["latitude"])) for one in sites
        }
        served = Counter("reached" if one["served"] == "site" else one["served"] for one in places)
        assert {name: len(marks) for name, marks in found["layers"].items() if name != "site"} == served
        assert set(found["words"]) == set(found["layers"])


def test_a_site_is_told_with_its_cost_and_households_as_the_table_says_them(office):
    client, study = office.client(), _done(office, "Base")
    said = {
        name: words
        for _east, _north, name, words in client.get(f"{DESK}{study.pk}/points.json?plan=1").json()["layers"]["site"]
    }
    page = client.get(f"{DESK}{study.pk}/?plan=1").content.decode()
    rows = re.findall(r'data-kind="site" data-show="([^"]+)".*?<td[^>]*>(.*?)</td>.*?<td.*?<td[^>]*>(.*?)</td>', page)
    assert len(rows) == len(said) > 0
    for name, cost, households in rows:
        assert said[name] == f"{cost} · {households} households within reach"


def test_two_plans_are_told_by_who_builds_where(office):
    client = office.client()
    first, second = (_done(office, radius, values={"radius_km": radius}) for radius in ("6", "8"))
    page = client.get(f"{DESK}compare/?of={first.pk}&of={second.pk}&plan_a=3&plan_b=5")
    at = _of_map(page)["points"]
    assert "plan_a=3" in at
    found = client.get(at).json()
    built = [
        {one["id"] for one in _rows(client, study, f"{plan}-sites.csv")} for study, plan in ((first, 3), (second, 5))
    ]
    layers = {name: {mark[2] for mark in marks} for name, marks in found["layers"].items()}
    assert layers.get("first", set()) == built[0] - built[1]
    assert layers.get("second", set()) == built[1] - built[0]
    assert layers.get("both", set()) == built[0] & built[1]
    assert len(layers["place"]) == 60
    shown = set(re.findall(r'data-kind="(\w+)" data-show="([^"]+)"', page.content.decode()))
    assert shown == {(kind, name) for kind in ("first", "second", "both") for name in layers.get(kind, ())}


def test_the_rows_of_another_model_are_told_by_their_cells(office):
    client, study = office.client(), _done(office, "Two cities", method="centres", **CENTRES)
    page = client.get(f"{DESK}{study.pk}/")
    layers = client.get(_of_map(page)["points"]).json()["layers"]
    ((east, north, name, said),) = layers["site"]
    assert f'data-kind="site" data-show="{name}"' in page.content.decode()
    assert (east, north, name, said) == (124.0, 47.3, "乙点", "Cost: 70 · Traffic served: 13")
    assert {mark[2] for mark in layers["place"]} == {"甲市", "乙市"}


def test_without_a_public_survey_there_is_no_background_and_no_word_of_borders_reviewed(office):
    client, study = office.client(), _done(office, "Base")
    page = client.get(f"{DESK}{study.pk}/")
    assert "shapes" not in _of_map(page)
    assert "review number" not in page.content.decode()
    assert "without borders" in page.content.decode()


def test_the_outlines_are_those_of_the_newest_public_survey_under_their_hash(office):
    client, study = office.client(), _done(office, "Base")
    survey = office.outline()
    page = client.get(f"{DESK}{study.pk}/")
    shapes = _of_map(page)["shapes"]
    assert survey.result_hash in shapes
    answer = client.get(shapes)
    assert answer.json() == OUTLINES
    assert "immutable" in answer["Cache-Control"]
    assert "This map has no review number yet" in page.content.decode()
    Study.objects.filter(pk=survey.pk).update(is_public=False)
    assert "shapes" not in _of_map(client.get(f"{DESK}{study.pk}/")), "what was taken back is not drawn"


def test_what_has_no_points_is_not_found(office):
    client = office.client()
    waiting = office.ask("Waiting")
    survey = office.outline()
    for path in (
        f"{waiting.pk}/points.json",
        f"{survey.pk}/points.json",
        "compare/points.json?of=1",
        "compare/points.json",
    ):
        assert client.get(DESK + path).status_code == 404
    assert client.get(f"{DESK}compare/points.json?of={waiting.pk}&of={survey.pk}").status_code == 404


def test_nobody_but_the_roles_of_the_method_gets_the_points(office):
    study = _done(office, "Base")
    assert office.client("cook").get(f"{DESK}{study.pk}/points.json").status_code == 404
    answer = office.client("decider").get(f"{DESK}{study.pk}/points.json")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"


def test_points_of_a_file_that_was_changed_afterwards_are_not_given(office):
    client, study = office.client(), _done(office, "Base")
    path = reads.file(office.scope("planner"), study.pk, "1-sites.csv")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert client.get(f"{DESK}{study.pk}/points.json?plan=1").status_code >= 400
