"""Pack folders: finding, checking, syncing, the trace, and play, the one driver of examples and demonstration.

What a kind of declaration means belongs to its room; what a pack declared is kept by ``policy``.
"""
