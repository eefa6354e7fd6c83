"""An imaginary authority that plans masts: a method of siting, whoever runs and publishes it, and two tables to plan by."""

from __future__ import annotations

import atexit
import io
import json
import math
import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from amur.base.acting import Actor, Scope, system
from amur.base.declared import Text
from amur.people import acts as people
from amur.people import reads
from amur.people.declarations import BodyDeclaration, RoleDeclaration
from amur.studies import acts, running
from amur.studies.acts import Given
from amur.studies.acts.queueing import plain
from amur.studies.models import Study
from amur.studies.reads import declared, folder
from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, text
from tests.web.house import PASSWORD

METHOD = "masts"
ROLES = ("planner", "decider", "cook")
NAMES = {"planner": "苏规划", "decider": "林核定", "cook": "食堂"}


def _parameter(said: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"field": said} | more


MASTS_BODY: dict[str, Any] = {
    "id": METHOD,
    "kind": "method",
    "title": text("Where to build masts", "在哪里建站"),
    "summary": text("The cheapest masts that reach the villages.", "以最低费用让更多农户用上信号。"),
    "carries_out": ["1.1"],
    "model": "siting",
    "inputs": [
        {"id": "places", "title": text("Villages", "行政村"), "given": True},
        {"id": "candidates", "title": text("Candidates", "候选站址"), "given": True},
    ],
    "parameters": [
        _parameter(
            {"id": "budgets", "type": "text", "title": text("Budgets", "预算"), "required": False, "max_length": 400},
            default="400000, 800000, 1200000, 1600000, 2400000, 3200000",
        ),
        _parameter(
            {"id": "share", "type": "number", "decimals": 2, "minimum": 0, "maximum": 1, "required": False}
            | {"title": text("Share of households", "覆盖户数占比")},
        ),
        _parameter(
            {"id": "budget", "type": "money", "currency": "CNY", "required": False}
            | {"title": text("One budget", "单一预算")},
        ),
        _parameter(
            {"id": "radius_km", "type": "quantity", "unit": "km", "decimals": 1, "minimum": 1, "maximum": 50}
            | {"title": text("How far a mast reaches", "覆盖半径")},
            default="6",
            source="GB/T 0000",
        ),
        _parameter(
            {"id": "years", "type": "number", "title": text("Years of operation", "运营年数")}, default="10", fixed=True
        ),
        *(
            _parameter(
                {"id": name, "type": "number", "decimals": 2, "title": text(en, zh)},
                default=value,
                fixed=True,
                basis=[BASIS],
            )
            for name, en, zh, value in (
                ("subsidy_share", "Share that is given", "补助比例", "0.30"),
                ("subsidy_years", "Years that are given", "补助年数", "6"),
                ("subsidy_border_years", "Years at the border", "边境补助年数", "10"),
            )
        ),
    ],
    "runs": ["planner"],
    "publishes": ["decider"],
    "public": {"summary": ["sites", "households"], "files": ["frontier.csv"]},
    "basis": [BASIS],
}


SURVEY_BODY: dict[str, Any] = {
    "id": "survey",
    "kind": "method",
    "title": text("Who has signal", "谁有信号"),
    "summary": text("Coverage by several definitions.", "按几种口径测算覆盖。"),
    "carries_out": ["1.1"],
    "model": "coverage",
    "inputs": [{"id": "survey", "title": text("Declaration", "测算说明"), "given": True}],
    "runs": ["planner"],
    "publishes": ["decider"],
    "public": {"files": ["shares.csv", "counties.geojson"]},
    "basis": [BASIS],
}


CENTRES_BODY: dict[str, Any] = {
    "id": "centres",
    "kind": "method",
    "title": text("Where centres belong", "节点放在哪里"),
    "summary": text("Centres within a delay.", "时延以内的节点。"),
    "carries_out": ["1.1"],
    "model": "facilities",
    "inputs": [
        {"id": "places", "title": text("Cities", "城市"), "given": True},
        {"id": "candidates", "title": text("Centres", "节点"), "given": True}
        | {"simulated": text("Where centres stand is made up.", "节点的位置是编的。")},
    ],
    "parameters": [
        _parameter({"id": "within_ms", "type": "number", "title": text("Delay", "时延")}, default="10"),
        _parameter(
            {"id": "ms_per_km", "type": "number", "decimals": 3, "title": text("Delay a kilometre", "每公里时延")},
            default="0.015",
        ),
    ],
    "runs": ["planner"],
    "basis": [BASIS],
}
CENTRES = {
    "places": "id,longitude,latitude,traffic\n甲市,126.5,45.8,9\n乙市,124.0,47.3,4\n",
    "candidates": "id,longitude,latitude,cost\n甲点,126.5,45.8,90\n乙点,124.0,47.3,70\n",
}


def _square(west: float, code: str) -> dict[str, Any]:
    ring = [[west, 44.8], [west + 1, 44.8], [west + 1, 46.4], [west, 46.4], [west, 44.8]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "geometry": geometry, "properties": {"code": code, "name": code}}


OUTLINES = {"type": "FeatureCollection", "features": [_square(125.7, "230180"), _square(126.7, "230181")]}


def places(count: int = 60) -> str:
    """Return a table of villages along a bent valley: the same each time, none of them real."""
    rows = ["id,longitude,latitude,households,county,served"]
    for at in range(count):
        east = 126.2 + 0.9 * at / count + 0.06 * math.sin(at * 2.4)
        north = 45.6 + 0.35 * math.sin(at / 9) + 0.07 * math.cos(at * 1.7)
        served = "yes" if at % 9 == 4 else "no"
        rows.append(f"村{at + 1:02},{east:.5f},{north:.5f},{30 + at * 37 % 211},23018{at % 3},{served}")
    return "\n".join(rows) + "\n"


def candidates(count: int = 24) -> str:
    """Return a table of candidates beside them."""
    rows = ["id,longitude,latitude,build,yearly,border"]
    for at in range(count):
        east = 126.22 + 0.88 * at / count
        north = 45.6 + 0.35 * math.sin(at * 60 / count / 9) + 0.03 * math.cos(at * 3.1)
        border = "yes" if at % 7 == 0 else "no"
        rows.append(
            f"站址{at + 1:02},{east:.5f},{north:.5f},{300_000 + at * 70_001 % 250_000},{20_000 + at * 900},{border}"
        )
    return "\n".join(rows) + "\n"


class Office:
    """The authority: its people by their roles, each with an account, and what they do."""

    def __init__(self, now: datetime) -> None:
        """Let everybody in."""
        self.now = now
        by = system("test")
        sync(
            now,
            {("method", METHOD): MASTS_BODY, ("method", "survey"): SURVEY_BODY, ("method", "centres"): CENTRES_BODY},
            "1.2.0",
        )
        people.sync_roles(
            [RoleDeclaration(id=one, title=text(one), summary=text(one)) for one in ROLES], by=by, now=now
        )
        people.sync_bodies([BodyDeclaration(id="bureau", title=text("Bureau", "局"), region="230000")], by=by, now=now)
        self.accounts = {role: self._appointed(role, by) for role in ROLES}

    def scope(self, role: str) -> Scope:
        """Return what somebody may see."""
        return reads.scope_of(self.accounts[role], self.now)

    def actor(self, role: str) -> Actor:
        """Return somebody in their office."""
        return reads.actor_for(self.accounts[role], self.scope(role), role=role, client="desk")

    def client(self, role: str = "planner") -> Client:
        """Return a browser in which whoever has a role is signed in."""
        client = Client(HTTP_HOST="localhost")
        client.force_login(self.accounts[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def ask(
        self, title: str | Text, values: Mapping[str, str] | None = None, *, method: str = METHOD, **files: str
    ) -> Study:
        """Queue a study of the two tables, or of others."""
        given = {"places": places(), "candidates": candidates()} | files
        return acts.queue(
            method,
            by=self.actor("planner"),
            scope=self.scope("planner"),
            now=self.now,
            title=title,
            values=values,
            files={name: Given(f"{name}.csv", [content.encode()]) for name, content in given.items()},
        )

    def work(self) -> Study | None:
        """Run the study that waits longest, as the worker does; what the model makes of it is computed once."""
        waiting = Study.objects.filter(state="queued").order_by("id").first()
        if waiting is None:
            return None
        command = (sys.executable, "-I", "-S", "-c", BRING, str(_computed(waiting)))
        return acts.run_next(by=system("worker"), now=self.now, command=command)

    def outline(self) -> Study:
        """Let a survey be public that has outlines of counties: two squares about the places."""
        folder().path.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="amur-outlined-", dir=folder().path))
        (made / "counties.geojson").write_text(json.dumps(OUTLINES), encoding="utf-8")
        files, whole = folder().keep_result(made)
        content_hash, declaration = declared("survey")
        return Study.objects.create(
            method="survey",
            declaration_hash=content_hash,
            model=declaration.model,
            model_version="1",
            title="Survey",
            question=whole,
            state=Study.State.DONE,
            results=files,
            result_hash=whole,
            is_public=True,
            created_at=self.now,
            ended_at=self.now,
            published_at=self.now,
            created_by="planner",
            queued_entry=whole,
            ended_entry=whole,
        )

    def _appointed(self, role: str, by: Actor) -> User:
        account = people.open_account(
            username=role, email=f"{role}@example.org", display_name=NAMES[role], by=by, now=self.now, key=f"t:{role}"
        )
        account.set_password(PASSWORD)
        account.save()
        people.appoint(
            account.pk, role, "bureau", by=by, now=self.now, key=f"t:{role}", region="", valid_from=date(2026, 1, 1)
        )
        return account


BRING = "import shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2], dirs_exist_ok=True)"
"""Brings what was computed: a process that loads the solver anew for each test would take two seconds each time."""


@lru_cache
def _made() -> dict[str, Path]:
    return {}


def _computed(study: Study) -> Path:
    """Return the folder with what the model makes of a study's inputs and parameters."""
    made = _made()
    if study.question not in made or not made[study.question].is_dir():
        into = Path(tempfile.mkdtemp(prefix="amur-planned-"))
        atexit.register(shutil.rmtree, into, ignore_errors=True)
        inputs = {one["id"]: {"path": str(folder().input(one["sha256"])), "file": one["file"]} for one in study.inputs}
        parameters = plain(declared(study.method)[1], study.parameters)
        running.Job(study.model, parameters, inputs, study.created_at.isoformat()).write(into)
        running.run(into, out=io.StringIO())
        made[study.question] = into
    return made[study.question]
