"""``python -m amur.compute.stream URL JOB MODULE:NAME``: one worker, until it is told to end (SIGTERM, Ctrl-C).

``NAME`` is a kernel or a fold of the module, or a function without arguments that returns one.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import sys
from dataclasses import fields

from amur.base.faults import AmurError
from amur.compute.failures import Unfit
from amur.compute.kernel import Fold, Kernel
from amur.compute.sessions import Work
from amur.compute.stream.jobs import Job
from amur.compute.stream.working import until_told

_SETTINGS = fields(Job)[2:]


def main(arguments: list[str]) -> int:
    """Be a worker; return 0 when told to end, 1 with a message on the error stream otherwise."""
    parser = argparse.ArgumentParser(prog="python -m amur.compute.stream", description="One worker on a stream.")
    parser.add_argument("url", help="the NATS server, such as nats://127.0.0.1:4222")
    parser.add_argument("job", help="the name of the job, the same for all its workers")
    parser.add_argument("work", help="the kernel or fold, as MODULE:NAME")
    for one in _SETTINGS:
        option, told = f"--{one.name.replace('_', '-')}", f"as the others of this job have it; {one.default!r}"
        parser.add_argument(option, type=type(one.default), default=one.default, help=told)
    asked = parser.parse_args(arguments)
    try:
        job = Job(asked.job, asked.url, **{one.name: getattr(asked, one.name) for one in _SETTINGS})
        asyncio.run(until_told(job, _named(asked.work)))
    except AmurError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


def _named(name: str) -> Work:
    """Return the kernel or fold of a name.

    >>> _named("amur.compute.kernel:nothing")
    Traceback (most recent call last):
        ...
    amur.compute.failures.Unfit: found 'amur.compute.kernel:nothing', wanted MODULE:NAME of a kernel or a fold
    """
    module, _, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except (ImportError, ValueError) as error:
        raise Unfit("compute.work", f"found {name!r}, wanted MODULE:NAME of a kernel or a fold: {error}") from error
    if callable(found) and not isinstance(found, Kernel | Fold):
        found = found()
    if isinstance(found, Kernel | Fold):
        return found
    raise Unfit("compute.work", f"found {name!r}, wanted MODULE:NAME of a kernel or a fold")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
