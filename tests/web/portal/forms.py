"""A browser that fills the form of the first service by its pages, as somebody without a script does."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.web.house import FORM, PLAN, PROCEDURE

STEPS = ("enterprise", "contact", "service", "nearest", "technology", "start", "security")


def begin(browser: Client, root: str = "") -> str:
    """Begin a form; return where it stands, up to the step."""
    answer = browser.post(f"{root}/services/{PROCEDURE}/apply/")
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def version_of(answer: HttpResponse) -> str:
    """Return the version that the page of a step names."""
    return re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]


def typed(**changes: str) -> dict[str, str]:
    """Return what is typed into the whole form, as a browser names it."""
    form = {name: value for name, value in (FORM | changes).items() if name != "starts_on"}
    year, month, day = (FORM | changes)["starts_on"].split("-")
    return form | {"starts_on-year": year, "starts_on-month": month, "starts_on-day": day}


def save(browser: Client, address: str, step: str, **values: object) -> HttpResponse:
    """Open a step, fill it and press the button."""
    version = version_of(browser.get(f"{address}{step}/"))
    return browser.post(f"{address}{step}/", {"version": version, **values})


def plan(content: bytes = PLAN, name: str = "plan.pdf") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def fill(browser: Client, address: str, **changes: str) -> None:
    """Fill every page."""
    for step in STEPS:
        assert save(browser, address, step, **typed(**changes)).status_code == 302
    assert save(browser, address, "plan", plan=plan()).status_code == 302


def submit(browser: Client, address: str) -> HttpResponse:
    """Press the last button and look at the receipt."""
    assert browser.post(f"{address}check/").status_code == 302
    return browser.get(f"{address}receipt/")


def codes(receipt: HttpResponse) -> tuple[str, str]:
    """Return number and query code of a receipt."""
    shown = receipt.content.decode().partition('class="amur-receipt"')[2]
    number, code = re.findall(r'<dd class="amur-code">([^<]+)</dd>', shown)[:2]
    return number, code
