"""Exchanges at the desk: what was handed over, what failed, files that came, and whether both sides hold the same."""
