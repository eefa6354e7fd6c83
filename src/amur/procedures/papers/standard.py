"""What a standard paper says by itself, from what is known of its case; pure.

A receipt tells what was handed in, an acceptance the period and its last day, a refusal its reason, its basis and where
to contest it. The pack's own paragraphs, where it has any, stand in place of the opening sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from amur.base.canonical import Json
from amur.base.declared import Basis, Text
from amur.procedures.papers.declarations import PaperKind


@dataclass(frozen=True, slots=True)
class Running:
    """A period that runs or waits: its title, its length in words by language, and its last day in words."""

    title: Text
    length: Mapping[str, str]
    last_day: Mapping[str, str]
    waits: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What a standard paper is made of; what is ``missing`` is listed by language."""

    service: Text
    number: str
    on: Mapping[str, str]
    materials: tuple[Text, ...] = ()
    later: tuple[Text, ...] = ()
    periods: tuple[Running, ...] = ()
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reason: str = ""
    basis: tuple[Basis, ...] = ()
    granted: bool = False
    appeal: tuple[Text, ...] = ()
    appeal_basis: tuple[Basis, ...] = ()


_HAS_COME = Text(
    zh="你方提交的“{service}”材料已于{on}收到，编号{number}。收到不等于受理，是否受理将另行告知。",
    en="What you handed in for “{service}” was received on {on} under number {number}. "
    "That it was received does not mean that it is accepted; you will be told.",
)
_IS_ACCEPTED = Text(
    zh="你方提交的“{service}”（编号{number}），材料齐全，符合要求，自{on}起受理。",
    en="“{service}” (number {number}) is complete and was accepted on {on}.",
)
_IS_ACCEPTED_WITHOUT = Text(
    zh="你方提交的“{service}”（编号{number}），主要材料齐全，符合要求，自{on}起容缺受理；其余材料请按下列内容在期限内补交。",
    en="“{service}” (number {number}) was accepted on {on} although something is still missing. Bring what is listed "
    "here in time.",
)
_IS_NOT_ACCEPTED = Text(
    zh="你方提交的“{service}”（编号{number}），经审查，于{on}决定不予受理。",
    en="“{service}” (number {number}) was looked at; on {on} it was decided not to accept it.",
)
_LACKS = Text(
    zh="你方提交的“{service}”（编号{number}），材料不齐全或者不符合要求，请按下列内容补正。需要补正的，这里一次说全。",
    en="Something is missing or does not fit in “{service}” (number {number}). Please supply what is listed here; "
    "this is all of it.",
)
_IS_GRANTED = Text(
    zh="你方提交的“{service}”（编号{number}），经审查，于{on}决定准予。",
    en="“{service}” (number {number}) was looked at and granted on {on}.",
)
_IS_REFUSED = Text(
    zh="你方提交的“{service}”（编号{number}），经审查，于{on}决定不予准许。",
    en="“{service}” (number {number}) was looked at and refused on {on}.",
)
_OPENING: Mapping[PaperKind, Text] = {
    "received": _HAS_COME,
    "accepted": _IS_ACCEPTED,
    "not_accepted": _IS_NOT_ACCEPTED,
    "supplement": _LACKS,
}
_RUNS = Text(zh="{title}：{length}，最后一日{last_day}。", en="{title}: {length}, last day {last_day}.")
_WAITS = Text(zh="{title}：补正期间不计入期限。", en="{title}: the time does not run while we wait for you.")
_PROVISIONAL = Text(
    zh="{title}：{length}，最后一日暂定{last_day}，日历公布后重新计算。",
    en="{title}: {length}, last day provisionally {last_day}; it is counted again when the calendar is published.",
)
_MATERIALS, _PERIOD = Text(zh="收到的材料", en="What was handed in"), Text(zh="期限", en="By when")
_LATER = Text(zh="容缺后补的材料", en="Still to be brought")
_REASON, _MISSING = Text(zh="理由", en="Reasons"), Text(zh="需要补正的内容", en="What to supply")
_BESIDES = Text(zh="说明", en="What else is said")
_BASIS, _APPEAL = Text(zh="依据", en="Basis"), Text(zh="不服本决定的救济途径", en="If you disagree")
_FORM = Text(zh="申请表", en="The form")


def opening(kind: PaperKind, known: Known, language: str) -> str:
    """Return the sentence with which a standard paper begins where the pack says none.

    >>> known = Known(Text(zh="备案", en="Filing"), "A-1", {"en": "2 March 2026"}, granted=True)
    >>> opening("decision", known, "en")
    '“Filing” (number A-1) was looked at and granted on 2 March 2026.'
    """
    said = _OPENING.get(kind) or (_IS_GRANTED if known.granted else _IS_REFUSED)
    if kind == "accepted" and known.later:
        said = _IS_ACCEPTED_WITHOUT
    return said.say(language).format(service=known.service.say(language), number=known.number, on=known.on[language])


def sections(kind: PaperKind, known: Known, language: str) -> list[dict[str, Json]]:
    r"""Return what a standard paper must carry, part by part with title and lines; what is not known is left out.

    >>> act = Basis(title=Text(zh="法", en="Act"), article="7")
    >>> known = Known(Text(zh="备案", en="Filing"), "A-1", {}, reason="a\nb", basis=(act,))
    >>> [(one["title"], one["lines"]) for one in sections("supplement", known, "en")]
    [('What to supply', ['a', 'b']), ('Basis', ['Act 7'])]
    >>> known = Known(Text(zh="备案", en="Filing"), "A-1", {}, reason="All of it.", missing={"en": ["Plan: dim"]})
    >>> [(one["title"], one["lines"]) for one in sections("supplement", known, "en")]
    [('What to supply', ['Plan: dim']), ('What else is said', ['All of it.'])]
    >>> [one["title"] for one in sections("received", known, "en")]
    ['What was handed in']
    """
    found = ((title.say(language), lines(known, language)) for title, lines in _PARTS[kind])
    return [{"title": title, "lines": said} for title, said in found if said]


def _materials(known: Known, language: str) -> list[str]:
    return [text.say(language) for text in (_FORM, *known.materials)]


def _later(known: Known, language: str) -> list[str]:
    return [text.say(language) for text in known.later]


def _periods(known: Known, language: str) -> list[str]:
    told = []
    for one in known.periods:
        said = _WAITS if one.waits else _PROVISIONAL if one.provisional else _RUNS
        words = {"length": one.length[language], "last_day": one.last_day[language]}
        told.append(said.say(language).format(title=one.title.say(language), **words))
    return told


def _reasons(known: Known, _: str) -> list[str]:
    return [line.strip() for line in known.reason.splitlines() if line.strip()]


def _lacks(known: Known, language: str) -> list[str]:
    return [*known.missing.get(language, ())] or _reasons(known, language)


def _besides(known: Known, language: str) -> list[str]:
    return _reasons(known, language) if known.missing else []


def _basis(known: Known, language: str) -> list[str]:
    return [_cited(one, language) for one in known.basis]


def _appeal(known: Known, language: str) -> list[str]:
    separator = "，" if language == "zh" else "; "
    said = [separator.join(text.say(language) for text in known.appeal)] if known.appeal else []
    return said + [_cited(one, language) for one in known.appeal_basis]


def _cited(basis: Basis, language: str) -> str:
    title = basis.title.say(language)
    return f"《{title}》{basis.article}" if language == "zh" else f"{title} {basis.article}".strip()


Lines = Callable[[Known, str], list[str]]
_AGAINST: tuple[tuple[Text, Lines], ...] = ((_REASON, _reasons), (_BASIS, _basis), (_APPEAL, _appeal))
_PARTS: Mapping[PaperKind, tuple[tuple[Text, Lines], ...]] = {
    "received": ((_MATERIALS, _materials), (_LATER, _later), (_PERIOD, _periods)),
    "accepted": ((_MATERIALS, _materials), (_LATER, _later), (_PERIOD, _periods)),
    "not_accepted": _AGAINST,
    "supplement": ((_MISSING, _lacks), (_BESIDES, _besides), (_BASIS, _basis), (_PERIOD, _periods)),
    "decision": _AGAINST,
}
