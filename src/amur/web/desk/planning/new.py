"""The pages on which a study is asked for: the form, the answers once more, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.faults import AmurError, Invalid
from amur.base.fields import Lookups
from amur.studies import acts, catalogue
from amur.studies.declarations import MethodDeclaration
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.planning import asking, office
from amur.web.desk.planning.asking import SCENARIO, TITLE, Typed
from amur.web.limits import limited
from amur.web.requests import AmurRequest

_OWN = ("csrfmiddlewaretoken", "_do")


@for_officials
@limited("study", "60/m")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AmurRequest, method_id: str) -> HttpResponse:
    """Ask for a study; show the answers once more; queue it when that is confirmed."""
    declaration = office.method(request, method_id)
    found = asking.looked_up(request)
    if request.method != "POST":
        return _form(request, declaration, asking.begun(request, declaration), found)
    typed, wish = asking.sent(request, declaration, found), request.POST.get("_do", "")
    if wish == "change":
        typed.faults, typed.wrong = {}, {}
        return _form(request, declaration, typed, found)
    if not typed.is_right:
        return _form(request, declaration, typed, found, status=422)
    if wish != "queue":
        return _check(request, declaration, typed, found)
    return _queue(request, declaration, typed, found)


def _queue(request: AmurRequest, declaration: MethodDeclaration, typed: Typed, found: Lookups) -> HttpResponse:
    try:
        study = acts.queue(
            declaration.id,
            by=office.runner(request, declaration),
            scope=request.scope,
            now=request.now,
            title=typed.texts[TITLE],
            scenario=typed.texts[SCENARIO],
            values={name: raw for name, raw in typed.raw.items() if not declaration.parameter(name).fixed},
            files=asking.given(typed),
            key=typed.key,
        )
    except Invalid as fault:
        names = {one.field.id for one in declaration.parameters}
        for name, told in fault.fields.items():
            if name.partition(".")[0] in names:
                typed.faults[name] = told
            else:
                typed.wrong[asking.file_field(name)] = [told[1]]
        return _form(request, declaration, typed, found, status=422)
    except AmurError as fault:
        return _form(request, declaration, typed, found, status=409, refusal=errors.wording(fault) or fault.message)
    is_new = study.key == typed.key
    said = _("It is queued; the worker computes it.") if is_new else _("This was asked before. Here is that study.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("desk:study", args=[study.pk]))


def _form(
    request: AmurRequest,
    declaration: MethodDeclaration,
    typed: Typed,
    found: Lookups,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    texts, shown = asking.text_fields(typed), asking.fields(declaration, typed, found)
    files = asking.file_fields(declaration, typed)
    values = {
        "declaration": declaration,
        "model": catalogue.model(declaration.model),
        "texts": texts,
        "files": files,
        "fields": shown,
        "fixed": asking.fixed(declaration, found, localdate(request.now)),
        "inputs": asking.inputs(declaration),
        "errors": asking.problems(texts, files, [view for view, _basis in shown]),
        "refusal": refusal,
        "key": typed.key,
    }
    return render(request, "desk/planning_ask.html", values, status=status)


def _check(request: AmurRequest, declaration: MethodDeclaration, typed: Typed, found: Lookups) -> HttpResponse:
    values = {
        "declaration": declaration,
        "rows": asking.answers(declaration, typed, found, localdate(request.now)),
        "inputs": asking.inputs(declaration),
        "carried": list(_carried(request, typed)),
    }
    return render(request, "desk/planning_check.html", values)


def _carried(request: AmurRequest, typed: Typed) -> Iterator[tuple[str, str]]:
    """Yield what the form brought as it is sent again, with the files by their hash."""
    for name, sent in request.POST.lists():
        if name not in _OWN and not name.startswith("_kept-"):
            yield from ((name, value) for value in sent)
    for name, kept in typed.files.items():
        yield f"_kept-{name}", kept.token
