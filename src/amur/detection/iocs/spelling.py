"""One spelling for whatever is compared: names, addresses and networks, URLs, mail addresses and paths.

*Names* are compared as they travel: in ASCII, lower case, without the dot at their end. A name in Chinese and the same
name in punycode (RFC 3492) are one; so are full-width and half-width characters and the ideographic full stop, as
UTS #46 maps them. Underscores are let through, since real queries have them.

*Addresses*: one of IPv4 inside one of IPv6 (``::ffff:192.0.2.1``) is the former.

*URLs*: scheme and host are lower case, the default port is left out, ``%41`` is ``A`` and ``%3a`` is ``%3A``
(RFC 3986, 6.2.2), what must be encoded is, and user, password and fragment are dropped. The path keeps its dots.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from socket import AF_INET, AF_INET6, inet_pton
from typing import NamedTuple

LONGEST = 8192
"""The longest value that is looked at as a URL or an indicator, in characters."""
LONGEST_NAME = 253
LONGEST_LABEL = 63
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HALF = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\Z")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufe00-\ufe0f\ufeff]")
"""Characters that UTS #46 ignores; lists that were copied from pages have them."""

_MAPPED = bytes(10) + b"\xff\xff"
_MAPPED_BITS = 96
_SHAPE = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?//(?P<place>[^/?#\\]*)(?P<rest>[^#]*)", re.DOTALL)
_OTHER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!//|[0-9])")
"""A URL that names no host, such as one of ``mailto``."""
_PLACE = re.compile(r"(?:.*@)?(?P<host>\[[^\]]*\]|[^:@]*)(?::(?P<port>[0-9]{0,5}))?\Z", re.DOTALL)
_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443}
_ENCODED = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_TO_ENCODE = re.compile(r"""[^!-~]|["<>\\^`{|}]|%(?![0-9A-Fa-f]{2})""")
_HIGHEST_PORT = 65535

_LETTERS = 64
"""The most characters before the sign of a mail address."""
_DEFANGED = re.compile(r"[\[({\\]|^(?:hxxp|h\*\*p|meow|fxp)|\s(?:dot|at)\s", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:hxxp|h\*\*p|meow)(s?)(?=\W)", re.IGNORECASE)
_FANGS = (
    (re.compile(r"\s*[\[({]\s*(?:dot|\.)\s*[\])}]\s*|\s+dot\s+|\\\.", re.IGNORECASE), "."),
    (re.compile(r"\s*[\[({]\s*(?:at|@)\s*[\])}]\s*|\s+at\s+", re.IGNORECASE), "@"),
    (re.compile(r"\[:\]|\(:\)"), ":"),
    (re.compile(r"\[://\]|\[:/\]/|:\[//\]|:\\\\"), "://"),
    (re.compile(r"\[/\]"), "/"),
    (re.compile(r"\[\.(?=\w)|(?<=\w)\.\](?=\w)"), "."),
)


def name_of(text: str) -> str | None:
    """Return the one spelling of a name, or None if the text is none.

    >>> name_of("WWW.Example.COM.")
    'www.example.com'
    >>> name_of("中国互联网络信息中心。中国") == name_of("xn--fiqa61au8b7zsevnm8ak20mc4a87e.xn--fiqs8s")
    True
    >>> name_of("no name") is None
    True
    """
    name = text.strip().lower()
    if not name.isascii():
        name = _in_ascii(name)
    name = name.removesuffix(".")
    return name if len(name) <= LONGEST_NAME and _PLAIN.match(name) else None


def _in_ascii(name: str) -> str:
    mapped = unicodedata.normalize("NFKC", _UNSEEN.sub("", name)).replace("。", ".")
    lowered = unicodedata.normalize("NFKC", "".join(character.lower() for character in mapped))
    return ".".join(_label(label) for label in lowered.split("."))


def _label(label: str) -> str:
    if label.isascii() or len(label) > LONGEST_LABEL:
        return label
    if _HALF.search(label):
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


def address_of(text: str) -> bytes | None:
    r"""Return an address as its bytes, or None if the text is none; brackets, zone and port are dropped.

    >>> address_of("192.0.2.1"), address_of("[::ffff:192.0.2.1]"), address_of("300.1.1.1")
    (b'\xc0\x00\x02\x01', b'\xc0\x00\x02\x01', None)
    >>> address_of("fe80::1%eth0").hex()
    'fe800000000000000000000000000001'
    >>> address_of("192.0.2.1:443") == address_of("[192.0.2.1]:443") == address_of("192.0.2.1")
    True
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    try:
        if text.count(":") <= 1:
            return inet_pton(AF_INET, text.partition(":")[0])
        found = inet_pton(AF_INET6, text.partition("%")[0])
    except (OSError, ValueError):
        return None
    return found[12:] if found.startswith(_MAPPED) else found


def network_of(text: str) -> Network | None:
    """Return a network or a single address as a network, or None if the text is neither.

    >>> str(network_of("192.0.2.7/24")), str(network_of("2001:DB8::1")), str(network_of("::ffff:10.0.0.0/104"))
    ('192.0.2.0/24', '2001:db8::1/128', '10.0.0.0/8')
    >>> network_of("192.0.2.0/33") is None
    True
    """
    try:
        found = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Network) and found.prefixlen >= _MAPPED_BITS:
        inside = found.network_address.ipv4_mapped
        return ipaddress.ip_network((inside, found.prefixlen - _MAPPED_BITS)) if inside else found
    return found


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


def email_of(text: str) -> str | None:
    """Return the one spelling of a mail address, or None if the text is none.

    >>> email_of("User@例子.中国"), email_of("nobody")
    ('user@xn--fsqu00a.xn--fiqs8s', None)
    """
    local, _, domain = text.strip().rpartition("@")
    name = name_of(domain)
    is_local = 0 < len(local) <= _LETTERS and not re.search(r"[\s@<>]", local)
    return f"{local.lower()}@{name}" if name and is_local else None


def path_of(text: str) -> str:
    r"""Return the one spelling of a path: lower case, with strokes that lean forward.

    >>> path_of(r"C:\Windows\Evil.EXE")
    'c:/windows/evil.exe'
    """
    return text.strip().strip('"').replace("\\", "/").lower()


def refanged(text: str) -> str:
    """Return a value as it was before somebody made it harmless to click on.

    >>> refanged("hxxps://evil[.]example/a"), refanged("user(at)evil(dot)example"), refanged("192.0.2[.]1")
    ('https://evil.example/a', 'user@evil.example', '192.0.2.1')
    >>> refanged("http://[2001:db8::1]/")
    'http://[2001:db8::1]/'
    """
    text = text.strip()
    if not _DEFANGED.search(text):
        return text
    text = _SCHEME.sub(r"http\1", text)
    for pattern, meant in _FANGS:
        text = pattern.sub(meant, text)
    return text
