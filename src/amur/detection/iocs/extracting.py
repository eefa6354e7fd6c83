"""What is looked up for one value of a field: the keys in it, each with its group and what shall be shown of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from amur.detection.events import SEVERAL
from amur.detection.iocs.fields import Content
from amur.detection.iocs.kinds import HASHES, LONGEST, email_of, path_of
from amur.detection.iocs.names import name_of
from amur.detection.iocs.networks import address_of
from amur.detection.iocs.urls import url_of

Key = tuple[str, str]
"""The group in which something is looked up, and the key there."""

_NAMED = re.compile(r"(?:\b([A-Za-z][A-Za-z0-9_-]*)\s*[=:]\s*)?\b([0-9A-Fa-f]{32,128})\b")
_HASH_NAMES = {"md5", "sha1", "sha256", "sha512"}
_WORDS = re.compile(r"[^\s,;\x1f]+")
_MAIL = re.compile(r"[^\s<>\"',;:@\x1f]+@[^\s<>\"',;:@\x1f]+")


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
