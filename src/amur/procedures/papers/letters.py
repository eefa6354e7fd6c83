"""A document as a letter: what stands on the sheet in one language, and the sheet as a PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.procedures.models import Document
from amur.procedures.papers import codes, setting

PREVAILS = "zh"
"""The language whose text holds; a document in another one says so."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a letter with a title of its own."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A document in one language, with what it is found and checked by."""

    language: str
    number: str
    case_number: str
    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    sections: tuple[Section, ...]
    issuer: str
    issued_on: str
    issued_at: datetime
    entry_hash: str
    says: str
    for_scanners: bool

    @property
    def is_translation(self) -> bool:
        """Say whether the text in another language holds."""
        return self.language != PREVAILS


_NUMBER, _CASE = Text(zh="编号：", en="No."), Text(zh="案件编号条码", en="Bar code of the case number")
_TRANSLATION = Text(zh="译文仅供参考，以中文本为准。", en="Translation. The Chinese text prevails.")
_PAGE = Text(zh="第 {page} 页，共 {pages} 页", en="Page {page} of {pages}")
_CHECK_TITLE = Text(zh="核验本文书", en="Check this document")
_CHECK = Text(
    zh="扫描二维码，或者打开 {address}，输入下面的账目编号。", en="Scan the code, or enter the entry at {address}."
)
_OFFLINE = Text(
    zh="文书的内容已用下面的校验值记入公开账本。持有证明文件的人，凭公布的账本头就能离线核验。",
    en="What it says is committed to in the public ledger by the hash below. "
    "With its proof and a published head anyone can verify it offline.",
)
_QR, _ENTRY, _SAYS = (
    Text(zh="核验用的二维码", en="QR code that leads to the check"),
    Text(zh="账目", en="Entry"),
    Text(zh="内容", en="Content"),
)


def letter_of(document: Document, case_number: str, language: str, *, for_scanners: bool = False) -> Letter | None:
    """Return a document in a language, or in the one that prevails; of an erased one nothing is left."""
    content = document.content
    said = language if language in content else PREVAILS if PREVAILS in content else next(iter(content), "")
    told = content.get(said)
    if not isinstance(told, Mapping):
        return None
    return Letter(
        language=said,
        number=document.number,
        case_number=case_number,
        title=str(told.get("title", "")),
        addressee=str(told.get("addressee", "")),
        paragraphs=_texts(told.get("paragraphs")),
        sections=tuple(_section(one) for one in _listed(told.get("sections"))),
        issuer=str(told.get("issuer", "")),
        issued_on=str(told.get("issued_on", "")),
        issued_at=document.issued_at,
        entry_hash=document.entry_hash,
        says=document.says,
        for_scanners=for_scanners,
    )


def pdf_of(letter: Letter, origin: str) -> bytes:
    """Return a letter as a PDF; ``origin`` is where this authority is found, which the QR code holds.

    The same document and origin are the same bytes.
    """
    return setting.pdf("letter", sheet_of(letter, origin), made_at=letter.issued_at)


def sheet_of(letter: Letter, origin: str) -> dict[str, Json]:
    """Return what stands on the sheet of a letter, code drawings among it."""
    language = letter.language
    address = codes.check_address(origin, number=letter.number, entry=letter.entry_hash, says=letter.says)
    check = [_CHECK.say(language).format(address=f"{origin.rstrip('/')}/verify/")]
    return {
        "lang": language,
        "title": letter.title,
        "issuer": letter.issuer,
        "keywords": [letter.number, letter.case_number],
        "number_label": _NUMBER.say(language),
        "number": letter.number,
        "case": letter.case_number,
        "barcode": codes.bars(letter.case_number) if letter.for_scanners else None,
        "barcode_alt": _CASE.say(language),
        "translation": _TRANSLATION.say(language) if letter.is_translation else "",
        "addressee": letter.addressee,
        "paragraphs": _lines(letter.paragraphs),
        "sections": [{"title": one.title, "lines": _lines(one.lines)} for one in letter.sections],
        "issued_on": letter.issued_on,
        "qr": codes.qr(address),
        "qr_alt": _QR.say(language),
        "check_title": _CHECK_TITLE.say(language),
        "check": [*check, *([_OFFLINE.say(language)] if letter.says else [])],
        "entry_label": _ENTRY.say(language),
        "entry": letter.entry_hash,
        "says_label": _SAYS.say(language) if letter.says else "",
        "says": letter.says,
        "page": _PAGE.say(language),
        "foot": letter.number,
        "foot_end": letter.case_number,
    }


def _lines(texts: Sequence[str]) -> list[str]:
    """Return texts with each line as one of its own: a sheet sets paragraphs, not line ends."""
    return [line for text in texts for line in text.splitlines() if line.strip()]


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(map(str, _listed(value)))


def _listed(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else ()


def _section(value: Json) -> Section:
    told = value if isinstance(value, Mapping) else {}
    return Section(str(told.get("title", "")), _texts(told.get("lines")))
