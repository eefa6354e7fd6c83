"""What an indicator of compromise may be: its kind, how a kind is seen, and what nobody may look for."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from amur.base.faults import AmurError
from amur.detection.iocs.spelling import LONGEST, address_of, email_of, name_of, network_of, path_of, url_of


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

_HEXADECIMAL = re.compile(r"[0-9a-f]+\Z")


class NotUsable(AmurError):
    """A value cannot be an indicator of its kind; the message says why."""

    def __init__(self, code: str, message: str, **details: str | int) -> None:
        super().__init__(f"ioc.{code}", message, **details)


class Placed(NamedTuple):
    """An indicator in its one spelling: its kind, under which group it is looked up, and the key there."""

    kind: Kind
    group: str
    key: str


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


def _email(text: str) -> Placed:
    address = email_of(text)
    if address is None:
        raise NotUsable("email", "it is not a mail address")
    return Placed(Kind.EMAIL, "email", address)


def _file(text: str) -> Placed:
    path = path_of(text)
    if not path or path.endswith("/"):
        raise NotUsable("file", "it names no file")
    return Placed(Kind.FILE, "file", path)


@cache
def _rules() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the public suffixes that are said by name, those below which every name is one, and the exceptions.

    They are the list that the package `publicsuffixlist` carries, with its private part.
    """
    exact, below, exceptions = set[str](), set[str](), set[str]()
    source = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    for line in source.splitlines():
        rule = line.split(" ", 1)[0].strip()
        if not rule or rule.startswith("//"):
            continue
        group = below if rule.startswith("*.") else exceptions if rule.startswith("!") else exact
        if name := name_of(rule.removeprefix("*.").removeprefix("!")):
            group.add(name)
    return frozenset(exact), frozenset(below), frozenset(exceptions)


def is_public_suffix(name: str) -> bool:
    """Say whether people who have nothing to do with each other register names directly below this one.

    A single label always is one; so is a name below which every name is one (``*.kawasaki.jp``).

    >>> [is_public_suffix(name) for name in ("com.cn", "xn--fiqs8s", "github.io", "example.com.cn", "city.kawasaki.jp")]
    [True, True, True, False, False]
    """
    exact, below, exceptions = _rules()
    if name in exact or "." not in name or name in below:
        return True
    return name.partition(".")[2] in below and name not in exceptions


def is_registrable(name: str) -> bool:
    """Say whether somebody can register a name: it lies below a public suffix that exists and is none itself.

    >>> is_registrable("example.cn"), is_registrable("com.cn"), is_registrable("setup.exe")
    (True, False, False)
    """
    exact, below, exceptions = _rules()
    if name in exact or name in below or not ends_as_known(name):
        return False
    return name in exceptions or name.partition(".")[2] not in below


def ends_as_known(name: str) -> bool:
    """Say whether the last label of a name is one that exists, so that `setup.exe` is not taken for a domain.

    >>> ends_as_known("example.cn"), ends_as_known("setup.exe")
    (True, False)
    """
    exact, below, _ = _rules()
    ending = name.rpartition(".")[2]
    return ending in exact or ending in below
