"""Two papers of a case side by side: answers as they are and as they were, files, and documents that were issued.

Pictures and texts are shown where that is safe, and of a PDF pictures of its pages. Everything else is for the reader
to keep: in this door nothing runs, and no page stands within another.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.canonical import Json
from amur.procedures import acts, reads, sniffing
from amur.procedures.models import Document, Upload
from amur.procedures.papers.leafing import page_count, page_drawn
from amur.procedures.reads import Answers, CaseView
from amur.web.dates import moment
from amur.web.desk import papers
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.sending import HARMLESS
from amur.web.desk.signing.drafting import words
from amur.web.fields import FieldView, Option, OptionGroup, Shown, value_shown
from amur.web.portal.documents import Paper, paper
from amur.web.portal.forms import language
from amur.web.requests import AmurRequest

PICTURES = frozenset({sniffing.PNG, sniffing.JPEG})
"""What a browser draws and never runs."""
_TEXTS = frozenset({sniffing.TEXT, sniffing.CSV})
_MOST_TEXT = 100_000
SIDES = ("left", "right")
_FILE, _DOCUMENT, _ANSWERS = "file", "document", "answers"


@dataclass(frozen=True, slots=True)
class Row:
    """An answer in a column; ``differs`` says that it is another in the other column."""

    title: str
    value: Shown
    differs: bool


@dataclass(frozen=True, slots=True)
class Column:
    """What stands on one side: answers, a document, a picture, a text, or a file to keep."""

    title: str
    rows: tuple[Row, ...] = ()
    paper: Paper | None = None
    picture: str = ""
    text: str = ""
    address: str = ""
    leaf: Leaf | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which page of how many is shown, and what leads to the one before and the next."""

    page: int
    pages: int
    before: str
    after: str


@for_officials
@require_safe
def beside(request: AmurRequest, number: str) -> HttpResponse:
    """Show two papers of a case next to each other; on a narrow screen one after the other."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    shelf = _Shelf(request, found)
    names = list(shelf.titles)
    chosen = [
        name if (name := request.GET.get(side, "")) in shelf.titles else default
        for side, default in zip(SIDES, (names[0], names[min(1, len(names) - 1)]), strict=True)
    ]
    columns = [
        shelf.column(name, chosen[1 - place], side)
        for place, (name, side) in enumerate(zip(chosen, SIDES, strict=True))
    ]
    fields = [
        FieldView(
            side,
            "select",
            label,
            groups=(OptionGroup("", tuple(Option(one, title, one == name) for one, title in shelf.titles.items())),),
        )
        for side, label, name in (("left", _("On the left"), chosen[0]), ("right", _("On the right"), chosen[1]))
    ]
    return render(request, "desk/beside.html", {"case": found, "columns": columns, "fields": fields})


@for_officials
@require_safe
def picture(request: AmurRequest, number: str, upload_id: UUID) -> HttpResponseBase:
    """Send a picture of a case, or of a page of a PDF, to be drawn in its page; record that the case was read."""
    found = reads.case_for_desk(request.scope, number)
    upload, file = reads.upload(request.scope, upload_id)
    if upload.case_id != found.id or upload.media_type not in PICTURES | {sniffing.PDF}:
        file.close()
        raise Http404
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    if upload.media_type in PICTURES:
        return FileResponse(file, content_type=upload.media_type, headers=HARMLESS)
    with file:
        drawn = page_drawn(file.read(), _page_of(request.GET.get("page", "")))
    if not drawn:
        raise Http404
    return HttpResponse(drawn, content_type=sniffing.PNG, headers=HARMLESS)


def _page_of(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdecimal() and 0 < len(raw) <= len("9999") else 1


class _Shelf:
    """All papers of a case by the names that the form sends."""

    def __init__(self, request: AmurRequest, found: CaseView) -> None:
        self.request, self.found = request, found
        self.words = words(found, localdate(request.now))
        self.versions = {f"{_ANSWERS}:{one.version}": one for one in reads.answers_by_version(request.scope, found.id)}
        self.files = {f"{_FILE}:{one.upload.pk}": one for one in papers.files(found)}
        self.documents = {f"{_DOCUMENT}:{one.number}": one for one in reads.documents_of(request.scope, found.id)}
        self.titles: Mapping[str, str] = dict(self._titles())

    def _titles(self) -> Iterator[tuple[str, str]]:
        latest = max((one.version for one in self.versions.values()), default=0)
        for name, one in reversed(self.versions.items()):
            if one.version == latest:
                yield name, _("Answers as they are")
            else:
                yield name, _("Answers of %(moment)s") % {"moment": moment(one.at, language(), get_default_timezone())}
        for name, paper_of in self.files.items():
            yield name, f"{paper_of.title}: {paper_of.upload.name or _('Erased')}"
        for name, document in self.documents.items():
            yield name, f"{paper(document, self.found.number, 'desk').title} {document.number}"

    def column(self, name: str, other: str, side: str) -> Column:
        """Return what one side shows beside the other."""
        title = self.titles[name]
        if name in self.versions:
            return Column(title, rows=tuple(self._rows(self.versions[name], self.versions.get(other))))
        if name in self.documents:
            return self._document(title, self.documents[name])
        return self._file(title, self.files[name], side)

    def _rows(self, mine: Answers, others: Answers | None) -> Iterator[Row]:
        values: Mapping[str, Json] = mine.values
        compared = others.values if others else values
        for field in self.found.definition.data_fields:
            if field.type != "file" and (field.id in values or field.id in compared):
                shown = value_shown(field, values.get(field.id), language(), self.words)
                yield Row(field.title.say(language()), shown, values.get(field.id) != compared.get(field.id))

    def _document(self, title: str, document: Document) -> Column:
        return Column(title, paper=paper(document, self.found.number, "desk"))

    def _file(self, title: str, found: papers.Paper, side: str) -> Column:
        upload = found.upload
        if upload.name and upload.media_type in PICTURES:
            drawn = reverse("desk:picture", args=[self.found.number, upload.pk])
            return Column(title, picture=drawn, address=found.address)
        if upload.name and upload.media_type in _TEXTS:
            return Column(title, text=self._text(upload.pk), address=found.address)
        if upload.name and upload.media_type == sniffing.PDF and (leaf := self._leaf(upload, side)):
            drawn = reverse("desk:picture", args=[self.found.number, upload.pk])
            return Column(title, picture=f"{drawn}?page={leaf.page}", address=found.address, leaf=leaf)
        return Column(title, address=found.address if upload.name else "")

    def _leaf(self, upload: Upload, side: str) -> Leaf | None:
        """Return where the reader is in a PDF, or None if its pages cannot be drawn."""
        pages = cache.get_or_set(f"pages:{upload.pk}", lambda: self._pages(upload.pk))
        if not pages:
            return None
        page = min(_page_of(self.request.GET.get(f"{side}_page", "")), pages)
        return Leaf(page, pages, self._at(side, page - 1), self._at(side, page + 1) if page < pages else "")

    def _pages(self, upload_id: UUID) -> int:
        _upload, file = reads.upload(self.request.scope, upload_id)
        with file:
            return page_count(file.read())

    def _at(self, side: str, page: int) -> str:
        if page < 1:
            return ""
        asked = self.request.GET.copy()
        asked[f"{side}_page"] = str(page)
        return f"?{asked.urlencode()}#{side}"

    def _text(self, upload_id: UUID) -> str:
        """Return the beginning of a text, in whichever of the two encodings it was recognised."""
        _upload, file = reads.upload(self.request.scope, upload_id)
        with file:
            start = io.BytesIO(file.read(_MOST_TEXT)).getvalue()
        try:
            return start.decode("utf-8-sig")
        except UnicodeDecodeError:
            return start.decode("gb18030", errors="replace")
