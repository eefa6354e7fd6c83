"""Remarks of the office on a case, one of its documents or files: internal, and struck through rather than deleted."""
