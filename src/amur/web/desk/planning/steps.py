"""What a running study is at, in the words of the page, by the code that the model tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from amur.studies.reads import StudyView

STEPS: Mapping[str, Callable[[], str]] = {
    "reading": lambda: _("Reading what goes in"),
    "spreading": lambda: _("Spreading people over the ground"),
    "tiles": lambda: _("Computing signals: %(done)s of %(whole)s tiles of ground"),
    "planning": lambda: _("Looking for the best plan"),
    "choosing_centres": lambda: _("Looking for the cheapest centres"),
}


def said(study: StudyView) -> str:
    """Return what a study is at; what has no words of the page, such as what an older row holds, as it stands."""
    words = STEPS.get(str(study.step.get("code")))
    if words is None:
        return study.doing or _("It is being computed.")
    details = study.step.get("details") or {}
    return words() % {name: f"{one:,}" if isinstance(one, int) else one for name, one in details.items()}
