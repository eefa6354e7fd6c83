"""What a browser does at the provider: it follows redirects, keeps cookies, and gives a name and consent."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit


class _StayAtProvider(urllib.request.HTTPRedirectHandler):
    """Follow redirects until one leads away from the provider; that one is the answer."""

    def redirect_request(self, request, fp, code, msg, headers, newurl):  # noqa: PLR0917 -- urllib calls it so
        if urlsplit(newurl).netloc != urlsplit(request.full_url).netloc:
            return None
        return super().redirect_request(request, fp, code, msg, headers, newurl)


def sign_in_at_provider(authorization_url: str, name: str) -> str:
    """Sign in under a name and consent; return the address at which the provider sends the browser back."""
    opener = urllib.request.build_opener(_StayAtProvider, urllib.request.HTTPCookieProcessor(CookieJar()))
    answers = iter([{"prompt": "login", "login": name, "password": "any"}, {"prompt": "consent"}])
    address, data = authorization_url, None
    while True:
        try:
            with opener.open(urllib.request.Request(address, data=data), timeout=10) as page:
                found = re.search(r'<form[^>]* action="([^"]+)"', page.read().decode())
        except urllib.error.HTTPError as error:
            if error.status in {302, 303}:
                return error.headers["Location"]
            raise
        address, data = found.group(1), urlencode(next(answers)).encode()
