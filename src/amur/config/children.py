"""Processes that a supervisor keeps alive: started, watched, restarted with back-off, and gone when it is gone."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_DEATHS_ALLOWED = 5
_WINDOW_SECONDS = 120.0
_WORKED_SECONDS = 10.0
"""Who lived that long and was killed by somebody else may run again: it says nothing against the program."""
_GRACE_SECONDS = 10.0
_PATIENCE = 10
"""How nice a process is that gives way, from 0, which is as others are, to 19."""


class ChildGivesUpError(Exception):
    """A child died again and again."""


def follow_parent(number: int = signal.SIGTERM) -> None:
    """Ask Linux to signal this process when its parent dies, ``kill -9`` included. Elsewhere this does nothing."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def give_way() -> None:
    """Let this process and what it starts take what others leave of the processors, a tenth of them at least.

    Linux shares processors between sessions first and looks at what a process is worth only within one, so that it has
    to be told twice.
    """
    os.nice(_PATIENCE)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_PATIENCE), encoding="ascii")


@dataclass
class Child:
    """One kept process: a name for people, the command, and when it died before.

    One that is ``patient`` works for nobody who waits, and gives way to those that do.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    patient: bool = False
    deaths: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None
    _start_at: float = 0.0
    _begun: float = 0.0

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self._begun = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=self._begin,  # noqa: PLW1509 - the supervisor has one thread
        )

    def _begin(self) -> None:
        follow_parent()
        if self.patient:
            give_way()

    @property
    def is_running(self) -> bool:
        """Say whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def watch(self, now: float | None = None) -> str:
        """Restart the process if it died and its pause is over; return what happened, or nothing.

        One that had worked for a while when somebody killed it is started again at once, and that is not counted.

        Raises:
            ChildGivesUpError: if it died too often.
        """
        now = time.monotonic() if now is None else now
        if self.is_running:
            return ""
        if self.process is not None:
            code, self.process = self.process.returncode, None
            if code == -signal.SIGKILL and time.monotonic() - self._begun >= _WORKED_SECONDS:
                self.start()
                return f"The {self.name} process died ({describe_exit(code)}); it was started again."
            self.deaths = [at for at in self.deaths if now - at < _WINDOW_SECONDS] + [now]
            if len(self.deaths) >= _DEATHS_ALLOWED:
                raise ChildGivesUpError(
                    f"The {self.name} process died {len(self.deaths)} times within {_WINDOW_SECONDS:.0f} s "
                    f"(last: {describe_exit(code)}). What it said stands above."
                )
            pause = 2.0 ** (len(self.deaths) - 1)
            self._start_at = now + pause
            return f"The {self.name} process died ({describe_exit(code)}); starting it again in {pause:.0f} s."
        if now >= self._start_at:
            self.start()
        return ""


def describe_exit(code: int) -> str:
    """Say how a process ended.

    >>> describe_exit(-9), describe_exit(1)
    ('killed by SIGKILL', 'exit code 1')
    """
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def end_all(children: Sequence[Child], grace: float = _GRACE_SECONDS) -> None:
    """Ask all to end, wait, and kill what is left with everything it started."""
    running = [child.process for child in children if child.is_running and child.process]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + grace
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in running:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
