"""What happened, in words: the kinds of ledger entries that people meet. An unknown kind is shown as it is."""

from __future__ import annotations

from django.utils.translation import gettext as _


def kind_words(kind: str) -> str:
    """Return what an entry of a kind says happened."""
    words = {
        "case.submitted": _("Submitted"),
        "case.opened": _("Opened by another case"),
        "case.handed_in": _("Handed in at the window"),
        "case.late_because": _("Said why it is late"),
        "case.document_issued": _("Document issued"),
        "case.opinions_asked": _("Other bodies asked for their opinion"),
        "case.opinion_given": _("A body gave its opinion"),
        "case.opinions_closed": _("Round of opinions closed"),
        "case.part_asked": _("Another body asked for its part"),
        "case.part_given": _("A body gave its part"),
        "case.hand_over_offered": _("Offered to another body"),
        "case.hand_over_confirmed": _("Taken over by another body"),
        "case.hand_over_refused": _("Refused by the other body"),
        "case.hand_over_withdrawn": _("Offer taken back"),
        "case.hand_over_lapsed": _("Offer not answered in time"),
        "case.document_sent": _("Document sent to its party"),
        "case.document_served": _("Document served"),
        "case.document_came_back": _("Document came back"),
        "case.online_service_agreed": _("Agreed to service in the portal"),
        "case.online_service_withdrawn": _("Service in the portal withdrawn"),
        "case.clock_extended": _("Period extended"),
        "case.due_recounted": _("Due date counted anew by the calendar"),
        "case.reminded": _("Reminder sent"),
        "case.recused": _("An official stepped back or was withdrawn"),
        "case.objected": _("The party objected to an official"),
        "case.objection_decided": _("Objection decided"),
        "case.channels_chosen": _("Chose how to be told"),
        "case.notice_sent_again": _("Notice sent again"),
        "ledger.content_read": _("Read"),
        "record.written": _("Written into the register"),
        "record.closed": _("Ended in the register"),
        "edition.imported": _("Official text imported"),
        "release.synced": _("Pack release synced"),
        "release.proved": _("Examples of a pack release played"),
    }
    others = (_of_offices, _of_money, _of_exchange, _of_rules, _of_people)
    return words.get(kind) or next(filter(None, (one(kind) for one in others)), kind)


def _of_offices(kind: str) -> str:
    """Return what happened to a promise, and within an office: to a draft, a remark, a phrase, a draw."""
    words = {
        "case.promised": _("Promised instead of proved"),
        "case.later_promised": _("Promised to bring something later"),
        "case.promise_held": _("The promise held"),
        "case.promise_broken": _("The promise was broken"),
        "draw.awaited": _("The draw waits for the next head"),
        "draw.committed": _("Committed to a draw"),
        "draw.held": _("Drawn"),
        "draw.withdrawn": _("Draw withdrawn"),
        "sign_off.drafted": _("Draft of a decision handed on"),
        "sign_off.signed": _("Draft signed"),
        "sign_off.changed": _("Draft changed and signed"),
        "sign_off.returned": _("Draft returned"),
        "sign_off.voted": _("Voted on a draft"),
        "sign_off.concluded": _("Discussion closed"),
        "sign_off.urged": _("Urged"),
        "sign_off.overtaken": _("Draft overtaken by the case"),
        "sign_off.withdrawn": _("Draft withdrawn"),
        "remark.made": _("Remark made"),
        "remark.struck": _("Remark struck through"),
        "phrase.kept": _("Phrase kept"),
        "open311.key_issued": _("Key for a program issued"),
        "open311.key_revoked": _("Key of a program revoked"),
    }
    return words.get(kind, "")


def _of_money(kind: str) -> str:
    """Return what happened to a fee or a fine."""
    words = {
        "fee.demanded": _("Payment demanded"),
        "fee.payment": _("Paid"),
        "fee.refund_asked": _("Refund asked of the cashier"),
        "fee.refund": _("Paid back"),
        "fee.refund_refused": _("Refund refused by the cashier"),
        "fee.waiver": _("Part of the amount let go"),
        "fee.lifted": _("Part of the surcharge let go"),
        "fee.day_compared": _("A day compared with the cashier"),
    }
    return words.get(kind, "")


def _of_exchange(kind: str) -> str:
    """Return what went to another system or came from it, and who is called when something happens."""
    words = {
        "webhook.subscribed": _("Calls to an address begun"),
        "webhook.rotated": _("Secret of calls replaced"),
        "webhook.ended": _("Calls to an address ended"),
        "exchange.sent": _("Handed over to another system"),
        "exchange.receipt": _("Received by another system"),
        "exchange.refused_there": _("Not wanted by another system"),
        "exchange.taken": _("A message of another system taken"),
        "exchange.retried": _("A message told to try again"),
        "exchange.set_aside": _("A message set aside"),
        "exchange.file_made": _("Messages handed over by a file"),
        "exchange.file_begun": _("A file of another system let in"),
        "exchange.file_done": _("The last row of a file looked at"),
        "exchange.compared": _("Compared with another system"),
        "exchange.resolved": _("A difference to another system resolved"),
    }
    return words.get(kind, "")


def _of_rules(kind: str) -> str:
    """Return what happened when a case came to other rules, or a mistake was put right."""
    words = {
        "case.migrated": _("Brought to the next edition of its procedure"),
        "case.migration_undone": _("Brought back to the earlier edition of its procedure"),
        "case.voided": _("A mistake was voided"),
        "case.values_corrected": _("Answers were put right"),
    }
    return words.get(kind, "")


def _of_people(kind: str) -> str:
    """Return what happened to an account, to who acts for whom, to a form, to ties between cases, to an appeal."""
    words = {
        "case.form_kept": _("Form kept with the case"),
        "case.co_signed": _("Agreed to by all who must agree"),
        "case.warnings_confirmed": _("Warnings read and confirmed"),
        "case.code_handed_out": _("Query code handed out on paper"),
        "case.tied": _("Tied to another case"),
        "case.tied_to_it": _("Another case tied to it"),
        "case.tie_ended": _("Tie to another case ended"),
        "case.likeness_said": _("Said whether two cases are the same"),
        "account.opened": _("Account opened"),
        "account.appointed": _("Appointed to an office"),
        "account.appointment_ended": _("Appointment ended"),
        "account.joined_enterprise": _("Joined an enterprise"),
        "authorisation.given": _("Authorised somebody to act"),
        "authorisation.recorded": _("Consent to a proxy recorded"),
        "consent.asked": _("Consent asked for by a code to a telephone"),
        "authorisation.revoked": _("Authorisation ended"),
        "draft.co_signer_asked": _("Asked to agree to a form"),
        "draft.agreed": _("Agreed to a form"),
        "draft.declined": _("Declined to agree to a form"),
        "appeal.lodged": _("Decision contested"),
        "appeal.opened": _("Review opened"),
        "appeal.admitted": _("Appeal accepted"),
        "appeal.suspended": _("Decision made to wait"),
        "appeal.lifted": _("Decision in force again"),
        "appeal.ended": _("Appeal decided"),
        "hearing.called": _("Hearing called"),
        "hearing.held": _("Hearing held"),
        "hearing.called_off": _("Hearing called off"),
    }
    return words.get(kind, "")
