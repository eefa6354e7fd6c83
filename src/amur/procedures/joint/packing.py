"""What a case holds, as the pack that is handed over: data, course, files, documents, opinions, parts, and proofs.

Files lie under their ids, so that no name of a person stands in a path; what they were called is in ``case.json``.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from django.db.models import Q

from amur.base.acting import SYSTEM
from amur.base.canonical import Json
from amur.base.faults import Conflict
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.ledger.kept import prefetch
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import files
from amur.procedures.correcting.aside import withdrawn
from amur.procedures.correcting.striking import superseding, voided_versions
from amur.procedures.joint.engine import FORMAT, Listed, digest, place, tags
from amur.procedures.joint.models import AskedPart
from amur.procedures.models import Case, CaseEvent, Decision, Document, Upload
from amur.procedures.opinions.models import GivenOpinion

_CHUNK = 2**20
_DATE = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: what is the same is the same pack."""


@dataclass(slots=True)
class Pack:
    """A pack as it is written: the archive, and what it lists."""

    archive: zipfile.ZipFile
    listed: list[Listed] = field(default_factory=list)

    def add(self, content: bytes, *parts: str) -> None:
        """Add a file of which all bytes are at hand."""
        self.take(io.BytesIO(content), *parts)

    def add_json(self, value: Json, *parts: str) -> None:
        """Add a value as JSON that people can read."""
        self.add(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n", *parts)

    def take(self, stream: BinaryIO, *parts: str) -> None:
        """Add a file, and hash what was written of it."""
        path, size, sha256 = place(*parts), 0, hashlib.sha256()
        with self.archive.open(zipfile.ZipInfo(path, _DATE), "w") as out:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                sha256.update(piece)
                out.write(piece)
        self.listed.append(Listed(path, sha256.hexdigest(), size))


def write(case: Case, out: BinaryIO, *, from_body: str, to_body: str, now: datetime) -> tuple[list[Listed], str]:
    """Write the pack of a case; return what it lists and the hash of its signed manifest.

    Raises:
        Refused: if a file cannot be opened since its key is missing, or there is no key to sign with.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        pack = Pack(archive)
        uploads = prefetch(Upload.objects.filter(_of(case)).distinct().order_by("received_at", "id"))
        pack.add_json(_case(case, uploads), "case.json")
        pack.add_json(dict(policy.declaration_by_hash(case.declaration_hash)), "declaration.json")
        pack.add_json(_opinions(case), "opinions.json")
        pack.add_json(_parts(case), "parts.json")
        for document in prefetch(Document.objects.filter(case=case).order_by("number")):
            told: dict[str, Json] = {"number": document.number, "document": document.document}
            told["voided"] = superseding(document.number) is not None
            pack.add_json(
                {**told, "content": document.content, **_entry(document)}, "documents", f"{document.number}.json"
            )
        for upload in uploads:
            _take_file(pack, upload)
        for name, value in _proofs(case):
            pack.add_json(value, "ledger", name)
        around = tags(pack.listed, _info(case, from_body, to_body), day_of(now))
        sealed = digest(around["tagmanifest-sha256.txt"])
        about: dict[str, Json] = {"about": FORMAT, "number": case.number, "sha256": sealed}
        signed = ledger_acts.attest({**about, "from": from_body, "to": to_body})
        around["signature.json"] = json.dumps(signed, indent=1, sort_keys=True).encode()
        for path, content in around.items():
            archive.writestr(zipfile.ZipInfo(path, _DATE), content)
    return pack.listed, sealed


def _info(case: Case, from_body: str, to_body: str) -> dict[str, str]:
    """Return what stands on the outside of the bag."""
    return {
        "Source-Organization": from_body,
        "Contact-Name": to_body,
        "External-Identifier": case.number,
        "Internal-Sender-Identifier": str(case.pk),
    }


def _of(case: Case) -> Q:
    """Return the condition of the files of a case, those that other bodies sent among them."""
    return Q(case=case) | Q(opinions__case=case) | Q(parts__case=case)


def _take_file(pack: Pack, upload: Upload) -> None:
    try:
        stream = files.opened(upload.pk)
    except FileNotFoundError:
        return  # it was erased; that it was there is in the case's course
    with stream:
        pack.take(stream, "files", str(upload.pk))


def _case(case: Case, uploads: tuple[Upload, ...]) -> dict[str, Json]:
    """Return the data of a case with its course and its decisions."""
    events = prefetch(CaseEvent.objects.filter(case=case).select_related("case").order_by("version"))
    decisions = prefetch(Decision.objects.filter(case=case).order_by("id"))
    gone, voided = withdrawn(case), voided_versions(case)
    return {
        "format": FORMAT,
        "number": case.number,
        "procedure": case.procedure,
        "declaration": case.declaration_hash,
        "state": case.state,
        "configuration": case.configuration,
        "version": case.version,
        "region": case.region,
        "channel": case.channel,
        "language": case.language,
        "submitted_at": case.submitted_at.isoformat(),
        "accepted_at": _at(case.accepted_at),
        "decided_at": _at(case.decided_at),
        "due_on": case.due_on.isoformat() if case.due_on else None,
        "form": dict(case.data),
        "files": [_file(one) for one in uploads],
        "events": [_event(one) | {"voided": one.version in voided} for one in events],
        "decisions": [_decision(one) | {"stands": one.entry_hash not in gone} for one in decisions],
    }


def _decision(one: Decision) -> dict[str, Json]:
    told: dict[str, Json] = {"outcome": one.outcome, "reason": one.reason, "basis": one.basis}
    return told | {"at": _at(one.decided_at), **_entry(one)}


def _file(one: Upload) -> dict[str, Json]:
    told: dict[str, Json] = {"id": str(one.pk), "field": one.field, "name": one.name}
    return told | {"media_type": one.media_type, "sha256": one.sha256}


def _event(one: CaseEvent) -> dict[str, Json]:
    return {
        "version": one.version,
        "event": one.event,
        "from": one.source,
        "to": one.target,
        "role": one.role,
        "reason": one.reason,
        "given": dict(one.given),
        "at": one.happened_at.isoformat(),
        **_entry(one),
    }


def _opinions(case: Case) -> list[Json]:
    given = (
        GivenOpinion.objects.filter(case=case).select_related("asked_body__asked_round").order_by("given_at", "turn")
    )
    return [
        {
            "round": one.asked_body.asked_round.round,
            "of_turn": one.asked_body.asked_round.turn,
            "body": one.asked_body.body_id,
            "turn": one.turn,
            "verdict": one.verdict,
            "text": one.text,
            "file": str(one.upload_id) if one.upload_id else None,
            "late": one.late,
            "counts": one.counts,
            "at": one.given_at.isoformat(),
            **_entry(one),
        }
        for one in prefetch(given)
    ]


def _parts(case: Case) -> list[Json]:
    return [
        {
            "part": one.part,
            "body": one.body_id,
            "asked": one.asked,
            "asked_at": one.asked_at.isoformat(),
            "due_on": one.due_on.isoformat(),
            "given": one.given,
            "given_at": _at(one.given_at),
            "late": one.late,
            "file": str(one.upload_id) if one.upload_id else None,
            "entries": [entry for entry in (one.asked_entry, one.given_entry) if entry],
        }
        for one in prefetch(AskedPart.objects.filter(case=case).order_by("asked_at", "id"))
    ]


def _proofs(case: Case) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """Yield the receipt of each entry of a case; of one that waits for the next seal, that it does."""
    for entry in ledger.entries_of(SYSTEM, case.key_subject):
        name = f"{entry.sequence:06}.json"
        try:
            yield name, ledger.receipt(SYSTEM, entry.leaf, disclose=["act", "body"])
        except Conflict:
            yield name, {"entry": entry.leaf, "kind": entry.kind, "sealed": False}


def _entry(row: CaseEvent | Decision | Document | GivenOpinion) -> dict[str, Json]:
    return {"entry": row.entry_hash}


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
