"""Snapshots: the datasets of all rooms at one sealed index, in files that a crash cannot leave half-written."""

from amur.indicators.snapshots.folder import Folder
from amur.indicators.snapshots.manifest import Head, Manifest, Stored
from amur.indicators.snapshots.querying import MOST_ROWS, Limits, Session

__all__ = ["MOST_ROWS", "Folder", "Head", "Limits", "Manifest", "Session", "Stored"]
