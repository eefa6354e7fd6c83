"""The only writes of this room, by subject: snapshots and what is forgotten in them, computations."""

from amur.indicators.acts.computing import compute, refresh
from amur.indicators.acts.exporting import export, folder, forget

__all__ = ["compute", "export", "folder", "forget", "refresh"]
