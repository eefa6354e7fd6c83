from __future__ import annotations

import json
import subprocess
import sys

import pytest

from amur.web.open.downloads import RECOMPUTER
from tests.web.drawing import commit, declare, drawn, pass_on
from tests.web.house import House

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def test_a_draw_that_waits_shows_its_lists_and_no_result(house: House):
    declare(house)
    draw = commit(house)
    page = house.client().get(f"/en/draws/{draw.number}/").content.decode()
    assert "Not drawn yet" in page
    assert house.filed.number in page
    assert all(one in page for one in draw.commitment["people"])


def test_a_draw_shows_what_came_of_it_and_names_nobody(house: House):
    draw = drawn(house)
    chinese = house.client().get(f"/draws/{draw.number}/").content.decode()
    page = house.client().get(f"/en/draws/{draw.number}/").content.decode()
    for who in ("handler", "both", "elsewhere"):
        account = house.stage.cast[who]
        assert account.player.name not in page + chinese
    assert "No. 1" in page or "No. 2" in page
    assert "抽取结果" in chinese
    assert "Seed" in page
    assert f'href="/open/api/v1/draws/{draw.number}"' in page


def test_the_list_leads_to_each_draw_and_shows_withdrawn_ones(house: House):
    assert "Nothing was drawn yet" in house.client().get("/en/draws/").content.decode()
    draw = drawn(house)
    page = house.client().get("/en/draws/").content.decode()
    assert f"/en/draws/{draw.number}/" in page
    draw.withdrawn_at, draw.withdrawn_reason = house.now, "a wrong list"
    draw.save()
    assert "Withdrawn" in house.client().get("/en/draws/").content.decode()
    assert "a wrong list" in house.client().get(f"/en/draws/{draw.number}/").content.decode()


def test_an_impossible_draw_says_for_which_object_and_why(house: House):
    declare(house, people={"role": "handler", "each": 9})
    draw = commit(house)
    pass_on(house)
    page = house.client().get(f"/en/draws/{draw.number}/").content.decode()
    assert "Nobody was assigned." in page
    assert "3 left, 9 needed" in page


def test_what_is_downloaded_draws_the_same_in_a_bare_python(house: House, tmp_path):
    draw, client = drawn(house), house.client()
    file, program = tmp_path / "draw.json", tmp_path / "recompute_draw.py"
    answer = client.get(f"/open/api/v1/draws/{draw.number}")
    file.write_bytes(answer.content)
    program.write_bytes(client.get("/open/draws/recompute_draw.py").content)
    assert program.read_bytes() == RECOMPUTER.read_bytes()
    command = [sys.executable, "-I", "-S", str(program), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "The result is what the commitment and the head give.\n")
    told = json.loads(answer.content)
    told["result"]["drawn"][0]["people"] = told["commitment"]["people"][:1]
    file.write_text(json.dumps(told), encoding="utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_no_draw_is_no_page(house: House):
    assert house.client().get("/draws/2026-LOOK-99999/").status_code == 404
    assert house.client().get("/open/api/v1/draws/2026-LOOK-99999").status_code == 404


def test_the_interface_lists_draws(house: House):
    draw = drawn(house)
    (told,) = house.client().get("/open/api/v1/draws").json()
    assert (told["number"], told["status"], told["title"]["en"]) == (draw.number, "held", "A look")
