"""What others make of our files: the text and the data of a PDF, its pages as pictures, and the codes that stand there."""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import zxingcpp


def read(made: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(made))


def text_of(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(made).pages)


def plain(made: bytes) -> str:
    """Return the text without spaces and line ends, which are those of the page."""
    return "".join(text_of(made).split())


def codes_on(made: bytes, page: int = 0) -> dict[str, str]:
    """Return what a scanner reads on a page that is drawn as a printer would, by the kind of code."""
    drawn = pypdfium2.PdfDocument(made)[page].render(scale=3).to_numpy()
    return {str(one.format).replace(" ", ""): one.text for one in zxingcpp.read_barcodes(drawn[:, :, :3].copy())}
