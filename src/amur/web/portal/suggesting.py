"""What a browser suggests while somebody types, without any script, and what is near to a query that found nothing."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache

from amur.base.acting import PUBLIC
from amur.base.declared import Text
from amur.policy import reads as policy
from amur.procedures import reads as procedures
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers import reads as registers
from amur.web import tongues

_NEAR = 3
_LIKE, _LESS = 0.5, 0.2
"""How much of a query a title must hold, and how much less than the best one."""
_SAME = 0.7
"""How alike two words must be to be one that was typed otherwise."""
_PIECE = re.compile(r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+")


def suggested() -> tuple[str, ...]:
    """Return the titles of services, topics and public registers, in the language of the page."""
    return _suggested(policy.active_hash(), tongues.here())


@lru_cache(maxsize=32)
def _suggested(release: str, language: str) -> tuple[str, ...]:
    del release  # another release has other titles
    titles: list[Text] = [one.topic.title for one in procedures.services_by_topic() if one.topic]
    titles += [one.title for one in procedures.services()]
    titles += [one.title for one in registers.registers(PUBLIC)]
    return tuple(dict.fromkeys(tongues.say(title, language) for title in titles))


def near(query: str) -> list[ProcedureDeclaration]:
    """Return the services whose titles come nearest to what was looked for in vain; none where nothing comes near."""
    language = tongues.here()
    by_title = {tongues.say(one.title, language).lower(): one for one in procedures.services()}
    return [by_title[title] for title in _nearest(query.lower(), list(by_title))]


def _nearest(query: str, titles: list[str]) -> list[str]:
    """Return the titles that hold most of a query, each character of Chinese and each word of letters for itself.

    >>> _nearest("投述", ["电信用户申诉", "电信服务投诉", "风险隐患报告"])
    ['电信服务投诉']
    >>> _nearest("licens", ["news licence", "complaint"]), _nearest("zzz", ["licence"]), _nearest("?", ["licence"])
    (['news licence'], [], [])
    """
    wanted = _PIECE.findall(query)
    held = {title: _held(wanted, _PIECE.findall(title)) for title in titles} if wanted else {}
    best = max(held.values(), default=0)
    found = [title for title in held if held[title] >= max(_LIKE, best - _LESS)]
    return sorted(found, key=lambda title: -held[title])[:_NEAR]


def _held(wanted: list[str], there: list[str]) -> float:
    """Return how much of what is wanted is there, from 0 to 1."""
    alike = (max((difflib.SequenceMatcher(None, one, other).ratio() for other in there), default=0) for one in wanted)
    return sum(one for one in alike if one >= _SAME) / len(wanted)
