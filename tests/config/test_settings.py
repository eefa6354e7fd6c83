"""The settings of Django that protect every page."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings
from django.test import Client

from tests.config.conftest import ROOT
from tests.config.installations import environment


def test_cookies_are_safe():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE


def test_another_host_name_is_refused():
    assert Client().get("/healthz", headers={"host": "evil.example"}).status_code == 400


def test_behind_https_everything_is_secure(tmp_path):
    code = (
        "from django.conf import settings as s\n"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SECURE_SSL_REDIRECT and s.SECURE_HSTS_SECONDS\n"
        "assert not s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN and not s.DEBUG\n"
        "assert s.CSRF_TRUSTED_ORIGINS == ['https://amur.example']"
    )
    surroundings = environment(
        tmp_path, AMUR_SECURE="1", AMUR_HOSTS="amur.example", DJANGO_SETTINGS_MODULE="amur.config.settings"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_django_finds_nothing_to_complain_of(tmp_path):
    surroundings = environment(tmp_path, AMUR_SECURE="1", AMUR_HOSTS="amur.example")
    command = [sys.executable, "-m", "amur", "manage", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=surroundings, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
