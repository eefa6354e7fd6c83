"""How often one address may ask for what is dear or secret. Sign-in has limits of its own in allauth."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpResponseBase
from django_ratelimit.core import is_ratelimited

from amur.web import errors

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[Any, Arguments], HttpResponseBase]


def limited(group: str, rate: str, *, method: str = "POST") -> Callable[[View[Arguments]], View[Arguments]]:
    """Let one address through only so often: ``@limited("track", "20/m")``; the others get the page that says when."""

    def decorate(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(request: Any, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
            over = is_ratelimited(request, group=f"amur.{group}", key="ip", rate=rate, method=method, increment=True)
            return errors.too_often(request) if over else view(request, *args, **kwargs)

        return cast("View[Arguments]", guarded)

    return decorate
