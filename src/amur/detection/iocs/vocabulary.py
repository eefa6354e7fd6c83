"""What other formats call the kinds of indicators: MISP, STIX, Zeek, and the words that people write into tables."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from amur.detection.iocs.kinds import HASHES, Kind, NotUsable, kind_of

_ADDRESS, _DOMAIN, _HOST, _URL, _EMAIL, _FILE = (
    Kind.ADDRESS, Kind.DOMAIN, Kind.HOST, Kind.URL, Kind.EMAIL, Kind.FILE,
)  # fmt: skip
TYPES: dict[str, Kind | None] = {
    **{str(kind): kind for kind in Kind},
    # MISP
    "hostname": _HOST, "ip-src": _ADDRESS, "ip-dst": _ADDRESS, "email-src": _EMAIL, "email-dst": _EMAIL,
    "email-reply-to": _EMAIL, "filename": _FILE, "uri": _URL,
    # STIX; ``None`` is a hash whose kind is told by its length
    "domain-name:value": _DOMAIN, "url:value": _URL, "ipv4-addr:value": _ADDRESS, "ipv6-addr:value": _ADDRESS,
    "email-addr:value": _EMAIL, "email-message:from_ref.value": _EMAIL, "email-message:sender_ref.value": _EMAIL,
    "file:name": _FILE, "file:hashes.md5": Kind.MD5, "file:hashes.sha1": Kind.SHA1,
    "file:hashes.sha256": Kind.SHA256, "file:hashes.sha512": Kind.SHA512,
    "network-traffic:dst_ref.value": _ADDRESS, "network-traffic:src_ref.value": _ADDRESS,
    # Zeek
    "intel::addr": _ADDRESS, "intel::subnet": _ADDRESS, "intel::url": _URL, "intel::domain": _DOMAIN,
    "intel::email": _EMAIL, "intel::file_hash": None, "intel::file_name": _FILE,
    # tables that people write
    "domain-name": _DOMAIN, "fqdn": _HOST, "ip": _ADDRESS, "ipv4": _ADDRESS, "ipv6": _ADDRESS, "ipv4-addr": _ADDRESS,
    "ipv6-addr": _ADDRESS, "cidr": _ADDRESS, "subnet": _ADDRESS, "hash": None, "file_hash": None, "sha-1": Kind.SHA1,
    "sha-256": Kind.SHA256, "sha-512": Kind.SHA512, "email-addr": _EMAIL, "mail": _EMAIL, "file_name": _FILE,
    "域名": _DOMAIN, "主机名": _HOST, "网址": _URL, "ip地址": _ADDRESS, "网段": _ADDRESS, "邮箱": _EMAIL,
    "文件名": _FILE, "哈希": None,
}  # fmt: skip
TLP = ("clear", "green", "amber", "amber+strict", "red")
"""The words of the traffic light protocol, version 2; `white` of version 1 is `clear`."""

_PATH_MARKS = re.compile(r"['\"]|(?<=sha)-", re.IGNORECASE)
_MOST_SURE = 100


def kind_named(name: str, value: str) -> Kind:
    """Return the kind that a format's own word means; a hash that is only called a hash is told by its length.

    >>> kind_named("file:hashes.'SHA-256'", "…"), kind_named("Intel::FILE_HASH", "0" * 40)
    (<Kind.SHA256: 'sha256'>, <Kind.SHA1: 'sha1'>)

    Raises:
        NotUsable: if nothing is matched by what the word means.
    """
    word = name.strip().lower()
    if ":" in word and "::" not in word:
        word = _PATH_MARKS.sub("", word)
    if word not in TYPES:
        raise NotUsable("type", f"nothing is matched by type '{name}'", name=name)
    if (kind := TYPES[word]) is not None:
        return kind
    if (kind := HASHES.get(len(value.strip()))) is None:
        raise NotUsable("hash.length", f"a hash has 32, 40, 64 or 128 digits; this has {len(value.strip())}")
    return kind


def kinds_named(name: str, value: str) -> list[tuple[Kind, str]]:
    """Return kinds and values of a word that may name two things, as MISP's `domain|ip` does.

    A port says nothing by itself, nor does the name of a file whose hash stands beside it.

    >>> kinds_named("domain|ip", "evil.example|192.0.2.1")
    [(<Kind.DOMAIN: 'domain'>, 'evil.example'), (<Kind.ADDRESS: 'address'>, '192.0.2.1')]
    >>> kinds_named("filename|md5", "a.exe|d41d8cd98f00b204e9800998ecf8427e"), kinds_named("ip-dst|port", "::1|80")
    ([(<Kind.MD5: 'md5'>, 'd41d8cd98f00b204e9800998ecf8427e')], [(<Kind.ADDRESS: 'address'>, '::1')])

    Raises:
        NotUsable: if nothing is matched by what the word means, or if there are not as many values as words.
    """
    words = name.strip().lower().split("|")
    if len(words) == 1:
        return [(kind_named(name, value), value)]
    values = value.rsplit("|", len(words) - 1)
    if len(values) != len(words):
        raise NotUsable("parts", f"type '{name}' has {len(words)} parts; this has {len(values)}", name=name)
    pairs = [pair for pair in zip(words, values, strict=True) if pair[0] not in {"port", "filename"}]
    return [(kind_named(word, each), each) for word, each in pairs]


def tlp_of(text: str) -> str:
    """Return a marking of the traffic light protocol, or an empty text where there is none.

    >>> tlp_of("TLP:AMBER+STRICT"), tlp_of("tlp:white"), tlp_of("")
    ('amber+strict', 'clear', '')

    Raises:
        NotUsable: if it is another word.
    """
    word = text.strip().lower().removeprefix("tlp:").strip()
    if word == "white":
        return "clear"
    if word and word not in TLP:
        raise NotUsable("tlp", f"'{text}' is no marking; write one of {', '.join(TLP)}")
    return word


def confidence_of(value: object) -> int | None:
    """Return a confidence from 0 to 100, or None where nothing is said.

    Raises:
        NotUsable: if it is not a number of that range.
    """
    if value is None or value == "":
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()) or len(text) > 3 or int(text) > _MOST_SURE:  # noqa: PLR2004 -- three digits are 100 at most
        raise NotUsable("confidence", f"confidence '{text[:20]}' is not a number from 0 to 100")
    return int(text)


def instant_of(value: object, *, ends: bool = False) -> datetime | None:
    """Return an instant in ISO 8601, or None where nothing is said; without a zone it is in UTC.

    A day is its first instant or, where something ends with it, the first instant after it.

    >>> instant_of("2026-01-31", ends=True).isoformat(), instant_of("2026-01-31T08:00:00+08:00").isoformat()
    ('2026-02-01T00:00:00+00:00', '2026-01-31T00:00:00+00:00')

    Raises:
        NotUsable: if it is not such an instant.
    """
    text = str(value or "").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        return found + timedelta(days=1) if ends and len(text) <= len("2026-01-31") else found
    except (ValueError, OverflowError):
        raise NotUsable("date", f"'{text[:40]}' is not a date such as 2026-01-31 or 2026-01-31T08:00:00Z") from None


def guessed(value: str) -> Kind:
    """Return the kind that a value looks like.

    Raises:
        NotUsable: if it looks like nothing.
    """
    kind = kind_of(value)
    if kind is None:
        raise NotUsable("kind", "it looks like no domain, address, network, URL, hash or mail address")
    return kind
