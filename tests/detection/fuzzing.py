"""A program that throws at one part of detection what coverage leads a fuzzer to; it falls where that part is not as it must be.

``python -m tests.detection.fuzzing TARGET SECONDS CORPUS`` from the project's folder; what made it fall lies in the
corpus. ``TARGETS`` says which there are. Each begins from small files in its formats (`seeds`).
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["amur.detection", "sigma"]):
    from amur.detection.correlating.engine import Correlator, Seen
    from amur.detection.events import POSITION, RAW, SOURCE, Quarantined, batch_of, fields_of, schema_of
    from amur.detection.iocs import Origin, Shelf
    from amur.detection.iocs.loading import read as read_list
    from amur.detection.matching.compiled import compile_rules
    from amur.detection.matching.engine import Engine
    from amur.detection.matching.full_scan import full_scan
    from amur.detection.reading import documents, evtx_files, jsonlines, opening, winxml
    from amur.detection.reading.columns import Gathering
    from amur.detection.reading.lines import lines_of
    from amur.detection.sigma.reading import read_texts

from tests.detection import seeds

_LONGEST, _ROWS, _AT_ONCE = 8_192, 3, 8
_WHERE = Path(tempfile.mkdtemp(prefix="amur-fuzzed-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))  # noqa: PTH112 -- a folder of the machine
_TEXTS = {events.__module__.rpartition(".")[2]: events for _, events in opening.TEXTS}
_EACH = {"syslog", "cef", "access"}
"""Formats in which each line is an event or set aside."""


def _kept(found: Iterator[Any], source: str, rows: int = _ROWS) -> tuple[list[int], list[Quarantined]]:
    """Return the positions of events, and what was set aside; whatever a reader must not yield is a fault."""
    positions: list[int] = []
    aside: list[Quarantined] = []
    for one in found:
        if isinstance(one, Quarantined):
            assert one.source.startswith(source), one
            assert one.code, one
            assert one.found, one
            assert one.position >= 0, one
            aside.append(one)
            continue
        one.validate(full=True)
        assert one.schema == schema_of(fields_of(one.schema)), one.schema
        assert one.num_rows > 0, one
        assert all(one.column(name).null_count == 0 for name in (RAW, SOURCE, POSITION))
        positions += one.column(POSITION).to_pylist()
    return positions, aside


def _lines(content: bytes) -> list[tuple[int, int, bytes]]:
    return [one for one in lines_of(io.BytesIO(content), "x") if not isinstance(one, Quarantined)]


def _of_text(name: str) -> Callable[[bytes], None]:
    events = _TEXTS[name]

    def target(content: bytes) -> None:
        given = [one[0] for one in _lines(content)]
        said = list(events(lines_of(io.BytesIO(content), "x"), "x"))
        told = [one.position if isinstance(one, Quarantined) else one[0] for one in said]
        assert set(told) <= set(given), (told, given)
        if name in _EACH:
            assert told == given, (told, given)
        positions, _ = _kept(opening._gathered(iter(said), Gathering("x", None), _ROWS), "x")
        assert positions == [one[0] for one in said if not isinstance(one, Quarantined)]
        opening.TEXTS[[*_TEXTS].index(name)][0](content)

    return target


def _json_lines(content: bytes) -> None:
    given = _lines(content)
    positions, aside = _kept(jsonlines.batches(iter(given), Gathering("x", None), _ROWS), "x")
    empty = [place for place, _, line in given if line.strip().startswith(b"[")]
    assert {one[0] for one in given} - {*positions, *(one.position for one in aside)} <= {*empty}
    whole, same = _kept(jsonlines.batches(iter(given), Gathering("x", None), 10_000), "x")
    assert (whole, same) == (positions, aside)


def _document(content: bytes) -> None:
    positions, aside = _kept(documents.batches(io.BytesIO(content), Gathering("x", None), _ROWS), "x")
    told = [*positions, *(one.position for one in aside)]
    assert sorted(told) == list(range(1, len(told) + 1)), told


def _event_log(content: bytes) -> None:
    positions, aside = _kept(evtx_files.batches(io.BytesIO(content), Gathering("x", None), _ROWS), "x")
    assert positions or aside or content[24:32] == (1).to_bytes(8, "little"), "records, or a word of it"


def _xml(content: bytes) -> None:
    positions, aside = _kept(winxml.batches(io.BytesIO(content), Gathering("x", None), _ROWS), "x")
    told = [*positions, *(one.position for one in aside)]
    assert sorted(told) == list(range(1, len(told) + 1)), told
    winxml.fits(content)


def _opened(content: bytes) -> None:
    """Read a file of whatever it is; what is not blank is an event or told."""
    path = _WHERE / "log"
    path.write_bytes(content)
    _kept(opening.read(path, rows=_ROWS), str(path))


def _rules(content: bytes) -> None:
    """Read rules, and find by them in some events what a full scan finds."""
    read = read_texts([("a.yml", content.decode("utf-8", "replace"))])
    assert all(one.why and one.file for one in (*read.unusable, *read.assumed)), read
    assert not read.rules or len({rule.said.id for rule in read.rules}) == len(read.rules)
    engine = Engine(compile_rules(read.rules))
    correlator = Correlator(read.correlations)
    for kind in ("own//", "windows//"):
        batch = batch_of(_EVENTS, kind=kind, times=[datetime(2026, 5, 1, tzinfo=UTC)] * len(_EVENTS))
        hits = engine.match(batch)
        found = list(zip(hits.rows.tolist(), hits.rules.tolist(), strict=True))
        wanted = list(full_scan(read.rules, batch))
        assert found == wanted, (found, wanted)
        for row, place in found:
            list(correlator.take(Seen(read.rules[place].said.id, row, _EVENTS[row], (("x", row),))))
    list(correlator.end())


_MODIFIERS = [
    *(
        "",
        "|contains",
        "|startswith",
        "|endswith",
        "|contains|all",
        "|re",
        "|re|i",
        "|re|m|s",
        "|cidr",
        "|windash|contains",
    ),
    *(
        "|cased",
        "|contains|cased",
        "|base64offset|contains",
        "|wide|base64|contains",
        "|exists",
        "|fieldref",
        "|gt",
        "|lte",
    ),
    *("|fieldref|startswith", "|neq", "|hour", "|week", "|expand", "|all"),
]
_FIELDS = ["A", "B", "C", "D", "E", "F", "G", "kay", "CommandLine", "Image", ""]
_VALUES = [
    *(
        "x",
        "*y*",
        "?z",
        "\\\\*",
        "",
        "*",
        None,
        7,
        0x11,
        8.5,
        True,
        "a+b?$",
        "^(x|y)",
        "[^a]\\b",
        "\\s",
        "K",
        "k",
        "\u212a",
        "\u0130",
        "I",
    ),
    *(
        "10.0.0.0/8",
        "::/0",
        "A",
        "G",
        " -x",
        "whoami",
        "kay",
        "le\\*ft",
        "\u767b",
        "%x%",
        "%gone%",
        "a\nb",
        "\x1f",
        "(",
        "a{2,}",
    ),
]
_ASKED = [
    "{0}",
    "not {0}",
    "{0} and {1}",
    "{0} or not {1}",
    "not ({0} and {1})",
    "1 of s*",
    "all of them",
    "({0} or {1}) and {2}",
]


def _meanings(content: bytes) -> None:
    """Put rules together of what rules are made of, and look whether the engine finds what the full scan finds."""
    given = atheris.FuzzedDataProvider(content)
    _rules("\n---\n".join(json.dumps(_rule(given, f"t{number}")) for number in range(_AT_ONCE)).encode())


def _rule(given: Any, title: str) -> dict[str, Any]:
    def values() -> Any:
        found = [given.PickValueInList(_VALUES) for _ in range(given.ConsumeIntInRange(1, 3))]
        return found[0] if len(found) == 1 else found

    def selection() -> Any:
        count = given.ConsumeIntInRange(0, 2)
        names = [given.PickValueInList(_FIELDS) + given.PickValueInList(_MODIFIERS) for _ in range(count)]
        return {name: values() for name in names} if names else [str(given.PickValueInList(_VALUES))]

    asked = given.PickValueInList(_ASKED).format(*(f"s{given.ConsumeIntInRange(0, 2)}" for _ in range(3)))
    detection = {**{f"s{one}": selection() for one in range(3)}, "condition": asked}
    category = {"category": "process_creation"} if given.ConsumeBool() else {}
    product = given.PickValueInList(["own", "windows"])
    return {"title": title, "logsource": {"product": product, **category}, "detection": detection}


_EVENTS = [
    {"A": "x yz", "B": "aab", "C": "10.1.2.3", "D": "8", "F": "", "CommandLine": "whoami -x"},
    {"A": "Xyz登", "B": "aaC\n", "C": "6", "D": "0x11", "E": "", "G": "xyz登", "kay": "le\\ft"},
    {"A": "zoo", "B": "xyzzz K", "C": "::1", "D": "nan", "Channel": "Security", "EventID": "4688", "NewProcessName": "kay"},
    {"A": "x\x1fa /x Foo", "B": "é x", "C": "x", "Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": "1", "Image": "le*ft"},
]  # fmt: skip


def _list(content: bytes) -> None:
    """Read a list of indicators: each is usable, or said with its line."""
    shelf = Shelf()
    read_list(io.BytesIO(content), shelf, Origin(file="f"))
    iocs = shelf.closed()
    assert all(iocs.indicator(number).value for number in range(len(iocs)))
    assert all(one.line >= 1 and one.code and one.why for one in iocs.unusable), iocs.unusable


TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "jsonlines": (_json_lines, (seeds.JSON_LINES, *seeds.JSON_LINES.splitlines())),
    "documents": (_document, (seeds.DOCUMENT, seeds.JSON_LINES)),
    "evtx_files": (_event_log, (seeds.LOGS["evtx_files"],)),
    "winxml": (_xml, (seeds.XML,)),
    "opening": (_opened, (*seeds.LOGS.values(), *seeds.PACKED)),
    "rules": (_rules, seeds.RULES),
    "meanings": (_meanings, tuple(bytes(range(one, 256)) * 2 for one in (0, 60, 120, 180))),
    "iocs": (_list, seeds.LISTS),
    **{name: (_of_text(name), (seeds.LOGS.get(name, b""),)) for name in _TEXTS},
}
"""What is fuzzed by its name, and from which files it begins."""

_WORDS = (
    *("contains", "startswith", "endswith", "all", "re", "cidr", "windash", "base64", "base64offset", "expand", "wide"),
    *("exists", "fieldref", "cased", "gt", "lte", "neq", "minute", "1 of", "all of", "them", " and ", " or ", "not "),
    *("correlation:", "filter:", "detection:", "condition:", "logsource:", "timespan:", "group-by:", "aliases:", "*d"),
)


def main(name: str, seconds: str, corpus: str) -> None:
    """Fuzz for so many seconds; one content that takes ten, or two gigabytes, is a fault too."""
    target, begun = TARGETS[name]
    for number, content in enumerate(begun):
        Path(corpus, f"seed-{number}").write_bytes(content)
    words = Path(corpus).with_suffix(".words")
    words.write_text("".join(f'"{word}"\n' for word in _WORDS), encoding="utf-8")
    options = [
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-rss_limit_mb=2048",
        f"-max_len={80_000 if name == 'evtx_files' else _LONGEST}",
        "-print_final_stats=1",
        f"-artifact_prefix={corpus}/",
        *([f"-dict={words}"] if name == "rules" else []),
    ]
    atheris.Setup([sys.argv[0], *options, corpus], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
