"""Surveys of coverage: everything a survey takes, the signal of its whole ground, and what definitions make of it.

- ``asked``: what a survey takes, as plain values.
- ``inputs``, ``reading``: the same, read from a declaration, files and packages of data.
- ``simulated``: sites and villages that are made up, and marked so.
- ``grids``: the ground of a survey, cut into tiles.
- ``tiles``: the signal of a tile, as a kernel that any runner runs.
- ``sampling``: whether sites stand on known ground, and how far off the fast mode is.
- ``hearing``: the signal at points, taken down while tiles go by.
- ``judging``: verdicts, shares and who flips, of villages and of people.
- ``naming``: villages, settlements and people, with what is said of each.
- ``surveying``: one survey from what is asked to its result.
- ``files``, ``maps``, ``rasters``, ``summing``: the result as files.
- ``wording``: what is made up or coarse, in sentences of two languages.
"""
