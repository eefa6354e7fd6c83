"""Registers at the desk of the offices that keep them: lists, forms, states, files, all made from the declaration."""
