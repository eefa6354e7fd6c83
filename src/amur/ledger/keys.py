"""The keys of subjects: made on first use, stored wrapped, gone when they are destroyed.

The installation's key, under which they are wrapped, is a file beside the keys that sign. What is sealed with them is
not decided here.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import CharField

from amur.base.faults import Refused
from amur.ledger import signing
from amur.ledger.engine import ERASED, KEY_BYTES, NONCE_BYTES, Erased, unwrap, wrap
from amur.ledger.models import SubjectKey
from amur.ledger.prepared import prepared

Keys = Mapping[str, bytes | Erased]
"""The keys of one subject by their part; ``ERASED`` in place of one that was destroyed."""

_FILE = "personal-data.key"
_AT_ONCE = 500
_INSERT = (
    "INSERT INTO ledger_subjectkey (subject, part, wrapped) VALUES (%s, %s, %s) ON CONFLICT (subject, part) DO NOTHING"
)


_OF = prepared(
    lambda subjects: SubjectKey.objects.filter(subject__in=subjects).values_list("subject", "part", "wrapped"),
    CharField(),
)


def name_of(subject: str, part: str = "") -> str:
    """Return the name to which a key and all that is sealed under it are bound."""
    return f"{subject}/{part}" if part else subject


def keys_of(subjects: Iterable[str]) -> dict[str, dict[str, bytes | Erased]]:
    """Return the keys of subjects, in one query a few hundred; a subject that never had one has no entry.

    Raises:
        Refused: if a key does not open under the installation's key.
    """
    found: dict[str, dict[str, bytes | Erased]] = {}
    wanted = sorted(set(subjects))
    for start in range(0, len(wanted), _AT_ONCE):
        for subject, part, wrapped in _OF(wanted[start : start + _AT_ONCE]):
            key = ERASED if wrapped is None else _unwrapped(subject, part, wrapped)
            found.setdefault(subject, {})[part] = key
    return found


def key_of(keys: Keys, subject: str, part: str = "") -> bytes | Erased:
    """Return one key of a subject; with the subject's own key all of its parts are gone.

    Raises:
        Refused: if there never was such a key: the database came without its keys.
    """
    if keys.get("") is ERASED:
        return ERASED
    key = keys.get(part)
    if key is None:
        name = name_of(subject, part)
        raise Refused("ledger.key_missing", f"the key of {name} is not here; restore the folder of keys", subject=name)
    return key


def read_or_make(subject: str, part: str = "", known: Keys | None = None) -> bytes:
    """Return the key under which values of a subject are sealed from now on, made on first use.

    ``known`` are the subject's keys where they were read before.

    Raises:
        Refused: ``ledger.forgotten`` if it was destroyed: what was forgotten takes no new personal data.
    """
    found = keys_of([subject]).get(subject, {}) if known is None else known
    if found.get("") is not ERASED and part not in found:
        if key := _make(subject, part):
            return key
        found = keys_of([subject])[subject]
    key_or_erased = key_of(found, subject, part)
    if isinstance(key_or_erased, Erased):
        raise Refused("ledger.forgotten", f"the personal data of {subject} was erased; nothing can be added to it")
    return key_or_erased


def _make(subject: str, part: str) -> bytes | None:
    """Make a key, or return None if somebody else made it meanwhile: whoever is first wins."""
    key = secrets.token_bytes(KEY_BYTES)
    wrapped = wrap(installation_key(), name_of(subject, part), key, secrets.token_bytes(NONCE_BYTES))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [subject, part, wrapped])
        return key if cursor.rowcount == 1 else None


def adopt(subject: str, key: bytes) -> None:
    """Store a key that was made before, as for a file that was sealed while it arrived."""
    wrapped = wrap(installation_key(), subject, key, secrets.token_bytes(NONCE_BYTES))
    SubjectKey.objects.create(subject=subject, wrapped=wrapped)


def key_path() -> Path:
    """Return the file of the installation's key."""
    return Path(settings.LEDGER_KEYS) / _FILE


def installation_key() -> bytes:
    """Return the key under which the keys of subjects are wrapped, made on first use.

    Raises:
        Refused: if others can read the file, or it holds no key.
    """
    return _read(key_path())


def forget_file() -> None:
    """Read the file again when it is next needed, as is due when other keys were put in its place."""
    _read.cache_clear()


@lru_cache(maxsize=16)
def _read(path: Path) -> bytes:
    if not path.exists():
        signing.write_once(path, base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
    if path.stat().st_mode & 0o077:
        raise Refused("ledger.key_exposed", f"others can read {path}; run chmod 600", path=str(path))
    try:
        key = base64.urlsafe_b64decode(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise Refused("ledger.key_unfit", f"{path} holds no key of {KEY_BYTES} bytes", path=str(path))
    return key


def _unwrapped(subject: str, part: str, wrapped: str) -> bytes:
    try:
        return unwrap(installation_key(), name_of(subject, part), wrapped)
    except ValueError as error:
        said = f"{error} with {key_path()}; restore the folder of keys that belongs to this database"
        raise Refused("ledger.key_unfit", said, path=str(key_path())) from None
