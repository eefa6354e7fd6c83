"""The rules of notices as plain values: what a template is called, how long a text may be, what an answer means."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from amur.base.declared import Text

if TYPE_CHECKING:
    from amur.procedures.declarations import ProcedureDeclaration, State

EMAIL, SMS = "email", "sms"
CHANNELS = (EMAIL, SMS)
"""The channels that leave the house. The page of the case, where every notice stands, is none of them."""

MOST_ATTEMPTS = 8
"""After so many failed attempts a channel is given up and an official is asked to see to it."""

LONGEST_PLAIN, LONGEST_WIDE = 160, 70
"""How long one short message is: in plain Latin letters, and with any other character in it."""

LONGEST_SIGNATURE = 10
"""How long the name may be that the gateway puts before a short message."""

_VERSION_LENGTH = 16
_LONGEST_ERROR = 500
_MARKED = 3

Kind: TypeAlias = Literal["accepted", "refused", "deferred"]


class Words(Protocol):
    """What is told: a subject, a body, and where the pack has one a short text."""

    @property
    def subject(self) -> Text:
        """Return the subject."""

    @property
    def body(self) -> Text:
        """Return the text."""

    @property
    def short(self) -> Text | None:
        """Return the text for a short message."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: accepted with a receipt, refused for good, or to be tried again."""

    kind: Kind
    receipt: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """The words of a notice as the pack declares them: ``version`` is a hash of them, so it moves when they do."""

    id: str
    version: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A text of a procedure with its id and the path at which it is declared."""

    id: str
    at: tuple[str | int, ...]
    words: Words


def version_of(words: Words) -> str:
    """Return the version of a template: the beginning of a hash of its words in all languages.

    >>> from amur.procedures.clocks import Message
    >>> said = Message(subject=Text(zh="甲", en="A"), body=Text(zh="乙", en="B"))
    >>> other = said.model_copy(update={"body": Text(zh="乙", en="C")})
    >>> len(version_of(said)), version_of(said) == version_of(other)
    (16, False)
    """
    short = words.short.model_dump() if words.short else None
    told = {"subject": words.subject.model_dump(), "body": words.body.model_dump(), "short": short}
    content = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:_VERSION_LENGTH]


def declared_words(definition: ProcedureDeclaration) -> Iterator[Declared]:
    """Return every text that a procedure tells, with its id and where it stands in the declaration.

    >>> from tests.procedures.samples import LICENCE
    >>> [one.id for one in declared_words(LICENCE)]
    ['accept.1', 'grant.2', 'refuse.1', 'decision.extension']
    """
    for number, arrow in enumerate(definition.transitions):
        for place, effect in enumerate(arrow.effects):
            if effect.do == "notify":
                yield Declared(f"{arrow.event}.{place + 1}", ("transitions", number, "effects", place), effect)
    yield from _in_states(definition.states, ("states",))
    for number, clock in enumerate(definition.clocks):
        if clock.extension:
            yield Declared(f"{clock.id}.extension", ("clocks", number, "extension", "notice"), clock.extension.notice)
        for place, rung in enumerate(clock.remind):
            yield Declared(f"{clock.id}.remind{rung.at:+d}.{rung.to}", ("clocks", number, "remind", place), rung)


def _in_states(states: Iterable[State], at: tuple[str | int, ...]) -> Iterator[Declared]:
    for number, state in enumerate(states):
        here = (*at, number)
        for way, effects in (("enter", state.enter), ("leave", state.leave)):
            for place, effect in enumerate(effects):
                if effect.do == "notify":
                    yield Declared(f"{state.id}.{way}.{place + 1}", (*here, way, place), effect)
        yield from _in_states(state.states, (*here, "states"))


def template_of(definition: ProcedureDeclaration, words: Words) -> Template:
    """Return the template that words of a procedure are; what stands nowhere in it has a version alone.

    >>> from tests.procedures.samples import LICENCE
    >>> told = LICENCE.transitions[4].effects[0]
    >>> template_of(LICENCE, told).id
    'refuse.1'
    """
    found = next((one.id for one in declared_words(definition) if one.words is words), "")
    return Template(found, version_of(words))


def words_of(definition: ProcedureDeclaration, template: str, version: str) -> Words | None:
    """Return the words of a template in the version that was told; other words of that name are not what was told.

    >>> from tests.procedures.samples import LICENCE
    >>> told = template_of(LICENCE, LICENCE.transitions[4].effects[0])
    >>> words_of(LICENCE, told.id, told.version).body.en, words_of(LICENCE, told.id, "another")
    ('{number}: {reason}', None)
    """
    found = (one.words for one in declared_words(definition) if one.id == template)
    return next((words for words in found if version_of(words) == version), None)


def longest(text: str) -> int:
    """Return how long a short message of this kind of text may be.

    >>> longest("LAN-1: granted"), longest("已许可")
    (160, 70)
    """
    return LONGEST_PLAIN if text.isascii() else LONGEST_WIDE


def fits(text: str, signature: str = "") -> bool:
    """Say whether a text is one short message, with the name that the gateway puts before it.

    >>> fits("已许可"), fits("许" * 70), fits("许" * 70, "某局")
    (True, True, False)
    """
    whole = f"【{signature}】{text}" if signature else text
    return len(whole) <= longest(whole)


def outcome_of_status(status: int, receipt: str = "", error: str = "") -> Outcome:
    """Return what the answer of another server means: a fault of ours is for good, a fault of theirs passes.

    >>> outcome_of_status(200, "a7").kind, outcome_of_status(429).kind, outcome_of_status(503).kind
    ('accepted', 'deferred', 'deferred')
    >>> outcome_of_status(422, error="no such number")
    Outcome(kind='refused', receipt='', error='422 no such number')
    """
    said = f"{status} {error}".strip()[:_LONGEST_ERROR]
    if status // 100 == 2:  # noqa: PLR2004 -- the class of answers that say yes
        return Outcome("accepted", receipt)
    passing = status in {401, 403, 404, 407, 408, 409, 425, 429} or status // 100 != 4  # noqa: PLR2004 -- the class of our faults
    return Outcome("deferred" if passing else "refused", error=said)


def without(said: str, address: str) -> str:
    """Return what somebody said without the address that it was told.

    >>> without("550 no mailbox keeper@example.org; keeper is unknown", "keeper@example.org")
    '550 no mailbox …; … is unknown'
    """
    parts = [part for part in (address, *address.split("@")) if part]
    for part in parts:
        said = said.replace(part, "…")
    return said[:_LONGEST_ERROR]


def masked(address: str) -> str:
    """Return as much of an address as its owner needs to know it.

    >>> masked("keeper@example.org"), masked("13800001234"), masked("ab@example.org"), masked("")
    ('kee…@example.org', '…234', 'a…@example.org', '')
    """
    name, at, host = address.partition("@")
    if at:
        return f"{name[: max(1, min(_MARKED, len(name) - 1))]}…@{host}"
    return f"…{address[-_MARKED:]}" if address else ""
