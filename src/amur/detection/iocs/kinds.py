"""What an indicator of compromise may be, and the one spelling of each."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from amur.base.faults import AmurError
from amur.detection.iocs.names import ends_as_known, is_public_suffix, name_of
from amur.detection.iocs.networks import address_of, network_of
from amur.detection.iocs.urls import url_of


class Kind(StrEnum):
    """The kinds of indicators: what each matches."""

    DOMAIN = "domain"
    """A name and every name below it."""
    HOST = "host"
    """A name, exactly."""
    URL = "url"
    """A URL; without a path, every URL of its host, and the host."""
    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"
    ADDRESS = "address"
    NETWORK = "network"
    """Every address within it."""
    EMAIL = "email"
    FILE = "file"
    """The last part of a path or, if it has several parts, a whole path; upper and lower case are one."""


HASHES = {32: Kind.MD5, 40: Kind.SHA1, 64: Kind.SHA256, 128: Kind.SHA512}
"""The kind of a hash by how many hexadecimal digits it has."""
PROGRAMS = frozenset(
    {"exe", "dll", "sys", "scr", "bat", "cmd", "ps1", "vbs", "js", "hta", "lnk", "msi", "docm", "xlsm", "doc"}
)
"""Ends of file names that a list of names may hold, and that no domain has."""
LONGEST = 8192
"""The longest value of an indicator, in characters."""

_HEXADECIMAL = re.compile(r"[0-9a-f]+\Z")
_LETTERS = 64
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


class NotUsable(AmurError):
    """A value cannot be an indicator of its kind; the message says why."""

    def __init__(self, code: str, message: str, **details: str | int) -> None:
        super().__init__(f"ioc.{code}", message, **details)


class Placed(NamedTuple):
    """An indicator in its one spelling: its kind, under which group it is looked up, and the key there."""

    kind: Kind
    group: str
    key: str


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


def kind_of(text: str) -> Kind | None:
    """Return the kind that a value looks like, or None.

    >>> [str(kind_of(text)) for text in ("evil.example/a", "192.0.2.0/24", "d41d8cd98f00b204e9800998ecf8427e", "a b")]
    ['url', 'network', 'md5', 'None']
    >>> [str(kind_of(text)) for text in ("evil.com", "setup.exe", "a@evil.com", "::1")]
    ['domain', 'file', 'email', 'address']
    """
    if (":" not in text and address_of(text)) or network_of(text):
        return Kind.NETWORK if "/" in text else Kind.ADDRESS
    if len(text) in HASHES and _HEXADECIMAL.match(text.lower()):
        return HASHES[len(text)]
    if "/" in text or "://" in text:
        return Kind.URL if url_of(text) else None
    if "@" in text:
        return Kind.EMAIL
    if name := name_of(text.removeprefix("*").removeprefix(".")):
        ending = name.rpartition(".")[2]
        return Kind.FILE if ending in PROGRAMS and not ends_as_known(name) else Kind.DOMAIN
    port = text.rpartition(":")[2]
    return Kind.URL if port.isdigit() and url_of(text) else None


def placed(kind: Kind, text: str) -> Placed:
    """Return an indicator in its one spelling.

    >>> placed(Kind.DOMAIN, "*.Evil.Example")
    Placed(kind=<Kind.DOMAIN: 'domain'>, group='name', key='evil.example')
    >>> placed(Kind.URL, "http://192.0.2.1")
    Placed(kind=<Kind.URL: 'url'>, group='network', key='192.0.2.1')
    >>> placed(Kind.DOMAIN, "com.cn")  # doctest: +ELLIPSIS, +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
        ...
    amur.detection.iocs.kinds.NotUsable: 'com.cn' is a public suffix, ...

    Raises:
        NotUsable: if the value is not of that kind or would match what nobody can mean.
    """
    if len(text) > LONGEST:
        raise NotUsable("long", f"it has {len(text)} characters; {LONGEST} is the most")
    if kind in {Kind.DOMAIN, Kind.HOST}:
        return _name(kind, text)
    if kind is Kind.URL:
        return _url(text)
    if kind in {Kind.ADDRESS, Kind.NETWORK}:
        return _network(text)
    if kind is Kind.EMAIL:
        return _email(text)
    return _file(text) if kind is Kind.FILE else _hash(kind, text)


def _name(kind: Kind, text: str) -> Placed:
    bare = text.strip()
    if kind is Kind.DOMAIN:
        bare = bare.removeprefix("*").removeprefix(".")
    name = name_of(bare)
    if name is None:
        raise NotUsable("name", "it is not a name: labels of letters, digits, hyphens, 63 at most each, 253 in all")
    if address_of(name) or name.rpartition(".")[2].isdigit():
        raise NotUsable("name.number", "it is a number or an address and not a name; give it the kind 'address'")
    if kind is Kind.DOMAIN and is_public_suffix(name):
        message = f"'{name}' is a public suffix, with everybody's names below it; give kind 'host' to mean it alone"
        raise NotUsable("suffix", message, name=name)
    return Placed(kind, "name", name)


def _url(text: str) -> Placed:
    url = url_of(text)
    if url is None:
        raise NotUsable("url", "it is not a URL with a host")
    if not url.is_whole_host:
        return Placed(Kind.URL, "url", url.text)
    if url.port is not None:
        return Placed(Kind.URL, "url", f"//{url.place}")
    return Placed(Kind.URL, "network" if address_of(url.host) else "name", url.host)


def _network(text: str) -> Placed:
    if ":" not in text and (plain := address_of(text)):  # most of them, for which a network is much ado
        return Placed(Kind.ADDRESS, "network", ".".join(map(str, plain)))
    network = network_of(text.partition("%")[0])
    if network is None:
        raise NotUsable("address", "it is neither an address nor a network of IPv4 or IPv6")
    if network.prefixlen == 0:
        raise NotUsable("everything", "it holds every address; give the networks that are meant")
    if network.num_addresses == 1:
        return Placed(Kind.ADDRESS, "network", str(network.network_address))
    return Placed(Kind.NETWORK, "network", str(network))


def _hash(kind: Kind, text: str) -> Placed:
    digits = text.strip().lower()
    if HASHES.get(len(digits)) is not kind or not _HEXADECIMAL.match(digits):
        wanted = next(length for length, each in HASHES.items() if each is kind)
        raise NotUsable("hash", f"it is not a hash of {kind}: {wanted} hexadecimal digits", wanted=wanted)
    return Placed(kind, kind, digits)


def email_of(text: str) -> str | None:
    """Return the one spelling of a mail address, or None if the text is none.

    >>> email_of("User@例子.中国"), email_of("nobody")
    ('user@xn--fsqu00a.xn--fiqs8s', None)
    """
    local, _, domain = text.strip().rpartition("@")
    name = name_of(domain)
    is_local = 0 < len(local) <= _LETTERS and not re.search(r"[\s@<>]", local)
    return f"{local.lower()}@{name}" if name and is_local else None


def _email(text: str) -> Placed:
    address = email_of(text)
    if address is None:
        raise NotUsable("email", "it is not a mail address")
    return Placed(Kind.EMAIL, "email", address)


def path_of(text: str) -> str:
    r"""Return the one spelling of a path: lower case, with strokes that lean forward.

    >>> path_of(r"C:\Windows\Evil.EXE")
    'c:/windows/evil.exe'
    """
    return text.strip().strip('"').replace("\\", "/").lower()


def _file(text: str) -> Placed:
    path = path_of(text)
    if not path or path.endswith("/"):
        raise NotUsable("file", "it names no file")
    return Placed(Kind.FILE, "file", path)
