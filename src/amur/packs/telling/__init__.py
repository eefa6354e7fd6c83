"""Faults in the language of whoever reads them.

A checker says what it found in a plain English sentence, where it finds it. That sentence, with its holes, is the key
of a gettext catalogue, as everywhere in Amur. Here: collecting every such sentence from the code (``collecting``),
finding the sentence that a fault was made from and saying it in another language (``catalogue``), and the page of all
faults (``listing``). Not here: what is a fault, which each room says.
"""

from amur.packs.telling.catalogue import LANGUAGES, as_json, line_of, say

__all__ = ["LANGUAGES", "as_json", "line_of", "say"]
