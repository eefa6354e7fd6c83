"""``amur erase``: the operator of the machine erases what is personal of a case, a record or an account."""

from __future__ import annotations

from amur.config.terminal import CommandError
from amur.web import clock

_KINDS = "case:NUMBER, record:REGISTER:KEY or account:NAME"


def erase(subject: str, *, reason: str, basis: str, despite_retention: bool) -> str:
    """Erase and say what was done; a second time it does nothing.

    Raises:
        CommandError: if the subject is none that can be erased.
        AmurError: as the acts of the rooms.
    """
    from amur.base.acting import SYSTEM, system

    kind, _, name = subject.partition(":")
    by, now = system("operator", client="cli"), clock.now()
    if kind == "case":
        from amur.procedures import acts as procedures
        from amur.procedures import reads

        found = reads.case_for_desk(SYSTEM, name)
        case = procedures.erase_case_party(
            found.id, by=by, scope=SYSTEM, now=now, reason=reason, basis=basis, despite_retention=despite_retention
        )
        return _said(f"case {case.number}", case.key_subject)
    if kind == "record":
        from amur.registers import acts as registers

        register, _, key = name.partition(":")
        record = registers.erase_record(
            register,
            key,
            by=by,
            scope=SYSTEM,
            now=now,
            reason=reason,
            basis=basis,
            despite_retention=despite_retention,
        )
        return _said(f"record {record}", f"record:{record.register}:{record.pk}")
    if kind == "account":
        from amur.people import acts as people

        account = people.erase_account(_account(name), by=by, now=now, reason=reason, basis=basis)
        return _said("account", account.subject)
    raise CommandError(f"found {subject!r}; name {_KINDS}")


def _account(name: str) -> str:
    from amur.people.models import Account

    account = Account.objects.filter(username__iexact=name).first()
    if account is None:
        raise CommandError(f"there is no account {name!r}")
    return str(account.pk)


def _said(what: str, subject: str) -> str:
    from amur.ledger import reads

    found = reads.forgotten(subject)
    when = f"{found.at:%Y-%m-%d %H:%M} UTC, ledger entry {found.leaf}" if found else "now"
    return f"What is personal of the {what} is erased since {when}. Its files and messages follow within minutes."
