"""The only writes of this room, by subject: snapshots and what is forgotten in them, computations."""

from amur.indicators.acts.computing import compute, refresh
from amur.indicators.acts.exporting import FORGOTTEN, export, folder, forget

REFRESH, FORGET = "indicators.refresh", "indicators.forget"
"""The kinds of the jobs that bring snapshot and figures up, and take what was erased out of the files."""

__all__ = ["FORGET", "FORGOTTEN", "REFRESH", "compute", "export", "folder", "forget", "refresh"]
