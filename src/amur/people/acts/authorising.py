"""Acts on who acts for whom: an authorisation for one matter, by the party or with its consent on paper; its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people import engine, reads
from amur.people.acts.once import once
from amur.people.models import Account, Authorisation, Enterprise, Membership

LONGEST_DAYS = 3 * 366
"""Days that an authorisation runs at most; whoever needs longer gives it again."""
_LONGEST_SAID = 500


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody may act in: all cases of a procedure, or one of them, from a first to a last day."""

    procedure: str
    valid_from: date
    valid_to: date
    case_id: str = ""


def authorise(
    matter: Matter,
    *,
    by: Actor,
    now: datetime,
    enterprise_id: UUID | str = "",
    to_account: str = "",
    to_enterprise: str = "",
    kind: str = Authorisation.Kind.AGENT,
    key: IdempotencyKey = "",
) -> Authorisation:
    """Let an account, or the members of an enterprise, act for oneself or for an enterprise that one owns.

    ``to_account`` is a name that somebody signs in with, ``to_enterprise`` an identifier. What one holds by an
    authorisation is not passed on.

    Raises:
        Refused: if the actor does not own the enterprise that is acted for.
        Invalid: if the days are reversed, over or too many, or there is no such account or enterprise.
    """
    _check_days(matter, reads.day_of(now))
    with once(by, "authorise", key, now) as performed:
        if performed.result:
            return Authorisation.objects.get(pk=performed.result)
        firm = _owned(enterprise_id, by) if enterprise_id else None
        giver = None if firm else _account(by.actor_id)
        account, agency = _holder(to_account, to_enterprise)
        if (account and account == giver) or (agency and agency == firm):
            raise Invalid({"to": ("yourself", "name somebody else")})
        given = Authorisation.objects.create(
            kind=Authorisation.Kind(kind),
            giver=giver,
            giver_enterprise=firm,
            account=account,
            enterprise=agency,
            procedure=matter.procedure,
            case_id=matter.case_id,
            consent=Authorisation.Consent.ACCOUNT,
            valid_from=matter.valid_from,
            valid_to=matter.valid_to,
            given_by=by.actor_id,
            given_at=now,
        )
        _tell(given, "given", by, now)
        performed.result = str(given.pk)
        return given


def record_consent(
    procedure: str,
    said: str,
    *,
    by: Actor,
    now: datetime,
    days: int = 30,
    key: IdempotencyKey = "",
    consent: str = Authorisation.Consent.PAPER,
) -> Authorisation:
    """Record that somebody without an account agreed to be served by a proxy in one case, and let them.

    ``said`` is who signed what, and where the paper is kept; of a consent by a code, to which telephone it was sent.
    Nothing of the person's documents is kept for the proxy.

    Raises:
        Invalid: if nothing is said of the consent.
        NotFound: if the actor has no account.
    """
    words = " ".join(said.split())
    if not words or len(words) > _LONGEST_SAID or not words.isprintable():
        raise Invalid({"said": ("required", f"say in 1 to {_LONGEST_SAID} characters who signed what")})
    with once(by, "record_consent", key, now) as performed:
        if performed.result:
            return Authorisation.objects.get(pk=performed.result)
        today = reads.day_of(now)
        given = Authorisation(
            kind=Authorisation.Kind.PROXY,
            account=_account(by.actor_id),
            procedure=procedure,
            consent=Authorisation.Consent(consent),
            said=words,
            valid_from=today,
            valid_to=today + timedelta(days=days),
            given_by=by.actor_id,
            given_at=now,
        )
        given.save(force_insert=True)
        _tell(given, "recorded", by, now)
        performed.result = str(given.pk)
        return given


def revoke_authorisation(
    authorisation_id: UUID | str, *, by: Actor, now: datetime, key: IdempotencyKey = "", as_party: str = ""
) -> Authorisation:
    """End an authorisation at once; a second call does nothing. Whoever gave it may, and whoever holds it.

    ``as_party`` is the case of somebody without an account, who has shown its query code.

    Raises:
        NotFound: if there is none, or the actor has nothing to do with it.
    """
    with once(by, "revoke_authorisation", key, now) as performed:
        found = Authorisation.objects.select_for_update(of=("self",)).filter(pk=authorisation_id).first()
        if found is None or not _may_end(found, by, as_party):
            raise NotFound("no_authorisation", "there is no such authorisation")
        if found.revoked_at is None:
            found.revoked_at = now
            found.save(update_fields=["revoked_at"])
            _tell(found, "revoked", by, now)
        performed.result = str(found.pk)
        return found


def bind_authorisation(found: Authorisation, case_id: UUID) -> None:
    """Limit what somebody without an account agreed to on paper to the one case that came of it."""
    found.case_id = str(case_id)
    found.save(update_fields=["case_id"])


def _may_end(found: Authorisation, by: Actor, as_party: str) -> bool:
    if engine.is_machine(by) or by.actor_id in {str(found.giver_id), str(found.account_id)}:
        return True
    if as_party and found.party == as_party and as_party.startswith("case:"):
        return True
    owners = Membership.objects.filter(account_id=_uuid(by.actor_id), role=Membership.Role.OWNER)
    return owners.filter(enterprise_id__in=[found.giver_enterprise_id, found.enterprise_id]).exists()


def _owned(enterprise_id: UUID | str, by: Actor) -> Enterprise:
    owner = Membership.objects.filter(account_id=_uuid(by.actor_id), role=Membership.Role.OWNER)
    found = owner.filter(enterprise_id=_uuid(str(enterprise_id))).select_related("enterprise").first()
    if found is None:
        raise Refused("not_your_enterprise", "only an owner of the enterprise authorises somebody for it")
    return found.enterprise


def _account(account_id: str) -> Account:
    found = Account.objects.filter(pk=_uuid(account_id), is_active=True).first()
    if found is None:
        raise NotFound("no_account", "only somebody with an account does this")
    return found


def _holder(to_account: str, to_enterprise: str) -> tuple[Account | None, Enterprise | None]:
    if bool(to_account) == bool(to_enterprise):
        raise Invalid({"to": ("required", "name an account or an enterprise")})
    if to_account:
        account = Account.objects.filter(username__iexact=to_account.strip(), is_active=True).first()
        if account is None:
            raise Invalid({"to": ("unknown", "there is no such account or enterprise")})
        return account, None
    firms = Enterprise.objects.filter(identifier=to_enterprise.strip().upper(), memberships__isnull=False).distinct()
    if firms.count() != 1:
        raise Invalid({"to": ("unknown", "there is no such account or enterprise")})
    return None, firms.get()


def _check_days(matter: Matter, today: date) -> None:
    if matter.valid_to < matter.valid_from:
        raise Invalid({"valid_to": ("reversed", "the last day lies before the first")})
    if matter.valid_to < today:
        raise Invalid({"valid_to": ("over", "the last day is over")})
    if (matter.valid_to - matter.valid_from).days > LONGEST_DAYS:
        raise Invalid({"valid_to": ("too_long", f"an authorisation runs at most {LONGEST_DAYS} days")})


def _uuid(raw: str) -> UUID:
    """Return an id that came from outside; what is none is that of nobody."""
    try:
        return UUID(raw)
    except ValueError:
        return UUID(int=0)


def _tell(found: Authorisation, kind: str, by: Actor, now: datetime) -> None:
    body: dict[str, Json] = {
        "kind": found.kind,
        "party": found.party,
        "to": str(found.account_id or found.enterprise_id),
        "procedure": found.procedure,
        "case": found.case_id,
        "consent": found.consent,
        "valid_from": found.valid_from.isoformat(),
        "valid_to": found.valid_to.isoformat(),
    }
    if found.said and kind == "recorded":
        body["said"] = sealed_for(found, found.said)
    ledger.record(subject=found.key_subject, kind=f"authorisation.{kind}", by=by, now=now, body=body)
