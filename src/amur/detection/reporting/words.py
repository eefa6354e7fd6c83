"""What a report says in both of its languages: levels, tactics, names of the schema, dates.

Both stand in the page, each in an element that says its language; the reader chooses, and without style sheets both
are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from amur.base.legal_time.wording import MONTHS
from amur.detection.entities import ECS
from amur.detection.sigma.rules import LEVELS, TACTICS

LEVEL_NAMES = dict(
    zip(
        LEVELS,
        (("提示", "Informational"), ("低", "Low"), ("中", "Medium"), ("高", "High"), ("严重", "Critical")),
        strict=True,
    )
)
"""What a level is called, in Chinese and in English."""

TACTIC_NAMES = dict(
    zip(
        TACTICS,
        (
            ("侦察", "Reconnaissance"),
            ("资源开发", "Resource Development"),
            ("初始访问", "Initial Access"),
            ("执行", "Execution"),
            ("持久化", "Persistence"),
            ("权限提升", "Privilege Escalation"),
            ("隐匿", "Stealth"),
            ("防御规避", "Defense Evasion"),
            ("削弱防御", "Defense Impairment"),
            ("凭据访问", "Credential Access"),
            ("发现", "Discovery"),
            ("横向移动", "Lateral Movement"),
            ("收集", "Collection"),
            ("命令与控制", "Command and Control"),
            ("外泄", "Exfiltration"),
            ("影响", "Impact"),
        ),
        strict=True,
    )
)
"""What a tactic of ATT&CK is called."""

ECS_NAMES = dict(
    zip(
        ECS,
        (
            ("主机", "Hosts"),
            ("用户", "Users"),
            ("程序", "Programs"),
            ("命令行", "Command lines"),
            ("父程序", "Parent programs"),
            ("源地址", "Source addresses"),
            ("目的地址", "Destination addresses"),
            ("目的端口", "Destination ports"),
            ("查询的域名", "Domains asked for"),
            ("网址", "Web addresses"),
            ("文件", "Files"),
            ("注册表", "Registry"),
            ("服务", "Services"),
        ),
        strict=True,
    )
)
"""What a name of the Elastic Common Schema stands for."""

UNIT_NAMES = {
    "hour": ("小时", "hour"),
    "day": ("日", "day"),
    "week": ("周", "week"),
    "month": ("月", "month"),
    "year": ("年", "year"),
    "decade": ("十年", "decade"),
}
"""What the lengths of time of a timeline are called."""


_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Both:
    """The same in both languages, as markup."""

    zh: Markup
    en: Markup

    def __html__(self) -> str:
        return f'<span lang="zh-Hans">{self.zh}</span><span lang="en">{self.en}</span>'


def both(chinese: str, english: str, *values: Any) -> Both:
    """Return a sentence in both languages; what is put into it is escaped, and may itself be in both.

    >>> print(both("{} 次", "{} times", 3).en)
    3 times
    """
    zh = (one.zh if isinstance(one, Both) else one for one in values)
    en = (one.en if isinstance(one, Both) else one for one in values)
    return Both(Markup(chinese).format(*zh), Markup(english).format(*en))  # noqa: S704 -- sentences of ours


def many(count: int, chinese: str, one: str, more: str = "") -> Both:
    """Return how many of something there are, in both languages.

    >>> print(many(1, "次命中", "hit").en, many(1200, "次命中", "hit").en, many(1200, "次命中", "hit").zh)
    1 hit 1,200 hits 1,200 次命中
    """
    return both("{0:,} {1}", "{0:,} {2}", count, chinese, one if count == 1 else more or f"{one}s")


def date_of(at: datetime) -> Both:
    """Return an instant as people say it, in UTC.

    >>> print(date_of(datetime(2026, 3, 10, 2, 30, tzinfo=UTC)).zh)
    <time datetime="2026-03-10T02:30Z">2026年3月10日 02:30 UTC</time>
    """
    exact = _exact(at)
    parts = f"{exact:%Y-%m-%dT%H:%M}Z", exact.year, exact.month, exact.day, f"{exact:%H:%M}", MONTHS[exact.month - 1]
    zh, en = "{1}年{2}月{3}日 {4} UTC", "{3} {5} {1}, {4} UTC"
    return both(f'<time datetime="{{0}}">{zh}</time>', f'<time datetime="{{0}}">{en}</time>', *parts)


def instant(at: datetime, *, day: bool = True) -> Markup:
    """Return an instant as logs write it, in UTC, to the second; without its day if that is said beside it.

    >>> print(instant(datetime(2026, 3, 10, 2, 30, 5, 123, tzinfo=UTC)))
    <time datetime="2026-03-10T02:30:05.000123Z">2026-03-10 02:30:05</time>
    """
    iso = _exact(at).isoformat()
    return Markup('<time datetime="{}Z">{}</time>').format(iso, iso[:19].replace("T", " ") if day else iso[11:19])


def span(first: datetime, last: datetime) -> Markup:
    """Return from when to when something was, as short as it can be said.

    >>> span(datetime(2026, 3, 10, 2), datetime(2026, 3, 10, 4)).striptags()
    '2026-03-10 02:00:00 – 04:00:00'
    """
    first, last = _exact(first), _exact(last)
    if first.replace(microsecond=0) == last.replace(microsecond=0):
        return instant(first)
    return instant(first) + Markup('<span class="to"> – </span>') + instant(last, day=first.date() != last.date())


def _exact(at: datetime) -> datetime:
    return (at.astimezone(UTC) if at.tzinfo else at).replace(tzinfo=None)


def size(count: int) -> str:
    """Return bytes as people say them.

    >>> size(999), size(12_345), size(2_500_000)
    ('999 B', '12.3 kB', '2.5 MB')
    """
    for unit, of in (("B", 1), ("kB", 1_000), ("MB", _MEGA), ("GB", 1_000 * _MEGA), ("TB", _MEGA * _MEGA)):
        if count < of * 1_000 or unit == "TB":
            break
    return f"{count:,} B" if of == 1 else f"{count / of:,.1f} {unit}"
