"""Asking for a study: a form of the method's own parameters and files, the answers once more, and then the queue.

Between the form and its check a file lies under the hash of its content where studies keep theirs; the form carries
that hash signed, so that nobody asks with a file that they did not bring.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from amur.base.canonical import Json
from amur.base.declared import Basis
from amur.base.faults import AmurError, NotFound
from amur.base.fields import FieldError, Lookups, Raw
from amur.policy import reads as policy
from amur.registers.lookups import lookups
from amur.studies import catalogue, reads
from amur.studies.acts import Given
from amur.studies.acts.queueing import MOST_BYTES
from amur.studies.catalogue import Model
from amur.studies.declarations import InputDeclaration, MethodDeclaration, ParameterDeclaration
from amur.web.desk.planning import office, tables, wording
from amur.web.fields import NOTHING, FieldView, Shown, SummaryRow, raw_from, value_shown
from amur.web.portal import forms
from amur.web.requests import AmurRequest

TITLE, SCENARIO = "_title", "_scenario"
_LONGEST = {TITLE: 200, SCENARIO: 4_000}
_LONGEST_KEY = 60
_SALT = "amur.planning.file"
_DAY = 24 * 60 * 60
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was brought: its name, its hash and how large it is."""

    name: str
    sha256: str
    size: int

    @property
    def token(self) -> str:
        """Return it as the form carries it."""
        return signing.dumps([self.name, self.sha256, self.size], salt=_SALT)


@dataclass
class Typed:
    """What the form brought or begins with: texts, raw parameters, files; and what is wrong with each."""

    texts: dict[str, str] = field(default_factory=lambda: {TITLE: "", SCENARIO: ""})
    raw: dict[str, Raw] = field(default_factory=dict)
    files: dict[str, Kept] = field(default_factory=dict)
    key: str = ""
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Say whether nothing is wrong with it."""
        return not (self.faults or self.wrong)


def begun(request: AmurRequest, declaration: MethodDeclaration) -> Typed:
    """Return what the form begins with: what the method says, or what another study was asked with."""
    typed = Typed(key=secrets.token_urlsafe(12))
    on = localdate(request.now)
    before = _before(request, declaration)
    for one in declaration.parameters:
        kept = before.parameters.get(one.field.id) if before else None
        typed.raw[one.field.id] = one.field.as_typed(kept) if before and not one.fixed else _beginning(one, on)
    if before:
        typed.texts = {TITLE: "", SCENARIO: wording.text(before.scenario)}
        given = {one.id for one in declaration.inputs if one.given}
        typed.files = {
            str(one["id"]): Kept(str(one.get("file")), str(one.get("sha256")), int(str(one.get("bytes") or 0)))
            for one in before.inputs
            if one["id"] in given
        }
    return typed


def _before(request: AmurRequest, declaration: MethodDeclaration) -> reads.StudyView | None:
    """Return the study that is asked again, if one of this method is named."""
    named = request.GET.get("again", "")
    if not (named.isascii() and named.isdecimal()):
        return None
    try:
        found = office.study(request, int(named[:12])).study
    except NotFound:
        return None
    return found if found.method == declaration.id else None


def _beginning(one: ParameterDeclaration, on: date) -> str:
    if one.value is None:
        return one.default or ""
    try:
        return policy.value(one.value, on).written
    except AmurError:
        return ""


def sent(request: HttpRequest, declaration: MethodDeclaration, found: Lookups) -> Typed:
    """Return what the form brought, with what is wrong with it; files are kept under their hash."""
    post = request.POST
    typed = Typed({name: post.get(name, "").strip()[: most + 1] for name, most in _LONGEST.items()})
    typed.key = post.get("_key", "")[:_LONGEST_KEY]
    if not typed.texts[TITLE]:
        typed.wrong[TITLE] = [_("Give the scenario a name.")]
    for name, most in _LONGEST.items():
        if len(typed.texts[name]) > most:
            typed.wrong[name] = [_("Shorten this to at most %(most)s characters.") % {"most": most}]
    for one in declaration.parameters:
        if one.fixed:
            continue
        typed.raw[one.field.id] = raw_from(one.field, post)
        try:
            one.field.parse(typed.raw[one.field.id], found)
        except FieldError as error:
            typed.faults |= error.told(one.field.id)
    model = catalogue.model(declaration.model)
    for given in declaration.inputs:
        if given.given:
            _take(request, model, given, typed)
    return typed


def _take(request: HttpRequest, model: Model, one: InputDeclaration, typed: Typed) -> None:
    """Take a file that was sent now, or before; say all that is wrong with it."""
    name, sent_now = file_field(one.id), request.FILES.get(file_field(one.id))
    if isinstance(sent_now, UploadedFile):
        if not sent_now.size or sent_now.size > MOST_BYTES:
            most = MOST_BYTES // _MEGABYTE
            typed.wrong[name] = [_("Choose a file of at most %(most)s MB that is not empty.") % {"most": most}]
            return
        sha256, size = reads.folder().keep_input(sent_now.chunks())
        typed.files[one.id] = Kept((sent_now.name or one.id)[-120:], sha256, size)
    elif token := request.POST.get(f"_kept-{one.id}", ""):
        with suppress(signing.BadSignature):
            typed.files[one.id] = Kept(*signing.loads(token, salt=_SALT, max_age=_DAY))
    if one.id not in typed.files:
        if not one.optional:
            typed.wrong[name] = [_("Choose a file: %(input)s.") % {"input": one.title.say(wording.language())}]
        return
    typed.wrong |= {name: said} if (said := list(_wrong(model, one, typed.files[one.id]))) else {}


def _wrong(model: Model, one: InputDeclaration, kept: Kept) -> Iterator[str]:
    shape = model.inputs.get(one.id)
    if shape is None:
        return
    try:
        file = reads.folder().input(kept.sha256)
    except AmurError:
        yield _("%(file)s is not here any more. Choose it again.") % {"file": kept.name}
        return
    told, count = tables.wrong_in(shape, kept.name, file)
    colon = "：" if wording.language().startswith("zh") else ": "
    yield from (f"{kept.name}{colon}{wrong.sentence}" for wrong in told)
    if more := tables.more_words(count - len(told)):
        yield f"{kept.name}{colon}{more}"


def file_field(input_id: str) -> str:
    """Return what the control of a file is called; a parameter may have the same id."""
    return f"input-{input_id}"


def fields(declaration: MethodDeclaration, typed: Typed, found: Lookups) -> list[tuple[FieldView, tuple[Basis, ...]]]:
    """Return the parameters as the form asks them, each with its unit, bounds and source, and the rule behind it."""
    asked = [one for one in declaration.parameters if not one.fixed]
    shown = forms.views([one.field for one in asked], typed.raw, typed.faults, found, {})
    return [(replace(view, hint=_hint(one, view.hint)), one.basis) for one, view in zip(asked, shown, strict=True)]


def _hint(one: ParameterDeclaration, said: str) -> str:
    """Return what to type: the hint of the pack, the bounds, and where the value comes from that stands there."""
    low, high = getattr(one.field, "minimum", None), getattr(one.field, "maximum", None)
    parts = [said]
    if low is not None and high is not None:
        parts.append(_("From %(low)s to %(high)s.") % {"low": f"{low:f}", "high": f"{high:f}"})
    elif low:
        parts.append(_("At least %(low)s.") % {"low": f"{low:f}"})
    elif high is not None:
        parts.append(_("At most %(high)s.") % {"high": f"{high:f}"})
    if one.source:
        parts.append(_("Source: %(source)s") % {"source": office.source(one.source)})
    return (" " if not wording.language().startswith("zh") else "").join(part for part in parts if part)


def fixed(declaration: MethodDeclaration, found: Lookups, on: date) -> list[tuple[ParameterDeclaration, Shown, str]]:
    """Return the parameters that nobody changes, with what they are and where that comes from."""
    return [
        (one, _shown(one, _beginning(one, on), found), office.source(one.source))
        for one in declaration.parameters
        if one.fixed
    ]


def inputs(declaration: MethodDeclaration) -> list[tuple[InputDeclaration, str]]:
    """Return the inputs that nobody hands over, each with the title of its source."""
    return [(one, office.source(one.source)) for one in declaration.inputs if not one.given]


def file_fields(declaration: MethodDeclaration, typed: Typed) -> list[tuple[FieldView, Kept | None, list[str], str]]:
    """Return the files as the form asks them: the control, what was brought before, all its faults, its carrier."""
    model = catalogue.model(declaration.model)
    found = []
    for one in declaration.inputs:
        if not one.given:
            continue
        name, shape = file_field(one.id), model.inputs.get(one.id)
        wrong, kept = typed.wrong.get(name, []), typed.files.get(one.id)
        view = FieldView(
            name,
            "file",
            one.title.say(wording.language()),
            hint=_file_hint(shape) if shape else "",
            error=wrong[0] if wrong else "",
            is_required=not one.optional,
            accept=",".join(shape.endings) if shape else "",
        )
        found.append((view, kept, wrong, f"_kept-{one.id}"))
    return found


def _file_hint(shape: catalogue.InputShape) -> str:
    if not shape.is_table:
        return _("A file that ends with %(endings)s.") % {"endings": " ".join(shape.endings)}
    is_chinese = wording.language().startswith("zh")
    space, comma = ("", "、") if is_chinese else (" ", ", ")
    named = [(one.chinese if is_chinese and one.chinese else name, one.required) for name, one in shape.columns.items()]
    needed, other = (comma.join(name for name, has in named if has is wanted) for wanted in (True, False))
    words = _("CSV with the columns %(needed)s.") % {"needed": needed}
    more = _("It may also have %(other)s.") % {"other": other}
    return f"{words}{space}{more}" if other else words


def text_fields(typed: Typed) -> list[FieldView]:
    """Return the two boxes about the scenario itself."""
    errors = {name: (typed.wrong.get(name) or [""])[0] for name in _LONGEST}
    return [
        FieldView(
            TITLE,
            "input",
            _("Name of the scenario"),
            hint=_("By which you will find it again, such as what is different in it."),
            value=typed.texts[TITLE],
            error=errors[TITLE],
        ),
        FieldView(
            SCENARIO,
            "textarea",
            _("What is asked, and why"),
            value=typed.texts[SCENARIO],
            error=errors[SCENARIO],
            is_required=False,
        ),
    ]


def problems(
    texts: list[FieldView], files: list[tuple[FieldView, Kept | None, list[str], str]], shown: list[FieldView]
) -> list[tuple[str, str]]:
    """Return all that is wrong with the control that each is about; of a file every fault of every row."""
    of_files = [(view.anchor, said) for view, _kept, wrong, _name in files for said in wrong]
    return [*forms.summary(texts), *of_files, *forms.summary(shown)]


def answers(declaration: MethodDeclaration, typed: Typed, found: Lookups, on: date) -> list[SummaryRow]:
    """Return all that was answered, once more."""
    language = wording.language()
    rows = [SummaryRow(_("Name of the scenario"), Shown("text", typed.texts[TITLE]))]
    if typed.texts[SCENARIO]:
        rows.append(SummaryRow(_("What is asked, and why"), Shown("text", typed.texts[SCENARIO])))
    rows.extend(
        SummaryRow(one.title.say(language), Shown("text", typed.files[one.id].name))
        for one in declaration.inputs
        if one.given and one.id in typed.files
    )
    for parameter in declaration.parameters:
        raw = _beginning(parameter, on) if parameter.fixed else typed.raw[parameter.field.id]
        rows.append(SummaryRow(parameter.field.title.say(language), _shown(parameter, raw, found)))
    return rows


def _shown(one: ParameterDeclaration, raw: Raw, found: Lookups) -> Shown:
    try:
        value: Json = one.field.parse(raw, found)
    except FieldError:
        return NOTHING
    return value_shown(one.field, value, wording.language(), found)


def given(typed: Typed) -> Mapping[str, Given]:
    """Return the files as the act takes them.

    Raises:
        AmurError: if one is not there any more.
    """
    return {name: Given(kept.name, _pieces(kept.sha256)) for name, kept in typed.files.items()}


def _pieces(sha256: str) -> Iterator[bytes]:
    with reads.folder().input(sha256).open("rb") as file:
        while piece := file.read(_MEGABYTE):
            yield piece


def looked_up(request: AmurRequest) -> Lookups:
    """Return what fields refer to today."""
    return lookups(localdate(request.now))
