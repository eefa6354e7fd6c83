"""What coverage is called on pages: definitions, measures, answers, and why, in the reader's language.

The model gives its reasons in English sentences of a few kinds; each is said again in the words of the page, and one
that is not known here is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from amur.base.declared import LANGUAGES, Text
from amur.web import tongues
from amur.web.portal.coverage_results import COVERED, LEVELS, NOT_COVERED, Definition, Share

_REASONS: tuple[tuple[re.Pattern[str], Callable[[], str]], ...] = (
    (
        re.compile(r"the nearest site is (?P<km>[\d.]+) km away"),
        lambda: _("the nearest site is %(km)s km away"),
    ),
    (
        re.compile(r"the nearest site is (?P<km>[\d.]+) km away, too far"),
        lambda: _("the nearest site is %(km)s km away, too far"),
    ),
    (re.compile("there is no site"), lambda: _("there is no site")),
    (re.compile("it is not known where the committee is"), lambda: _("it is not known where the committee is")),
    (
        re.compile(r"all points have signal, the (?P<kind>\w+) the weakest: (?P<dbm>-?[\d.]+) dBm"),
        lambda: _("all places have signal, the weakest at the %(kind)s: %(dbm)s dBm"),
    ),
    (
        re.compile(r"the (?P<kind>\w+) has (?P<dbm>-?[\d.]+) dBm, too weak"),
        lambda: _("%(dbm)s dBm at the %(kind)s, too weak"),
    ),
    (
        re.compile(r"no site within reach sends a signal to the (?P<kind>\w+)"),
        lambda: _("no site within reach sends a signal to the %(kind)s"),
    ),
    (
        re.compile(r"the signal at the (?P<kind>\w+) is not known"),
        lambda: _("the signal at the %(kind)s is not known"),
    ),
    (
        re.compile("a settlement without signal is of a size that is not known"),
        lambda: _("a settlement without signal is of a size that is not known"),
    ),
    (
        re.compile(r"it is not known where the (?P<kind>\w+) is, or whether there is one"),
        lambda: _("it is not known where the %(kind)s is, or whether there is one"),
    ),
    (
        re.compile("there is nothing that had to have signal"),
        lambda: _("there is nothing that had to have signal"),
    ),
)
_MINUS = re.compile(r"(?<![\w.])-(?=\d)")


def say(words: str | Mapping[str, str]) -> str:
    """Return what a file says in one or in several languages, in that of the page."""
    if isinstance(words, str):
        return words
    said = {name: words[name] for name in LANGUAGES if words.get(name)}
    if not said:
        return ""
    some = next(iter(said.values()))
    return tongues.say(Text.model_validate({"zh": some, "en": some} | said), tongues.here())


def title(definition: Definition) -> str:
    """Return what a definition is called: by its title, else by its rule."""
    found = say(definition.title) if definition.title else _short(definition)
    return found[:1].upper() + found[1:]


def rule(definition: Definition) -> str:
    """Return when something is covered by a definition, as a sentence of its own."""
    if definition.parts:
        inner = pgettext("between two rules", "; or ").join(_rule(one) for one in definition.parts)
        return _("Covered is where at least one of these holds: %(rules)s.") % {"rules": inner}
    return _("Covered is where this holds: %(rule)s.") % {"rule": _rule(definition)}


def measure(name: str) -> str:
    """Return what is counted."""
    known = {
        "people": pgettext("counted", "People"),
        "households": pgettext("counted", "Households"),
        "villages": pgettext("counted", "Villages"),
        "settlements": pgettext("counted", "Settlements"),
        "area_km2": pgettext("counted", "Area"),
    }
    return known.get(name, name)


def unit(name: str) -> str:
    """Return the unit of what is counted; empty where it is a plain number."""
    return "km²" if name == "area_km2" else ""


def answer(said: str) -> str:
    """Return an answer in words."""
    if said == COVERED:
        return pgettext("coverage", "covered")
    return pgettext("coverage", "not covered") if said == NOT_COVERED else pgettext("coverage", "not known")


def meaning(said: str) -> str:
    """Return the colour of an answer, as tags know it."""
    return {COVERED: "yes", NOT_COVERED: "no"}.get(said, "ask")


def reason(said: str) -> str:
    """Return why an answer is what it is."""
    return (
        "; ".join(map(_reason, said.split("; ")))
        if tongues.here() == tongues.ENGLISH
        else "；".join(map(_reason, said.split("; ")))
    )


def data(name: str) -> str:
    """Return what a source is data of."""
    known = {
        "sites": _("sites"),
        "villages": _("villages"),
        "places": _("places in villages"),
        "counties": _("borders of counties"),
        "census": _("census"),
        "settlements": _("settlements"),
        "heights": _("heights of the ground"),
        "definitions": _("definitions"),
        "made up": _("made up"),
        "level ground, made up": _("level ground, made up"),
    }
    return known.get(name, name)


def percent(share: float | None) -> str:
    """Return a share as it is shown; 100 is only shown where it is all.

    >>> percent(0.8745), percent(0.99999), percent(1.0), percent(0.00001), percent(None)
    ('87.5', '99.9', '100', '0.1', '')
    """
    if share is None:
        return ""
    if share in {0.0, 1.0}:
        return f"{share * 100:.0f}"
    return f"{min(max(share * 100, 0.1), 99.9):.1f}"


def whole(number: float | None) -> str:
    """Return a number without decimals.

    >>> whole(31850088.0), whole(None)
    ('31,850,088', '')
    """
    return "" if number is None else f"{number:,.0f}"


def span(share: Share | None) -> tuple[str, str]:
    """Return a share for sure, and, where that is more, what it is at most.

    >>> span(Share(10, 8, 1, 0.8, 0.9)), span(Share(10, 8, 0, 0.8, 0.8)), span(None)
    (('80.0', '90.0'), ('80.0', ''), ('', ''))
    """
    if share is None:
        return "", ""
    least, most = percent(share.share), percent(share.at_most)
    return least, most if most != least else ""


def dbm(level: float | None) -> str:
    """Return a level of a signal, or a difference of levels.

    >>> dbm(-98.25), dbm(None)
    ('−98.2', '')
    """
    return "" if level is None else f"{level:.1f}".replace("-", "−")


def levels() -> tuple[str, ...]:
    """Return what the classes of signal are called, from the weakest; last what is not known."""
    between = (f"{first:g} – {last:g}".replace("-", "−") for first, last in pairwise(LEVELS))
    weakest = _("below %(dbm)s dBm") % {"dbm": f"{LEVELS[0]:g}".replace("-", "−")}
    strongest = _("%(dbm)s dBm and more") % {"dbm": f"{LEVELS[-1]:g}".replace("-", "−")}
    return weakest, *between, strongest, _("no signal computed")


def _short(definition: Definition) -> str:
    if definition.parts:
        return _("One of %(count)d rules") % {"count": len(definition.parts)}
    return _rule(definition) or definition.id


def _rule(definition: Definition) -> str:
    if definition.kilometres is not None:
        return _("a site within %(km)s km") % {"km": f"{definition.kilometres:g}"}
    if definition.threshold_dbm is None:
        return definition.id
    level = f"{definition.threshold_dbm:g}".replace("-", "−")
    values = {"dbm": level, "percent": f"{(definition.probability or 0.5) * 100:g}"}
    if definition.least_households:
        more = values | {"households": f"{definition.least_households:g}"}
        return (
            _(
                "the places that have to have signal, among them settlements from %(households)s households on, have "
                "%(dbm)s dBm with %(percent)s %% probability"
            )
            % more
        )
    return _("%(dbm)s dBm with %(percent)s %% probability") % values


def _reason(said: str) -> str:
    for pattern, words in _REASONS:
        if found := pattern.fullmatch(said.strip()):
            values = found.groupdict()
            if "kind" in values:
                values["kind"] = _kind(values["kind"])
            return _MINUS.sub("−", words() % values)
    return said


def _kind(name: str) -> str:
    known = {
        "committee": _("committee"),
        "school": _("school"),
        "clinic": _("clinic"),
        "settlement": _("settlement"),
        "point": _("point"),
    }
    return known.get(name, name)
