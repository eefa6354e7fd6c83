"""What the policy says and what the active pack declares. These are the rules of the house, open to everyone.

Bodies are raw: the room that owns a kind turns them into its own declaration. A declaration never changes, so bodies
are cached by hash; which release is active is asked for each page and each act, since another process may have synced.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.db.models import CharField, QuerySet

from amur import __version__
from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.base.once import once
from amur.ledger import rows
from amur.ledger.prepared import prepared
from amur.policy.declarations import ValueDeclaration
from amur.policy.engine.closures import CLOSURE, closure_id
from amur.policy.engine.values import DatedValue, in_force
from amur.policy.held import held
from amur.policy.models import Declaration, Edition, PackRelease, Passage, Proof, ReleaseDeclaration

Body = Mapping[str, Json]

_ACTIVE = "SELECT hash FROM policy_packrelease WHERE active ORDER BY id LIMIT 1"


class Played(NamedTuple):
    """How a worked example went here, and when it was played."""

    passed: bool
    at: datetime


class Declared(NamedTuple):
    """A declaration as it is stored: its hash, its raw body, and the file of the pack in which it stands."""

    hash: str
    body: Body
    file: str = ""


def active_release() -> PackRelease | None:
    """Return the release that this installation runs, or None before the first sync."""
    return PackRelease.objects.filter(active=True).first()


def releases(limit: int) -> list[PackRelease]:
    """Return the releases that this installation ran, the newest first, the active one before all others."""
    return list(PackRelease.objects.order_by("-active", "-synced_at", "-id")[:limit])


def active_hash() -> str:
    """Return the hash of the release that this installation runs, empty before the first sync."""
    return held() or once(_ACTIVE, _active)


def _active() -> str:
    found = rows.run(_ACTIVE, ()).fetchone()
    return found[0] if found else ""


def declaration(kind: str, declared_id: str) -> tuple[str, Body]:
    """Return hash and body of a declaration of the active release.

    Raises:
        NotFound: if the active release holds no such declaration.
    """
    found = _of_release(active_hash()).get(kind, {}).get(declared_id)
    if found is None:
        raise NotFound("no_declaration", f"the active pack declares no {kind} {declared_id!r}")
    return found.hash, found.body


def declarations(kind: str) -> dict[str, Declared]:
    """Return the declarations of a kind in the active release, by id, in the order of their ids."""
    return dict(_of_release(active_hash()).get(kind, {}))


def all_declarations() -> Mapping[str, Mapping[str, Declared]]:
    """Return all declarations of the active release, by kind and id."""
    return _of_release(active_hash())


def declarations_of(release_hash: str, kind: str) -> Mapping[str, Declared]:
    """Return the declarations of a kind in any release that was ever synced, by id."""
    return _of_release(release_hash).get(kind, {})


def declaration_by_hash(content_hash: str) -> Body:
    """Return the body of any declaration that was ever synced.

    Raises:
        NotFound: if there was none of this hash.
    """
    return _body(content_hash)


def edition_of(reference: str) -> dict[tuple[str, str], Body]:
    """Return the bodies of a release by kind and id: the ``active`` one, or the one whose hash begins so.

    Raises:
        NotFound: if there is no such release, or the beginning fits several.
    """
    found = PackRelease.objects.filter(active=True) if reference == "active" else None
    if found is None:
        found = PackRelease.objects.filter(hash__startswith=reference.lower())
    hashes = list(found.values_list("hash", flat=True)[:2])
    if len(hashes) != 1:
        said = "no release" if not hashes else "several releases"
        raise NotFound("no_release", f"{said} {'is active' if reference == 'active' else f'begin with {reference!r}'}")
    return {
        (kind, name): declared.body
        for kind, named in _of_release(hashes[0]).items()
        for name, declared in named.items()
        if kind != CLOSURE
    }


def closure(kind: str, declared_id: str) -> str:
    """Return the hash that whatever begins now with this declaration is pinned to: it and the parts that it names.

    Raises:
        NotFound: if the active release holds no such declaration.
    """
    return declaration(CLOSURE, closure_id(kind, declared_id))[0]


def pinned(closure_hash: str, kind: str) -> dict[str, str]:
    """Return the hashes of the code lists or of the schemes of a closure, by id.

    Raises:
        NotFound: if there is no such closure.
    """
    parts = _body(closure_hash).get(kind)
    return {name: str(content_hash) for name, content_hash in parts.items()} if isinstance(parts, Mapping) else {}


def value(value_id: str, on: date) -> DatedValue:
    """Return a dated value as it is in force on a day.

    Raises:
        NotFound: if the active pack declares no such value, or says nothing of that day.
    """
    content_hash, _ = declaration("value", value_id)
    found = in_force(_value(content_hash), on, content_hash)
    if found is None:
        raise NotFound(
            "value_gap",
            f"the pack does not say what {value_id!r} is on {on}; add an entry for that day",
            value=value_id,
            on=on.isoformat(),
        )
    return found


def current_edition() -> Edition | None:
    """Return the edition that the active pack was written for, else the one imported last, else None."""
    release = active_release()
    if release is not None:
        pack = next(iter(_of_release(release.hash).get("pack", {}).values()), None)
        document = pack.body.get("document") if pack else None
        wanted = document.get("sha256") if isinstance(document, Mapping) else None
        if wanted and (edition := _editions().filter(sha256=wanted).first()):
            return edition
    return _editions().order_by("-imported_at", "-id").first()


def proofs(release: PackRelease) -> dict[str, bool] | None:
    """Return which examples of a release passed with this version of the kernel, or None where they were not played."""
    found = dict(Proof.objects.filter(release=release, kernel=__version__).values_list("example", "passed"))
    return found or None


def played(release: PackRelease) -> dict[str, Played]:
    """Return how the examples of a release last went with this version of the kernel, and when."""
    rows = Proof.objects.filter(release=release, kernel=__version__).values_list("example", "passed", "played_at")
    return {example: Played(passed, at) for example, passed, at in rows}


def passages(edition: Edition) -> list[Passage]:
    """Return the parts, clauses and paragraphs of an edition in the order of the text."""
    return list(edition.passages.exclude(kind=Passage.Kind.ITEM).order_by("order"))


def _editions() -> QuerySet[Edition]:
    return Edition.objects.select_related("document")


def _of_release(release_hash: str) -> Mapping[str, Mapping[str, Declared]]:
    if not release_hash:
        return {}
    return _by_kind(release_hash)


@lru_cache(maxsize=8)
def _by_kind(release_hash: str) -> Mapping[str, Mapping[str, Declared]]:
    rows = (
        ReleaseDeclaration.objects.filter(release__hash=release_hash)
        .order_by("declaration__kind", "declaration__declared_id")
        .values_list("declaration__kind", "declaration__declared_id", "declaration__hash", "declaration__body", "file")
    )
    found: dict[str, dict[str, Declared]] = {}
    for kind, declared_id, content_hash, body, file in rows:
        found.setdefault(kind, {})[declared_id] = Declared(content_hash, json.loads(body), file)
    return found


_TEXT = prepared(lambda name: Declaration.objects.filter(hash=name).values_list("body", flat=True), CharField())


@lru_cache(maxsize=4096)
def _body(content_hash: str) -> Body:
    text = _TEXT.first(content_hash)
    if text is None:
        raise NotFound("no_declaration", f"no declaration has the hash {content_hash!r}")
    body: Body = json.loads(text)
    return body


@lru_cache(maxsize=256)
def _value(content_hash: str) -> ValueDeclaration:
    return ValueDeclaration.model_validate(_body(content_hash))
