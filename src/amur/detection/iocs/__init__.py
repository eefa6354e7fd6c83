"""Indicators of compromise: read from the lists that people share, kept in little memory, matched over batches.

``load`` reads files and folders; ``Matcher`` looks through batches; ``suppress`` reads warning lists, whose hits are
told from the others. What each kind matches is said by ``Kind``, which field holds what by ``FIELDS``.
"""

from amur.detection.iocs.fields import FIELDS, TOGETHER, Content
from amur.detection.iocs.kinds import Kind, NotUsable
from amur.detection.iocs.loading import load
from amur.detection.iocs.matching import Hit, Matcher
from amur.detection.iocs.shelf import Indicator, Iocs, Origin, Shelf, Unusable
from amur.detection.iocs.suppression import Suppression, installed_lists, suppress

__all__ = [
    "FIELDS",
    "TOGETHER",
    "Content",
    "Hit",
    "Indicator",
    "Iocs",
    "Kind",
    "Matcher",
    "NotUsable",
    "Origin",
    "Shelf",
    "Suppression",
    "Unusable",
    "installed_lists",
    "load",
    "suppress",
]
