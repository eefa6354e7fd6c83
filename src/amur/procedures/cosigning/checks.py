"""Checks of co-signing: each signer is asked at an address that the form asks for, and none is named twice."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.base.fields import ContactField
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers.checks import Locate, Path, fault


def check_cosigning(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of who must agree."""
    if definition.cosign is None:
        return
    mails = {one.id for one in definition.fields if isinstance(one, ContactField) and one.medium == "email"}
    names: list[str] = []
    for place, one in enumerate(definition.cosign.signers):
        at: Path = ("cosign", "signers", place)
        if one.contact not in mails:
            found = f"no e-mail field {one.contact!r} in the form"
            yield fault(locate, (*at, "contact"), "cosign.contact", found, mails)
        if one.id in names:
            yield Fault(*locate((*at, "id")), "cosign.id", f"found signer {one.id!r} twice", "give each one id")
        names.append(one.id)
