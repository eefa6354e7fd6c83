"""A database for one run: examples are played in a process of their own, each on a fresh copy of an empty one.

The process has its own data folder, so that no example can touch an installation, whatever it does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from amur.base.faults import AmurError

_LIMIT_SECONDS = 600
_PROGRAM = "import sys, django; django.setup(); from amur.packs.play import alone; alone.main(sys.argv[1])"


@dataclass(frozen=True, slots=True)
class Result:
    """How an example went, as the process that ran it reports; ``walked`` are states and arrows of each procedure."""

    id: str
    proves: tuple[str, ...]
    file: str
    failures: tuple[str, ...]
    walked: Mapping[str, tuple[list[str], list[str]]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Say whether everything was as expected."""
        return not self.failures


def run(folder: Path) -> list[Result]:
    """Run all examples of a pack and return how each went.

    Raises:
        AmurError: if the process could not do its work; the message holds its last words.
    """
    with tempfile.TemporaryDirectory(prefix="amur-examples-") as data:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AMUR_")},
            "AMUR_DATA": data,
            "AMUR_PACK": str(folder.absolute()),
            "DJANGO_SETTINGS_MODULE": "amur.config.settings",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")])),
        }
        if settings.configured:
            environment["AMUR_TABLES"] = str(settings.TABLES)
        if zone := os.environ.get("AMUR_TIME_ZONE"):
            environment["AMUR_TIME_ZONE"] = zone
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and program
                [sys.executable, "-c", _PROGRAM, str(folder.absolute())],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=_LIMIT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise AmurError("examples_stopped", f"the examples took longer than {_LIMIT_SECONDS} s") from None
    if done.returncode != 0:
        raise AmurError("examples_stopped", f"the examples could not be run:\n{done.stderr[-2000:].strip()}")
    return [
        Result(line["id"], tuple(line["proves"]), line["file"], tuple(line["failures"]), line["walked"])
        for line in json.loads(done.stdout.splitlines()[-1])
    ]
