"""How short messages leave: by the gateway that the environment names, or not at all."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import urlsplit

_LONGEST_SIGNATURE = 10
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PREFIX = "whsec_"


def from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of the gateway, all of them empty where none is named.

    Raises:
        ValueError: if the address, the secret or the signature cannot be used.
    """
    found = {
        name: environment.get(f"AMUR_SMS_{name}", "").strip() for name in ("URL", "SECRET", "TEMPLATE", "SIGNATURE")
    }
    if not found["URL"]:
        return dict.fromkeys(found, "")
    parts = urlsplit(found["URL"])
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"AMUR_SMS_URL: found scheme {parts.scheme!r}; messages hold numbers, so use https://")
    if not is_secret(found["SECRET"]):
        raise ValueError("AMUR_SMS_SECRET: found no base64 of 24 bytes or more after whsec_; ask the gateway for it")
    if len(found["SIGNATURE"]) > _LONGEST_SIGNATURE:
        raise ValueError(
            f"AMUR_SMS_SIGNATURE: found {len(found['SIGNATURE'])} characters; at most {_LONGEST_SIGNATURE} fit"
        )
    return found


def is_secret(text: str) -> bool:
    """Say whether a text is a secret of Standard Webhooks that is long enough."""
    try:
        return len(base64.b64decode(text.removeprefix(_PREFIX), validate=True)) >= 24  # noqa: PLR2004 -- as Standard Webhooks asks
    except binascii.Error:
        return False
