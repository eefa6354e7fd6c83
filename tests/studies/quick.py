"""Runs a job of the model of concentration as quickly as Python starts: what a study is does not depend on what computes it.

That the worker's own command does the same is tested by itself.
"""

import csv
import hashlib
import json
import sys
from pathlib import Path


def run(at):
    job = json.loads((at / "job.json").read_text())
    (at / "results").mkdir()
    markets = {}
    with Path(job["inputs"]["firms"]["path"]).open(newline="") as stream:
        for row in csv.DictReader(stream):
            markets.setdefault(row["market"], []).append(float(row["size"]))
    largest = int(job["parameters"]["largest"])
    lines = ["market,hhi,equal_firms,largest_share,firms"]
    lines += [",".join(map(str, (name, *_of(sizes, largest).values()))) for name, sizes in sorted(markets.items())]
    table = "\r\n".join(lines) + "\r\n"
    (at / "results" / "markets.csv").write_text(table, newline="")
    digest = hashlib.sha256(table.encode()).hexdigest()
    manifest = {"parameters": job["parameters"], "results": {"markets.csv": digest}, "made_at": job["made_at"]}
    (at / "results" / "manifest.json").write_text(json.dumps(manifest))
    sys.stdout.write(json.dumps({"done": 1, "doing": ""}) + "\n")
    figures = _of([one for sizes in markets.values() for one in sizes], largest)
    (at / "outcome.json").write_text(json.dumps({"figures": figures, "simulated": [], "sources": []}))


def _of(sizes, largest):
    total = sum(sizes)
    hhi = sum((size / total) ** 2 for size in sizes) * 10_000
    share = sum(sorted(sizes)[::-1][:largest]) / total
    return {"hhi": hhi, "equal_firms": 10_000 / hhi, "largest_share": share, "firms": len(sizes)}


if __name__ == "__main__":
    run(Path(sys.argv[1]))
