"""What coverage is called on pages: definitions, measures, answers, and why, in the reader's language.

Why an answer is what it is stands in the results as a code, which is said in words; in results from before there was
one, in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from amur.base.declared import LANGUAGES, Text
from amur.methods.coverage import reasons
from amur.web import tongues
from amur.web.portal.coverage_results import COVERED, LEVELS, NOT_COVERED, Definition, Share

_MINUS = re.compile(r"(?<![\w.])-(?=\d)")


def text(words: str | Mapping[str, str]) -> str | Text:
    """Return what a file says: in one language as it stands, in several as a text, of which a missing one is another.

    >>> text("口径"), text({"en": "A guide"}), text({})
    ('口径', Text(zh='A guide', en='A guide', ru='', ja='', ko=''), '')
    """
    if isinstance(words, str):
        return words
    said = {name: words[name] for name in LANGUAGES if words.get(name)}
    if not said:
        return ""
    some = next(iter(said.values()))
    return Text.model_validate({"zh": some, "en": some} | said)


def say(words: str | Mapping[str, str]) -> str:
    """Return what a file says in one or in several languages, in that of the page."""
    said = text(words)
    return said if isinstance(said, str) else tongues.say(said, tongues.here())


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
    return pgettext("unit", "km²") if name == "area_km2" else ""


def answer(said: str) -> str:
    """Return an answer in words."""
    if said == COVERED:
        return pgettext("coverage", "covered")
    return pgettext("coverage", "not covered") if said == NOT_COVERED else pgettext("coverage", "not known")


def meaning(said: str) -> str:
    """Return the colour of an answer, as tags know it."""
    return {COVERED: "yes", NOT_COVERED: "no"}.get(said, "ask")


def reason(said: str) -> str:
    """Return a reason in the language of the page, by its code; what is none stays as it is.

    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     reason("weak:school:-110.5"), reason("there is no site")
    ('学校处为 −110.5 dBm，太弱', 'there is no site')
    """
    return _MINUS.sub("−", reasons.said(said, tongues.here()) or said)


def why(row: Mapping[str, str], name: str = "why") -> str:
    """Return why an answer is what it is, by the column of a table that says it, and that of its code."""
    return reason(row.get(f"{name}_code") or row.get(name, ""))


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
