"""Made-up parties: their names, their codes with valid check characters, where they live; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypedDict

from amur.base.identifiers import IdentifierScheme
from amur.packs.arrivals.engine.choices import weighed
from amur.packs.year.declarations import Pool

_WORD = re.compile(r"\{([a-z_]+)\}")
_DIGITS = "0123456789"
_TRIES = 50


class _Holding(TypedDict, total=False):
    held: str
    number: str
    since: date
    until: date
    renewed: date


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who files: a person, with the enterprise that they act for if they do."""

    id: str
    person: str
    region: str
    telephone: str = ""
    name: str = ""
    scheme: str = ""
    code: str = ""
    held: str = ""
    number: str = ""
    since: date | None = None
    until: date | None = None
    renewed: date | None = None

    def words(self, serial: int) -> dict[str, str]:
        """Return what fills the words of a text.

        >>> Party("p_1", "例甲（演示）", "230100").words(3)["name"]
        '例甲（演示）'
        """
        return {
            "person": self.person,
            "name": self.name or self.person,
            "code": self.code,
            "telephone": self.telephone,
            "email": f"{self.id}@demo.example",
            "region": self.region,
            "serial": str(serial),
            "digits": f"{serial:04d}",
            "account": self.id,
            "held": self.held,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "renewed": self.renewed.isoformat() if self.renewed else "",
        }

    def fits(self, day: date, ahead: tuple[int, int] | None) -> bool:
        """Say whether what it holds ends so many days after a day; where nothing is said, whether it runs then.

        >>> holder = Party("p_1", "例甲（演示）", "230100", held="1", until=date(2026, 3, 1))
        >>> holder.fits(date(2026, 2, 1), (20, 30)), holder.fits(date(2026, 2, 1), (1, 9)), NOBODY.fits(date.min, None)
        (True, False, True)
        >>> holder.fits(date(2026, 2, 1), None), holder.fits(date(2026, 4, 1), None)
        (True, False)
        """
        if self.until is None:
            return ahead is None
        left = (self.until - day).days
        return ahead[0] <= left <= ahead[1] if ahead else left > 0


NOBODY = Party("", "", "")
"""In place of a party that is not known yet."""


def parties(pool: Pool, scheme: IdentifierScheme | None, seed: int, last: date = date.max) -> list[Party]:
    """Return the parties of a pool, each with a code and a name of its own as far as there are enough of them.

    >>> from amur.base.declared import Text
    >>> luhn = IdentifierScheme(id="l", title=Text(zh="示", en="L"), alphabet="0123456789", weights=(1, 3), modulus=10)
    >>> pool = Pool(id="firms", count=2, person="{family}（演示）", name="例{word}（演示）", scheme="l", code="1#",
    ...     telephone="0451-0000##", parts={"family": ["甲", "乙"], "word": ["江", "山"]}, regions={"230100": 1})
    >>> made = parties(pool, luhn, 7)
    >>> [one.name for one in made] == [one.name for one in parties(pool, luhn, 7)], len({one.code for one in made})
    (True, 2)
    >>> luhn.parse(made[0].code) == made[0].code, made[0].id, len(made[0].telephone)
    (True, 'firms_001', 11)
    """
    chance, said = Random(f"{seed}/{pool.id}"), set[str]()  # noqa: S311 - chance that can be repeated, and no secret

    def another(make: Callable[[], str]) -> str:
        for _ in range(_TRIES):
            if (found := make()) not in said:
                break
        said.add(found)
        return found

    made = []
    for number in range(1, pool.count + 1):
        region = weighed(pool.regions, chance)
        code = another(lambda: _code(pool.code, scheme, chance)) if scheme else ""
        made.append(
            Party(
                id=f"{pool.id}_{number:03d}",
                person=another(lambda: _filled(pool.person, pool.parts, chance)),
                region=region,
                telephone=_drawn(pool.telephone, _DIGITS, chance),
                name=another(lambda: _filled(pool.name, pool.parts, chance)) if scheme else "",
                scheme=pool.scheme or "",
                code=code,
                **_held(pool, number, code, last),
            )
        )
    return made


def _held(pool: Pool, number: int, code: str, last: date) -> _Holding:
    """Return what one of a pool holds from the start, evenly spread over the time in which that begins.

    >>> from amur.packs.year.declarations import Held
    >>> held = Held.model_validate({"register": "r", "key": "A{number}", "as": "x", "source": "演", "reason": "演",
    ...     "since": [900, 500], "years": 2})
    >>> pool = Pool(id="p", count=3, person="例", regions={"23": 1}, holds=held)
    >>> made = _held(pool, 2, "", date(2026, 12, 31))
    >>> made["held"], made["since"].isoformat(), made["until"].isoformat()
    ('A0002', '2025-01-30', '2027-01-29')
    """
    rule = pool.holds
    if rule is None:
        return {}
    first, newest = rule.since
    since = last - timedelta(days=first - (first - newest) * (number - 1) // max(1, pool.count - 1))
    digits = f"{number:04d}"
    held = rule.key.replace("{number}", digits).replace("{code}", code)
    found: _Holding = {"held": held, "number": digits, "since": since}
    if rule.years is not None:
        found["until"] = _years_on(since, rule.years) - timedelta(days=1)
        found["renewed"] = _years_on(since, 2 * rule.years) - timedelta(days=1)
    return found


def _years_on(day: date, years: int) -> date:
    """Return the same day some years on; of the last of February in a leap year, the first of March.

    >>> _years_on(date(2024, 2, 29), 1).isoformat()
    '2025-03-01'
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def wrong_words(pool: Pool) -> list[str]:
    """Return the words that a pool names and has no parts for.

    >>> wrong_words(Pool(id="p", count=1, person="{family}{given}", parts={"family": ["甲"]}, regions={"23": 1}))
    ['given']
    """
    named = _WORD.findall(pool.person) + _WORD.findall(pool.name)
    return [word for word in dict.fromkeys(named) if not pool.parts.get(word)]


def _filled(text: str, parts: Mapping[str, tuple[str, ...]], chance: Random) -> str:
    return _WORD.sub(lambda found: chance.choice(parts.get(found[1], (found[0],))), text)


def _drawn(pattern: str, alphabet: str, chance: Random) -> str:
    """Return a pattern with its places filled.

    >>> _drawn("a*#", "x", Random(1))[:2], _drawn("-#", "x", Random(1))[1] in "0123456789"
    ('ax', True)
    """
    places = {"*": alphabet, "#": _DIGITS}
    return "".join(chance.choice(places[one]) if one in places else one for one in pattern)


def _code(pattern: str, scheme: IdentifierScheme, chance: Random) -> str:
    """Return a code of a scheme; of one without a check character, the pattern as it was filled.

    >>> from amur.base.declared import Text
    >>> plain = IdentifierScheme(id="l", title=Text(zh="示", en="L"), check="none", pattern="A[0-9]")
    >>> _code("A#", plain, Random(1))[0]
    'A'
    """
    payload = _drawn(pattern, scheme.alphabet or _DIGITS, chance)
    return payload if scheme.check == "none" else payload + scheme.check_character(payload)


def why_no_code(pool: Pool, scheme: IdentifierScheme) -> str:
    """Return why no code of a scheme can be made for a pool, or nothing.

    >>> from amur.base.declared import Text
    >>> luhn = IdentifierScheme(id="l", title=Text(zh="示", en="L"), alphabet="0123456789", weights=(1, 3), modulus=10)
    >>> pool = Pool(id="firms", count=2, person="例", name="例", scheme="l", code="1##", regions={"230100": 1})
    >>> why_no_code(pool, luhn)
    'found 4 characters; 3 are needed'
    >>> why_no_code(pool.model_copy(update={"code": "1#"}), luhn)
    ''
    """
    try:
        scheme.parse(_code(pool.code, scheme, Random(1)))  # noqa: S311 - no secret
    except ValueError as error:
        return str(error)
    return ""
