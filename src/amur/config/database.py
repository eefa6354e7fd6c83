"""Which database: SQLite with nothing to set up, or PostgreSQL by its URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=4000;"
)


_KEPT_SECONDS = 600
"""How long a connection is kept: to open one costs SQLite its functions, PostgreSQL a process and plans."""
_PREPARED_AFTER = 3
"""How often a connection sends a statement before PostgreSQL keeps its plan.

Our statements are many and small: to plan them anew each time was most of what PostgreSQL did. A pooler in between has
to know prepared statements, as PgBouncer does from 1.21 on.
"""


def from_url(url: str, data: Path) -> dict[str, Any]:
    """Return Django's database settings.

    SQLite commits with ``synchronous=FULL``, since an acknowledged act must survive a power cut, and takes the write
    lock when a transaction begins, so that two writers queue instead of failing half-way. What is deleted is
    overwritten with zeros (``secure_delete``), since a destroyed key must not lie in a free page. Its log is written
    back every 16 MB: pages that many acts change are then written once for all of them.

    Raises:
        ValueError: if the URL is of another kind.
    """
    if not url:
        data.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data / "amur.sqlite3",
            "CONN_MAX_AGE": _KEPT_SECONDS,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": _SQLITE_PRAGMAS, "timeout": 20},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"AMUR_DATABASE_URL: found scheme {parts.scheme!r}; use postgresql://user@host:port/name")
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or query.get("port", [""])[0]),
        "CONN_MAX_AGE": _KEPT_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": _PREPARED_AFTER},
    }


def caches(database: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what counts for the limits: this process for SQLite (one server), the database where many servers run.

    Sign-in keeps its own histories in the default one. Neither makes room by forgetting somebody who is limited.
    """
    room = {"MAX_ENTRIES": 1_000_000}
    if database["ENGINE"].endswith("sqlite3"):
        memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": room}
        return {"default": memory | {"LOCATION": "amur"}, "counts": memory | {"LOCATION": "amur.counts"}}
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "amur_cache",
            "OPTIONS": room,
        },
        "counts": {"BACKEND": "amur.config.counting.Counts", "LOCATION": "amur_counts"},
    }
