"""A draft as the pages of the form see it: its declaration, what was typed, the files that arrived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localdate

from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.base.fields import FieldDeclaration, Lookups
from amur.procedures import reads
from amur.procedures.declarations import Page, ProcedureDeclaration
from amur.procedures.models import Case, Draft
from amur.registers.lookups import lookups
from amur.web.fields import Received
from amur.web.portal import forms
from amur.web.requests import AmurRequest


@dataclass(frozen=True, slots=True)
class Filling:
    """A form under way."""

    draft: Draft
    service: ProcedureDeclaration
    received: Mapping[str, tuple[Received, ...]]
    on: date
    asked: frozenset[str]

    @property
    def lookups(self) -> Lookups:
        """Return what the fields refer to today."""
        return lookups(self.on)

    @property
    def case(self) -> Case | None:
        """Return the case that the draft became, if it was submitted."""
        return reads.case_from(self.draft)

    @property
    def pages(self) -> tuple[Page, ...]:
        """Return the pages that ask something, given what was answered so far."""
        return tuple(page for page in self.service.pages if self.fields(page))

    @property
    def total(self) -> int:
        """Return the number of steps; the last is the check."""
        return len(self.pages) + 1

    def fields(self, page: Page) -> tuple[FieldDeclaration, ...]:
        """Return the fields that a page asks, given what was answered so far; what is computed is not asked."""
        return tuple(field for field in page.fields if field.id in self.asked and field.type != "computed")

    def page(self, step: str) -> Page:
        """Return a page of the form.

        Raises:
            NotFound: if the form has none of this id, or does not ask it now.
        """
        for page in self.pages:
            if page.id == step:
                return page
        raise NotFound("no_page", f"the form has no page {step!r}")

    def number(self, page: Page) -> int:
        """Return the number of a page, counted from 1."""
        return self.pages.index(page) + 1

    def before(self, page: Page) -> str:
        """Return where one came from: the page before, or the service."""
        number = self.number(page)
        if number == 1:
            return reverse("portal:service", args=[self.service.id])
        return step_address(self.draft.id, self.pages[number - 2].id)

    def after(self, page: Page) -> str:
        """Return the page after, or the check."""
        number = self.number(page)
        following = self.pages[number].id if number < len(self.pages) else ""
        return step_address(self.draft.id, following)

    @property
    def answers(self) -> dict[str, Json]:
        """Return what was answered so far, and what can be computed of it."""
        return reads.answers_in(self.draft, self.service, self.on)

    def faults(self, fields: tuple[FieldDeclaration, ...]) -> dict[str, tuple[str, str]]:
        """Return what is missing or wrong so far."""
        return forms.faults_of(fields, self.draft.raw, self.lookups)

    def first_unfinished(self) -> str:
        """Return where to go on: the first page with something missing, else the check."""
        wanting = self.faults(tuple(field for field in self.service.fields if field.id in self.asked))
        unfinished = (page.id for page in self.pages if any(field.id in wanting for field in page.fields))
        return step_address(self.draft.id, next(unfinished, ""))


def opened(request: AmurRequest, draft_id: UUID) -> Filling:
    """Return a draft that the reader may go on with.

    Raises:
        NotFound: if there is none, or it is another account's.
    """
    draft, service = reads.draft_of(request.scope, draft_id)
    received = {
        name: (Received(str(upload.pk), upload.name, upload.size),) for name, upload in reads.uploads_of(draft).items()
    }
    on = localdate(request.now)
    return Filling(draft, service, received, on, reads.asked_in(draft, service, on))


def step_address(draft_id: UUID, step: str) -> str:
    """Return the address of a step; without one, that of the check."""
    if not step:
        return reverse("portal:check", args=[draft_id])
    return reverse("portal:step", args=[draft_id, step])
