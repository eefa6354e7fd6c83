"""How allauth behaves here: where people land after signing in, and whose account is open to whom."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from amur.people import reads as people
from amur.web.requests import AmurRequest


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


def _first_page(request: HttpRequest) -> str:
    acting = cast("AmurRequest", request)
    scope = people.scope_of(acting.user, acting.now)
    return f"{reverse('portal:home')}desk/" if scope.kind == "office" else reverse("portal:home")
