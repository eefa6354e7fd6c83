"""The proof that a restored ledger is the one that was published: every entry verified, every given head compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from amur.config.terminal import CommandError
from amur.ledger import engine
from amur.ledger import reads as ledger

_SHOWN = 3


def prove(of_backup: Mapping[str, Any], published: Mapping[str, Any] | None) -> str:
    """Verify the ledger of this database against the head of its backup and one published elsewhere; say what holds.

    Raises:
        CommandError: if an entry or a head does not fit.
    """
    report = ledger.verify_stored()
    if not report.holds:
        shown = "; ".join(map(str, report.findings[:_SHOWN]))
        raise CommandError(f"the ledger does not hold ({len(report.findings)} findings: {shown}); nothing was restored")
    last = ledger.head()
    size = last.size if last else 0
    said = [f"The ledger holds: {size} sealed entries, each verified; {report.unsealed} wait for the next seal."]
    said.append(_compare("the head of the backup", of_backup))
    if published is not None:
        said.append(_compare("the published head", published))
    return "\n".join(said)


def _compare(name: str, head: Mapping[str, Any]) -> str:
    """Prove that the ledger extends a head, or that a head extends the ledger."""
    if "body" not in head:
        if "size" in head and not head["size"]:
            return f"It extends {name}, which is empty."
        raise CommandError(f"{name} is no signed head (body, signature, public_key); nothing was restored")
    try:
        body = json.loads(head["body"])
        suite, size, root = engine.SUITES[body["suite"]], int(body["size"]), bytes.fromhex(body["root"])
        signature, public = bytes.fromhex(head["signature"]), bytes.fromhex(head["public_key"])
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{name} cannot be read ({error!r}); nothing was restored") from None
    if not suite.verify(public, str(head["body"]).encode(), signature):
        raise CommandError(f"the signature of {name} does not hold; nothing was restored")
    if public not in ledger.trusted_keys().values():
        raise CommandError(f"{name} is signed with a key that this ledger does not know; nothing was restored")
    return _extends(name, suite, size, root, head.get("consistency"))


def _extends(name: str, suite: engine.Suite, size: int, root: bytes, consistency: Any) -> str:
    last = ledger.head()
    ours, our_root = (last.size, bytes.fromhex(last.root)) if last else (0, suite.digest(b""))
    if size <= ours:
        path = [bytes.fromhex(node) for node in ledger.consistency_proof(size, ours)]
        if not engine.extends(size, root, ours, our_root, path, suite.digest):
            raise CommandError(f"the ledger does not extend {name} ({size} entries); nothing was restored")
        return f"It extends {name} ({size} entries)."
    if not isinstance(consistency, list):
        raise CommandError(
            f"{name} has {size} entries and the backup {ours}: add the consistency proof from {ours} to {size}, "
            'which the Open door gives, to the file as "consistency": […]; nothing was restored'
        )
    if not engine.extends(ours, our_root, size, root, [bytes.fromhex(node) for node in consistency], suite.digest):
        raise CommandError(f"the ledger is no prefix of {name} ({size} entries); nothing was restored")
    return (
        f"It is a prefix of {name} ({size} entries); what came after the backup ({size - ours} entries) is not in it."
    )
