"""URLs: one spelling for each, so that what a list says and what a log says can be compared.

Scheme and host are lower case, the default port is left out, ``%41`` is ``A`` and ``%3a`` is ``%3A`` (RFC 3986, 6.2.2),
what must be encoded is, and user, password and fragment are dropped. The path keeps its dots.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

from amur.detection.iocs.names import name_of

LONGEST = 8192
"""The longest URL that is looked at, in characters."""

_SHAPE = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?//(?P<place>[^/?#\\]*)(?P<rest>[^#]*)", re.DOTALL)
_OTHER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!//|[0-9])")
"""A URL that names no host, such as one of ``mailto``."""
_PLACE = re.compile(r"(?:.*@)?(?P<host>\[[^\]]*\]|[^:@]*)(?::(?P<port>[0-9]{0,5}))?\Z", re.DOTALL)
_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
_ENCODED = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_TO_ENCODE = re.compile(r"""[^!-~]|["<>\\^`{|}]|%(?![0-9A-Fa-f]{2})""")
_HIGHEST_PORT = 65535


class Url(NamedTuple):
    """A URL in its parts: ``scheme`` may be empty; ``host`` is a name or an address; ``rest`` is path and query."""

    scheme: str
    host: str
    port: int | None
    rest: str

    @property
    def place(self) -> str:
        """Return host and port as they stand in the URL; an address of IPv6 in its brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def is_whole_host(self) -> bool:
        """Say whether it names no path, so that every URL of that host is meant."""
        return self.rest == "/"

    @property
    def text(self) -> str:
        """Return the URL in its one spelling."""
        return f"{self.scheme}:{self.schemeless}" if self.scheme else self.schemeless

    @property
    def schemeless(self) -> str:
        """Return the URL as lists give it that say nothing of its scheme."""
        return f"//{self.place}{self.rest}"


def url_of(text: str) -> Url | None:
    """Return a URL in its one spelling, or None if the text is none; without a scheme it begins with `//` or a host.

    >>> url_of("HTTP://User:pw@Example.COM:80/%7euser/%3a?q=中#top").text
    'http://example.com/~user/%3A?q=%E4%B8%AD'
    >>> url_of("例子.中国/a").text
    '//xn--fsqu00a.xn--fiqs8s/a'
    >>> url_of("https://[2001:DB8::0:1]:8443").text, url_of("http:///x"), url_of("mailto:a@example.com")
    ('https://[2001:db8::1]:8443/', None, None)
    """
    text = text.strip()
    if len(text) > LONGEST or _OTHER.match(text) or not (shape := _SHAPE.match(text) or _SHAPE.match(f"//{text}")):
        return None
    place = _PLACE.match(shape["place"])
    host = _host(place["host"]) if place else None
    if place is None or host is None:
        return None
    scheme = (shape["scheme"] or "").lower()
    port = int(place["port"]) if place["port"] else None
    if port is not None and port > _HIGHEST_PORT:
        return None
    rest = spelled(shape["rest"].rstrip())
    if not rest.startswith("/"):
        rest = f"/{rest}"
    return Url(scheme, host, None if port == _PORTS.get(scheme) else port, rest)


def spelled(rest: str) -> str:
    """Return path and query with everything encoded that must be and nothing that need not be.

    >>> spelled("/%7Ea b%2fc%")
    '/~a%20b%2Fc%25'
    """
    decoded = _ENCODED.sub(_unreserved, rest)
    return _TO_ENCODE.sub(_encode, decoded)


def _unreserved(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()


def _encode(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))


def _host(text: str) -> str | None:
    """Return a host in its one spelling: an address as such, else a name."""
    if text.startswith("["):
        try:
            return str(ipaddress.IPv6Address(text[1:-1].partition("%")[0]))
        except ValueError:
            return None
    if "%" in text:
        text = re.sub("(?:%[0-9A-Fa-f]{2})+", lambda found: _bytes(found[0]), text)
    return name_of(text)


def _bytes(encoded: str) -> str:
    return bytes.fromhex(encoded.replace("%", "")).decode("utf-8", "replace")
