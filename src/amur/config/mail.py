"""How messages leave: by SMTP, or as files in the data folder where no server is configured."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def from_url(url: str, data: Path) -> tuple[str, dict[str, Any]]:
    """Return Django's mail back end and its settings.

    Raises:
        ValueError: if the URL is not ``smtp://`` or ``smtps://``.
    """
    if not url:
        return "amur.procedures.mailed.OneFileEach", {"EMAIL_FILE_PATH": data / "mail"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"}:
        raise ValueError(f"AMUR_MAIL_URL: found scheme {parts.scheme!r}; use smtp://user:password@host:port")
    return "django.core.mail.backends.smtp.EmailBackend", {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_TIMEOUT": 30,  # well below the lease of a job, so that nothing is sent twice for slowness
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
    }
