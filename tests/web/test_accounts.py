"""Sign-in pages in our look: every page stands, nothing is inline, and each lands where its owner works."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils.timezone import now as real_now

from tests.web.house import House

pytestmark = pytest.mark.django_db

STRANGERS = ("login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/")
MEMBERS = (
    "email/",
    "password/change/",
    "logout/",
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "3rdparty/",
    "reauthenticate/",
)
LANGUAGES = [("", "zh-Hans"), ("/en", "en")]
INLINE = re.compile(r"\sstyle=|<style|<script(?![^>]*(src=|application/json))|\son[a-z]+=\"", re.IGNORECASE)


def _looks_right(page: str, language: str) -> None:
    assert 'class="amur-header"' in page
    assert page.count("<h1") == 1
    assert f'lang="{language}"' in page
    assert INLINE.findall(page) == []


@pytest.mark.parametrize(("root", "language"), LANGUAGES)
@pytest.mark.parametrize("path", STRANGERS)
def test_a_page_for_strangers_stands_in_our_frame(path, root, language):
    answer = Client(HTTP_HOST="localhost").get(f"{root}/accounts/{path}")
    assert answer.status_code == 200
    _looks_right(answer.content.decode(), language)


@pytest.fixture
def member(house: House):
    """Return a browser of somebody who signed in and has just given the password once more."""
    account = house.stage.cast["firm"].account
    account.set_password("a long enough passphrase")
    account.save()
    browser = house.client()
    answer = browser.post("/accounts/login/", {"login": account.get_username(), "password": "a long enough passphrase"})
    assert answer.status_code == 302
    assert browser.post("/accounts/reauthenticate/", {"password": "a long enough passphrase"}).status_code == 302
    return browser


@pytest.mark.parametrize(("root", "language"), LANGUAGES)
def test_every_page_for_members_stands_in_our_frame(member, root, language):
    for path in MEMBERS:
        answer = member.get(f"{root}/accounts/{path}")
        assert answer.status_code == 200, answer.get("Location")
        _looks_right(answer.content.decode(), language)


def test_keys_are_listed_with_their_days(member, house: House):
    Authenticator.objects.create(
        user=get_user_model().objects.get(pk=house.stage.cast["firm"].account.pk),
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Pocket key", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}},
        last_used_at=real_now(),
    )
    page = member.get("/en/accounts/2fa/webauthn/").content.decode()
    assert "Pocket key" in page
    assert "Last used" in page
    assert "Passkey" in page


def test_a_wrong_password_says_so_above_and_leads_to_the_field(house: House):
    answer = house.client().post("/en/accounts/login/", {"login": "firm", "password": "wrong"})
    page = answer.content.decode()
    assert 'class="govuk-error-summary"' in page
    assert '<a href="#id_login">' in page
    assert 'value="wrong"' not in page


def test_a_missing_name_is_said_at_its_field(house: House):
    page = house.client().post("/accounts/login/", {"login": "", "password": ""}).content.decode()
    assert 'id="id_login-error"' in page
    assert 'aria-describedby="id_login-error" aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("who", "root", "place"),
    [("firm", "", "/"), ("firm", "/en", "/en/"), ("handler", "", "/desk/"), ("handler", "/en", "/en/desk/")],
)
def test_officials_land_on_their_desk_and_others_in_the_portal_in_their_language(house: House, who, root, place):
    account = house.stage.cast[who].account
    account.set_password("a long enough passphrase")
    account.save()
    browser = house.client()
    sent = {"login": account.get_username(), "password": "a long enough passphrase"}
    assert browser.post(f"{root}/accounts/login/", sent)["Location"] == place
    assert browser.post(f"{root}/accounts/logout/")["Location"] == f"{root}/"
