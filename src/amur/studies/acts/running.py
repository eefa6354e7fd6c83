"""Running studies: a worker takes one, a process of its own computes it, and the result is kept with its entry.

A worker that is killed between any two statements loses nothing: when it has been silent for a while, the study is
taken again, and what is half-done in the folder is swept away. Whoever lost a study keeps nothing of it.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import AmurError, Reason
from amur.base.journal import journal
from amur.ledger import acts as ledger
from amur.registers import lookups
from amur.studies import engine, reads
from amur.studies.acts.publishing import make_public
from amur.studies.acts.queueing import plain
from amur.studies.declarations import MethodDeclaration
from amur.studies.folders import Folder
from amur.studies.models import Study
from amur.studies.running import RESULTS, Job, Outcome, failure, read_outcome

DONE, FAILED = "study.done", "study.failed"
COMMAND = (sys.executable, "-P", "-m", "amur", "study-run")
"""What runs the job in a folder; it makes sure first that the packages of methods are there."""
_LOOK_SECONDS = 1.0
_TOLD_EVERY = timedelta(seconds=1)
_TAIL = 1_500
_SWEPT_AFTER = timedelta(hours=1)
_log = journal("studies")


def run_next(
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    command: Sequence[str] = (),
    is_over: Callable[[], bool] = lambda: False,
) -> Study | None:
    """Run the study that has waited longest, and return it with its result or with why it failed; None without any.

    Must not be called in a transaction; it takes as long as the model does. Once ``is_over`` says so, what runs is
    stopped and waits to be run again. ``command`` runs the job in a folder; without one it is that of this program.
    """
    started = time.monotonic()
    study = _claim(now)
    if study is None:
        return None
    folder = reads.folder()
    try:
        outcome, work = _computed(study, folder, command or COMMAND, _Watch(now, started, is_over))
    except AmurError as error:
        outcome, work = failure(error), None
    if outcome is None:
        _log.warning("the study %s was stopped, or another worker took it over", study.pk)
        return None
    at = now + timedelta(seconds=time.monotonic() - started)
    return _keep(study, outcome, work, folder, by=by, now=at, key=key)


def tidy(now: datetime) -> int:
    """Delete files that no study has named for an hour, such as what a stopped run left; return how many."""
    with transaction.atomic():
        results = set(Study.objects.exclude(result_hash="").values_list("result_hash", flat=True))
        inputs = {str(one.get("sha256")) for found in Study.objects.values_list("inputs", flat=True) for one in found}
        running = set(Study.objects.filter(state=Study.State.RUNNING).values_list("pk", flat=True))
    return reads.folder().sweep(results, inputs, running, (now - _SWEPT_AFTER).timestamp())


def _claim(now: datetime) -> Study | None:
    """Take the study that has waited longest; one whose workers stopped again and again is given up."""
    with transaction.atomic(durable=True):
        free = Study.objects.select_for_update(skip_locked=True)
        waiting = free.filter(state__in=(Study.State.RUNNING, Study.State.QUEUED)).order_by("id")
        study = next((one for one in waiting if engine.is_free(one.state, one.taken_until, now)), None)
        if study is None:
            return None
        study.state, study.claims, study.taken_until = Study.State.RUNNING, study.claims + 1, now + engine.LEASE
        study.started_at, study.progress, study.doing = study.started_at or now, 0, ""
        study.step = {}
        study.save(update_fields=["state", "claims", "taken_until", "started_at", "progress", "doing", "step"])
        return study


@dataclass(frozen=True, slots=True)
class _Watch:
    """How late it is, by when the run began on this machine's clock that only goes on; and whether to go on."""

    now: datetime
    started: float
    is_over: Callable[[], bool]

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


def _computed(
    study: Study, folder: Folder, command: Sequence[str], watch: _Watch
) -> tuple[Outcome | None, Path | None]:
    """Run the model and return how it ended, with the folder it worked in; nothing if the study was lost meanwhile."""
    if study.claims > engine.MOST_CLAIMS:
        times = study.claims - 1
        said = f"its workers stopped {times} times while it ran; it may take too much memory"
        return failure(AmurError("stopped", said, times=times)), None
    declaration = lookups.by_hash(MethodDeclaration, study.declaration_hash)
    work = folder.work(study.pk, study.claims)
    _job(study, declaration, folder, watch.now).write(work)
    with (work / "errors").open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 -- our own interpreter and program
            [*command, str(work)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            start_new_session=True,
        )
    try:
        for line in _lines(process):
            if watch.seconds > declaration.minutes * 60:
                minutes = declaration.minutes
                said = f"it took longer than {minutes} minutes; ask for less"
                return failure(AmurError("late", said, minutes=minutes)), None
            if watch.is_over():
                _put_back(study)
                return None, None
            if not _tell(study, line, watch.now + timedelta(seconds=watch.seconds)):
                return None, None
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
    finally:
        _end(process)
    return read_outcome(work) or _silent(process, work), work


def _job(study: Study, declaration: MethodDeclaration, folder: Folder, now: datetime) -> Job:
    inputs: dict[str, Mapping[str, str]] = {}
    for one in study.inputs:
        said = {"file": str(one["file"]), "sha256": str(one.get("sha256") or "")}
        if one["origin"] == "package":
            said["package"] = str(one["from"])
        elif one["origin"] == "file":
            said["path"] = str(Path(settings.DATA) / "inputs" / said["file"])
        else:
            said["path"] = str(folder.input(said["sha256"]))
        inputs[one["id"]] = said
    about = {"method": study.method, "declaration": study.declaration_hash}
    at = now.astimezone(UTC).isoformat()
    return Job(study.model, plain(declaration, study.parameters), inputs, at, about)


def _environment() -> dict[str, str]:
    here = str(Path(__file__).parents[3])
    return {
        **{name: value for name, value in os.environ.items() if name == "AMUR_UV" or not name.startswith("AMUR_")},
        "PYTHONPATH": os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")])),
        "PYTHONUTF8": "1",
    }


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """Yield what the process says, line by line, and an empty one each second in which it says nothing."""
    assert process.stdout is not None  # noqa: S101 -- it was asked for
    out, half = process.stdout, b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(out, selectors.EVENT_READ)
        while True:
            if not waiting.select(_LOOK_SECONDS):
                yield ""
                continue
            said = os.read(out.fileno(), 65_536)
            *whole, half = (half + said).split(b"\n")
            yield from (line.decode(errors="replace") for line in whole)
            if not said:
                return


def _tell(study: Study, line: str, now: datetime) -> bool:
    """Keep how far it is and that this worker is alive; say whether the study is still this worker's.

    That is written once a second; what is done next at once, since it may be told only once.
    """
    found = engine.progress(line)
    since = engine.LEASE - ((study.taken_until or now) - now)
    is_next = found is not None and found.step.get("code") != study.step.get("code")
    if not is_next and since < (_TOLD_EVERY if found else engine.LEASE / 2):
        return True
    fresh: dict[str, Any] = {"taken_until": now + engine.LEASE}
    if found:
        fresh |= {"progress": found.done, "doing": found.doing, "step": found.step}
        study.step = dict(found.step)
    study.taken_until = now + engine.LEASE
    return bool(_ours(study).update(**fresh))


def _put_back(study: Study) -> None:
    """Let a study wait again that was stopped on purpose; that counts for no failed attempt."""
    begun: dict[str, Any] = {"taken_until": None, "progress": 0, "doing": "", "step": {}}
    _ours(study).update(state=Study.State.QUEUED, claims=study.claims - 1, **begun)


def _ours(study: Study) -> QuerySet[Study]:
    return Study.objects.filter(pk=study.pk, state=Study.State.RUNNING, claims=study.claims)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that has not ended by itself, with whatever it started."""
    if process.stdout:
        process.stdout.close()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _silent(process: subprocess.Popen[bytes], work: Path) -> Outcome:
    """Return why a run failed that ended without a word of its own: how it ended, and what it wrote last."""
    written = (work / "errors").read_text(encoding="utf-8", errors="replace").strip()
    last = written[-_TAIL:].replace("\0", "\ufffd")
    how = _ended(process.returncode)
    found = failure(AmurError(how.code, f"{how.message}\n{last}".strip(), **how.details))
    faults = ({**asdict(how)}, *({"code": "written", "message": one, "details": {}} for one in last.splitlines()))
    return replace(found, faults=faults)


def _ended(code: int) -> Reason:
    if code == -signal.SIGKILL:
        name = signal.SIGKILL.name
        said = f"the computation was ended by the signal {name}, as a machine does that is short of memory"
        return Reason("killed", said, {"signal": name})
    if code < 0:
        name = signal.Signals(-code).name
        return Reason("ended_by_signal", f"the computation was ended by the signal {name}", {"signal": name})
    return Reason("ended_with_code", f"the computation ended with code {code}", {"exit": code})


def _keep(
    study: Study, outcome: Outcome, work: Path | None, folder: Folder, *, by: Actor, now: datetime, key: IdempotencyKey
) -> Study | None:
    """Keep how a study ended with its entry; nothing if another worker has it by now."""
    results: dict[str, str] = {}
    whole = ""
    figures: dict[str, str | None] = {}
    if not outcome.failed and work is not None:
        try:
            figures = {name: engine.kept(value) for name, value in outcome.figures.items()}
            results, whole = folder.keep_result(work / RESULTS)
        except (AmurError, ValueError, OSError) as error:
            outcome = _not_kept(outcome, error)
    failed = outcome.failed
    with transaction.atomic(durable=True):
        ours = _ours(study).select_for_update().first()
        if ours is None:
            return None
        ours.state = Study.State.FAILED if failed else Study.State.DONE
        ours.reason, ours.faults = failed, [dict(one) for one in outcome.faults]
        ours.figures, ours.results, ours.result_hash = figures, results, whole
        ours.simulated = [*_said_to_be_simulated(ours), *(dict(one) for one in outcome.simulated)]
        ours.ran_on = {"inputs": dict(outcome.inputs), "sources": [dict(one) for one in outcome.sources]}
        ours.seconds, ours.memory_mb, ours.ended_at = outcome.seconds, outcome.memory_mb, now
        ours.taken_until, ours.doing, ours.step = None, "", {}
        ours.progress = ours.progress if failed else engine.WHOLE
        ours.ended_entry = _recorded(ours, outcome, by=by, now=now, key=key)
        if not failed and ours.publish_when_done:
            declaration = lookups.by_hash(MethodDeclaration, ours.declaration_hash)
            make_public(ours, declaration, by=by, now=now, key=key)
        ours.save()
    for left in folder.path.glob(f".work-{study.pk}-*"):
        shutil.rmtree(left, ignore_errors=True)
    return ours


def _not_kept(outcome: Outcome, error: Exception) -> Outcome:
    said = f"the result could not be kept: {error}"
    found = failure(AmurError("not_kept", said, error=str(error)))
    return replace(outcome, failed=said, code=found.code, faults=found.faults)


def _said_to_be_simulated(study: Study) -> list[Json]:
    """Return what the pack says is made up among the inputs, in the languages in which it says it."""
    return [one["simulated"] for one in study.inputs if one.get("simulated")]


def _recorded(study: Study, outcome: Outcome, *, by: Actor, now: datetime, key: IdempotencyKey) -> str:
    declaration = lookups.by_hash(MethodDeclaration, study.declaration_hash)
    body: dict[str, Json] = {
        "study": study.pk,
        "result": study.result_hash,
        "figures": study.figures,
        "inputs": dict(outcome.inputs),
        "key": key,
    }
    if study.state == Study.State.FAILED:
        body = {"study": study.pk, "reason": study.reason, "code": outcome.code, "key": key}
    kind = FAILED if study.state == Study.State.FAILED else DONE
    entry = ledger.record(
        subject=f"study:{study.question}", kind=kind, by=by, now=now, body=body, basis=cited(declaration.basis)
    )
    return entry.leaf
