"""Explain a village, or a settlement as a survey judges it: why it is covered or not, and what would mend it.

- ``questions``: what is asked of which village, over which ground, under which terms.
- ``reading``, ``settling``: the same from the declaration of a survey; settlements from it or from its result.
- ``likening``: what a survey that was made before says of the same.
- ``sights``: the line of sight over the effective Earth, the first Fresnel zone, the ridge that hinders most.
- ``routes``: profiles, and what both models lose on them.
- ``levels``: signals at the village's points, and what definitions say of them.
- ``looking``: the ways from the best sites, with the link budget term by term.
- ``remedies``, ``placing``, ``costs``: masts, bands, new sites and satellite, and what they cost.
- ``explanations``: all of it as one value; ``telling``: as JSON, tables and text; ``drawing``: a profile as SVG.
"""

from amur.methods.explaining.costs import Costs, costs_of
from amur.methods.explaining.explanations import explain
from amur.methods.explaining.questions import Question, Terms
from amur.methods.explaining.values import Explanation, Remedy, Way

__all__ = ["Costs", "Explanation", "Question", "Remedy", "Terms", "Way", "costs_of", "explain"]
