"""Where the keys that sign checkpoints live: PEM files that only their owner reads, made on first use.

Which of them signs now is decided by ``acts``; the operations themselves are in ``engine.suites``.
"""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from amur.base.faults import Refused
from amur.ledger.engine import SUITES, KeyPair, Suite


def suite() -> Suite:
    """Return the suite that the settings choose.

    Raises:
        Refused: if there is no such suite.
    """
    name = str(settings.LEDGER_SUITE)
    if name not in SUITES:
        raise Refused("ledger.no_such_suite", f"found suite {name!r}; known are {', '.join(SUITES)}", suite=name)
    return SUITES[name]


def key_path(number: int) -> Path:
    """Return the file of a private key."""
    return Path(settings.LEDGER_KEYS) / f"ledger-{suite().name.partition('+')[0]}-{number}.pem"


def public_path(number: int) -> Path:
    """Return the file to which the public half is exported."""
    return key_path(number).with_suffix(".pub.pem")


def read_or_make(number: int) -> KeyPair:
    """Return the key pair of a number, making it on first use.

    Two processes that begin at once agree: the finished file is linked into place and the loser reads the winner's.

    Raises:
        Refused: if others can read the file, or it is of another kind.
    """
    path = key_path(number)
    if not path.exists():
        _make(path)
    return read(number)


def read(number: int) -> KeyPair:
    """Return the key pair of a number that must be there.

    Raises:
        Refused: if the file is gone, others can read it, or it is of another kind.
    """
    path = key_path(number)
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise Refused(
            "ledger.key_gone", f"the signing key {path} is gone; restore it from the backup of keys", path=str(path)
        ) from None
    if mode & 0o077:
        raise Refused("ledger.key_exposed", f"others can read {path}; run chmod 600 and rotate the key", path=str(path))
    try:
        private = suite().private_from_der(_from_pem(text))
    except ValueError as error:
        raise Refused("ledger.key_unfit", f"{path}: {error}", path=str(path)) from None
    pair = suite().from_private(private)
    if not public_path(number).exists():
        public_path(number).write_text(_pem("PUBLIC KEY", suite().public_der(pair.public)), encoding="ascii")
    return pair


def _make(path: Path) -> None:
    write_once(path, _pem("PRIVATE KEY", suite().private_der(suite().generate())))


def write_once(path: Path, text: str) -> None:
    """Write a secret for its owner's eyes only; where two processes begin at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    with fresh.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


def _pem(label: str, der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""))


def _from_pem(text: str) -> bytes:
    return base64.b64decode("".join(line for line in text.splitlines() if not line.startswith("-----")))
