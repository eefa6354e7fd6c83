"""Surveys of coverage: everything a survey takes, the signal of its whole ground, and what definitions make of it.

- ``asked``: what a survey takes, as plain values.
- ``inputs``: the same, read from files.
- ``grids``: the ground of a survey, cut into tiles.
- ``tiles``: the signal of a tile, as a kernel that any runner runs.
- ``judging``: verdicts, shares and who flips, of villages and of people.
- ``surveying``: one survey from what is asked to its result.
- ``files``: the result as files.
"""
