"""Which fields of a log hold what an indicator may match, and what is looked up for one value of such a field.

The table of fields is one that a caller may extend or replace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from amur.detection.events import SEVERAL
from amur.detection.iocs.kinds import HASHES
from amur.detection.iocs.spelling import LONGEST, address_of, email_of, name_of, path_of, url_of

Key = tuple[str, str]
"""The group in which something is looked up, and the key there."""

_NAMED = re.compile(r"(?:\b([A-Za-z][A-Za-z0-9_-]*)\s*[=:]\s*)?\b([0-9A-Fa-f]{32,128})\b")
_WORDS = re.compile(r"[^\s,;\x1f]+")
_MAIL = re.compile(r"[^\s<>\"',;:@\x1f]+@[^\s<>\"',;:@\x1f]+")


class Content(StrEnum):
    """What is taken from the values of a field."""

    NAME = "name"
    """One name or one address."""
    ADDRESS = "address"
    """One address."""
    ANSWERS = "answers"
    """Names and addresses with other words between them, as in answers to DNS queries."""
    URL = "url"
    """A URL, and the name or address in it."""
    HASH = "hash"
    """Hashes, bare or with their names before them (``SHA256=…``)."""
    EMAIL = "email"
    """Mail addresses among other words, and the names of their domains."""
    FILE = "file"
    """A path, and the name of a file at its end."""


FIELDS: dict[str, Content] = {
    # Sysmon, Windows
    "DestinationIp": Content.ADDRESS, "SourceIp": Content.ADDRESS, "DestinationHostname": Content.NAME,
    "SourceHostname": Content.NAME, "QueryName": Content.NAME, "QueryResults": Content.ANSWERS,
    "Hashes": Content.HASH, "Hash": Content.HASH, "TargetFilename": Content.FILE, "Image": Content.FILE,
    "ImageLoaded": Content.FILE, "ParentImage": Content.FILE, "SourceImage": Content.FILE, "TargetImage": Content.FILE,
    "NewProcessName": Content.FILE, "ProcessName": Content.FILE, "OriginalFileName": Content.FILE,
    "IpAddress": Content.ADDRESS, "SourceAddress": Content.ADDRESS, "DestAddress": Content.ADDRESS,
    "ClientAddress": Content.ADDRESS, "WorkstationName": Content.NAME, "md5": Content.HASH, "sha1": Content.HASH,
    "sha256": Content.HASH, "sha512": Content.HASH, "MD5": Content.HASH, "SHA1": Content.HASH, "SHA256": Content.HASH,
    # Zeek
    "id.orig_h": Content.ADDRESS, "id.resp_h": Content.ADDRESS, "query": Content.NAME, "answers": Content.ANSWERS,
    "host": Content.NAME, "server_name": Content.NAME, "referrer": Content.URL, "tx_hosts": Content.ANSWERS,
    "rx_hosts": Content.ANSWERS, "filename": Content.FILE, "mailfrom": Content.EMAIL, "rcptto": Content.EMAIL,
    "from": Content.EMAIL, "to": Content.EMAIL, "reply_to": Content.EMAIL,
    # proxies and web servers
    "cs-host": Content.NAME, "c-uri": Content.URL, "cs-uri": Content.URL, "url": Content.URL, "r-dns": Content.NAME,
    "c-ip": Content.ADDRESS, "s-ip": Content.ADDRESS, "r-ip": Content.ADDRESS, "cs-referer": Content.URL,
    "cs(Referer)": Content.URL, "cs-referrer": Content.URL, "dst_ip": Content.ADDRESS, "src_ip": Content.ADDRESS,
    # CEF, LEEF
    "src": Content.ADDRESS, "dst": Content.ADDRESS, "shost": Content.NAME, "dhost": Content.NAME,
    "request": Content.URL, "fileHash": Content.HASH, "fname": Content.FILE, "filePath": Content.FILE,
    "suser": Content.EMAIL, "duser": Content.EMAIL, "sourceTranslatedAddress": Content.ADDRESS,
    "destinationTranslatedAddress": Content.ADDRESS, "destinationDnsDomain": Content.NAME,
    # ECS
    "source.ip": Content.ADDRESS, "destination.ip": Content.ADDRESS, "client.ip": Content.ADDRESS,
    "server.ip": Content.ADDRESS, "host.ip": Content.ADDRESS, "source.domain": Content.NAME,
    "destination.domain": Content.NAME, "dns.question.name": Content.NAME, "dns.resolved_ip": Content.ADDRESS,
    "dns.answers.data": Content.ANSWERS, "url.full": Content.URL, "url.original": Content.URL,
    "url.domain": Content.NAME, "file.hash.md5": Content.HASH, "file.hash.sha1": Content.HASH,
    "file.hash.sha256": Content.HASH, "file.hash.sha512": Content.HASH, "process.hash.md5": Content.HASH,
    "process.hash.sha1": Content.HASH, "process.hash.sha256": Content.HASH, "file.path": Content.FILE,
    "file.name": Content.FILE, "process.executable": Content.FILE, "process.name": Content.FILE,
    "email.from.address": Content.EMAIL, "email.to.address": Content.EMAIL, "email.sender.address": Content.EMAIL,
    # clouds
    "sourceIPAddress": Content.ADDRESS, "callerIpAddress": Content.ADDRESS, "ClientIP": Content.ADDRESS,
}  # fmt: skip
"""What each field holds, by the names that Windows, Zeek, proxies, CEF, LEEF, ECS and clouds give them."""

TOGETHER: tuple[tuple[str, ...], ...] = (
    ("host", "uri"),
    ("cs-host", "cs-uri-stem", "cs-uri-query"),
    ("cs-host", "c-uri-path", "c-uri-query"),
    ("url.domain", "url.path", "url.query"),
)
"""Fields that make a URL together: the host, the path and, where there is such a field, the query."""


def keys_in(content: Content, value: str) -> list[Key]:
    r"""Return what is looked up for a value, each once; of a value of absurd length nothing is.

    >>> keys_in(Content.URL, "http://a.example/x")
    [('url', 'http://a.example/x'), ('url', '//a.example/x'), ('url', '//a.example'), ('name', 'a.example')]
    >>> keys_in(Content.HASH, "MD5=" + "A" * 32 + ",IMPHASH=" + "b" * 32)
    [('md5', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')]
    >>> keys_in(Content.FILE, "C:\\Temp\\Evil.exe")
    [('file', 'c:/temp/evil.exe'), ('file', 'evil.exe')]
    """
    if len(value) > LONGEST * 2:
        return []
    found = dict.fromkeys(key for one in value.split(SEVERAL) if one for key in _READERS[content](one))
    return list(found)


def _name(value: str) -> Iterator[Key]:
    if address_of(value):
        yield "network", value
    elif name := name_of(value):
        yield "name", name


def _address(value: str) -> Iterator[Key]:
    if address_of(value):
        yield "network", value


def _answers(value: str) -> Iterator[Key]:
    for word in _WORDS.findall(value):
        if "." in word or ":" in word:
            yield from _name(word)


def _url(value: str) -> Iterator[Key]:
    url = url_of(value)
    if url is None:
        return
    yield "url", url.text
    if url.scheme:
        yield "url", url.schemeless
    yield "url", f"//{url.place}"
    yield from _name(url.host)


def _hash(value: str) -> Iterator[Key]:
    for name, digits in _NAMED.findall(value):
        kind = HASHES.get(len(digits))
        if kind and (not name or name.lower().replace("-", "") == kind):
            yield str(kind), digits.lower()


def _email(value: str) -> Iterator[Key]:
    for each in _MAIL.findall(value):
        if address := email_of(each):
            yield "email", address
            yield "name", address.rpartition("@")[2]


def _file(value: str) -> Iterator[Key]:
    path = path_of(value)
    if path:
        yield "file", path
        yield "file", path.rpartition("/")[2]


_READERS: dict[Content, Callable[[str], Iterator[Key]]] = {
    Content.NAME: _name,
    Content.ADDRESS: _address,
    Content.ANSWERS: _answers,
    Content.URL: _url,
    Content.HASH: _hash,
    Content.EMAIL: _email,
    Content.FILE: _file,
}
