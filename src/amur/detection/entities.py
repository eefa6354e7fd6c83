"""What an event is about, by the names of the Elastic Common Schema: who, on which host, with which program.

Rules look at fields by the names of their logs; whoever reads what they found wants one name for one thing. A table
says which fields say it, the most telling first.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from amur.detection.events import texts_of

ECS: dict[str, tuple[str, ...]] = {
    "host.name": ("Computer", "Hostname", "host.name", "host", "hostname", "dvchost"),
    "user.name": ("TargetUserName", "User", "SubjectUserName", "user.name", "user", "suser", "userIdentity.userName"),
    "process.executable": ("Image", "NewProcessName", "process.executable", "exe", "SourceImage"),
    "process.command_line": ("CommandLine", "process.command_line", "ProcessCommandLine"),
    "process.parent.executable": ("ParentImage", "ParentProcessName"),
    "source.ip": ("SourceIp", "IpAddress", "id.orig_h", "c-ip", "src", "src_ip", "source.ip", "sourceIPAddress"),
    "destination.ip": ("DestinationIp", "id.resp_h", "dst", "dst_ip", "destination.ip"),
    "destination.port": ("DestinationPort", "id.resp_p", "dpt", "dst_port", "destination.port"),
    "dns.question.name": ("QueryName", "query", "dns.question.name"),
    "url.original": ("c-uri", "cs-uri", "cs-uri-stem", "uri", "url.original", "url"),
    "file.path": ("TargetFilename", "file.path", "ObjectName"),
    "registry.path": ("TargetObject", "registry.path"),
    "service.name": ("ServiceName", "service.name"),
}
"""Names of the schema, with the fields of logs that say the same, the most telling first."""

FIELDS = frozenset(name for names in ECS.values() for name in names)
"""Every field that says something of what an event is about."""


def entities(batch: pa.RecordBatch, rows: list[int]) -> list[dict[str, str]]:
    """Return what some rows of a batch are about.

    >>> from amur.detection.events import batch_of
    >>> entities(batch_of([{"User": "root", "Image": "a"}]), [0])
    [{'user.name': 'root', 'process.executable': 'a'}]
    """
    found: list[dict[str, str]] = [{} for _ in rows]
    taken, there = pa.array(rows, pa.int32()), {name: at for at, name in enumerate(batch.schema.names)}
    for ours, names in ECS.items():
        columns = [batch.column(there[name]).take(taken).cast(pa.utf8()) for name in names if name in there and rows]
        if columns:
            for said, value in zip(found, texts_of(pc.coalesce(*columns)), strict=True):
                if value:
                    said[ours] = value
    return found
