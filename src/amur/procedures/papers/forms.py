"""A form on paper: blank, to be filled in by hand, or with what a draft holds, to be signed and handed in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.fields import FieldDeclaration, Lookups
from amur.procedures.declarations import Page, ProcedureDeclaration
from amur.procedures.papers import codes, setting
from amur.procedures.papers.faces import face_of, sample_of

_HASH = 8
_REQUIRED, _SAMPLE = Text(zh="必填", en="required"), Text(zh="例：", en="Such as")
_IF = Text(zh="适用时填写。", en="Only where it applies.")
_ATTACHED = Text(zh="附在后面，共　　　页", en="attached, ____ pages")
_MATERIALS, _DECLARATION = Text(zh="要交的材料", en="What to hand in"), Text(zh="声明", en="Declaration")
_SIGNED, _ON = Text(zh="签字或者盖章", en="Signature or seal"), Text(zh="日期", en="Date")
_OFFICE, _GOT, _BY = (
    Text(zh="窗口填写", en="For the office"),
    Text(zh="收件编号", en="Number"),
    Text(zh="收件人", en="Received by"),
)
_HOW = Text(
    zh="用黑色墨水填写，一格一字，选项打叉。网上办理更快：不用填写已经登记的内容，进度随时可查。",
    en="Write in black, one character a box, and cross what you choose. It is faster online, where you can follow it.",
)
_DRAFT = Text(
    zh="这是网上填写的草稿，还没有提交。签字后交到窗口，或者在网上提交。",
    en="This is a draft that was filled in online and not submitted. Sign it and hand it in, or submit it online.",
)
_PAGE = Text(zh="第 {page} 页，共 {pages} 页", en="Page {page} of {pages}")
_EDITION = Text(zh="版本", en="Edition")
_BAR_CODE = Text(zh="表格条码", en="Bar code of the form")


@dataclass(frozen=True, slots=True)
class Edition:
    """Which form it is: the procedure, the hash of its declaration, the edition of the pack."""

    declaration_hash: str
    release: str

    def code(self, procedure: str) -> str:
        """Return what the bar code of a blank form holds: the procedure and its edition.

        >>> Edition("0123456789abcdef", "1.0.0").code("filing")
        'filing/01234567'
        """
        return f"{procedure}/{self.declaration_hash[:_HASH]}"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a draft holds: its id, its answers, what of it is asked, and what was typed and could not be read."""

    draft: str
    answers: Mapping[str, Json]
    asked: Collection[str]
    typed: Mapping[str, Json]
    files: Collection[str]


def form_pdf(
    service: ProcedureDeclaration,
    edition: Edition,
    body: Text,
    *,
    language: str,
    lookups: Lookups,
    made_at: datetime,
    filled: Filled | None = None,
) -> bytes:
    """Return the form of a procedure as a PDF, blank or filled."""
    data = sheet_of(service, edition, body, language=language, lookups=lookups, filled=filled)
    return setting.pdf("form", data, made_at=made_at)


def sheet_of(
    service: ProcedureDeclaration,
    edition: Edition,
    body: Text,
    *,
    language: str,
    lookups: Lookups,
    filled: Filled | None = None,
) -> dict[str, Json]:
    """Return what stands on the sheet of a form."""
    code = filled.draft.replace("-", "") if filled else edition.code(service.id)
    pages = [_page(page, language, lookups, filled) for page in service.pages]
    wanted = [field for field in service.fields if field.type == "file"]
    return {
        "lang": language,
        "title": service.title.say(language),
        "issuer": body.say(language),
        "summary": service.summary.say(language),
        "how": (_DRAFT if filled else _HOW).say(language),
        "keywords": [service.id],
        "barcode": codes.bars(code),
        "barcode_alt": _BAR_CODE.say(language),
        "code": code,
        "pages": [page for page in pages if page["fields"]],
        "materials_title": _MATERIALS.say(language),
        "materials": [_material(field, language) for field in wanted],
        "declaration_title": _DECLARATION.say(language),
        "declaration": service.declaration.say(language),
        "signed": _SIGNED.say(language),
        "on": _ON.say(language),
        "office": _OFFICE.say(language),
        "office_fields": [_GOT.say(language), _ON.say(language), _BY.say(language)],
        "attached": _ATTACHED.say(language),
        "page": _PAGE.say(language),
        "foot": service.title.say(language),
        "foot_end": f"{_EDITION.say(language)} {edition.release} {edition.declaration_hash[:_HASH]}",
    }


def _page(page: Page, language: str, lookups: Lookups, filled: Filled | None) -> dict[str, Json]:
    fields = [field for field in page.fields if field.type != "computed" or filled]
    if filled:
        fields = [field for field in fields if field.id in filled.asked or filled.answers.get(field.id) is not None]
    is_conditional = bool(page.when) and filled is None
    intro = [page.intro.say(language) if page.intro else "", _IF.say(language) if is_conditional else ""]
    return {
        "title": page.title.say(language),
        "intro": " ".join(text for text in intro if text),
        "fields": [_field(field, language, lookups, filled) for field in fields],
    }


def _field(field: FieldDeclaration, language: str, lookups: Lookups, filled: Filled | None) -> dict[str, Json]:
    value: Json = filled.answers.get(field.id) if filled else None
    if filled and field.type == "file":
        value = field.id in filled.files or None
    face = face_of(field, value, language, lookups)
    typed = filled.typed.get(field.id) if filled and value is None else None
    if isinstance(typed, str) and typed and face["kind"] != "file":
        face = {"kind": "lines", "lines": 1, "text": typed}
    hints = [field.hint.say(language) if field.hint else ""]
    if filled is None:
        sample = sample_of(field, lookups)
        hints += [" ".join((_SAMPLE.say(language), sample)) if sample else "", _IF.say(language) if field.when else ""]
    return {
        "title": field.title.say(language),
        "required": _REQUIRED.say(language) if field.required else "",
        "hints": [hint for hint in hints if hint],
        "face": face,
    }


def _material(field: FieldDeclaration, language: str) -> dict[str, Json]:
    return {"title": field.title.say(language), "hint": field.hint.say(language) if field.hint else ""}
