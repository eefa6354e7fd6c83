"""Acts on accounts: the system administrator opens one for an official; others sign up for themselves."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from amur.base.acting import Actor, IdempotencyKey
from amur.base.faults import Conflict, Invalid, Refused
from amur.ledger import acts as ledger
from amur.people import engine
from amur.people.acts.once import once
from amur.people.models import LONGEST_NAME, Account, Person

_ITERATIONS_OF_DRAWN = 1_000


def open_account(
    *,
    username: str,
    email: str,
    display_name: str,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    password: str | None = None,
    drawn: bool = False,
) -> Account:
    """Open an account for somebody whose address the system administrator vouches for.

    Without a password it is entered by an identity provider or after a reset by mail. It has no office yet: another
    administrator appoints. ``drawn`` says that a machine drew the password with more than 90 bits of chance.

    Raises:
        Refused: if the actor is not the system administrator.
        Invalid: if a name, the address or the password cannot be accepted.
        Conflict: if the name is taken.
    """
    if not engine.may(by, engine.OPENS_ACCOUNTS):
        raise Refused("not_allowed", "only the system administrator opens accounts", role=engine.OPENS_ACCOUNTS)
    account = Account(username=Account.normalize_username(username.strip()), email=email.strip())
    person = display_name.strip()
    _check(account, person, password)
    with once(by, "open_account", key, now) as performed:
        if performed.result:
            return Account.objects.get(pk=performed.result)
        if Account.objects.filter(username__iexact=account.username).exists():
            raise Conflict("username_taken", "this name is taken; choose another")
        account.password = _kept(password, drawn=drawn)
        account.save(force_insert=True)
        Person.objects.create(account=account, display_name=person)
        if account.email:
            EmailAddress.objects.create(user=account, email=account.email.lower(), primary=True, verified=True)
        # The name and the address stay out of the ledger: they are the person's, and the entry is for ever.
        ledger.record(subject=account.subject, kind="account.opened", by=by, now=now, body={"by_itself": False})
        performed.result = str(account.pk)
        return account


def record_sign_up(account: Account, *, display_name: str, by: Actor, now: datetime) -> None:
    """Complete an account that somebody opened for themselves: the person, and the entry in the ledger.

    It belongs into the transaction that stores the account. A second call does nothing.
    """
    with once(by, "sign_up", str(account.pk), now) as performed:
        if performed.result:
            return
        said = "".join(character for character in display_name if character.isprintable()).strip()
        Person.objects.create(account=account, display_name=(said or account.username)[:LONGEST_NAME])
        ledger.record(subject=account.subject, kind="account.opened", by=by, now=now, body={"by_itself": True})
        performed.result = str(account.pk)


def _kept(password: str | None, *, drawn: bool) -> str:
    """Return what is kept of a password.

    To try a password costs much, since people choose what can be guessed. Nobody guesses one that was drawn, so it
    costs little until its owner first signs in by it; then it is kept like any other.
    """
    hasher = get_hasher()
    if password is None or not drawn or not isinstance(hasher, PBKDF2PasswordHasher):
        return make_password(password)
    return hasher.encode(password, hasher.salt(), iterations=_ITERATIONS_OF_DRAWN)


def _check(account: Account, display_name: str, password: str | None) -> None:
    faults: dict[str, tuple[str, str]] = {}
    try:
        account.clean_fields(exclude=["password"])
    except ValidationError as error:
        faults = {name: ("not_accepted", " ".join(said)) for name, said in error.message_dict.items()}
    if not 1 <= len(display_name) <= LONGEST_NAME or not display_name.isprintable():
        faults["display_name"] = ("required", f"enter the name of the person in 1 to {LONGEST_NAME} characters")
    if password is not None:
        try:
            validate_password(password, account)
        except ValidationError as error:
            faults["password"] = ("not_accepted", " ".join(error.messages))
    if faults:
        raise Invalid(faults)
