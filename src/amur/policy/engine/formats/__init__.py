"""Files to lines: plain text, HTML, Word and PDF, each with what its format knows of headings and struck-out words."""

from amur.policy.engine.formats.extracted import Extracted
from amur.policy.engine.formats.reading import extract

__all__ = ["Extracted", "extract"]
