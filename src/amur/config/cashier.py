"""Where fees are paid: at the cashier that the environment names, or nowhere yet."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from amur.config.sms import LOOPBACK, is_secret


def from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of the cashier, all of them empty where none is named.

    Raises:
        ValueError: if the address or the secret cannot be used.
    """
    found = {name: environment.get(f"AMUR_CASHIER_{name}", "").strip() for name in ("URL", "SECRET")}
    if not found["URL"]:
        return dict.fromkeys(found, "")
    parts = urlsplit(found["URL"])
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"AMUR_CASHIER_URL: found scheme {parts.scheme!r}; money is at stake, so use https://")
    if not is_secret(found["SECRET"]):
        raise ValueError(
            "AMUR_CASHIER_SECRET: found no base64 of 24 bytes or more after whsec_; ask the cashier for it"
        )
    return found
