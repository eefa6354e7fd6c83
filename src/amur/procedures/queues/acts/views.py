"""Views that officials keep under names: saved, named anew, made the one that the desk opens with, deleted.

They are how somebody likes to look at a queue and no act of office, so the ledger knows nothing of them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey
from amur.base.faults import Invalid, NotFound, Refused
from amur.people.models import Account
from amur.procedures.queues.asked import Asked
from amur.procedures.queues.engine import MOST_SAVED
from amur.procedures.queues.models import SavedView
from amur.procedures.transactions import act, check_key

_LONGEST_NAME = 60


def save_view(
    name: str, asked: Asked, *, by: Actor, now: datetime, is_default: bool = False, key: IdempotencyKey = ""
) -> SavedView:
    """Keep a view and its filters under a name; what was typed into the search is left out.

    The same view under the same name again is there already.

    Raises:
        Invalid: if the name is empty, too long, or taken by another view of the same official.
        Refused: if the official keeps as many as anybody may.
    """
    check_key(key)
    said = _checked(name)
    with act():
        mine = SavedView.objects.select_for_update().filter(account_id=by.actor_id)
        found = mine.filter(name=said).first()
        wanted = asked.said(with_query=False)
        if found is not None and found.asked != wanted:
            raise Invalid({"name": ("taken", "another view has this name; choose another, or delete that one")})
        if found is None:
            if mine.count() >= MOST_SAVED:
                raise Refused("too_many_views", f"{MOST_SAVED} views are kept already; delete one", most=MOST_SAVED)
            found = SavedView.objects.create(account_id=by.actor_id, name=said, asked=wanted, created_at=now)
        if is_default:
            _let_be_default(found)
        return found


def rename_view(view_id: UUID, name: str, *, by: Actor, now: datetime, key: IdempotencyKey = "") -> SavedView:
    """Give a view another name.

    Raises:
        NotFound: if the official keeps no such view.
        Invalid: if the name is empty, too long or taken.
    """
    del now
    check_key(key)
    said = _checked(name)
    with act():
        found = _own(view_id, by)
        if SavedView.objects.filter(account_id=by.actor_id, name=said).exclude(pk=found.pk).exists():
            raise Invalid({"name": ("taken", "another view has this name; choose another, or delete that one")})
        found.name = said
        found.save(update_fields=["name"])
        return found


def open_with_view(view_id: UUID | None, *, by: Actor, now: datetime, key: IdempotencyKey = "") -> None:
    """Let the desk open with a view, or with none of them.

    Raises:
        NotFound: if the official keeps no such view.
    """
    del now
    check_key(key)
    with act():
        if view_id is None:
            SavedView.objects.filter(account_id=by.actor_id, is_default=True).update(is_default=False)
        else:
            _let_be_default(_own(view_id, by))


def delete_view(view_id: UUID, *, by: Actor, now: datetime, key: IdempotencyKey = "") -> None:
    """Delete a view; one that is gone is gone.

    Raises:
        Invalid: if the key cannot be kept.
    """
    del now
    check_key(key)
    with act():
        SavedView.objects.filter(pk=view_id, account_id=by.actor_id).delete()


def forget_views(now: datetime) -> int:
    """Forget the views of accounts that are closed."""
    del now
    with act():
        closed = [str(one) for one in Account.objects.filter(is_active=False).values_list("pk", flat=True)]
        return SavedView.objects.filter(account_id__in=closed).delete()[0]


def _let_be_default(view: SavedView) -> None:
    SavedView.objects.filter(account_id=view.account_id, is_default=True).exclude(pk=view.pk).update(is_default=False)
    SavedView.objects.filter(pk=view.pk).update(is_default=True)
    view.is_default = True


def _own(view_id: UUID, by: Actor) -> SavedView:
    found = SavedView.objects.select_for_update().filter(pk=view_id, account_id=by.actor_id).first()
    if found is None:
        raise NotFound("no_view", "there is no such view")
    return found


def _checked(name: str) -> str:
    said = " ".join(name.split())
    if not said:
        raise Invalid({"name": ("required", "give the view a name")})
    if len(said) > _LONGEST_NAME:
        raise Invalid({"name": ("too_long", f"found {len(said)} characters; at most {_LONGEST_NAME} fit")})
    if not said.isprintable():
        raise Invalid({"name": ("control_characters", "the name holds what cannot be shown")})
    return said
