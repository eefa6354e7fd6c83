"""The rules of stepping back, of withdrawing an official, and of objecting to one."""

from __future__ import annotations

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.procedures.permission import CaseFacts, is_party, permit
from amur.procedures.recusal.declarations import RecusalRule


def why_not_decide(
    rule: RecusalRule | None, scope: Scope, facts: CaseFacts, *, about: str, actor_id: str = ""
) -> Refused | None:
    """Return why somebody may not withdraw an official or decide about one, or None.

    >>> from amur.base.acting import Grant
    >>> rule = RecusalRule.model_validate({"by": "head", "basis": [{"title": {"zh": "法", "en": "Act"}}]})
    >>> facts = CaseFacts(body_id="bureau")
    >>> head = Scope("office", "5", grants=(Grant("head", "bureau"),))
    >>> why_not_decide(rule, head, facts, about="7") is None
    True
    >>> [why_not_decide(one, head, facts, about=name).code for one, name in ((None, "7"), (rule, "5"))]
    ['no_superior', 'own_recusal']
    """
    if rule is None:
        return Refused("no_superior", "the procedure names nobody who withdraws officials")
    wrong = Refused("wrong_role", f"only a {rule.by} of the body may do this", role=rule.by)
    found = permit(scope, (rule.by,), facts, actor_id=actor_id, otherwise=wrong)
    if isinstance(found, Refused):
        return found
    if about and about in {scope.account_id, actor_id}:
        return Refused("own_recusal", "nobody decides about themselves; step back instead")
    return None


def why_not_object(rule: RecusalRule | None, scope: Scope, facts: CaseFacts, account_id: str) -> Refused | None:
    """Return why somebody may not object to an official, or None.

    >>> rule = RecusalRule.model_validate({"by": "head", "basis": [{"title": {"zh": "法", "en": "Act"}}]})
    >>> facts = CaseFacts(account_id="3", recused=frozenset({"8"}))
    >>> party = Scope("party", "3")
    >>> why_not_object(rule, party, facts, "7") is None
    True
    >>> said = [(rule, Scope("party", "4"), "7"), (None, party, "7"), (rule, party, "8")]
    >>> [why_not_object(one, scope, facts, name).code for one, scope, name in said]
    ['not_the_applicant', 'no_superior', 'recused_before']
    """
    if not is_party(scope, facts):
        return Refused("not_the_applicant", "only the party objects to an official")
    if rule is None:
        return Refused("no_superior", "the procedure names nobody who decides about an objection")
    if account_id in facts.recused:
        return Refused("recused_before", "this official has nothing to do with the case any more")
    return None
