"""Indicators: declared measures over datasets, with targets, and values that lead to their query and snapshot.

Here are also the snapshots that they are computed on: the datasets of all rooms below, written to files.
"""
