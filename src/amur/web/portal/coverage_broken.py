"""What is answered when the results of a survey are not as they were written: no half page, and which file it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpResponseBase
from django.shortcuts import render

from amur.web.portal.coverage_results import BrokenResults

_UNAVAILABLE = 503
Arguments = ParamSpec("Arguments")
Page = Callable[Concatenate[Any, Arguments], HttpResponseBase]


def whole_results(view: Page[Arguments]) -> Page[Arguments]:
    """Say it on a page if results are not as they were written, instead of half of a page."""

    @wraps(view)
    def guarded(request: Any, *args: Arguments.args, **named: Arguments.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **named)
        except BrokenResults as fault:
            values = {"file": fault.details.get("file", ""), "is_missing": fault.code == "results_lack_a_file"}
            return render(request, "portal/coverage_broken.html", values, status=_UNAVAILABLE)

    return cast("Page[Arguments]", guarded)
