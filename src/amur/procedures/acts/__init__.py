"""The only writes of this room, by subject: drafts, files, submission, events, notices, reading."""

from datetime import datetime

from django.conf import settings

from amur.procedures.acts.clocks import recount
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
from amur.procedures.codes import query_code as _code_with_key
from amur.procedures.draws.acts import commit_draw, forget_names, hear_of_draws, hold_draw, withdraw_draw
from amur.procedures.joint.acts import (
    ask_part,
    confirm_hand_over,
    give_part,
    offer_case,
    refuse_hand_over,
    withdraw_hand_over,
)
from amur.procedures.models import Case
from amur.procedures.notices.acts import choose_channels, hear_report, read_notice, send_again, send_notice
from amur.procedures.notices.webhooks.acts import (
    end_subscription,
    hear_of_cases,
    rotate_secret,
    send_event,
    subscribe,
)
from amur.procedures.phrases.acts import keep_phrase, remove_phrase
from amur.procedures.recusal.acts import decide_objection, object_to_official, step_back, withdraw_official
from amur.procedures.queues.acts.many import GO_ON, begin_many, forget_many, go_on_by_itself, go_on_with_many
from amur.procedures.queues.acts.views import delete_view, forget_views, open_with_view, rename_view, save_view
from amur.procedures.remarks.acts import remark, strike_remark
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

__all__ = [
    "GO_ON",
    "HANDLERS",
    "acknowledge_document",
    "agree_to_online_service",
    "answer_item",
    "ask_part",
    "attach",
    "attach_to_case",
    "attach_to_item",
    "choose_channels",
    "begin_many",
    "commit_draw",
    "conclude_vote",
    "confirm_delivery",
    "decide_objection",
    "confirm_hand_over",
    "delete_view",
    "draft_decision",
    "end_subscription",
    "erase_case_party",
    "erase_due",
    "extend_clock",
    "fire",
    "forget_expired",
    "forget_many",
    "forget_names",
    "forget_views",
    "give_opinion",
    "give_part",
    "go_on_by_itself",
    "go_on_with_many",
    "hand_over",
    "hear_of_cases",
    "hear_of_draws",
    "hear_of_forgetting",
    "hear_report",
    "hold_draw",
    "keep_phrase",
    "lapse",
    "log_desk_read",
    "note_opening",
    "note_return",
    "object_to_official",
    "offer_case",
    "open_draft",
    "open_with_view",
    "query_code",
    "read_notice",
    "recount",
    "remark",
    "remind",
    "refuse_hand_over",
    "remove_phrase",
    "remove_upload",
    "return_draft",
    "rotate_secret",
    "rename_view",
    "save_step",
    "save_view",
    "seal_what_is_plain",
    "send_by_post",
    "send_again",
    "send_event",
    "send_notice",
    "sign_draft",
    "step_back",
    "strike_remark",
    "submit",
    "subscribe",
    "sweep_uploads",
    "tidy",
    "urge_draft",
    "vote_on_draft",
    "withdraw_draft",
    "withdraw_draw",
    "withdraw_hand_over",
    "withdraw_official",
    "withdraw_online_service",
]


def query_code(case: Case) -> str:
    """Return the secret that opens a case together with its number."""
    return _code_with_key(settings.QUERY_CODE_KEY, case.id)


def tidy(now: datetime) -> None:
    """Forget expired drafts, files that nothing knows, and what has passed its time; the worker calls it."""
    forget_expired(now)
    sweep_uploads(now)
    forget_many(now)
    forget_views(now)
    while erase_due(now):
        pass
    while forget_names(now):
        pass
