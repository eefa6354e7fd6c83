"""The only writes of this room: take in an edition of the official text, take in a release of the pack.

What is decided between two editions stands in ``editions.acts``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction

from amur import __version__
from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json, canonical, digest
from amur.base.faults import Refused
from amur.ledger import acts as ledger
from amur.policy import engine
from amur.policy.editions.acts import close_recheck, confirm_rows, correct_row, propose_crosswalk, put_into_effect
from amur.policy.engine.closures import CLOSURE, PINNED_WHOLE, Item, closure_body, closure_id
from amur.policy.models import Declaration, Document, Edition, PackRelease, Passage, Proof, ReleaseDeclaration

__all__ = [
    "Item",
    "close_recheck",
    "confirm_rows",
    "correct_row",
    "hash_of_release",
    "import_edition",
    "keep_proofs",
    "propose_crosswalk",
    "put_into_effect",
    "sync_release",
]

_LONGEST_TITLE = 300
_LONGEST_NAME = 255


def import_edition(
    content: bytes, *, source_name: str, by: Actor, now: datetime, key: IdempotencyKey = ""
) -> tuple[Edition, bool]:
    """Read an official text and keep it; return the edition and whether it is new.

    The bytes themselves are the key: the same file again is the same edition.

    Raises:
        TextError: if the bytes are no text that can be read.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    if known := Edition.objects.select_related("document").filter(sha256=sha256).first():
        return known, False
    read = engine.read_text(content)
    with transaction.atomic():
        document, _ = Document.objects.get_or_create(title=(read.title or source_name)[:_LONGEST_TITLE])
        edition, created = Edition.objects.get_or_create(
            sha256=sha256,
            defaults={
                "document": document,
                "source_name": source_name[:_LONGEST_NAME],
                "text": read.text,
                "bodies": list(read.issued_by),
                "addressees": list(read.addressees),
                "issued_on": date.fromisoformat(read.issued_on) if read.issued_on else None,
                "warnings": list(read.warnings),
                "imported_at": now,
            },
        )
        if created:
            _store_passages(edition, read)
            body: dict[str, Json] = {"title": document.title, "source_name": source_name, "key": key, **read.counts()}
            ledger.record(subject=f"edition:{sha256}", kind="edition.imported", by=by, now=now, body=body)
    return edition, created


def hash_of_release(pack: str, version: str, items: Iterable[Item]) -> str:
    """Return the hash under which these declarations are one release, in whatever order they come."""
    ordered = sorted(items, key=lambda item: (item.kind, item.declared_id))
    return digest({"pack": pack, "version": version, "declarations": [[item.file, item.hash] for item in ordered]})


def sync_release(
    pack: str, version: str, items: Iterable[Item], *, by: Actor, now: datetime
) -> tuple[PackRelease, bool]:
    """Make the given declarations the active release; return it and whether anything changed.

    Must be called inside a transaction, so that whoever syncs bodies and regions does it in the same one.

    Raises:
        Refused: if another pack runs here; one installation runs one pack.
    """
    ordered = sorted(items, key=lambda item: (item.kind, item.declared_id))
    release_hash = hash_of_release(pack, version, ordered)
    before = PackRelease.objects.select_for_update().filter(active=True).first()
    if before is not None and before.hash == release_hash:
        _store_closures(before, ordered)
        return before, False
    if before is not None and before.pack != pack:
        raise Refused(
            "other_pack", f"this installation runs the pack {before.pack!r}; use another data folder for {pack!r}"
        )
    PackRelease.objects.filter(active=True).update(active=False)
    release, created = PackRelease.objects.get_or_create(
        hash=release_hash, defaults={"pack": pack, "version": version, "synced_at": now}
    )
    if created:
        _store_declarations(release, ordered)
    _store_closures(release, ordered)
    release.active = True
    release.save(update_fields=["active"])
    ledger.record(
        subject=f"release:{release_hash}",
        kind="release.synced",
        by=by,
        now=now,
        body={
            "pack": pack,
            "version": version,
            "before": before.hash if before else "",
            "declarations": len(ordered),
        },
        release=release_hash,
    )
    return release, True


def keep_proofs(release: PackRelease, passed: Mapping[str, bool], *, by: Actor, now: datetime) -> None:
    """Keep how the examples of a release went with this version of the kernel, in place of an earlier run."""
    with transaction.atomic():
        Proof.objects.filter(release=release, kernel=__version__).delete()
        Proof.objects.bulk_create(
            Proof(release=release, kernel=__version__, example=example, passed=result, played_at=now)
            for example, result in sorted(passed.items())
        )
        ledger.record(
            subject=f"release:{release.hash}",
            kind="release.proved",
            by=by,
            now=now,
            body={"kernel": __version__, "examples": dict(passed)},
            release=release.hash,
        )


def _store_declarations(release: PackRelease, items: list[Item]) -> None:
    hashes = [item.hash for item in items]
    known = dict(Declaration.objects.filter(hash__in=hashes).values_list("hash", "id"))
    fresh = {
        content_hash: Declaration(
            kind=item.kind, declared_id=item.declared_id, hash=content_hash, body=canonical(item.body).decode()
        )
        for item, content_hash in zip(items, hashes, strict=True)
        if content_hash not in known
    }
    Declaration.objects.bulk_create(fresh.values())
    known |= dict(Declaration.objects.filter(hash__in=list(fresh)).values_list("hash", "id"))
    ReleaseDeclaration.objects.bulk_create(
        ReleaseDeclaration(release=release, declaration_id=known[content_hash], file=item.file)
        for item, content_hash in zip(items, hashes, strict=True)
    )


def _store_closures(release: PackRelease, items: list[Item]) -> None:
    """Store what cases and records of this release are pinned to; a release of an earlier kernel may lack it."""
    if release.entries.filter(declaration__kind=CLOSURE).exists():
        return
    hashes = {(item.kind, item.declared_id): item.hash for item in items}
    closures = [
        Item(
            CLOSURE,
            closure_id(item.kind, item.declared_id),
            closure_body(item, hashes),
            item.file,
        )
        for item in items
        if item.kind in PINNED_WHOLE
    ]
    _store_declarations(release, closures)


def _store_passages(edition: Edition, read: engine.ReadDocument) -> None:
    order = 0

    def store(kind: str, number: str, title: str, text: str, parent: Passage | None) -> Passage:
        nonlocal order
        order += 1
        return Passage.objects.create(
            edition=edition, parent=parent, kind=kind, number=number, order=order, title=title, text=text
        )

    for part in read.parts:
        is_named = part.number is not None or bool(part.title)
        above = store(Passage.Kind.PART, _printed(part.number), part.title, "", None) if is_named else None
        for clause in part.clauses:
            row = store(Passage.Kind.CLAUSE, _printed(clause.number), clause.title, "", above)
            for serial, paragraph in enumerate(clause.paragraphs, start=1):
                store(Passage.Kind.PARAGRAPH, str(serial), "", paragraph, row)
            for serial, item in enumerate(clause.items, start=1):
                store(Passage.Kind.ITEM, str(serial), item.label, item.text, row)


def _printed(number: int | None) -> str:
    return "" if number is None else str(number)
