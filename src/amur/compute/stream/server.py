"""A NATS server of one's own, for one machine and for tests; a province runs a cluster of them instead."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amur.compute.stream.jobs import StreamFailed

_START_SECONDS = 20
_CONFIGURATION = """
listen: "127.0.0.1:{port}"
server_name: amur
max_payload: 8MB
ports_file_dir: {ports}
jetstream {{ store_dir: {store} }}
{who}
"""
_GUARD = """
import subprocess, sys, threading
with subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL) as server:
    threading.Thread(target=lambda: (sys.stdin.read(), server.terminate()), daemon=True).start()
    sys.exit(server.wait())
"""
"""Holds the server, and ends it when its input ends: also when who started it was killed."""


@contextmanager
def served(folder: Path, port: int = -1, *, secret: str = "") -> Iterator[str]:
    """Run a server on files in a folder for the time of a block, and give its address; port -1 takes a free one.

    It listens on this machine only, and ends with this process, even if that is killed. With a ``secret`` (letters and
    digits) only those may connect who know it, and it is part of the address. What it has acknowledged outlives its
    process; the file system decides how much of the last two minutes outlives the machine.

    Raises:
        StreamFailed: if the program is missing or does not start; its last words are in the message.
    """
    program = shutil.which("nats-server", path=str(Path(sys.executable).parent)) or shutil.which("nats-server")
    if program is None:
        raise StreamFailed("compute.no_server", "there is no program nats-server; install requirements-scale.lock")
    told = _told(folder, port, secret)
    with (
        (folder / "nats.log").open("wb") as log,
        subprocess.Popen(  # noqa: S603 - the server's own program, with a file that was written above
            [sys.executable, "-c", _GUARD, program, "-c", str(told)],
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches every process of the terminal; this one ends after its clients
        ) as process,
    ):
        try:
            address = _address(folder, process)
            yield address.replace("//", f"//{secret}@", 1) if secret else address
        finally:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(_START_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _told(folder: Path, port: int, secret: str) -> Path:
    """Write down what the server is to do, for its owner's eyes alone."""
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / "nats.conf"
    told.touch(mode=0o600)
    text = _CONFIGURATION.format(
        port=port,
        ports=json.dumps(str(folder)),
        store=json.dumps(str(folder / "jetstream")),
        who=f"authorization {{ token: {json.dumps(secret)} }}" if secret else "",
    )
    told.write_text(text, encoding="utf-8")
    for former in folder.glob("*.ports"):
        former.unlink()
    return told


def _address(folder: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for file in folder.glob("*.ports"):
            if text := file.read_text(encoding="utf-8"):
                address: str = json.loads(text)["nats"][0]
                return address
        time.sleep(0.01)
    said = (folder / "nats.log").read_text(encoding="utf-8", errors="replace").strip()
    raise StreamFailed("compute.no_server", f"the NATS server did not start: {said.rpartition(chr(10))[2]}")
