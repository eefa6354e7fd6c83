"""What is known of services, drafts and cases, each for whom it is meant."""

from amur.procedures.draws.reads import DrawView, draw, draws, held_by, published
from amur.procedures.joint.reads import (
    asked_part,
    count_joined,
    is_joined,
    joint_of,
    offer,
    offers_of,
    pack,
    part_file,
    parts_asked_of,
    responsible,
)
from amur.procedures.opinions.reads import (
    asked,
    asked_of,
    count_asked,
    is_asked_anything,
    opinion_file,
    opinion_rounds,
    opinions_told,
    shared_file,
)
from amur.procedures.papers.reads import ServiceView, online_service, proof_of, service_of, to_serve
from amur.procedures.phrases.reads import own_phrases, phrases_for
from amur.procedures.reads.cases import (
    CaseView,
    case_by_code,
    case_for_desk,
    case_for_party,
    cases_of,
    scope_by_code,
    upload,
)
from amur.procedures.reads.clocks import ClockView
from amur.procedures.reads.course import TimelineLine, notices_of, receipt_of, timeline, why_due
from amur.procedures.reads.forms import answers_in, asked_in, draft_of, service, services, uploads_of
from amur.procedures.reads.papers import document_of, documents_of, opened_by, opened_from
from amur.procedures.reads.queue import Choices, QueuePage, QueueRow, queue, queue_choices
from amur.procedures.reads.running import Running, running
from amur.procedures.reads.versions import Answers, answers_by_version
from amur.procedures.recusal.reads import contestable, objections_of, officials_of
from amur.procedures.remarks.reads import remarks
from amur.procedures.reminders.reads import Reminded, reminders_of
from amur.procedures.signing.reads import SignOffView, count_waiting, sign_offs, to_draft, waiting
from amur.procedures.supplements.reads import Asked, AskedItem, asked_item, supplements_of, titles_of_papers

__all__ = [
    "Answers",
    "Asked",
    "AskedItem",
    "CaseView",
    "Choices",
    "ClockView",
    "DrawView",
    "QueuePage",
    "QueueRow",
    "Reminded",
    "Running",
    "ServiceView",
    "SignOffView",
    "TimelineLine",
    "answers_by_version",
    "answers_in",
    "asked",
    "asked_in",
    "asked_item",
    "asked_of",
    "asked_part",
    "case_by_code",
    "case_for_desk",
    "case_for_party",
    "cases_of",
    "contestable",
    "count_asked",
    "count_joined",
    "count_waiting",
    "document_of",
    "documents_of",
    "draft_of",
    "draw",
    "draws",
    "held_by",
    "is_asked_anything",
    "is_joined",
    "joint_of",
    "notices_of",
    "offer",
    "offers_of",
    "objections_of",
    "officials_of",
    "online_service",
    "opened_by",
    "opened_from",
    "opinion_file",
    "opinion_rounds",
    "opinions_told",
    "pack",
    "part_file",
    "parts_asked_of",
    "own_phrases",
    "phrases_for",
    "proof_of",
    "published",
    "queue",
    "queue_choices",
    "receipt_of",
    "remarks",
    "reminders_of",
    "responsible",
    "running",
    "scope_by_code",
    "service",
    "service_of",
    "services",
    "shared_file",
    "sign_offs",
    "supplements_of",
    "timeline",
    "titles_of_papers",
    "to_draft",
    "to_serve",
    "upload",
    "uploads_of",
    "waiting",
    "why_due",
]
