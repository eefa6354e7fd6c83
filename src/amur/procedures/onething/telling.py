"""How the cases of one thing stand, in words for its papers and notices: a line each, with the reason of a refusal."""

from __future__ import annotations

from collections.abc import Mapping

from amur.base.declared import Text
from amur.procedures import declared
from amur.procedures.conditions import Moment
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.models import Case
from amur.procedures.onething.engine import Standing
from amur.procedures.onething.standing import whole_of

WORDS: Mapping[Standing, Text] = {
    "open": Text(zh="办理中", en="under way"),
    "granted": Text(zh="准予", en="granted"),
    "refused": Text(zh="不予准许", en="refused"),
    "ended": Text(zh="已结束", en="ended"),
    "waiting": Text(zh="等待前一事项", en="waits for another"),
    "not_needed": Text(zh="无需办理", en="not needed"),
    "not_opened": Text(zh="未办理，前一事项未获准许", en="not begun, since one before it was not granted"),
}
"""Where a case stands, in words."""


def told_of(case: Case, definition: ProcedureDeclaration, language: str) -> str:
    """Return how the cases of one thing stand, a line each; empty for a case that is none."""
    rule = definition.one_thing
    if rule is None:
        return ""
    moment = Moment(definition.data_fields, case.data, case.submitted_at.date(), facts_of(case))
    whole, lines = whole_of(case, rule, moment), []
    colon = "：" if language.startswith("zh") else ": "
    for name, standing in whole.standings.items():
        found = whole.cases.get(name)
        title = declared.pinned(found.declaration_hash).title if found else declared.active(name)[1].title
        number = f" {found.number}" if found else ""
        reason = whole.decided[name].reason if standing == "refused" and name in whole.decided else ""
        said = f"{WORDS[standing].say(language)}{colon}{reason}" if reason else WORDS[standing].say(language)
        lines.append(f"{title.say(language)}{number}{colon}{said}")
    return "\n".join(lines)
