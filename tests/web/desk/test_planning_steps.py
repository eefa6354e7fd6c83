"""What a running study is at is said in the language of the page, by its code; an older row says what it has."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

import amur
from amur.studies.models import Study
from amur.web.desk.planning.steps import STEPS
from tests.web.planned import Office

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def _told() -> dict[str, set[str]]:
    """Return with which values each step is told by an adapter."""
    found = {}
    for file in (Path(amur.__file__).parent / "studies" / "adapters").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Step":
                details = node.args[2].keys if len(node.args) > 2 else []
                found[node.args[0].value] = {one.value for one in details}
    return found


def test_every_step_that_an_adapter_tells_has_words_and_what_fills_them():
    told = _told()
    assert set(told) == set(STEPS)
    for code, values in told.items():
        with translation.override("en"):
            assert set(re.findall(r"%\((\w+)\)s", STEPS[code]())) == values, code


@pytest.mark.parametrize(
    ("step", "chinese", "english"),
    [
        (
            {"code": "tiles", "details": {"done": 1200, "whole": 3400}},
            "正在计算信号：已完成 1,200 块，共 3,400 块",
            "Computing signals: 1,200 of 3,400 tiles of ground",
        ),
        ({"code": "planning", "details": {}}, "正在求最优方案", "Looking for the best plan"),
        ({}, "1,200 / 3,400", "1,200 / 3,400"),
        ({"code": "of_another_release", "details": {}}, "1,200 / 3,400", "1,200 / 3,400"),
    ],
)
def test_what_is_done_is_said_in_the_language_of_the_page(step, chinese, english, clock, now):
    office = Office(now)
    study = office.ask("Masts")
    Study.objects.filter(pk=study.pk).update(state="running", started_at=now, doing="1,200 / 3,400", step=step)
    client = Client(HTTP_HOST="localhost")
    client.force_login(office.accounts["planner"], backend="django.contrib.auth.backends.ModelBackend")
    for prefix, words in (("", chinese), ("/en", english)):
        assert words in client.get(f"{prefix}/desk/planning/{study.pk}/").content.decode()
