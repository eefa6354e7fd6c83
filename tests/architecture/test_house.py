"""The house: what leans on what. Imports are import-linter's; tables and migrations it cannot see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from tests.architecture.house import ROOT, SOURCE, height


def _room_of(label: str) -> str | None:
    """Return the room of a Django app, or None for somebody else's."""
    config = apps.get_app_config(label)
    return config.name.removeprefix("amur.") if config.name.startswith("amur.") else None


def test_imports_go_down_only():
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_order_names_every_room():
    rooms = {path.name for path in SOURCE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert rooms <= set(height())


def test_an_app_is_called_like_its_room():
    for config in apps.get_app_configs():
        if config.name.startswith("amur."):
            assert config.label == config.name.removeprefix("amur.")


def test_a_table_refers_to_lower_rooms_only():
    upward = []
    for model in apps.get_models(include_auto_created=True):
        room = _room_of(model._meta.app_label)
        if room is None:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            target = _room_of(field.related_model._meta.app_label)
            if target is not None and height()[target] > height()[room]:
                upward.append(f"{model._meta.label}.{field.name} → {target}")
    assert not upward


def test_a_migration_depends_on_lower_rooms_only():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    upward = []
    for (label, name), migration in loader.disk_migrations.items():
        room = _room_of(label)
        if room is None:
            continue
        for other, _ in [*migration.dependencies, *migration.run_before]:
            target = _room_of(other) if other in apps.app_configs else None
            if target is not None and height()[target] > height()[room]:
                upward.append(f"{label}.{name} → {target}")
    assert not upward


def test_every_room_with_tables_has_migrations():
    for config in apps.get_app_configs():
        if config.name.startswith("amur.") and list(config.get_models()):
            assert (Path(config.path) / "migrations" / "__init__.py").exists(), config.name


def test_the_ground_floor_knows_no_database():
    code = (
        "import sys, pkgutil, importlib, amur.base\n"
        "for found in pkgutil.walk_packages(amur.base.__path__, 'amur.base.'):\n"
        "    importlib.import_module(found.name)\n"
        "sys.exit(','.join(sorted({'django', 'psycopg', 'sqlite3'} & {*sys.modules}) ) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "src", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nothing_imports_a_pack_and_a_pack_holds_no_program():
    programs = [file for file in (ROOT / "packs").rglob("*") if file.suffix in {".py", ".js", ".sh", ".so"}]
    assert not programs
    for file in SOURCE.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "import packs" not in text.replace("from amur import packs", ""), file
        assert "from packs" not in text, file
