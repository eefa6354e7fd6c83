"""The Python environment: made on first use from the hashed locks, repaired when it was left half-finished.

Runs before anything is installed, so it imports the standard library only. What a later step of one verb needs (the
front end, the catalogues) is not made here but by that verb.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOCKS = {
    "core": "requirements.lock",
    "analysis": "requirements-analysis.lock",
    "methods": "requirements-methods.lock",
    "scale": "requirements-scale.lock",
    "test": "requirements-test.lock",
    "spark": "requirements-spark.lock",
    "node": "requirements-node.lock",
}
_EVERYTHING = ("core", "analysis", "methods", "scale", "test")
_ANALYSIS = ("core", "analysis")
_METHODS = ("core", "methods")
_STREAM = (*_ANALYSIS, "scale")
_GROUPS = {
    "test": _EVERYTHING,
    "bench": _EVERYTHING,
    "detect": _ANALYSIS,
    "detect-worker": _STREAM,
    "rules": _ANALYSIS,
    "cover": _METHODS,
    "explain-village": _METHODS,
    "site": _METHODS,
}
_PATH_FILE = "amur.pth"
_HALF_DONE = "amur-setting-up"
_NEEDED = (3, 11)
_TAIL_LINES = 15
_NO_PIP = "Install the package python3-venv (Debian, Ubuntu) or uv, then start the command again."


class SetUpError(Exception):
    """The environment cannot be made; the message says what was tried and what to do."""


class Steps:
    """Says what is being done, with the seconds since the start, on the error stream."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def say(self, text: str) -> None:
        """Print one step."""
        sys.stderr.write(f"[{time.monotonic() - self._start:6.1f} s] {text}\n")
        sys.stderr.flush()


def main(arguments: Sequence[str]) -> int:
    """Make what the verb needs, then become the command."""
    verb = next((word for word in arguments if not word.startswith("-")), "")
    try:
        ensure(_GROUPS.get(verb, ("core",)))
    except SetUpError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Start the command again: it continues from here.\n")
        return 130
    python = str(folder() / "bin" / "python")
    os.execv(python, [python, "-P", "-m", "amur", *arguments])  # noqa: S606 - becomes the command; no shell wanted
    return 0


def folder() -> Path:
    """Return where the environment is."""
    return ROOT / ".venv"


def ensure(groups: Sequence[str]) -> None:
    """Install the groups of packages whose lock has changed, or whose installation was never finished.

    Raises:
        SetUpError: if there is no way to make the environment; nothing is marked as done then.
    """
    if all(_is_current(group) for group in groups):
        return
    steps = Steps()
    with alone(ROOT / LOCKS["core"], steps):
        missing = [group for group in groups if not _is_current(group)]
        if not missing:
            return
        _make_folder(steps)
        marker = folder() / _HALF_DONE
        marker.touch()
        for group in missing:
            try:
                _install(group, steps)
            except SetUpError:  # the installer ended by itself, so what it left is whole
                marker.unlink()
                raise
        _site_packages().joinpath(_PATH_FILE).write_text("../../../../src\n", encoding="ascii")
        for group in missing:
            _stamp(group).write_text(_fingerprint(group), encoding="ascii")
        marker.unlink()
        steps.say("The environment is ready.")


@contextmanager
def alone(file: Path, steps: Steps) -> Iterator[None]:
    """Let one process at a time through; the others say that they wait."""
    with file.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            steps.say("Another start of Amur is setting up; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run(command: Sequence[str], doing: str, *, advice: str = "") -> None:
    """Run a program quietly; if it fails, show the end of what it said.

    Raises:
        SetUpError: if the program fails or is not there.
    """
    environment = {**os.environ, "PYTHONNOUSERSITE": "1", "UV_PYTHON_DOWNLOADS": "never"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    except OSError as error:
        raise SetUpError(f"{doing} failed: {command[0]}: {error.strerror}.") from error
    if done.returncode:
        said = done.stdout.decode(errors="replace").strip().splitlines()[-_TAIL_LINES:]
        tail = "\n".join(f"  {line}" for line in said)
        hint = _advice("\n".join(said)) or advice
        raise SetUpError(f"{doing} failed:\n{tail}\n{hint}".rstrip())


def _advice(said: str) -> str:
    if "No space left" in said:
        return "The disk is full. Free some space, then start the command again: it continues from here."
    if "hash" in said.lower() and "match" in said.lower():
        return "A package differs from the one that was locked. Do not go on; ask where your registry gets it from."
    return ""


def _make_folder(steps: Steps) -> None:
    """Make the environment, or remake it when a former start was stopped half-way."""
    here = folder()
    if here.exists() and ((here / _HALF_DONE).exists() or not _runs(here / "bin" / "python")):
        steps.say("The environment was left half-finished; making it again.")
        shutil.rmtree(here)
    if _runs(here / "bin" / "python"):
        return
    uv = _uv()
    steps.say(f"Making the environment {here.name} with {'uv' if uv else 'venv'} …")
    if uv:
        run([uv, "venv", "--quiet", "--python", sys.executable, str(here)], "Making the environment")
    else:
        run([sys.executable, "-m", "venv", str(here)], "Making the environment", advice=_NO_PIP)


def _install(group: str, steps: Steps) -> None:
    lock = ROOT / LOCKS[group]
    count = sum(1 for line in lock.read_text(encoding="ascii").splitlines() if line[:1].isalnum())
    steps.say(f"Installing up to {count} packages from {lock.name} …")
    python = str(folder() / "bin" / "python")
    # The lock is whole. Resolved again, a package named with an extra is taken newer than it is locked, and refused.
    options = ["--require-hashes", "--no-deps", "-r", str(lock)]
    if uv := _uv():
        command = [uv, "pip", "install", "--quiet", "--python", python, *options]
    else:
        if subprocess.run([python, "-m", "pip", "--version"], check=False, capture_output=True).returncode:
            run([python, "-m", "ensurepip"], "Installing pip", advice=_NO_PIP)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *options]
    advice = "Check the network, then start the command again: it continues from here."
    run(command, f"Installing {lock.name}", advice=advice)


def _runs(python: Path) -> bool:
    ask = f"import sys; sys.exit(sys.version_info < {_NEEDED})"
    try:
        return subprocess.run([python, "-c", ask], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _uv() -> str | None:
    """Return uv where it is present and runs; AMUR_UV=0 says not to use it."""
    found = None if os.environ.get("AMUR_UV") == "0" else shutil.which("uv")
    try:
        works = found and subprocess.run([found, "--version"], check=False, capture_output=True).returncode == 0
    except OSError:
        return None
    return found if works else None


def _site_packages() -> Path:
    return next(folder().glob("lib/python3.*/site-packages"))


def _stamp(group: str) -> Path:
    return folder() / f"amur-{group}.stamp"


def _fingerprint(group: str) -> str:
    return hashlib.sha256((ROOT / LOCKS[group]).read_bytes()).hexdigest()


def _is_current(group: str) -> bool:
    try:
        stamped = _stamp(group).read_text(encoding="ascii")
    except OSError:
        return False
    half_done = (folder() / _HALF_DONE).exists()
    return stamped == _fingerprint(group) and not half_done and os.access(folder() / "bin" / "python", os.X_OK)
