"""Loss over terrain: paths a CPU-second by each model, against another program with the same model and paths.

``amur bench propagation [--paths N] [--repeats N] [--model NAME] [--json]``. What each side does: README.md here.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(ROOT / "src")]
MODELS = [name for name in ("itm", "p1812") if (HERE / f"{name}.py").exists()]
"""Each is a file beside this one with ``measure(count, repeats)``; the last line is that of the last of them."""


def tell(name: str, found: dict[str, Any] | None) -> str:
    """Print what was measured of a model, and return the figures of its line."""
    if found is None:
        print(f"{name}: its data are absent; nothing was measured")
        return "ratio=n/a ours=n/a peer=n/a unit=paths/cpu-s"
    for line in found["lines"]:
        print(f"{name}: {line}")
    peer = found["peer"]
    ratio = f"{found['ours'] / peer:.1f}" if peer else "n/a"
    print(f"{name}: {ratio} times {found['peer_name']}" if peer else f"{name}: {found['peer_name']} is absent")
    return f"ratio={ratio} ours={found['ours']:.0f} peer={f'{peer:.0f}' if peer else 'absent'} unit=paths/cpu-s"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amur bench propagation", description=__doc__.partition("\n")[0])
    parser.add_argument("--paths", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--model", choices=MODELS, help="measure this one alone")
    parser.add_argument("--json", action="store_true", help="print all figures")
    given = parser.parse_args(argv)
    figures = "ratio=n/a ours=n/a peer=n/a unit=paths/cpu-s"
    for name in [given.model] if given.model else MODELS:
        found = importlib.import_module(name).measure(given.paths, given.repeats)
        figures = tell(name, found)
        print(f"bench propagation {name} {figures}")
        if given.json:
            print(json.dumps({name: found}))
    print(f"bench propagation {figures}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
