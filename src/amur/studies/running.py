"""What runs a model in a process of its own: a folder with a job goes in, results and an outcome come out of it.

The folder holds ``job.json``; ``results/`` and ``outcome.json`` are written. On the way a line of JSON on the output
says each time how far it is. No database is used.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from amur.base.faults import AmurError
from amur.methods.filing.results import Results, hash_of
from amur.studies import catalogue
from amur.studies.adapters import Asked, Made, Said, Step

JOB, RESULTS, OUTCOME = "job.json", "results", "outcome.json"
_INPUTS = "inputs"
_TOLD_EVERY = 0.2
_KILOBYTES = 1024 if sys.platform == "linux" else 1024**2


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be run. Of each input there is a ``path``, or a ``package`` with the ``file`` in it; and its hash."""

    model: str
    parameters: Mapping[str, Said]
    inputs: Mapping[str, Mapping[str, str]]
    made_at: str
    about: Mapping[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write it where ``run`` looks for it."""
        (folder / JOB).write_text(json.dumps(asdict(self), ensure_ascii=False, allow_nan=False), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: with figures, or with why it failed; what it took in seconds and megabytes.

    ``failed`` says why in English; ``faults`` are the same reason by reason, each with ``code``, ``message`` and
    ``details``. ``inputs`` are the hashes of what was read, ``sources`` and ``simulated`` what the model says of it.
    """

    failed: str = ""
    code: str = ""
    faults: tuple[Mapping[str, Any], ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)
    simulated: tuple[Mapping[str, str], ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    memory_mb: int = 0


def failure(error: AmurError) -> Outcome:
    """Return that a run failed, and why.

    >>> failure(AmurError("late", "it took longer than 30 minutes; ask for less", minutes=30)).faults[0]["details"]
    {'minutes': 30}
    """
    return Outcome(failed=error.message, code=error.code, faults=tuple(asdict(one) for one in error.reasons))


def read_outcome(folder: Path) -> Outcome | None:
    """Return how a run ended, or None where it ended without a word."""
    try:
        said = json.loads((folder / OUTCOME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    lists = ("simulated", "sources", "faults")
    return Outcome(**{**said, **{name: tuple(said[name]) for name in lists if name in said}})


def run(folder: Path, *, out: TextIO | None = None) -> Outcome:
    """Run the job in a folder and write how it ended; what was refused, and what failed, is an outcome too."""
    started = time.monotonic()
    job = Job(**json.loads((folder / JOB).read_text(encoding="utf-8")))
    try:
        made, inputs = _made(job, folder, _teller(out or sys.stdout))
        outcome = Outcome(figures=dict(made.figures), simulated=made.simulated, sources=made.sources, inputs=inputs)
    except AmurError as error:
        outcome = failure(error)
    except MemoryError:
        outcome = failure(AmurError("memory", "there was not memory enough; ask for less at once, or run it elsewhere"))
    ended = asdict(outcome) | {"seconds": round(time.monotonic() - started, 3), "memory_mb": _memory_mb()}
    half = folder / f".{OUTCOME}"
    half.write_text(json.dumps(ended, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    half.replace(folder / OUTCOME)
    return Outcome(**ended)


def _made(job: Job, folder: Path, told: Callable[[float, Step | None], None]) -> tuple[Made, dict[str, str]]:
    """Run the model, and return what it made and the hashes of all files that it read."""
    model = catalogue.model(job.model)
    module, _, function = model.adapter.partition(":")
    inputs = {name: _found(name, one, folder / _INPUTS / name) for name, one in job.inputs.items()}
    told(0.0, None)
    results, at = Results(folder / RESULTS), datetime.fromisoformat(job.made_at)
    made: Made = getattr(import_module(module), function)(Asked(inputs, job.parameters, results, told, at))
    read = dict.fromkeys(file for file in (*inputs.values(), *made.read) if file.is_file())
    results.written.pop("manifest.json", None)  # of a model that wrote one by itself
    results.finish(
        read,
        {**made.parameters, **job.parameters, **job.about, "model": model.id, "model_version": model.version},
        made_at=at,
        packages=model.packages,
    )
    told(1.0, None)
    manifest = json.loads((folder / RESULTS / "manifest.json").read_text(encoding="utf-8"))
    return made, {one["file"]: one["sha256"] for one in manifest["inputs"]}


def _found(name: str, said: Mapping[str, str], into: Path) -> Path:
    """Return where an input is, looked at by its hash if there is one, under the name that people know it by.

    Raises:
        AmurError: if there is no such file or package, or another is there.
    """
    path = Path(said["path"]) if "path" in said else _in_package(name, said["package"], said["file"])
    if not path.exists():
        file = said.get("file") or path.name
        raise AmurError("no_input", f"input {name!r}: there is no {file!r}", name=name, file=file)
    wanted = said.get("sha256", "")
    if wanted and hash_of(path) != wanted:
        raise AmurError(
            "input_changed",
            f"input {name!r}: {path.name} is not the file that was meant; its hash differs",
            name=name,
            file=path.name,
        )
    if "path" not in said or path.name == Path(said["file"]).name:
        return path
    into.mkdir(parents=True)
    known = into / Path(said["file"]).name
    known.symlink_to(path.absolute())
    return known


def _in_package(name: str, package: str, file: str) -> Path:
    from amur.methods.surveys.reading.references import reference_of  # noqa: PLC0415 -- it loads what maps need

    return reference_of({"package": package, "file": file}, Path(), name).path


def _teller(out: TextIO) -> Callable[[float, Step | None], None]:
    """Return what writes progress, not more often than anybody reads it; what is done next is always written."""
    last_at, last_code = 0.0, ""

    def told(done: float, step: Step | None) -> None:
        nonlocal last_at, last_code
        at, code = time.monotonic(), step.code if step else ""
        if at - last_at >= _TOLD_EVERY or done in {0.0, 1.0} or code != last_code:
            last_at, last_code = at, code
            said = {"doing": step.message, "code": code, "details": dict(step.details)} if step else {"doing": ""}
            out.write(json.dumps({"done": round(done, 4), **said}, ensure_ascii=False) + "\n")
            out.flush()

    return told


def _memory_mb() -> int:
    """Return the most memory that this process, or one that it started, has held, in megabytes.

    What the system counts of this process itself begins with what its parent held when it was forked; the high-water
    mark of ``/proc`` begins anew with the program.
    """
    import resource  # noqa: PLC0415 -- a system without it can load this module to read an outcome

    own = _high_water_kb() or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / _KILOBYTES)


def _high_water_kb(status: Path = Path("/proc/self/status")) -> int:
    """Return the most kilobytes that this program has held, as Linux tells; 0 where it is not told."""
    lines = status.read_text("utf-8").splitlines() if status.is_file() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
