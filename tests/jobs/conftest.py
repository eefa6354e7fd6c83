"""What the tests of the queue share: a way to queue, the administrator, and the outcome of many kills."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from amur.base.acting import Actor
from amur.jobs import acts
from amur.jobs.models import Job


@pytest.fixture
def queue(now: datetime) -> Callable[..., Job]:
    """Return a function that queues one job in a transaction of its own."""

    def one(kind: str = "demo", payload: Any = None, **options: Any) -> Job:
        with transaction.atomic():
            return acts.enqueue(kind, payload or {}, now=now, **options)

    return one


@pytest.fixture
def administrator() -> Actor:
    return Actor("00000000-0000-0000-0000-000000000001", role="system_administrator", client="desk")


@pytest.fixture(scope="session")
def kills(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run the program that kills itself at every statement, once, on the database that the settings name."""
    environment = {
        **os.environ,
        "AMUR_DATA": str(tmp_path_factory.mktemp("killing")),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "amur.config.settings"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.scenarios"],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome
