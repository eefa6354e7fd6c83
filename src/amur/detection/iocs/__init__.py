"""Indicators of compromise: read from the lists that people share, kept in little memory, matched over batches.

``load`` reads files and folders; ``Matcher`` looks through batches; ``suppress`` reads warning lists, whose hits are
told from the others. A hit is a row of Arrow columns (`Hits.columns`); going through `Hits` gives one `Hit` each.

The room, from the file to the hit::

    loading      which format a file has; lists, CSV, Zeek line by line     ┐
    documents    STIX 2.1 and MISP, which are JSON                          ├ what is read
    vocabulary   what those formats, and GB/T 36643-2018, call our kinds    ┘
    kinds        what an indicator may be, and what nobody may look for     ┐
    spelling     the one spelling of names, addresses, URLs, mail, paths    ┘ what is compared
    shelf        all indicators in columns, by number                       ┐
    texts        the index of texts, and of names with all below them       ├ where it is looked up
    networks     the index of networks                                      ┘
    fields       which field of a log holds what, and the keys in a value   ┐
    matching     a batch in, hits out                                       ├ how it is matched
    suppression  warning lists: what is most likely a mistake               ┘
"""

from amur.detection.iocs.fields import FIELDS, TOGETHER, Content
from amur.detection.iocs.kinds import Kind, NotUsable
from amur.detection.iocs.loading import load
from amur.detection.iocs.matching import HITS, OVER, Hit, Hits, Matcher
from amur.detection.iocs.shelf import Indicator, Iocs, Origin, Shelf, Unusable
from amur.detection.iocs.suppression import Suppression, installed_lists, suppress

__all__ = [
    "FIELDS",
    "HITS",
    "OVER",
    "TOGETHER",
    "Content",
    "Hit",
    "Hits",
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
