"""What every test may ask for: a data folder of its own, a clock that stands still, a browser.

Nothing here knows a room; a room's own fixtures stand in ``tests/<room>/conftest.py``.
"""

from __future__ import annotations

import atexit
import gc
import linecache
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import HealthCheck
from hypothesis import settings as asked

from amur.ledger import tables
from amur.web import clock as real_clock
from tests.standing import GROUND

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker

pytest_plugins = ["tests.ledger.plugin"]

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
"""The instant that tests call the present: a Tuesday, 10:00 in Beijing."""

os.environ.setdefault("AMUR_TABLES", str(Path(__file__).parents[1] / ".cache" / "tables"))
_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def _own_data_folder() -> Path:
    """Point the settings at a folder of this process, so that no test reads or writes an installation."""
    folder = Path(tempfile.mkdtemp(prefix="amur-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings.DATA = folder
    settings.TABLES = Path(os.environ["AMUR_TABLES"])
    settings.LEDGER_KEYS = folder / "keys"
    settings.MEDIA_ROOT = folder / "uploads"
    settings.STATIC_ROOT = folder / "static"
    settings.STATIC_ROOT.mkdir()
    settings.EMAIL_FILE_PATH = folder / "mail"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the true one is slow on purpose
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = folder / "test.sqlite3"
    return folder


_ALIKE = [Path(__file__).parent / name for name in ("web", "packs", "people", "browser")]
"""Where tests ask of a database what other rooms ask of it too, such as pages: the deep run alone shows both."""
_SUBJECTS = [folder for folder in (Path(__file__).parent / "procedures").iterdir() if folder.is_dir()]
"""Where subjects of their own are tested; those of them that both databases must show say so."""
_REPEATED = {
    "test_nobody_has_to_do_with_anothers_case", "test_everything_stateful", "test_every_endpoint_with_every_role",
    "test_bad_moments", "test_bad_moments_of_clocks", "test_fuzzed", "test_invariants",
}  # fmt: skip
"""Tests that call again and again what tests of their own walk line by line."""
_WALKED_ELSEWHERE = {
    "packs/test_examples.py", "packs/test_play.py", "packs/test_ways_of_service_in_examples.py", "procedures/hearings/test_hearings.py",
    "procedures/joint/test_handing_over.py", "procedures/papers/test_letters.py", "procedures/queues/test_many.py",
    "web/desk/test_case.py", "web/desk/test_opinions.py", "web/desk/test_queue.py", "web/open/test_api.py",
    "web/portal/test_applying.py", "web/portal/test_cases.py", "web/portal/test_registers.py", "web/test_translations.py",
}  # fmt: skip
"""Long ones of whose lines others walked all but one in a hundred, when they were laid side by side."""
_COMPILED = {"propagation", "coverage", "surveys", "explaining", "test_cover_verb.py", "test_explain_verb.py"}
"""Folders and files of tests that run compiled code, which takes a worker half a minute to compile."""
_LONG = 80
# Several workers share a processor here: what is drawn slowly says something of them and nothing of what is tested.
asked.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
asked.load_profile("shared")
_DATA = _own_data_folder()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Have in the database what the test begins from."""
    GROUND.prepare(item)
    if isinstance(item, pytest.DoctestItem):
        linecache.clearcache()  # each example looks whether any file in it has changed: there are thousands by then


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Name the test that leaves an upload open: the collector, that looks rarely, would blame another one.

    Raises:
        AssertionError: with the files that are open still, where the kernel lists what a process holds open.
    """
    yield
    held = Path("/proc/self/fd")
    uploads = (
        [str(file) for file in map(os.path.realpath, held.iterdir()) if str(settings.MEDIA_ROOT) in file]
        if held.is_dir()
        else []
    )
    assert not uploads, f"left open: {uploads}; read to its end the answer that holds the file"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave closed what the gate's PostgreSQL run takes nothing of: to read it all costs each worker seconds."""
    if "not either" not in config.option.markexpr or not collection_path.match("test_*.py"):
        return None
    is_either = bool({*_ALIKE, *_SUBJECTS} & {*collection_path.parents})
    return (is_either and "mark.both" not in collection_path.read_text(encoding="utf-8")) or None


@pytest.hookimpl(tryfirst=True)  # before the plugin that deals tests out looks at their groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that the PostgreSQL run takes just that, and what is not measured.

    What works on whole installations and whole pages runs lines that tests of rooms run too; measuring doubles its time.
    """
    if "not deep" in config.option.markexpr:
        _ask_less(items)
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if {*_ALIKE, *_SUBJECTS} & {*item.path.parents} and not item.get_closest_marker("both"):
            item.add_marker(pytest.mark.either)
        if item.get_closest_marker("django_db") or names & _DATABASE_FIXTURES:
            item.add_marker(pytest.mark.both)
        if "chromium" in names:
            item.add_marker(pytest.mark.xdist_group("browser"))  # two browsers at once make each other wait
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.either)
        if "chromium" in names or item.get_closest_marker("xdist_group") or _is_walked_elsewhere(item.path):
            item.add_marker(pytest.mark.no_cover)
        if together := _made_once(item.path, names):
            item.add_marker(pytest.mark.xdist_group(together))


def _made_once(file: Path, names: set[str]) -> str:
    """Return the group of a test that needs what each worker would make for itself; it is measured all the same."""
    if _COMPILED & {*file.parts, file.name}:
        return "compiled"
    return "demonstration" if "standing_play" in names else ""


def _is_walked_elsewhere(file: Path) -> bool:
    return file.stem in _REPEATED or "/".join(file.parts[len(Path(__file__).parts) - 1 :]) in _WALKED_ELSEWHERE


def _ask_less(items: list[pytest.Item]) -> None:
    """Show each property a third of its examples, others in each run; the deep run shows all."""
    for function in {getattr(one := getattr(item, "obj", None), "__func__", one) for item in items}:
        if full := getattr(function, "_hypothesis_internal_use_settings", None):
            function._hypothesis_internal_use_settings = _third(full)
    for machine in {getattr(item, "cls", None) for item in items}:
        if isinstance(full := getattr(machine, "settings", None), asked):
            machine.settings = _third(full)


def _third(full: asked) -> asked:
    return asked(full, max_examples=max(full.max_examples // 3, min(full.max_examples, 5)))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name what is long by its length: a name of megabytes travels between workers and into every report."""
    if isinstance(val, str | bytes) and len(val) > _LONG:
        return f"{len(val)} {'bytes' if isinstance(val, bytes) else 'characters'}"
    return None


def pytest_collection_finish() -> None:
    """Spare the collector thousands of tests and modules that stay to the end, and let it look rarely: a sixth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Let the database of the tests begin from what lies there: it is a copy of an empty one, in a folder of its own."""
    return _is_sqlite()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Lay the empty database there before it is opened; PostgreSQL copies the one that the gate has made, if it has."""
    if _is_sqlite():
        tables.lay(_test_database())
    elif template := os.environ.get("AMUR_TEST_TEMPLATE"):
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = template


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Keep the empty database for the next run."""
    if _is_sqlite() and not tables.kept().is_file():
        with django_db_blocker.unblock():
            tables.keep(_test_database())


def _is_sqlite() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))


def _test_database() -> Path:
    return Path(settings.DATABASES["default"]["TEST"]["NAME"])


class FrozenClock:
    """A clock that moves when it is told to."""

    def __init__(self, start: datetime) -> None:
        self.instant = start

    def now(self) -> datetime:
        """Return the instant at which the clock stands."""
        return self.instant

    def advance(self, **duration: float) -> datetime:
        """Move on by ``days=``, ``hours=``, … and return the new instant."""
        self.instant += timedelta(**duration)
        return self.instant

    def set(self, instant: datetime) -> datetime:
        """Move to an instant, earlier ones included."""
        self.instant = instant
        return instant


@pytest.fixture
def data_folder() -> Path:
    """Return the data folder of this test process."""
    return _DATA


@pytest.fixture
def now() -> datetime:
    """Return the instant that tests call the present."""
    return NOW


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> FrozenClock:
    """Stop the clock that web, command and workers read."""
    frozen = FrozenClock(now)
    monkeypatch.setattr(real_clock, "now", frozen.now)
    return frozen


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the machine's own Chromium, for one module.

    Playwright keeps an event loop in this thread, which Django takes for asynchronous code: it then keeps its database
    connections elsewhere. A later test that forks would hand one connection to all its children, so the loop ends here.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = os.environ.get("AMUR_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.skip("no Chromium on this machine; install the package chromium or set AMUR_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()
        connections.close_all()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a fresh page: ``open_page(width=390, locale="zh-CN", java_script_enabled=True)``."""
    contexts = []

    def page(*, width: int = 390, height: int = 844, locale: str = "zh-CN", **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale=locale, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield page
    for context in contexts:
        context.close()
