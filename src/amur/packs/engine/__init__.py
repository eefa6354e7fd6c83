"""From the bytes of a pack's files to typed declarations, with the line of everything; pure."""

from amur.packs.engine.found import Found, Pack, assemble, typed
from amur.packs.engine.kinds import Kind, kind_of
from amur.packs.engine.source import LONGEST_BYTES, Source, read_yaml

__all__ = ["LONGEST_BYTES", "Found", "Kind", "Pack", "Source", "assemble", "kind_of", "read_yaml", "typed"]
