"""What is left of drafts when a case is forgotten, or a part of it: who did what and when, and its proof."""

from __future__ import annotations

from collections.abc import Collection

from amur.procedures.models import Case
from amur.procedures.signing.models import SignOff, SignOffLine


def clear(case: Case) -> None:
    """Take away what is left of sealed values about a forgotten case."""
    SignOff.objects.filter(case=case).update(reason="", given={})
    SignOffLine.objects.filter(case=case).update(text="", before="", after="", changes={})


def clear_parts(case: Case, names: Collection[str]) -> None:
    """Take away the fields whose own time is over."""
    for draft in SignOff.objects.filter(case=case).select_related("case"):
        draft.given = {name: value for name, value in draft.given.items() if name not in names}
        draft.save(update_fields=["given"])
    for line in SignOffLine.objects.filter(case=case).select_related("case"):
        line.changes = {name: value for name, value in line.changes.items() if name not in names}
        line.save(update_fields=["changes"])
