"""Who may act on a case: the one place that says by which office somebody may, and why they may not.

Every act on a case asks ``permit``: role, body, region, procedure, a card that is valid, and that they did not step
back and the case is not their own. Every read asks ``works``, which is the same but for the card.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from amur.base.acting import Actor, Grant, Mandate, Scope
from amur.base.faults import Refused
from amur.people.engine import why_barred


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the rules need to know of a case; ``recused`` are the accounts that have nothing to do with it any more."""

    id: str = ""
    number: str = ""
    region: str = ""
    body_id: str = ""
    account_id: str = ""
    parties: frozenset[str] = frozenset()
    dates: Mapping[str, date | None] = field(default_factory=dict)
    procedure: str = ""
    recused: frozenset[str] = frozenset()


def is_party(scope: Scope, facts: CaseFacts) -> bool:
    """Say whether the scope is that of the applicant: signed in, for the enterprise, or by the case's query code.

    Whoever is authorised to act for them in this matter is the applicant too, for as long as that holds.

    >>> facts = CaseFacts(account_id="7", parties=frozenset({"case:1"}))
    >>> is_party(Scope("party", "7"), facts), is_party(Scope("party", parties=frozenset({"case:1"})), facts)
    (True, True)
    >>> is_party(Scope("public"), CaseFacts()), is_party(Scope("party", "8"), facts)
    (False, False)
    """
    return _is_own(scope, facts) or mandate_for(scope, facts) is not None


def _is_own(scope: Scope, facts: CaseFacts) -> bool:
    same_account = bool(facts.account_id) and scope.account_id == facts.account_id
    return same_account or bool(scope.parties & facts.parties)


def mandate_for(scope: Scope, facts: CaseFacts) -> Mandate | None:
    """Return by which authorisation a reader acts in a case not their own, or None; an agent's before a proxy's.

    >>> facts = CaseFacts(id="a", parties=frozenset({"case:a", "firm"}), procedure="licence")
    >>> held = (Mandate("1", "case:a", "licence", "a", "proxy"), Mandate("2", "firm", "licence"))
    >>> mandate_for(Scope("party", "9", mandates=held), facts).id
    '2'
    >>> mandate_for(Scope("party", "9", frozenset({"firm"}), mandates=held), facts) is None
    True
    """
    if not scope.mandates or _is_own(scope, facts):
        return None
    parties = facts.parties | ({facts.account_id} - {""})
    found = [one for one in scope.mandates if one.reaches(parties, facts.procedure, facts.id)]
    return min(found, key=lambda one: one.kind, default=None)


def why_no_papers(scope: Scope, facts: CaseFacts) -> Refused | None:
    """Return why a reader may not open the papers of a case that they may know of: a proxy keeps nobody's documents.

    >>> facts = CaseFacts(id="a", parties=frozenset({"case:a"}), procedure="licence")
    >>> why_no_papers(Scope("party", "9", mandates=(Mandate("1", "case:a", "licence", "a", "proxy"),)), facts).code
    'proxy_keeps_nothing'
    """
    mandate = mandate_for(scope, facts)
    if mandate is None or mandate.kind != "proxy":
        return None
    return Refused("proxy_keeps_nothing", "a proxy keeps nobody's documents; the person opens them with the query code")


def why_kept_out(scope: Scope, facts: CaseFacts, actor_id: str = "") -> Refused | None:
    """Return why a person has nothing to do with a case whatever their offices: they stepped back, or it is their own.

    It counts the natural person, in whosever office they act.

    >>> facts = CaseFacts(account_id="7", recused=frozenset({"8"}))
    >>> [why_kept_out(Scope("office", name), facts).code for name in "78"], why_kept_out(Scope("office", "9"), facts)
    (['own_case', 'recused'], None)
    """
    if facts.recused and {scope.account_id, actor_id} & facts.recused:
        return Refused("recused", "whoever stepped back from a case has nothing to do with it any more")
    if scope.kind == "office" and is_party(scope, facts):
        return Refused("own_case", "nobody works on a case of their own; act as its party")
    return None


def works(scope: Scope, roles: Collection[str], facts: CaseFacts) -> bool:
    """Say whether a reader holds one of some roles where a case lies, and is not kept out of it.

    >>> facts = CaseFacts(body_id="bureau", region="230102", procedure="licence")
    >>> lent = Grant("handler", "bureau", "230100", procedure="licence", barred="no_card")
    >>> scope = Scope("office", "9", grants=(lent,))
    >>> works(scope, ["handler"], facts), works(scope, ["decider"], facts), works(Scope("public"), ["handler"], facts)
    (True, False, False)
    """
    if scope.kind == "system":
        return True
    return scope.kind == "office" and bool(_grants(scope, roles, facts)) and why_kept_out(scope, facts) is None


@dataclass(frozen=True, slots=True)
class Permit:
    """That somebody may act on a case, and the grant by which they may; the machine needs none."""

    grant: Grant | None = None

    def of(self, by: Actor) -> Actor:
        """Return the actor as the ledger tells it: in the office of the grant, on behalf of whoever's office it is."""
        if self.grant is None:
            return by
        grant, holder = self.grant, by.on_behalf_of or self.grant.holder
        return Actor(by.actor_id, holder, grant.role, grant.body_id, by.client, by.request_id, by.channel)


def permit(
    scope: Scope, roles: Collection[str], facts: CaseFacts, *, actor_id: str = "", otherwise: Refused | None = None
) -> Permit | Refused:
    """Return the permit to act on a case in one of some roles, or why there is none.

    One's own office comes before one that is lent, and a role that is named first before the next. ``otherwise`` is
    what is said to those who hold none of the roles there.

    >>> facts = CaseFacts(body_id="bureau", region="230102", procedure="licence")
    >>> lent = Grant("decider", "bureau", "230000", procedure="licence", holder="7")
    >>> found = permit(Scope("office", "9", grants=(lent,)), ["decider"], facts)
    >>> found.of(Actor("9")).as_dict()
    {'actor_id': '9', 'on_behalf_of': '7', 'role': 'decider', 'body_id': 'bureau'}
    >>> for_another = Grant("decider", "bureau", "230000", procedure="filing", holder="7")
    >>> expired = Grant("decider", "bureau", "230000", barred="card_expired")
    >>> [permit(Scope("office", "9", grants=(one,)), ["decider"], facts).code for one in (for_another, expired)]
    ['wrong_role', 'card_expired']
    """
    if refusal := why_kept_out(scope, facts, actor_id):
        return refusal
    if scope.kind == "system":
        return Permit()
    held = _grants(scope, roles, facts)
    if not held:
        return otherwise or Refused("wrong_role", f"only {' or '.join(roles)} of the body may do this")
    return why_barred(held[0]) or Permit(held[0])


def acting(by: Actor, scope: Scope, roles: Collection[str], facts: CaseFacts) -> Actor:
    """Return an actor as the ledger tells it, in the office that permits the act; as it is where none does.

    Whoever acts by an authorisation acts on behalf of the party, and the channel says so.

    >>> acting(Actor("9"), Scope("system"), ["decider"], CaseFacts()).as_dict()
    {'actor_id': '9'}
    """
    if mandate := mandate_for(scope, facts):
        return replace(by, on_behalf_of=mandate.party, channel=mandate.kind)
    found = permit(scope, roles, facts, actor_id=by.actor_id)
    return found.of(by) if isinstance(found, Permit) else by


def _grants(scope: Scope, roles: Collection[str], facts: CaseFacts) -> list[Grant]:
    if scope.kind != "office":
        return []
    body_id, region, procedure = facts.body_id, facts.region, facts.procedure
    found = [
        grant for role in roles for grant in scope.grants_of(role, body_id=body_id, region=region, procedure=procedure)
    ]
    if len(found) > 1:
        found.sort(key=lambda grant: (bool(grant.barred), bool(grant.holder)))
    return found
