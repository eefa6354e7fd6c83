"""Sigma rules as trees of atoms: what a rule says, which logs it is about, and what one value has to be."""
