"""The pages of the portal at fifty requests a second with all of the server on one core: milliseconds of each page.

``amur bench web [--rate N] [--seconds N] [--data FOLDER] [--pack FOLDER] [--json]``. What is done: README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).resolve().parent), str(ROOT / "src")]

from asking import Answer, Reader  # noqa: E402 -- found by the line above
from weighing import first_view  # noqa: E402 -- as above

GOAL_MS, GOAL_BYTES = 30, 60_000
_TICKS = os.sysconf("SC_CLK_TCK")
_WARM = 3
_READERS = 16
_FAULT = 400
_SETTLES, _QUIET, _SECONDS_QUIET = 600, 0.15, 3


def cores() -> tuple[set[int], set[int]]:
    """Return the core of the server, and those of whoever asks; they are the same where there is one core only."""
    known = sorted(os.sched_getaffinity(0))
    return {known[0]}, set(known[1:]) or {known[0]}


@contextmanager
def installation(folder: Path, pack: str) -> Iterator[tuple[int, int]]:
    """Start ``amur up`` with all its processes on one core; yield its process and its port."""
    from amur.config.supervisor import Address, is_well

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-P", "-m", "amur", "up", "--data", str(folder), "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")} | ({"AMUR_PACK": pack} if pack else {})
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 600
            while not is_well(Address("localhost", port)):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"it did not start:\n{(folder / 'up.log').read_text()[-3_000:]}")
                time.sleep(0.2)
            pin(process.pid, cores()[0])
            yield process.pid, port
        finally:
            process.terminate()
            process.wait(60)


def below(process: int) -> list[int]:
    """Return a process and all that it has started."""
    with suppress(OSError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return [process, *(one for child in children for one in below(int(child)))]
    return []


def pin(process: int, to: set[int]) -> None:
    """Keep a process, all that it has started and each of their threads on these cores."""
    for one in below(process):
        with suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                os.sched_setaffinity(int(thread.name), to)


def worked(process: int) -> float:
    """Return the seconds that a process and all that it has started have worked."""
    total = 0
    for one in below(process):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:13]))
    return total / _TICKS


def settle(process: int) -> None:
    """Wait until what a start brings to do is done: figures are computed, examples played; ten minutes at most."""
    quiet, before = 0, worked(process)
    for _ in range(_SETTLES):
        time.sleep(1)
        after = worked(process)
        quiet, before = (quiet + 1 if after - before < _QUIET else 0), after
        if quiet == _SECONDS_QUIET:
            return


def pages(folder: Path, pack: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the addresses that anybody may ask for, and cases of the demonstration with their query codes."""
    os.environ |= {"AMUR_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "amur.config.settings"}
    if pack:
        os.environ["AMUR_PACK"] = pack
    import django

    django.setup()
    from amur.base.acting import PUBLIC
    from amur.procedures import acts
    from amur.procedures import reads as procedures
    from amur.procedures.models import Case
    from amur.registers import reads as registers

    services = [one.id for one in procedures.services()]
    topics = [one.topic.id for one in procedures.services_by_topic() if one.topic]
    found = ["/", "/services/", "/search/?q=备案", "/search/?q=网络", "/statistics/", "/ratings/", "/track/"]
    found += ["/registers/", "/consultations/", "/draws/", "/verify/", "/display/"]
    found += [f"/services/?topic={name}" for name in topics[:3]] + [f"/services/{name}/" for name in services[:8]]
    for one in registers.registers(PUBLIC)[:5]:
        found += [f"/registers/{one.id}/", f"/registers/{one.id}/?q=演示"]
        found += [f"/registers/{one.id}/{row.key}/" for row in registers.records(PUBLIC, one.id).rows[:1]]
    cases = [(one.number, acts.query_code(one)) for one in Case.objects.filter(erased_at=None).order_by("?")[:6]]
    return [*found, *(f"/en{path}" for path in found)], cases


def measure(process: int, addresses: list[str], readers: list[Reader], schedule: list[tuple[float, str]]) -> Any:
    """Ask for the pages in turn, each at its moment whether or not those before have been answered."""
    for reader in readers[:1]:
        for address in addresses * _WARM:
            reader.get(address)
    answers: list[Answer] = []
    turn, begun, before = iter(schedule), time.perf_counter() + 0.2, worked(process)
    lock = threading.Lock()

    def ask(reader: Reader) -> None:
        while True:
            with lock:
                due = next(turn, None)
            if due is None:
                return
            at = begun + due[0]
            time.sleep(max(0, at - time.perf_counter()))
            status = reader.get(due[1])
            answers.append(Answer(due[1], (time.perf_counter() - at) * 1000, status))

    threads = [threading.Thread(target=ask, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, worked(process) - before, time.perf_counter() - begun


def p95(spent: list[float]) -> float:
    """Return the 95th percentile."""
    return sorted(spent)[max(0, -(-len(spent) * 95 // 100) - 1)]


def show(answers: list[Answer], cpu: float, wall: float) -> None:
    """Print the middle and the slow end of all pages, and of each."""
    spent = [one.ms for one in answers]
    print(
        f"{len(answers):,} answers in {wall:.1f} s: p50 {statistics.median(spent):.1f} ms  p95 {p95(spent):.1f}  "
        f"worst {max(spent):.1f}; the server's processor {cpu / len(answers) * 1000:.1f} ms an answer, "
        f"{cpu / wall:.0%} of its core"
    )
    of_page: dict[str, list[float]] = {}
    for one in answers:
        of_page.setdefault(one.address, []).append(one.ms)
    for address, mine in sorted(of_page.items(), key=lambda item: -statistics.median(item[1])):
        print(f"  {address:<58} p50 {statistics.median(mine):6.1f}  p95 {p95(mine):6.1f}  of {len(mine)}")


def main(argv: list[str]) -> int:
    """Measure, and say so in the last line."""
    parser = argparse.ArgumentParser(prog="amur bench web", description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--data", help="a folder of `amur up` with its demonstration; a new one is made without it")
    parser.add_argument("--pack", default="", help="the pack to run; the one of packs/default without it")
    parser.add_argument("--json", action="store_true", help="print every answer")
    given = parser.parse_args(argv)
    os.sched_setaffinity(0, cores()[1])
    with tempfile.TemporaryDirectory() as fresh:
        folder = Path(given.data or fresh)
        with installation(folder, given.pack) as (process, port):
            settle(process)
            addresses, cases = pages(folder, given.pack)
            readers = [Reader(port, place) for place in range(_READERS)]
            mine = readers[0].follow(cases)
            for reader in readers[1:]:
                reader.cookies |= readers[0].cookies
            addresses += mine + readers[0].begin(addresses)
            asked = range(given.rate * given.seconds)
            schedule = [(place / given.rate, addresses[place % len(addresses)]) for place in asked]
            answers, cpu, wall = measure(process, addresses, readers, schedule)
            weights = {address: first_view(readers[0], address) for address in addresses}
    show(answers, cpu, wall)
    heaviest = max(weights, key=lambda address: weights[address])
    print(f"first views: {len(weights)} pages, the heaviest {weights[heaviest]:,} bytes compressed ({heaviest})")
    if given.json:
        print(json.dumps({"answers": [one._asdict() for one in answers], "bytes": weights}, ensure_ascii=False))
    wrong = sum(one.status >= _FAULT for one in answers)
    found = p95([one.ms for one in answers])
    print(
        f"bench web p95={found:.1f} unit=ms goal={GOAL_MS} rate={given.rate}/s answers={len(answers)} wrong={wrong} "
        f"bytes={weights[heaviest]} bytes_goal={GOAL_BYTES} cpu_ms={cpu / len(answers) * 1000:.1f}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
