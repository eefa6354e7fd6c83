"""What must have come about in a long run: where an act never does, the histories prove nothing of it."""

from __future__ import annotations

_EVENTS = """
accept ask fire_answers request_supplement answer surrender withdraw refuse grant consult ask_neighbours
consult_again weigh ask_harbour dim look shut enter fail grant_on_promise verify take_back
"""
_ACTS = """
submit answer_item give_opinion extend_clock erase_case_party step_back withdraw_official object_to_official
decide_objection agree_to_online_service withdraw_online_service rate_case follow_up_rating call_hearing
call_off_hearing hold_hearing begin_appeal lodge authorise revoke_authorisation sign_draft vote_on_draft conclude_vote
return_draft withdraw_draft urge_draft merge_case undo_merge split_case join_case leave_incident reopen_case
answer_joined go_on_with_many say_likeness ask_part give_part offer_case confirm_hand_over refuse_hand_over
withdraw_hand_over send_case_back refund_fee waive_fee migrate_case bring_back withdraw_correction void
"""
_DRAFTED = ("grant", "refuse", "water_answers")
_OTHERS = (
    "agree to an answer",
    "agree to void",
    "correct an answer",
    "correct by another event",
    "fire anything",
    "hear payment",
    "hear refund",
    "hear refund_refused",
    "hearing asked",
    "hearing waived",
    "open as an agent",
    "pay, and the cashier is silent",
    "propose to correct an answer",
    "propose to void",
    "submit missing otherwise",
    "submit promised otherwise",
    "submit shop otherwise",
    "withdraw as an agent",
)
MUST = (
    *(f"fire {name}" for name in _EVENTS.split()),
    *(f"draft_decision {name}" for name in _DRAFTED),
    *_ACTS.split(),
    *_OTHERS,
)
