"""Who comes in: officials only. A stranger is asked to sign in; somebody without an office is told so plainly."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase
from django.shortcuts import render

from amur.web.requests import AmurRequest

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[Any, Arguments], HttpResponseBase]


def for_officials(view: View[Arguments]) -> View[Arguments]:
    """Let officials through; lead strangers to the sign-in page and tell everybody else what they lack."""

    @wraps(view)
    def guarded(request: AmurRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.scope.kind != "office":
            return render(request, "desk/no_role.html", status=403)
        answer = view(request, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    return guarded
