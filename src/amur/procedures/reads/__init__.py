"""What is known of services, drafts and cases, each for whom it is meant."""

from amur.procedures.draws.reads import DrawView, draw, draws, held_by, published
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
from amur.procedures.reads.queue import VIEWS, QueueRow, counts, queue
from amur.procedures.reads.running import Running, running

__all__ = [
    "VIEWS",
    "CaseView",
    "ClockView",
    "DrawView",
    "QueueRow",
    "Running",
    "TimelineLine",
    "answers_in",
    "asked_in",
    "case_by_code",
    "case_for_desk",
    "case_for_party",
    "cases_of",
    "counts",
    "document_of",
    "documents_of",
    "draft_of",
    "draw",
    "draws",
    "held_by",
    "notices_of",
    "opened_by",
    "opened_from",
    "published",
    "queue",
    "receipt_of",
    "running",
    "scope_by_code",
    "service",
    "services",
    "timeline",
    "upload",
    "uploads_of",
    "why_due",
]
