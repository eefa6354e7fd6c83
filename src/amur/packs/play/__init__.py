"""The one driver of worked examples and of the demonstration: declared steps, played through the real acts.

Nothing here knows a rule: who may do what, and what follows, is said by the acts that are called.
"""

from amur.packs.play.example import Outcome, play_example
from amur.packs.play.stage import Stage

__all__ = ["Outcome", "Stage", "play_example"]
