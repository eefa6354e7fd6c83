"""Periods, days and derivations in words, Chinese and English. What they mean is decided elsewhere; nothing is here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from amur.base.declared import Text
from amur.base.legal_time.explaining import Explanation, Step, Why
from amur.base.legal_time.periods import LastDay, Measure, Unit

_UNITS: dict[Unit, tuple[str, str, str]] = {
    "working_days": ("个工作日", "working day", "working days"),
    "days": ("日", "day", "days"),
    "hours": ("小时", "hour", "hours"),
    "months": ("个月", "month", "months"),
    "years": ("年", "year", "years"),
}
_FURTHER: dict[str, dict[Unit, str]] = {
    "ja": {"working_days": "営業日", "days": "日", "hours": "時間", "months": "か月", "years": "年"},
    "ko": {"working_days": "영업일", "days": "일", "hours": "시간", "months": "개월", "years": "년"},
}
_RUSSIAN: dict[Unit, tuple[str, str, str]] = {
    "working_days": ("рабочий день", "рабочих дня", "рабочих дней"),
    "days": ("день", "дня", "дней"),
    "hours": ("час", "часа", "часов"),
    "months": ("месяц", "месяца", "месяцев"),
    "years": ("год", "года", "лет"),
}
_LABELS: dict[Why, Text] = {
    "begins": Text(zh="起算", en="begins"),
    "counted": Text(zh="计入", en="counted"),
    "rest": Text(zh="休息日", en="rest days"),
    "holiday": Text(zh="节假日", en="public holiday"),
    "swapped": Text(zh="调休上班", en="swapped working day"),
    "unpublished": Text(zh="暂按推算", en="counted provisionally"),
    "paused": Text(zh="暂停", en="paused"),
    "extended": Text(zh="延长", en="extended"),
    "moved": Text(zh="末日顺延", en="last day moved"),
    "due": Text(zh="到期", en="at the latest"),
    "waits": Text(zh="暂停中", en="still paused"),
}
_BEGINS = {
    True: Text(zh="从此刻起算。", en="Counted from this moment."),
    False: Text(zh="当日不计入，从次日起算。", en="The day itself is not counted; the next one is the first."),
}
_UNPUBLISHED = Text(
    zh="这段日历尚未公布，公布后重新计算。",
    en="The calendar of these days is not published yet; the date is counted anew when it is.",
)
_MOVED: dict[LastDay, Text] = {
    "next_working_day": Text(
        zh="最后一日是休息日，顺延到其后第一个工作日。",
        en="The last day is a rest day, so it moves to the next working day.",
    ),
    "previous_working_day": Text(
        zh="最后一日是休息日，提前到其前一个工作日。",
        en="The last day is a rest day, so it moves to the working day before.",
    ),
    "as_is": Text(zh="按原日期。", en="It stays."),
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""The months in English, whatever the machine speaks."""
_MINUTE, _HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a derivation in one language: its days, a label, what is to be added to it, and the count."""

    days: str
    label: str
    note: str
    tally: str

    def __str__(self) -> str:
        """Return the line as one sentence."""
        return "  ".join(filter(None, (self.days, self.label, self.tally, self.note)))


def lines(explanation: Explanation, language: str) -> Iterator[Line]:
    """Yield a derivation in words.

    >>> from amur.base.legal_time.calendar import WorkCalendar
    >>> from amur.base.legal_time.explaining import explain
    >>> from amur.base.legal_time.periods import Period
    >>> from amur.base.legal_time.running import RunningClock, Term
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> found = explain(RunningClock(Term(Period(5)), date(2026, 3, 9)), calendar)
    >>> for line in lines(found, "en"): print(line)
    9 March 2026  begins  The day itself is not counted; the next one is the first.
    10 to 13 March 2026  counted  +4 = 4
    14 to 15 March 2026  rest days  not counted
    16 March 2026  counted  +1 = 5
    16 March 2026  at the latest  = 5 working days
    >>> print([*lines(found, "zh-hans")][-1])
    2026年3月16日  到期  满 5 个工作日
    """
    for step in explanation.steps:
        yield Line(
            days=span(step.first, step.last, language),
            label=_LABELS[step.why].say(language),
            note=note(step, explanation.period.unit, language),
            tally=_tally(step, explanation, language),
        )


def amount(count: int, unit: Unit, language: str) -> str:
    """Return so many of a unit in words.

    >>> amount(1, "months", "en"), amount(20, "working_days", "en"), amount(20, "working_days", "zh")
    ('1 month', '20 working days', '20 个工作日')
    >>> amount(20, "working_days", "ja"), amount(2, "months", "ko"), [amount(n, "days", "ru") for n in (1, 3, 11, 25)]
    ('20営業日', '2개월', ['1 день', '3 дня', '11 дней', '25 дней'])
    """
    if language in _FURTHER:
        return f"{count}{_FURTHER[language][unit]}"
    if language == "ru":
        return f"{count} {_RUSSIAN[unit][_russian_form(count)]}"
    chinese, one, many = _UNITS[unit]
    return f"{count} {chinese}" if _is_chinese(language) else f"{count} {one if count == 1 else many}"


def _russian_form(count: int) -> int:
    """Return which of the three forms of a noun stands after a number.

    >>> [_russian_form(count) for count in (1, 2, 5, 12, 21, 104)]
    [0, 1, 2, 2, 0, 1]
    """
    last, teen = count % 10, 10 < count % 100 < 15  # noqa: PLR2004 -- eleven to fourteen are said as many
    if last == 1 and not teen:
        return 0
    return 1 if last in {2, 3, 4} and not teen else 2


def counted(count: int, measure: Measure, language: str) -> str:
    """Return what was counted in words; seconds as hours and minutes.

    >>> counted(5400, "seconds", "en"), counted(7200, "seconds", "zh"), counted(3, "days", "zh")
    ('1 h 30 min', '2 小时', '3 日')
    """
    if measure != "seconds":
        return amount(count, measure, language)
    words = (" 小时", " 分", " 秒") if _is_chinese(language) else (" h", " min", " s")
    parts = (count // _HOUR, count % _HOUR // _MINUTE, count % _MINUTE)
    said = [f"{part}{word}" for part, word in zip(parts, words, strict=True) if part]
    return " ".join(said) or f"0{words[0]}"


def span(first: date, last: date | None, language: str) -> str:
    """Return a span of days, or of instants, in words.

    >>> span(date(2026, 2, 27), date(2026, 3, 2), "en"), span(date(2026, 2, 27), date(2026, 3, 2), "zh")
    ('27 February to 2 March 2026', '2026年2月27日至3月2日')
    >>> span(date(2026, 3, 2), None, "en"), span(datetime(2026, 3, 2, 9, 5), datetime(2026, 3, 2, 10, 0), "zh")
    ('from 2 March 2026', '2026年3月2日 09:05至10:00')
    """
    if last is None:
        return f"{_day(first, language)}起" if _is_chinese(language) else f"from {_day(first, language)}"
    if first == last:
        return _day(first, language)
    if _is_chinese(language):
        return f"{_day(first, language)}至{_rest(first, last)}"
    if isinstance(first, datetime) or first.year != last.year:
        return f"{_day(first, language)} to {_day(last, language)}"
    if first.month == last.month:
        return f"{first.day} to {_day(last, language)}"
    return f"{first.day} {MONTHS[first.month - 1]} to {_day(last, language)}"


def note(step: Step, unit: Unit, language: str) -> str:
    """Return what is to be said beside a line: a name, a reason, a rule."""
    name = step.name.say(language) if step.name else ""
    if step.why == "begins":
        return _BEGINS[isinstance(step.first, datetime)].say(language)
    if step.why == "unpublished":
        return _UNPUBLISHED.say(language)
    if step.why == "moved":
        said = _MOVED[step.rule].say(language)
        return f"{said}（{name}）" if name and _is_chinese(language) else f"{said} ({name})" if name else said
    if step.why == "extended":
        longer = amount(step.amount, unit, language)
        said = f"延长 {longer}" if _is_chinese(language) else f"Longer by {longer}"
        return said + ("：" if _is_chinese(language) else ": ") + name if name else said
    return name


def _tally(step: Step, explanation: Explanation, language: str) -> str:
    measure = explanation.measure
    if step.why == "due":
        whole = amount(explanation.period.amount, explanation.period.unit, language)
        return f"满 {whole}" if _is_chinese(language) else f"= {whole}"
    if step.counted:
        if measure == "seconds":
            return f"+{counted(step.counted, measure, language)} = {counted(step.total, measure, language)}"
        return f"+{step.counted} = {step.total}"
    if step.why in {"rest", "holiday", "paused", "waits"}:
        return "不计入" if _is_chinese(language) else "not counted"
    return ""


def _is_chinese(language: str) -> bool:
    return language.partition("-")[0] == "zh"


def _day(moment: date, language: str) -> str:
    if _is_chinese(language):
        said = f"{moment.year}年{moment.month}月{moment.day}日"
    else:
        said = f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{said} {moment:%H:%M}" if isinstance(moment, datetime) else said


def _rest(first: date, last: date) -> str:
    """Return the end of a Chinese span without what its beginning said already."""
    said = "" if first.year == last.year else f"{last.year}年"
    if isinstance(last, datetime):
        same_day = (first.year, first.month, first.day) == (last.year, last.month, last.day)
        return f"{last:%H:%M}" if same_day else f"{said}{last.month}月{last.day}日 {last:%H:%M}"
    if first.year == last.year and first.month == last.month:
        return f"{last.day}日"
    return f"{said}{last.month}月{last.day}日"
