"""What templates may say without loading anything: texts of the pack, dates, sizes, and the parts of pages.

Each part is one template in ``components/``; the tags here only choose its words and classes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone

from amur.base import search_tokens
from amur.base.declared import Basis, Text
from amur.base.listing import Listing
from amur.procedures.declarations import ProcedureDeclaration
from amur.web import dates, failures, forms, sums, tongues
from amur.web.fields import FieldView
from amur.web.portal.times import promise

register = template.Library()
_HAN = re.compile(r"[\u3400-\u9fff]")


def _language() -> str:
    return tongues.here()


@register.filter
def say(text: Text | Mapping[str, str] | str | None) -> str:
    """Return a text of the pack in the page's language."""
    if text is None or isinstance(text, str):
        return text or ""
    return tongues.say(text if isinstance(text, Text) else Text.model_validate(text), _language())


@register.filter
def said(text: Text | Mapping[str, str] | str | None) -> str:
    """Return the same where it may stand in a span: what had to be said in English is marked as such."""
    words = say(text)
    if text is None or isinstance(text, str) or _language() not in tongues.NAMES:
        return words
    is_there = tongues.is_said(text if isinstance(text, Text) else Text.model_validate(text), _language())
    return words if is_there else format_html('<span lang="en">{}</span>', words)


@register.filter
def spoken(words: Text | str | None) -> str:
    """Mark what people wrote in Chinese on a page in another language, so that it is read aloud as Chinese.

    What a declaration says in several languages is said in that of the page.
    """
    if isinstance(words, Text):
        return said(words)
    if not words or _language().startswith("zh") or not _HAN.search(words):
        return words or ""
    return format_html('<span lang="zh-Hans">{}</span>', words)


@register.filter
def options(choices: Sequence[Any]) -> SafeString:
    """Return the options of a list to choose from; a hundred regions in a template's loop would take half of a page."""
    return mark_safe("".join(map(_option, choices)))  # noqa: S308 -- each part of it was escaped


def _option(one: Any) -> str:
    return f'<option value="{escape(one.value)}"{" selected" if one.is_chosen else ""}>{escape(one.label)}</option>'


@register.filter
def marked(words: str, terms: tuple[str, ...]) -> str:
    """Mark what a search found; on a page in another language Chinese is read aloud as Chinese."""
    pieces = search_tokens.marked(words, terms)
    shown = format_html_join("", "{}", ((format_html("<mark>{}</mark>", one) if hit else one,) for one, hit in pieces))
    if _language().startswith("zh") or not _HAN.search(words):
        return shown
    return format_html('<span lang="zh-Hans">{}</span>', shown)


@register.filter
def filesize(count: int) -> str:
    """Return a file's size in the unit that people expect."""
    return dates.size(int(count))


@register.filter
def grouped(digits: str) -> str:
    """Return a long code in groups of four."""
    return dates.grouped(digits)


@register.simple_tag
def sep() -> SafeString:
    """Return what parts the items of a meta line: a full-width space in Chinese, a middle dot in English."""
    return SafeString("　" if _language().startswith("zh") else " · ")


@register.simple_tag
def money(amount: int, currency: str) -> str:
    """Return a sum of minor units with its currency."""
    return sums.shown(amount, currency, _language())


@register.filter
def why_not(error: str) -> str:
    """Return why the other side did not take something, in words."""
    return failures.in_words(error)


@register.filter
def dated_value(used: Mapping[str, Any]) -> str:
    """Return a dated value that was used, as a language writes it."""
    return sums.dated(used, _language())


@register.simple_tag
def promise_of(service: ProcedureDeclaration) -> str:
    """Return within which time a service is done."""
    return promise(service)


@register.simple_tag
def day(value: date | datetime | str | None, form: str = "long") -> str:
    """Return a day in ``<time>``; ``"short"`` leaves out year and weekday, ``"plain"`` the weekday."""
    found = _as_day(value)
    if found is None:
        return ""
    words = dates.day(found, _language(), short=form == "short")
    if form == "plain":
        words = words.partition(" 周")[0]
    return format_html('<time datetime="{}">{}</time>', found.isoformat(), words)


@register.simple_tag
def days(first: date | datetime | str | None, last: date | datetime | str | None, form: str = "plain") -> str:
    """Return from which day to which: with 至 in Chinese, with a dash in English."""
    return format_html("{}{}{}", day(first, form), "至" if _language().startswith("zh") else " – ", day(last, form))


@register.simple_tag
def weekday(value: date | datetime | str) -> str:
    """Return the day of the week."""
    found = _as_day(value)
    return dates.weekday(found, _language()) if found else ""


@register.simple_tag
def moment(value: datetime | str | None) -> str:
    """Return an instant to the minute in ``<time>``."""
    found = datetime.fromisoformat(value) if isinstance(value, str) and value else value
    if not isinstance(found, datetime):
        return ""
    zone = get_current_timezone()
    return format_html('<time datetime="{}">{}</time>', found.isoformat(), dates.moment(found, _language(), zone))


def _as_day(value: date | datetime | str | None) -> date | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if value else None
    if isinstance(value, datetime):
        return value.astimezone(get_current_timezone()).date() if value.tzinfo else value.date()
    return value


@register.inclusion_tag("components/field.html")
def field(view: FieldView) -> dict[str, Any]:
    """Show one field of a form with its label, hint, error and control."""
    return {"field": view}


@register.inclusion_tag("components/error_summary.html")
def error_summary(errors: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Show what is wrong above the form: pairs of an anchor and what to do."""
    return {"errors": errors}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Show the fields of a Django form."""
    return {"fields": forms.fields_of(form), "hidden": form.hidden_fields()}


@register.inclusion_tag("components/error_summary.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Show what is wrong with a Django form."""
    return {"errors": forms.errors_of(form)}


@register.inclusion_tag("components/empty.html")
def empty(title: str, text: str = "") -> dict[str, Any]:
    """Say that there is nothing here, and when there will be."""
    return {"title": title, "text": text}


@register.inclusion_tag("components/tag.html")
def tag(words: str, meaning: str = "") -> dict[str, Any]:
    """Show a small state beside a thing; ``meaning`` is ``yes``, ``ask``, ``no`` or empty."""
    return {"words": words, "meaning": meaning}


@register.inclusion_tag("components/why.html")
def why(words: str, address: str) -> dict[str, Any]:
    """Show the thread that leads from a rule to the place where it is written."""
    return {"words": words, "address": address}


@register.inclusion_tag("components/basis.html")
def basis(rules: Sequence[Basis], words: str = "") -> dict[str, Any]:
    """Show the legal basis of a rule behind a *Why?*."""
    return {"rules": rules, "words": words}


@register.inclusion_tag("components/clock.html")
def clock(due: Any) -> dict[str, Any]:
    """Show how long there still is, as a shape, a colour and words (see ``web.clocks.ClockView``)."""
    return {"clock": due}


@register.inclusion_tag("components/thread.html")
def thread(items: Sequence[Any], form: str = "dated") -> dict[str, Any]:
    """Show the line from the order to the deed (see ``web.threads.Knot``); ``form`` is dated, plain or s."""
    return {"items": items, "form": form}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Sequence[Any]) -> dict[str, Any]:
    """Show pairs of a question and its answer (see ``web.fields.SummaryRow``)."""
    return {"rows": rows}


@register.inclusion_tag("components/pagination.html")
def pagination(listing: Listing[Any], query: str = "") -> dict[str, Any]:
    """Lead to the neighbouring pages of a list; ``query`` is kept in the address."""
    return {"listing": listing, "query": query}
