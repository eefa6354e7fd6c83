"""What a browser suggests while somebody types, without any script, and what is near to a query that found nothing."""

from __future__ import annotations

import difflib
from functools import lru_cache

from amur.base.acting import PUBLIC
from amur.base.declared import Text
from amur.policy import reads as policy
from amur.procedures import reads as procedures
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers import reads as registers
from amur.web import tongues

_NEAR = 3
_LIKE = 0.3


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
    """Return the titles that share most with a query, the nearest first.

    >>> _nearest("宽带报转", ["宽带报装", "电信业务经营许可", "举报骚扰电话"])
    ['宽带报装']
    >>> _nearest("licens", ["licence", "complaint"]), _nearest("zzz", ["licence"])
    (['licence'], [])
    """
    alike = {title: difflib.SequenceMatcher(None, query, title).ratio() for title in titles}
    best = max(alike.values(), default=0)
    found = [title for title in titles if alike[title] >= max(_LIKE, best / 2)]
    return sorted(found, key=lambda title: -alike[title])[:_NEAR]
