"""Small made-up files, so that an example can hand something in without a file beside it."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from amur.base.faults import Invalid
from amur.packs.declarations import File

_PDF = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 36>>stream\nBT /F 24 Tf 72 740 Td (%s) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R/Size 6>>\n%%%%EOF\n"
)
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_SAMPLE = "sample"


def content_of(file: File) -> bytes:
    """Return the bytes of a file: what is written in the example, or a small file of the kind its name says.

    >>> content_of(File(name="plan.pdf"))[:8], content_of(File(name="plan.txt", content="x"))
    (b'%PDF-1.4', b'x')

    Raises:
        Invalid: if the name says no kind that can be made up.
    """
    if file.content is not None:
        return file.content.encode()
    kind = PurePosixPath(file.name).suffix.lower()
    if kind == ".pdf":
        return _PDF % _SAMPLE.encode()
    if kind == ".docx":
        return _docx()
    if kind == ".png":
        return _PNG
    raise Invalid(
        {"files": ("bad_upload", f"{file.name!r} cannot be made up; write its content, or use .pdf or .docx")}
    )


def _docx() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, text in (("[Content_Types].xml", _CONTENT_TYPES), ("word/document.xml", f"<w>{_SAMPLE}</w>")):
            package.writestr(zipfile.ZipInfo(name), text)
    return target.getvalue()
