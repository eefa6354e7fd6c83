"""What a reader should know of why they may not act: they lack a card, it is a conflict of interest, or it was lent."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words(code: str) -> str:
    """Return the words for such a refusal; empty where there are none."""
    known = {
        "already_delegated": _("This office is lent to this colleague on some of these days already."),
        "authorisation_over": _("The authorisation to act for them has ended. Ask them for a new one."),
        "authorisation_used": _("This was for one case, and that was begun before. Ask for a new consent."),
        "agreement_missing": _("Not all who must agree have agreed yet."),
        "answered": _("This was answered before, and stands."),
        "form_moved": _("The form was changed since you were asked. You will be asked again."),
        "card_expired": _(
            "Your card for this role has expired, so you may read and not act."
            " Ask the security administrator to enter the new one."
        ),
        "deputy_named": _("This office has a deputy. Take that back first."),
        "no_card": _(
            "This role needs a card, and none of yours is entered. You may read and not act."
            " Ask the security administrator to enter it."
        ),
        "objection_decided": _("This objection was decided before."),
        "objection_waits": _("Your objection to this official waits to be decided."),
        "channel_of_the_office": _("Only an official who works on these cases enters what came this way."),
        "not_in_mandate": _("An appeal is another matter. The party lodges it, or authorises you for it."),
        "proxy_keeps_nothing": _("A proxy keeps nobody's papers. The person opens them with number and query code."),
        "own_case": _("This case is your own, so you act in it as its party and in no office."),
        "own_recusal": _("Nobody decides about themselves. Step back instead."),
        "recused": _("Whoever stepped back from a case has nothing to do with it any more."),
    }
    return known.get(code, "")
