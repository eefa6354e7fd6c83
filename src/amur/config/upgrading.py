"""``amur upgrade``: from the version that made an installation to this one, with a backup to go back to."""

from __future__ import annotations

from pathlib import Path

import amur
from amur.config import backup, catalogues, frontend, preparation
from amur.config.installation import pack_folder
from amur.config.supervisor import only_one
from amur.config.terminal import CommandError, say, step
from amur.web import clock


def upgrade(data: Path, to: Path | None = None) -> None:
    """Back up, migrate, check, verify the ledger and sync the pack. The server must be stopped.

    Raises:
        CommandError: if a step fails; the message says where the backup is.
    """
    if not data.is_dir():
        raise CommandError(f"{data} is no installation; begin one with ./amur up, or name it with --data")
    with only_one(data, "upgrading"):
        frontend.fetch()
        catalogues.compile_changed()
        with step("Loading Amur"):
            preparation.start_django(data)
        file = to or data / "backups" / f"amur-{clock.now():%Y%m%dT%H%M%SZ}-before-{amur.__version__}.tar.gz"
        file.absolute().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with step(f"Backing up to {file}"):
            backup.write(file, data)
        try:
            _bring_up()
        except Exception as error:
            raise CommandError(
                f"The upgrade failed: {error}\nThe state before it is in {file}: "
                f"./amur restore {file} --data NEW_FOLDER, with the version that made it."
            ) from error
        (data / preparation.NOTE).unlink(missing_ok=True)
    say(f"This installation is at version {amur.__version__}. Start it with ./amur up.")


def _bring_up() -> None:
    from django.core.management import call_command

    from amur.ledger import reads as ledger
    from amur.procedures import acts as procedures
    from amur.registers import acts as registers

    with step("Preparing the tables"):
        preparation.migrate()
    with step("Checking the installation"):
        call_command("check", databases=["default"], verbosity=0)
    with step("Verifying the ledger"):
        report = ledger.verify_stored()
    if not report.holds:
        raise CommandError(f"the ledger does not hold: {report.findings[0]}")
    with step(f"Reading the pack {pack_folder().name}"):
        preparation.sync_pack()
    with step("Sealing what is personal and was stored in plain words"):
        procedures.seal_what_is_plain()
        registers.seal_what_is_plain()
