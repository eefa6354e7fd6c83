"""What events do not say themselves and rules look at all the same, worked out of what they do say, by declaration."""

from amur.detection.deriving.columns import derived, sources_of
from amur.detection.deriving.declarations import Unusable
from amur.detection.deriving.derivations import SHIPPED, Derivations, load

__all__ = ["SHIPPED", "Derivations", "Unusable", "derived", "load", "sources_of"]
