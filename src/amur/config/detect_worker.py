"""``amur detect-worker``: one more process that looks through the events of a stream, here or on another machine."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import Annotated

import typer

from amur.config import detect_engines
from amur.config.detect_verb import (
    KEPT_IN,
    BrokerOfWorker,
    Cache,
    Credentials,
    JobName,
    Placeholders,
    Rules,
    Units,
    placeholders_of,
)


def detect_worker(  # noqa: PLR0917 -- options of the command
    broker: BrokerOfWorker = "",
    job: JobName = detect_engines.JOB,
    rules: Rules = None,
    placeholder: Placeholders = None,
    unit: Units = None,
    every: Annotated[float, typer.Option("--reload", min=0.1, help="Seconds between looks at changed rules.")] = 10.0,
    credentials: Credentials = None,
    kept_in: Cache = None,
) -> None:
    """Look through the events of a stream until told to end; changed rules are taken up without a restart."""
    from amur.compute.stream.working import until_told
    from amur.config.terminal import CommandError
    from amur.detection.reloading import Watched, watching
    from amur.detection.sigma.files import OWN_RULES

    if not broker:
        raise CommandError(
            f"which server? Name it with --broker nats://HOST:4222 or the variable {detect_engines.BROKER}"
        )
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    given, units = placeholders_of(placeholder), tuple(unit or ())
    watched = Watched(tuple(rules or [OWN_RULES]), kept_in or KEPT_IN, given, units, every)
    at = detect_engines.job_of(job, broker, str(credentials or ""))
    asyncio.run(
        until_told(at, watching(watched), beside=sys.stdin.fileno() if os.environ.get(detect_engines.BESIDE) else None)
    )
