"""How allauth behaves here: where people land after signing in, what a sign-up leaves, how second factors are kept."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, cast

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from amur.base.acting import Actor
from amur.base.journal import journal
from amur.people import acts, reads
from amur.people.models import Account
from amur.web.requests import AmurRequest, door_of

_PROVIDER_SECONDS = 10
_log = journal("web")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Officials land on their desk, everybody else in the portal, in the language that they signed in with."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where a person goes after signing in."""
        return _first_page(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Return where a person goes after opening an account."""
        return _first_page(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  # allauth passes it
        """Return where a person goes after signing out."""
        return reverse("portal:home")

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:  # noqa: FBT001, FBT002  # allauth's own parameter
        """Store whoever signs up together with the person and the entry in the ledger."""
        with transaction.atomic():
            super().save_user(request, user, form, commit)
            if commit:
                _record_sign_up(request, user)
        return user


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """An identity provider may be away; whoever comes from one for the first time is recorded as any other."""

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Account:
        """Store whoever comes for the first time together with the person and the entry in the ledger."""
        with transaction.atomic():
            user = cast("Account", super().save_user(request, sociallogin, form))
            _record_sign_up(request, user)
        return user

    def get_requests_session(self) -> requests.Session:
        """Return a session that sends the person to an error page where the provider cannot be reached."""
        return _ProviderSession()


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets of second factors are encrypted: a copy of the database alone does not make anybody's codes."""

    def encrypt(self, text: str) -> str:
        """Return the secret as it is stored."""
        return _second_factor_key().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the stored secret as it is used."""
        return _second_factor_key().decrypt(encrypted_text.encode()).decode()


class _ProviderSession(requests.Session):
    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            return super().request(*args, **{"timeout": _PROVIDER_SECONDS, **kwargs})
        except requests.RequestException as error:
            _log.warning("the identity provider does not answer: %s", error)
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("socialaccount_login_error"))) from error


def _second_factor_key() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.SECOND_FACTOR_KEY.encode()).digest()))


def _record_sign_up(request: HttpRequest, user: Account) -> None:
    acting = cast("AmurRequest", request)
    by = Actor(str(user.pk), client=door_of(request), request_id=acting.request_id)
    acts.record_sign_up(user, display_name=user.username, by=by, now=acting.now)


def _first_page(request: HttpRequest) -> str:
    acting = cast("AmurRequest", request)
    scope = reads.scope_of(acting.user, acting.now)
    return f"{reverse('portal:home')}desk/" if scope.kind == "office" else reverse("portal:home")
