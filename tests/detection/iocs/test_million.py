"""A million indicators fit into the memory that a small machine has, and are read in seconds."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

_MOST_MB, _MOST_SECONDS = 300, 20
_WORK = """
import json, resource, sys, time
from pathlib import Path
import pyarrow as pa
from amur.detection.iocs import Matcher, load
begun = time.process_time()
iocs = load([Path(sys.argv[1])])
spent = time.process_time() - begun
names = [f"www.name{number * 500}.example{number * 500 % 1000}.net" for number in range(200_000)]
hits = Matcher(iocs).match(pa.record_batch({"query": names}))
status = Path("/proc/self/status")  # what getrusage says begins with the memory of whoever started us
told = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")] if status.exists() else []
peak = int(told[0].split()[1]) / 1024 if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
print(json.dumps([len(iocs), len(iocs.unusable), spent, len(hits), peak]))
"""


@pytest.mark.deep
@pytest.mark.parametrize("form", ["names", "table", "addresses", "networks"])
def test_a_million_indicators_are_read_in_seconds_and_fit_into_300_megabytes(tmp_path, form):
    lines = {
        "names": lambda number: f"name{number}.example{number % 1000}.net",
        "table": lambda number: f"domain,name{number}.example{number % 1000}.net,CERT,campaign",
        "addresses": lambda number: f"{number >> 16 & 15 | 16}.{number >> 8 & 255}.{number & 255}.9",
        "networks": lambda number: f"{number >> 16 & 15 | 16}.{number >> 8 & 255}.{number & 255}.0/24",
    }[form]
    file = tmp_path / "list.txt"
    head = "type,value,source,description\n" if form == "table" else ""
    file.write_text(head + "\n".join(lines(number) for number in range(1_000_000)))
    done = subprocess.run([sys.executable, "-c", _WORK, str(file)], check=True, capture_output=True, text=True)
    kept, unusable, seconds, hits, megabytes = json.loads(done.stdout)
    assert (kept, unusable) == (1_000_000, 0)
    assert hits == (2000 if form in {"names", "table"} else 0)
    assert seconds < _MOST_SECONDS
    if form in {"names", "table"}:
        assert megabytes < _MOST_MB
