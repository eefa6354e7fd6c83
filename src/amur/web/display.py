"""How a reader wants pages to look: theme, elder mode, sight. Kept in one cookie, rendered by the server, no script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from amur.web.fields import FieldView, Option

COOKIE = "amur_display"
_YEAR = 365 * 24 * 3600
_CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("system", "light", "dark"),
    "elder": ("off", "on"),
    "sight": ("usual", "low"),
}


@dataclass(frozen=True, slots=True)
class Display:
    """The three choices; the defaults are what the reader's own system says."""

    theme: Literal["system", "light", "dark"] = "system"
    elder: Literal["off", "on"] = "off"
    sight: Literal["usual", "low"] = "usual"

    def cookie(self) -> str:
        """Return the value of the cookie.

        >>> Display(theme="dark", elder="on").cookie()
        'dark.on.usual'
        """
        return f"{self.theme}.{self.elder}.{self.sight}"


def read(cookie: str) -> Display:
    """Return the choices of a cookie; what is not a choice is left at its default.

    >>> read("dark.on.low"), read("<b>.on")
    (Display(theme='dark', elder='on', sight='low'), Display(theme='system', elder='on', sight='usual'))
    """
    return changed(Display(), dict(zip(_CHOICES, cookie.split("."), strict=False)))


def changed(display: Display, wanted: dict[str, str]) -> Display:
    """Return the choices with those of ``wanted`` that exist.

    >>> changed(Display(theme="dark"), {"elder": "on", "theme": "pink"})
    Display(theme='dark', elder='on', sight='usual')
    """
    known = {name: wanted[name] for name, choices in _CHOICES.items() if wanted.get(name) in choices}
    return replace(display, **known)  # type: ignore[arg-type]  # each value was just found among its choices


# A foreign page that posts here can only change how large the letters are, so no token is asked for; in return no page
# of the portal needs a cookie for its header.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Show the display settings, or keep them and lead back to where the reader was."""
    back = request.POST.get("next", "") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = ""
    if request.method != "POST":
        chosen = read(request.COOKIES.get(COOKIE, ""))
        return render(request, "display.html", {"back": back, "display_choices": _questions(chosen)})
    answer = HttpResponseRedirect(back or reverse("display"))
    chosen = changed(read(request.COOKIES.get(COOKIE, "")), request.POST.dict())
    answer.set_cookie(COOKIE, chosen.cookie(), max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return answer


def _questions(chosen: Display) -> list[FieldView]:
    words = {
        "elder": (_("Large text and large buttons"), (_("Standard"), _("Large, for easy reading"))),
        "sight": (_("Contrast"), (_("Standard"), _("High contrast, larger"))),
        "theme": (_("Light or dark"), (_("As my device is set"), _("Light"), _("Dark"))),
    }
    return [
        FieldView(
            name,
            "radios",
            label,
            options=tuple(
                Option(value, title, value == getattr(chosen, name))
                for value, title in zip(_CHOICES[name], titles, strict=True)
            ),
        )
        for name, (label, titles) in words.items()
    ]
