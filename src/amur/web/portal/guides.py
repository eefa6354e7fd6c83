"""The guide to a service as a sheet to print: what its page says, without what changes from day to day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.canonical import Json
from amur.base.declared import Basis
from amur.base.fields import FieldDeclaration
from amur.people import reads as people
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.papers import setting
from amur.web import tongues
from amur.web.limits import limited
from amur.web.portal import itemrows, sheets
from amur.web.portal.services import facts, steps_ahead
from amur.web.portal.systems import elsewhere
from amur.web.requests import AmurRequest

_HASH = 8


Section = dict[str, Json]
"""A section of the sheet; what it does not have is empty."""


@require_safe
@limited("guide", "60/10m", method="GET")
def guide(request: AmurRequest, service: str) -> HttpResponse:
    """Send the guide to a service, in the reader's language."""
    content_hash, declaration = declared.active(service)
    release = policy.active_release()
    made_at: datetime = release.synced_at if release else request.now
    address = request.build_absolute_uri(reverse("portal:service", args=[service]))
    made = setting.pdf("guide", sheet_of(declaration, content_hash, address), made_at=made_at)
    return sheets.sent(made, sheets.PDF, f"{declaration.id}-guide.pdf")


def sheet_of(service: ProcedureDeclaration, content_hash: str, address: str) -> dict[str, Json]:
    """Return what stands on the sheet of a guide."""
    said, body = tongues.here(), people.body_titles().get(service.body_id)
    release = policy.active_release()
    shown: list[Json] = [{"title": one.title, "value": one.value, "note": one.note} for one in facts(service)]
    return {
        "lang": said.partition("-")[0],
        "title": service.title.say(said),
        "issuer": body.say(said) if body else service.body_id,
        "summary": service.summary.say(said),
        "keywords": [service.id],
        "facts": shown,
        "sections": list(_sections(service, address)),
        "page": _("Page {page} of {pages}"),
        "foot": service.title.say(said),
        "foot_end": " ".join([_("Edition"), release.version if release else "", content_hash[:_HASH]]),
    }


def _sections(service: ProcedureDeclaration, address: str) -> Iterable[Section]:
    said = tongues.here()
    yield _section(_("Who can apply"), [service.for_whom.say(said)])
    if other := elsewhere(service):
        yield _section(_("Who decides"), [f"{other.decides.say(said)} – {other.system.say(said)}", other.whose])
    if service.item:
        elements = [_row(_("Code of the item"), service.item.key)]
        elements += [_row(one.title, one.words, *map(_cited, one.basis)) for one in itemrows.rows(service)]
        yield _section(_("As an item of the catalogue"), rows=elements)
    if not service.opened_only:
        yield _section(_("Where to apply"), [address])
        yield _section(_("What you need"), rows=[_page(page.title.say(said), page.fields) for page in service.pages])
    steps = [_("%(title)s: %(text)s") % {"title": knot.title, "text": knot.text} for knot in steps_ahead(service)]
    yield _section(_("After you submit"), items=steps, numbered=True)
    yield _section(_("What you get"), [service.result.say(said)])
    appeal = service.appeal
    said_of_appeal = [one.say(said) for one in (appeal.title, appeal.within, appeal.body)]
    yield _section(_("If you disagree with the decision"), [" – ".join(said_of_appeal)])
    for question in service.questions:
        yield _section(question.asked.say(said), [question.answer.say(said)])
    yield _section(_("Legal basis"), items=[_cited(one) for one in service.basis])


def _section(
    title: str,
    paragraphs: Iterable[str] = (),
    *,
    items: Iterable[str] = (),
    rows: Iterable[dict[str, Json]] = (),
    numbered: bool = False,
) -> Section:
    return {"title": title, "paragraphs": [*paragraphs], "items": [*items], "rows": [*rows], "numbered": numbered}


def _page(title: str, fields: Iterable[FieldDeclaration]) -> dict[str, Json]:
    said = tongues.here()
    asked: list[Json] = [
        one.title.say(said) + ("" if one.required else " " + _("(optional)"))
        for one in fields
        if one.type != "computed"
    ]
    return {"left": title, "right": asked}


def _row(left: str, *right: str) -> dict[str, Json]:
    return {"left": left, "right": [*right]}


def _cited(rule: Basis) -> str:
    cited = f"{rule.title.say(tongues.here())} {rule.article}".strip()
    return cited if rule.verified else _("%(rule)s (not yet checked against the source)") % {"rule": cited}
