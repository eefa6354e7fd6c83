"""Calls to servers of others: one request, no redirect, a bounded answer, and only so much time for all of it.

An address that somebody else chose is looked up once, everything it leads to is checked, and the connection is made to
what was checked: a name that leads elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Timer
from urllib.parse import urlsplit

from amur.base.faults import Refused

CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 20.0
"""How long a server may take to be reached, and how long for everything; well below the lease of a job."""

_MOST_BYTES = 65_536
_LONGEST_URL = 500
_NAT64 = 0x0064FF9B << 64
"""The first 96 bits of an address behind which a translator for IPv4 stands."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: the name, the port, the path, and whether it is encrypted."""

    host: str
    port: int
    path: str
    is_secure: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    body: bytes
    retry_after: str = ""


def target_of(url: str, *, loopback: bool = False) -> Target:
    """Return where an address leads; ``loopback`` lets this machine itself be called, and without encryption.

    Raises:
        Refused: ``bad_address`` if it is no plain https address.

    >>> target_of("https://example.org/hook?a=1")
    Target(host='example.org', port=443, path='/hook?a=1', is_secure=True)
    >>> target_of("http://127.0.0.1:8080/", loopback=True).port
    8080
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _bad("it cannot be read") from None
    host = parts.hostname or ""
    if len(url) > _LONGEST_URL or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise _bad(f"it is not at most {_LONGEST_URL} plain characters with a host name")
    if parts.username or parts.password or parts.fragment:
        raise _bad("take the user name, the password or what follows # out")
    is_secure = parts.scheme == "https"
    if not is_secure and not (parts.scheme == "http" and loopback and _is_loopback_name(host)):
        raise _bad("it does not begin with https://")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port or (443 if is_secure else 80), path, is_secure)


def _bad(why: str) -> Refused:
    return Refused("bad_address", f"this is no address that can be called: {why}")


def _is_loopback_name(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}


def is_public(address: str) -> bool:
    """Say whether an IP address lies in the open internet, also where it wraps another.

    >>> [is_public(one) for one in ("93.184.215.14", "10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1")]
    [True, False, False, False, False]
    >>> inner = ("::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "fe80::1%eth0")
    >>> [is_public(one) for one in inner]
    [False, False, False, False, False, False]
    >>> is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c"), is_public("224.0.0.1"), is_public("0.0.0.0")
    (True, False, False)
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and (inner := _wrapped(found)) is not None:
        return _is_open(inner) and _is_open(found if found.ipv4_mapped is None else inner)
    return _is_open(found)


def _is_open(found: IPv4Address | IPv6Address) -> bool:
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _wrapped(found: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address inside an IPv6 one: mapped, 6to4, Teredo, NAT64, or compatible of old."""
    if inner := found.ipv4_mapped or found.sixtofour:
        return inner
    if found.teredo:
        return found.teredo[1]
    number = int(found)
    if number >> 32 in {_NAT64, 0} and number > 1:
        return IPv4Address(number & 0xFFFFFFFF)
    return None


def checked(target: Target, *, loopback: bool = False) -> str:
    """Return the IP address to connect to, after looking the name up once.

    Raises:
        OSError: if the name is not known now.
        Refused: ``private_address`` if anything that the name leads to is not in the open internet.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if loopback and all(ip_address(one.partition("%")[0]).is_loopback for one in addresses):
        return addresses[0]
    if not all(is_public(one) for one in addresses):
        raise Refused("private_address", "this name leads to an address that is not in the open internet")
    return addresses[0]


def post(target: Target, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body to an address that was checked, under the name it was checked for, and return the answer.

    Raises:
        OSError: if it cannot be reached, breaks off, or takes too long.
    """
    connection = _Checked(target, address)
    ending = Timer(WHOLE_SECONDS, connection.cut)
    ending.daemon = True
    ending.start()
    try:
        connection.request("POST", target.path, body, {"user-agent": "amur", **headers})
        with connection.getresponse() as answer:
            return Answer(answer.status, answer.read(_MOST_BYTES), answer.headers.get("retry-after", ""))
    except http.client.HTTPException as error:
        raise OSError(f"the answer cannot be read: {type(error).__name__}") from None
    except OSError:  # a certificate that is not trusted is a ValueError too
        raise
    except (ValueError, AttributeError):  # the socket was cut while it was read
        raise OSError("the answer took too long") from None
    finally:
        ending.cancel()
        connection.close()


class _Checked(http.client.HTTPConnection):
    """A connection to one IP address, which proves by its certificate to be the host that was named."""

    def __init__(self, target: Target, address: str) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self._target, self._address = target, address
        self.default_port = 443 if target.is_secure else 80

    def connect(self) -> None:
        """Connect to the address, whatever the name leads to by now."""
        plain = socket.create_connection((self._address, self._target.port), CONNECT_SECONDS)
        if self._target.is_secure:
            try:
                self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self._target.host)
            except OSError:
                plain.close()
                raise
        else:
            self.sock = plain

    def cut(self) -> None:
        """Break off, from another thread."""
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it was over already
