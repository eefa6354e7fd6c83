"""Accepting with something missing: the party promises to bring a secondary material later, and brings it."""
