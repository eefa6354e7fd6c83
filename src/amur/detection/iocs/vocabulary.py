"""What others call what is here: MISP, STIX, Zeek, people who write tables, and the national standard GB/T 36643-2018.

Of the standard the names of its eight components are known, from its contents page as sites copy it, and names of
records and fields from an annex that looks like one of a draft. The standard's own text was not compared, so that no
name is marked as verified. It also puts the components into three domains, of objects, methods and events; which
belongs where was not seen and is not said here. Nothing is written or read under a name that is not verified.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from amur.detection.iocs.kinds import HASHES, Kind, NotUsable

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
COLUMNS = {
    "类型": "type", "值": "value", "编号": "id", "描述": "description", "来源": "source", "生效时间": "valid_from",
    "失效时间": "valid_to", "置信度": "confidence", "indicator": "value", "indicator_type": "type",
    "valid_until": "valid_to", "comment": "description", "uuid": "id",
}  # fmt: skip
"""What else people call the columns of a table."""
ZEEK_COLUMNS = {"indicator": "value", "indicator_type": "type", "meta.source": "source", "meta.desc": "description"}
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


STANDARD = "GB/T 36643-2018"
_CONTENTS = "its contents page at gbbz.net; the names also at bzxz.net and anquan114.com; copies seen on 2026-11-29"
_ANNEX = "an annex without title page at 6brc.com/docs/3740, samples of 2016, at best a draft's; seen on 2026-11-29"
_PAGES = "some pages of it at gong123.com, read by a machine; seen on 2026-11-29"


@dataclass(frozen=True, slots=True)
class Mapped:
    """What of ours is called how in the standard, in STIX 2.1 and in MISP.

    ``ours`` is empty where nothing here is of that kind, ``name`` where none was seen. ``clause`` is as the source
    prints it. ``verified`` says that the name was compared with the text of the standard, which can be read at
    openstd.samr.gov.cn.
    """

    ours: str
    name: str
    clause: str = ""
    stix: tuple[str, ...] = ()
    misp: tuple[str, ...] = ()
    source: str = _CONTENTS
    verified: bool = False


COMPONENTS: tuple[Mapped, ...] = (
    Mapped("Event", "可观测数据", "6.2", ("observed-data",), ("attribute without to_ids", "object")),
    Mapped("Indicator of compromise", "攻击指标", "6.3", ("indicator",), ("attribute with to_ids",)),
    Mapped("Incident", "安全事件", "6.4", ("incident",), ("event",)),
    Mapped("", "攻击活动", "6.5", ("campaign",), ("attribute campaign-name",)),
    Mapped("Technique of a rule", "攻击方法", "6.6", ("attack-pattern", "malware", "tool"), ("galaxy attack-pattern",)),
    Mapped("Rectification", "应对措施", "6.7", ("course-of-action",), ("object course-of-action",)),
    Mapped("", "威胁主体", "6.8", ("threat-actor", "intrusion-set"), ("galaxy threat-actor",)),
    Mapped(
        "Asset",
        "攻击目标",
        "6.9",
        ("identity", "vulnerability"),
        ("attribute target-machine", "attribute vulnerability"),
    ),
)
"""The eight components of the standard; that STIX and MISP mean the same by theirs is our reading."""

_HASHED = (Kind.MD5, Kind.SHA1, Kind.SHA256, Kind.SHA512, Kind.FILE)
RECORDS: tuple[Mapped, ...] = (
    *(Mapped(kind, "DNS记录", source=_ANNEX) for kind in (Kind.DOMAIN, Kind.HOST)),
    Mapped(Kind.URL, "网址访问基本记录", source=_ANNEX),
    Mapped(Kind.EMAIL, "电子邮件基本记录", "6.2.3.2", source=_PAGES),
    *(Mapped(kind, "文件信息基本记录", "6.2.3.4", source=_PAGES) for kind in _HASHED),
    *(Mapped(kind, "", source="") for kind in (Kind.ADDRESS, Kind.NETWORK)),
)
"""In which record of observable data the standard has the values of a kind; what STIX and MISP have says `TYPES`."""

FIELD_NAMES: tuple[Mapped, ...] = (
    *(Mapped(name, name, source=_ANNEX) for name in ("id", "description", "valid_from", "valid_to")),
    *(
        Mapped(ours, f"composite_indicator_expression.{theirs}", source=_ANNEX)
        for ours, theirs in (("kind", "type"), ("value", "value"), ("source", "source_ref"))
    ),
    *(Mapped(ours, "", source="") for ours in ("tlp", "confidence")),
)
"""The fields of an indicator in JSON."""
