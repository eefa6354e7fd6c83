"""A million names to look for and the names to look up, none of them chosen by who wrote the bench.

The names come from the lists of the package ``pymispwarninglists`` where it is installed: the sites of Tranco to look
for, the hosts of CrUX to look up. Where it is not, both are made by varying real names, those of the recorded attacks,
and that is said. The names and addresses of the recorded attacks are looked up in any case.
"""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_170
_FIELDS = (
    "DestinationHostname", "SourceHostname", "QueryName", "WorkstationName", "TargetDomainName", "DnsHostName",
    "DestinationIp", "SourceIp", "IpAddress", "SourceAddress", "DestAddress",
)  # fmt: skip


def _listed(name: str) -> list[str]:
    """Return a list of the package, or none where it is not installed."""
    if find_spec("pymispwarninglists") is None:
        return []
    file = files("pymispwarninglists") / "data" / "misp-warninglists" / "lists" / name / "list.json"
    return list(json.loads(file.read_text(encoding="utf-8"))["list"])


def recorded() -> list[str]:
    """Return the names and addresses in the recorded attacks, each once, in lower case; none without the records."""
    shared = Path(os.environ.get("AMUR_SHARED") or ROOT.parent / "shared")
    file = shared / "data" / "attack-samples.jsonl.gz"
    if not file.exists():
        return []
    found: dict[str, None] = {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            said = json.loads(line)["Event"].get("EventData")
            for field in _FIELDS if isinstance(said, dict) else ():
                if isinstance(value := said.get(field), str) and value.strip():
                    found[value.strip().lower()] = None
    return list(found)


def _varied(draw: random.Random) -> Iterator[str]:
    """Give names without end: the labels of the recorded names, joined and numbered, below real public suffixes."""
    source = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    suffixes = [line for line in source.split("\n") if line.isascii() and line[:1].isalpha()]
    labels = sorted({label for name in recorded() for label in name.split(".") if label.isalnum()}) or ["name"]
    while True:
        yield f"{draw.choice(labels)}-{draw.choice(labels)}{draw.randrange(1000)}.{draw.choice(suffixes)}"


def kept(count: int) -> tuple[list[str], str]:
    """Return names to look for, and where they are from."""
    if found := _listed("tranco"):
        return found[:count], "Tranco's sites out of pymispwarninglists"
    names = _varied(random.Random(SEED))
    return list(dict.fromkeys(next(names) for _ in range(count))), "made by varying the names of recorded attacks"


def asked(count: int, known: set[str], *, hits: float | None) -> tuple[list[str], str]:
    """Return names to look up, and where they are from; ``hits`` is the share of them that is known, None as it is."""
    draw = random.Random(SEED + 1)
    names = _listed("google-chrome-crux-1million")
    said = "CrUX's hosts out of pymispwarninglists"
    if not names:
        source = _varied(draw)
        names = list(dict.fromkeys(f"www.{next(source)}" for _ in range(2 * count)))
        names += [f"www.{name}" for name in draw.sample(sorted(known), min(count // 10, len(known)))]
        said = "made by varying the names of recorded attacks"
    draw.shuffle(names)
    others = recorded()
    wanted = count - len(others)
    if hits is not None:
        found = [name for name in names if _walks(name, known)][: round(hits * count)]
        names = [name for name in names if not _walks(name, known)][: wanted - len(found)] + found
    names = list(dict.fromkeys(names[:wanted] + others))
    draw.shuffle(names)
    return names, f"{said}, and {len(others)} of recorded attacks"


def _walks(name: str, known: set[str]) -> bool:
    while name:
        if name in known:
            return True
        name = name.partition(".")[2]
    return False
