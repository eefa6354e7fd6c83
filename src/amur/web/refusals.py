"""What a reader should know of what appeals, hearings, ratings and consultations refuse."""

from __future__ import annotations

from django.utils.translation import gettext as _

from amur.base.faults import AmurError


def words(fault: AmurError) -> str:
    """Return the words for an error of one of these subjects; empty where there are none."""
    known = {
        "appeal_open": _("This decision is contested already. Wait for how that ends, or withdraw it."),
        "appeal_late": _("The last day has passed meanwhile. Begin again from the decision and say why it is late."),
        "appeal_judged": _("This decision was judged before and is not judged twice."),
        "appeal_not_admitted": _("This appeal came late. Decide first whether it is heard."),
        "appeal_elsewhere": _("This decision is contested elsewhere; where, stands with the decision."),
        "decision_gone": _("This decision does not stand any more, so there is nothing to contest."),
        "decision_suspended": _("The decision waits until the appeal against it has ended."),
        "no_suspension": _("The law does not let this body order that the decision waits."),
        "no_contest": _("An appeal begins from the decision that it contests. Open that case first."),
        "only_by_review": _("Nobody does this step: it follows when an appeal is decided."),
        "refund_under_way": _("A refund waits for the cashier. Wait until it is confirmed or refused."),
        "case_erased": _("What is personal in this case was erased, so no reason can be kept."),
        "fee_without_amount": _("It cannot be told how much is to be paid. Correct the answers of the form first."),
        "hearing_settled": _("This is settled: a hearing was asked for, waived, called or held before."),
        "hearing_to_come": _("The hearing has not begun, so there are no minutes yet."),
        "no_hearing_now": _("A hearing is asked for at another stage of the case."),
        "rating_too_early": _("A case is rated once it is decided or closed."),
        "rating_too_late": _("The time for rating this case is over."),
        "rating_changed": _("A rating is changed once, and this one was."),
        "rating_followed_up": _("This rating was followed up. Say what you think of that."),
        "nothing_to_follow_up": _("There is nothing to follow up, or it was done before."),
        "consultation_closed": _("This consultation is not open."),
        "consultation_open": _("What came of it is said when it has closed."),
        "item_closed": _("Nobody applies for this here any more: the item was cancelled, or handed to another office."),
        "comment_withheld": _("This comment was withheld before."),
    }
    if fault.code == "notice_too_short":
        return _("The party would be told too late. The first possible day is %(day)s.") % {
            "day": fault.details.get("first_day", "")
        }
    return known.get(fault.code, "")


def field_words(code: str) -> str:
    """Return what is wrong with a text or a choice that a person made on one of these pages."""
    known = {
        "required": _("Fill this in."),
        "too_long": _("Shorten the text"),
        "out_of_range": _("Give a sum above nothing and not above what there is."),
        "control_characters": _("Type the text again; it holds characters that cannot be shown"),
        "unknown_body": _("Choose one of the bodies."),
        "unanswered": _("Some comments are not answered yet."),
        "unknown_comment": _("Some of these numbers are no comments."),
    }
    return known.get(code, _("Check this entry"))
