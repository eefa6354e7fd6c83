"""Signing in by password, second factor, recovery codes and OpenID Connect, through the real pages of allauth."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from amur.base.acting import SYSTEM
from amur.config import policies
from amur.ledger import reads as ledger
from amur.people.models import Account
from tests.people.conftest import CALLBACK
from tests.people.openid.browser import sign_in_at_provider

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough passphrase"
_OWN_PROVIDERS = django_settings.SOCIALACCOUNT_PROVIDERS
_APP = {"provider_id": "demo", "name": "Demo", "client_id": "c", "secret": "s", "server_url": "http://localhost:9"}


@pytest.fixture(autouse=True)
def _limits_begin_anew():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def wang(account):
    return account("wang", password=PASSWORD)


def _enter(client: Client, login: str = "wang", password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": login, "password": password})


def _who(client: Client) -> str:
    return client.session.get("_auth_user_id", "")


class TestByPassword:
    @pytest.mark.parametrize("login", ["wang", "WANG", "wang@example.org", "Wang@Example.org"])
    def test_name_or_address_in_any_case_with_the_password(self, client, wang, login):
        assert _enter(client, login).status_code == 302
        assert _who(client) == str(wang.pk)

    @pytest.mark.parametrize(("login", "password"), [("wang", "wrong"), ("nobody", PASSWORD), ("wang", "")])
    def test_anything_else_is_refused(self, client, wang, login, password):
        assert _enter(client, login, password).status_code == 200
        assert _who(client) == ""

    def test_an_unknown_name_is_refused_in_the_same_words_as_a_wrong_password(self, client, wang):
        wrong = _enter(client, "wang", "wrong password").context["form"].errors
        unknown = _enter(client, "nobody", "wrong password").context["form"].errors
        assert wrong == unknown

    def test_a_closed_account_is_refused(self, client, wang):
        Account.objects.update(is_active=False)
        _enter(client)
        assert _who(client) == ""

    def test_a_new_session_begins_when_somebody_signs_in(self, client, wang):
        session = client.session
        session["before"] = True
        session.save()
        before = session.session_key
        _enter(client)
        assert client.session.session_key != before

    def test_signing_out_ends_the_session(self, client, wang):
        _enter(client)
        client.post(reverse("account_logout"))
        assert _who(client) == ""


class TestAfterWrongPasswords:
    def test_even_the_right_one_is_refused_for_a_while(self, client, wang):
        for _ in range(5):
            _enter(client, password="wrong password")
        _enter(client)
        assert _who(client) == ""

    def test_the_limit_follows_the_account_to_another_browser(self, client, wang):
        for _ in range(5):
            _enter(client, password="wrong password")
        other = Client(REMOTE_ADDR="192.0.2.7")
        _enter(other)
        assert _who(other) == ""

    def test_another_account_is_not_locked_out(self, client, wang, account):
        other = account("li", password=PASSWORD)
        for _ in range(5):
            _enter(client, password="wrong password")
        _enter(client, "li")
        assert _who(client) == str(other.pk)


def _code(secret: str, at: int) -> str:
    """Compute the code of RFC 6238 by itself, so that the other side is checked and not repeated."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", at // 30), hashlib.sha1)
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


class _Clock:
    def __init__(self) -> None:
        self.at = 1_800_000_000

    def time(self) -> float:
        return float(self.at)


@pytest.fixture
def device(monkeypatch):
    """Stop the clock that codes are computed by."""
    clock = _Clock()
    monkeypatch.setattr(totp, "time", clock)
    return clock


def _shown_secret(client: Client) -> str:
    """Sign in, say the password again as the page asks, and return the secret that the page shows."""
    _enter(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    return client.session[totp.SECRET_SESSION_KEY]


@pytest.fixture
def secret(client, wang, device):
    """Enrol an authenticator by the pages, sign out, and return its secret."""
    shown = _shown_secret(client)
    client.post(reverse("mfa_activate_totp"), {"code": _code(shown, device.at)})
    client.post(reverse("account_logout"))
    device.at += 60
    return shown


class TestBySecondFactor:
    def test_whoever_finds_an_open_session_enrols_nothing_without_the_password(self, client, wang):
        _enter(client)
        assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))

    def test_a_wrong_code_enrols_nothing(self, client, wang, device):
        shown = _shown_secret(client)
        client.post(reverse("mfa_activate_totp"), {"code": _code(shown, device.at + 600)})
        assert not Authenticator.objects.exists()

    def test_the_codes_are_those_of_the_standard(self):
        secret = base64.b32encode(b"12345678901234567890").decode()
        assert [_code(secret, at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]

    def test_a_copy_of_the_database_does_not_hold_the_secret(self, secret):
        assert secret not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

    def test_the_password_alone_is_not_enough(self, client, secret):
        answer = _enter(client)
        assert answer.url == reverse("mfa_authenticate")
        assert _who(client) == ""

    def test_the_code_of_the_moment_completes_it(self, client, wang, secret, device):
        _enter(client)
        client.post(reverse("mfa_authenticate"), {"code": _code(secret, device.at)})
        assert _who(client) == str(wang.pk)

    def test_the_second_step_without_the_first_leads_nowhere(self, client, secret, device):
        client.post(reverse("mfa_authenticate"), {"code": _code(secret, device.at)})
        assert _who(client) == ""

    @pytest.mark.parametrize("seconds", [-600, 600])
    def test_the_code_of_another_time_is_refused(self, client, secret, device, seconds):
        _enter(client)
        client.post(reverse("mfa_authenticate"), {"code": _code(secret, device.at + seconds)})
        assert _who(client) == ""

    def test_a_code_that_was_seen_over_the_shoulder_is_refused_the_second_time(self, client, secret, device):
        code = _code(secret, device.at)
        _enter(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        other = Client()
        _enter(other)
        other.post(reverse("mfa_authenticate"), {"code": code})
        assert _who(other) == ""

    def test_guessing_codes_is_limited(self, client, secret, device):
        _enter(client)
        for _ in range(20):
            client.post(reverse("mfa_authenticate"), {"code": "000000"})
        client.post(reverse("mfa_authenticate"), {"code": _code(secret, device.at)})
        assert _who(client) == ""


class TestByRecoveryCode:
    @pytest.fixture
    def codes(self, wang, secret):
        kept = Authenticator.objects.get(user=wang, type=Authenticator.Type.RECOVERY_CODES)
        return RecoveryCodes(kept).generate_codes()

    def test_codes_are_made_with_the_first_authenticator(self, codes):
        assert len(set(codes)) >= 8

    def test_each_code_works_once(self, client, wang, codes):
        _enter(client)
        client.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert _who(client) == str(wang.pk)
        other = Client()
        _enter(other)
        other.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert _who(other) == ""
        other.post(reverse("mfa_authenticate"), {"code": codes[1]})
        assert _who(other) == str(wang.pk)


class TestBySigningUp:
    def test_somebody_opens_an_account_for_themselves_without_any_office(self, client, now):
        from amur.people import reads

        values = {"username": "zhao", "email": "zhao@example.org", "password1": PASSWORD, "password2": PASSWORD}
        assert client.post(reverse("account_signup"), values).status_code == 302
        made = Account.objects.get(username="zhao")
        assert _who(client) == str(made.pk)
        assert reads.scope_of(made, now).kind == "party"

    def test_whoever_signs_up_is_a_person_with_an_entry_in_the_ledger(self, client):
        values = {"username": "zhao", "email": "zhao@example.org", "password1": PASSWORD, "password2": PASSWORD}
        client.post(reverse("account_signup"), values)
        made = Account.objects.get(username="zhao")
        assert [entry.kind for entry in ledger.entries_of(SYSTEM, made.subject)] == ["account.opened"]
        assert made.person.display_name == "zhao"

    def test_a_short_password_is_refused(self, client):
        values = {"username": "zhao", "email": "zhao@example.org", "password1": "short", "password2": "short"}
        assert client.post(reverse("account_signup"), values).status_code == 200
        assert not Account.objects.exists()


@pytest.fixture
def trust(settings, provider):
    """Return a function that makes the settings trust the provider, as some client with some secret."""

    def as_client(client_id="amur", secret=None):
        app = {
            "provider_id": "demo",
            "name": "Demo",
            "client_id": client_id,
            "secret": secret or f"secret of {client_id}, long enough to be one",
            "server_url": provider,
        }
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                **settings.SOCIALACCOUNT_PROVIDERS["openid_connect"],
                "OAUTH_PKCE_ENABLED": True,
                "APPS": policies.openid_apps({"AMUR_OPENID": json.dumps([app])}),
            }
        }

    as_client()
    return as_client


def _begin(client: Client) -> str:
    """Start signing in and return the address to which the browser is sent."""
    answer = client.post("/accounts/oidc/demo/login/")
    assert answer.status_code == 302
    return answer.url


def _changed(address: str, **values: str) -> str:
    parts = urlsplit(address)
    query = {name: found[0] for name, found in parse_qs(parts.query).items()}
    return urlunsplit(parts._replace(query=urlencode({**query, **values})))


@pytest.mark.usefixtures("trust")
class TestByOpenIDConnect:
    def test_the_whole_way_there_and_back_signs_in(self, client):
        back = sign_in_at_provider(_begin(client), "sun")
        assert back.startswith(CALLBACK)
        assert client.get(back).status_code == 302
        made = Account.objects.get(username="sun")
        assert (_who(client), made.email) == (str(made.pk), "sun@example.org")
        assert not made.has_usable_password()

    def test_the_same_person_again_has_the_same_account(self, client):
        client.get(sign_in_at_provider(_begin(client), "sun"))
        first = _who(client)
        other = Client()
        other.get(sign_in_at_provider(_begin(other), "sun"))
        assert _who(other) == first
        assert Account.objects.count() == 1

    def test_an_address_that_belongs_to_another_account_does_not_open_it(self, client, account):
        official = account("sun", email="sun@example.org", password=PASSWORD)
        client.get(sign_in_at_provider(_begin(client), "sun"))
        assert _who(client) != str(official.pk)

    def test_the_request_asks_for_a_code_with_state_and_proof_key(self, client):
        asked = parse_qs(urlsplit(_begin(client)).query)
        assert asked["response_type"] == ["code"]
        assert asked["code_challenge_method"] == ["S256"]
        assert len(asked["state"][0]) >= 16

    def test_the_installation_itself_asks_for_the_proof_key(self):
        own = policies.openid_apps({"AMUR_OPENID": json.dumps([_APP])})[0]["settings"]
        assert own.get("oauth_pkce_enabled") or _OWN_PROVIDERS["openid_connect"].get("OAUTH_PKCE_ENABLED")

    def test_a_wrong_state_is_refused(self, client):
        back = sign_in_at_provider(_begin(client), "sun")
        client.get(_changed(back, state="0123456789abcdef"))
        assert (_who(client), Account.objects.count()) == ("", 0)

    def test_a_state_counts_once(self, client):
        back = sign_in_at_provider(_begin(client), "sun")
        client.get(back)
        client.post(reverse("account_logout"))
        client.get(back)
        assert _who(client) == ""

    def test_an_answer_that_belongs_to_another_browser_is_refused(self, client):
        back = sign_in_at_provider(_begin(client), "sun")
        other = Client()
        other.get(back)
        assert _who(other) == ""

    def test_a_stolen_code_under_ones_own_state_is_refused(self, client):
        """What a nonce is for in this flow, the proof key does: a code is bound to the browser that asked for it."""
        stolen = parse_qs(urlsplit(sign_in_at_provider(_begin(client), "sun")).query)["code"][0]
        thief = Client()
        own = sign_in_at_provider(_begin(thief), "thief")
        thief.get(_changed(own, code=stolen))
        assert (_who(thief), Account.objects.count()) == ("", 0)

    def test_a_code_counts_once(self, client):
        back = sign_in_at_provider(_begin(client), "sun")
        code = parse_qs(urlsplit(back).query)["code"][0]
        client.get(back)
        other = Client()
        own = sign_in_at_provider(_begin(other), "li")
        other.get(_changed(own, code=code))
        assert _who(other) == ""

    def test_a_wrong_secret_is_refused(self, client, trust):
        trust(secret="a secret that the provider does not know")
        client.get(sign_in_at_provider(_begin(client), "sun"))
        assert (_who(client), Account.objects.count()) == ("", 0)

    def test_a_code_for_another_client_is_refused(self, client, trust):
        back = sign_in_at_provider(_begin(client), "sun")
        trust("another")
        client.get(back)
        assert (_who(client), Account.objects.count()) == ("", 0)

    def test_a_client_that_the_provider_does_not_know_gets_no_further_than_its_error_page(self, client, trust):
        trust("stranger")
        with pytest.raises(OSError, match="400"):
            sign_in_at_provider(_begin(client), "sun")

    def test_somebody_who_cancels_at_the_provider_is_not_signed_in(self, client):
        state = parse_qs(urlsplit(_begin(client)).query)["state"][0]
        client.get(f"{CALLBACK}?error=access_denied&state={state}")
        assert _who(client) == ""

    def test_a_provider_that_is_down_is_an_error_page_and_no_account(self, client, trust, settings):
        back = sign_in_at_provider(_begin(client), "sun")
        apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        apps[0]["settings"]["server_url"] = "http://localhost:9"
        assert client.get(back).status_code < 500
        assert (_who(client), Account.objects.count()) == ("", 0)
