"""Dates, instants and numbers as a reader of each language writes them. Pure: the instant comes with the call.

Chinese sets dates solid and adds the weekday, ``2026年10月27日 周二``; English writes ``27 October 2026``, never all
digits. Russian, Japanese and Korean write what English does in their own way.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo

_KILO = 1_024
_WEEKDAYS = "一二三四五六日"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_RUSSIAN_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_WITH_YEAR = {"ru": "{day} {month} {year} г.", "ja": "{year}年{number}月{day}日", "ko": "{year}년 {number}월 {day}일"}
_WITHOUT_YEAR = {"ru": "{day} {month}", "ja": "{number}月{day}日", "ko": "{number}월 {day}일"}


def day(value: date, language: str, *, short: bool = False) -> str:
    """Return a day; ``short`` leaves out year and weekday.

    >>> day(date(2026, 10, 27), "zh-hans"), day(date(2026, 10, 27), "en")
    ('2026年10月27日 周二', '27 October 2026')
    >>> day(date(2026, 10, 27), "zh-hans", short=True), day(date(2026, 10, 27), "en", short=True)
    ('10月27日', '27 October')
    >>> [day(date(2026, 10, 27), language) for language in ("ru", "ja", "ko")]
    ['27 октября 2026 г.', '2026年10月27日', '2026년 10월 27일']
    >>> [day(date(2026, 10, 27), language, short=True) for language in ("ru", "ja", "ko")]
    ['27 октября', '10月27日', '10월 27일']
    """
    if language.startswith("zh"):
        plain = f"{value.month}月{value.day}日"
        return plain if short else f"{value.year}年{plain} 周{_WEEKDAYS[value.weekday()]}"
    if form := (_WITHOUT_YEAR if short else _WITH_YEAR).get(language):
        month = _RUSSIAN_MONTHS[value.month - 1]
        return form.format(day=value.day, month=month, number=value.month, year=value.year)
    plain = f"{value.day} {_MONTHS[value.month - 1]}"
    return plain if short else f"{plain} {value.year}"


def weekday(value: date, language: str) -> str:
    """Return the day of the week.

    >>> weekday(date(2026, 10, 27), "zh-hans"), weekday(date(2026, 10, 27), "en")
    ('周二', 'Tuesday')
    """
    if language.startswith("zh"):
        return f"周{_WEEKDAYS[value.weekday()]}"
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[value.weekday()]


def moment(value: datetime, language: str, zone: tzinfo) -> str:
    """Return an instant to the minute, in the time of the place.

    >>> from datetime import UTC, timedelta, timezone
    >>> moment(datetime(2026, 10, 21, 0, 5, tzinfo=UTC), "en", timezone(timedelta(hours=8)))
    '21 October 2026, 08:05'
    """
    local = value.astimezone(zone)
    if language.startswith("zh"):
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    return f"{day(local.date(), language)}, {local:%H:%M}"


def size(count: int) -> str:
    """Return a file's size in the unit that people expect.

    >>> size(900), size(410_000), size(3_210_000), size(10 * 2**20)
    ('900 B', '400 kB', '3.1 MB', '10 MB')
    """
    if count < _KILO:
        return f"{count} B"
    if count < _KILO**2:
        return f"{round(count / _KILO)} kB"
    return f"{count / _KILO**2:.1f} MB".replace(".0 ", " ")


def grouped(digits: str, width: int = 4) -> str:
    """Return a long code in groups, so that it can be read aloud.

    >>> grouped("9f3c04d1a71e")
    '9f3c 04d1 a71e'
    """
    return " ".join(digits[start : start + width] for start in range(0, len(digits), width))
