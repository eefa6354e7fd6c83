"""Error pages that say what to do. They need no database, so they also stand when there is none.

Django calls the handlers that ``config.urls`` names; the middleware calls ``of_room`` and ``too_large``.
"""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_ratelimit.exceptions import Ratelimited

from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.base.journal import journal
from amur.web import context, permissions, refusals
from amur.web.tongues import ENGLISH, NAMES, here

_STATUS: tuple[tuple[type[AmurError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Refused, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (Invalid, HTTPStatus.BAD_REQUEST),
)


def page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """Return the page of a status; ``message`` says more than the status can."""
    values: dict[str, object] = {"message": message, "status": int(status)}
    with _readable():
        values["frame"] = context.bare_frame(request)
        return HttpResponse(render_to_string(f"{int(status)}.html", values), status=int(status))


def _readable() -> translation.override:
    """Say it in English where the page's language has only the main pages."""
    return translation.override(ENGLISH if here() in NAMES else here())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what could not be read."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return page(request, HTTPStatus.BAD_REQUEST)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what may not be done, or not so often."""
    if isinstance(exception, Ratelimited):
        return too_often(request)
    return page(request, HTTPStatus.FORBIDDEN)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it
    """Answer an address that leads nowhere."""
    return page(request, HTTPStatus.NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when it is our fault."""
    return page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer a body that is larger than what is accepted."""
    return page(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def too_often(request: HttpRequest) -> HttpResponse:
    """Answer a caller who has to wait."""
    answer = page(request, HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = "60"
    return answer


def of_room(request: HttpRequest, fault: AmurError) -> HttpResponse:
    """Return the page for an error of a room, with its reason in the reader's words where there are any."""
    status = next((status for kind, status in _STATUS if isinstance(fault, kind)), HTTPStatus.BAD_REQUEST)
    journal("web").info("%s %s", status.value, fault.code)  # its message may quote what a person typed
    with _readable():
        return page(request, status, wording(fault))


def wording(fault: AmurError) -> str:
    """Return what a reader should know about an error of a room; empty where the status says it all."""
    meanwhile = _("This was changed meanwhile, by somebody else or by you in another window. Load it again and look.")
    words = {
        "busy": _("Many people are writing at this moment. Nothing was changed; try again in a minute."),
        "case_closed": _("The case is closed, so nothing more can be done to it."),
        "draft_expired": _("This form has expired. Begin a new one; nothing was submitted."),
        "draft_submitted": _("This form was submitted before. Nothing was sent twice."),
        "computed_without_value": _("A value cannot be computed from what was entered. Look through it again."),
        "effect_without_value": _("What this step would write has no value. Nothing was done."),
        "guard_without_value": _("It cannot be told whether this is possible now, so it is not done."),
        "lapsed": _("The period was over before this, so the law has moved the case. Load it again and look."),
        "only_by_lapse": _("Nobody does this step: it follows by law when the period is over."),
        "no_draft": _("There is no such form. It may have expired, or belong to an account that you must sign in to."),
        "no_such_event": _("This step is no longer possible: the case has moved on. Load it again and look."),
        "no_address": _("The applicant gave no address for this channel."),
        "no_short_text": _("This notice has no text for a short message."),
        "nobody_to_tell": _("What is personal in this case was erased."),
        "too_many": _("No more addresses can be called. End one first."),
        "not_the_applicant": _("Only the applicant can do this. Open the case with its number and query code."),
        "hand_over_ended": _("This offer has ended already. Load the page again and look."),
        "hand_over_open": _("This case is offered already. Take that offer back first."),
        "hand_over_stale": _("The case moved since it was offered. It has to be offered anew."),
        "not_in_this_state": _("The case is not handed over where it stands now."),
        "part_given": _("This was given before, and stands."),
        "opinions_missing": _("Other bodies are asked about this first. It is possible once enough have answered."),
        "round_closed": _("The round is closed; the answer that was given stands."),
        "round_open": _("This is being asked already. Wait until the round is closed."),
        "separation_of_duties": _("Whoever took the earlier step may not take this one; a colleague has to."),
        "stale": meanwhile,
        "stale_version": meanwhile,
        "storage_failed": _("The file cannot be stored at this moment. Nothing else was lost; try again later."),
        "storage_full": _("There is no room for the file at this moment. Nothing else was lost; try again later."),
        "upload_interrupted": _("The file did not arrive whole. Send it again."),
        "value_gap": _("A figure that this decision needs is not set for the day in question. The office sets it."),
        "wrong_role": _("This step belongs to another role."),
    }
    if fault.code == "guard":
        # The pack itself says why it does not let this happen.
        return str(fault.details.get("zh" if (get_language() or "zh").startswith("zh") else "en", ""))
    return words.get(fault.code) or _of_offices(fault.code) or refusals.words(fault) or permissions.words(fault.code)


def _of_offices(code: str) -> str:
    """Return what stands against what is done in several steps or cases: drafts, phrases, remarks, draws, one thing."""
    words = {
        "case_is_held": _("Somebody holds this case with an account, or handed it in; the code is theirs."),
        "not_drawn": _("Others were drawn for this case; only they take this step."),
        "only_by_cases": _("Nobody does this step: it follows when all its cases are over."),
        "still_missing": _("This needs what the party has still to bring."),
        "nothing_to_bring": _("Nothing is missing any more."),
        "not_taken_back": _("One of its cases cannot be taken back any more, so nothing was. Look at each of them."),
        "draw_not_held": _("Only what was drawn and was not withdrawn is followed up."),
        "draw_opens_nothing": _("No case follows from this draw."),
        "draw_waits": _("The head that gives the seed is not sealed yet. It comes by itself; load the page again."),
        "draw_withdrawn": _("This draw was withdrawn before."),
        "draw_without_value": _("It cannot be told of all whether they are on the list. Look at the declaration."),
        "nothing_to_draw": _("There is nothing or nobody to draw from, by the conditions of this draw."),
        "all_voted": _("All who sit have voted."),
        "by_vote": _("This step votes; it is closed with minutes."),
        "case_erased": _("What was personal of this case is erased; nothing is added to it."),
        "holds_it": _("It is with you or with your colleagues in the same step."),
        "needs_sign_off": _("This goes through signatures. Draft it on the page of the case."),
        "no_part": _("Only whoever drafted or signed it urges."),
        "no_quorum": _("Not enough have voted to close the discussion."),
        "not_by_vote": _("This step is signed by one alone."),
        "not_under_way": _("Nothing is under way here: it was decided, given up, or the case went another way."),
        "not_yours": _("Only whoever made it may do that."),
        "too_many_phrases": _("You keep as many phrases as there is room for. Remove one first."),
        "under_way": _("A draft is in the hands of others. It comes back, or it is decided."),
        "urged_today": _("You have urged today. Once a day is enough."),
        "voted": _("You have voted. A vote is given once."),
        "with_others": _("The draft is in the hands of others. Whoever holds it can return it."),
        "with_the_drafter": _("The draft is with its drafter."),
    }
    return words.get(code, "")
