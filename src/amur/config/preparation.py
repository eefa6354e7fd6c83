"""What must be true before the server starts: packages, tables, static files, the pack, the demonstration.

Done once and noted with a fingerprint of everything it depends on, so that the next start goes straight to serving.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import amur
from amur.config import catalogues, frontend, subject_keys
from amur.config.environment import ROOT
from amur.config.installation import pack_folder
from amur.config.terminal import CommandError, counted_step, say, step
from amur.web import clock

NOTE = "prepared.json"
_FIRST_RUN = "first-run"
_ACCOUNTS = "demo-accounts.json"
_DATABASE = "amur.sqlite3"
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """An account that the demonstration brings: printed at every start."""

    username: str
    password: str
    title: str


def prepare(data: Path, *, empty: bool) -> list[DemonstrationAccount]:
    """Bring an installation to this version, and return the accounts of its demonstration.

    Raises:
        CommandError: if something stands in the way; the next start continues from there.
    """
    frontend.fetch()
    catalogues.compile_changed()
    if empty and demonstration_accounts(data):
        raise CommandError(f"{data} already holds the demonstration; an empty start needs another folder: --data")
    is_collected = (data / "static" / "staticfiles.json").is_file()
    if not is_collected or _read_note(data).get("fingerprint") != fingerprint(data):
        _begin_first_run(data)
        _bring_up_to_date(data, empty=empty or bool(_read_note(data).get("empty")))
        write_note(data, fingerprint(data), empty=empty)
        (data / _FIRST_RUN).unlink(missing_ok=True)
    return demonstration_accounts(data)


def demonstration_accounts(data: Path) -> list[DemonstrationAccount]:
    """Return the accounts that the demonstration of this folder brought, if it was played."""
    try:
        found = json.loads((data / _ACCOUNTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [DemonstrationAccount(**account) for account in found]


def fingerprint(data: Path) -> str:
    """Return a digest of what the preparation depends on: tables, static files, translations, pack, version."""
    digest = hashlib.sha256(f"{amur.__version__}\n{os.environ.get('AMUR_DATABASE_URL', '')}\n".encode())
    if not os.environ.get("AMUR_DATABASE_URL"):
        digest.update(str((data / _DATABASE).exists()).encode())
    for file in _sources():
        digest.update(f"{file}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    web = ROOT / "src" / "amur" / "web"
    yield from sorted((ROOT / "src" / "amur").glob("*/migrations/*.py"))
    yield from sorted(file for file in (web / "static").rglob("*") if file.is_file())
    yield from sorted((web / "locale").glob("*/LC_MESSAGES/*.po"))
    yield from sorted(file for file in pack_folder().rglob("*") if file.is_file())
    yield from filter(Path.is_file, [ROOT / "package-lock.json", ROOT / "requirements.lock"])


def _begin_first_run(data: Path) -> None:
    """Mark a first run, so that one that is stopped half-way is begun again instead of being served half-filled."""
    marker, database = data / _FIRST_RUN, data / _DATABASE
    if os.environ.get("AMUR_DATABASE_URL"):
        return
    if marker.exists() and database.exists():
        say("The first run was stopped half-way; nobody has used it, so it begins again.")
        for file in data.glob(f"{_DATABASE}*"):
            file.unlink()
        shutil.rmtree(data / "uploads", ignore_errors=True)
        (data / _ACCOUNTS).unlink(missing_ok=True)
    if not database.exists():
        data.mkdir(parents=True, exist_ok=True)
        marker.touch()


def _bring_up_to_date(data: Path, *, empty: bool) -> None:
    """Do what the fingerprint stands for, in the order in which each step needs the former."""
    with step("Loading Amur"):
        start_django(data)
    with step("Preparing the tables"):
        migrate()
        subject_keys.take_in_where_missing(data, clock.now())
    with step("Collecting and compressing the static files"):
        collect_static()
    with step(f"Reading the pack {pack_folder().name}"):
        sync_pack()
    if not empty and is_unused():
        play_demonstration()


def start_django(data: Path | None = None) -> None:
    """Load the settings and the rooms."""
    if data is not None:
        os.environ["AMUR_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amur.config.settings")
    import django

    django.setup()


def migrate() -> None:
    """Bring the tables to this version."""
    from django.conf import settings
    from django.core.management import call_command

    from amur.ledger import tables

    tables.make()
    if settings.CACHES["counts"]["BACKEND"].endswith("Counts"):
        call_command("createcachetable", verbosity=0)


def collect_static() -> None:
    """Collect the static files with hashed names and compressed twins."""
    from django.conf import settings
    from django.core.management import call_command

    # The settings choose plain names as long as nothing is collected, so that tests and tools need no collection.
    settings.STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=["*.scss", "*.njk"])


def sync_pack() -> None:
    """Write the pack's declarations into the database."""
    from amur.base.acting import system
    from amur.packs import acts

    acts.sync(pack_folder(), by=system("sync", client="cli"), now=clock.now())


def reindex() -> int:
    """Make the index of the search anew; return how many things it finds."""
    from amur.packs import acts

    return acts.reindex(pack_folder(), now=clock.now())


def is_unused() -> bool:
    """Say whether nobody has an account here: no made-up data ever comes into an installation that is in use."""
    from django.contrib.auth import get_user_model

    return not get_user_model().objects.exists()


def play_demonstration() -> None:
    """Let the pack's demonstration happen, once; its accounts are kept in the data folder.

    Raises:
        CommandError: if ``AMUR_DEMO_PERCENT`` is no number from 1 to 100.
    """
    from amur.base.acting import system
    from amur.packs import acts

    said = os.environ.get("AMUR_DEMO_PERCENT", "100")
    percent = int(said) if said.isascii() and said.isdecimal() else 0
    if not 1 <= percent <= _WHOLE:
        raise CommandError(f"AMUR_DEMO_PERCENT: found {said!r}; write a number from 1 to 100.")
    with counted_step("Playing the demonstration") as told:
        acts.play_demonstration(by=system("demonstration", client="cli"), now=clock.now(), percent=percent, told=told)


def _read_note(data: Path) -> dict[str, Any]:
    try:
        found = json.loads((data / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_note(data: Path, found: str, *, empty: bool) -> None:
    """Note what was prepared, and whether this installation began without a demonstration and stays so."""
    note = {"fingerprint": found, "empty": empty or bool(_read_note(data).get("empty"))}
    fresh = data / f".{NOTE}"
    fresh.write_text(json.dumps(note), encoding="utf-8")
    fresh.replace(data / NOTE)
