"""What the browser may load, where static files come from, and which identity providers are trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NPM = {
    "vendor/govuk": "node_modules/.amur/govuk",
    "vendor/echarts": "node_modules/.amur/echarts",
    "vendor/maplibre": "node_modules/.amur/maplibre",
}
"""Front-end packages: the address under ``/static/`` and the folder that holds what is served of them."""


def content_security() -> dict[str, Any]:
    """Return the content security policy: everything from here, nothing inline, no frames."""
    return {
        "DIRECTIVES": {
            "default-src": ["'self'"],
            "img-src": ["'self'", "data:"],
            "object-src": ["'none'"],
            "base-uri": ["'none'"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'none'"],
        }
    }


def static_folders(root: Path) -> list[tuple[str, Path]]:
    """Return the front-end packages that are installed; what is missing is said by a system check."""
    return [(name, root / folder) for name, folder in _NPM.items() if (root / folder).is_dir()]


def static_storage(static_root: Path, *, debug: bool) -> str:
    """Return hashed and compressed names where the files were collected, plain ones elsewhere."""
    collected = (static_root / "staticfiles.json").is_file()
    if debug or not collected:
        return "django.contrib.staticfiles.storage.StaticFilesStorage"
    return "whitenoise.storage.CompressedManifestStaticFilesStorage"


def openid_apps(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the OpenID Connect providers of ``AMUR_OPENID``.

    It is a JSON list of objects with provider_id, name, client_id, secret and server_url.
    """
    found = json.loads(environment.get("AMUR_OPENID") or "[]")
    return [
        {
            "provider_id": app["provider_id"],
            "name": app["name"],
            "client_id": app["client_id"],
            "secret": app["secret"],
            "settings": {"server_url": app["server_url"], "oauth_pkce_enabled": True},
        }
        for app in found
    ]
