"""All acts of this room, by subject, for whoever comes by the door."""

from datetime import datetime

from django.conf import settings

from amur.procedures.acts.clocks import recount
from amur.procedures.acts.code_slips import hand_out_code
from amur.procedures.acts.drafts import forget_expired, open_draft, save_step
from amur.procedures.acts.erasing import erase_case_party, erase_due, hear_of_forgetting
from amur.procedures.acts.events import fire, lapse
from amur.procedures.acts.extending import extend_clock
from amur.procedures.acts.notices import HANDLERS
from amur.procedures.acts.reading import log_desk_read
from amur.procedures.acts.reminding import remind
from amur.procedures.acts.sealing import seal_what_is_plain
from amur.procedures.acts.signing import (
    conclude_vote,
    draft_decision,
    return_draft,
    sign_draft,
    urge_draft,
    vote_on_draft,
    withdraw_draft,
)
from amur.procedures.acts.submission import submit
from amur.procedures.acts.supplementing import answer_item, attach_to_item
from amur.procedures.acts.uploads import attach, attach_to_case, remove_upload, sweep_uploads
from amur.procedures.appeals.acts import begin_appeal
from amur.procedures.codes import handle_code
from amur.procedures.codes import query_code as _code_with_key
from amur.procedures.consents.acts import ask_consent, confirm_consent, forget_asked
from amur.procedures.consultation.acts import comment, forget_comments, publish_summary, withhold_comment
from amur.procedures.cosigning.acts import answer_co_signature, ask_co_signers
from amur.procedures.draws.acts import commit_draw, forget_names, hear_of_draws, hold_draw, withdraw_draw
from amur.procedures.draws.opening import open_drawn
from amur.procedures.fees.acts import hear_cashier, look_after_fees, refund_fee, waive_fee
from amur.procedures.hearings.acts import ask_hearing, call_hearing, call_off_hearing, hold_hearing
from amur.procedures.joint.acts import (
    ask_part,
    confirm_hand_over,
    give_part,
    offer_case,
    refuse_hand_over,
    send_case_back,
    withdraw_hand_over,
)
from amur.procedures.lateness.acts import say_why_late
from amur.procedures.models import Case, Draft
from amur.procedures.notices.acts import choose_channels, hear_report, read_notice, send_again, send_notice
from amur.procedures.notices.webhooks.acts import (
    end_subscription,
    hear_of_cases,
    rotate_secret,
    send_event,
    subscribe,
)
from amur.procedures.open311.acts import forget_received, issue_key, report, revoke_key
from amur.procedures.opinions.acts.answering import give_opinion
from amur.procedures.papers.acts.consenting import agree_to_online_service, withdraw_online_service
from amur.procedures.papers.acts.serving import (
    acknowledge_document,
    confirm_delivery,
    hand_over,
    note_opening,
    note_return,
    send_by_post,
)
from amur.procedures.phrases.acts import keep_phrase, remove_phrase
from amur.procedures.queues.acts.many import GO_ON, begin_many, forget_many, go_on_by_itself, go_on_with_many
from amur.procedures.queues.acts.views import delete_view, forget_views, open_with_view, rename_view, save_view
from amur.procedures.ratings.acts import follow_up_rating, rate_case, rate_follow_up
from amur.procedures.recusal.acts import decide_objection, object_to_official, step_back, withdraw_official
from amur.procedures.remarks.acts import remark, strike_remark
from amur.procedures.ties.acts import (
    answer_joined,
    join_case,
    leave_incident,
    merge_case,
    reopen_case,
    say_likeness,
    split_case,
    undo_merge,
)
from amur.procedures.window.acts import attach_scan, hand_over_at_window, put_aside, take_in

__all__ = [
    "GO_ON",
    "HANDLERS",
    "acknowledge_document",
    "agree_to_online_service",
    "answer_co_signature",
    "answer_item",
    "answer_joined",
    "ask_co_signers",
    "ask_consent",
    "ask_hearing",
    "ask_part",
    "attach",
    "attach_scan",
    "attach_to_case",
    "attach_to_item",
    "begin_appeal",
    "begin_many",
    "call_hearing",
    "call_off_hearing",
    "choose_channels",
    "comment",
    "commit_draw",
    "conclude_vote",
    "confirm_consent",
    "confirm_delivery",
    "confirm_hand_over",
    "decide_objection",
    "delete_view",
    "draft_decision",
    "end_subscription",
    "erase_case_party",
    "erase_due",
    "extend_clock",
    "fire",
    "follow_up_rating",
    "forget_asked",
    "forget_comments",
    "forget_expired",
    "forget_many",
    "forget_names",
    "forget_received",
    "forget_views",
    "give_opinion",
    "give_part",
    "go_on_by_itself",
    "go_on_with_many",
    "hand_out_code",
    "hand_over",
    "hand_over_at_window",
    "hear_cashier",
    "hear_of_cases",
    "hear_of_draws",
    "hear_of_forgetting",
    "hear_report",
    "hold_draw",
    "hold_hearing",
    "issue_key",
    "join_case",
    "keep_phrase",
    "lapse",
    "leave_incident",
    "log_desk_read",
    "look_after_fees",
    "merge_case",
    "note_opening",
    "note_return",
    "object_to_official",
    "offer_case",
    "open_draft",
    "open_drawn",
    "open_with_view",
    "publish_summary",
    "put_aside",
    "query_code",
    "rate_case",
    "rate_follow_up",
    "read_notice",
    "recount",
    "refund_fee",
    "refuse_hand_over",
    "remark",
    "remind",
    "remove_phrase",
    "remove_upload",
    "rename_view",
    "reopen_case",
    "report",
    "resume_code",
    "return_draft",
    "revoke_key",
    "rotate_secret",
    "save_step",
    "save_view",
    "say_likeness",
    "say_why_late",
    "seal_what_is_plain",
    "send_again",
    "send_by_post",
    "send_case_back",
    "send_event",
    "send_notice",
    "sign_draft",
    "split_case",
    "step_back",
    "strike_remark",
    "submit",
    "subscribe",
    "sweep_uploads",
    "take_in",
    "tidy",
    "undo_merge",
    "urge_draft",
    "vote_on_draft",
    "waive_fee",
    "withdraw_draft",
    "withdraw_draw",
    "withdraw_hand_over",
    "withdraw_official",
    "withdraw_online_service",
    "withhold_comment",
]


def query_code(case: Case) -> str:
    """Return the secret that opens a case together with its number."""
    return _code_with_key(settings.QUERY_CODE_KEY, case.id)


def resume_code(draft: Draft) -> str:
    """Return the code by which a form that belongs to no account is taken up on another device."""
    return handle_code(settings.QUERY_CODE_KEY, "draft", draft.id)


def tidy(now: datetime) -> None:
    """Forget expired drafts, files that nothing knows and what has passed its time; look after what a day brings."""
    forget_expired(now)
    sweep_uploads(now)
    forget_many(now)
    forget_views(now)
    forget_received(now)
    forget_asked(now)
    look_after_fees(now)
    while erase_due(now):
        pass
    while forget_names(now):
        pass
    while forget_comments(now):
        pass
