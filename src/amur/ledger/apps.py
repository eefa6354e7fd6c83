"""The ledger as a Django app: its triggers are put back after every migrate, since table remakes drop them."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


def _protect(using: str, **_: Any) -> None:
    from amur.ledger import dialect  # noqa: PLC0415 -- apps are not loaded yet when this module is

    dialect.protect(connections[using])


class LedgerConfig(AppConfig):
    """Label ``ledger``."""

    name = "amur.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Connect the triggers and the check that they are there."""
        from amur.ledger import checks  # noqa: F401, PLC0415 -- importing declares the checks to Django

        post_migrate.connect(_protect, sender=self, dispatch_uid="amur.ledger.protect")
