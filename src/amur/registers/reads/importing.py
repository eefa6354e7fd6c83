"""Imports, for the offices that keep the register: what was found in a file, and how far it has come."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from amur.base.acting import Scope
from amur.base.faults import NotFound
from amur.registers.models import Import
from amur.registers.reads.scoping import keeper_role, register


def imports(scope: Scope, register_id: str) -> QuerySet[Import]:
    """Return the imports of a register, the newest first; nothing for whoever does not keep it.

    Raises:
        NotFound: if there is no such register.
    """
    declaration = register(register_id)
    found = Import.objects.filter(register=register_id).order_by("-begun_at", "id")
    return found if scope.kind == "system" or keeper_role(scope, declaration) else found.none()


def import_of(scope: Scope, register_id: str, import_id: UUID) -> Import:
    """Return one import.

    Raises:
        NotFound: if there is none, or the reader does not keep the register.
    """
    found = imports(scope, register_id).filter(pk=import_id).first()
    if found is None:
        raise NotFound("no_import", f"there is no import {import_id}")
    return found


def unfinished(scope: Scope, register_id: str, file_hash: str) -> Import | None:
    """Return the import of this very file that was cut off, if there is one."""
    cut_off = (Import.State.CHECKED, Import.State.RUNNING, Import.State.STOPPED)
    return imports(scope, register_id).filter(file_hash=file_hash, state__in=cut_off).first()
