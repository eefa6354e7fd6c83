"""Checks of notices: an address is one that the form asks for, and a short message is short and names nobody."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.declared import LANGUAGES
from amur.base.faults import Fault
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.notices.asking import MEDIUM, has_short, is_of
from amur.procedures.notices.engine import CHANNELS, LONGEST_SIGNATURE, SMS, declared_words, fits, longest
from amur.procedures.wording import OF_SHORT, filled
from amur.procedures.wordingchecks import unfilled
from amur.registers.checks import Locate, fault

_DATE = {"zh": "2026年12月31日", "en": "31 December 2026"}
_DIGITS = "-2026-00000"
_SIGNATURE = "签" * LONGEST_SIGNATURE


def check_notices(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield addresses that are none, and short texts that are too long or name what they may not."""
    fields = {field.id: field for field in definition.data_fields}
    for channel in CHANNELS if definition.notices else ():
        name = getattr(definition.notices, channel)
        if name is not None and (name not in fields or not is_of(fields[name], channel)):
            able = {one for one, field in fields.items() if is_of(field, channel)}
            found = f"{name!r} is no field of the form that asks for {MEDIUM[channel]}"
            yield fault(locate, ("notices", channel), "notices.address", found, able)
    if definition.notices and definition.notices.sms and not has_short(definition):
        found = "short messages have an address, and nothing is told in one"
        yield Fault(*locate(("notices", SMS)), "notices.no_short", found, "add short to a notice, or take sms out")
    for one in declared_words(definition):
        if one.words.short:
            at = (*one.at, "short")
            yield from unfilled(one.words.short, OF_SHORT, "notices.short", at, locate)
            for language in LANGUAGES:
                if text := getattr(one.words.short, language):
                    yield from _too_long(definition, text, language, at, locate)


def _too_long(
    definition: ProcedureDeclaration, text: str, language: str, at: tuple[str | int, ...], locate: Locate
) -> Iterator[Fault]:
    """Yield what does not fit into one short message, its places filled with the longest that may stand there."""
    states = max((state.title.say(language) for state in definition.every_state), key=len)
    words = {"number": definition.series + _DIGITS, "state": states, "due_on": _DATE.get(language, _DATE["en"])}
    whole = filled(text, words)
    if not fits(whole, _SIGNATURE):
        most = longest(f"{_SIGNATURE}{whole}") - LONGEST_SIGNATURE - 2
        found = f"filled in {language!r} it is {len(whole)} characters; at most {most} fit into one message"
        yield Fault(*locate(at), "notices.too_long", found, "say less: the page of the case says the rest")
