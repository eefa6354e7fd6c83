"""Where other systems live that things are handed over to, and who may send to us: the file of this installation.

The file is TOML, one table for each exchange of the pack: ``url`` and ``secret`` of the other side, ``clients`` with
the token of each that may send, and ``simulated = true`` where an imagined other side stands in for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlsplit

from amur.config.sms import LOOPBACK, is_secret

FILE = "exchanges.toml"
"""The file in the data folder, where the environment names no other."""

_KEYS = {"url", "secret", "clients", "simulated"}
_SHORTEST_TOKEN = 24


class OtherSide(TypedDict):
    """What an installation says of the other side of one exchange."""

    url: str
    secret: str
    clients: dict[str, str]
    simulated: bool


def from_environment(environment: Mapping[str, str], data: Path) -> dict[str, OtherSide]:
    """Return the other sides by the id of their exchange; none where there is no file.

    Raises:
        ValueError: if the file cannot be read, or says what cannot be used.
        FileNotFoundError: if the environment names a file that is not there.
    """
    named = environment.get("AMUR_EXCHANGES", "").strip()
    path = Path(named) if named else data / FILE
    if not named and not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None
    return {name: _other_side(f"{path}, [{name}]", table) for name, table in found.items()}


def _other_side(where: str, table: Any) -> OtherSide:
    if not isinstance(table, dict) or (unknown := table.keys() - _KEYS):
        said = ", ".join(sorted(unknown)) if isinstance(table, dict) else "no table"
        raise ValueError(f"{where}: found {said}; write {', '.join(sorted(_KEYS))}")
    url, secret = str(table.get("url", "")), str(table.get("secret", ""))
    parts = urlsplit(url)
    if url and parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError(f"{where}: found scheme {parts.scheme!r} in url; persons' matters go there, so use https://")
    if (url or secret) and not is_secret(secret):
        raise ValueError(f"{where}: secret is no base64 of 24 bytes or more after whsec_; agree on one with them")
    clients = table.get("clients", {})
    if not isinstance(clients, dict) or any(len(str(token)) < _SHORTEST_TOKEN for token in clients.values()):
        raise ValueError(f"{where}: clients is no table of tokens of {_SHORTEST_TOKEN} characters or more")
    named = {str(name): str(token) for name, token in clients.items()}
    return OtherSide(url=url, secret=secret, clients=named, simulated=table.get("simulated") is True)
