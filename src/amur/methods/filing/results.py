"""Results as files: each under its name only when all of it is on the disk, and a manifest of what it came of."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import amur
from amur.base.faults import AmurError

_BLOCK = 2**20


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, read a megabyte at a time."""
    found = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


@dataclass(slots=True)
class Results:
    """The files of one run in one folder; the manifest is written last, so that a folder without one is no result."""

    folder: Path
    written: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the folder.

        Raises:
            AmurError: if there is something else under its name, or it cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise AmurError("no_folder", f"{self.folder} cannot be made: {error.strerror}; name another") from error
        with suppress(FileNotFoundError):
            (self.folder / "manifest.json").unlink()

    def write(self, name: str, content: bytes | str) -> None:
        """Write a file whole or not at all."""
        data = content.encode() if isinstance(content, str) else content
        handle, half = tempfile.mkstemp(prefix=f".{name}.", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as writing:
                writing.write(data)
                writing.flush()
                os.fsync(handle)
            Path(half).chmod(0o644)
            Path(half).replace(self.folder / name)
        except BaseException:
            with suppress(FileNotFoundError):
                Path(half).unlink()
            raise
        self.written[name] = hashlib.sha256(data).hexdigest()

    def finish(
        self, inputs: Iterable[Path], parameters: Mapping[str, Any], *, made_at: datetime, packages: Sequence[str]
    ) -> None:
        """Write the manifest: hashes of what went in and came out, parameters, versions, when."""
        said = {
            "made_at": made_at.isoformat(),
            "inputs": [{"file": file.name, "sha256": hash_of(file)} for file in inputs],
            "parameters": dict(parameters),
            "results": self.written,
            "versions": {"python": platform.python_version(), "amur": amur.__version__}
            | {name: version(name) for name in packages},
        }
        self.write("manifest.json", json.dumps(said, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def csv_of(rows: Iterable[Mapping[str, Any]], head: Sequence[str]) -> str:
    r"""Return rows as CSV; a text that a spreadsheet would take for a formula begins with an apostrophe.

    >>> csv_of([{"name": "=1+1", "cost": 2.5}], ["name", "cost"])
    "name,cost\r\n'=1+1,2.5\r\n"
    """
    into = io.StringIO()
    writer = csv.DictWriter(into, head)
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                name: f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
                for name, value in row.items()
            }
        )
    return into.getvalue()


def parquet_of(table: pa.Table) -> bytes:
    """Return a table as Parquet.

    >>> pq.read_table(io.BytesIO(parquet_of(pa.table({"cost": [2.5]})))).to_pylist()
    [{'cost': 2.5}]
    """
    into = io.BytesIO()
    pq.write_table(table, into, compression="zstd")
    return into.getvalue()


def geojson_of(features: Iterable[tuple[float, float, Mapping[str, Any]]]) -> str:
    """Return points, each east, north and what is said of it, as GeoJSON (RFC 7946).

    >>> json.loads(geojson_of([(126.5, 45.8, {"id": "a"})]))["features"][0]["geometry"]["coordinates"]
    [126.5, 45.8]
    """
    found = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [east, north]}, "properties": dict(said)}
        for east, north, said in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False, allow_nan=False) + "\n"
