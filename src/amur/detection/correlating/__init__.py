"""Correlation rules: how often, how many different, and which after which, within a time and for the same values."""
