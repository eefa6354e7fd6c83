"""A passkey, from making it to signing in with nothing else: a real Chromium with a virtual authenticator."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PASSWORD = "a long enough passphrase"
ROOT = Path(__file__).resolve().parents[2]

_PREPARE = f"""
import django
django.setup()
from datetime import UTC, datetime
from amur.base.acting import system
from amur.ledger import tables
from amur.people import acts
tables.make()
acts.open_account(username="wang", email="wang@example.org", display_name="Wang", password={PASSWORD!r},
    by=system("tests"), now=datetime(2026, 3, 10, 2, 0, tzinfo=UTC))
"""


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """Serve an installation of its own, with one account, on localhost; return its address."""
    environment = {
        **os.environ,
        "AMUR_DATA": str(tmp_path_factory.mktemp("passkey")),
        "DJANGO_SETTINGS_MODULE": "amur.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    environment.pop("AMUR_DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", _PREPARE], env=environment, check=True, timeout=120, cwd=ROOT)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "django", "runserver", f"127.0.0.1:{port}", "--noreload", "--insecure"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://localhost:{port}"
    try:
        for _ in range(150):
            if _answers(f"{address}/healthz"):
                break
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def page(open_page):
    """Open a page whose browser asks no questions about keys; ``page.keys`` speaks to its authenticator."""
    opened = open_page(width=1280, locale="en-GB")
    opened.keys = opened.context.new_cdp_session(opened)
    opened.keys.send("WebAuthn.enable")
    return opened


def _plug_in(page) -> str:
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return page.keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def _enter_by_password(page, address: str) -> None:
    page.goto(f"{address}/en/accounts/login/")
    page.fill("#id_login", "wang")
    page.fill("#id_password", PASSWORD)
    page.click("form[action*='login'] button[type=submit]:not([form])")


def _signed_in(page, address: str) -> bool:
    """Say whether the page that only members see opens; others are sent on to what they still have to do."""
    page.goto(f"{address}/en/accounts/2fa/")
    return page.url == f"{address}/en/accounts/2fa/"


def _make_passkey(page, address: str) -> None:
    page.goto(f"{address}/en/accounts/2fa/webauthn/add/")
    page.fill("input[name=password]", PASSWORD)
    page.click("form[action*='reauthenticate'] button[type=submit]")
    page.wait_for_url("**/webauthn/add/**")
    page.fill("input[name=name]", "laptop")
    page.check("input[name=passwordless]", force=True)
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)


def test_a_passkey_signs_in_by_itself_or_after_the_password_and_a_strange_key_does_not(installation, page):
    key = _plug_in(page)
    _enter_by_password(page, installation)
    assert _signed_in(page, installation)
    _make_passkey(page, installation)
    assert len(page.keys.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1

    page.context.clear_cookies()
    assert not _signed_in(page, installation)
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    assert _signed_in(page, installation)

    page.context.clear_cookies()
    _enter_by_password(page, installation)
    page.wait_for_url("**/2fa/authenticate/**")
    assert not _signed_in(page, installation)
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(lambda url: "/2fa/authenticate/" not in url)
    assert _signed_in(page, installation)

    page.context.clear_cookies()
    page.keys.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    page.goto(f"{installation}/en/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_timeout(1_500)
    assert not _signed_in(page, installation)
