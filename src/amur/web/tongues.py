"""The languages of pages: Chinese and English for all of them, further ones for the main public pages.

Which further languages there are, the pack says. A page that is not said in one of them answers in English, at its
English address; the reader keeps the way back. The texts of the pack in them stand apart from its declarations.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language

from amur.base.declared import Text
from amur.policy.tongues import reads as tongues

CHINESE, ENGLISH = "zh-hans", "en"
NAMES = {"ru": "Русский", "ja": "日本語", "ko": "한국어"}
"""Languages in which the main public pages are said, as they call themselves."""
MAIN = frozenset(
    {
        "portal:home",
        "portal:services",
        "portal:service",
        "portal:registers",
        "portal:register",
        "portal:track",
        "portal:coverage",
        "portal:coverage_county",
        "portal:coverage_place",
        "open:verify",
    }
)
"""The pages that are said in them."""
_PREFIX = re.compile(rf"^/({'|'.join((ENGLISH, *NAMES))})(?=/)")
_SAME_METHOD = 307


def here() -> str:
    """Return the language of this page."""
    return get_language() or CHINESE


def bare(path: str) -> str:
    """Return an address without its language, as it is in Chinese.

    >>> bare("/ru/services/"), bare("/services/"), bare("/rules/")
    ('/services/', '/services/', '/rules/')
    """
    return _PREFIX.sub("", path)


def further() -> list[str]:
    """Return the further languages of the active pack."""
    return [name for name in tongues.languages() if name in NAMES]


def status(language: str) -> str:
    """Return whether the pack calls a language complete, reviewed or a draft; empty where it has none such."""
    return tongues.languages().get(language, "")


def say(text: Text, language: str) -> str:
    """Return a text of the pack in a language; what is not translated is said in English."""
    if language not in NAMES:
        return text.say(language)
    return getattr(text, language) or tongues.said_in(language).get(text.zh) or text.en


def is_said(text: Text, language: str) -> bool:
    """Say whether a text of the pack is there in a language."""
    return language not in NAMES or bool(getattr(text, language) or tongues.said_in(language).get(text.zh))


class FurtherLanguagesMiddleware:
    """Lead from a page that is not said in the language of its address to the same page in English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: Any, _named: Any
    ) -> HttpResponse | None:
        """Send whoever asks for what is said in English to where it is."""
        language = here()
        if language not in NAMES:
            return None
        match = request.resolver_match
        if match is not None and match.view_name in MAIN and status(language):
            return None
        address = f"/{ENGLISH}{bare(request.get_full_path())}"
        code = 302 if request.method in {"GET", "HEAD"} else _SAME_METHOD
        return HttpResponseRedirect(address, status=code)
